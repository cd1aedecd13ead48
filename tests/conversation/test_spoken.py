"""Codes that people say aloud are hard to guess and easy to type."""

from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.folding import fold
from bot.conversation.spoken import LEAST, MOST, code_hash, make_code, read_code
from bot.conversation.understand import is_secret
from tests.play import shelf

SPOKEN = shelf().spoken
WORDS = SPOKEN.words


def test_there_are_more_than_33_bits() -> None:
    plain = {fold(word) for word in WORDS}
    assert len(plain) == len(WORDS)
    assert 3 * log2(len(WORDS)) + log2(MOST - LEAST + 1) > 33


def test_no_word_is_a_number() -> None:
    numbers = {"mot", "hai", "ba", "bon", "tu", "nam", "lam", "sau", "bay", "tam", "chin", "muoi"}
    assert not numbers & {fold(word) for word in WORDS}


@given(st.binary(min_size=16, max_size=16))
def test_every_code_is_read_back_and_is_no_secret(seed: bytes) -> None:
    code = make_code(seed, SPOKEN)
    assert read_code(code, SPOKEN) == fold(code)
    assert read_code(fold(code).upper(), SPOKEN) == fold(code)
    assert read_code(code.replace(" ", ""), SPOKEN) is not None
    assert not is_secret(code, 0, shelf().words)


@pytest.mark.parametrize(
    "said",
    [
        "hoa sen 27 tre",
        "Hoa Sen 27 Tre.",
        "  hoa   sen, 27 tre ạ",
        "dạ câu nối là hoa sen 27 tre",
        "hoasen27tre",
        "hoa sen hai bảy tre",
        "hoa sen hai mươi bảy tre",
        "«hoa sen 27 tre»",
    ],
)
def test_however_it_is_typed(said: str) -> None:
    assert read_code(said, SPOKEN) == "hoa sen 27 tre"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("bưởi đào mười lăm gạch", "buoi dao 15 gach"),
        ("buwowri ddafo 50 gajch", "buoi dao 50 gach"),
        ("bưởi đào năm mươi gạch", "buoi dao 50 gach"),
    ],
)
def test_numbers_in_words_and_telex(said: str, meant: str) -> None:
    assert read_code(said, SPOKEN) == meant


@pytest.mark.parametrize(
    "said",
    [
        "",
        "hoa sen tre",
        "hoa sen 7 tre",
        "hoa sen 127 tre",
        "hoa sen 123456 tre",
        "27 hoa sen tre",
        "hoa sen 27 xyz",
        "tôi mua hoa sen 27 tre",
        "hoa sen 27 tre 27 tre",
        "chuyển 20 triệu",
    ],
)
def test_what_is_no_code(said: str) -> None:
    assert read_code(said, SPOKEN) is None


def test_what_is_stored_tells_nothing_of_the_code() -> None:
    assert code_hash("hoa sen 27 tre") == code_hash("Hoa Sen 27 Tre")
    assert "hoa" not in code_hash("hoa sen 27 tre")
