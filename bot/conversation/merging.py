"""Two documents of one person become one: what was learnt on either is kept.

Pure. `kept` is the learner who goes on, `other` the one that ends in it. Of settings the
kept one's stay, and gaps are filled; of progress nothing is lost: every finished lesson,
of each item the later memory, of an open lesson the furthest place. A guest gains no
consent by it, and roles stay with whom they were given to. One rule a field, in a table
that a test holds against the document.
Source: design.md section 3; promises.md P31.
"""

from collections.abc import Callable, Mapping
from functools import partial

import msgspec

from bot.conversation.draft import Announced
from bot.conversation.learner import Learner, Nudges, Place, Tally
from bot.conversation.memory import last_on
from lessons.model import Lesson

PLAYS_KEPT = 3

Rule = Callable[[Learner, Learner], object]


def merge(kept: Learner, other: Learner, lessons: Mapping[str, Lesson]) -> Learner:
    """The kept learner with what the other has learnt. lessons: by id, as taught now."""
    fields = {name: rule(kept, other) for name, rule in RULES.items()}
    fields["lesson"] = _furthest(kept, other, lessons)
    return msgspec.structs.replace(kept, **fields)


def _kept(name: str) -> Rule:
    return lambda kept, other: getattr(kept, name)


def _filled(name: str) -> Rule:
    """The kept one's, or the other's where there is none; from who agreed, alone."""

    def rule(kept: Learner, other: Learner) -> object:
        may = kept.consent == other.consent == "yes"
        return getattr(kept, name) or (getattr(other, name) if may else getattr(kept, name))

    return rule


def _most(name: str) -> Rule:
    return lambda kept, other: max(getattr(kept, name), getattr(other, name))


def _either(name: str) -> Rule:
    return lambda kept, other: getattr(kept, name) or getattr(other, name)


def _hamlet(kept: Learner, other: Learner) -> object:
    """A hamlet is one of a ward, and goes with it."""
    return kept.hamlet if kept.ward else _filled("hamlet")(kept, other)


def _both(kept: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """In order, each once."""
    return tuple(dict.fromkeys((*kept, *other)))


def _memories(kept: Learner, other: Learner) -> dict[str, dict[str, int]]:
    """Of each item the memory of the later day; on one day, the stronger."""
    merged = {lesson: dict(items) for lesson, items in kept.memory.items()}
    for lesson, items in other.memory.items():
        mine = merged.setdefault(lesson, {})
        for item, memory in items.items():
            mine[item] = max(mine.get(item, memory), memory, key=lambda one: (last_on(one), one))
    return merged


def _days(kept: Learner, other: Learner) -> Tally:
    """Nobody's number of days shrinks; those learnt on both are not counted twice."""
    mine, theirs = kept.learnt, other.learnt
    return Tally(max(mine.on, theirs.on), max(mine.count, theirs.count))


def _announced(kept: Learner, other: Learner) -> Announced | None:
    """The later one."""
    both = [one.announced for one in (kept, other) if one.announced]
    return max(both, key=lambda one: one.number, default=None)


def _on_and_count(tally: Tally) -> tuple[int, int]:
    return tally.on, tally.count


def _nudges(kept: Learner, other: Learner) -> Nudges:
    """What was said unasked on either counts: a person is one person."""
    mine, theirs = kept.nudges, other.nudges
    return Nudges(
        max(mine.on, theirs.on),
        mine.unanswered,
        max(mine.count, theirs.count),
        max(mine.unasked_on, theirs.unasked_on),
        max(mine.not_before, theirs.not_before),
    )


def _seen(kept: Learner, other: Learner) -> int | None:
    if kept.consent != "yes":
        return kept.seen_min
    return max((one.seen_min for one in (kept, other) if one.seen_min is not None), default=None)


def _furthest(kept: Learner, other: Learner, lessons: Mapping[str, Lesson]) -> Place:
    """Of two open lessons the one that is further; of equals the kept one's.

    A lesson that the other has finished meanwhile is not open any more.
    """
    mine = Place() if _is_over(kept, other) else kept.lesson
    theirs = Place() if _is_over(other, kept) else other.lesson
    return max(mine, theirs, key=partial(_how_far, lessons))


def _is_over(one: Learner, with_: Learner) -> bool:
    lesson = one.lesson.lesson
    return lesson in with_.done and lesson not in one.done


def _how_far(lessons: Mapping[str, Lesson], place: Place) -> int:
    """Cards passed; -1 where no lesson is open."""
    lesson = lessons.get(place.lesson)
    if lesson is None:
        return 0 if place.lesson else -1
    cards = [card.id for card in lesson.cards]
    return cards.index(place.card) + 1 if place.card in cards else 0


# Every field of the document but `lesson`, which wants to know the lessons.
RULES: dict[str, Rule] = {
    **{
        name: _kept(name)
        for name in (
            "id",
            "language",
            "consent",
            "screen",
            "place",
            "stopped",
            "slow",
            "ticket",
            "works",
            "draft",
            "praised_by",
        )
    },
    **{name: _filled(name) for name in ("pronouns", "ward", "hour", "name")},
    "turn": _most("turn"),
    "asked": lambda kept, other: 0,  # asked anew: older questions are nobody's any more
    "misses": lambda kept, other: 0,
    "guess": lambda kept, other: "",
    "done": lambda kept, other: _both(kept.done, other.done),
    "seen_min": _seen,
    "safe_plays": lambda kept, other: _both(kept.safe_plays, other.safe_plays)[:PLAYS_KEPT],
    "hamlet": _hamlet,
    "put_off": _either("put_off"),
    "guide": _either("guide"),
    "shared": _either("shared"),
    "announced": _announced,
    "course": _either("course"),
    "memory": _memories,
    "learnt": _days,
    "reviews": lambda kept, other: max(kept.reviews, other.reviews, key=_on_and_count),
    "nudges": _nudges,
    "thanked": lambda kept, other: kept.thanked or other.thanked,
}
