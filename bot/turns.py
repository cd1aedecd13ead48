"""Turns: events in, one transaction a batch, then and only then the confirmation.

Leads in: channels (`submit`), the inbox of other learners' turns. Leads out: the
store, and to the caller the outcome of its event once it is on disk.

    gather what waits ► drop what was seen ► load ► step each in order
      ► carry out requests ► write ► commit ► confirm

A batch is what arrived while the last commit ran (at most 256): no wait is added when
idle. An event that raises is put in quarantine alone; only a store error makes a
batch run again, event by event. Source: design.md section 1.
"""

import asyncio
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import count
from os import urandom

import msgspec
import structlog

from bot.conversation.events import (
    Body,
    Event,
    Press,
    Text,
    TicketRefused,
    TicketUsed,
)
from bot.conversation.folding import clean
from bot.conversation.learner import Learner
from bot.conversation.replies import (
    EraseMe,
    MakeTicket,
    Reply,
    Request,
    TellLearner,
    Turn,
    UseTicket,
)
from bot.conversation.speech import wording
from bot.conversation.step import live_options, needs, step
from bot.conversation.world import Shelf, World
from bot.signing import Seals
from store.base import (
    Address,
    FactRow,
    HistoryRow,
    InboxRow,
    LearnerRow,
    OutboxRow,
    Person,
    QuarantineRow,
    Store,
    StoreError,
    Transaction,
)

BATCH = 256
WAITING = 4096  # events that may wait for a commit before a channel is told to hold on
_LOG = structlog.get_logger("turns")
_LEARNER = msgspec.json.Decoder(Learner)
_BODY = msgspec.json.Decoder(Body)
_JSON = msgspec.json.Encoder()


class Pressed(msgspec.Struct, frozen=True, tag="pressed"):
    """A press as the channel received it: its seal is read once the learner is known."""

    data: str


class Incoming(msgspec.Struct, frozen=True):
    """One update of one chat. key: the dedupe key, `channel:account:update`."""

    key: str
    address: Address
    at: datetime
    body: Body | Pressed


class Outcome(msgspec.Struct, frozen=True):
    """What became of an update: on disk, and whether it was new.

    last_id: the newest line of the web chat's history (0 on other channels).
    farewell: what is said to a learner of whom nothing is kept any more; it is on no disk.
    """

    key: str
    repeated: bool = False
    last_id: int = 0
    farewell: tuple[Reply, ...] = ()


class Busy(Exception):
    """Too many events wait; the channel should say 503 and let its sender try again."""

    code = "turns:busy"
    retry = True


class _Seat(msgspec.Struct):
    """One learner during a batch: the document as it changes, and whether it is new."""

    person: Person
    learner: Learner
    is_new: bool
    changed: bool = False


class _Writes(msgspec.Struct):
    """All that a batch will write."""

    facts: list[FactRow] = []
    outbox: list[OutboxRow] = []
    history: list[tuple[int, HistoryRow]] = []
    inbox: list[InboxRow] = []
    tickets: list[tuple[str, str, str, int]] = []
    quarantine: list[QuarantineRow] = []
    erased: dict[str, tuple[Reply, ...]] = {}


def milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


class Turns:
    """The one place where a learner's document changes.

    clock: aware UTC now. seed: 16 random bytes. on_commit: told which chats have
    something new, after the commit.
    """

    def __init__(
        self,
        store: Store,
        shelf: Shelf,
        *,
        secret: bytes,
        clock: Callable[[], datetime],
        seed: Callable[[], bytes] = lambda: urandom(16),
        on_commit: Callable[[set[Address]], None] = lambda addresses: None,
    ) -> None:
        self.store = store
        self.shelf = shelf
        self.secret = secret
        self.seals = Seals(secret)
        self._clock = clock
        self._seed = seed
        self._on_commit = on_commit
        self._waiting: asyncio.Queue[tuple[Incoming, asyncio.Future[Outcome]]] = asyncio.Queue(
            WAITING
        )
        self._inbox_waits = True
        self._sent: list[tuple[int, str, str]] = []

    def sent(self, results: Sequence[tuple[int, str, str]]) -> None:
        """Outcomes of sends (outbox id, status, reason): written with the next batch.

        One by one they would cost a commit each (design.md section 1, Delivery).
        """
        self._sent += results

    async def submit(self, incoming: Incoming) -> Outcome:
        """Hand an update in; returns once it is on disk.

        Raises Busy when too much waits, StoreError when it could not be kept: the
        update is then unconfirmed and may be sent again.
        """
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        try:
            self._waiting.put_nowait((incoming, future))
        except asyncio.QueueFull:
            raise Busy("too many events wait") from None
        return await future

    async def run(self) -> None:
        """Commit batch after batch until cancelled; a started batch is finished."""
        while True:
            batch = [await self._waiting.get()]
            while len(batch) < BATCH and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            work = asyncio.ensure_future(self._confirm(batch))
            try:
                await asyncio.shield(work)
            except asyncio.CancelledError:
                with suppress(Exception):
                    await work
                raise

    async def _confirm(self, batch: list[tuple[Incoming, asyncio.Future[Outcome]]]) -> None:
        try:
            outcomes = await self.run_batch([incoming for incoming, _ in batch])
        except Exception:
            # One bad row must not hold the others: each alone, and only it fails.
            for incoming, future in batch:
                try:
                    (outcome,) = await self.run_batch([incoming])
                except Exception as error:
                    _LOG.error("turns.failed", kind=type(error).__name__)
                    _settle(future, error)
                else:
                    _settle(future, outcome)
            return
        for (_, future), outcome in zip(batch, outcomes, strict=True):
            _settle(future, outcome)

    async def run_batch(self, batch: Sequence[Incoming]) -> list[Outcome]:
        """One transaction for these updates and for what waits in the inbox."""
        now = self._clock()
        touched: set[Address] = set()
        sent = list(self._sent)
        async with self.store.transaction() as tx:
            work = _Batch(self, tx, now, touched)
            outcomes = await work.run(batch)
            await tx.mark_sent(sent, work.now_ms)
        # Only now are they on disk; what came in meanwhile waits for the next batch.
        del self._sent[: len(sent)]
        self._inbox_waits = work.told
        if self._inbox_waits:
            await self._empty_inbox(now, touched)
        self._on_commit(touched)
        return outcomes

    async def _empty_inbox(self, now: datetime, touched: set[Address]) -> None:
        """Take what learners' turns said to others, in bounded batches."""
        while self._inbox_waits:
            async with self.store.transaction() as tx:
                work = _Batch(self, tx, now, touched)
                rows = await tx.take_inbox(BATCH)
                await work.run_inbox(rows)
                self._inbox_waits = work.told or len(rows) == BATCH

    async def recover(self) -> None:
        """Take up the inbox that an earlier program left behind. Call once at start."""
        touched: set[Address] = set()
        self._inbox_waits = True
        await self._empty_inbox(self._clock(), touched)


class _Batch:
    """The work of one transaction."""

    def __init__(self, turns: Turns, tx: Transaction, now: datetime, touched: set[Address]) -> None:
        self.turns = turns
        self.tx = tx
        self.now = now
        self.now_ms = milliseconds(now)
        self.touched = touched
        self.writes = _Writes()
        self.seats: dict[str, _Seat] = {}
        self.told = False
        self._line = count()

    async def run(self, batch: Sequence[Incoming]) -> list[Outcome]:
        fresh = await self.tx.first_seen([one.key for one in batch], self.now_ms)
        people = await self.tx.load_people(list({one.address for one in batch}))
        seats = {address: self._seat(person) for address, person in people.items()}
        lines: list[int | None] = []
        new: list[tuple[Incoming, _Seat, Event]] = []
        for one in batch:
            is_new = one.key in fresh
            fresh.discard(one.key)  # the same key twice in one batch counts once
            seat = seats.get(one.address)
            if seat is None:
                seat = seats[one.address] = self._newcomer(one.address)
            if is_new:
                new.append((one, seat, Event(one.at, self._body(one, seat))))
            lines.append(None if is_new else 0)
        found = await self._needs([(seat, event) for _, seat, event in new])
        last: dict[str, int] = {}
        for one, seat, event in new:
            await self._one(one.key, seat, event, found)
            last[one.key] = len(self.writes.history)
        ids = await self._write()
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
        people = await self.tx.load_learners(list({row.learner_id for row in rows}))
        seats = {learner_id: self._seat(person) for learner_id, person in people.items()}
        for row in rows:
            seat = seats.get(row.learner_id)
            if seat is None:
                continue  # erased meanwhile
            await self._one(row.key, seat, Event(self.now, _BODY.decode(row.body)), {})
        await self._write()

    def _seat(self, person: Person) -> _Seat:
        """The learner of a chat; two chats of one learner share a seat."""
        known = self.seats.get(person.learner_id)
        if known is None:
            learner = _LEARNER.decode(person.document)
            known = self.seats[person.learner_id] = _Seat(person, learner, False)
        return known

    def _newcomer(self, address: Address) -> _Seat:
        learner_id = urandom(12).hex()
        contact_id = int.from_bytes(urandom(8), "big") >> 1
        person = Person(contact_id, address, learner_id, b"")
        seat = _Seat(person, Learner(id=learner_id), True)
        self.seats[learner_id] = seat
        return seat

    def _body(self, one: Incoming, seat: _Seat) -> Body:
        if isinstance(one.body, Pressed):
            return self.turns.seals.read(seat.learner.id, one.body.data)
        if isinstance(one.body, Text):
            return Text(clean(one.body.text))
        return one.body

    async def _needs(self, events: list[tuple[_Seat, Event]]) -> dict[tuple[str, str], object]:
        """Every list that the screens of this batch will show: one query each."""
        wanted: dict[str, set[str]] = {}
        for seat, event in events:
            for need in needs(seat.learner, event, self.turns.shelf):
                wanted.setdefault(need.query, set()).add(need.parameter)
        found: dict[tuple[str, str], object] = {}
        for query, parameters in wanted.items():
            rows = await self.tx.find(query, sorted(parameters))
            for parameter in parameters:
                found[query, parameter] = tuple(rows.get(parameter, ()))
        return found

    async def _one(
        self, key: str, seat: _Seat, event: Event, found: dict[tuple[str, str], object]
    ) -> None:
        """One event of one learner, and the outcomes of its requests, in order."""
        world = World(self.turns.shelf, event.at, self.turns._seed(), found)
        try:
            shown = self._heard(seat, event, world)
            turn = step(seat.learner, event, world)
        except Exception as error:
            self._quarantine(key, seat, event, error)
            return
        if EraseMe() in turn.requests:
            self.writes.erased[seat.learner.id] = turn.replies
        self._keep(seat, turn, event, shown)
        for number, request in enumerate(turn.requests):
            outcome = await self._carry_out(request, seat, number)
            if outcome is not None:
                await self._one(f"{key}+", seat, Event(event.at, outcome), found)

    def _heard(self, seat: _Seat, event: Event, world: World) -> str | None:
        """What the web chat shows of the learner's own words or press."""
        if seat.person.address.channel != "web":
            return None
        body = event.body
        if isinstance(body, Text):
            return body.text
        if isinstance(body, Press) and body.turn == seat.learner.asked:
            labels = {one.id: one.label for one in live_options(seat.learner, world)}
            return labels.get(body.option)
        return None

    def _keep(self, seat: _Seat, turn: Turn, event: Event, shown: str | None) -> None:
        seat.learner, seat.changed = turn.learner, True
        person, learner = seat.person, turn.learner
        self.touched.add(person.address)
        if shown and learner.consent == "yes":
            text = "•••" if turn.secret else shown
            self._say(person, Reply(text), "learner", learner.turn)
        elif shown and not learner.consent and isinstance(event.body, Press):
            self._say(person, Reply(shown), "learner", learner.turn)
        for reply in turn.replies:
            self._say(person, reply, "bot", learner.turn)
        self.writes.facts += [
            FactRow(
                learner.id,
                learner.turn,
                str(fact.__struct_config__.tag),
                _JSON.encode(fact),
                self.now_ms,
            )
            for fact in turn.facts
        ]

    def _say(self, person: Person, reply: Reply, sender: str, turn: int) -> None:
        body = _JSON.encode(reply)
        if person.address.channel == "web":
            row = HistoryRow(person.contact_id, person.learner_id, sender, body, self.now_ms)
            self.writes.history.append((next(self._line), row))
        elif sender == "bot":
            self.writes.outbox.append(
                OutboxRow(
                    person.contact_id, person.learner_id, turn, reply.priority, body, self.now_ms
                )
            )

    async def _carry_out(self, request: Request, seat: _Seat, number: int) -> Body | None:
        """Do what the turn asked for; a request with a winner answers with an event."""
        learner = seat.learner
        match request:
            case TellLearner(to=to, event=body):
                key = f"turn:{learner.id}:{learner.turn}:{number}"
                self.writes.inbox.append(InboxRow(key, to, _JSON.encode(body), self.now_ms))
                self.told = True
            case MakeTicket(hash=hashed, purpose=purpose, expires_at=expires_at):
                self.writes.tickets.append((hashed, purpose, learner.id, milliseconds(expires_at)))
            case UseTicket(hash=hashed, purpose=purpose):
                await self._flush_people()
                won = await self.tx.use_ticket(hashed, purpose, learner.id, self.now_ms)
                return TicketUsed(won.purpose, won.made_by) if won else TicketRefused()
            case EraseMe():
                pass  # carried out last, in `_write`, when nothing more can be added
        return None

    def _quarantine(self, key: str, seat: _Seat, event: Event, error: Exception) -> None:
        """The event alone is set aside, without the learner's words in the trace."""
        trace = "".join(traceback.format_tb(error.__traceback__)[-3:])
        kind = f"{type(event.body).__name__}/{type(error).__name__}"
        self.writes.quarantine.append(
            QuarantineRow(key, seat.learner.id, kind, trace, _JSON.encode(event.body), self.now_ms)
        )
        _LOG.error("turn.quarantined", key=key, kind=kind)
        world = World(self.turns.shelf, event.at, b"")
        trouble = Reply(wording(seat.learner, world, "error.trouble"))
        self._say(seat.person, trouble, "bot", seat.learner.turn)
        self.touched.add(seat.person.address)

    async def _flush_people(self) -> None:
        """New people go in before anything that points at them."""
        new = [seat for seat in self.seats.values() if seat.is_new]
        if new:
            people = [seat.person._replace(document=_JSON.encode(seat.learner)) for seat in new]
            await self.tx.add_people(people, self.now_ms)
            for seat in new:
                seat.is_new, seat.changed = False, True

    async def _write(self) -> list[int]:
        """Everything in as few calls as there are tables; returns the history's ids."""
        writes = self.writes
        await self._flush_people()
        rows = [self._row(seat.learner) for seat in self.seats.values() if seat.changed]
        await self.tx.save_learners(rows)
        await self.tx.add_facts(writes.facts)
        await self.tx.add_outbox(writes.outbox)
        await self.tx.make_tickets(writes.tickets)
        await self.tx.add_inbox(writes.inbox)
        await self.tx.add_quarantine(writes.quarantine)
        ids = await self.tx.add_history([row for _, row in writes.history])
        for learner_id in writes.erased:
            await self.tx.erase_learner(learner_id, self.now_ms)
        return ids

    def _row(self, learner: Learner) -> LearnerRow:
        status = {"yes": "active", "no": "guest"}.get(learner.consent, "new")
        return LearnerRow(
            learner.id,
            _JSON.encode(learner),
            learner.ward,
            "stopped" if learner.stopped else status,
            None,
            self.now_ms,
        )


def _last_id(ids: list[int], written: int) -> int:
    return ids[written - 1] if 0 < written <= len(ids) else 0


def _settle(future: asyncio.Future[Outcome], result: Outcome | Exception) -> None:
    """Answer the one who waits, unless they went away."""
    if future.done():
        return
    if isinstance(result, Exception):
        future.set_exception(result)
    else:
        future.set_result(result)


__all__ = ["Busy", "Incoming", "Outcome", "Pressed", "StoreError", "Turns", "milliseconds"]
