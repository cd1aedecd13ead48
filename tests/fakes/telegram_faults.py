"""What goes wrong, by script: which calls, how, how often."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.fakes.telegram_rules import Refused

How = Literal[
    "refuse",  # the answer says no: `error`
    "hold",  # 429: the chat (scope "chat") or the bot is held for `seconds`
    "reset_before",  # the connection is reset, nothing was done
    "reset_after",  # it was done, the connection is reset
    "half_body",  # it was done, half the answer comes, then a reset
    "half_json",  # it was done, half the answer comes as if it were all
    "page",  # a proxy's page with the address in it, and `error`'s code
    "empty",  # nothing was done, the answer is an empty list at once
    "slow",  # it is done, the answer comes after `seconds`
]


@dataclass
class Fault:
    """Once each call of `method` ("" for any) that `chance` picks, `times` times."""

    how: How
    method: str = ""
    times: int = 1
    error: Refused = field(default_factory=lambda: Refused(500, "Internal Server Error"))
    seconds: float = 1.0
    scope: Literal["chat", "bot"] = "chat"
    probability: float = 1.0
    only: Callable[[dict[str, Any]], bool] = lambda params: True


class Script:
    """The faults that are still to come, the first that fits first."""

    def __init__(self, seed: int = 0) -> None:
        self.faults: list[Fault] = []
        self._chance = random.Random(seed)

    def add(self, *faults: Fault) -> None:
        self.faults += faults

    def next(self, method: str, params: dict[str, Any]) -> Fault | None:
        for fault in self.faults:
            if fault.method not in ("", method) or not fault.only(params):
                continue
            if self._chance.random() >= fault.probability:
                continue
            fault.times -= 1
            if not fault.times:
                self.faults.remove(fault)
            return fault
        return None
