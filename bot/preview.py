"""A whole lesson as text, for whoever writes it: every card, and all that may be answered.

In: a lesson and the shelf it stands on. Out: lines for a terminal. Questions are drawn by
the same code that asks learners; what they hear afterwards stands below them.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bot.conversation.kinds import KINDS
from bot.conversation.kinds.base import Asking
from bot.conversation.learner import Learner, Place, change
from bot.conversation.speech import fill
from bot.conversation.world import Shelf, World
from lessons.model import Card, Lesson, RolePlay

_RIGHT = "✓"
_LATER = ("feedback_", "hint", "explain")
PRONOUNS = "bac"


def placed(lesson: Lesson, card: str, language: str, ward: str) -> Learner:
    """Somebody who was welcomed and stands at that card of the lesson."""
    return change(
        Learner(language=language),
        pronouns=PRONOUNS,
        ward=ward,
        hour="none",
        consent="yes",
        screen="lesson",
        course=lesson.course,
        lesson=Place(lesson.id, card),
    )


def lesson_lines(lesson: Lesson, shelf: Shelf, language: str, now: datetime) -> Iterator[str]:
    """The lesson from its title to its recap."""
    world = World(shelf, now, b"")
    draft = " · draft" if lesson.draft else ""
    yield f"{lesson.id} · {lesson.title} · {lesson.minutes} min{draft}"
    yield lesson.objective
    for card in lesson.cards:
        yield ""
        yield from _card(lesson, card, placed(lesson, card.id, language, ""), world)
    yield ""
    yield "── recap"
    yield _said(lesson.recap)


def _card(lesson: Lesson, card: Card, learner: Learner, world: World) -> Iterator[str]:
    if card.picture is not None:
        yield f"── {card.id} · picture {card.picture.asset}"
        yield _said(card.picture.alt)
    elif card.question is None:
        yield f"── {card.id}"
        yield _said(card.say or "")
    else:
        kind = str(card.question.__struct_config__.tag)
        yield f"── {card.id} · {kind}{'' if card.ask else ' (practice)'}"
        item = f"{lesson.id}/{card.id}"
        asking = Asking(card.question, item, learner.lesson, learner, world)
        shown = KINDS[type(card.question)].show(asking)
        if shown.before:
            yield shown.before
        yield shown.text
        for number, option in enumerate(shown.options, 1):
            yield f"  {number} {option.label}"
        yield from _afterwards(card.question)


def _afterwards(question: Any) -> Iterator[str]:
    """What a learner may hear after the question, by what was answered."""
    right = set(getattr(question, "flags", ()))
    for option in (*getattr(question, "options", ()), *getattr(question, "answers", ())):
        sign = _RIGHT if getattr(option, "correct", False) else "·"
        yield f"    {sign} {_said(option.text)}: {_said(option.feedback)}"
    for line in getattr(question, "message", ()):
        yield f"    {_RIGHT if line.id in right else '·'} {_said(line.line)}"
    for number, step in enumerate(getattr(question, "steps", ()), 1):
        yield f"    {number}. {_said(step)}"
    for pair in getattr(question, "pairs", ()):
        yield f"    {_said(pair.left)} = {_said(pair.right)}"
    if isinstance(question, RolePlay):
        yield from _played(question)
    for name in question.__struct_fields__:
        text = getattr(question, name)
        if name.startswith(_LATER) and text:
            yield f"    {name.removeprefix('feedback_')}: {_said(text)}"


def _played(play: RolePlay) -> Iterator[str]:
    for name, node in play.nodes.items():
        yield f"    {name}: {_said(node.them)}"
        if node.them_again:
            yield f"        again: {_said(node.them_again)}"
        for choice in node.choices:
            yield f"        {_said(choice.text)} → {choice.go}"
    for name, end in play.ends.items():
        yield f"    {name} ({end.result}): {_said(end.say)}"
    yield f"    stop: {_said(play.stop_say)}"


def _said(text: str) -> str:
    return fill(text, PRONOUNS)
