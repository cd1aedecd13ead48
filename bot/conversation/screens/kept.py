"""Kept: learners without a phone, or sharing one, on a volunteer's list with their progress.

They agree by word of mouth; the volunteer marks what the two did together, takes them off
the list when they want it, or hands their place over to a phone of their own.
Comes from: people. Leads to: people. Wording: `kept.*`.
Source: promises.md P31, P34.
"""

from typing import Any

from bot.conversation import asking, tickets, who
from bot.conversation.curriculum import lessons, next_lesson
from bot.conversation.learner import Learner, Place, change
from bot.conversation.policy import Action, Area, areas
from bot.conversation.replies import (
    Audit,
    ForgetKept,
    KeepLearner,
    MarkLesson,
    Option,
    Reply,
    Turn,
)
from bot.conversation.screens import people
from bot.conversation.screens.base import Screen
from bot.conversation.speech import PAIRS, say
from bot.conversation.understand import Intent
from bot.conversation.world import World
from lessons.model import Lesson

KEPT = "kept"  # the store query
LIST, NAME, ADDRESS, WHERE, AGREED = "list", "name", "address", "where", "agreed"
ONE, LESSON, FORGET = "one", "lesson", "forget"
_A_PAGE = 3


def show(learner: Learner, world: World) -> tuple[Reply, ...]:
    match learner.place.stage:
        case "list":
            return (_list(learner, world),)
        case "name":
            return (say(learner, world, "kept.name", "back"),)
        case "address":
            name = learner.place.picked
            return (say(learner, world, "kept.address", "bac", "co", "chu", "back", name=name),)
        case "where":
            return (say(learner, world, "kept.where", *_places(learner, world), "back"),)
        case "agreed":
            name = who.called(_new(learner), learner, world)
            return (say(learner, world, "kept.agreed", "has_agreed", "not_yet", name=name),)
        case "one" | "lesson" | "forget":
            return (_about(learner, world),)
        case _:
            return (say(learner, world, "kept.ask", "add_person", "see_team", "back"),)


def choose(learner: Learner, option_id: str, world: World) -> Turn | None:
    stage, picked = learner.place.stage, learner.place.picked
    match option_id:
        case "back":
            return Turn(_back(learner))
        case "add_person":
            return Turn(_at(learner, NAME))
        case "see_team":
            return Turn(_at(learner, LIST))
        case "more":
            return Turn(_at(learner, stage, _next_page(picked)))
        case "bac" | "co" | "chu" if stage == ADDRESS:
            return _addressed(learner, option_id, world)
        case "not_yet" if stage == AGREED:
            return Turn(_at(learner), (say(learner, world, "kept.not_agreed"),))
        case "has_agreed" if stage == AGREED:
            return _keep(learner, world)
        case "mark" if stage == ONE:
            return Turn(_at(learner, LESSON, picked))
        case "own_phone" if stage == ONE:
            return _hand_over(learner, world)
        case "forget" if stage == ONE:
            return Turn(_at(learner, FORGET, picked))
        case "erase" if stage == FORGET:
            return _forget(learner, world)
        case "keep":
            return Turn(_at(learner, ONE, picked))
        case _:
            return _chosen(learner, option_id, world)


def hear(learner: Learner, said: str, world: World) -> Turn | None:
    """A name, or a form of address, where it is asked for."""
    if learner.place.stage == NAME:
        name = asking.read_name(said)
        if name is None:
            return None
        pronoun = asking.read_pronoun(said)
        named = _at(learner, ADDRESS, name)
        return _addressed(named, pronoun, world) if pronoun else Turn(named)
    if learner.place.stage == ADDRESS:
        answered = asking.take_address(Learner(), said, world)
        return _addressed(learner, answered.pronouns, world) if answered else None
    return None


def wish(learner: Learner, intent: Intent, world: World) -> Turn | None:
    return Turn(_back(learner)) if intent in (Intent.BACK, Intent.LATER) else None


def _at(learner: Learner, stage: str = "", picked: str = "") -> Learner:
    place = Place(stage=stage, picked=picked)
    return change(learner, screen="kept", place=place, guess="", misses=0)


def _back(learner: Learner) -> Learner:
    stage, picked = learner.place.stage, learner.place.picked
    if stage in (LESSON, FORGET):
        return _at(learner, ONE, picked.partition(":")[0])
    if stage == ONE:
        return _at(learner, LIST)
    return _at(learner) if stage else change(learner, screen="people", place=Place())


def _chosen(learner: Learner, option_id: str, world: World) -> Turn | None:
    """Somebody of the list, an area, or a lesson, by its id."""
    stage, rest = learner.place.stage, option_id[1:]
    if stage == LIST and (row := _row(learner, rest, world)):
        return Turn(_at(learner, ONE, rest), facts=(people.looked_at(learner, row),))
    if stage == WHERE and option_id in {one.id for one in _places(learner, world)}:
        return Turn(_at(learner, AGREED, f"{learner.place.picked}:{rest}"))
    if stage == LESSON:
        return _mark(learner, rest, world)
    return None


# --- a new one --------------------------------------------------------------------------


def _addressed(learner: Learner, pronouns: str, world: World) -> Turn:
    """The name and how to call them are known; where, if there is a choice."""
    known = f"{pronouns}:{learner.place.picked}"
    if len(_held(learner, world)) == 1:
        return Turn(_at(learner, AGREED, f"{known}:0"))
    return Turn(_at(learner, WHERE, known))


def _new(learner: Learner) -> Learner:
    """Who is being put on the list: "bac:Lan:0"."""
    pronouns, _, rest = learner.place.picked.partition(":")
    name = rest.partition(":")[0]
    return Learner(name=name, pronouns=pronouns if pronouns in PAIRS else "")


def _held(learner: Learner, world: World) -> tuple[Area, ...]:
    """The areas for which this volunteer may keep somebody."""
    held = areas(who.person(learner, world), Action.BRING_IN)
    return tuple(area for area in held if area.ward)


def _places(learner: Learner, world: World) -> tuple[Option, ...]:
    names = (who.area_name(area, learner, world) for area in _held(learner, world))
    return tuple(Option(f"a{n}", name) for n, name in enumerate(names))[:_A_PAGE]


def _keep(learner: Learner, world: World) -> Turn:
    new, held = _new(learner), _held(learner, world)
    number = int(learner.place.picked.rpartition(":")[2])
    if number >= len(held):
        return Turn(_at(learner))
    request = KeepLearner(new.name, new.pronouns, *held[number])
    name = who.called(new, learner, world)
    return Turn(_at(learner), (say(learner, world, "kept.kept", name=name),), (), (request,))


# --- those on the list ------------------------------------------------------------------


def _rows(learner: Learner, world: World) -> list[dict[str, Any]]:
    return [row for row in world.rows(KEPT, learner.id) if people.may_see(learner, row, world)]


def _row(learner: Learner, learner_id: str, world: World) -> dict[str, Any] | None:
    rows = (row for row in _rows(learner, world) if row["learner_id"] == learner_id)
    return next(rows, None)


def _list(learner: Learner, world: World) -> Reply:
    rows, page = _rows(learner, world), int(learner.place.picked or 0)
    shown = rows[page * _A_PAGE : (page + 1) * _A_PAGE]
    if not shown:
        return say(learner, world, "kept.nobody", "add_person", "back")
    names = [who.named(people.person_of(row), learner, world) for row in shown]
    options = [Option(f"p{row['learner_id']}", n) for row, n in zip(shown, names, strict=True)]
    last = "more" if len(rows) > (page + 1) * _A_PAGE else "back"
    return say(learner, world, "kept.list", *options, last, count=len(rows))


def _about(learner: Learner, world: World) -> Reply:
    learner_id, _, page = learner.place.picked.partition(":")
    row = _row(learner, learner_id, world)
    if row is None:
        return say(learner, world, "people.gone", "back")
    person = people.person_of(row)
    name = who.named(person, learner, world)
    if learner.place.stage == FORGET:
        called = who.called(person, learner, world)
        return say(learner, world, "kept.forget", "erase", "keep", name=called)
    if learner.place.stage == LESSON:
        left = _left(person, learner, world)
        first = int(page or 0) * _A_PAGE
        options = [Option(f"l{one.id}", one.title) for one in left[first : first + _A_PAGE]]
        last = "more" if len(left) > first + _A_PAGE else "back"
        return say(learner, world, "kept.which_lesson", *options, last, Name=name)
    titles = lessons(learner, world)
    last_done = next((titles[one].title for one in reversed(person.done) if one in titles), "")
    key = "kept.one" if last_done else "kept.one_new"
    fields: dict[str, Any] = {"Name": name, "done": len(person.done), "title": last_done}
    return say(learner, world, key, "mark", "own_phone", "forget", "back", **fields)


def _left(person: Learner, reader: Learner, world: World) -> list[Lesson]:
    """The lessons not done, the next one first, then in teaching order."""
    here = change(person, language=reader.language)
    following = next_lesson(here, world)
    left = [one for one in lessons(here, world).values() if one.id not in person.done]
    return sorted(left, key=lambda one: one is not following) if following else left


def _mark(learner: Learner, lesson: str, world: World) -> Turn | None:
    learner_id = learner.place.picked.partition(":")[0]
    row, taught = _row(learner, learner_id, world), lessons(learner, world).get(lesson)
    if row is None or taught is None:
        return None
    name = who.called(people.person_of(row), learner, world)
    said = say(learner, world, "kept.marked", name=name, title=taught.title)
    request = MarkLesson(learner_id, lesson)
    return Turn(_at(learner, ONE, learner_id), (said,), (), (request,), ask=False)


def _hand_over(learner: Learner, world: World) -> Turn:
    """They have a phone now: a link to send there, and a code to say across the table."""
    row = _row(learner, learner.place.picked, world)
    if row is None:
        return Turn(_at(learner, LIST))
    area = Area(row["ward"], row["hamlet"])
    link, made = tickets.make(world, "own", area, whom=row["learner_id"])
    code, aloud = tickets.say_aloud(world, "own", area, whom=row["learner_id"])
    name = who.named(people.person_of(row), learner, world)
    by_link = say(learner, world, "kept.own_phone", Name=name, link=link)
    by_word = say(learner, world, "kept.own_code", code=code)
    audit = Audit("place_offered", learner.id, row["learner_id"], who.where(area))
    return Turn(learner, (by_link, by_word), (audit,), (made, aloud))


def _forget(learner: Learner, world: World) -> Turn:
    row = _row(learner, learner.place.picked, world)
    if row is None:
        return Turn(_at(learner, LIST))
    name = who.called(people.person_of(row), learner, world)
    said = say(learner, world, "kept.forgotten", name=name)
    return Turn(_at(learner), (said,), (), (ForgetKept(row["learner_id"]),))


def _next_page(picked: str) -> str:
    """ "" or "1" for a list; "ID" or "ID:1" for somebody's lessons."""
    learner_id, parted, page = picked.rpartition(":")
    if parted or picked.isdecimal() or not picked:
        return f"{learner_id}{parted}{int(page or 0) + 1}"
    return f"{picked}:1"


SCREEN = Screen(show, choose, hear, wish, actions=(Action.BRING_IN,), holds=True)
