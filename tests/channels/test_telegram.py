"""Bytes from Telegram become an update or a BadUpdate, never anything else."""

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.base import BadUpdate
from bot.channels.telegram import parse_update, parse_updates, send_body
from bot.conversation.events import Body, Media, Start, Text
from bot.conversation.replies import Option, Reply

CHAT = {"chat": {"id": 42, "type": "private"}}


@pytest.mark.parametrize(
    ("message", "body"),
    [
        ({"text": "xin chào"}, Text("xin chào")),
        ({"text": "/start abc_123"}, Start("abc_123")),
        ({"text": "/start"}, Start("")),
        ({"photo": [{"file_id": "x"}], "caption": "ảnh"}, Media("photo", "ảnh")),
        ({"voice": {}}, Media("voice")),
        ({"poll": {}}, Media("other")),
    ],
)
def test_a_message_is_read(message: dict[str, object], body: Body) -> None:
    raw = json.dumps({"update_id": 7, "message": {**CHAT, **message}}).encode()
    update = parse_update(raw)
    assert (update.update_id, update.chat_id, update.body) == (7, 42, body)


def test_a_press_is_read() -> None:
    query = {"id": "q", "data": "5.a.xyz", "message": CHAT}
    update = parse_update(json.dumps({"update_id": 8, "callback_query": query}).encode())
    assert (update.press, update.query_id, update.chat_id) == ("5.a.xyz", "q", 42)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b'{"update_id": "x"}',
        b'{"update_id": 99999999999999999999999}',
        b'{"update_id": 1, "message": {"chat": {"id": 1e400}}}',
        b'{"update_id": 1, "message": {"chat": {"id": 1}, "text": "\\ud800"}}',
        b'{"update_id": 1, "new_kind": {}}',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_nonsense_is_a_bad_update(raw: bytes) -> None:
    try:
        parse_update(raw)
    except BadUpdate:
        return
    # A lone surrogate may be read: the text is cleaned before anybody looks at it.
    assert b"ud800" in raw


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_else(raw: bytes) -> None:
    for parse in (parse_update, parse_updates):
        try:
            parse(raw)
        except BadUpdate:
            continue


def test_an_answer_is_split_before_it_is_decoded() -> None:
    raw = b'{"ok": true, "result": [{"update_id": 1}, {"update_id": "bad"}]}'
    assert parse_updates(raw) == [b'{"update_id": 1}', b'{"update_id": "bad"}']


def test_a_reply_carries_numbered_keys() -> None:
    body = msgspec.json.decode(send_body(42, Reply("Chọn?", (Option("a", "Một"),)), ["1.a.s"]))
    assert body["reply_markup"] == {
        "inline_keyboard": [[{"text": "1 Một", "callback_data": "1.a.s"}]]
    }
