"""What every question kind is given and gives back."""

from functools import lru_cache
from typing import Any
from zlib import crc32

import msgspec

from bot.conversation.learner import Learner, Place
from bot.conversation.replies import Fact, Option
from bot.conversation.speech import fill, wording
from bot.conversation.world import World

EASY = "easy"  # why an item is asked with fewer choices: after a long time away
NUDGE = "nudge"  # why: nobody asked


class Asking(msgspec.Struct, frozen=True):
    """The open question: which, to whom, and how far they are in it."""

    question: Any  # the struct of this kind; the table in __init__ pairs them
    item: str
    place: Place
    learner: Learner
    world: World

    def text(self, raw: str) -> str:
        return fill(raw, self.learner.pronouns)

    def words(self, key: str, **fields: object) -> str:
        text = wording(self.learner, self.world, key)
        for name, value in fields.items():
            text = text.replace("{" + name + "}", str(value))
        return text


class Asked(msgspec.Struct, frozen=True):
    """The question as the learner sees it now; `before` is a message of its own before it."""

    text: str
    options: tuple[Option, ...]
    before: str = ""


class Marked(msgspec.Struct, frozen=True):
    """The answer is complete and was read."""

    correct: bool
    feedback: str


class Picked(msgspec.Struct, frozen=True):
    """One more part of an answer in parts: nothing to mark yet.

    tries: how often the whole was tried, where the part begins it anew.
    """

    picked: str
    feedback: str = ""
    tries: int | None = None


class Nearly(msgspec.Struct, frozen=True):
    """Close, worth another look; not marked. `picked`: what of it may stay."""

    feedback: str
    picked: str = ""


class Told(msgspec.Struct, frozen=True):
    """The item came out some way that is neither right nor wrong.

    learner: as changed by it, or None. stay: where the item still stands, when one more
    choice is open (play again or go on); None when it is over.
    """

    said: tuple[str, ...]
    facts: tuple[Fact, ...] = ()
    learner: Learner | None = None
    stay: str | None = None


Outcome = Marked | Picked | Nearly | Told


@lru_cache(maxsize=4096)
def shuffled(count: int, seed: str) -> tuple[int, ...]:
    """0…count-1 in an order fixed by the seed, never the order 0, 1, 2…"""
    order = sorted(range(count), key=lambda n: crc32(f"{seed}/{n}".encode()))
    return tuple(order[1:] + order[:1] if order == list(range(count)) and count > 1 else order)


def parts(picked: str) -> list[int]:
    """What has been picked so far: "2,0" is [2, 0]."""
    return [int(part) for part in picked.split(",") if part.isdigit()]


def joined(picked: list[int]) -> str:
    return ",".join(map(str, picked))
