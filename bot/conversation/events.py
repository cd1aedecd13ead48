"""What can happen to a learner: frozen data that a channel, the scheduler or another
learner's turn hands to `step`.

Leads in: channels (`Text`, `Press`, `Media`, `Start`), the scheduler (`Nudge`), `turns`
(the rest).
Leads out: `step`.
"""

from datetime import datetime
from typing import Literal

import msgspec


class Text(msgspec.Struct, frozen=True, tag="text"):
    """Words that the learner typed: cleaned, at most 4,096 characters."""

    text: str


class Press(msgspec.Struct, frozen=True, tag="press"):
    """A pressed key. `turn` is the turn that asked; `option` is an `Option.id` of a reply."""

    turn: int
    option: str


class BadPress(msgspec.Struct, frozen=True, tag="bad_press"):
    """A press whose seal does not fit this learner: forged or borrowed. Changes nothing."""


class Media(msgspec.Struct, frozen=True, tag="media"):
    """Something that is not the learner's own words. Its content is never kept.

    "forwarded": somebody else's message passed on; its words, if any, are the caption.
    "withheld": the channel itself keeps from us what it was.
    """

    kind: Literal[
        "photo",
        "voice",
        "sticker",
        "location",
        "contact",
        "file",
        "video",
        "forwarded",
        "withheld",
        "other",
    ]
    caption: str = ""


class Start(msgspec.Struct, frozen=True, tag="start"):
    """The chat was opened, perhaps by a link that carries a ticket."""

    payload: str = ""


class Told(msgspec.Struct, frozen=True, tag="told"):
    """Another learner's turn said something to this one (`TellLearner`)."""

    what: Literal["thanks"]
    who: str


class TicketUsed(msgspec.Struct, frozen=True, tag="ticket_used"):
    """The ticket this learner used was still free and is now theirs.

    role: what it gave, "" for none; ward, hamlet: where.
    """

    purpose: str
    made_by: str
    role: str = ""
    ward: str = ""
    hamlet: str = ""


class TicketRefused(msgspec.Struct, frozen=True, tag="ticket_refused"):
    """The ticket is unknown, used up or past its day; the learner is not told which."""


class RoleEnded(msgspec.Struct, frozen=True, tag="role_ended"):
    """A role that this learner held was taken away."""

    role: str
    ward: str = ""
    hamlet: str = ""


What = Literal[
    "held",
    "waiting",
    "wanted",
    "approved",
    "void",
    "refused",
    "nobody",
    "too_many",
    "running",
    "done",
    "paused",
    "resumed",
    "cancelled",
    "edit",
]


class BroadcastNews(msgspec.Struct, frozen=True, tag="broadcast_news", omit_defaults=True):
    """What became of an announcement, told to whoever made it or is asked about it.

    people: how many recipients; reached, missed: of them, so far.
    """

    number: int
    what: What
    people: int = 0
    reached: int = 0
    missed: int = 0


class Nudge(msgspec.Struct, frozen=True, tag="nudge"):
    """The scheduler found the learner's moment in their row: `step` decides what comes of it."""


class Undelivered(msgspec.Struct, frozen=True, tag="undelivered"):
    """What that turn asked unasked did not arrive: nobody was silent."""

    turn: int


Body = (
    Text
    | Press
    | BadPress
    | Media
    | Start
    | Told
    | TicketUsed
    | TicketRefused
    | RoleEnded
    | BroadcastNews
    | Nudge
    | Undelivered
)


class Event(msgspec.Struct, frozen=True):
    """One thing that happened, and when (aware UTC)."""

    at: datetime
    body: Body
