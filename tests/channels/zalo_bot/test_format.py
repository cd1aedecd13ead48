"""A reply in plain text with numbers, in messages that Zalo takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.splitting import split, texts
from bot.channels.zalo_bot.format import Call, calls
from bot.conversation.replies import Option, Reply, utf16_units

THREE = (Option("a", "Cái loa"), Option("b", "Tấm ảnh"), Option("c", "Ba chấm"))
TAIL = "9 nghe · 0 người giúp"
ASKED = Reply("Hình nào để gửi ảnh ạ?", THREE, tail=TAIL)
SHOWN = "Hình nào để gửi ảnh ạ?\n1 Cái loa\n2 Tấm ảnh\n3 Ba chấm\n9 nghe · 0 người giúp"


def said(reply: Reply, **more: str) -> list[tuple[str, dict[str, str]]]:
    made = calls("lan", reply, text_limit=2000, caption_limit=1000, **more)
    return [(call.method, call.params) for call in made]


def test_options_are_numbered_lines() -> None:
    assert said(ASKED) == [("sendMessage", {"chat_id": "lan", "text": SHOWN})]


def test_a_picture_bears_the_words() -> None:
    url = "https://hoc.example.vn/media/k"
    assert said(ASKED, picture_url=url) == [
        ("sendPhoto", {"chat_id": "lan", "photo": url, "caption": SHOWN})
    ]


def test_where_the_picture_is_refused_the_words_go_alone() -> None:
    (photo,) = calls("lan", ASKED, text_limit=2000, caption_limit=1000, picture_url="https://x")
    assert photo.instead == (Call("sendMessage", {"chat_id": "lan", "text": SHOWN}),)


def test_long_words_stand_below_their_picture() -> None:
    long = Reply("Câu dài ạ. " * 100, THREE)
    made = said(long, picture_url="https://x")
    assert [method for method, _ in made] == ["sendPhoto", "sendMessage"]
    assert "caption" not in made[0][1]


def test_a_voice_comes_first() -> None:
    made = said(ASKED, voice_url="https://x/1.aac")
    assert [method for method, _ in made] == ["sendVoice", "sendMessage"]


@pytest.mark.parametrize("letters", [1990, 2001, 4100, 9000])
def test_a_long_text_is_cut_at_a_sentence_and_ends_in_its_options(letters: int) -> None:
    text = ("Một câu ngắn ạ. " * (letters // 16 + 1))[:letters].rsplit(". ", 1)[0] + "."
    parts = texts(Reply(text, THREE, tail=TAIL), 2000)
    assert all(utf16_units(part) <= 2000 for part in parts)
    assert parts[-1].endswith("1 Cái loa\n2 Tấm ảnh\n3 Ba chấm\n" + TAIL)
    assert all(part.endswith("ạ.") for part in parts[:-1])
    assert "1 Cái loa" not in "".join(parts[:-1])
    assert " ".join("\n".join(parts).split()).startswith(" ".join(text.split()))


@given(
    st.text(max_size=300),
    st.lists(st.text(min_size=1, max_size=60), max_size=4),
    st.integers(60, 200),
)
def test_nothing_is_lost_and_nothing_is_too_long(text: str, labels: list[str], limit: int) -> None:
    options = tuple(Option(str(n), label) for n, label in enumerate(labels))
    parts = texts(Reply(text, options), limit)
    assert all(part and utf16_units(part) <= limit for part in parts)
    kept = "".join("".join(parts).split())
    for piece in (text, *labels):
        assert "".join(piece.split()) in kept


@given(st.text(max_size=300), st.integers(2, 50))
def test_split_keeps_every_letter(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(utf16_units(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
