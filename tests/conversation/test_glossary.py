"""Hard words explained in both languages, «từ này» by what stands on the screen."""

from datetime import UTC, datetime

import pytest

from bot.conversation.glossary import meaning, plain_words
from bot.conversation.learner import Learner
from bot.conversation.world import World
from tests.play import shelf

WORLD = World(shelf(), datetime(2026, 11, 24, 2, 0, tzinfo=UTC), b"")
SCREEN = "Chạm vào biểu tượng là mở một ứng dụng (chương trình)."
OTP, APP = "dãy số dùng một lần", "chương trình trong điện thoại"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("OTP là gì", OTP),
        ("otp la j", OTP),
        ("mã otp là gì hả cháu", OTP),
        ("cho bác hỏi mã OTP nghĩa là gì vậy", OTP),
        ("ung dung la gi", APP),
        ("ứng dụng là cái gì thế", APP),
        ("app là gì", APP),
        ("AI là gì", "máy tính biết trả lời"),
        ("chặn là gì", "không cho người đó liên lạc"),
        ("xác thực hai lớp là gì", "khóa hai lần"),
        ("từ này là gì", "«ứng dụng» là"),
        ("tu nay nghia la gi", "«biểu tượng» là"),
        ("nghĩa là gì", "«ứng dụng» là"),
        ("cà phê là gì", "chưa có lời giải thích"),
        ("chân là gì", "chưa có lời giải thích"),  # not «chặn»
    ],
)
def test_a_word_is_explained(asked: str, told: str) -> None:
    assert told in meaning(Learner(pronouns="bac"), asked, SCREEN, WORLD).text


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("what is OTP", "a number used once"),
        ("what is an app?", "a program in the phone"),
        ("what does QR code mean", "black and white square"),
        ("meaning of browser", "looking at pages"),
        ("what is coffee", "no explanation"),
    ],
)
def test_a_word_is_explained_in_english(asked: str, told: str) -> None:
    learner = Learner(pronouns="bac", language="en")
    assert told in meaning(learner, asked, "Tap an app.", WORLD).text


def test_a_screen_without_hard_words_asks_which_word() -> None:
    assert "là gì" in meaning(Learner(), "từ này là gì", "Chào.", WORLD).text


def test_every_term_is_found_by_its_own_name_in_both_languages() -> None:
    library = shelf().library
    for key, term in library.glossary.items():
        for language, plain in (("vi", term.vi), ("en", term.en_plain)):
            told = meaning(Learner(language=language), f"{key} là gì", "", WORLD).text
            assert plain in told
            assert len(told) <= 300


def test_terms_within_terms_are_told_once() -> None:
    told = plain_words(Learner(pronouns="bac"), "Mở kho ứng dụng.", WORLD)
    assert told.startswith("«kho ứng dụng» là")
    assert told.count("«") == 1
