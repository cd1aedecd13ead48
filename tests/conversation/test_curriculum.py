"""What comes next: a course to its end, what it stands on first, nothing ever forced."""

from datetime import UTC, datetime

import msgspec
import pytest

from bot.conversation.curriculum import begin, begin_next, easy_item, next_lesson, reviewable
from bot.conversation.learner import Learner, Place
from bot.conversation.world import World
from lessons.model import Card, Lesson, Library
from tests.play import shelf

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def world(*lessons: Lesson) -> World:
    library = Library({"vi": {one.id: one for one in lessons}})
    return World(msgspec.structs.replace(shelf(), library=library), NOW, b"")


def lesson(name: str, *requires: str) -> Lesson:
    cards = (Card("c1", say="Chào."),)
    return Lesson(name, f"C{name[1:3]}", name, name, 3, cards, "Nhớ nhé.", requires)


TWO_COURSES = world(
    lesson("L0101"),
    lesson("L0102", "L0101"),
    lesson("L0103", "L0102"),
    lesson("L0901", "L0301"),  # not written: counts as met
    lesson("L0902", "L0901", "L0102"),
)


@pytest.mark.parametrize(
    ("done", "course", "next_one"),
    [
        ("", "", "L0101"),
        ("L0101", "", "L0102"),
        ("L0101 L0102 L0103", "", "L0901"),  # one course ended, the next begins
        ("L0901", "", "L0101"),  # the other course: what L0902 stands on comes first
        ("L0901 L0101", "C09", "L0102"),
        ("L0901 L0101 L0102", "C09", "L0902"),  # and back to the course being followed
        ("L0901 L0101 L0102 L0902", "C09", "L0103"),
        ("L0102", "C01", "L0101"),  # chosen out of turn: what was left comes next
        ("L0101 L0102 L0103 L0901 L0902", "", None),
        ("L0777", "C07", "L0101"),  # a lesson and a course that are no more
    ],
)
def test_what_comes_next(done: str, course: str, next_one: str | None) -> None:
    learner = Learner(done=tuple(done.split()), course=course)
    found = next_lesson(learner, TWO_COURSES)
    assert (found.id if found else None) == next_one


def test_what_a_lesson_stands_on_does_not_change_the_course() -> None:
    learner = Learner(done=("L0901",), consent="no")
    begun = begin_next(learner, TWO_COURSES)
    assert (begun.lesson, begun.course) == (Place("L0101", "c1"), "C09")
    chosen = begin(learner, TWO_COURSES.shelf.library.lessons["vi"]["L0103"])
    assert chosen.course == "C01"


def test_the_newest_lesson_is_reviewed_first_and_easily() -> None:
    here = World(shelf(), NOW, b"")
    learner = Learner(done=("L0101", "L0105"))
    items = reviewable(learner, here)
    assert items[0].startswith("L0105/")
    assert items[-1].startswith("L0101/")
    assert easy_item(learner, here) == "L0105/q1"
    assert easy_item(Learner(), here) is None
