"""Nudges: who is due now becomes an event for `turns`; what comes of it, `step` decides.

One indexed query a round, in bounded rounds; the events of one round go in small
transactions, so that what learners say waits for one of them at most. The key holds the
learner and the local day: a clock set back cannot ask twice. Every turn leads the learner's
next moment ahead, so the same row is not found again.
Source: design.md section 1, Scheduler; promises.md P7, P38.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import msgspec
import structlog

from bot.conversation.days import day_number, day_of, milliseconds
from bot.conversation.events import Nudge
from bot.conversation.nudge_times import FARTHEST
from store.base import InboxRow, Store, StoreError

EVERY_S = 20
ROUND = 500  # learners a query
ROUNDS = 20  # queries a tick: 500 learners a second at most
AT_ONCE = 64  # learners a transaction
_BODY = msgspec.json.encode(Nudge())
_LOG = structlog.get_logger("nudges")


class Nudges:
    """`tick` finds the due and tells them. tell: `Turns.tell`. clock: aware UTC now."""

    def __init__(
        self,
        store: Store,
        tell: Callable[[Sequence[InboxRow]], Awaitable[None]],
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._tell = tell
        self._clock = clock

    async def tick(self) -> None:
        """Tell everybody who is due. Never raises: the next tick is another try."""
        try:
            for _ in range(ROUNDS):
                if not await self._round():
                    return
        except Exception as error:
            _LOG.warning("nudges.failed", code=getattr(error, "code", type(error).__name__))

    async def _round(self) -> bool:
        """One query's learners; is there perhaps more?"""
        now = self._clock()
        far = milliseconds(now + FARTHEST)
        due = await self._store.due_nudges(milliseconds(now), far, ROUND)
        day = day_of(day_number(now)).isoformat()
        rows = [InboxRow(f"nudge:{one}:{day}", one, _BODY, milliseconds(now)) for one in due]
        for start in range(0, len(rows), AT_ONCE):
            await self._told(rows[start : start + AT_ONCE])
        return len(due) == ROUND

    async def _told(self, rows: list[InboxRow]) -> None:
        try:
            await self._tell(rows)
        except StoreError as error:
            if error.retry or len(rows) == 1:
                raise
            # One bad row must not hold the others: each alone, and only it fails.
            for row in rows:
                await self._alone(row)

    async def _alone(self, row: InboxRow) -> None:
        try:
            await self._tell([row])
        except StoreError as error:
            if error.retry:
                raise
            _LOG.error("nudges.one_failed", code=error.code)
