"""All that `step` may know besides the learner and the event.

Time, chance and the courses come in here, so that a turn can be run again.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from bot.conversation.quiet import NudgeRules
from bot.conversation.spoken import Spoken
from lessons.model import Library


class Shelf(msgspec.Struct, frozen=True):
    """What stays the same from turn to turn until it is loaded anew.

    wording: language -> key -> text. words: the vocabulary of `understand`, as read
    from `wording/words.yaml`. public_url: root of the web chat's address, or "";
    is_public: may it be opened from anywhere, not on this machine alone?
    help_phone: a number of the class to call when nobody is on duty, or "".
    nudges: when and how often a learner may be asked unasked. second_person_over: an
    announcement to more people than that needs a second person's approval.
    spoken: what codes that people say aloud are made of. sends_per_s: what one bot of a
    channel sends in a second over all its chats; 0 or none where nothing limits it.
    """

    library: Library
    wording: dict[str, dict[str, str]]
    words: Any
    public_url: str = ""
    is_public: bool = True
    help_phone: str = ""
    nudges: NudgeRules = NudgeRules()
    second_person_over: int = 50
    spoken: Spoken = Spoken()
    sends_per_s: Mapping[str, float] = {}


class World(msgspec.Struct, frozen=True):
    """One turn's view.

    seed: 16 random bytes; found: lists of the store, by query and parameter, None where
    there is no store and every list is empty; unanswered: the answer to what the learner
    said before is not sent yet; door: what a ticket is put behind to make a link into the
    learner's own messenger, or ""; chat: which chat of theirs this is, for the list of those
    who share it; account: "telegram:main", through which that chat is held.
    """

    shelf: Shelf
    now: datetime
    seed: bytes
    found: dict[tuple[str, str], Any] | None = None
    unanswered: bool = False
    door: str = ""
    chat: str = ""
    account: str = ""

    def rows(self, query: str, parameter: str) -> tuple[dict[str, Any], ...]:
        """A list of the store. Raises Unread when it was not read yet: the turn is then
        run again with it."""
        if self.found is None:
            return ()
        try:
            rows: tuple[dict[str, Any], ...] = self.found[query, parameter]
        except KeyError:
            raise Unread(Need(query, parameter)) from None
        return rows


class Need(msgspec.Struct, frozen=True):
    """A list that a screen shows: the name of a store query and its one parameter."""

    query: str
    parameter: str


class Unread(Exception):
    """A turn wants a list that nobody has read yet."""

    def __init__(self, need: Need) -> None:
        super().__init__(need.query)
        self.need = need
