"""A milestone of several lessons is reached with the last of them, in whatever order."""

import pytest

from bot.conversation.events import Event
from bot.conversation.learner import Learner, Place, PutOff, change
from bot.conversation.open_question import live_options
from bot.conversation.replies import Milestone
from bot.conversation.step import step
from bot.conversation.world import World
from tests.play import NINE, shelf
from tests.studying import answer

M01 = Milestone("M01")
WORLD = World(shelf(), NINE, b"0" * 16)


def _reaches(lesson: str, done: tuple[str, ...], put_off: PutOff | None = None) -> bool:
    """Does doing the practice of that lesson reach it?"""
    learner = Learner(
        id="learner-1",
        consent="yes",
        pronouns="bac",
        ward="06685",
        hour="08:00",
        screen="lesson",
        lesson=Place(lesson, "p1"),
        turn=5,
        asked=5,
        done=done,
        put_off=put_off,
    )
    facts = []
    for _ in range(5):
        if learner.lesson.card != "p1":
            break
        turn = step(learner, Event(NINE, answer(learner, WORLD)), WORLD)
        facts += turn.facts
        learner = change(turn.learner)
    assert live_options(learner, WORLD)
    return M01 in facts


@pytest.mark.parametrize(
    ("lesson", "done", "put_off", "reached"),
    [
        ("L0103", (), None, False),
        ("L0107", ("L0101", "L0102"), None, False),
        ("L0107", ("L0103",), None, True),
        ("L0103", ("L0107",), None, True),
        ("L0107", ("L0103",), PutOff("L0103/p1", 320), False),
    ],
)
def test_the_phone_set_up_and_somebody_called(
    lesson: str, done: tuple[str, ...], put_off: PutOff | None, reached: bool
) -> None:
    assert _reaches(lesson, done, put_off) is reached


def test_every_milestone_of_the_shipped_lessons_can_be_reached() -> None:
    named = {
        milestone
        for lesson in shelf().library.lessons["vi"].values()
        for card in lesson.cards
        if (milestone := getattr(card.practice or card.ask, "milestone", None))
    }
    assert named == {"M01", "M02"}  # and M13, by three role plays that ended safe
