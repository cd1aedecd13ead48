"""The learner's document: one small frozen struct, kept as JSON in one row.

Every field has a default and the document its version, so that one of an older program
still reads; the row with its index is at most 1 KB after ten lessons (design.md section 3),
so what stands in most documents is written under a short name (decision 0013).
"""

from datetime import datetime
from typing import Any, Literal

import msgspec

from bot.conversation.days import at_minute
from bot.conversation.draft import Announced, Draft
from bot.conversation.memory import Memory

# `course` and `done` are asked for by the store's queries under these names, `turn` by whoever
# counts turns from outside (the kill tests).
_SHORT = {
    "id": "i",
    "pronouns": "p",
    "ward": "w",
    "hamlet": "hm",
    "hour": "h",
    "name": "c",
    "consent": "y",
    "screen": "s",
    "place": "at",
    "lesson": "l",
    "asked": "a",
    "seen_min": "m",
    "memory": "k",
    "learnt": "d",
    "reviews": "r",
    "nudges": "n",
    "announced": "an",
    "put_off": "o",
    "safe_plays": "sp",
    "guide": "g",
}
_SHORT_PLACE = {
    "lesson": "l",
    "card": "c",
    "stage": "s",
    "tries": "t",
    "picked": "p",
    "hinted": "h",
    "why": "w",
    "mark": "m",
}


class Place(msgspec.Struct, frozen=True, omit_defaults=True, rename=_SHORT_PLACE):
    """Where in a screen the learner stands, by stable ids, never by position.

    lesson, card: ids of a lesson and its card; "recap" stands for the end.
    stage: the screen's own word for what it is waiting for.
    tries: wrong answers to the open question so far.
    picked: what has been put together so far ("2,1"), or the node of a role play ("n3").
    hinted: was a hint given? why: what an item is asked for ("easy", "nudge"; "" for any).
    mark: of the question that stands here, as it read when it was asked (`underfoot.py`).
    """

    lesson: str = ""
    card: str = ""
    stage: str = ""
    tries: int = 0
    picked: str = ""
    hinted: bool = False
    why: str = ""
    mark: int = 0


_NOWHERE = Place()


class PutOff(msgspec.Struct, frozen=True, array_like=True):
    """[item, day]: a task that the learner wanted to do later; the day's number."""

    item: str
    on: int


class Tally(msgspec.Struct, frozen=True, array_like=True):
    """[day, count]: the number of the day of the last one, and how many there were."""

    on: int = -1
    count: int = 0


class Nudges(msgspec.Struct, frozen=True, array_like=True):
    """[on, unanswered, count, unasked_on, not_before]: what was said unasked; days by number.

    on: the day of the last nudge. unanswered: nudges since the learner's last word.
    count: nudges ever; it picks the words. unasked_on: the day of the last message nobody
    asked for, whatever it was. not_before: the first day on which one may come again.
    """

    on: int = -1
    unanswered: int = 0
    count: int = 0
    unasked_on: int = -1
    not_before: int = 0


class Learner(msgspec.Struct, frozen=True, omit_defaults=True, rename=_SHORT, tag_field="v", tag=2):
    """What we know of one person.

    id: random; only the contact table ties it to a chat.
    pronouns: key of a pair in the wording ("bac"); "" until chosen.
    ward: unit code; hour: "08:00" local time, "none", or "" until asked.
    consent: "" not asked, "yes", "no".
    turn: how many turns there have been; asked: the turn whose question is open.
    misses: times in a row that we did not understand.
    guess: options we think were meant, by id ("a" or "a,b"), while we ask "is it …?".
    done: finished lessons, in order. course: the one being followed to its end.
    seen_min: when they last wrote or pressed: minutes of our count (`days.py`), once they
        agreed.
    safe_plays: lessons whose role play ended safe; three are a milestone, more are not kept.
    put_off: the task to ask about kindly on a later day.
    memory: lesson -> item -> what is remembered of it ("L0102" -> "q1"), a `Memory.number`.
    thanked: somebody's thanks wait for the learner's next word; praised_by: so does a word
        of praise of that one.
    learnt: days on which something was learnt, it only grows; reviews: items asked today.
    name: what they want to be called beside the pronoun ("Lan"); hamlet: of their ward.
    guide: the volunteer who brought them in. ticket: the hash of a link that they opened
        and have not answered yet. works: was given a role once; what it may do now is
        read from the store at each turn.
    shared: others learn in one of their chats too.
    draft: the announcement that they are putting together. announced: the last that they got.
    screen, place: what is being asked now. lesson: the lesson under way, kept through
        every other screen, so that nothing out of the blue loses the place.
    """

    id: str = ""
    language: str = "vi"
    pronouns: str = ""
    ward: str = ""
    hour: str = ""
    consent: str = ""
    screen: str = "welcome"
    place: Place = _NOWHERE
    lesson: Place = _NOWHERE
    turn: int = 0
    asked: int = 0
    misses: int = 0
    guess: str = ""
    stopped: bool = False
    slow: bool = False
    done: tuple[str, ...] = ()
    course: str = ""
    seen_min: int | None = None
    safe_plays: tuple[str, ...] = ()
    put_off: PutOff | None = None
    memory: dict[str, dict[str, int]] = {}
    learnt: Tally = Tally()
    reviews: Tally = Tally()
    nudges: Nudges = Nudges()
    name: str = ""
    hamlet: str = ""
    guide: str = ""
    ticket: str = ""
    works: bool = False
    shared: bool = False
    draft: Draft | None = None
    announced: Announced | None = None
    thanked: bool = False
    praised_by: str = ""

    @property
    def status(self) -> Literal["new", "guest", "active", "stopped"]:
        """What the row says beside the document."""
        if self.stopped:
            return "stopped"
        return {"yes": "active", "no": "guest"}.get(self.consent, "new")  # type: ignore[return-value]

    @property
    def seen_at(self) -> datetime | None:
        return None if self.seen_min is None else at_minute(self.seen_min)


_DECODER = msgspec.json.Decoder(Learner)
_NEWEST = b'{"v":2'
_LONG = {short: name for name, short in _SHORT.items()}
_LONG_PLACE = {short: name for name, short in _SHORT_PLACE.items()}


def read_document(document: bytes) -> Learner:
    """A learner's document of any version."""
    if document.startswith(_NEWEST):
        return _DECODER.decode(document)
    # Of version 1: every field under its whole name, a memory as [stability, difficulty, day].
    fields = msgspec.json.decode(document)
    fields.pop("version", None)
    fields["memory"] = {
        lesson: {item: Memory(*three).number for item, three in items.items()}
        for lesson, items in fields.get("memory", {}).items()
    }
    return msgspec.convert(_renamed(fields, _SHORT, _SHORT_PLACE), Learner)


def spelt_out(document: bytes) -> dict[str, Any]:
    """What stands in a document, under whole names: for a person to read."""
    learner = read_document(document)
    fields = _renamed(msgspec.json.decode(msgspec.json.encode(learner)), _LONG, _LONG_PLACE)
    fields.pop("v")
    if learner.memory:
        fields["memory"] = {
            lesson: {item: msgspec.structs.asdict(Memory.of(one)) for item, one in items.items()}
            for lesson, items in learner.memory.items()
        }
    return fields


def _renamed(
    fields: dict[str, Any], names: dict[str, str], in_places: dict[str, str]
) -> dict[str, Any]:
    renamed = {names.get(name, name): value for name, value in fields.items()}
    for name, value in renamed.items():
        if _LONG.get(name, name) in ("place", "lesson"):
            renamed[name] = {in_places.get(inner, inner): one for inner, one in value.items()}
    return renamed


def change(learner: Learner, **fields: object) -> Learner:
    """The same learner with these fields changed."""
    # Only the very default is left out of the JSON.
    if "place" in fields and fields["place"] == _NOWHERE:
        fields["place"] = _NOWHERE
    if "lesson" in fields and fields["lesson"] == _NOWHERE:
        fields["lesson"] = _NOWHERE
    return msgspec.structs.replace(learner, **fields)


def resume(learner: Learner) -> Learner:
    """The same learner, back at what they were doing: greeting, lesson or home."""
    if not is_welcomed(learner):
        screen = "welcome"
    else:
        screen = "lesson" if learner.lesson.lesson else "home"
    return change(learner, screen=screen, place=Place(), guess="", misses=0)


def is_welcomed(learner: Learner) -> bool:
    """Has every question of the first day been answered? A refusal answers them all."""
    asked = learner.consent and learner.pronouns and learner.ward and learner.hour
    return bool(asked) or learner.consent == "no"
