"""What each update of Zalo's means for us, however it is wrapped; nonsense is a BadUpdate."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.base import BadUpdate
from bot.channels.json_bytes import is_cut_off
from bot.channels.zalo_bot.updates import (
    Addressed,
    Ignored,
    Said,
    parse_body,
    parse_update,
)
from bot.conversation.events import Media, Start, Text

CHAT = "6ede9afa66b88fe6d6a9"


def update(event: str = "message.text.received", **fields: Any) -> dict[str, Any]:
    message = {
        "message_id": "m1",
        "date": 1_795_485_600_000,
        "chat": {"id": CHAT, "chat_type": "PRIVATE"},
        "from": {"id": CHAT, "display_name": "Chị Hồng", "is_bot": False},
        **fields,
    }
    return {"event_name": event, "message": message}


def raw(said: object) -> bytes:
    return json.dumps(said).encode()


@pytest.mark.parametrize("wrap", [lambda one: one, lambda one: {"ok": True, "result": one}])
@pytest.mark.parametrize(
    ("event", "fields", "body"),
    [
        ("message.text.received", {"text": "tiếp"}, Text("tiếp")),
        ("message.text.received", {"text": "/start lan-1"}, Start("lan-1")),
        (
            "message.image.received",
            {"photo": "https://x/1.jpg"},
            Media("photo", file="https://x/1.jpg"),
        ),
        (
            "message.image.received",
            {"photo_url": "https://x/1.jpg", "caption": "mất tiền"},
            Media("photo", "mất tiền", "https://x/1.jpg"),
        ),
        ("message.sticker.received", {"sticker": "1", "url": "https://x"}, Media("sticker")),
        (
            "message.voice.received",
            {"voice_url": "https://x.zdn.vn/1.aac"},
            Media("voice", file="https://x.zdn.vn/1.aac"),
        ),
        ("message.unsupported.received", {}, Media("withheld")),
        ("message.unsupported.received", {"text": "?"}, Media("withheld")),
        ("", {"text": "một"}, Text("một")),
        ("", {"photo_url": "https://x/1.jpg"}, Media("photo", file="https://x/1.jpg")),
        ("message.video.received", {"video": "https://x"}, Media("other")),
    ],
)
def test_what_an_update_says(event: str, fields: dict[str, Any], body: object, wrap: Any) -> None:
    assert parse_update(raw(wrap(update(event, **fields)))) == Said("m1", CHAT, body)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (b"", Ignored()),
        (b" \n", Ignored()),
        (raw(update(text="hi", **{"from": {"id": "b", "is_bot": True}})), Ignored("m1")),
        (
            raw(update(text="@bot ơi", chat={"id": "g1", "chat_type": "GROUP"})),
            Addressed("m1", "g1"),
        ),
        (raw(update(text="1", message_id=12, chat={"id": 34})), Said("12", "34", Text("1"))),
        (raw({"event_name": "bot.added"}), Ignored()),
        (
            raw(update(None, text="1", caption=None, chat={"id": CHAT, "chat_type": None})),  # type: ignore[arg-type]
            Said("m1", CHAT, Text("1")),
        ),
        (
            raw(update(text="1", **{"from": {"id": CHAT, "is_bot": None}}, reply_to={"x": [1]})),
            Said("m1", CHAT, Text("1")),
        ),
        (raw(update(text="nửa \ud800 chữ")), Said("m1", CHAT, Text("nửa \ufffd chữ"))),
    ],
)
def test_other_updates(said: bytes, meant: object) -> None:
    assert parse_update(said) == meant


@pytest.mark.parametrize(
    "said",
    [
        b"nonsense",
        b"[]",
        b"{}",
        raw({"ok": True, "result": {}}),
        raw(update(text=["no", "text"])),
        raw(update(text="hi", message_id="")),
        raw(update(text="hi", chat={"chat_type": "PRIVATE"})),
        b'{"message": ' + b"[" * 2000 + b"]" * 2000 + b"}",
    ],
)
def test_what_cannot_be_read_is_a_bad_update(said: bytes) -> None:
    with pytest.raises(BadUpdate):
        parse_update(said)


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (b"", []),
        (b" \n", []),
        (b"[]", []),
        (b"{}", []),
        (raw({"ok": False, "error_code": 408}), []),
        (raw({"ok": False, "error_code": "408", "result": {"a": 1}}), []),
        (raw({"ok": True, "result": None}), []),
        (raw({"ok": True, "result": {}}), []),
        (raw({"ok": True, "result": []}), []),
        (raw({"ok": True, "result": [None]}), []),
        (b'{"ok":true,"result":{"a":1}}', [b'{"a":1}']),
        (b'{"ok":true,"error_code":null,"result":{"a":1}}', [b'{"a":1}']),
        (b'{"ok":true,"result":[{"a":1},{"b":2}]}', [b'{"a":1}', b'{"b":2}']),
        (b'[{"a":1},{"b":2}]', [b'{"a":1}', b'{"b":2}']),
        (b'{"event_name":"x","message":null}', [b'{"event_name":"x","message":null}']),
        (b'{"message":{"text":"\\ud800"}}', [b'{"message":{"text":"\\ufffd"}}']),
    ],
)
def test_the_updates_in_a_body(answer: bytes, found: list[bytes]) -> None:
    assert parse_body(answer) == found


@given(
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["ok", "result", "message", "chat", "id", "text", "message_id", "from"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    ).map(raw)
)
@settings(max_examples=400, deadline=None)
def test_anything_is_read_or_refused(said: bytes) -> None:
    for parse in (parse_update, parse_body):
        try:
            parse(said)
        except BadUpdate:
            continue
    is_cut_off(said)


@pytest.mark.parametrize(
    ("said", "cut"),
    [
        (b'{"message": {"text": "xin ch', True),
        (b'{"message": {', True),
        (b'{"a": 1}', False),
        (b"nonsense", False),
        (b'{"a": "\\"}"}', False),
    ],
)
def test_half_a_body_is_known(said: bytes, cut: bool) -> None:
    assert is_cut_off(said) is cut
