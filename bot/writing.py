"""What a batch writes: gathered turn by turn, then put down in as few calls as there are tables.

Leads in: `batch`, `households` and `announcing`, which fill it. Leads out: the store, in
the transaction of the batch, and the ids that its lines got.
"""

from collections import Counter

import msgspec

from bot.conversation.days import milliseconds
from bot.conversation.learner import Learner
from bot.conversation.nudge_times import next_nudge_at
from bot.conversation.quiet import NudgeRules
from bot.conversation.replies import Reply
from bot.passing import Outgoing
from store.base import (
    FactRow,
    HistoryRow,
    InboxRow,
    LearnerRow,
    NewTicket,
    OutboxRow,
    Person,
    QuarantineRow,
    Transaction,
)
from store.people import NoticeRow

_JSON = msgspec.json.Encoder()


class Seat(msgspec.Struct):
    """One learner during a batch: the document as it changes, and whether it is new.

    status: what it was before, "" for a new one. seen: they wrote themselves, and so can
    be reached.
    """

    person: Person
    learner: Learner
    is_new: bool
    status: str = ""
    changed: bool = False
    seen: bool = False


class Writes(msgspec.Struct):
    """All that a batch will write, and the writing of it.

    rules: when somebody may be nudged next. seats, statuses: the batch's own; by how many
    the learners of each status become more is counted as they are written.
    """

    tx: Transaction
    now_ms: int
    rules: NudgeRules
    seats: dict[str, Seat]
    statuses: Counter[str]
    facts: list[FactRow] = []
    notices: list[NoticeRow] = []
    outgoing: list[Outgoing] = []
    reachable: set[int] = set()
    silenced: set[str] = set()
    history: list[tuple[int, HistoryRow]] = []
    inbox: list[InboxRow] = []
    tickets: list[NewTicket] = []
    quarantine: list[QuarantineRow] = []
    erased: dict[str, tuple[Reply, ...]] = {}
    dropped: set[int] = set()
    recipients: list[OutboxRow] = []

    async def ahead(self) -> None:
        """New people and tickets now: the request that is next may point at them, use or
        void them."""
        await self._new_people()
        await self.tx.make_tickets(self.tickets)
        self.tickets = []

    async def to_store(self) -> list[int]:
        """Everything in as few calls as there are tables; returns the history's ids."""
        await self._new_people()
        # Who is erased keeps the document of before: by it is found what others were told.
        kept = (one for id_, one in self.seats.items() if id_ not in self.erased)
        rows = [self._row(seat) for seat in kept if seat.changed]
        await self.tx.save_learners(rows)
        await self.tx.add_facts(self.facts)
        await self.tx.people.note(self.notices)
        await self._to_outbox()
        await self.tx.make_tickets(self.tickets)
        await self.tx.add_inbox(self.inbox)
        await self.tx.add_quarantine(self.quarantine)
        ids = await self.tx.add_history([row for _, row in self.history])
        await self.tx.mark_reachable(sorted(self.reachable))
        await self.tx.cancel_unasked(sorted(self.silenced), self.now_ms)
        for learner_id in self.erased:
            self.statuses[self.seats[learner_id].status] -= 1
            await self.tx.erase_learner(learner_id, self.now_ms)
        return ids

    async def _to_outbox(self) -> None:
        """Replies go to disk with their ids; a goodbye after an erasure stays in memory."""
        kept = [one for one in self.outgoing if one.learner_id not in self.erased]
        ids = await self.tx.add_outbox(
            [
                OutboxRow(
                    one.contact_id,
                    one.learner_id,
                    f"{one.address.channel}:{one.address.account}",
                    one.turn,
                    one.priority,
                    _JSON.encode(one.reply),
                    self.now_ms,
                    one.expires_at,
                    one.slot,
                    one.broadcast or None,
                )
                for one in kept
            ]
        )
        for one, id_ in zip(kept, ids, strict=True):
            msgspec.structs.force_setattr(one, "id", id_)  # nobody else has seen them yet
        goodbyes = [
            one
            for one in self.outgoing
            if one.learner_id in self.erased and one.reply in self.erased[one.learner_id]
        ]
        self.outgoing = kept + goodbyes
        await self.tx.add_outbox(self.recipients)

    async def _new_people(self) -> None:
        """New people go in before anything that points at them."""
        new = [seat for seat in self.seats.values() if seat.is_new]
        if new:
            people = [seat.person._replace(document=_JSON.encode(seat.learner)) for seat in new]
            await self.tx.add_people(people, self.now_ms)
            for seat in new:
                seat.is_new, seat.changed = False, True

    def _row(self, seat: Seat) -> LearnerRow:
        learner = seat.learner
        self.statuses[learner.status] += 1
        self.statuses[seat.status] -= 1
        nudge_at = next_nudge_at(learner, self.rules)
        if seat.person.unreachable and not seat.seen:
            nudge_at = None
        return LearnerRow(
            learner.id,
            _JSON.encode(learner),
            learner.ward,
            learner.status,
            milliseconds(nudge_at) if nudge_at else None,
            self.now_ms if seat.seen else None,
            seat.person.contact_id,
            learner.hamlet,
        )
