"""An announcement as a learner gets it, how it is answered, and what it is weighed by. Pure.

Its keys are answered out of turn: they carry the number of the announcement, and pressing
one leaves the open question as it is. Source: learner-experience.md N5, T2; promises.md P36.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import blake2b
from math import ceil
from typing import Any

import msgspec

from bot.conversation import who
from bot.conversation.curriculum import lessons
from bot.conversation.draft import Announced, Announcement, Audience, Draft, Key
from bot.conversation.events import Media
from bot.conversation.folding import fold
from bot.conversation.learner import Learner
from bot.conversation.policy import Area
from bot.conversation.replies import Option, Priority, Reply
from bot.conversation.speech import wording
from bot.conversation.understand import Choice, read_exactly
from bot.conversation.world import Shelf, World

# What is counted, beside the turns where it is much: a row UNCOUNTED stands for it so long.
AUDIENCE_SIZE, RECIPIENTS, ANSWERS = "audience_size", "broadcast_counts", "broadcast_answers"
UNCOUNTED: dict[str, Any] = {"uncounted": True}
LONGEST = 600  # letters of what a volunteer writes: one screen of a small phone
MOST_KEYS = 3
HELD = timedelta(seconds=60)
URGENT_A_WEEK = 2
KEYS: tuple[Key, ...] = ("come", "busy", "seen", "lesson")
TOGGLES: tuple[Key, ...] = ("come", "seen", "lesson")
CHANNELS = ("telegram", "zalo_bot", "zalo_oa", "web", "terminal")
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


def slot(root: int, body: Announcement) -> str:
    """Where an announcement and its corrections stand in a chat. Words can be changed in a
    message; another picture or recording makes it another message."""
    if not (body.picture or body.voice):
        return f"b{root}"
    borne = blake2b(f"{body.picture}/{body.voice}".encode(), digest_size=4).hexdigest()
    return f"b{root}.{borne}"


def attached(sent: Media, account: str) -> str:
    """The name of a picture or recording that somebody sent to that account
    ("telegram:main"); "" where the channel did not say how to find it again."""
    return f"sent:{account}:{sent.file}" if account and sent.file else ""


def bearing(reply: Reply, body: Announcement, learner: Learner, world: World) -> Reply:
    """The reply with the announcement's picture and recording, and with the words that
    stand for them where a channel can show neither."""
    if not (body.picture or body.voice):
        return reply
    return msgspec.structs.replace(
        reply,
        picture=body.picture,
        voice=body.voice,
        picture_words=wording(learner, world, "broadcast.no_picture") if body.picture else "",
        voice_words=wording(learner, world, "broadcast.no_voice") if body.voice else "",
    )


def lesson_title(body: Announcement, learner: Learner, world: World) -> str:
    """The lesson that its key opens, in the learner's language; "" for none in particular."""
    lesson = lessons(learner, world).get(body.lesson) if "lesson" in body.keys else None
    return lesson.title if lesson else ""


def letter(number: int, root: int, draft: Draft, learner: Learner, world: World) -> Reply:
    """The message as that learner gets it, in their language and address."""
    body = draft.body
    kind = "urgent" if body.urgent else "corrected" if draft.audience.reached else "letter"
    place = who.area_name(area_of(draft.audience), learner, world)
    text = wording(learner, world, f"broadcast.{kind}")
    text = text.replace("{area}", place).replace("{text}", body.text)
    title = lesson_title(body, learner, world)
    if title:
        about = wording(learner, world, "broadcast.lesson").replace("{title}", title)
        text = f"{text}\n{about}"
    if "come" in body.keys:
        text = f"{text}\n{wording(learner, world, 'broadcast.coming')}"
    priority = Priority.EMERGENCY if body.urgent else Priority.BROADCAST
    options = answers(number, body.keys, title, learner, world)
    reply = Reply(text, options, priority=priority, slot=slot(root, body))
    return bearing(reply, body, learner, world)


def toggled(keys: tuple[Key, ...], key: Key) -> tuple[Key, ...]:
    """The keys with that one put on or off, in their order; who is asked to come may say no
    where there is room for it."""
    on = [one for one in TOGGLES if (one in keys) != (one == key)]
    busy: list[Key] = ["busy"] if on and on[0] == "come" and len(on) < len(TOGGLES) else []
    return (*on[:1], *busy, *on[1:])


def answers(
    number: int, keys: tuple[Key, ...], title: str, learner: Learner, world: World
) -> tuple[Option, ...]:
    """The keys. title: of the lesson that one of them opens, or ""."""
    return tuple(Option(f"b{number}-{key}", label(key, title, learner, world)) for key in keys)


def label(key: Key, title: str, learner: Learner, world: World) -> str:
    name = "this_lesson" if key == "lesson" and title else key
    return wording(learner, world, f"broadcast.key_{name}")


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
    options = _answers_of(told, learner, world)
    choices = tuple(Choice(one.id, one.label) for one in options)
    return read_answer(read_exactly(text, choices, world.shelf.words) or "")


def typed_later(learner: Learner, text: str, world: World) -> tuple[int, Key] | None:
    """The very words of a key of the last announcement, whatever was asked since."""
    told = learner.announced
    if told is None or learner.stopped:
        return None
    options = _answers_of(told, learner, world)
    said = fold(text)
    return read_answer(next((one.id for one in options if fold(one.label) == said), ""))


def label_of(number: int, key: Key, learner: Learner, world: World) -> str:
    """What that key of that announcement bears."""
    body = body_of(number, world) if key == "lesson" else Announcement()
    return label(key, lesson_title(body, learner, world), learner, world)


def _answers_of(told: Announced, learner: Learner, world: World) -> tuple[Option, ...]:
    body = body_of(told.number, world) if "lesson" in told.keys else Announcement()
    return answers(told.number, told.keys, lesson_title(body, learner, world), learner, world)


def body_of(number: int, world: World) -> Announcement:
    """What was announced under that number; nothing, where it is not kept any more."""
    rows = world.rows("broadcast", str(number))
    return read_draft(rows[0]).body if rows else Announcement()


def minutes_needed(people: Mapping[str, int], shelf: Shelf) -> dict[str, int]:
    """How long each channel takes for so many, in whole minutes, at least one."""
    rates = {name: shelf.sends_per_s.get(name, 0.0) for name in people}
    return {
        name: max(1, ceil(count / rates[name] / 60)) if rates[name] else 1
        for name, count in people.items()
    }


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


def size_of(audience: Audience, learner: Learner, world: World) -> dict[str, int] | None:
    """How many people on which channel would get it now; None: they are being counted, and
    `Counted` comes."""
    parameter = _JSON.encode(seeking(audience, learner.id, world.now)).decode()
    rows = world.rows(AUDIENCE_SIZE, parameter)
    if UNCOUNTED in rows:
        return None
    return dict(rows[0]) if rows else {}


def read_draft(row: dict[str, Any]) -> Draft:
    """The draft that an announcement of the store was made of."""
    audience = msgspec.json.decode(row["audience"], type=Audience)
    return Draft(audience, msgspec.json.decode(row["body"], type=Announcement))
