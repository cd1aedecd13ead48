"""A batch that knows of people with several chats, and of chats with several people.

A code said aloud makes two learners one, everything of both with it; a chat can be parted
off again with a copy of what was learnt; a household can share a chat, each learner with
a document of their own. All in the transaction of the turn that asked for it.
Leads in: `announcing`, `turns`. Source: design.md sections 3 and 4; promises.md P23, P31.
"""

from os import urandom
from typing import TypeVar

import msgspec

from bot.batch import Batch
from bot.conversation.events import (
    Body,
    CodeFits,
    CodeRefused,
    Event,
    HandedOver,
    Joined,
    NewHere,
    NotParted,
    Nudge,
    Parted,
    PlaceTaken,
    Press,
)
from bot.conversation.learner import Learner, change, read_document
from bot.conversation.merging import PLAYS_KEPT, merge
from bot.conversation.nudge_times import passed_over
from bot.conversation.replies import (
    AddLearner,
    ForHousehold,
    HandOver,
    MergeInto,
    PartChat,
    Request,
    TakePlace,
    TryCode,
)
from bot.conversation.screens.household import PAUSE
from bot.conversation.sharing import HOUSEHOLD
from bot.passing import Incoming, Pressed
from bot.writing import Seat
from store.base import Address, FactRow, HistoryRow, InboxRow, Person, QuarantineRow

TRIES = 5  # of wrong codes, a chat (promises.md P23)
_TRIES_FORGOTTEN_MS = 24 * 3_600_000
_JSON = msgspec.json.Encoder()
Row = TypeVar("Row", FactRow, HistoryRow, InboxRow, QuarantineRow)


class HouseholdBatch(Batch):
    """The work of one transaction, joining and parting among it."""

    def __init__(self, *given: object) -> None:
        super().__init__(*given)  # type: ignore[arg-type]  # as Batch takes them
        self._at: dict[Address, str] = {}  # chats that changed hands in this batch

    async def _seat_now(self, one: Incoming, then: Seat) -> Seat:
        seat = then
        if one.address in self._at or then.learner.id in self.joined:
            seat = self.seats[self._goes_on_as(self._at.get(one.address, then.learner.id))]
        if seat.learner.shared and isinstance(one.body, Pressed):
            return await self._presser(one.body.data, seat)
        return seat

    async def _presser(self, data: str, seat: Seat) -> Seat:
        """Whose key was pressed: of those who share the chat, each has their own."""
        if isinstance(self.tutor.seals.read(seat.learner.id, data), Press):
            return seat
        contact_id = str(seat.person.contact_id)
        rows = (await self.tx.find(HOUSEHOLD, [contact_id])).get(contact_id, [])
        for row in rows:
            if isinstance(self.tutor.seals.read(row["learner_id"], data), Press):
                return await self._handed_over(row["learner_id"], seat) or seat
        return seat

    async def _may_hear(self, seat: Seat, event: Event) -> bool:
        """A nudge comes to a shared chat when nobody else is using it; it is theirs then."""
        if not isinstance(event.body, Nudge) or not seat.learner.shared:
            return True
        now = await self.tx.households.now(seat.person.contact_id)
        if now is None or now.learner_id == seat.learner.id:
            return True
        if self.now_ms - now.last_seen_at < PAUSE.total_seconds() * 1000:
            seat.learner, seat.changed = passed_over(seat.learner, event.at), True
            return False
        return await self.tx.households.hand_over(seat.person.contact_id, seat.learner.id)

    async def _outcome(self, request: Request, seat: Seat, number: int) -> tuple[Seat, Body] | None:
        if not isinstance(request, ForHousehold):
            return await super()._outcome(request, seat, number)
        await self.writes.ahead()
        outcome = await self._of_household(request, seat)
        self._found.clear()  # what was read before may be otherwise now
        return outcome

    async def _of_household(self, request: ForHousehold, seat: Seat) -> tuple[Seat, Body] | None:
        match request:
            case TryCode(hash=hashed):
                return seat, await self._try(hashed, seat)
            case MergeInto(hash=hashed):
                return await self._merge(hashed, seat)
            case PartChat():
                return await self._part(seat)
            case TakePlace(whom=whom):
                return seat, await self._take_place(whom, seat)
            case AddLearner():
                return await self._add(seat)
            case HandOver(to=to):
                taken = await self._handed_over(to, seat)
                return (taken, HandedOver()) if taken else None

    # --- codes ------------------------------------------------------------------------

    async def _try(self, hashed: str, seat: Seat) -> Body:
        """Count before looking: who guesses learns nothing after the fifth."""
        households, contact_id = self.tx.households, seat.person.contact_id
        since = self.now_ms - _TRIES_FORGOTTEN_MS
        if await households.code_tries(contact_id, since) >= TRIES:
            return CodeRefused(often=True)
        code = await households.free_code(hashed, self.now_ms)
        if code is None:
            await households.count_code_try(contact_id, since, self.now_ms)
            return CodeRefused()
        chats = {chat.contact_id for chat in await households.chats(code.made_by)}
        own = code.made_by == seat.learner.id or contact_id in chats
        return CodeFits(hashed, own, code.purpose)

    async def _merge(self, hashed: str, seat: Seat) -> tuple[Seat, Body]:
        """Win the code; then its maker goes on, and this learner ends in them."""
        fits = await self._try(hashed, seat)
        if not isinstance(fits, CodeFits) or fits.own or seat.learner.works:
            return seat, fits
        won = await self.tx.use_ticket(hashed, "join", seat.learner.id, self.now_ms)
        kept = await self._seat_of(self._goes_on_as(won.made_by)) if won else None
        gone = self.writes.erased
        if kept is None or kept.learner.consent != "yes" or kept.learner.id in gone:
            return seat, CodeRefused()
        other = seat.learner
        lessons = self.shelf.library.lessons.get(kept.learner.language, {})
        plays = max(len(kept.learner.safe_plays), len(other.safe_plays))
        kept.learner, kept.changed = merge(kept.learner, other, lessons), True
        await self._become(seat, kept)
        return kept, Joined(plays < PLAYS_KEPT == len(kept.learner.safe_plays))

    async def _become(self, seat: Seat, kept: Seat) -> None:
        """One learner ends in the other: their rows, and what this batch has yet to write."""
        old, new, writes = seat.learner.id, kept.learner.id, self.writes
        writes.facts = [_renamed(row, old, new) for row in writes.facts]
        writes.history = [(line, _renamed(row, old, new)) for line, row in writes.history]
        writes.inbox = [_renamed(row, old, new) for row in writes.inbox]
        writes.quarantine = [_renamed(row, old, new) for row in writes.quarantine]
        writes.outgoing = [
            msgspec.structs.replace(one, learner_id=new) if one.learner_id == old else one
            for one in writes.outgoing
        ]
        if seat.status:
            self.statuses[seat.status] -= 1
        await self.tx.households.merge(new, old)
        del self.seats[old]
        self.joined[old] = new
        self._sits(kept, seat.person)

    async def _take_place(self, whom: str, seat: Seat) -> Body:
        """Who stood on a volunteer's list ends in the learner of this chat."""
        document = await self.tx.people.kept_document(whom)
        if document is None:
            return PlaceTaken(gone=True)
        listed = change(read_document(document), hour="")  # they choose it themselves now
        lessons = self.shelf.library.lessons.get(seat.learner.language, {})
        seat.learner, seat.changed = merge(seat.learner, listed, lessons), True
        await self.tx.households.merge(seat.learner.id, whom)
        return PlaceTaken()

    def _goes_on_as(self, learner_id: str) -> str:
        """The learner in whom this one has ended in this batch, or themselves."""
        while learner_id in self.joined:
            learner_id = self.joined[learner_id]
        return learner_id

    # --- one chat, several people -----------------------------------------------------

    async def _part(self, seat: Seat) -> tuple[Seat, Body]:
        """The chat gets a learner of its own; the others keep theirs."""
        here = seat.person
        chats = await self.tx.households.chats(seat.learner.id)
        elsewhere = next((one for one in chats if one.contact_id != here.contact_id), None)
        if elsewhere is None:
            return seat, NotParted()
        copied = change(seat.learner, id=urandom(12).hex(), works=False, draft=None, ticket="")
        await self._add_member(copied, here)
        self._hand_on(here.contact_id, seat.learner.id, copied.id)
        await self.tx.households.leave(here.contact_id, seat.learner.id, copied.id)
        address = Address(elsewhere.channel, elsewhere.account, elsewhere.external_id)
        seat.person = Person(elsewhere.contact_id, address, seat.learner.id, b"")
        seat.changed = True
        return self._new_seat(copied, here), Parted()

    def _hand_on(self, contact_id: int, old: str, new: str) -> None:
        """What this batch has yet to write into that chat is the new learner's too: else
        nobody's erasure would find it."""
        writes = self.writes
        writes.history = [
            (line, _renamed(row, old, new) if row.contact_id == contact_id else row)
            for line, row in writes.history
        ]
        writes.outgoing = [
            msgspec.structs.replace(one, learner_id=new)
            if (one.contact_id, one.learner_id) == (contact_id, old)
            else one
            for one in writes.outgoing
        ]

    async def _add(self, seat: Seat) -> tuple[Seat, Body]:
        added = Learner(id=urandom(12).hex(), language=seat.learner.language, shared=True)
        await self._add_member(added, seat.person)
        return self._new_seat(added, seat.person), NewHere()

    async def _add_member(self, learner: Learner, person: Person) -> None:
        document = _JSON.encode(learner)
        await self.tx.households.add_member(person.contact_id, learner.id, document, self.now_ms)

    def _new_seat(self, learner: Learner, person: Person) -> Seat:
        seat = self.seats[learner.id] = Seat(person, learner, False, "", changed=True)
        self._sits(seat, person)
        return seat

    async def _handed_over(self, learner_id: str, seat: Seat) -> Seat | None:
        """The chat is that learner's from now on; None when they do not share it."""
        if not await self.tx.households.hand_over(seat.person.contact_id, learner_id):
            return None
        taken = await self._seat_of(learner_id)
        if taken is not None:
            self._sits(taken, seat.person)
        return taken

    async def _seat_of(self, learner_id: str) -> Seat | None:
        known = self.seats.get(learner_id)
        if known is not None:
            return known
        person = (await self.tx.load_learners([learner_id])).get(learner_id)
        return self._seat(person) if person else None

    def _sits(self, seat: Seat, person: Person) -> None:
        """That learner is in that chat now."""
        self._at[person.address] = seat.learner.id
        self._now_from(seat, person._replace(learner_id=seat.learner.id))
        seat.changed = True


def _renamed(row: Row, old: str, new: str) -> Row:
    """The row of the learner who goes on."""
    return row._replace(learner_id=new) if row.learner_id == old else row
