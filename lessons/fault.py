"""One slip of an author: where it stands, what is wrong, how to mend it.

Comes from: `lessons.page`, `lessons.overlay`, `lessons.shape`, `lessons.loader`,
`lessons.check`. Leads to: the author's screen, the log, the coordinator's console.
"""

from difflib import get_close_matches
from typing import Literal

import msgspec

Level = Literal["error", "warning"]


class Fault(msgspec.Struct, frozen=True):
    """A finding in a content file. `line` counts from 1; `rule` is a stable short name."""

    path: str
    line: int
    rule: str
    message: str
    mend: str
    level: Level = "error"

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.message}; {self.mend}"


def did_you_mean(word: str, known: list[str]) -> str:
    """A mend for a misspelt name: the nearest known one, else the whole list."""
    near = get_close_matches(word[:60], known, n=1)
    if near:
        return f"did you mean `{near[0]}`?"
    return "write one of: " + ", ".join(known)
