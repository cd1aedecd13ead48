"""Takes announcements into the outbox, a chunk just ahead of delivery, until all are there.

Leads in: the pulse, every second. Leads out: `Turns.beside`, one transaction a chunk
that also moves the cursor on, so that a program killed anywhere goes on with nobody left
out and nobody twice. Who may be told is judged for each learner when their row is written;
quiet hours are judged by delivery once more, at the moment of sending.

    held ─(60 s, weighed again)─► running ─► 500 at a time while few wait ─► done

Source: design.md section 1, One broadcast; promises.md P36–P38.
"""

import asyncio
from functools import partial

import structlog

from bot.announcing import AnnouncingBatch
from bot.broadcasting import allowed, draft_of, seeking_of
from bot.conversation.events import BroadcastNews, What
from bot.conversation.policy import Action, Area
from bot.turns import Turns
from store.base import StoreError
from store.broadcasts import BroadcastRow

EVERY_S = 1
CHUNK = 500
COUNTED_EVERY_MS = 15_000
AHEAD = 1000  # rows of one announcement that may wait to be sent
_LOG = structlog.get_logger("broadcasts")


class Broadcasts:
    """What the pulse runs every second."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._working = asyncio.Lock()
        self._counted: dict[int, int] = {}

    async def tick(self) -> None:
        """One chunk of every announcement that has room for it."""
        async with self._working:
            try:
                for number in await self._turns.beside(_at_work):
                    await self._turns.beside(partial(self._go_on, number=number))
            except StoreError as error:
                _LOG.warning("broadcasts.failed", code=error.code)

    async def _go_on(self, work: AnnouncingBatch, number: int) -> None:
        """The next step of one announcement, all of it in this transaction."""
        row = await work.tx.broadcast(number)
        if row is None or row.status not in ("held", "running"):
            return
        if row.status == "held":
            started = await _start(work, row)
            if started is None:
                return
            row = started
        quiet = self._turns.shelf.nudges.quiet.covers_moment(work.now)
        if quiet and not row.urgent:
            return
        outstanding = await work.tx.outstanding(number)
        if outstanding.waiting < AHEAD:
            row = await _expand(work, row)
        left = await work.tx.outstanding(number)
        ended = row.expanded and not left.waiting and not left.later and not work.writes_rows()
        # Counting a million recipients takes a while, so it is not done every second.
        if ended or work.now_ms - self._counted.get(number, 0) >= COUNTED_EVERY_MS:
            self._counted[number] = work.now_ms
            await _told(work, row, ended=bool(ended))


async def _at_work(work: AnnouncingBatch) -> list[int]:
    return [row.broadcast_id for row in await work.tx.broadcasts_at_work(work.now_ms)]


async def _start(work: AnnouncingBatch, row: BroadcastRow) -> BroadcastRow | None:
    """Weigh it once more: may its maker still do this here, are they still so few, and was
    this very text approved? What fails stands still, and its maker is told."""
    urgent = Action.ANNOUNCE_URGENT if row.urgent else Action.ANNOUNCE
    if not await allowed(work.tx, row.made_by, urgent, Area(row.ward, row.hamlet)):
        await work.tx.save_broadcast(row._replace(status="cancelled"), "held")
        _tell(work, row, "refused", 0)
        return None
    if row.approved_digest != row.digest and not row.after:
        sizes = await work.tx.audience_size(seeking_of(row, work.now_ms))
        people = sum(sizes.values())
        if people > row.second:
            waiting = row._replace(status="waiting_approval", recipients=people)
            await work.tx.save_broadcast(waiting, "held")
            _tell(work, row, "waiting", people)
            return None
    running = row._replace(status="running")
    await work.tx.save_broadcast(running, "held")
    return running


async def _expand(work: AnnouncingBatch, row: BroadcastRow) -> BroadcastRow:
    """Those whose later moment has come, then the next learners by id."""
    number, draft = row.broadcast_id, draft_of(row)
    later = await work.tx.take_later(number, work.now_ms, CHUNK)
    await work.announce(draft, row.root, list(later), later)
    if row.expanded:
        return row
    limit = CHUNK
    if row.approved_digest != row.digest:
        # Without a second person never more than they might be, whoever came since.
        limit = min(CHUNK, row.second - await _recipients(work, number))
    seeking = seeking_of(row, work.now_ms)
    found = await work.tx.audience(seeking, after=row.after, limit=limit) if limit > 0 else []
    await work.announce(draft, row.root, found)
    ended = len(found) < CHUNK
    moved = row._replace(after=found[-1] if found else row.after, expanded=int(ended))
    await work.tx.save_broadcast(moved, "running")
    return moved


async def _recipients(work: AnnouncingBatch, number: int) -> int:
    counts = await work.tx.find("broadcast_counts", [str(number)])
    return sum(row["people"] for row in counts.get(str(number), []))


async def _told(work: AnnouncingBatch, row: BroadcastRow, *, ended: bool) -> None:
    """Its maker hears of each quarter of the way, and of the end."""
    counts = await work.tx.find("broadcast_counts", [str(row.broadcast_id)])
    rows = counts.get(str(row.broadcast_id), [])
    reached = sum(one["people"] for one in rows if one["status"] == "sent")
    people = sum(one["people"] for one in rows)
    if ended:
        done = row._replace(status="done", recipients=people)
        await work.tx.save_broadcast(done, "running")
        _tell(work, row, "done", people, reached)
        return
    quarter = 4 * reached // max(row.recipients, 1)
    if row.told < quarter < 4:
        await work.tx.save_broadcast(row._replace(told=quarter), "running")
        _tell(work, row, "running", row.recipients, reached)


def _tell(
    work: AnnouncingBatch, row: BroadcastRow, what: What, people: int, reached: int = 0
) -> None:
    news = BroadcastNews(row.broadcast_id, what, people, reached, max(0, people - reached))
    key = f"broadcast:{row.broadcast_id}:{what}:{work.now_ms}"
    work.tell(key, row.made_by, news)
