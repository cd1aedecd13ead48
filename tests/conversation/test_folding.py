"""Folding: one form for every way of typing, and nothing unsafe left in a text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.folding import agrees, canonical, clean, fold, unkey, words


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Đúng", "dung"),
        ("dungggg", "dung"),
        ("Dừngggg lại!!", "dung lai"),
        ("ừuuuu", "u"),
        ("  Tiếp\t tục… ", "tiep tuc"),
        ("Ti\u00ea\u0301p", "tiep"),  # a loose mark
        ("２", "2"),  # a wide digit
        ("2️⃣", "2"),  # a keycap
        ("1000 đồng", "1000 dong"),  # digits are not squeezed
        ("ðúng", "dung"),  # an eth from an old font
        ("«cái loa»", "cai loa"),
        ("👍", ""),
    ],
)
def test_folding(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("khoong", "khong"),
        ("kho6ng", "khong"),
        ("tieeps", "tiep"),
        ("tieesp", "tiep"),
        ("tie6p1", "tiep"),
        ("ddungs", "dung"),
        ("d9u1ng", "dung"),
        ("duwngf", "dung"),
        ("dungwf", "dung"),
        ("du7ng2", "dung"),
        ("ngwowif", "nguoi"),
        ("nguoiwf", "nguoi"),
        ("dduwowcj", "duoc"),
        ("mootj", "mot"),
        ("haii", "hai"),
        ("stop", "stop"),  # no syllable of ours: left alone
        ("khong", "khong"),
        ("tieeps tuc 2", "tiep tuc 2"),
    ],
)
def test_telex_and_vni_leftovers(typed: str, meant: str) -> None:
    assert unkey(typed) == meant


@pytest.mark.parametrize(("one", "other"), [("hoà", "hòa"), ("uý", "úy"), ("thuỷ", "thủy")])
def test_old_and_new_tone_places_are_one_word(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("typed", "meant", "fits"),
    [
        ("dung", "đúng", True),
        ("dung", "dừng", True),
        ("đung", "đúng", True),
        ("đung", "dừng", False),
        ("dừng", "đúng", False),
        ("chạy", "cháy", False),
        ("tiêp", "tiếp", True),
        ("nghĩ", "nghỉ", True),  # hỏi and ngã are mixed up
        ("có", "cô", False),
    ],
)
def test_a_missing_mark_fits_and_a_contradicting_one_does_not(
    typed: str, meant: str, fits: bool
) -> None:
    assert agrees(canonical(typed), canonical(meant)) is fits


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("a\x00b", "ab"),
        ("a\u200bb\u202ec\ufeff", "abc"),
        ("a\ud800b", "a\ufffdb"),
        ("\ud83d\ude00", "😀"),
        ("a" + "\u0301" * 50, "á\u0301"),
        ("một\nhai\tba", "một\nhai ba"),
        ("tie\u0302\u0301p", "tiếp"),
    ],
)
def test_cleaning(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


@given(st.text(alphabet=st.characters(), max_size=200))
def test_any_text_becomes_safe(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert len(cleaned) <= 4096
    assert unicodedata.is_normalized("NFC", cleaned)
    cleaned.encode("utf-8")
    kinds = {unicodedata.category(one) for one in cleaned if one != "\n"}
    assert not kinds & {"Cc", "Cf", "Cs"}


@given(st.text(max_size=200))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạềếểễệừứửữự ,.!012", max_size=60))
def test_the_plain_words_are_the_folded_text(text: str) -> None:
    assert " ".join(word.plain for word in words(text)) == fold(text)


def test_a_very_long_text_is_cut() -> None:
    assert len(clean("ạ" * 100_000)) == 4096
