"""An announcement in three steps: who, what, and the preview with its count.

Comes from: work («Gửi tin»), announced (an edit, a repetition, a correction).
Leads to: announced. Wording: `broadcast.*`. Source: learner-experience.md T2, golden chat 11.
"""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from bot.conversation import announcing, asking, hours, who
from bot.conversation.curriculum import begin, lessons
from bot.conversation.days import at_second, day_number, second_of
from bot.conversation.draft import Audience, Draft, Key
from bot.conversation.events import BroadcastNews, Media
from bot.conversation.learner import Learner, Place, change, resume
from bot.conversation.policy import EVERYWHERE, Action, Area, areas
from bot.conversation.quiet import minutes_of
from bot.conversation.replies import (
    AnswerBroadcast,
    Audit,
    Option,
    Priority,
    QueueBroadcast,
    Reply,
    Turn,
    as_text,
)
from bot.conversation.screens import announced, courses
from bot.conversation.screens.base import Screen
from bot.conversation.speech import option, say, wording
from bot.conversation.understand import Intent
from bot.conversation.world import World

MORE, WHAT, PREVIEW, EDIT, KEYS, WHEN = "more", "what", "preview", "edit", "keys", "when"
QUIET_DAYS = 7
_BORNE = {"photo": "picture", "voice": "voice"}


def at(learner: Learner, draft: Draft | None, stage: str = "") -> Learner:
    place = Place(stage=stage)
    return change(learner, screen="broadcast", place=place, draft=draft, guess="", misses=0)


# --- what is asked ----------------------------------------------------------------------


def show(learner: Learner, world: World) -> tuple[Reply, ...]:
    draft = learner.draft or Draft()
    match learner.place.stage:
        case "what":
            return (_what(learner, draft, world),)
        case "preview":
            return (_preview(learner, draft, world),)
        case "edit":
            urgent = ["urgent"] if _may_urgent(learner, draft, world) else []
            options = ["text", "keys", "people", "time", *urgent]
            return (say(learner, world, "broadcast.edit", *options),)
        case "keys":
            return (say(learner, world, "broadcast.keys", *_toggles(learner, draft, world)),)
        case "when":
            return (say(learner, world, "broadcast.when", "now", "morning", "back"),)
        case "more":
            return (_more(learner, world),)
        case _:
            return (_who(learner, world),)


def _who(learner: Learner, world: World) -> Reply:
    area = _area(learner, world)
    if area is None:
        return say(learner, world, "broadcast.where", *_places(learner, world), "back")
    sizes = {
        name: announcing.size_of(audience, learner, world)
        for name, audience in _offers(area).items()
    }
    if None in sizes.values():
        return say(learner, world, "broadcast.counting", "choose_people", "past", "back")
    options = [
        Option(name, _label(learner, world, f"broadcast.who_{name}", count=count))
        for name, size in sizes.items()
        if size and (count := sum(size.values()))
    ]
    if not options:
        return say(
            learner,
            world,
            "broadcast.nobody_here",
            "past",
            "back",
            area=_where(area, learner, world),
        )
    return say(
        learner, world, "broadcast.who", *options, "choose_people", "past",
        area=_where(area, learner, world),
    )  # fmt: skip


def _offers(area: Area) -> dict[str, Audience]:
    return {
        "whole": Audience(*area),
        "not_started": Audience(*area, not_started=True),
        "quiet": Audience(*area, quiet_days=QUIET_DAYS),
    }


def _what(learner: Learner, draft: Draft, world: World) -> Reply:
    borne = [f"no_{name}" for name in _BORNE.values() if getattr(draft.body, name)]
    return say(learner, world, "broadcast.what", *borne, "back")


def _more(learner: Learner, world: World) -> Reply:
    known = list(courses.titles(learner, world).items())[:3]
    options = [Option(f"c{course}", title) for course, title in known]
    return say(learner, world, "broadcast.more", *options, "back")


def _preview(learner: Learner, draft: Draft, world: World) -> Reply:
    people = announcing.size_of(draft.audience, learner, world)
    if people is None:
        return say(learner, world, "broadcast.counting", "edit_it", "drop_it")
    count = sum(people.values())
    letter = as_text(announcing.letter(0, 0, draft, learner, world))
    second = count > world.shelf.second_person_over
    send = _label(
        learner, world, "broadcast.ask_second" if second else "broadcast.send", count=count
    )
    minutes = announcing.minutes_needed(people, world.shelf)
    channels = ", ".join(
        _on(name, people[name], minutes[name], learner, world)
        for name in announcing.CHANNELS
        if name in people
    )
    preview = say(
        learner,
        world,
        "broadcast.preview",
        *([Option("send", send)] if count else []),
        "edit_it",
        "drop_it",
        letter=letter,
        count=count,
        channels=channels or "0",
        minutes=max(minutes.values(), default=1),
        at=_at(learner, draft, world),
    )
    return announcing.bearing(preview, draft.body, learner, world)


def _on(name: str, count: int, minutes: int, learner: Learner, world: World) -> str:
    """«Telegram 31108, 18 phút»: how many on a channel, and how long that takes."""
    shown = _label(learner, world, f"broadcast.on_{name}", count=count)
    takes = _label(learner, world, "broadcast.takes", channel=shown, minutes=minutes)
    return takes if minutes > 1 else shown


def _at(learner: Learner, draft: Draft, world: World) -> str:
    if draft.at is None:
        return wording(learner, world, "broadcast.at_once")
    return announced.clock(learner, draft.at, world)


def _toggles(learner: Learner, draft: Draft, world: World) -> list[str | Option]:
    shown = []
    for key in announcing.TOGGLES:
        mark = "✓ " if key in draft.body.keys else ""
        shown.append(Option(f"k{key}", mark + wording(learner, world, f"broadcast.key_{key}")))
    return [*shown, option(learner, world, "done")]


# --- what is answered -------------------------------------------------------------------


def choose(learner: Learner, option_id: str, world: World) -> Turn | None:
    draft = learner.draft or Draft()
    area = _area(learner, world)
    match option_id:
        case "whole" | "not_started" | "quiet" if area is not None:
            return _chosen(learner, draft, _offers(area)[option_id])
        case "choose_people":
            return Turn(at(learner, learner.draft or Draft(Audience(*(area or EVERYWHERE))), MORE))
        case "past":
            return Turn(announced.at(learner))
        case "send":
            return _send(learner, draft, world)
        case "edit_it":
            return Turn(at(learner, draft, EDIT))
        case "drop_it":
            dropped = _desk(learner)
            return Turn(dropped, (say(learner, world, "broadcast.dropped"),))
        case "text":
            return Turn(at(learner, draft, WHAT))
        case "people":
            return Turn(at(learner, draft))
        case "keys":
            return Turn(at(learner, draft, KEYS))
        case "time":
            return Turn(at(learner, draft, WHEN))
        case "urgent":
            urgent = msgspec.structs.replace(draft.body, urgent=not draft.body.urgent)
            return Turn(at(learner, msgspec.structs.replace(draft, body=urgent), PREVIEW))
        case "no_picture" | "no_voice":
            return _taken_off(learner, draft, option_id.removeprefix("no_"))
        case "done":
            return Turn(at(learner, draft, PREVIEW))
        case "now":
            return Turn(at(learner, msgspec.structs.replace(draft, at=None), PREVIEW))
        case "morning":
            at_eight = at_second(day_number(world.now) + 1, 8 * 3600)
            return Turn(at(learner, msgspec.structs.replace(draft, at=at_eight), PREVIEW))
        case "back":
            return _back(learner, draft)
        case _:
            return _numbered(learner, option_id, draft, world)


def _numbered(learner: Learner, option_id: str, draft: Draft, world: World) -> Turn | None:
    """An area, a course, or a key that is put on or off."""
    kind, rest = option_id[:1], option_id[1:]
    if kind == "a" and rest.isdigit():
        held = _held(learner, world)
        area = held[int(rest)] if int(rest) < len(held) else None
        return Turn(at(learner, Draft(Audience(*area)))) if area is not None else None
    if kind == "c":
        audience = msgspec.structs.replace(draft.audience, course=rest)
        return _chosen(learner, draft, audience)
    key = next((one for one in announcing.TOGGLES if option_id == f"k{one}"), None)
    if key == "lesson" and key not in draft.body.keys:
        there = at(learner, draft)
        return Turn(change(there, screen="which_lesson"))
    if key:
        keys = announcing.toggled(draft.body.keys, key)
        lesson = "" if key == "lesson" else draft.body.lesson
        body = msgspec.structs.replace(draft.body, keys=keys, lesson=lesson)
        return Turn(at(learner, msgspec.structs.replace(draft, body=body), KEYS))
    return None


def _chosen(learner: Learner, draft: Draft, audience: Audience) -> Turn:
    chosen = msgspec.structs.replace(draft, audience=audience)
    return Turn(at(learner, chosen, PREVIEW if draft.body.text else WHAT))


def hear(learner: Learner, text: str, world: World) -> Turn | None:
    """A ward, a hamlet, the announcement itself, or an hour."""
    draft = learner.draft or Draft()
    match learner.place.stage:
        case "what":
            return _written(learner, text, draft, world)
        case "when":
            return _timed(learner, text, draft, world)
        case "more":
            hamlet = asking.read_hamlet(text)
            if not hamlet or not draft.audience.ward:
                return None
            return _chosen(learner, draft, msgspec.structs.replace(draft.audience, hamlet=hamlet))
        case "" if _area(learner, world) is None and EVERYWHERE in _held(learner, world):
            ward = asking.read_ward(text, world)
            return Turn(at(learner, Draft(Audience(ward)))) if ward else None
        case _:
            return None


def _written(learner: Learner, text: str, draft: Draft, world: World) -> Turn:
    if len(text) > announcing.LONGEST:
        long = say(learner, world, "broadcast.long", most=announcing.LONGEST, is_now=len(text))
        return Turn(learner, (long,))
    keys = draft.body.keys if draft.body.text else announcing.usual_keys(text)
    body = msgspec.structs.replace(draft.body, text=text, keys=keys)
    return Turn(at(learner, msgspec.structs.replace(draft, body=body), PREVIEW))


def media(learner: Learner, sent: Media, world: World) -> Turn | None:
    """A picture or a voice message for the announcement; its caption is the text."""
    if sent.more or learner.place.stage not in (WHAT, PREVIEW, EDIT):
        return None  # of several pictures sent together the first one goes with it
    draft, is_asked = learner.draft or Draft(), learner.place.stage == WHAT
    name = announcing.attached(sent, world.account)
    if sent.kind not in _BORNE or not name:
        return Turn(learner, (say(learner, world, "broadcast.not_borne"),)) if is_asked else None
    borne = {_BORNE[sent.kind]: name}
    bears = msgspec.structs.replace(draft, body=msgspec.structs.replace(draft.body, **borne))
    text = sent.caption.strip()
    if text:
        return _written(at(learner, bears, WHAT), text, bears, world)
    if not draft.body.text:
        said = say(learner, world, f"broadcast.has_{_BORNE[sent.kind]}")
        return Turn(at(learner, bears, WHAT), (said,))
    return Turn(at(learner, bears, PREVIEW))


def _taken_off(learner: Learner, draft: Draft, name: str) -> Turn:
    body = msgspec.structs.replace(draft.body, **{name: ""})
    without = msgspec.structs.replace(draft, body=body)
    return Turn(at(learner, without, PREVIEW if body.text else WHAT))


def _timed(learner: Learner, text: str, draft: Draft, world: World) -> Turn | None:
    hour = hours.read_hour(text, world.shelf.nudges)
    if hour is None:
        return None
    if hour == hours.QUIET:
        return Turn(learner, (say(learner, world, "broadcast.when_quiet"),))
    at_hour = _next(
        minutes_of(hour), "mai" in text.lower() or "tomorrow" in text.lower(), world.now
    )
    return Turn(at(learner, msgspec.structs.replace(draft, at=at_hour), PREVIEW))


def _next(minutes: int, tomorrow: bool, now: datetime) -> datetime:
    passed = minutes * 60 <= second_of(now) + announcing.HELD // timedelta(seconds=1)
    return at_second(day_number(now) + int(tomorrow or passed), minutes * 60)


def _send(learner: Learner, draft: Draft, world: World) -> Turn:
    audit = Audit(
        "broadcast_queued", learner.id, where=who.where(announcing.area_of(draft.audience))
    )
    request = QueueBroadcast(draft, world.shelf.second_person_over)
    return Turn(learner, facts=(audit,), requests=(request,), ask=False)


def _back(learner: Learner, draft: Draft) -> Turn:
    match learner.place.stage:
        case "what" | "more":
            return Turn(at(learner, draft))
        case "edit" | "keys" | "when":
            return Turn(at(learner, draft, PREVIEW))
        case "preview":
            return Turn(at(learner, draft, EDIT))
        case _:
            return Turn(_desk(learner))


def wish(learner: Learner, intent: Intent, world: World) -> Turn | None:
    match intent:
        case Intent.BACK:
            return _back(learner, learner.draft or Draft())
        case Intent.LATER | Intent.NEXT:
            return Turn(change(resume(learner), draft=None))
        case _:
            return None


def dictates(learner: Learner, world: World) -> bool:
    return learner.place.stage == WHAT


# --- what comes back --------------------------------------------------------------------


def news(learner: Learner, event: BroadcastNews, world: World) -> Turn:
    """What became of an announcement, for its maker or for whoever is asked about it."""
    fields: dict[str, Any] = {
        "people": event.people,
        "reached": event.reached,
        "missed": event.missed,
    }
    number = event.number
    match event.what:
        case "held" | "waiting":
            there = change(announced.one(learner, number, world), draft=None)
            later = event.what == "held" and announced.is_later(number, world)
            key = "held_later" if later else event.what
            return Turn(there, (say(learner, world, f"broadcast.{key}", **fields),))
        case "refused":
            audit = Audit("broadcast_refused", learner.id)
            return Turn(_desk(learner), (say(learner, world, "broadcast.refused"),), (audit,))
        case "uncounted":
            return Turn(at(learner, learner.draft, PREVIEW))
        case "nobody":
            return Turn(at(learner, learner.draft), (say(learner, world, "broadcast.nobody"),))
        case "too_many":
            said = say(learner, world, "broadcast.too_many")
            return Turn(at(learner, learner.draft, EDIT), (said,))
        case "void":
            there = announced.one(learner, number, world)
            return Turn(there, (say(learner, world, "broadcast.void"),))
        case "edit":
            return _edited(learner, number, world)
        case _:
            return _told(learner, event, fields, world)


def _edited(learner: Learner, number: int, world: World) -> Turn:
    rows = world.rows("broadcast", str(number))
    if not rows:
        return Turn(_desk(learner))
    draft = msgspec.structs.replace(announcing.read_draft(rows[0]), number=number)
    return Turn(at(learner, draft, PREVIEW))


def _told(learner: Learner, event: BroadcastNews, fields: dict[str, Any], world: World) -> Turn:
    """News of a moment: the open question is left as it is, unless it is about this one."""
    if learner.stopped:
        return Turn(learner, ask=False)
    said = say(learner, world, f"broadcast.{event.what}", **fields)
    if event.what == "wanted":
        said = msgspec.structs.replace(said, priority=Priority.NUDGE)
    if event.what in ("running", "done"):
        said = msgspec.structs.replace(said, slot=f"p{event.number}")
    here = learner.screen == "announced" and learner.place.picked == str(event.number)
    return Turn(learner, (said,), ask=here and event.what != "running")


def answered(learner: Learner, number: int, key: Key, world: World) -> Turn:
    """A key of an announcement, pressed or typed: it counts, and but for a lesson nothing
    else changes."""
    request = AnswerBroadcast(number, key)
    if key != "lesson":
        said = say(learner, world, f"broadcast.answered_{key}")
        return Turn(learner, (said,), requests=(request,), ask=False)
    lesson = lessons(learner, world).get(announcing.body_of(number, world).lesson)
    here = lesson is None or learner.lesson.lesson == lesson.id
    there = resume(learner) if here or lesson is None else begin(learner, lesson)
    return Turn(change(there, stopped=False), requests=(request,))


# --- where ------------------------------------------------------------------------------


def _desk(learner: Learner) -> Learner:
    return change(learner, screen="work", place=Place(), draft=None, guess="", misses=0)


def _held(learner: Learner, world: World) -> tuple[Area, ...]:
    return areas(who.person(learner, world), Action.ANNOUNCE)


def _area(learner: Learner, world: World) -> Area | None:
    """Where the announcement goes: as chosen, or the only place there is."""
    if learner.draft is not None:
        return announcing.area_of(learner.draft.audience)
    held = _held(learner, world)
    return held[0] if len(held) == 1 and held[0].ward else None


def _places(learner: Learner, world: World) -> list[Option]:
    return [
        Option(f"a{number}", who.area_name(area, learner, world))
        for number, area in enumerate(_held(learner, world))
    ][:4]


def _may_urgent(learner: Learner, draft: Draft, world: World) -> bool:
    area = announcing.area_of(draft.audience)
    return who.can(learner, Action.ANNOUNCE_URGENT, area, world)


def _where(area: Area, learner: Learner, world: World) -> str:
    return who.area_name(area, learner, world)


def _label(learner: Learner, world: World, key: str, **fields: Any) -> str:
    return say(learner, world, key, **fields).text


SCREEN = Screen(
    show,
    choose,
    hear,
    wish,
    actions=(Action.ANNOUNCE,),
    dictates=dictates,
    media=media,
    holds=True,
)
