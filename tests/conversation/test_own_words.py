"""Answers as people give them: letters said aloud, second thoughts, what it is not,
several parts in one message, a reason instead of a verdict.

Each test asks a shipped question and looks at what is marked or asked, as a teacher who
reads over the shoulder would.
"""

import pytest

from bot.conversation.events import Text
from bot.conversation.replies import Attempt, Turn
from bot.conversation.understand import Choice, read_steps
from tests.conversation.test_options_in_words import asked
from tests.play import shelf


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
    ],
)
def test_of_what_is_left_it_is_asked_which(lesson: str, card: str, text: str, left: str) -> None:
    turn, guess = told(lesson, card, text)
    assert guess == left
    assert not turn.facts


@pytest.mark.parametrize(
    ("lesson", "card", "text"),
    [
        ("L0102", "p1", "dau tien bam nguon cho sang, vuot len, kiem hinh zalo, roi cham mot cai"),
        ("L0102", "p1", "trước khi vuốt lên thì bấm nguồn, rồi tìm zalo"),
        ("L0102", "p1", "chạm nhẹ sau cùng, bấm nguồn, vuốt, tìm zalo"),
        ("L0107", "p1", "mo danh ba roi cham dau cong roi go ten go so roi luu"),
        ("L0904", "q2", "cúp cái đã, xong gọi lại số của nó, xong hỏi câu bí mật"),
        ("L0910", "p1", "dừng lại đã, gọi ngân hàng, lưu bằng chứng rồi báo công an"),
    ],
)
def test_steps_told_one_after_the_other(lesson: str, card: str, text: str) -> None:
    assert marked(lesson, card, text) is True


def test_steps_told_in_another_order_are_marked_as_such() -> None:
    assert marked("L0102", "p1", "vuốt lên trước, rồi bấm nguồn, tìm zalo, chạm nhẹ") is False


@pytest.mark.parametrize(
    ("text", "picked"),
    [
        ("bấm nguồn trước rồi tới vuốt", "0,1"),
        ("bấm nguồn, à nhầm, vuốt lên, rồi bấm nguồn", "1,0"),
        ("vuốt lên sau khi bấm nguồn", "0,1"),
    ],
)
def test_the_first_steps_are_kept_and_the_next_asked(text: str, picked: str) -> None:
    turn, _ = told("L0102", "p1", text)
    assert turn.learner.lesson.picked == picked


def test_what_is_told_unclearly_among_steps_is_asked_one_by_one() -> None:
    turn, _ = told("L0102", "p1", "mở máy lên, vuốt lên, tìm zalo, chạm nhẹ")
    assert not turn.facts
    assert turn.learner.lesson.picked == ""
    assert turn.replies[0].text == "Mình đi từng việc một nhé ạ."


@pytest.mark.parametrize(
    ("lesson", "card", "text"),
    [
        ("L0902", "q2", "câu bê với câu xê"),
        ("L0902", "q2", "ca 2 cau sau"),
        ("L0903", "p1", "2 cái cuối"),
        ("L0901", "p1", "trừ câu 3 ra"),
        ("L0901", "p1", "hết trừ câu quầy mở cửa"),
        ("L0901", "p1", "nộp 5 triệu, đừng nói với ai, tài khoản sắp bị khóa"),
        ("L0902", "q2", "b với c chứ không phải a"),
    ],
)
def test_several_lines_in_one_message(lesson: str, card: str, text: str) -> None:
    assert marked(lesson, card, text) is True


def test_all_of_the_lines_are_one_too_many() -> None:
    assert marked("L0901", "p1", "hết luôn") is False


@pytest.mark.parametrize("text", ["câu 2 hay câu 3 nhỉ", "a hay b", "hết"])
def test_who_wavers_between_lines_is_not_marked(text: str) -> None:
    assert marked("L0902", "q2", text) is None


@pytest.mark.parametrize(
    ("lesson", "card", "text"),
    [
        ("L0105", "q2", "ét là sắc, ép là huyền, còn gì thì nặng"),
        ("L0105", "q2", "huyền là f, sắc là s, nặng j"),
        ("L0105", "q2", "s sac f huyen j nang ha con"),
        ("L0901", "q2", "doa cat dien du la trung thuong giuc muoi phut giau la dung ke con chau"),
        ("L0101", "p1", "nguồn thì bật tắt màn hình, âm lượng thì to nhỏ, khóa là cửa ra vào"),
    ],
)
def test_all_pairs_in_one_message(lesson: str, card: str, text: str) -> None:
    assert marked(lesson, card, text) is True


def test_pairs_told_otherwise_are_marked_as_such() -> None:
    assert marked("L0105", "q2", "s la huyen, f la sac, j la nang ha con") is False


def test_a_pair_that_was_not_asked_about_is_kept_and_the_first_asked_again() -> None:
    turn, _ = told("L0901", "q2", "giục thì mười phút")
    assert turn.learner.lesson.picked == "-,-,2"
    assert not turn.facts
    assert turn.replies[-1].text.endswith("«Dọa» đi với gì ạ?")
    assert "Giục – Cho có mười phút thôi ✓" in turn.replies[-1].text


@pytest.mark.parametrize(
    "text", ["s là sắc hả", "s không phải sắc", "ép là dấu gì không nhớ", "huyền là dấu gì"]
)
def test_a_pair_that_is_asked_about_or_denied_is_not_taken(text: str) -> None:
    turn, _ = told("L0105", "q2", text)
    assert turn.learner.lesson.picked == ""
    assert not turn.facts


@pytest.mark.parametrize(
    ("lesson", "card", "text", "meant"),
    [
        ("L0108", "p1", "nổ chết", False),
        ("L0909", "q2", "cấm đọc", False),
        ("L0908", "q1", "tránh xa", True),
        ("L0908", "q1", "né gấp, chuẩn", True),
        ("L0908", "q1", "không phải lừa đâu", False),
        ("L0907", "q2", "lừa chứ j", True),
        ("L0905", "q2", "giả", False),
        ("L0107", "q2", "nghe lam gi", False),
        ("L0906", "p1", "không trả, có ai đặt đâu mà đòi trả", True),
        ("L0102", "q2", "thi hai giay, chu lau qua moi tay lam", True),
    ],
)
def test_a_statement_is_found_right_or_wrong_for_a_reason(
    lesson: str, card: str, text: str, meant: bool
) -> None:
    """meant: whether the learner says «Đúng»."""
    pressed = asked("vi", lesson, card)[0].tell(Text("đúng" if meant else "sai"))
    assert told(lesson, card, text)[0].facts == pressed.facts


def test_a_long_story_is_no_list_of_steps() -> None:
    steps = tuple(Choice(str(n), label) for n, label in enumerate(("Bấm nguồn", "Vuốt lên")))
    assert read_steps("bấm nguồn rồi vuốt lên", steps, shelf().words) is not None
    assert read_steps("bấm nguồn rồi vuốt lên " * 15, steps, shelf().words) is None
