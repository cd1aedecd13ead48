"""What may happen to an announcement: queued, approved, steered, answered.

Leads in: `carrying` (a volunteer's turn), `bot/announcing` and orders of the command line.
Leads out: the store, in the caller's transaction. Every step asks the policy again with the
roles held at that moment, and a row changes only from the status in which it was read.

    draft ─► waiting_approval ─► held 60 s ─► running ◄─► paused
       ▲             └ edit ┘        │           └─► done       any ─► cancelled

Source: learner-experience.md T2; promises.md P36, P37.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta

import msgspec

from bot.conversation import announcing
from bot.conversation.draft import Announcement, Audience, Draft
from bot.conversation.events import Body, BroadcastNews, What
from bot.conversation.policy import EVERYWHERE, Action, Area, Grant, Person, Role, may
from bot.conversation.replies import (
    AnswerBroadcast,
    ApproveBroadcast,
    OfBroadcast,
    QueueBroadcast,
    SteerBroadcast,
)
from bot.conversation.who import COMMAND_LINE
from store.base import Transaction
from store.broadcasts import BroadcastRow, Seeking

Drop = Callable[[int], None]
# How many people on which channel; None: they are not counted yet.
Size = Callable[[Seeking], Awaitable[Mapping[str, int] | None]]
_HELD_MS = announcing.HELD // timedelta(milliseconds=1)
_WEEK_MS = timedelta(days=7) // timedelta(milliseconds=1)
# A send that is under way when it is paused may end within that time: what is not sent by
# then is written anew, and what was sent is not sent again.
SETTLES_MS = 40_000
_TOLD_AT_MOST = 20  # people who are asked for an approval
_JSON = msgspec.json.Encoder(order="deterministic")
# How it is steered: from which statuses, to which, and what is said of it.
_STEPS: dict[str, tuple[tuple[str, ...], str, What]] = {
    "cancel": (("waiting_approval", "held", "running", "paused"), "cancelled", "cancelled"),
    "pause": (("held", "running"), "paused", "paused"),
    # By way of `held`, so that it is weighed again before it goes on.
    "resume": (("paused",), "held", "resumed"),
    "edit": (("waiting_approval", "held"), "draft", "edit"),
}


async def person_of(tx: Transaction, learner_id: str) -> Person:
    """The roles that somebody holds just now."""
    rows = (await tx.find("roles", [learner_id])).get(learner_id, [])
    grants = (Grant(Role(row["role"]), Area(row["ward"], row["hamlet"])) for row in rows)
    return Person(EVERYWHERE, tuple(grants))


async def allowed(tx: Transaction, learner_id: str, action: Action, area: Area) -> bool:
    """Whoever has the machine itself may do anything there."""
    if learner_id == COMMAND_LINE:
        return True
    return may(await person_of(tx, learner_id), action, area)


def draft_of(row: BroadcastRow) -> Draft:
    return Draft(
        msgspec.json.decode(row.audience, type=Audience),
        msgspec.json.decode(row.body, type=Announcement),
        number=row.broadcast_id,
    )


def seeking_of(row: BroadcastRow, now_ms: int) -> Seeking:
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    audience = draft_of(row).audience
    return Seeking(**announcing.seeking(audience, row.made_by, now, row.broadcast_id))


class Desk:
    """The work on announcements within one transaction.

    tell: an event for somebody; drop: what waits of that announcement in memory; size: how
    many people it seeks.
    """

    def __init__(
        self,
        tx: Transaction,
        now_ms: int,
        tell: Callable[[str, Body], None],
        drop: Drop,
        size: Size,
    ) -> None:
        self._tx = tx
        self._now_ms = now_ms
        self._tell = tell
        self._drop = drop
        self._size = size

    async def carry_out(self, request: OfBroadcast, asker: str) -> BroadcastNews | None:
        match request:
            case QueueBroadcast():
                return await self.queue(request, asker)
            case ApproveBroadcast(number=number, digest=digest):
                return await self.approve(number, digest, asker)
            case SteerBroadcast(number=number, how=how):
                return await self.steer(number, how, asker)
            case AnswerBroadcast(number=number, answer=answer):
                await self._tx.broadcasts.answer(number, asker, answer, self._now_ms)
                return None

    async def queue(self, request: QueueBroadcast, asker: str) -> BroadcastNews:
        """Hold it, or let a second person see it first."""
        draft, area = request.draft, announcing.area_of(request.draft.audience)
        action = Action.ANNOUNCE_URGENT if draft.body.urgent else Action.ANNOUNCE
        if not await allowed(self._tx, asker, action, area) or not await self._is_theirs(draft):
            return BroadcastNews(draft.number, "refused")
        row = self._row(request, asker, area)
        if draft.body.urgent:
            week_ago = self._now_ms - _WEEK_MS
            if await self._tx.broadcasts.urgent_since(row, week_ago) >= announcing.URGENT_A_WEEK:
                return BroadcastNews(draft.number, "too_many")
        # As its maker saw it counted: an edit is of one that nobody got yet.
        size = await self._size(seeking_of(row._replace(broadcast_id=0), self._now_ms))
        if size is None:
            return BroadcastNews(draft.number, "uncounted")
        people = sum(size.values())
        if not people:
            return BroadcastNews(draft.number, "nobody")
        second = people > request.second_over
        status = "waiting_approval" if second else "held"
        row = row._replace(recipients=people, second=request.second_over, status=status)
        number = await self._keep(row, asker)
        if not number:
            return BroadcastNews(draft.number, "refused")
        if second:
            await self._ask_for_approval(row._replace(broadcast_id=number))
        return BroadcastNews(number, "waiting" if second else "held", people)

    async def _is_theirs(self, draft: Draft) -> bool:
        """What it repeats or corrects went to that same area."""
        earlier = draft.audience.missed or draft.audience.reached
        if not earlier:
            return True
        row = await self._tx.broadcasts.get(earlier)
        place = announcing.area_of(draft.audience)
        return row is not None and Area(row.ward, row.hamlet) == place

    def _row(self, request: QueueBroadcast, asker: str, area: Area) -> BroadcastRow:
        draft, now_ms = request.draft, self._now_ms
        wanted_at = int(draft.at.timestamp() * 1000) if draft.at else 0
        return BroadcastRow(
            broadcast_id=draft.number,
            root=draft.audience.missed or draft.audience.reached,
            made_by=asker,
            ward=area.ward,
            hamlet=area.hamlet,
            audience=_JSON.encode(draft.audience).decode(),
            body=_JSON.encode(draft.body).decode(),
            digest=announcing.digest(draft.audience, draft.body),
            urgent=int(draft.body.urgent),
            status="draft",
            recipients=0,
            second=request.second_over,
            approved_by="",
            approved_digest="",
            made_at=now_ms,
            send_at=max(now_ms + _HELD_MS, wanted_at),
        )

    async def _keep(self, row: BroadcastRow, asker: str) -> int:
        """A new one, or an edit of one's own that was taken back; 0 where it is neither."""
        if not row.broadcast_id:
            return await self._tx.broadcasts.add(row)
        was = await self._tx.broadcasts.get(row.broadcast_id)
        if was is None or was.made_by != asker or was.status != "draft":
            return 0
        kept = row._replace(root=was.root, made_at=was.made_at)
        return row.broadcast_id if await self._tx.broadcasts.save(kept, "draft") else 0

    async def _ask_for_approval(self, row: BroadcastRow) -> None:
        holders = await self._tx.broadcasts.role_holders(row.ward, row.hamlet, 200)
        place = Area(row.ward, row.hamlet)
        asked: dict[str, None] = {}
        for one in holders:
            grant = Grant(Role(one["role"]), Area(one["ward"], one["hamlet"]))
            able = may(Person(EVERYWHERE, (grant,)), Action.APPROVE_ANNOUNCEMENT, place)
            if able and one["learner_id"] != row.made_by:
                asked[one["learner_id"]] = None
        for learner_id in list(asked)[:_TOLD_AT_MOST]:
            self._tell(learner_id, BroadcastNews(row.broadcast_id, "wanted", row.recipients))

    async def approve(self, number: int, digest: str, asker: str) -> BroadcastNews:
        """The second person's yes to that text and audience, once."""
        row = await self._tx.broadcasts.get(number)
        if row is None or asker == row.made_by:
            return BroadcastNews(number, "refused")
        area = Area(row.ward, row.hamlet)
        if not await allowed(self._tx, asker, Action.APPROVE_ANNOUNCEMENT, area):
            return BroadcastNews(number, "refused")
        if row.status != "waiting_approval" or row.digest != digest:
            return BroadcastNews(number, "void")
        approved = row._replace(
            status="held",
            approved_by=asker,
            approved_digest=digest,
            send_at=max(self._now_ms + _HELD_MS, row.send_at),
        )
        if not await self._tx.broadcasts.save(approved, "waiting_approval"):
            return BroadcastNews(number, "void")
        self._tell(row.made_by, BroadcastNews(number, "approved", row.recipients))
        return BroadcastNews(number, "held", row.recipients)

    async def steer(self, number: int, how: str, asker: str) -> BroadcastNews:
        """Only its maker takes it back for an edit; the rest is for who may announce there."""
        row = await self._tx.broadcasts.get(number)
        from_, to, what = _STEPS[how]
        if row is None or (how == "edit" and row.made_by != asker):
            return BroadcastNews(number, "refused")
        if not await allowed(self._tx, asker, Action.ANNOUNCE, Area(row.ward, row.hamlet)):
            return BroadcastNews(number, "refused")
        if row.status not in from_:
            return BroadcastNews(number, "void")
        changed = row._replace(status=to)
        if how == "edit":
            changed = changed._replace(approved_by="", approved_digest="")
        if how == "resume":
            changed = changed._replace(send_at=max(row.send_at, self._now_ms))
        await self._tx.broadcasts.save(changed, row.status)
        await self._stop_rows(number, how)
        news = BroadcastNews(number, what, row.recipients)
        if asker != row.made_by:
            self._tell(row.made_by, news)
        return news

    async def _stop_rows(self, number: int, how: str) -> None:
        if how == "cancel":
            await self._tx.broadcasts.cancel_rows(number, self._now_ms)
        elif how == "pause":
            await self._tx.broadcasts.pause_rows(number, self._now_ms + SETTLES_MS)
        else:
            return
        self._drop(number)
