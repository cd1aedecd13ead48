"""An announcement as a learner gets it, how it is answered, and what it is weighed by. Pure.

Its keys are answered out of turn: they carry the number of the announcement, and pressing
one leaves the open question as it is. Source: learner-experience.md N5, T2; promises.md P36.
"""

import re
from datetime import datetime, timedelta
from hashlib import blake2b
from math import ceil
from typing import Any

import msgspec

from bot.conversation import who
from bot.conversation.draft import Announcement, Audience, Draft, Key
from bot.conversation.folding import fold
from bot.conversation.learner import Learner
from bot.conversation.policy import Area
from bot.conversation.replies import Option, Priority, Reply
from bot.conversation.speech import wording
from bot.conversation.understand import Choice, read_exactly
from bot.conversation.world import World

LONGEST = 600  # letters of what a volunteer writes: one screen of a small phone
MOST_KEYS = 3
HELD = timedelta(seconds=60)
URGENT_A_WEEK = 2
KEYS: tuple[Key, ...] = ("come", "busy", "seen", "lesson")
# What one bot may send in a second, over all chats; the web shows what is committed.
CHANNELS = ("telegram", "zalo_bot", "zalo_oa", "web", "terminal")
_SENDS_PER_S = {"telegram": 29.5, "zalo_bot": 1.0, "zalo_oa": 1.0}
_ANSWER = re.compile(r"b(\d{1,12})-([a-z]+)")
_MEETING = re.compile(
    r"\b(?:\d{1,2} ?(?:giờ|h)|giờ|sáng|chiều|tối|thứ|chủ nhật|ngày mai|o'clock|am|pm)\b",
    re.IGNORECASE,
)
_JSON = msgspec.json.Encoder(order="deterministic")


def area_of(audience: Audience) -> Area:
    return Area(audience.ward, audience.hamlet)


def digest(audience: Audience, body: Announcement) -> str:
    """What a second person approves: this very audience and text."""
    return blake2b(_JSON.encode((audience, body)), digest_size=16).hexdigest()


def usual_keys(text: str) -> tuple[Key, ...]:
    """What one wants to know of a text: who comes, where it names a time; else who read it."""
    return ("come", "busy") if _MEETING.search(text) else ("seen",)


def slot(root: int) -> str:
    """Where an announcement and its corrections stand in a chat."""
    return f"b{root}"


def letter(number: int, root: int, draft: Draft, learner: Learner, world: World) -> Reply:
    """The message as that learner gets it, in their language and address."""
    body = draft.body
    kind = "urgent" if body.urgent else "corrected" if draft.audience.reached else "letter"
    place = who.area_name(area_of(draft.audience), learner, world)
    text = wording(learner, world, f"broadcast.{kind}")
    text = text.replace("{area}", place).replace("{text}", body.text)
    if "come" in body.keys:
        text = f"{text}\n{wording(learner, world, 'broadcast.coming')}"
    priority = Priority.EMERGENCY if body.urgent else Priority.BROADCAST
    options = answers(number, body.keys, learner, world)
    return Reply(text, options, priority=priority, slot=slot(root))


def answers(
    number: int, keys: tuple[Key, ...], learner: Learner, world: World
) -> tuple[Option, ...]:
    return tuple(
        Option(f"b{number}-{key}", wording(learner, world, f"broadcast.key_{key}")) for key in keys
    )


def read_answer(option_id: str) -> tuple[int, Key] | None:
    """The announcement and the key that a press out of turn names."""
    found = _ANSWER.fullmatch(option_id)
    key = next((one for one in KEYS if found and one == found[2]), None)
    return (int(found[1]), key) if found and key else None


def typed_while_newest(learner: Learner, text: str, world: World) -> tuple[int, Key] | None:
    """A number, or the words, for an announcement since which nothing was asked."""
    told = learner.announced
    if told is None or not told.newest:
        return None
    options = answers(told.number, told.keys, learner, world)
    choices = tuple(Choice(one.id, one.label) for one in options)
    return read_answer(read_exactly(text, choices, world.shelf.words) or "")


def typed_later(learner: Learner, text: str, world: World) -> tuple[int, Key] | None:
    """The very words of a key of the last announcement, whatever was asked since."""
    told = learner.announced
    if told is None or learner.stopped:
        return None
    options = answers(told.number, told.keys, learner, world)
    said = fold(text)
    return read_answer(next((one.id for one in options if fold(one.label) == said), ""))


def minutes_needed(people: dict[str, int]) -> int:
    """How long the slowest channel takes, in whole minutes, at least one."""
    seconds = [count / _SENDS_PER_S[name] for name, count in people.items() if name in _SENDS_PER_S]
    return max(1, ceil(max(seconds, default=0) / 60))


def seeking(audience: Audience, made_by: str, now: datetime, number: int = 0) -> dict[str, Any]:
    """The audience as the store seeks it (`store.broadcasts.Seeking`)."""
    days = timedelta(days=audience.quiet_days)
    # Whole hours, so that what is counted twice within a minute is one list.
    since = (now - days).replace(minute=0, second=0, microsecond=0)
    return {
        "number": number,
        "made_by": made_by,
        "ward": audience.ward,
        "hamlet": audience.hamlet,
        "course": audience.course,
        "not_started": audience.not_started,
        "seen_before": int(since.timestamp() * 1000) if audience.quiet_days else 0,
        "missed": audience.missed,
        "reached": audience.reached,
    }


def size_of(audience: Audience, learner: Learner, world: World) -> dict[str, int]:
    """How many people on which channel would get it now."""
    parameter = _JSON.encode(seeking(audience, learner.id, world.now)).decode()
    rows = world.rows("audience_size", parameter)
    return dict(rows[0]) if rows else {}


def read_draft(row: dict[str, Any]) -> Draft:
    """The draft that an announcement of the store was made of."""
    audience = msgspec.json.decode(row["audience"], type=Audience)
    return Draft(audience, msgspec.json.decode(row["body"], type=Announcement))
