"""Options in people's own words: read by examples, asked about when two are as near."""

import pytest

from bot.conversation.folding import fold
from bot.conversation.understand import (
    Choice,
    Chosen,
    Reading,
    Unread,
    Unsure,
    likely_answer,
    likely_outcome,
    likely_side,
)
from lessons.model import TrueFalse
from tests.conversation.examples import read, rivals
from tests.play import shelf

WORDS = shelf().words
BUTTONS = (
    Choice("a", "Nút to, nhỏ tiếng"),
    Choice("b", "Nút nguồn ở cạnh máy"),
    Choice("c", "Giữ thật lâu nút nguồn"),
)
SIM = (
    Choice("a", "Gọi lại số ấy, hỏi thêm cho kỹ"),
    Choice("b", "Ra cửa hàng nhà mạng hỏi"),
    Choice("c", "Bấm dãy phím họ bảo xem sao"),
)


@pytest.mark.parametrize(
    ("text", "choices", "meant"),
    [
        ("cái nút be bé bên sườn ấn phát là sáng", BUTTONS, "b"),
        ("đè cho lâu vào chừng nào nó sáng thì buông", BUTTONS, "c"),
        ("mai tui ghé quầy viettel hỏi người ta", SIM, "b"),
    ],
)
def test_an_option_is_read_in_other_words(
    text: str, choices: tuple[Choice, ...], meant: str
) -> None:
    reading = likely_answer(text, choices, WORDS)
    assert isinstance(reading, Chosen)
    assert reading.id == meant


def test_who_has_not_made_up_their_mind_is_asked() -> None:
    reading = likely_answer("gọi lại số đó hay ra cửa hàng hỏi", SIM, WORDS)
    assert isinstance(reading, Unsure)
    assert set(reading.ids) == {"a", "b"}


@pytest.mark.parametrize("text", ["trời hôm nay nồm quá", "hhjgfd", "chào cháu", "lúa được mùa"])
def test_what_is_like_no_option_is_none(text: str) -> None:
    assert isinstance(likely_answer(text, SIM, WORDS), Unread)


def test_options_without_examples_are_read_by_their_words_alone() -> None:
    plain = (Choice("a", "Cà phê"), Choice("b", "Nước chè"))
    assert isinstance(likely_answer("cà phê", plain, WORDS), Unread)


def test_every_example_stands_under_words_that_somebody_is_shown() -> None:
    shown = {
        label.removeprefix("=") for labels in rivals(shelf().library).values() for label in labels
    } | {fold(text) for words in shelf().wording.values() for text in words.values()}
    assert {fold(label) for label in read("answers.yaml")} <= shown


def test_every_statement_with_examples_is_asked() -> None:
    prompts = [
        card.question.prompt
        for lessons in shelf().library.lessons.values()
        for lesson in lessons.values()
        for card in lesson.cards
        if isinstance(card.question, TrueFalse)
    ]
    for statement in read("truths.yaml"):
        assert any(prompt.startswith(statement) for prompt in prompts), statement


@pytest.mark.parametrize(
    ("said", "statement", "side"),
    [
        ("phải nghe chứ, lỡ con ở xa gọi về", "STRANGER", Chosen("true")),
        ("nóng máy rồi cháy cả gối, nguy hiểm lắm", "PILLOW", Unsure(("false",))),
        ("hôm nay nồm quá", "PILLOW", Unread()),
        ("sạc dưới gối có sao không?", "PILLOW", Unread()),
    ],
)
def test_a_reason_tells_which_side_somebody_is_on(said: str, statement: str, side: Reading) -> None:
    statements = {
        "PILLOW": '"Sạc điện thoại dưới gối khi ngủ là an toàn." Đúng hay sai ạ?',
        "STRANGER": '"Số lạ gọi đến thì lần nào cũng phải nghe." Đúng hay sai ạ?',
    }
    assert likely_side(said, statements[statement], WORDS) == side


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("tui mần xong xuôi rồi, chữ bự chà bá", "done"),
        ("để tối cháu nó về rồi tui làm", "later"),
        ("bấm hoài mà không thấy chỗ đó đâu hết", "help"),
        ("hôm nay nồm quá", None),
    ],
)
def test_how_a_task_went_is_told_in_any_words(said: str, outcome: str | None) -> None:
    assert likely_outcome(said, WORDS) == outcome
