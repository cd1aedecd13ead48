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
from typing import Literal

import structlog

from bot.announcing import AnnouncingBatch
from bot.broadcasting import allowed, draft_of, seeking_of
from bot.conversation.announcing import RECIPIENTS
from bot.conversation.days import milliseconds
from bot.conversation.events import BroadcastNews, What
from bot.conversation.policy import Action, Area
from bot.conversation.world import Need
from bot.counting import Rows, size_needed
from bot.turns import Turns
from store.base import StoreError
from store.broadcasts import BroadcastRow

EVERY_S = 1
CHUNK = 500
CHUNKS = 20  # one after another, while hardly anybody in them fits
COUNTED_EVERY_MS = 15_000
AHEAD = 1000  # rows of one announcement that may wait to be sent
Step = Literal["none", "wait", "more", "ended"]
_LOG = structlog.get_logger("broadcasts")


class Broadcasts:
    """What the pulse runs every second."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._working = asyncio.Lock()
        self._counted: dict[int, int] = {}

    async def tick(self) -> None:
        """The next steps of every announcement that has room for them."""
        async with self._working:
            try:
                for row in await self._turns.beside(_at_work):
                    await self._go_on(row)
                for number in await self._turns.beside(
                    lambda work: work.tx.broadcasts.cancelled_halfway()
                ):
                    await self._turns.beside(partial(_cancel_more, number=number))
            except StoreError as error:
                _LOG.warning("broadcasts.failed", code=error.code)

    async def _go_on(self, row: BroadcastRow) -> None:
        """Chunk after chunk while hardly anybody in them fits; then its counts, if it is time.

        What walks over all its recipients is done between the transactions, not in them.
        """
        number, step = row.broadcast_id, "more"
        people = await self._weighed(row)
        for _ in range(CHUNKS):
            step = await self._turns.beside(partial(self._step, number=number, people=people))
            if step != "more":
                break
        now_ms = milliseconds(self._turns.now())
        is_time = now_ms - self._counted.setdefault(number, now_ms) >= COUNTED_EVERY_MS
        if step == "ended" or (step != "none" and is_time):
            self._counted[number] = now_ms
            counts = await self._turns.tallies.count(Need(RECIPIENTS, str(number)))
            await self._turns.beside(partial(_told, number=number, counts=counts))

    async def _weighed(self, row: BroadcastRow) -> int:
        """How many people it would go to now, where nobody approved it."""
        if row.status != "held" or not _is_to_weigh(row):
            return 0
        seeking = seeking_of(row, milliseconds(self._turns.now()))
        (size,) = await self._turns.tallies.count(size_needed(seeking))
        return sum(size.values())

    async def _step(self, work: AnnouncingBatch, number: int, people: int) -> Step:
        """The next step of one announcement, all of it in this transaction."""
        row = await work.tx.broadcasts.get(number)
        if row is None or row.status not in ("held", "running"):
            return "none"
        if row.status == "held":
            started = await _start(work, row, people)
            if started is None:
                return "none"
            row = started
        quiet = self._turns.shelf.nudges.quiet.covers_moment(work.now)
        if quiet and not row.urgent:
            return "none"
        left = await work.tx.broadcasts.outstanding(number)
        if left.waiting < AHEAD:
            row = await _expand(work, row)
            left = await work.tx.broadcasts.outstanding(number)
        wrote = len(work.writes.outgoing) + len(work.writes.recipients)
        if row.expanded and not left.waiting and not left.later and not wrote:
            return "ended"
        # Of web pages nothing waits, but writing to many of them takes its time, too.
        return "wait" if row.expanded or wrote >= CHUNK // 5 else "more"


async def _at_work(work: AnnouncingBatch) -> list[BroadcastRow]:
    return await work.tx.broadcasts.at_work(work.now_ms)


async def _cancel_more(work: AnnouncingBatch, number: int) -> None:
    """Of many who were to get it later, one turn alone cannot cancel all."""
    await work.tx.broadcasts.cancel_rows(number, work.now_ms)


def _is_to_weigh(row: BroadcastRow) -> bool:
    return row.approved_digest != row.digest and not row.after


async def _start(work: AnnouncingBatch, row: BroadcastRow, people: int) -> BroadcastRow | None:
    """Weigh it once more: may its maker still do this here, are they still so few, and was
    this very text approved? What fails stands still, and its maker is told."""
    urgent = Action.ANNOUNCE_URGENT if row.urgent else Action.ANNOUNCE
    if not await allowed(work.tx, row.made_by, urgent, Area(row.ward, row.hamlet)):
        await work.tx.broadcasts.save(row._replace(status="cancelled"), "held")
        _tell(work, row, "refused", 0)
        return None
    if _is_to_weigh(row) and people > row.second:
        waiting = row._replace(status="waiting_approval", recipients=people)
        await work.tx.broadcasts.save(waiting, "held")
        _tell(work, row, "waiting", people)
        return None
    running = row._replace(status="running")
    await work.tx.broadcasts.save(running, "held")
    return running


async def _expand(work: AnnouncingBatch, row: BroadcastRow) -> BroadcastRow:
    """Those whose later moment has come, then the next learners by id."""
    number, draft = row.broadcast_id, draft_of(row)
    later = await work.tx.broadcasts.take_later(number, work.now_ms, CHUNK)
    await work.announce(draft, row.root, list(later), later)
    if row.expanded:
        return row
    limit = CHUNK
    if row.approved_digest != row.digest:
        # Without a second person never more than they might be, whoever came since.
        limit = min(CHUNK, row.second - await work.tx.broadcasts.recipients(number, row.second))
    if limit <= 0:
        moved = row._replace(expanded=1)
    else:
        found = await work.tx.broadcasts.audience(
            seeking_of(row, work.now_ms), after=row.after, limit=limit
        )
        await work.announce(draft, row.root, found.learner_ids)
        moved = row._replace(after=found.last, expanded=int(found.ended))
    await work.tx.broadcasts.save(moved, "running")
    return moved


async def _told(work: AnnouncingBatch, number: int, counts: Rows) -> None:
    """Its maker hears of each quarter of the way, and of the end."""
    row = await work.tx.broadcasts.get(number)
    if row is None or row.status != "running":
        return
    reached = sum(one["people"] for one in counts if one["status"] == "sent")
    people = sum(one["people"] for one in counts)
    left = await work.tx.broadcasts.outstanding(number)
    if row.expanded and not left.waiting and not left.later:
        done = row._replace(status="done", recipients=people)
        await work.tx.broadcasts.save(done, "running")
        _tell(work, row, "done", people, reached)
        return
    quarter = 4 * reached // max(row.recipients, 1)
    if row.told < quarter < 4:
        await work.tx.broadcasts.save(row._replace(told=quarter), "running")
        _tell(work, row, "running", row.recipients, reached)


def _tell(
    work: AnnouncingBatch, row: BroadcastRow, what: What, people: int, reached: int = 0
) -> None:
    news = BroadcastNews(row.broadcast_id, what, people, reached, max(0, people - reached))
    key = f"broadcast:{row.broadcast_id}:{what}:{work.now_ms}"
    work.tell(key, row.made_by, news)
