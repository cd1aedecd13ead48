"""Which items come back today: the learner's memory over the lessons as they are now.

An item that has left its lesson, or whose lesson is not served, is passed over without a
word. Leads in: `item.py` (an answer is remembered), `screens/review.py`, nudges.
Source: design.md section 9; curriculum.md 1.4; docs/decisions/0005-review-by-fsrs.md.
"""

from collections.abc import Iterator

from bot.conversation import memory
from bot.conversation.curriculum import is_reviewed, lessons, reviewable
from bot.conversation.days import day_number
from bot.conversation.learner import Learner, Tally, change
from bot.conversation.memory import Rating
from bot.conversation.replies import Attempt, Fact, Milestone, RolePlayed
from bot.conversation.world import World
from lessons.model import Lesson

SAFETY = frozenset(("C09", "C10"))  # courses whose items never leave the cycle


def remember(learner: Learner, item: str, rating: Rating, world: World) -> Learner:
    """The learner after an answer to an item that its lesson wants asked again."""
    found = _named(learner, item, world)
    if found is None:
        return learner
    lesson, card = found
    before = _known(learner, lesson.id, card)
    return _with(learner, lesson, card, memory.rated(before, rating, day_number(world.now)))


def pass_over(learner: Learner, item: str, world: World) -> Learner:
    """The learner after leaving a known item unanswered: it is not asked again today."""
    found = _named(learner, item, world)
    before = _known(learner, found[0].id, found[1]) if found else None
    if found is None or before is None:
        return learner
    return _with(learner, *found, memory.passed_over(before, day_number(world.now)))


def slipped_before(learner: Learner, item: str, world: World) -> bool:
    """Was the item missed the last time too, on another day?"""
    lesson, _, card = item.partition("/")
    known = _known(learner, lesson, card)
    return known is not None and known.slipped and known.on < day_number(world.now)


def due(learner: Learner, world: World) -> list[str]:
    """The items due today, the longest overdue first; of two, what keeps people safe."""
    return [item for *_, item in sorted(_due(learner, world))]


def is_due(learner: Learner, world: World) -> bool:
    """May an item that is due be asked now?"""
    return left_today(learner, world) > 0 and next(_due(learner, world), None) is not None


def left_today(learner: Learner, world: World) -> int:
    """How many items may still be asked today."""
    asked = learner.reviews
    done = asked.count if asked.on == day_number(world.now) else 0
    return max(0, world.shelf.nudges.reviews_a_day - done)


def to_ask(learner: Learner, world: World, after: str = "") -> str | None:
    """What a review asks next: an item that is due, else another of a finished lesson.

    after: the item asked before it. None when nothing is there or today's are used up.
    """
    if not left_today(learner, world):
        return None
    waiting = [item for item in due(learner, world) if item != after]
    if waiting:
        return waiting[0]
    others = reviewable(learner, world)
    at = others.index(after) + 1 if after in others else 0
    return others[at % len(others)] if others else None


def counted(learner: Learner, world: World) -> Learner:
    """The learner with one more item asked today."""
    today, asked = day_number(world.now), learner.reviews
    return change(learner, reviews=Tally(today, asked.count + 1 if asked.on == today else 1))


def learnt(learner: Learner, facts: tuple[Fact, ...], world: World) -> Learner:
    """The learner with today among the days on which something was learnt; that only grows
    (learner-experience.md N6)."""
    if not any(isinstance(fact, Attempt | RolePlayed | Milestone) for fact in facts):
        return learner
    today, days = day_number(world.now), learner.learnt
    return learner if days.on == today else change(learner, learnt=Tally(today, days.count + 1))


def _due(learner: Learner, world: World) -> Iterator[tuple[int, bool, str]]:
    """(day due, is it no matter of safety, item) of each item that is due, unsorted."""
    today, written = day_number(world.now), lessons(learner, world)
    for lesson_id, items in learner.memory.items():
        lesson = written.get(lesson_id)
        if lesson is None:
            continue
        is_safety = lesson.course in SAFETY
        for card, known in items.items():
            day = memory.due_on(known, is_safety=is_safety)
            # A day ahead of today was written by a clock that ran ahead.
            if (day <= today or memory.last_on(known) > today) and is_reviewed(lesson, card):
                yield day, not is_safety, f"{lesson_id}/{card}"


def _known(learner: Learner, lesson: str, card: str) -> memory.Memory | None:
    number = learner.memory.get(lesson, {}).get(card)
    return None if number is None else memory.Memory.of(number)


def _named(learner: Learner, item: str, world: World) -> tuple[Lesson, str] | None:
    lesson_id, _, card = item.partition("/")
    lesson = lessons(learner, world).get(lesson_id)
    return (lesson, card) if lesson and is_reviewed(lesson, card) else None


def _with(learner: Learner, lesson: Lesson, card: str, known: memory.Memory) -> Learner:
    """The learner with that memory; what the lesson no longer reviews is dropped."""
    items = learner.memory.get(lesson.id, {}) | {card: known.number}
    kept = {name: one for name, one in items.items() if name in lesson.review}
    return change(learner, memory=learner.memory | {lesson.id: kept})
