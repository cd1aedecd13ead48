"""Letters out: a reply as calls of the Bot API, mended where Telegram refuses a part of it.

Leads in: delivery, through `TelegramAccount`. Leads out: `Api`. Raises nothing: how a
send ended is a `Sending`. Source: promises.md P10, P14.
"""

from collections import OrderedDict
from collections.abc import Callable

import msgspec
from telegram.error import BadRequest, TelegramError

from bot.channels.base import Letter, Sending
from bot.channels.telegram.api import Api
from bot.channels.telegram.errors import (
    is_bad_formatting,
    is_gone,
    is_not_modified,
    is_too_long,
    sending_of,
)
from bot.channels.telegram.format import CAPTION_LIMIT, TEXT_LIMIT, Call, calls, edit
from bot.channels.telegram.media import NoFile, Uploads
from bot.conversation.replies import Reply, to_hear_at, without

# A 429 for a chat that was sent something so lately is the chat's own; else the bot's.
_OWN_S = 3.0
_HALFWAY = 1000
_SHORTEST = 512


class Shape(msgspec.Struct, frozen=True):
    """How a reply is said, from the best way down to the plainest."""

    reply: Reply
    html: bool = True
    text_limit: int = TEXT_LIMIT
    caption_limit: int = CAPTION_LIMIT


class Letters:
    """Sends through one account. clock: monotonic seconds. listen: the address at which a
    recording is heard that Telegram cannot play, "" for one that it can."""

    def __init__(
        self,
        api: Api,
        uploads: Uploads,
        clock: Callable[[], float],
        listen: Callable[[str], str],
    ) -> None:
        self._listen = listen
        self._api = api
        self._uploads = uploads
        self._clock = clock
        self._lately: OrderedDict[int, float] = OrderedDict()
        # Calls of a letter that went out before one of them failed: not to be said twice.
        self._halfway: OrderedDict[tuple[int, bytes], tuple[Shape, int]] = OrderedDict()

    async def send(self, letter: Letter) -> Sending:
        try:
            chat_id = int(letter.address.external_id)
        except ValueError:
            return Sending("failed", "not the id of a Telegram chat")
        try:
            message_ref = await self._edit(chat_id, letter) if letter.replaces else ""
            if message_ref:
                self._sent_to(chat_id)
            else:
                message_ref = await self._say(chat_id, letter)
        except TelegramError as error:
            return self._failed(error, chat_id)
        return Sending("sent", message_ref=message_ref)

    async def _say(self, chat_id: int, letter: Letter) -> str:
        """All calls of the letter; returns the last message's id."""
        reply = to_hear_at(letter.reply, self._listen(letter.reply.voice))
        shape, done = Shape(reply), 0
        if self._halfway:
            shape, done = self._halfway.pop(_name(chat_id, reply, letter), (shape, done))
        message_ref = ""
        while True:
            plan = _plan(shape, chat_id, letter)
            try:
                for call in plan[done:]:
                    message_ref = _message_ref(await self._one(call))
                    done += 1
                    self._sent_to(chat_id)
                return message_ref
            except (BadRequest, NoFile) as error:
                shape, done = _mended(shape, plan[done], done, error)
            except TelegramError:
                if done:
                    self._halfway[_name(chat_id, reply, letter)] = shape, done
                    if len(self._halfway) > _HALFWAY:
                        self._halfway.popitem(last=False)
                raise

    async def _one(self, call: Call) -> object:
        if call.file:
            return await self._uploads.send(call)
        return await self._api.call(call.method, call.params)

    async def _edit(self, chat_id: int, letter: Letter) -> str:
        """The message edited in place; "" where it must be sent anew."""
        if not letter.replaces.isdigit():
            return ""
        for html in (True, False):
            call = edit(chat_id, int(letter.replaces), letter.reply, letter.presses, html=html)
            if call is None:
                return ""
            try:
                await self._api.call(call.method, call.params)
            except BadRequest as error:
                if is_not_modified(error):
                    return letter.replaces
                if is_gone(error):
                    raise
                if not is_bad_formatting(error):
                    return ""
            else:
                return letter.replaces
        return ""

    def _failed(self, error: TelegramError, chat_id: int) -> Sending:
        sending = sending_of(error)
        if sending.how == "wait":
            own = self._clock() - self._lately.get(chat_id, -_OWN_S) < _OWN_S
            return msgspec.structs.replace(sending, whole_account=not own)
        return sending

    def _sent_to(self, chat_id: int) -> None:
        now = self._clock()
        self._lately[chat_id] = now
        self._lately.move_to_end(chat_id)
        while next(iter(self._lately.values())) < now - _OWN_S:
            self._lately.popitem(last=False)


def _name(chat_id: int, reply: Reply, letter: Letter) -> tuple[int, bytes]:
    """The same letter to the same chat has the same one."""
    return chat_id, msgspec.msgpack.encode((reply, letter.presses))


def _plan(shape: Shape, chat_id: int, letter: Letter) -> list[Call]:
    return calls(
        chat_id,
        shape.reply,
        letter.presses,
        html=shape.html,
        text_limit=shape.text_limit,
        caption_limit=shape.caption_limit,
    )


def _mended(shape: Shape, call: Call, done: int, error: BadRequest | NoFile) -> tuple[Shape, int]:
    """A plainer way to say it, and how many of its calls are done already.

    Each is plainer than the one before, so this ends. Raises the error when there is none.
    """
    if isinstance(error, BadRequest):
        if is_gone(error):
            raise error
        if shape.html and is_bad_formatting(error):
            return msgspec.structs.replace(shape, html=False), done
        if is_too_long(error) and done == 0 and shape.text_limit > _SHORTEST:
            half = shape.text_limit // 2
            return msgspec.structs.replace(shape, text_limit=half, caption_limit=0), 0
    if not call.file and shape.reply.passed_on:
        # Telegram does not know that file any more: the words tell that there was one.
        plain = msgspec.structs.replace(shape.reply, passed_on="")
        return msgspec.structs.replace(shape, reply=plain), done
    if not call.file:
        raise error
    # Without the file; and where one stood before it and is said, without both.
    dropped = {"picture", "voice"} if done else {"picture" if call.file == "photo" else "voice"}
    return msgspec.structs.replace(shape, reply=without(shape.reply, dropped)), 0


def _message_ref(sent: object) -> str:
    """The id of a message that was just taken."""
    return str(sent.get("message_id", "")) if isinstance(sent, dict) else ""
