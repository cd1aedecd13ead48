"""What a command may ask of the tutor that runs, or of one opened for it: one file each.

To add one: copy a file, give the struct its own tag and its work in `carry_out`, add it to
`Order`. An order comes in as one line of JSON and its result goes out as one.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import structlog

from bot.orders.base import OrderRefused
from bot.orders.broadcast import Announce, Steer
from bot.orders.erase import Erase
from bot.orders.invite import Invite
from bot.orders.replay import Replay
from bot.orders.roles import EndRoles
from bot.turns import Turns
from store.base import StoreError

Order = Erase | Replay | Invite | EndRoles | Announce | Steer
_ORDER = msgspec.json.Decoder(Order)
_LOG = structlog.get_logger("orders")


def answers(turns: Turns) -> Callable[[bytes], Awaitable[bytes]]:
    """What a running program says to each line of its socket."""

    async def answer(line: bytes) -> bytes:
        try:
            order = _ORDER.decode(line)
        except msgspec.DecodeError:
            told: dict[str, Any] = {"refused": "the running hocvuso does not know this order"}
            return msgspec.json.encode(told)
        try:
            told = {"done": await order.carry_out(turns)}
        except (OrderRefused, StoreError) as error:
            told = {"refused": str(error)}
        except Exception as error:
            # The one who asked is told, and the program goes on.
            _LOG.error("order.failed", kind=type(error).__name__)
            told = {"refused": f"it could not be done ({type(error).__name__}); see the log"}
        return msgspec.json.encode(told)

    return answer
