"""Calls for a person rise: nobody took one in time, so the next is told.

One indexed query a tick finds the calls whose time has come; whom to tell, and when
again, is decided in one transaction (`bot/carrying/calls.py`).
Source: learner-experience.md H2, H3; design.md section 1, Scheduler.
"""

import structlog

from bot.batch import Batch
from bot.carrying.calls import RISING_AT_ONCE, rise_due
from bot.turns import Turns
from store.base import StoreError

EVERY_S = 20
_LOG = structlog.get_logger("help")


class HelpDesk:
    """What the pulse runs every 20 s. The turns know the time."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    async def tick(self) -> None:
        """Tell the next person of each call whose time has come."""
        try:
            while await self._turns.beside(_rise) == RISING_AT_ONCE:
                pass
        except StoreError as error:
            _LOG.warning("help.failed", code=error.code)


async def _rise(batch: Batch) -> int:
    return await rise_due(batch.aside())
