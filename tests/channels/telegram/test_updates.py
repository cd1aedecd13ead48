"""Bytes from Telegram become what they mean, or a BadUpdate, never anything else."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.base import BadUpdate
from bot.channels.json_bytes import is_cut_off
from bot.channels.telegram.updates import (
    COMMANDS,
    Addressed,
    Ignored,
    Left,
    Me,
    Renamed,
    Returned,
    Said,
    Tapped,
    parse_update,
    parse_updates,
    update_id_of,
)
from bot.conversation.events import Body, Media, Start, Text
from bot.conversation.understand import wish
from tests.play import shelf

ME = Me(77, "hocvuso_bot")
LAN = {"id": 42, "is_bot": False, "first_name": "Lan"}
PRIVATE = {"chat": {"id": 42, "type": "private"}, "from": LAN, "message_id": 5, "date": 1}
GROUP = {"chat": {"id": -9, "type": "supergroup"}, "from": LAN, "message_id": 5, "date": 1}
USER = {"origin": {"type": "user"}}


def raw(kind: str, body: dict[str, Any], update_id: Any = 7) -> bytes:
    return json.dumps({"update_id": update_id, kind: body}).encode()


@pytest.mark.parametrize(
    ("message", "body"),
    [
        ({"text": "xin chào"}, Text("xin chào")),
        ({"text": "/start abc_123"}, Start("abc_123")),
        ({"text": "/start"}, Start("")),
        ({"text": "/start@hocvuso_bot  abc"}, Start("abc")),
        ({"text": "/start " + "x" * 80}, Start("x" * 64)),
        ({"text": "/help"}, Text("help")),
        ({"text": "/MENU@hocvuso_bot"}, Text("menu")),
        ({"text": "/stop"}, Text("stop")),
        ({"text": "/privacy"}, Text("my data")),
        ({"text": "/nothing_like_it"}, Text("/nothing_like_it")),
        ({"text": "/ 1"}, Text("/ 1")),
        ({"text": "trúng thưởng", "forward_origin": USER}, Media("forwarded", "trúng thưởng")),
        ({"text": "trúng thưởng", "forward_date": 1}, Media("forwarded", "trúng thưởng")),
        ({"photo": [{"file_id": "x"}], "caption": "ảnh"}, Media("photo", "ảnh", "x")),
        ({"voice": {}}, Media("voice")),
        ({"voice": {"file_id": "v"}}, Media("voice", file="v")),
        (
            {"photo": [{"file_id": "s", "width": 90}, {"file_id": "l", "width": 900}]},
            Media("photo", file="l"),
        ),
        ({"photo": [], "voice": {}}, Media("photo")),
        ({"photo": {"file_id": 7}}, Media("photo")),
        ({"audio": {}}, Media("voice")),
        ({"video_note": {}}, Media("video")),
        ({"video": {}}, Media("video")),
        ({"animation": {}, "document": {}}, Media("video")),
        ({"document": {}}, Media("file")),
        ({"sticker": {"emoji": "👍"}}, Media("sticker")),
        ({"dice": {}}, Media("sticker")),
        ({"location": {}, "venue": {}}, Media("location")),
        ({"contact": {"phone_number": "1"}}, Media("contact")),
        ({"poll": {}}, Media("other")),
        ({"story": {}}, Media("other")),
        ({"something_of_2031": {}}, Media("other")),
    ],
)
def test_a_message_is_read(message: dict[str, object], body: Body) -> None:
    assert parse_update(raw("message", {**PRIVATE, **message}), ME) == Said(
        7, 42, body, message_id=5
    )


def test_the_commands_are_words_that_are_always_understood() -> None:
    assert all(wish(word, shelf().words) for word in COMMANDS.values())


def test_pictures_of_an_album_bear_its_name() -> None:
    update = parse_update(raw("message", {**PRIVATE, "photo": [{}], "media_group_id": "13"}))
    assert update == Said(7, 42, Media("photo"), "13", 5)


@pytest.mark.parametrize(
    "note",
    ["pinned_message", "message_auto_delete_timer_changed", "chat_background_set"],
)
def test_what_telegram_notes_down_is_said_by_nobody(note: str) -> None:
    assert parse_update(raw("message", {**PRIVATE, note: {}})) == Ignored(7)


def test_another_bot_is_not_answered() -> None:
    other = {**PRIVATE, "from": {"id": 1, "is_bot": True}, "text": "mua đi"}
    assert parse_update(raw("message", other)) == Ignored(7)


def test_a_text_put_right_is_told_and_a_place_that_moves_on_is_not() -> None:
    edited = parse_update(raw("edited_message", {**PRIVATE, "text": "hai"}))
    assert edited == Said(7, 42, Media("edited", "hai"), message_id=5)
    assert parse_update(raw("edited_message", {**PRIVATE, "location": {}})) == Ignored(7)
    assert parse_update(raw("edited_message", {**GROUP, "text": "hai"})) == Ignored(7)


# --- keys -----------------------------------------------------------------------------


def test_a_press_is_read() -> None:
    query = {"id": "q", "from": LAN, "data": "5.a.xyz", "message": PRIVATE}
    assert parse_update(raw("callback_query", query)) == Tapped(7, 42, "5.a.xyz", "q", 5)


@pytest.mark.parametrize(
    ("query", "update"),
    [
        ({}, Tapped(7, 42, "", "q")),  # a game, a message that Telegram no longer has
        ({"message": {**PRIVATE, "date": 0}}, Tapped(7, 42, "", "q", 5)),
        ({"message": GROUP, "data": "x"}, Ignored(7, "q")),
    ],
)
def test_a_press_without_its_message_is_still_somebodys(query: dict[str, Any], update: Any) -> None:
    assert parse_update(raw("callback_query", {"id": "q", "from": LAN, **query})) == update


# --- groups, leaving and coming back ----------------------------------------------------


@pytest.mark.parametrize(
    ("message", "addressed"),
    [
        ({"text": "chào cả nhà"}, False),
        ({"text": "@hocvuso_bot ơi"}, True),
        ({"text": "hỏi @Hocvuso_Bot nhé"}, True),
        ({"text": "@hocvuso_bot2 ơi"}, False),
        ({"text": "/help"}, True),
        ({"text": "/help@hocvuso_bot"}, True),
        ({"text": "/help@other_bot"}, False),
        ({"text": "đúng", "reply_to_message": {**GROUP, "from": {"id": 77}}}, True),
        ({"text": "đúng", "reply_to_message": GROUP}, False),
        ({"photo": [{}], "caption": "@hocvuso_bot xem"}, True),
        ({"new_chat_members": [{"id": 77}]}, False),
        ({"text": "@hocvuso_bot", "from": {"id": 1, "is_bot": True}}, False),
    ],
)
@pytest.mark.parametrize("kind", ["message", "channel_post"])
def test_a_group_is_heard_only_when_it_speaks_to_us(
    kind: str, message: dict[str, Any], addressed: bool
) -> None:
    update = parse_update(raw(kind, {**GROUP, **message}), ME)
    assert update == (Addressed(7, -9, 5) if addressed else Ignored(7))


@pytest.mark.parametrize(
    ("chat", "status", "update"),
    [
        ("private", "kicked", Left(7, 42)),
        ("private", "member", Returned(7, 42)),
        ("group", "kicked", Ignored(7)),
        ("channel", "administrator", Ignored(7)),
    ],
)
def test_blocking_and_coming_back(chat: str, status: str, update: Any) -> None:
    change = {"chat": {"id": 42, "type": chat}, "new_chat_member": {"status": status}}
    assert parse_update(raw("my_chat_member", change)) == update


def test_a_group_that_became_a_supergroup_has_a_new_id() -> None:
    message = {**GROUP, "migrate_to_chat_id": -1009}
    assert parse_update(raw("message", message)) == Renamed(7, -9, -1009)


# --- nonsense ---------------------------------------------------------------------------


def test_half_a_surrogate_is_mended_and_answered() -> None:
    text = raw("message", {**PRIVATE, "text": "TEXT"}).replace(
        b"TEXT", rb"a\ud83db \\ud800 \ud83d\ude00"
    )
    assert parse_update(text) == Said(7, 42, Text("a\ufffdb \\ud800 😀"), message_id=5)


@pytest.mark.parametrize(
    "poison",
    [
        b"",
        b"null",
        b'{"update_id": "x"}',
        b'{"update_id": 7, "message": {"chat": {"id": 1e400}}}',
        b'{"update_id": 7, "message": {"text": "no chat"}}',
        b'{"update_id": 7, "message": {"chat": {"id": 1}, "text": 5}}',
        b'{"update_id": 7, "message": {"chat": {"id": 1}, "text": "\xff"}}',
        b'{"update_id": 7, "new_kind": {}}',
        b'{"update_id": 7, "message": 01}',
        b'{"update_id": 7, "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_nonsense_is_a_bad_update_and_costs_nobody_theirs(poison: bytes) -> None:
    with pytest.raises(BadUpdate):
        parse_update(poison)
    if poison.endswith(b"}"):
        good = raw("message", {**PRIVATE, "text": "1"}, 8)
        answer = b'{"ok":true,"result":[' + poison + b"," + good + b"]}"
        assert parse_updates(answer) == [poison, good]


@pytest.mark.parametrize(
    ("start", "id_"),
    [
        (b'{"update_id": 12,', 12),
        (b'{"update_id":"x"', None),
        (b'{"update_id":1' + b"0" * 30, None),
    ],
)
def test_an_id_is_found_in_what_cannot_be_read(start: bytes, id_: int | None) -> None:
    assert update_id_of(start) == id_


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_else(found: bytes) -> None:
    is_cut_off(found)
    for parse in (parse_update, parse_updates):
        try:
            parse(found)
        except BadUpdate:
            continue


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=400)
@given(
    st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member"]),
    st.sampled_from(
        ["chat", "from", "text", "message", "caption", "photo", "id", "reply_to_message"]
    ),
    _VALUES,
)
def test_a_field_of_the_wrong_kind_is_read_or_set_aside(kind: str, field: str, value: Any) -> None:
    body = {**PRIVATE, "id": "q", "data": "x", "text": "1", field: value}
    try:
        parse_update(raw(kind, body), ME)
    except BadUpdate:
        return


def test_an_answer_is_split_before_it_is_decoded() -> None:
    answer = b'{"ok": true, "result": [{"update_id": 1}, {"update_id": "bad"}]}'
    assert parse_updates(answer) == [b'{"update_id": 1}', b'{"update_id": "bad"}']


@pytest.mark.parametrize(
    "half", [b'{"ok":true,"result":[{"update_id":1},{"upd', b'{"ok":true', b""]
)
def test_half_an_answer_is_no_list(half: bytes) -> None:
    with pytest.raises(BadUpdate):
        parse_updates(half)


@pytest.mark.parametrize(
    ("body", "cut_off"),
    [
        (b"", True),
        (b"  ", True),
        (b"{", True),
        (b'{"a": [1, 2', True),
        (b'{"a": "b', True),
        (b'{"a": "}', True),
        (b'{"a": "}"}', False),
        (b"{a}", False),
        (b'{"a": "b"}', False),
        (b"hello", False),
        (b"}", False),
    ],
)
def test_half_a_body_is_told_from_nonsense(body: bytes, cut_off: bool) -> None:
    assert is_cut_off(body) is cut_off
