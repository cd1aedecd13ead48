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


class Media(msgspec.Struct, frozen=True, tag="media", omit_defaults=True):
    """Something that is not the learner's own words. Its content is never kept.

    "forwarded": somebody else's message passed on; its words, if any, are the caption.
    "edited": a message said before, put right; it may have been an answer to a question
    that is closed, so its words (the caption) are looked at for danger alone.
    "withheld": the channel itself keeps from us what it was.
    file: the channel's own name of a photo or voice message, good within its account. It is
    passed on to a helper who was called, or forgotten.
    more: one more picture of several sent together, the first of which was heard before: it
    goes to a helper too, and is not answered a second time.
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
        "edited",
        "withheld",
        "other",
    ]
    caption: str = ""
    file: str = ""
    more: bool = False


class Start(msgspec.Struct, frozen=True, tag="start"):
    """The chat was opened, perhaps by a link that carries a ticket."""

    payload: str = ""


class Told(msgspec.Struct, frozen=True, tag="told"):
    """Another learner's turn said something to this one (`TellLearner`)."""

    what: Literal["thanks"]
    who: str


class TicketUsed(msgspec.Struct, frozen=True, tag="ticket_used"):
    """The ticket this learner used was still free and is now theirs.

    role: what it gave, "" for none; ward, hamlet: where. course: what is begun with, or "".
    whom: whose place on a volunteer's list it hands over, or "".
    """

    purpose: str
    made_by: str
    role: str = ""
    ward: str = ""
    hamlet: str = ""
    course: str = ""
    whom: str = ""


class TicketRefused(msgspec.Struct, frozen=True, tag="ticket_refused"):
    """The ticket is unknown, used up or past its day; the learner is not told which."""


class CarriedOut(msgspec.Struct, frozen=True, tag="carried_out"):
    """What this learner's turn requested is done: lists can be shown as they are now."""


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
    "uncounted",
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


class Counted(msgspec.Struct, frozen=True, tag="counted"):
    """The people of an audience that this learner asked about are counted."""


class Nudge(msgspec.Struct, frozen=True, tag="nudge"):
    """The scheduler found the learner's moment in their row: `step` decides what comes of it."""


class Undelivered(msgspec.Struct, frozen=True, tag="undelivered"):
    """What that turn asked unasked did not arrive: nobody was silent."""

    turn: int


# --- help from a person ------------------------------------------------------------------


class Somebody(msgspec.Struct, frozen=True, omit_defaults=True):
    """What another learner is called: all that is told of them."""

    name: str = ""
    pronouns: str = ""


class HelpAsked(msgspec.Struct, frozen=True, tag="help_asked"):
    """To who asks: their call is open, and who knows of it.

    on_duty: those on duty who were told; until: "17:00", when the first of them goes.
    others: was somebody told who is not on duty? next_at: when somebody's duty begins.
    taken_by: who has it already; again: it was made before, and nobody new was told.
    family: in danger, those of the family who were told too.
    """

    call: int
    on_duty: tuple[Somebody, ...] = ()
    until: str = ""
    others: bool = False
    next_at: datetime | None = None
    taken_by: Somebody | None = None
    again: bool = False
    family: tuple[Somebody, ...] = ()


class HelpWanted(msgspec.Struct, frozen=True, tag="help_wanted"):
    """To a volunteer: somebody of their area calls."""

    call: int


class HelpTaken(msgspec.Struct, frozen=True, tag="help_taken"):
    """To a volunteer: the call is theirs."""

    call: int


class HelpGone(msgspec.Struct, frozen=True, tag="help_gone"):
    """To a volunteer: the call is somebody else's (by), or closed, or none of theirs.

    tried: this volunteer tried to take it. late: they had it, and said nothing for too long.
    """

    call: int
    by: Somebody | None = None
    tried: bool = False
    late: bool = False


class HelpComing(msgspec.Struct, frozen=True, tag="help_coming"):
    """To who asks: somebody took the call."""

    call: int
    by: Somebody


class HelpLeft(msgspec.Struct, frozen=True, tag="help_left"):
    """To who asks: whoever had taken the call could not go on; others are told. visit: nobody
    had called, and the volunteer who wrote first says goodbye."""

    by: Somebody
    visit: bool = False


class HelpDone(msgspec.Struct, frozen=True, tag="help_done"):
    """To who asks: the helper says that it is done; is it?"""

    call: int
    by: Somebody


class HelpEnded(msgspec.Struct, frozen=True, tag="help_ended"):
    """To a helper: the learner's last word. helped: None, it was a false alarm."""

    call: int
    who: Somebody
    helped: bool | None = None


class Relayed(msgspec.Struct, frozen=True, tag="relayed"):
    """From the other one of a call: words, or a photo or voice message by the channel's name.

    to_helper: it goes from who asks to who helps. unasked: the volunteer began, and the
    learner has not answered yet. place: the account ("telegram:main") in which the file lies,
    where that is another than the reader's.
    """

    call: int
    by: Somebody
    to_helper: bool
    text: str = ""
    kind: str = ""
    file: str = ""
    unasked: bool = False
    place: str = ""


class Passed(msgspec.Struct, frozen=True, tag="passed"):
    """To who said something to the other one: did it go? why not: it is over, the channel
    cannot, or nothing unasked may be said to them now."""

    call: int
    why: Literal["", "ended", "channel", "not_now"] = ""


FromHelp = (
    HelpAsked
    | HelpWanted
    | HelpTaken
    | HelpGone
    | HelpComing
    | HelpLeft
    | HelpDone
    | HelpEnded
    | Relayed
    | Passed
)


class Again(msgspec.Struct, frozen=True, tag="again"):
    """What is open is shown once more: its author saved it (`lessons preview --page`)."""


class CodeFits(msgspec.Struct, frozen=True, tag="code_fits"):
    """A code that was typed is good; nothing is used up yet.

    own: it was made in this very chat, or by this very learner. purpose: "join", or what a
    link would give ("role", "own").
    """

    hash: str
    own: bool = False
    purpose: str = "join"


class CodeRefused(msgspec.Struct, frozen=True, tag="code_refused"):
    """The code is none, used up, or past its minutes. often: no more today."""

    often: bool = False


class Joined(msgspec.Struct, frozen=True, tag="joined"):
    """The chat is this learner's from now on, with what was learnt there.

    plays: the third exercise with a swindler that ended safe came by it.
    """

    plays: bool = False


class Parted(msgspec.Struct, frozen=True, tag="parted"):
    """This learner was copied from another, whose other chats go on without this one."""


class NotParted(msgspec.Struct, frozen=True, tag="not_parted"):
    """There is no other chat to part from."""


class NewHere(msgspec.Struct, frozen=True, tag="new_here"):
    """This learner was just made, on a chat that others use too."""


class HandedOver(msgspec.Struct, frozen=True, tag="handed_over"):
    """This learner uses the shared chat from now on."""


class PlaceTaken(msgspec.Struct, frozen=True, tag="place_taken"):
    """What was learnt on a volunteer's list is this learner's now. gone: there was nothing."""

    gone: bool = False


OfHousehold = (
    CodeFits | CodeRefused | Joined | Parted | NotParted | NewHere | HandedOver | PlaceTaken
)


# --- the family --------------------------------------------------------------------------


class FamilyAsked(msgspec.Struct, frozen=True, tag="family_asked"):
    """To a learner: somebody (helper, by) took their invitation, do they agree? To a helper
    (helper ""): the learner (by) does."""

    helper: str
    by: Somebody


class FamilyEnded(msgspec.Struct, frozen=True, tag="family_ended"):
    """The other one ended it. is_helper: it was whoever followed this learner. agreed: it had
    begun; False: the learner did not want it."""

    by: Somebody
    is_helper: bool = False
    agreed: bool = True


class Praised(msgspec.Struct, frozen=True, tag="praised"):
    """To a learner: a word of praise. To its giver: did it go? There is one a week."""

    by: Somebody
    to_learner: bool = False
    went: bool = False


class FamilyAlarm(msgspec.Struct, frozen=True, tag="family_alarm"):
    """To a helper: the learner whom they follow is in danger. about: a closed word; "" when
    it was a false alarm."""

    by: Somebody
    about: str


FromFamily = FamilyAsked | FamilyEnded | Praised | FamilyAlarm
FromOthers = (
    OfHousehold
    | Told
    | CarriedOut
    | TicketUsed
    | TicketRefused
    | RoleEnded
    | BroadcastNews
    | Counted
    | Nudge
    | Undelivered
    | FromHelp
    | Again
    | FromFamily
)
Body = Text | Press | BadPress | Media | Start | FromOthers


class Event(msgspec.Struct, frozen=True):
    """One thing that happened, and when (aware UTC)."""

    at: datetime
    body: Body
