"""One transaction of turns: load, step each event in order, carry out requests, write.

Leads in: `turns`, which gathers events and confirms them. Leads out: `writing`, the store. An
event that raises is put in quarantine alone, and its learner gets a kind word.
Source: design.md section 1.
"""

import traceback
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import count
from os import urandom
from typing import Protocol

import msgspec
import structlog

from bot import notes
from bot.carrying import Asker, Tell, Work, carry_out, kept_ticket
from bot.conversation import announcing
from bot.conversation.announcing import UNCOUNTED
from bot.conversation.days import milliseconds
from bot.conversation.events import Body, Event, Nudge, Press, Text, Undelivered
from bot.conversation.folding import clean
from bot.conversation.learner import Learner, read_document
from bot.conversation.nudge_times import passed_over
from bot.conversation.open_question import live_options
from bot.conversation.replies import (
    Asked,
    EraseMe,
    MakeTicket,
    Reply,
    Request,
    TellLearner,
    Turn,
)
from bot.conversation.speech import wording
from bot.conversation.step import needs, step
from bot.conversation.world import Need, Shelf, Unread, World
from bot.counting import TALLIES, Rows, Tallies, few, size_needed
from bot.happenings import fact_rows, notice_rows
from bot.notes import Note
from bot.passing import Committed, Incoming, Outcome, Outgoing, Pressed, StillRejected
from bot.signing import Seals
from bot.writing import Seat, Writes
from store.base import (
    Address,
    HistoryRow,
    InboxRow,
    Person,
    QuarantineRow,
    RejectedRow,
    Transaction,
)
from store.broadcasts import Seeking

_LOG = structlog.get_logger("turns")
_BODY = msgspec.json.Decoder(Body)
_JSON = msgspec.json.Encoder()


class Tutor(Protocol):
    """What a batch is told by the one who runs it: lessons and words, seals, chance."""

    @property
    def shelf(self) -> Shelf: ...

    @property
    def seals(self) -> Seals: ...

    def seed(self) -> bytes: ...

    @property
    def tallies(self) -> Tallies: ...

    def is_waiting(self, contact_id: int) -> bool: ...

    def door(self, address: Address) -> str: ...


class Batch:
    """The work of one transaction."""

    def __init__(self, tutor: Tutor, tx: Transaction, now: datetime) -> None:
        self.tutor = tutor
        self.shelf = tutor.shelf  # one version for all of the batch (promises.md P18)
        self.tx = tx
        self.now = now
        self.now_ms = milliseconds(now)
        self.touched: set[Address] = set()
        self.seats: dict[str, Seat] = {}
        self.told = False
        self.notes: list[Note] = []
        self.statuses: Counter[str] = Counter()
        self.writes = Writes(tx, self.now_ms, self.shelf.nudges, self.seats, self.statuses)
        self.joined: dict[str, str] = {}
        self.uncounted: dict[
            str, list[tuple[Need, Rows | None]]
        ] = {}  # who is to be told of which counts
        self._line = count()
        self._found: dict[tuple[str, str], object] = {}

    async def run(self, batch: Sequence[Incoming]) -> list[Outcome]:
        fresh = await self.tx.first_seen([one.key for one in batch], self.now_ms)
        people = await self.tx.load_people(list({one.address for one in batch}))
        seats = {address: self._seat(person) for address, person in people.items()}
        lines: list[int | None] = []
        new: list[tuple[Incoming, Seat, Event]] = []
        for one in batch:
            is_new = one.key in fresh
            fresh.discard(one.key)  # the same key twice in one batch counts once
            seat = seats.get(one.address)
            if seat is None:
                seat = seats[one.address] = self._newcomer(one.address)
                people[one.address] = seat.person
            if is_new:
                new.append((one, seat, Event(one.at, self._body(one, seat))))
            else:
                self.notes.append(notes.of_repeat(one.key, one.body, seat.learner.id))
            lines.append(None if is_new else 0)
        await self._read_ahead([(seat, event) for _, seat, event in new])
        last: dict[str, int] = {}
        for one, then, event in new:
            seat = await self._seat_now(one, then)
            if seat is not then:  # the chat has another learner now
                event = Event(one.at, self._body(one, seat))
            person = people[one.address]
            if person.learner_id != seat.learner.id:
                person = person._replace(learner_id=seat.learner.id)
            self._now_from(seat, person)
            await self._one(one.key, seat, event)
            last[one.key] = len(self.writes.history)
        ids = await self.writes.to_store()
        return [
            Outcome(
                one.key,
                repeated=line == 0,
                last_id=_last_id(ids, last.get(one.key, 0)),
                farewell=self.writes.erased.get(seats[one.address].person.learner_id, ()),
            )
            for one, line in zip(batch, lines, strict=True)
        ]

    async def run_inbox(self, rows: Sequence[InboxRow]) -> None:
        await self._hear(rows)
        await self.writes.to_store()

    async def hear_once(self, rows: Sequence[InboxRow]) -> None:
        """Events that the program itself begins, each key once; written when all is done."""
        fresh = await self.tx.first_seen([row.key for row in rows], self.now_ms)
        await self._hear([row for row in rows if row.key in fresh])

    async def renew(self, addresses: Sequence[Address]) -> None:
        """The rows of those chats' learners as their documents say, without an event."""
        people = await self.tx.load_people(addresses)
        for person in people.values():
            self._seat(person).changed = True

    async def _hear(self, rows: Sequence[InboxRow]) -> None:
        """Events for learners by id; who was erased meanwhile hears nothing."""
        people = await self.tx.load_learners(list({row.learner_id for row in rows}))
        seats = {learner_id: self._seat(person) for learner_id, person in people.items()}
        for row in rows:
            seat = seats.get(row.learner_id)
            event = Event(self.now, _BODY.decode(row.body))
            if seat is not None and await self._may_hear(seat, event):
                await self._one(row.key, seat, event)

    async def _may_hear(self, seat: Seat, event: Event) -> bool:
        """May that be told to the learner just now?"""
        return True

    async def run_rejected(self, row: RejectedRow) -> None:
        """The event of a quarantine row once more; then the row goes.

        Raises StillRejected, to undo everything: nobody is told of a second failure.
        """
        person = (await self.tx.load_learners([row.learner_id])).get(row.learner_id)
        if person is None:
            raise StillRejected(row.kind, "no learner: it could not even be read as an event")
        seat = self._seat(person)
        event = Event(self.now, _BODY.decode(row.body))
        await self._one(row.key, seat, event)
        if self.writes.quarantine:
            failed = self.writes.quarantine[-1]
            raise StillRejected(failed.kind, failed.trace)
        await self.tx.drop_rejected(row.id)
        await self.writes.to_store()

    def _seat(self, person: Person) -> Seat:
        """The learner of a chat; two chats of one learner share a seat."""
        known = self.seats.get(person.learner_id)
        if known is None:
            learner = read_document(person.document)
            known = self.seats[person.learner_id] = Seat(person, learner, False, learner.status)
        return known

    def _now_from(self, seat: Seat, person: Person) -> None:
        """The learner writes from that chat: it gets the answers, and can be reached."""
        seat.person, seat.seen = person, True
        if person.unreachable:
            self.writes.reachable.add(person.contact_id)

    def _newcomer(self, address: Address) -> Seat:
        learner_id = urandom(12).hex()
        contact_id = int.from_bytes(urandom(8), "big") >> 1
        person = Person(contact_id, address, learner_id, b"")
        seat = Seat(person, Learner(id=learner_id), True)
        self.seats[learner_id] = seat
        return seat

    def _body(self, one: Incoming, seat: Seat) -> Body:
        if isinstance(one.body, Pressed):
            return self.tutor.seals.read(seat.learner.id, one.body.data)
        if isinstance(one.body, Text):
            text = clean(one.body.text)
            self.notes += notes.of_cleaning(one.key, one.body.text, text, seat.learner.id)
            return Text(text)
        return one.body

    async def _read_ahead(self, events: list[tuple[Seat, Event]]) -> None:
        """Every list that the events of this batch surely want: one query each."""
        wanted: dict[str, set[str]] = {}
        for seat, event in events:
            for need in needs(seat.learner, event, self.shelf):
                wanted.setdefault(need.query, set()).add(need.parameter)
        for query, parameters in wanted.items():
            rows = await self.tx.find(query, sorted(parameters))
            for parameter in parameters:
                self._found[query, parameter] = tuple(rows.get(parameter, ()))

    async def size(self, seeking: Seeking) -> Mapping[str, int] | None:
        """How many people an announcement seeks, where that is known or soon told."""
        rows = await self._tally(size_needed(seeking))
        return None if rows is None else rows[0]

    async def _tally(self, need: Need) -> Rows | None:
        known = self.tutor.tallies.known(need)
        return await few(need, self.tx) if known is None else known

    async def _read(self, need: Need, learner_id: str) -> None:
        if need.query in TALLIES:
            counted, known = await self._tally(need), self.tutor.tallies.known(need)
            if counted is None or (known is not None and self.tutor.tallies.is_old(need)):
                self.uncounted.setdefault(learner_id, []).append((need, known))
            rows_now = (UNCOUNTED,) if counted is None else counted
            self._found[need.query, need.parameter] = rows_now
            return
        rows = await self.tx.find(need.query, [need.parameter])
        self._found[need.query, need.parameter] = tuple(rows.get(need.parameter, ()))

    async def _one(self, key: str, seat: Seat, event: Event) -> None:
        """One event of one learner, and the outcomes of its requests, in order."""
        unsent = self.tutor.is_waiting(seat.person.contact_id)
        seed, door = self.tutor.seed(), self.tutor.door(seat.person.address)
        chat, address = str(seat.person.contact_id), seat.person.address
        account = f"{address.channel}:{address.account}"
        world = World(self.shelf, event.at, seed, self._found, unsent, door, chat, account)
        while True:
            try:
                shown = self._heard(seat, event, world)
                turn = step(seat.learner, event, world)
            except Unread as wanted:
                await self._read(wanted.need, seat.learner.id)  # and again: a step changes nothing
                continue
            except Exception as error:
                self._quarantine(key, seat, event, error)
                return
            break
        self.notes += notes.of_turn(key, event.body, seat.learner)
        if EraseMe() in turn.requests:
            self.writes.erased[seat.learner.id] = turn.replies
        self._keep(seat, turn, event, shown)
        for number, request in enumerate(turn.requests):
            outcome = await self._outcome(request, seat, number)
            if outcome is not None:
                await self._one(f"{key}+", outcome[0], Event(event.at, outcome[1]))

    async def _seat_now(self, one: Incoming, then: Seat) -> Seat:
        """Whose event it is, now that those before it are done."""
        return then

    async def _outcome(self, request: Request, seat: Seat, number: int) -> tuple[Seat, Body] | None:
        """Do what the turn asked for; what comes of it, and for whom."""
        assert isinstance(request, Asked), "HouseholdBatch knows the others"
        outcome = await self._carry_out(request, seat, number)
        return (seat, outcome) if outcome is not None else None

    def _heard(self, seat: Seat, event: Event, world: World) -> str | None:
        """What the web chat shows of the learner's own words or press."""
        if seat.person.address.channel != "web":
            return None
        body = event.body
        if isinstance(body, Text):
            return body.text
        if isinstance(body, Press) and body.turn == seat.learner.asked:
            labels = {one.id: one.label for one in live_options(seat.learner, world)}
            return labels.get(body.option)
        answer = announcing.read_answer(body.option) if isinstance(body, Press) else None
        return answer and announcing.label_of(*answer, seat.learner, world)

    def _keep(self, seat: Seat, turn: Turn, event: Event, shown: str | None) -> None:
        person, learner = seat.person, turn.learner
        if learner.stopped and not seat.learner.stopped:
            self.writes.silenced.add(learner.id)
        seat.learner, seat.changed = learner, True
        self.touched.add(person.address)
        if shown and learner.consent == "yes":
            text = "•••" if turn.secret else shown
            self._say(person, Reply(text), "learner", learner.turn)
        elif shown and not learner.consent and isinstance(event.body, Press):
            self._say(person, Reply(shown), "learner", learner.turn)
        for reply in turn.replies:
            self._say(person, reply, "bot", learner.turn, turn.expires_at)
        if turn.facts:
            self.writes.facts += fact_rows(turn, self.now_ms)
            self.writes.notices += notice_rows(turn, self.now_ms)

    def _say(
        self,
        person: Person,
        reply: Reply,
        sender: str,
        turn: int,
        expires_at: datetime | None = None,
    ) -> None:
        contact_id, learner_id, address = person.contact_id, person.learner_id, person.address
        if address.channel == "web":
            row = HistoryRow(contact_id, learner_id, sender, _JSON.encode(reply), self.now_ms)
            self.writes.history.append((next(self._line), row))
        elif sender == "bot":
            late = milliseconds(expires_at) if expires_at else None
            sent = (contact_id, learner_id, address, turn, int(reply.priority), reply, late)
            self.writes.outgoing.append(Outgoing(0, *sent, slot=reply.slot))

    async def _carry_out(self, request: Asked, seat: Seat, number: int) -> Body | None:
        """Do what the turn asked for; a request with a winner answers with an event."""
        learner = seat.learner
        tell = self._teller(f"turn:{learner.id}:{learner.turn}:{number}")
        match request:
            case TellLearner(to=to, event=body):
                tell(to, body)
            case MakeTicket():
                self.writes.tickets.append(kept_ticket(request, learner.id))
            case EraseMe():
                pass  # carried out last, in `to_store`, when nothing more can be added
            case _:
                await self.writes.ahead()
                asker = Asker(learner, seat.person.address)
                outcome = await carry_out(request, asker, self.work(tell))
                self._found.clear()  # what was read before may be otherwise now
                return outcome
        return None

    def work(self, tell: Tell) -> Work:
        """What whoever carries out a request has at hand."""
        rules = self.shelf.nudges
        drop, public = self.writes.dropped.add, self.shelf.is_public
        return Work(self.tx, self.now, tell, rules, drop, self.size, public)

    def aside(self) -> Work:
        """The same for what is no learner's turn: a command, a clock."""
        return self.work(self._teller(f"aside:{urandom(8).hex()}"))

    def _teller(self, name: str) -> Tell:
        """Puts events into others' inboxes, under keys that begin with that name."""
        numbers = count()

        def tell(to: str, body: Body) -> None:
            row = InboxRow(f"{name}:{next(numbers)}", to, _JSON.encode(body), self.now_ms)
            self.writes.inbox.append(row)
            self.told = True

        return tell

    def _quarantine(self, key: str, seat: Seat, event: Event, error: Exception) -> None:
        """The event alone is set aside, without the learner's words in the trace."""
        trace = "".join(traceback.format_tb(error.__traceback__)[-3:])
        kind = f"{type(event.body).__name__}/{type(error).__name__}"
        self.writes.quarantine.append(
            QuarantineRow(key, seat.learner.id, kind, trace, _JSON.encode(event.body), self.now_ms)
        )
        _LOG.error("turn.quarantined", key=key, kind=kind)
        if isinstance(event.body, Nudge | Undelivered):
            # Nobody asked, so nobody is told; and tomorrow is another day.
            seat.learner, seat.changed = passed_over(seat.learner, event.at), True
            return
        world = World(self.shelf, event.at, b"")
        trouble = Reply(wording(seat.learner, world, "error.trouble"))
        self._say(seat.person, trouble, "bot", seat.learner.turn)
        self.touched.add(seat.person.address)

    def committed(self, recorded: int = 0, took_s: float = 0.0) -> Committed:
        """What is on disk now."""
        writes = self.writes
        return Committed(
            frozenset(self.touched),
            tuple(writes.outgoing),
            recorded,
            frozenset(writes.silenced),
            frozenset(writes.erased),
            frozenset(writes.dropped),
            tuple(self.notes),
            self.statuses,
            took_s,
            dict(self.joined),
        )


def _last_id(ids: list[int], written: int) -> int:
    return ids[written - 1] if 0 < written <= len(ids) else 0
