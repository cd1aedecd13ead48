"""Answers as people give them: letters said aloud, second thoughts, what it is not.

Each test asks a shipped question and looks at what is marked or asked, as a teacher who
reads over the shoulder would.
"""

import pytest

from bot.conversation.events import Text
from bot.conversation.replies import Attempt, Turn
from tests.conversation.test_options_in_words import asked


def told(lesson: str, card: str, text: str) -> tuple[Turn, str]:
    """The turn that the words lead to, and what the tutor asks to make sure of."""
    turn = asked("vi", lesson, card)[0].tell(Text(text))
    return turn, turn.learner.guess


def marked(lesson: str, card: str, text: str) -> bool | None:
    """Whether the words counted as right, as wrong, or were not marked."""
    marks = [one.correct for one in told(lesson, card, text)[0].facts if isinstance(one, Attempt)]
    return marks[0] if marks else None


@pytest.mark.parametrize("text", ["bê", "đáp án bê", "tui chon be", "b nha bé", "câu bê đó cháu"])
def test_the_second_of_three_by_the_name_of_its_letter(text: str) -> None:
    assert marked("L0105", "q1", text) is True


@pytest.mark.parametrize(
    "text",
    [
        "ds à không không, phải là dd mới đúng",
        "ds à nhầm dd",
        "dw... mà thôi dd",
        "dd chứ không phải ds",
        "không phải dw, dd cơ",
    ],
)
def test_second_thoughts_count(text: str) -> None:
    assert marked("L0105", "q1", text) is True


@pytest.mark.parametrize("text", ["ds à không", "ds nhầm rồi", "à không phải ds"])
def test_what_is_taken_back_is_not_marked(text: str) -> None:
    assert marked("L0105", "q1", text) is None


@pytest.mark.parametrize(
    ("lesson", "card", "text", "left"),
    [
        ("L0105", "q1", "k phải dw", "b,c"),
        ("L0105", "q1", "không phải số 1", "b,c"),
        ("L0102", "q1", "k phai cham", "b,c"),
        ("L0102", "q1", "không phải vuốt", "a"),
        ("L0908", "p1", "không đóng", "b,c"),
    ],
)
def test_of_what_is_left_it_is_asked_which(lesson: str, card: str, text: str, left: str) -> None:
    turn, guess = told(lesson, card, text)
    assert guess == left
    assert not turn.facts
