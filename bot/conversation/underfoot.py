"""The learner at a place that still exists, after the lessons changed underfoot (P19).

Lessons are edited while people learn. A card that was taken out leads to the next one, a
lesson that was taken out to home; what was learnt is kept. A question that reads
otherwise now is asked anew: an answer to what it was is never marked.
Leads in: `step`, before and after each turn.
"""

from typing import Literal, NamedTuple

import msgspec

from bot.conversation.curriculum import first_card, lessons
from bot.conversation.learner import Learner, Place, change, resume
from bot.conversation.replies import Reply
from bot.conversation.screens import review
from bot.conversation.speech import say
from bot.conversation.world import World

_Name = Literal["lesson", "place"]
_ITEM_SCREENS = ("review", "task")


class Settled(NamedTuple):
    """said: one kind sentence if the learner moved. is_open: it was what is asked now."""

    learner: Learner
    said: Reply | None = None
    is_open: bool = False


def settle(learner: Learner, world: World) -> Settled:
    """The learner where they may stand now."""
    lesson = _lesson(learner, world)
    if lesson.said is not None or learner.screen not in _ITEM_SCREENS:
        return lesson
    return _item(lesson.learner, world)


def stamped(settled: Learner, learner: Learner, world: World) -> Learner:
    """The learner with the mark of each question that is newly asked in this turn.

    settled: the learner as `settle` gave them to the turn.
    """
    names: tuple[_Name, ...] = ("lesson", "place")
    for name in names:
        place: Place = getattr(learner, name)
        was: Place = getattr(settled, name)
        is_same = msgspec.structs.replace(place, mark=was.mark) == was
        if is_same and learner.language == settled.language and learner.screen == settled.screen:
            mark = was.mark
        else:
            mark = _mark(learner, name, world)
        if place.mark != mark:
            learner = change(learner, **{name: msgspec.structs.replace(place, mark=mark)})
    return learner


def _lesson(learner: Learner, world: World) -> Settled:
    """The place in the lesson under way."""
    place, is_open = learner.lesson, learner.screen == "lesson"
    if not place.lesson and not is_open:
        return Settled(learner)
    written = lessons(learner, world).get(place.lesson)
    if written is None:
        moved = change(learner, lesson=Place())
        moved = resume(moved) if is_open else moved
        return Settled(moved, say(moved, world, "lesson.gone"), is_open)
    card = written.card(place.card)
    if card is None or card.picture:
        following = world.shelf.library.gone.get(place.lesson, {}).get(place.card, "")
        card = written.card(following) or first_card(written)
        return _at(learner, "lesson", Place(written.id, card.id), world, is_open)
    if _is_changed(learner, "lesson", world):
        return _at(learner, "lesson", Place(written.id, card.id), world, is_open)
    return Settled(learner)


def _item(learner: Learner, world: World) -> Settled:
    """The item asked again, or the task asked about."""
    settled, said = review.settle(learner, world)
    if said is not None:
        return Settled(settled, said, is_open=True)
    if _is_changed(learner, "place", world):
        place = learner.place
        fresh = Place(place.lesson, place.card, why=place.why)
        return _at(learner, "place", fresh, world, is_open=True)
    return Settled(learner)


def _at(learner: Learner, name: _Name, place: Place, world: World, is_open: bool) -> Settled:
    moved = change(learner, guess="" if is_open else learner.guess, **{name: place})
    fresh = msgspec.structs.replace(place, mark=_mark(moved, name, world))
    moved = change(moved, **{name: fresh})
    return Settled(moved, say(moved, world, "lesson.changed") if is_open else None, is_open)


def _is_changed(learner: Learner, name: _Name, world: World) -> bool:
    place: Place = getattr(learner, name)
    return place.mark not in (0, _mark(learner, name, world))


def _mark(learner: Learner, name: _Name, world: World) -> int:
    """The mark of the question at that place; 0 where none stands."""
    place: Place = getattr(learner, name)
    item = f"{place.lesson}/{place.card}" if place.lesson else ""
    if name == "place" and learner.screen not in _ITEM_SCREENS:
        item = ""
    elif name == "place" and learner.screen == "task":
        item = learner.put_off.item if learner.put_off else ""
    marks = world.shelf.library.marks
    return marks.get(learner.language, marks.get("vi", {})).get(item, 0) if item else 0
