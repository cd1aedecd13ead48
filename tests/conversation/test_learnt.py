"""Weights learnt from examples: those of today, and what they say of a message."""

from bot.conversation.reading_learnt import (
    like_answer,
    likeness,
    message,
    packed,
    parts_of,
    unpacked,
)
from tests.conversation.examples import checksum
from tests.play import shelf

WORDS = shelf().words


def test_what_was_learnt_is_of_the_examples_that_stand_there() -> None:
    assert unpacked(WORDS.learnt).examples == checksum(), "run `make learn`"


def test_packing_loses_nothing() -> None:
    assert packed(unpacked(WORDS.learnt)) == WORDS.learnt


def test_short_forms_marks_and_keys_make_no_difference() -> None:
    plain = parts_of("không hiểu", WORDS)
    assert parts_of("khoong hieeur", WORDS) == plain
    assert parts_of("ko hieu", WORDS) == plain


def test_a_code_is_no_word() -> None:
    assert not any("739206" in part for part in parts_of("mã 739206 đó", WORDS))


def test_an_example_is_most_like_its_meaning() -> None:
    every = likeness("đọc to lên cho bà nghe với", WORDS)
    assert next(iter(every)) == "read_aloud"
    assert list(every.values()) == sorted(every.values(), reverse=True)


def test_noise_is_known_by_nothing() -> None:
    assert message("qzxv wkjj fpqq", WORDS).known == 0


def test_of_an_answer_without_examples_nothing_is_said() -> None:
    assert like_answer("cà phê", "ca phe", WORDS) is None
