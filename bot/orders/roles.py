"""Take somebody's roles away at once, from the command line."""

import msgspec

from bot.batch import Batch
from bot.carrying.roles import end_role
from bot.conversation.policy import Area
from bot.conversation.replies import Audit
from bot.conversation.who import COMMAND_LINE, where
from bot.orders.base import OrderRefused
from bot.turns import Turns


class EndRoles(msgspec.Struct, frozen=True, tag="end_roles"):
    """learner_id: whose. Every role they hold ends."""

    learner_id: str

    async def carry_out(self, turns: Turns) -> int:
        """How many ended."""
        ended = await turns.beside(self._end)
        if not ended:
            raise OrderRefused("they hold no role; see `hocvuso roles list`")
        return ended

    async def _end(self, batch: Batch) -> int:
        work = batch.aside()
        held = (await work.tx.find("roles", [self.learner_id])).get(self.learner_id, [])
        for row in held:
            await end_role(self.learner_id, **row, by="", work=work)
            area = where(Area(row["ward"], row["hamlet"]))
            what = f"role_ended:{row['role']}"
            await work.note(Audit(what, COMMAND_LINE, self.learner_id, area))
        return len(held)
