"""A batch that writes announcements to learners, and keeps what they got of them.

Leads in: `turns` (what delivery sent), `scheduler/broadcasts` through `Turns.beside` (the
next recipients). The rules of who may be told something unasked are those of nudges: the
same field of the document holds the day, so that both together are one message a day.
Source: design.md section 1, One broadcast; learner-experience.md N5.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import msgspec

from bot.conversation import announcing
from bot.conversation.days import at_second, day_number, milliseconds
from bot.conversation.draft import Announced, Draft
from bot.conversation.events import Body
from bot.conversation.learner import Learner, change
from bot.conversation.replies import Priority, Reply
from bot.conversation.world import World
from bot.households import HouseholdBatch
from bot.passing import Outgoing
from store.base import HistoryRow, InboxRow, OutboxRow, Person

_JSON = msgspec.json.Encoder()


class AnnouncingBatch(HouseholdBatch):
    """The work of one transaction, announcements among it."""

    async def reached(self, sent: Sequence[Outgoing]) -> None:
        """These arrived: their day has had its unasked message, and a number typed next is
        meant for the newest of them."""
        people = await self.tx.load_learners(list({one.learner_id for one in sent}))
        for one in sent:
            person = people.get(one.learner_id)
            if person is not None:
                seat = self._seat(person)
                seat.learner = self._announced(seat.learner, one.broadcast, one.reply)
                seat.changed = True

    def _announced(self, learner: Learner, number: int, reply: Reply) -> Learner:
        read = (announcing.read_answer(option.id) for option in reply.options)
        keys = tuple(one[1] for one in read if one)
        today = day_number(self.now)
        nudges = msgspec.structs.replace(learner.nudges, unasked_on=today)
        return change(learner, announced=Announced(number, keys, bool(keys)), nudges=nudges)

    async def announce(
        self,
        draft: Draft,
        root: int,
        learner_ids: Sequence[str],
        counted: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        """One row of the outbox each: to be sent, sent (web), for a later day, or not at all.

        counted: when this very announcement was first to go to a learner (milliseconds):
        that day has been counted for it already.
        """
        people = await self.tx.load_learners(list(learner_ids))
        world = World(self.tutor.shelf, self.now, b"")
        for learner_id in learner_ids:
            person = people.get(learner_id)
            if person is not None:
                since = datetime.fromtimestamp(counted.get(learner_id, 0) / 1000, UTC)
                self._announce_to(person, draft, root, world, day_number(since))

    def _announce_to(
        self, person: Person, draft: Draft, root: int, world: World, counted_on: int
    ) -> None:
        seat = self._seat(person)
        learner, today = seat.learner, day_number(self.now)
        if learner.consent != "yes" or learner.stopped or person.unreachable:
            reason = "unreachable" if person.unreachable else "stopped"
            self._recipient(person, draft.number, "cancelled", reason=reason)
            return
        free = draft.body.urgent or bool(draft.audience.reached)
        free = free or learner.nudges.unasked_on < today or learner.nudges.unasked_on == counted_on
        if not free:
            self._recipient(person, draft.number, "later", later_at=self._tomorrow_ms())
            return
        reply = announcing.letter(draft.number, root, draft, learner, world)
        nudges = msgspec.structs.replace(learner.nudges, unasked_on=today)
        seat.learner, seat.changed = change(learner, nudges=nudges), True
        if person.address.channel != "web":
            self._send(person, learner, draft.number, reply)
            return
        # For the web, committed is sent.
        seat.learner = self._announced(seat.learner, draft.number, reply)
        line = HistoryRow(person.contact_id, learner.id, "bot", _JSON.encode(reply), self.now_ms)
        self.writes.history.append((len(self.writes.history), line))
        self._recipient(person, draft.number, "sent")
        self.touched.add(person.address)

    def _send(self, person: Person, learner: Learner, number: int, reply: Reply) -> None:
        row = Outgoing(
            0,
            person.contact_id,
            learner.id,
            person.address,
            learner.turn,
            int(reply.priority),
            reply,
            None if reply.priority is Priority.EMERGENCY else self._silence_ms(),
            reply.slot,
            number,
        )
        self.writes.outgoing.append(row)

    def _recipient(
        self,
        person: Person,
        number: int,
        status: str,
        *,
        reason: str = "",
        later_at: int | None = None,
    ) -> None:
        """A row that nobody sends: it only tells where that recipient stands."""
        account = f"{person.address.channel}:{person.address.account}"
        row = OutboxRow(
            person.contact_id,
            person.learner_id,
            account,
            0,
            int(Priority.BROADCAST),
            b"",
            self.now_ms,
            broadcast_id=number,
            status=status,
            later_at=later_at,
            reason=reason,
        )
        self.writes.recipients.append(row)

    def _silence_ms(self) -> int | None:
        """When it becomes quiet next; None: it never does."""
        start = self.tutor.shelf.nudges.quiet.next_start(self.now)
        return milliseconds(start) if start else None

    def _tomorrow_ms(self) -> int:
        """The first moment of the learners' next day that is not quiet."""
        quiet = self.tutor.shelf.nudges.quiet
        tomorrow = day_number(self.now) + 1
        at = at_second(tomorrow, 0)
        return milliseconds(at + timedelta(minutes=quiet.end if quiet.covers(0) else 0))

    def tell(self, key: str, learner_id: str, body: Body) -> None:
        """An event for a learner, once under that key."""
        self.writes.inbox.append(InboxRow(key, learner_id, _JSON.encode(body), self.now_ms))
        self.told = True

    def writes_rows(self) -> bool:
        """Will this batch write to somebody?"""
        return bool(self.writes.outgoing or self.writes.recipients)

    async def finish(self) -> None:
        """Write everything; the caller commits."""
        await self.writes.to_store()
