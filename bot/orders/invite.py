"""Make a link that gives a role: the first administrator comes from here.

Source: promises.md P23, P25.
"""

from datetime import timedelta
from os import urandom

import msgspec

from bot.batch import Batch
from bot.conversation import tickets
from bot.conversation.asking import read_hamlet
from bot.conversation.days import milliseconds
from bot.conversation.policy import HOLD_EVERYWHERE, Area, Role
from bot.conversation.replies import Audit
from bot.conversation.who import COMMAND_LINE, where
from bot.orders.base import OrderRefused
from bot.orders.wards import ward_code
from bot.turns import Turns
from store.base import NewTicket


class Invite(msgspec.Struct, frozen=True, tag="invite"):
    """role, and where: ward by unit code or name, "" for everywhere; days: how long it holds."""

    role: Role
    ward: str = ""
    hamlet: str = ""
    days: int = 7

    async def carry_out(self, turns: Turns) -> dict[str, str]:
        """The link, and what it gives."""
        area = Area(self._code(turns), self._hamlet())
        now = turns.now()
        ticket = tickets.new_ticket(urandom(16))
        kept = NewTicket(
            tickets.ticket_hash(ticket),
            "role",
            "",
            milliseconds(now + timedelta(days=self.days)),
            self.role,
            area.ward,
            area.hamlet,
        )

        async def keep(batch: Batch) -> None:
            work = batch.aside()
            await work.tx.make_tickets([kept])
            await work.note(Audit(f"role_offered:{self.role}", COMMAND_LINE, where=where(area)))

        await turns.beside(keep)
        return {
            "role": self.role,
            "where": where(area),
            "link": tickets.link_to(ticket, turns.shelf.public_url),
            "until": (now + timedelta(days=self.days)).isoformat(timespec="seconds"),
        }

    def _hamlet(self) -> str:
        """As it is kept when a coordinator types it."""
        hamlet = read_hamlet(self.hamlet) if self.hamlet else ""
        if hamlet is None:
            raise OrderRefused(f'--hamlet "{self.hamlet}": write its name alone, as in "thôn 3"')
        return hamlet

    def _code(self, turns: Turns) -> str:
        if not self.ward:
            if self.role in HOLD_EVERYWHERE and not self.hamlet:
                return ""
            raise OrderRefused(f"a {self.role} works somewhere: give --ward 06685 or its name")
        return ward_code(self.ward, turns)
