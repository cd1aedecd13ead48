"""What a turn says and wants: replies, facts and requests, all frozen data.

Screens make them; `turns` writes them down; channels show a `Reply` in their own
way. `as_text` is the one plain form that every channel can show.
"""

from collections.abc import Collection
from datetime import datetime
from enum import IntEnum
from functools import lru_cache
from typing import Literal, NamedTuple

import msgspec

from bot.conversation.draft import Draft
from bot.conversation.events import Body
from bot.conversation.learner import Learner


class Priority(IntEnum):
    """Who goes first in the outbox, but EMERGENCY, which goes before nudges (`SENDING_ORDER`):
    the numbers are on disk. Source: design.md section 1, Delivery.
    """

    PANIC = 0
    ANSWER = 1
    NUDGE = 2
    BROADCAST = 3
    EMERGENCY = 4


SENDING_ORDER = (
    *(Priority.PANIC, Priority.ANSWER, Priority.EMERGENCY),
    *(Priority.NUDGE, Priority.BROADCAST),
)


class Option(msgspec.Struct, frozen=True):
    """One thing the learner may press or type. `label` bears no number of its own."""

    id: str
    label: str


class Reply(msgspec.Struct, frozen=True, omit_defaults=True):
    """One short message.

    options: what may be answered; numbered from 1 in the order given.
    picture: the name of a drawing, whose words are already in `text`: "asset:NAME" is
        lessons/pictures/NAME.svg, "garden:1101" a plot a lesson, 1 where a plant grew.
    priority: PANIC for danger, which also becomes an alert for screen readers.
    turn: the turn that asked; `step` fills it in where there are options.
    voice: the name of a recording to hear beside the text.
    picture_words, voice_words: said under the text where a channel can show no such picture,
        or play no such recording, and the text alone does not tell of it.
    pace: how much longer than usual a reader needs (1.5 for slow), 0 for at once.
    menu: the few standing words that stay in reach from here on, where a channel can.
    slot: the place in the chat that a newer reply with the same slot edits, or "".
    tail: the last line where one types and has no keys: how to answer, what always works.
    passed_on: what another person sent, by the channel's own name of it: "photo:FILE" or
        "voice:FILE"; only ever to a chat of the same account. To any other it is a picture
        or voice "passed:telegram:main:FILE".
    calm: it goes as early as danger, and is none: what two people say to each other.
    talk: the call in whose talk somebody else said this, or 0; erased with whoever said it.
    """

    text: str
    options: tuple[Option, ...] = ()
    picture: str = ""
    priority: Priority = Priority.ANSWER
    turn: int = 0
    voice: str = ""
    pace: float = 1.0
    menu: tuple[str, ...] = ()
    slot: str = ""
    tail: str = ""
    passed_on: str = ""
    calm: bool = False
    picture_words: str = ""
    voice_words: str = ""
    talk: int = 0


KEY_LETTERS = 18  # learner-experience.md C1


class Keys(NamedTuple):
    """How options are shown on keys: what each key bears, and the lines that stand in the
    text because a key has no room for them (none, or one an option)."""

    labels: tuple[str, ...]
    lines: tuple[str, ...]


@lru_cache(maxsize=4096)
def keys(options: tuple[Option, ...]) -> Keys:
    """«1 Gửi ảnh»; where one is too long for a key, all stand numbered in the text, and its
    key bears its number and first words. The same few are shown all day, so they are kept.
    Source: learner-experience.md C1."""
    labels = tuple(f"{n} {_first_words(option.label)}" for n, option in enumerate(options, 1))
    if all(len(option.label) <= KEY_LETTERS for option in options):
        return Keys(labels, ())
    return Keys(labels, tuple(f"{n} {option.label}" for n, option in enumerate(options, 1)))


def _first_words(label: str) -> str:
    """The label, or as many of its first words as a key has room for, and «…»."""
    if len(label) <= KEY_LETTERS:
        return label
    cut = label[:KEY_LETTERS].rsplit(" ", 1)[0].rstrip(" ,.;:")
    return f"{cut}…"


def to_hear_at(reply: Reply, address: str) -> Reply:
    """The reply with the address of its recording in its stead; as it is for ""."""
    if not address:
        return reply
    return msgspec.structs.replace(reply, text=f"{reply.text}\n{address}", voice="", voice_words="")


def without(reply: Reply, which: Collection[str]) -> Reply:
    """The reply where a channel cannot show its "picture" or play its "voice": words stand
    for it, if it has any that are not in the text already."""
    words = [
        said
        for name, said in (("picture", reply.picture_words), ("voice", reply.voice_words))
        if name in which and said
    ]
    gone: dict[str, str] = dict.fromkeys(which, "")
    gone |= {f"{name}_words": "" for name in which}
    return msgspec.structs.replace(reply, text="\n".join([reply.text, *words]), **gone)


def utf16_units(text: str) -> int:
    """The length as messengers count it: a letter beyond U+FFFF is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def numbered(reply: Reply) -> list[str]:
    """What stands under the words where one types: a numbered line an option, the tail."""
    lines = [f"{n} {option.label}" for n, option in enumerate(reply.options, 1)]
    return [*lines, reply.tail] if reply.tail else lines


def as_text(reply: Reply) -> str:
    """The plain form: the words, then one numbered line an option, then the tail.

    Used by Zalo, by `hocvuso chat` and by people who read with a plain phone.
    """
    return "\n".join([reply.text, *numbered(reply)])


# --- what happened: append-only, the source of every report -----------------------------


class Attempt(msgspec.Struct, frozen=True, tag="attempt"):
    """One answer that was understood and marked. `item` is "L0105/q1"."""

    item: str
    correct: bool
    tries: int = 1


class RolePlayed(msgspec.Struct, frozen=True, tag="role_played"):
    """A role play came to an end: which item, which of its ends. Ids alone."""

    item: str
    end: str


class Milestone(msgspec.Struct, frozen=True, tag="milestone"):
    """A thing done in real life ("M02"), or a lesson finished ("L0105")."""

    name: str


class Consent(msgspec.Struct, frozen=True, tag="consent"):
    """A yes or no to the consent text of that version."""

    given: bool
    version: str


class HelpRequest(msgspec.Struct, frozen=True, tag="help_request"):
    """The learner wants a person. `about` is a closed word, never the learner's text."""

    about: str
    urgent: bool = False


class Audit(msgspec.Struct, frozen=True, tag="audit", omit_defaults=True):
    """Something done to the learner's record: language, address, erasure.

    actor: who did it, where it is about a right (a role, a link, a look at somebody): a
    learner's id or "command line". whom: on whom. where: "06685", "06685/thôn 3" or "".
    """

    what: str
    actor: str = ""
    whom: str = ""
    where: str = ""


class Nudged(msgspec.Struct, frozen=True, tag="nudge"):
    """A question was asked unasked: which item, in which of the wordings."""

    item: str
    wording: int


class VisitWanted(msgspec.Struct, frozen=True, tag="visit_wanted"):
    """So many nudges went without a word: a person may look in. None come any more."""

    nudges: int


Fact = Attempt | RolePlayed | Milestone | Consent | HelpRequest | Audit | Nudged | VisitWanted


# --- what the turn wants done to others, carried out by `turns` in the same transaction ---


class TellLearner(msgspec.Struct, frozen=True, tag="tell_learner"):
    """Put an event into another learner's inbox."""

    to: str
    event: Body


Purpose = Literal["invite", "return", "join", "role", "guide", "family", "own", "data"]


class MakeTicket(msgspec.Struct, frozen=True, tag="make_ticket"):
    """Keep a ticket's hash. role, ward, hamlet: what it gives and where; many: it may be
    used by many people, and so gives no role. course: what is begun with, "" for the first;
    whom: whose place on a volunteer's list it hands over."""

    hash: str
    purpose: Purpose
    expires_at: datetime
    role: str = ""
    ward: str = ""
    hamlet: str = ""
    many: bool = False
    course: str = ""
    whom: str = ""


class UseTicket(msgspec.Struct, frozen=True, tag="use_ticket"):
    """Try to win a ticket; the outcome comes back as an event in the same batch."""

    hash: str
    purpose: Purpose = "invite"


class EndRole(msgspec.Struct, frozen=True, tag="end_role"):
    """Take a role away, with the links that its holder made; the holder is told."""

    whom: str
    role: str
    ward: str = ""
    hamlet: str = ""


class QueueBroadcast(msgspec.Struct, frozen=True, tag="queue_broadcast"):
    """Hold that announcement for sending, or for a second person where it goes to more than
    `second_over` people; the outcome comes back as an event."""

    draft: Draft
    second_over: int = 50


class ApproveBroadcast(msgspec.Struct, frozen=True, tag="approve_broadcast"):
    """Approve the text and audience of that digest, if they still are what it says."""

    number: int
    digest: str


How = Literal["cancel", "pause", "resume", "edit"]


class SteerBroadcast(msgspec.Struct, frozen=True, tag="steer_broadcast"):
    """Cancel, pause, go on with, or take back for an edit."""

    number: int
    how: How


class AnswerBroadcast(msgspec.Struct, frozen=True, tag="answer_broadcast"):
    """What the learner answers to an announcement; the last one counts."""

    number: int
    answer: str


class AskHelp(msgspec.Struct, frozen=True, tag="ask_help"):
    """Call for a person; `HelpAsked` comes back. about: a closed word; lesson, card, tried:
    where the learner is and how often they tried."""

    about: str
    urgent: bool = False
    lesson: str = ""
    card: str = ""
    tried: int = 0


class DropHelp(msgspec.Struct, frozen=True, tag="drop_help"):
    """It was a false alarm: the learner's open call ends, and whoever knows is told."""


class TakeHelp(msgspec.Struct, frozen=True, tag="take_help"):
    """Try to win a call; `HelpTaken` or `HelpGone` comes back."""

    call: int


class ReleaseHelp(msgspec.Struct, frozen=True, tag="release_help"):
    """Give a call back: others are told."""

    call: int


class FinishHelp(msgspec.Struct, frozen=True, tag="finish_help"):
    """The helper says that it is done: the learner is asked."""

    call: int


class CloseHelp(msgspec.Struct, frozen=True, tag="close_help"):
    """The learner's word on their open call; not helped: others are told, and `HelpAsked`
    comes back."""

    helped: bool


class PassOn(msgspec.Struct, frozen=True, tag="pass_on"):
    """Say something to the other one of a call; `Passed` comes back."""

    call: int
    text: str = ""
    kind: str = ""
    file: str = ""


class WriteTo(msgspec.Struct, frozen=True, tag="write_to"):
    """Begin a talk with a learner of one's own area; `HelpTaken` or `HelpGone` comes back."""

    whom: str


class KeepLearner(msgspec.Struct, frozen=True, tag="keep_learner"):
    """Keep a learner without a phone, who agreed by word of mouth."""

    name: str
    pronouns: str
    ward: str
    hamlet: str = ""


class MarkLesson(msgspec.Struct, frozen=True, tag="mark_lesson"):
    """A lesson that was done together with a learner without a phone."""

    whom: str
    lesson: str


class ForgetKept(msgspec.Struct, frozen=True, tag="forget_kept"):
    """Erase a learner without a phone."""

    whom: str


class AgreeFamily(msgspec.Struct, frozen=True, tag="agree_family"):
    """The learner's yes to one of the family who took their invitation."""

    helper: str


class EndFamily(msgspec.Struct, frozen=True, tag="end_family"):
    """End it at once. is_helper: the other one is my helper; else it is whom I follow.
    agreed: False for a no to who came."""

    other: str
    is_helper: bool
    agreed: bool = True


class Praise(msgspec.Struct, frozen=True, tag="praise"):
    """One word of praise a week to a learner whom one follows; `Praised` comes back."""

    whom: str


class KeepDuty(msgspec.Struct, frozen=True, tag="keep_duty"):
    """Be on duty every week. weekday: 0 is Monday; minutes since midnight."""

    weekday: int
    from_minute: int
    to_minute: int


class EndDuty(msgspec.Struct, frozen=True, tag="end_duty"):
    """No duty on that weekday any more."""

    weekday: int


class EraseMe(msgspec.Struct, frozen=True, tag="erase_me"):
    """Erase every row about the asking learner; only the goodbye is still sent."""


OfBroadcast = QueueBroadcast | ApproveBroadcast | SteerBroadcast | AnswerBroadcast
HelpWork = AskHelp | DropHelp | TakeHelp | ReleaseHelp | FinishHelp | CloseHelp | PassOn
OfPeople = WriteTo | KeepLearner | MarkLesson | ForgetKept
OfFamily = AgreeFamily | EndFamily | Praise
OfDuty = KeepDuty | EndDuty
OfRoles = MakeTicket | UseTicket | EndRole


class TryCode(msgspec.Struct, frozen=True, tag="try_code"):
    """Is that code good? Uses nothing up; a wrong one counts among the chat's tries."""

    hash: str


class MergeInto(msgspec.Struct, frozen=True, tag="merge_into"):
    """Become the learner who made that code: what was learnt here goes with it."""

    hash: str


class PartChat(msgspec.Struct, frozen=True, tag="part_chat"):
    """From now on this chat has a learner of its own, with a copy of the progress."""


class TakePlace(msgspec.Struct, frozen=True, tag="take_place"):
    """What that one of a volunteer's list has learnt is this learner's: the same person, who has
    a chat now. `PlaceTaken` comes back."""

    whom: str


class AddLearner(msgspec.Struct, frozen=True, tag="add_learner"):
    """One more learner on this chat, who uses it from now on."""


class HandOver(msgspec.Struct, frozen=True, tag="hand_over"):
    """That one of those who share the chat uses it from now on."""

    to: str


# Carried out by who seats the learners of a batch; the rest, by the batch itself.
ForHousehold = TryCode | MergeInto | PartChat | AddLearner | HandOver | TakePlace
Asked = TellLearner | OfRoles | OfBroadcast | HelpWork | OfDuty | OfPeople | OfFamily | EraseMe
Request = ForHousehold | Asked


class Turn(msgspec.Struct, frozen=True):
    """What one event came to.

    ask: `step` adds what the learner's screen now asks; False where the replies end it.
    secret: the learner's words must not be kept anywhere.
    expires_at: after that the replies are not worth sending; None: always.
    """

    learner: Learner
    replies: tuple[Reply, ...] = ()
    facts: tuple[Fact, ...] = ()
    requests: tuple[Request, ...] = ()
    ask: bool = True
    secret: bool = False
    expires_at: datetime | None = None
