"""Telegram's side of a turn: bytes to updates, replies to request bodies. Pure.

The polling and sending channel will stand on these two; the benchmark already does.
A getUpdates answer is split before it is decoded, so that one poison update costs
nobody else theirs. Source: design.md section 9.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec

from bot.channels.base import BadUpdate
from bot.conversation.events import Body, Media, Start, Text
from bot.conversation.replies import Reply

_KINDS: tuple[
    tuple[str, Literal["photo", "voice", "sticker", "location", "contact", "file", "video"]], ...
] = (
    ("photo", "photo"),
    ("voice", "voice"),
    ("audio", "voice"),
    ("sticker", "sticker"),
    ("location", "location"),
    ("contact", "contact"),
    ("document", "file"),
    ("video", "video"),
    ("video_note", "video"),
)


_NOTHING = msgspec.Raw()


class _Chat(msgspec.Struct):
    id: int
    type: str = "private"


class _Message(msgspec.Struct):
    chat: _Chat
    text: str | None = None
    caption: str = ""
    photo: msgspec.Raw = _NOTHING
    voice: msgspec.Raw = _NOTHING
    audio: msgspec.Raw = _NOTHING
    sticker: msgspec.Raw = _NOTHING
    location: msgspec.Raw = _NOTHING
    contact: msgspec.Raw = _NOTHING
    document: msgspec.Raw = _NOTHING
    video: msgspec.Raw = _NOTHING
    video_note: msgspec.Raw = _NOTHING


class _CallbackQuery(msgspec.Struct):
    id: str
    message: _Message
    data: str = ""


class _Update(msgspec.Struct):
    update_id: int
    message: _Message | None = None
    edited_message: _Message | None = None
    callback_query: _CallbackQuery | None = None


class _Updates(msgspec.Struct):
    result: list[msgspec.Raw]


class Update(msgspec.Struct, frozen=True):
    """One update as read: `press` is a key's data, still sealed, else `body` is set.

    query_id: what to acknowledge a press with, "" otherwise.
    """

    update_id: int
    chat_id: int
    body: Body | None = None
    press: str = ""
    query_id: str = ""


_UPDATE = msgspec.json.Decoder(_Update)
_UPDATES = msgspec.json.Decoder(_Updates)
_JSON = msgspec.json.Encoder()


def parse_updates(answer: bytes) -> list[bytes]:
    """The updates of a getUpdates answer, each still bytes. Raises BadUpdate."""
    try:
        return [bytes(raw) for raw in _UPDATES.decode(answer).result]
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise BadUpdate("the answer is not a list of updates") from error


def parse_update(raw: bytes) -> Update:
    """One update. Raises BadUpdate for whatever cannot be read as one."""
    try:
        update = _UPDATE.decode(raw)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise BadUpdate("the update cannot be read") from error
    query = update.callback_query
    if query is not None:
        return Update(update.update_id, query.message.chat.id, press=query.data, query_id=query.id)
    message = update.message or update.edited_message
    if message is None:
        raise BadUpdate("an update of a kind that is not asked for")
    return Update(update.update_id, message.chat.id, _body(message))


def send_body(chat_id: int, reply: Reply, presses: Sequence[str]) -> bytes:
    """The JSON body of sendMessage: plain text, one key a line with its number.

    presses: the sealed data of each option, in order.
    """
    body: dict[str, object] = {"chat_id": chat_id, "text": reply.text}
    if reply.options:
        keys = [
            [{"text": f"{number} {option.label}", "callback_data": press}]
            for number, (option, press) in enumerate(zip(reply.options, presses, strict=True), 1)
        ]
        body["reply_markup"] = {"inline_keyboard": keys}
    return _JSON.encode(body)


def _body(message: _Message) -> Body:
    text = message.text
    if text is not None:
        command, _, payload = text.partition(" ")
        return Start(payload.strip()[:64]) if command == "/start" else Text(text)
    for field, kind in _KINDS:
        if bytes(getattr(message, field)):
            return Media(kind, message.caption)
    return Media("other", message.caption)
