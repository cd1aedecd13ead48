"""What a batch of turns has to say to whoever runs the program: codes, never words.

Leads in: `batch`, with each event and the learner before it. Leads out: after the commit
and not before, one log record a note, and the counters. Source: promises.md, «Bad input».
"""

import logging
from collections.abc import Iterator
from typing import NamedTuple

from bot.conversation.events import BadPress, Body, CodeRefused, Media, Press, TicketRefused
from bot.conversation.folding import LONGEST
from bot.conversation.learner import Learner

# What we answer without understanding what is in it.
_UNREAD = frozenset(("sticker", "voice", "video", "file", "withheld", "other"))


class Note(NamedTuple):
    """One record. level: as in `logging`; code: stable, from the table; kind: of the event."""

    level: int
    code: str
    key: str
    learner_id: str
    kind: str


def of_turn(key: str, body: Body, learner: Learner) -> Iterator[Note]:
    """What there is to say of one turn; `learner` as they were before it."""
    kind = type(body).__name__
    yield Note(logging.DEBUG, "turn.done", key, learner.id, kind)
    match body:
        case Media(kind=media) if media in _UNREAD:
            yield Note(logging.INFO, "input.unsupported", key, learner.id, media)
        case BadPress():
            yield Note(logging.WARNING, "callback.rejected", key, learner.id, kind)
        case Press(turn=turn) if turn != learner.asked:
            yield Note(logging.INFO, "callback.stale", key, learner.id, kind)
        case TicketRefused() | CodeRefused():
            yield Note(logging.WARNING, "link.rejected", key, learner.id, kind)


def of_cleaning(key: str, said: str, kept: str, learner_id: str) -> Iterator[Note]:
    """What cleaning did to a text."""
    if said == kept:
        return
    code, level = "input.cleaned", logging.DEBUG
    if not kept.strip():
        code = "input.empty"
    elif len(kept) >= LONGEST:
        code, level = "input.truncated", logging.INFO
    yield Note(level, code, key, learner_id, "Text")


def of_repeat(key: str, body: object, learner_id: str) -> Note:
    return Note(logging.DEBUG, "turn.repeated", key, learner_id, type(body).__name__)
