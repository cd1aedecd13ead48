"""Bytes from Zalo's Bot Platform to what they mean for us. Pure: no network, no clock.

An update comes as the body of a webhook or as the answer to a poll: alone or in a list,
with or without the outer `{ok, result}`. What it means is `Said`, `Addressed` or
`Ignored`; what cannot be read is a BadUpdate. The sender's display name is never looked at.
Source: Zalo Bot Platform, webhook and getUpdates (hub v2.5.0); promises.md P12.
"""

from contextlib import suppress

import msgspec

from bot.channels.base import BadUpdate
from bot.channels.json_bytes import UNREADABLE, without_lone_surrogates
from bot.conversation.events import Body, Media, Start, Text

IDLE = 408  # the status, or the error_code in the body, of a poll with nothing to hand over


class Said(msgspec.Struct, frozen=True):
    """A person wrote or sent something in their private chat."""

    message_id: str
    chat_id: str
    body: Body


class Addressed(msgspec.Struct, frozen=True):
    """Somebody in a group spoke to the bot; only such messages reach it there."""

    message_id: str
    chat_id: str


class Ignored(msgspec.Struct, frozen=True):
    """Nothing for us: another bot, an empty body, an event in which nobody says anything."""

    message_id: str = ""


Update = Said | Addressed | Ignored

_NOTHING = msgspec.Raw()


class _Chat(msgspec.Struct):
    id: str | int
    chat_type: str | None = None


class _Sender(msgspec.Struct):
    is_bot: bool | None = None


class _Message(msgspec.Struct):
    """Only what is looked at; the documentation says `photo`, live updates `photo_url`."""

    message_id: str | int
    chat: _Chat
    sender: _Sender | None = msgspec.field(name="from", default=None)
    text: str | None = None
    caption: str | None = None
    photo: msgspec.Raw = _NOTHING
    photo_url: msgspec.Raw = _NOTHING
    sticker: msgspec.Raw = _NOTHING
    voice_url: msgspec.Raw = _NOTHING


class _Update(msgspec.Struct):
    """Bare, or inside `result`."""

    event_name: str | None = None
    message: _Message | None = None
    result: msgspec.Raw = _NOTHING


class _Outside(msgspec.Struct):
    """The envelope, or an update that came without one."""

    ok: bool | None = None
    event_name: msgspec.Raw = _NOTHING
    message: msgspec.Raw = _NOTHING
    result: msgspec.Raw = _NOTHING


_UPDATE = msgspec.json.Decoder(_Update)
_OUTSIDE = msgspec.json.Decoder(_Outside)
_TEXT = msgspec.json.Decoder(str)
_LIST = msgspec.json.Decoder(list[msgspec.Raw])


def parse_body(body: bytes) -> list[bytes]:
    """The updates in a webhook's body or a poll's answer, each still bytes: mostly one, none
    when there is nothing to hand over.

    Raises BadUpdate when it is nothing of Zalo's at all.
    """
    if not body.strip():
        return []
    try:
        return _inside(body.strip())
    except UNREADABLE as error:
        mended = without_lone_surrogates(body)
        if mended != body:
            return parse_body(mended)
        raise BadUpdate("the body is not one of Zalo's") from error


def _inside(body: bytes) -> list[bytes]:
    if body[:1] == b"[":
        return [bytes(one) for one in _LIST.decode(body) if _has(one)]
    outside = _OUTSIDE.decode(body)
    if _has(outside.message) or _has(outside.event_name):
        return [body]
    result = bytes(outside.result).strip()
    if outside.ok is False or result in (b"", b"null", b"{}"):
        return []
    return _inside(result) if result[:1] == b"[" else [result]


def parse_update(raw: bytes) -> Update:
    """One update. Raises BadUpdate for whatever cannot be read as one."""
    if not raw.strip():
        return Ignored()
    try:
        update = _UPDATE.decode(raw)
        if update.message is None and bytes(update.result):
            update = _UPDATE.decode(update.result)
    except UNREADABLE as error:
        mended = without_lone_surrogates(raw)
        if mended == raw:
            raise BadUpdate("the update cannot be read") from error
        return parse_update(mended)
    if update.message is None:
        if update.event_name:
            return Ignored()
        raise BadUpdate("an update without a message")
    return _meant(update.event_name or "", update.message)


def _meant(event_name: str, message: _Message) -> Update:
    message_id, chat_id = str(message.message_id), str(message.chat.id)
    if not message_id or not chat_id:
        raise BadUpdate("an update without an id")
    if message.sender is not None and message.sender.is_bot:
        return Ignored(message_id)
    if (message.chat.chat_type or "PRIVATE").upper() != "PRIVATE":
        return Addressed(message_id, chat_id)
    return Said(message_id, chat_id, _body(event_name, message))


def _body(event_name: str, message: _Message) -> Body:
    """By the event's name; where it is new or absent, by what the message carries."""
    caption = message.caption or ""
    match event_name.removeprefix("message.").removesuffix(".received"):
        case "unsupported":
            return Media("withheld")
        case "image":
            return Media("photo", caption, _address(message.photo_url, message.photo))
        case "sticker":
            return Media("sticker")
        case "voice":
            return Media("voice", file=_address(message.voice_url))
    if message.text is not None:
        return _words(message.text)
    if _has(message.photo) or _has(message.photo_url):
        return Media("photo", caption, _address(message.photo_url, message.photo))
    if _has(message.sticker):
        return Media("sticker")
    if _has(message.voice_url):
        return Media("voice", file=_address(message.voice_url))
    return Media("other", caption)


def _words(text: str) -> Body:
    command, _, payload = text.strip().partition(" ")
    return Start(payload.strip()[:64]) if command.lower() == "/start" else Text(text)


def _address(*values: msgspec.Raw) -> str:
    """Where Zalo keeps what was sent: the first https address among these, or ""."""
    for value in values:
        with suppress(msgspec.MsgspecError):
            address = _TEXT.decode(value)
            if address.startswith("https://"):
                return address
    return ""


def _has(value: msgspec.Raw) -> bool:
    return bytes(value) not in (b"", b"null", b'""')
