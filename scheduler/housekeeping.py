"""Housekeeping: what may not be kept for ever goes away by itself.

Every hour, in bounded batches: people who did not agree are forgotten
after a day, replies that were sent after a day, dedupe keys, rejected updates and unused
links after seven, web history after thirty.
Source: promises.md P13, P31, P35; design.md section 8.
"""

from collections.abc import Callable

import structlog

from store.base import Store, StoreError

EVERY_S = 3600
HOUR_MS = 3_600_000
GUEST_MS = 24 * HOUR_MS
SEEN_MS = 7 * 24 * HOUR_MS
SENT_MS = 24 * HOUR_MS
RAW_MS = 7 * 24 * HOUR_MS
HISTORY_MS = 30 * 24 * HOUR_MS
_LOG = structlog.get_logger("housekeeping")


class Housekeeping:
    """What the pulse runs at start and every hour."""

    def __init__(self, store: Store, now_ms: Callable[[], int]) -> None:
        self._store = store
        self._now_ms = now_ms

    async def tidy(self) -> None:
        """Forget what is past its time."""
        now = self._now_ms()
        try:
            while await self._store.forget(
                guests_before=now - GUEST_MS,
                seen_before=now - SEEN_MS,
                history_before=now - HISTORY_MS,
                sent_before=now - SENT_MS,
                raw_before=now - RAW_MS,
                at=now,
                limit=500,
            ):
                pass
        except StoreError as error:
            _LOG.warning("housekeeping.failed", code=error.code)
