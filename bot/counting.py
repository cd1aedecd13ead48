"""How many: people of an audience, recipients of an announcement, answers to it; counted
beside the turns where they are many.

A thousand are counted inside a turn. A hundred thousand take a second, and nobody's answer
waits for that: they are counted on a connection of its own, kept for a short while, and
whoever asked is told (`Counted`) and sees them then.
Leads in: `turns`, `scheduler/broadcasts`, orders of the command line. Leads out: the store.
Source: docs/decisions/0011-announcements.md.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from bot.conversation.announcing import ANSWERS, AUDIENCE_SIZE, RECIPIENTS
from bot.conversation.world import Need
from store.base import Store, Transaction
from store.broadcasts import Seeking, seeking_of

TALLIES = (AUDIENCE_SIZE, RECIPIENTS, ANSWERS)
_KEPT_FOR = {
    AUDIENCE_SIZE: timedelta(minutes=2),
    RECIPIENTS: timedelta(seconds=15),
    ANSWERS: timedelta(seconds=15),
}
_KEPT = 200
Rows = tuple[Mapping[str, Any], ...]


def size_needed(seeking: Seeking) -> Need:
    """What a screen would need to say how many those are."""
    parameter = msgspec.json.encode(seeking._asdict(), order="deterministic").decode()
    return Need(AUDIENCE_SIZE, parameter)


async def few(need: Need, tx: Transaction) -> Rows | None:
    """The count, inside a transaction; None where they are many."""
    if need.query == AUDIENCE_SIZE:
        size = await tx.broadcasts.audience_size(seeking_of(need.parameter))
        return None if size is None else (size,)
    of = tx.broadcasts.recipient_counts if need.query == RECIPIENTS else tx.broadcasts.answer_counts
    rows = await of(int(need.parameter))
    return None if rows is None else tuple(rows)


class Tallies:
    """What was counted lately. clock: aware UTC now."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._kept: OrderedDict[Need, tuple[datetime, Rows]] = OrderedDict()

    def known(self, need: Need) -> Rows | None:
        """As counted last; None: not counted, or of an announcement too long ago.

        How many an audience has stands on keys: they stay as they were shown until it is
        counted anew, so that a number that is typed means the key that bore it.
        """
        if need not in self._kept or (need.query != AUDIENCE_SIZE and self.is_old(need)):
            return None
        return self._kept[need][1]

    def is_old(self, need: Need) -> bool:
        """Is it time to count it anew?"""
        at, _ = self._kept[need]
        return abs(self._clock() - at) >= _KEPT_FOR[need.query]

    async def count(self, need: Need) -> Rows:
        """Count now. Raises StoreError."""
        rows: Rows
        if need.query == AUDIENCE_SIZE:
            rows = (await self._store.audience_size(seeking_of(need.parameter)),)
        elif need.query == RECIPIENTS:
            rows = tuple(await self._store.recipient_counts(int(need.parameter)))
        else:
            rows = tuple(await self._store.answer_counts(int(need.parameter)))
        self._kept[need] = self._clock(), rows
        self._kept.move_to_end(need)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return rows
