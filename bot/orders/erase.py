"""Erase one learner: every row, the waiting replies, the web chat's place.

Source: promises.md P32.
"""

import msgspec

from bot.orders.base import OrderRefused
from bot.turns import Turns


class Erase(msgspec.Struct, frozen=True, tag="erase"):
    """learner_id: whose rows go."""

    learner_id: str

    async def carry_out(self, turns: Turns) -> None:
        if not await turns.erase(self.learner_id):
            raise OrderRefused("there is no such learner (any more)")
