"""A reply becomes calls of the Bot API: keys, bold, splitting, pictures, nothing live."""

import re

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.splitting import split
from bot.channels.telegram.format import calls, edit, send_body
from bot.conversation.replies import Option, Reply, keys, utf16_units

YES, NO = Option("a", "Có"), Option("b", "Không")
LONG = Option("c", "Gọi số in trên mặt sau thẻ ngân hàng")
PRESSES = ("1.a.s", "1.b.s", "1.c.s")


def test_a_reply_carries_numbered_keys_one_a_row() -> None:
    body = msgspec.json.decode(send_body(42, Reply("Chọn?", (YES, NO)), PRESSES[:2]))
    assert body == {
        "chat_id": 42,
        "text": "Chọn?",
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {
            "inline_keyboard": [
                [{"text": "1 Có", "callback_data": "1.a.s"}],
                [{"text": "2 Không", "callback_data": "1.b.s"}],
            ]
        },
    }


def test_an_option_too_long_for_a_key_stands_numbered_in_the_text() -> None:
    shown = keys((YES, LONG))
    assert shown.labels == ("1 Có", "2 Gọi số in trên…")
    assert shown.lines == ("1 Có", "2 Gọi số in trên mặt sau thẻ ngân hàng")
    (call,) = calls(42, Reply("Ai?", (YES, LONG)), PRESSES[:2])
    assert call.params["text"] == "Ai?\n1 Có\n2 Gọi số in trên mặt sau thẻ ngân hàng"


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("Gửi ảnh", "1 Gửi ảnh"),
        ("Mười tám chữ cái ơ", "1 Mười tám chữ cái ơ"),
        ("Mười tám chữ cái ơi", "1 Mười tám chữ cái…"),
        ("Khôngcódấucáchnàocảđâu", "1 Khôngcódấucáchnàoc…"),
        ("Gọi 113, rồi chờ họ đến", "1 Gọi 113, rồi chờ…"),
    ],
)
def test_a_key_bears_the_first_words(label: str, key: str) -> None:
    assert keys((Option("a", label),)).labels == (key,)


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        (Reply("Đúng.\n\nCòn gì?", (YES,)), "Đúng.\n\n<b>Còn gì?</b>"),
        (Reply("Một.\n\nHai.\n\nBa?", (YES,)), "Một.\n\nHai.\n\n<b>Ba?</b>"),
        (Reply("Đúng.\n\nCòn gì?"), "Đúng.\n\nCòn gì?"),
        (Reply("Còn gì?", (YES,)), "Còn gì?"),
        (Reply("a<b>&c\n\n<i>?", (YES,)), "a&lt;b&gt;&amp;c\n\n<b>&lt;i&gt;?</b>"),
        (Reply("x\n\n ", (YES,)), "x\n\n "),
    ],
)
def test_the_question_is_bold_where_more_stands_before_it(reply: Reply, text: str) -> None:
    (call,) = calls(42, reply, PRESSES[: len(reply.options)])
    assert call.params["text"] == text


def test_without_formatting_the_words_are_the_same() -> None:
    (call,) = calls(42, Reply("a<b\n\nCòn?", (YES,)), PRESSES[:1], html=False)
    assert call.params["text"] == "a<b\n\nCòn?"
    assert "parse_mode" not in call.params


def test_the_standing_words_stay_where_nothing_is_asked() -> None:
    menu = ("Học tiếp", "Cần người giúp")
    (call,) = calls(42, Reply("Hẹn mai ạ.", menu=menu), ())
    assert call.params["reply_markup"] == {
        "keyboard": [[{"text": "Học tiếp"}], [{"text": "Cần người giúp"}]],
        "resize_keyboard": True,
        "is_persistent": True,
    }
    (call,) = calls(42, Reply("Học?", (YES,), menu=menu), PRESSES[:1])
    assert "inline_keyboard" in str(call.params["reply_markup"])


# --- too long ---------------------------------------------------------------------------


def test_a_long_text_is_cut_at_a_sentence_and_the_keys_are_last() -> None:
    text = "Câu này có bảy chữ đấy. " * 400 + "Đúng không?"
    plan = calls(42, Reply(text, (YES,)), PRESSES[:1])
    parts = [str(call.params["text"]) for call in plan]
    assert all(part.endswith((".", "?")) for part in parts)
    assert " ".join(parts) == text
    assert all(utf16_units(part) <= 4096 for part in parts)
    assert ["reply_markup" in call.params for call in plan] == [False, False, True]


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        ("Một. Hai. Ba.", 9, ["Một. Hai.", "Ba."]),
        ("Một. Hai. Ba.", 7, ["Một.", "Hai.", "Ba."]),
        ("Một\n\nHai ba bốn", 12, ["Một", "Hai ba bốn"]),
        ("một hai ba", 8, ["một hai", "ba"]),
        ("😀😀😀", 4, ["😀😀", "😀"]),
        ("😀😀😀", 3, ["😀", "😀", "😀"]),
        ("aaaaa", 2, ["aa", "aa", "a"]),
        ("ngắn", 10, ["ngắn"]),
        ("", 10, [""]),
    ],
)
def test_where_a_text_is_cut(text: str, limit: int, parts: list[str]) -> None:
    assert split(text, limit) == parts


@settings(max_examples=300)
@given(st.text(max_size=300), st.integers(2, 40))
def test_no_part_is_too_long_and_no_word_is_lost(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(utf16_units(part) <= limit for part in parts)
    assert re.sub(r"\s", "", "".join(parts)) == re.sub(r"\s", "", text)


# --- pictures and voices ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "methods"),
    [
        (Reply("Xem", picture="p"), ["sendPhoto caption"]),
        (Reply("Nghe", voice="v"), ["sendVoice caption"]),
        (Reply("Xem", picture="p", voice="v"), ["sendVoice", "sendPhoto caption"]),
        (Reply("x" * 1024, picture="p"), ["sendPhoto caption"]),
        (Reply("x" * 1025, picture="p"), ["sendPhoto", "sendMessage text"]),
        (Reply("", picture="p"), ["sendPhoto"]),
    ],
)
def test_words_stand_under_the_picture_where_they_fit(reply: Reply, methods: list[str]) -> None:
    plan = calls(42, msgspec.structs.replace(reply, options=(YES,)), PRESSES[:1])
    shown = [
        " ".join([call.method, *(name for name in ("caption", "text") if name in call.params)])
        for call in plan
    ]
    assert shown == methods
    assert ["reply_markup" in call.params for call in plan] == [False] * (len(plan) - 1) + [True]


def test_an_edit_says_the_same_in_place() -> None:
    call = edit(42, 7, Reply("Còn 3.\n\nThôi?", (YES,)), PRESSES[:1])
    assert call is not None
    assert call.method == "editMessageText"
    assert (call.params["message_id"], call.params["text"]) == (7, "Còn 3.\n\n<b>Thôi?</b>")
    assert edit(42, 7, Reply("x" * 4097), ()) is None
