"""The three things we ask about a person: form of address, ward, hour.

Shared by the welcome and the settings: each has what is asked, and what an answer
(an option's id or typed words) makes of the learner; None when it cannot be read.
"""

import re

import msgspec

from bot.conversation.folding import fold
from bot.conversation.hours import QUIET, label, read_hour, usual
from bot.conversation.learner import Learner, Place, change
from bot.conversation.replies import Option, Reply
from bot.conversation.speech import PAIRS, say
from bot.conversation.understand import (
    Choice,
    Chosen,
    read_label,
    read_pair,
    read_part,
    says_elsewhere,
)
from bot.conversation.world import World

NO_WARD = "other"
_WARDS_A_PAGE = 3
# What each form of address is called: "ba" -> "bà".
_FORMS = {name: pair.ban for name, pair in PAIRS.items() if name}
_NAME = re.compile(r"[^\W\d_]+(?:[ .'’-]+[^\W\d_]+)*")
# «Anh Thư» is a name; nobody is named «Bà Sáu».
_BEFORE_NAMES = ("bac", "ong", "ba", "co", "chu")
_HAMLET = re.compile(r"[^\W_]+(?:[ .'’/-]+[^\W_]+)*")
# What a part of a ward or commune is called.
_KIND_OF_HAMLET = re.compile(
    r"(?:tổ dân phố|khu dân cư|khu phố|tiểu khu|thôn|khu|tổ|xóm|ấp|bản|buôn|làng|khóm|phum|sóc) ",
    re.IGNORECASE,
)
_NAME_WORDS = re.compile(
    r"^(?:dạ,? )?(?:(?:tôi|bác|ông|bà|cô|chú|anh|chị|em|mình|cháu) )?(?:tên (?:là )?|là )"
    r"|^(?:tên (?:tôi|bác|ông|bà|cô|chú|anh|chị|em|mình) là )"
    r"|^(?:my name is|i am|i'm) ",
    re.IGNORECASE,
)


def ask_address(learner: Learner, world: World) -> Reply:
    return say(learner, world, "address.ask", "bac", "co", "chu")


def take_address(learner: Learner, said: str, world: World) -> Learner | None:
    """«1» was read before; here «ông», «gọi tôi là bà», «chị» as typed."""
    if said in PAIRS and said:
        return change(learner, pronouns=said)
    named = read_pair(said, _FORMS, world.shelf.words)
    return change(learner, pronouns=named) if named else None


def ask_ward(learner: Learner, world: World) -> Reply:
    """Three wards a page, then «nơi khác»; on the last page that means elsewhere."""
    page = _page(learner)
    wards = world.shelf.library.wards[page * _WARDS_A_PAGE : (page + 1) * _WARDS_A_PAGE]
    options = tuple(Option(ward.code, ward.name) for ward in wards)
    key = "ward.ask" if page == 0 else "ward.more"
    return say(learner, world, key, *options, "elsewhere")


def take_ward(learner: Learner, said: str, world: World) -> Learner | None:
    """A ward by code or by its typed name; «elsewhere» turns the page."""
    wards = world.shelf.library.wards
    if said == "elsewhere":
        page = _page(learner) + 1
        if page * _WARDS_A_PAGE < len(wards):
            return change(learner, place=_at_page(learner, page))
        return change(learner, ward=NO_WARD, place=_at_page(learner, 0))
    code = read_ward(said, world)
    if code:
        return change(learner, ward=code, place=_at_page(learner, 0))
    if says_elsewhere(said, world.shelf.words):
        return take_ward(learner, "elsewhere", world)
    return None


def read_ward(said: str, world: World) -> str | None:
    """The code of a ward, from its code or its typed name."""
    wards = world.shelf.library.wards
    choices = tuple(
        Choice(ward.code, ward.name, (f"phường {ward.name}", f"xã {ward.name}")) for ward in wards
    )
    if any(choice.id == said for choice in choices):
        return said
    # Numbers mean the options on the page, which `step` has read by now.
    reading = read_label(said, choices, world.shelf.words)
    return reading.id if isinstance(reading, Chosen) else None


def ask_name(learner: Learner, world: World) -> Reply:
    return say(learner, world, "name.ask_helper" if learner.works else "name.ask", "skip")


def take_name(learner: Learner, said: str, world: World) -> Learner | None:
    """A name as typed, without «tôi tên là»; «skip» leaves it as it is."""
    if said == "skip":
        return learner
    name = read_name(said)
    return change(learner, name=name) if name else None


def read_pronoun(said: str) -> str:
    """The form of address before a name («bà Sáu»), or ""."""
    first, _, rest = said.strip().partition(" ")
    pronoun = fold(first)
    return pronoun if rest and pronoun in PAIRS and pronoun in _BEFORE_NAMES else ""


def read_name(said: str) -> str | None:
    """At most five words of letters alone, without «bà» before them; None for what is no
    name."""
    name = _NAME_WORDS.sub("", said.strip(" .!,")).strip(" .!,")
    if read_pronoun(name):
        name = name.partition(" ")[2]
    words = name.split()
    if not 1 <= len(words) <= 5 or len(name) > 40 or not _NAME.fullmatch(name):
        return None
    return " ".join(word[0].upper() + word[1:] for word in words)


def read_hamlet(said: str) -> str | None:
    """A hamlet's name as typed («Thôn 3» is «thôn 3», «khu Đồng Tâm»); None for what is no
    name: a sentence is none, so that nobody is invited for a place that there is not."""
    name = " ".join(said.strip(" .!,").split())
    kind = _KIND_OF_HAMLET.match(name)
    own = name[kind.end() :] if kind else name
    if not _HAMLET.fullmatch(name) or len(name) > 40 or not 1 <= len(own.split()) <= 3:
        return None
    return f"{kind[0].lower()}{own}" if kind else name


def ask_hour(learner: Learner, world: World) -> Reply:
    hours = world.shelf.nudges.hours
    options = tuple(Option(hour, label(learner, world, hour)) for hour in hours)
    return say(learner, world, "hour.ask", *options)


def take_hour(learner: Learner, said: str, world: World) -> Learner | None:
    """An hour by id, or a time or part of the day in words; «không nhắc» is no hour at all."""
    rules = world.shelf.nudges
    if said == "none":
        return change(learner, hour=said)
    if said in rules.hours:
        return with_hour(learner, said)
    part = read_part(said, world.shelf.words)
    if part == "none":
        return change(learner, hour="none")
    hour = read_hour(said, rules)
    if hour in (None, QUIET) and part:
        hour = usual(part, rules)  # at five in the morning nothing is said: the usual hour then
    return None if hour is None or hour == QUIET else with_hour(learner, hour)


def with_hour(learner: Learner, hour: str) -> Learner:
    """The learner with that hour; who asks for it wants no pause any more."""
    nudges = msgspec.structs.replace(learner.nudges, not_before=0)
    return change(learner, hour=hour, nudges=nudges)


def _page(learner: Learner) -> int:
    return int(learner.place.picked) if learner.place.picked.isdigit() else 0


def _at_page(learner: Learner, page: int) -> Place:
    return Place(stage=learner.place.stage, picked=str(page) if page else "")
