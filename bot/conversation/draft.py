"""An announcement before it is sent: to whom, what, when. Frozen data, nothing else."""

from datetime import datetime
from typing import Literal

import msgspec

Key = Literal["come", "busy", "seen", "lesson"]


class Audience(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who gets it; every given field narrows it down.

    ward: unit code, "" for every ward; hamlet: of that ward. not_started: no lesson done
    yet. quiet_days: did not write for so many days. missed, reached: an earlier
    announcement that did not reach them, or did.
    """

    ward: str = ""
    hamlet: str = ""
    course: str = ""
    not_started: bool = False
    quiet_days: int = 0
    missed: int = 0
    reached: int = 0


class Announcement(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is said. keys: what may be answered, at most three. urgent: storm, flood.

    picture, voice: what it bears, by its name (`attached`). lesson: which one the key
    "lesson" opens; "" for the next of whoever presses it.
    """

    text: str = ""
    keys: tuple[Key, ...] = ()
    urgent: bool = False
    picture: str = ""
    voice: str = ""
    lesson: str = ""


class Draft(msgspec.Struct, frozen=True, omit_defaults=True):
    """What its maker has put together so far. at: when to send it, None for at once.

    number: the announcement that this is an edit of, 0 for a new one.
    """

    audience: Audience = Audience()
    body: Announcement = Announcement()
    at: datetime | None = None
    number: int = 0


class Announced(msgspec.Struct, frozen=True, array_like=True):
    """[number, keys, newest]: the last announcement that a learner got.

    newest: nothing has been asked since, so that a bare number is meant for it.
    """

    number: int
    keys: tuple[Key, ...] = ()
    newest: bool = False
