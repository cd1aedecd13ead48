"""Bytes from Telegram to what they mean for us. Pure: no network, no clock.

A getUpdates answer is split before it is decoded, so that one poison update costs
nobody else theirs. What an update means is one of `Said`, `Tapped`, `Left`, `Returned`,
`Renamed`, `Addressed` and `Ignored`; what cannot be read is a BadUpdate.
Source: core.telegram.org/bots/api#update; design.md section 9; promises.md P12.
"""

import re
from typing import Literal

import msgspec

from bot.channels.base import BadUpdate
from bot.channels.json_bytes import TOKEN, UNREADABLE, without_lone_surrogates
from bot.conversation.events import Body, Media, Start, Text

# What we ask Telegram for. Everything else that comes by mistake is set aside.
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")


class Me(msgspec.Struct, frozen=True):
    """The bot itself: its id is the front of its token; its name is known after getMe."""

    id: int = 0
    username: str = ""


NOBODY = Me()


class Said(msgspec.Struct, frozen=True):
    """A person wrote or sent something. album: what joins several pictures, or ""."""

    update_id: int
    chat_id: int
    body: Body
    album: str = ""
    message_id: int = 0


class Tapped(msgspec.Struct, frozen=True):
    """A key was pressed. data: still sealed; query_id: what to acknowledge.

    message_id: the message that bears the key, 0 where Telegram does not say.
    """

    update_id: int
    chat_id: int
    data: str
    query_id: str
    message_id: int = 0


class Left(msgspec.Struct, frozen=True):
    """The person blocked the bot."""

    update_id: int
    chat_id: int


class Returned(msgspec.Struct, frozen=True):
    """The person lets the bot write again."""

    update_id: int
    chat_id: int


class Renamed(msgspec.Struct, frozen=True):
    """The chat goes on under another id."""

    update_id: int
    chat_id: int
    new_chat_id: int


class Addressed(msgspec.Struct, frozen=True):
    """Somebody in a group spoke to the bot. message_id: what to answer to."""

    update_id: int
    chat_id: int
    message_id: int


class Ignored(msgspec.Struct, frozen=True):
    """Nothing for us: a group among itself, another bot. query_id: a tap that still wants
    its acknowledgement, or ""."""

    update_id: int
    query_id: str = ""


Update = Said | Tapped | Left | Returned | Renamed | Addressed | Ignored

_NOTHING = msgspec.Raw()


class _Chat(msgspec.Struct):
    id: int
    type: str = "private"


class _File(msgspec.Struct):
    file_id: str = ""
    width: int = 0


class _User(msgspec.Struct):
    id: int
    is_bot: bool = False


class _Answered(msgspec.Struct):
    """The message that a message answers."""

    sender: _User | None = msgspec.field(name="from", default=None)


class _Message(msgspec.Struct):
    chat: _Chat
    message_id: int = 0
    sender: _User | None = msgspec.field(name="from", default=None)
    text: str | None = None
    caption: str = ""
    media_group_id: str = ""
    forward_origin: msgspec.Raw = _NOTHING
    forward_date: msgspec.Raw = _NOTHING
    reply_to_message: _Answered | None = None
    migrate_to_chat_id: int | None = None
    photo: msgspec.Raw = _NOTHING
    voice: msgspec.Raw = _NOTHING
    audio: msgspec.Raw = _NOTHING
    sticker: msgspec.Raw = _NOTHING
    dice: msgspec.Raw = _NOTHING
    animation: msgspec.Raw = _NOTHING
    location: msgspec.Raw = _NOTHING
    venue: msgspec.Raw = _NOTHING
    contact: msgspec.Raw = _NOTHING
    video: msgspec.Raw = _NOTHING
    video_note: msgspec.Raw = _NOTHING
    document: msgspec.Raw = _NOTHING
    pinned_message: msgspec.Raw = _NOTHING
    message_auto_delete_timer_changed: msgspec.Raw = _NOTHING
    chat_background_set: msgspec.Raw = _NOTHING
    write_access_allowed: msgspec.Raw = _NOTHING


class _CallbackQuery(msgspec.Struct):
    id: str
    sender: _User = msgspec.field(name="from")
    message: _Message | None = None
    data: str = ""


class _Member(msgspec.Struct):
    status: str


class _ChatMember(msgspec.Struct):
    chat: _Chat
    new_chat_member: _Member


class _Update(msgspec.Struct):
    update_id: int
    message: _Message | None = None
    edited_message: _Message | None = None
    channel_post: _Message | None = None
    callback_query: _CallbackQuery | None = None
    my_chat_member: _ChatMember | None = None


class _Updates(msgspec.Struct):
    result: list[msgspec.Raw]


_Kind = Literal["photo", "voice", "sticker", "location", "contact", "file", "video"]
# In this order: an animation also bears a document, a venue a location.
_KINDS: tuple[tuple[str, _Kind], ...] = (
    ("photo", "photo"),
    ("voice", "voice"),
    ("audio", "voice"),
    ("sticker", "sticker"),
    ("dice", "sticker"),
    ("animation", "video"),
    ("location", "location"),
    ("venue", "location"),
    ("contact", "contact"),
    ("video", "video"),
    ("video_note", "video"),
    ("document", "file"),
)
# What Telegram itself notes down in a private chat: nobody spoke.
_NOTES = (
    "pinned_message",
    "message_auto_delete_timer_changed",
    "chat_background_set",
    "write_access_allowed",
)
# Telegram's commands, as the words that are always understood (learner-experience.md W).
COMMANDS = {"help": "help", "menu": "menu", "stop": "stop", "privacy": "my data"}

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]{1,64}))?(?:\s+(.*))?", re.DOTALL)
_ID = re.compile(rb'"update_id"\s*:\s*(\d{1,18})(?!\d)')
_UPDATE = msgspec.json.Decoder(_Update)
_UPDATES = msgspec.json.Decoder(_Updates)
_SIZES = msgspec.json.Decoder(list[_File])
_FILE = msgspec.json.Decoder(_File)


def parse_updates(answer: bytes) -> list[bytes]:
    """The updates of a getUpdates answer, each still bytes. Raises BadUpdate."""
    try:
        return [bytes(raw) for raw in _UPDATES.decode(answer).result]
    except UNREADABLE as error:
        found = _split_by_brackets(answer)
        if found is None:
            raise BadUpdate("the answer is not a list of updates") from error
        return found


def parse_update(raw: bytes, me: Me = NOBODY) -> Update:
    """One update. Raises BadUpdate for whatever cannot be read as one."""
    try:
        update = _UPDATE.decode(raw)
    except UNREADABLE as error:
        mended = without_lone_surrogates(raw)
        if mended == raw:
            raise BadUpdate("the update cannot be read") from error
        return parse_update(mended, me)
    if update.callback_query is not None:
        return _tapped(update.update_id, update.callback_query)
    if update.my_chat_member is not None:
        return _member(update.update_id, update.my_chat_member)
    if update.edited_message is not None:
        return _edited(update.update_id, update.edited_message)
    message = update.message or update.channel_post
    if message is None:
        raise BadUpdate("an update of a kind that is not asked for")
    return _message(update.update_id, message, me)


def update_id_of(raw: bytes) -> int | None:
    """The id of an update that cannot be read otherwise, if it has one."""
    found = _ID.search(raw)
    return int(found[1]) if found else None


def _tapped(update_id: int, query: _CallbackQuery) -> Update:
    message = query.message
    if message is None:
        return Tapped(update_id, query.sender.id, query.data, query.id)
    if message.chat.type != "private":
        return Ignored(update_id, query.id)
    return Tapped(update_id, message.chat.id, query.data, query.id, message.message_id)


def _member(update_id: int, change: _ChatMember) -> Update:
    if change.chat.type != "private":
        return Ignored(update_id)
    if change.new_chat_member.status == "kicked":
        return Left(update_id, change.chat.id)
    return Returned(update_id, change.chat.id)


def _edited(update_id: int, message: _Message) -> Update:
    """A text put right is told; a place that moves on, a caption that changes are not."""
    if message.chat.type != "private" or message.text is None or _is_bot(message):
        return Ignored(update_id)
    edited = Media("edited", message.text)
    return Said(update_id, message.chat.id, edited, message_id=message.message_id)


def _message(update_id: int, message: _Message, me: Me) -> Update:
    chat = message.chat
    if message.migrate_to_chat_id is not None:
        return Renamed(update_id, chat.id, message.migrate_to_chat_id)
    if _is_bot(message):
        return Ignored(update_id)
    if chat.type != "private":
        if _is_addressed(message, me):
            return Addressed(update_id, chat.id, message.message_id)
        return Ignored(update_id)
    if message.text is None and any(bytes(getattr(message, note)) for note in _NOTES):
        return Ignored(update_id)
    album = message.media_group_id
    return Said(update_id, chat.id, _body(message), album, message.message_id)


def _is_bot(message: _Message) -> bool:
    return message.sender is not None and message.sender.is_bot


def _is_addressed(message: _Message, me: Me) -> bool:
    """In a group: a command, our name, or an answer to what we said."""
    said = message.text or message.caption
    command = _COMMAND.fullmatch(said)
    name = me.username.lower()
    if command:
        return not command[2] or command[2].lower() == name
    if name and re.search(rf"@{re.escape(name)}(?![a-z0-9_])", said.lower()):
        return True
    answered = message.reply_to_message
    return bool(me.id and answered and answered.sender and answered.sender.id == me.id)


def _body(message: _Message) -> Body:
    text = message.text
    if text is not None:
        if bytes(message.forward_origin) or bytes(message.forward_date):
            return Media("forwarded", text)
        return _words(text)
    for field, kind in _KINDS:
        raw = bytes(getattr(message, field))
        if raw:
            return Media(kind, message.caption, _file_id(field, raw))
    return Media("other", message.caption)


def _file_id(field: str, raw: bytes) -> str:
    """Telegram's name of a photo (its largest size) or voice message, "" for all else."""
    try:
        match field:
            case "photo":
                return max(_SIZES.decode(raw), key=lambda size: size.width).file_id
            case "voice":
                return _FILE.decode(raw).file_id
    except (*UNREADABLE, ValueError):
        pass  # without a name it can only not be passed on
    return ""


def _words(text: str) -> Body:
    command = _COMMAND.fullmatch(text) if text.startswith("/") else None
    if command is None:
        return Text(text)
    name, payload = command[1].lower(), command[3] or ""
    if name == "start":
        return Start(payload.strip()[:64])
    return Text(COMMANDS.get(name, text))


def _split_by_brackets(answer: bytes) -> list[bytes] | None:
    """The elements of the answer's list by its brackets alone, whatever stands in them.

    None when the brackets do not close: half an answer.
    """
    found: list[bytes] = []
    depth, start = 0, 0
    for token in TOKEN.finditer(answer):
        sign = token[0]
        if sign in b"{[":
            depth += 1
            if depth == 3:
                start = token.start()
        elif sign in b"}]":
            depth -= 1
            if depth == 2:
                found.append(answer[start : token.end()])
    return found if found and depth == 0 else None
