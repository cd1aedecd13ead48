"""All that `step` may know besides the learner and the event.

Time, chance and the courses come in here, so that a turn can be run again.
"""

from datetime import datetime
from typing import Any

import msgspec

from bot.conversation.quiet import NudgeRules
from lessons.model import Library


class Shelf(msgspec.Struct, frozen=True):
    """What stays the same from turn to turn until it is loaded anew.

    wording: language -> key -> text. words: the vocabulary of `understand`, as read
    from `wording/words.yaml`. public_url: root of the web chat's address, or "".
    nudges: when and how often a learner may be asked unasked.
    """

    library: Library
    wording: dict[str, dict[str, str]]
    words: Any
    public_url: str = ""
    nudges: NudgeRules = NudgeRules()


class World(msgspec.Struct, frozen=True):
    """One turn's view.

    seed: 16 random bytes; found: answers to the screen's needs; unanswered: the answer
    to what the learner said before is not sent yet.
    """

    shelf: Shelf
    now: datetime
    seed: bytes
    found: dict[tuple[str, str], Any] = {}
    unanswered: bool = False


class Need(msgspec.Struct, frozen=True):
    """A list that a screen shows: the name of a store query and its one parameter."""

    query: str
    parameter: str
