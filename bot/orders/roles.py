"""Take somebody's roles away at once, from the command line."""

import msgspec

from bot.orders.base import OrderRefused
from bot.turns import Turns


class EndRoles(msgspec.Struct, frozen=True, tag="end_roles"):
    """learner_id: whose. Every role they hold ends."""

    learner_id: str

    async def carry_out(self, turns: Turns) -> int:
        """How many ended."""
        ended = await turns.end_roles(self.learner_id)
        if not ended:
            raise OrderRefused("they hold no role; see `hocvuso roles list`")
        return ended
