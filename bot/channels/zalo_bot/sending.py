"""Letters out: a reply as calls of Zalo's Bot API, without its picture where that is refused.

Leads in: delivery, through `ZaloAccount`. Leads out: `Api`. Raises nothing: how a send
ended is a `Sending`. Source: promises.md P10, P11, P14.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from bot.channels.base import Letter, Sending
from bot.channels.zalo_bot.api import Answer, Api, NoAnswer
from bot.channels.zalo_bot.format import Call, calls
from bot.conversation.replies import to_hear_at, without

_LONGEST_WAIT_S = 60.0  # a spent quota without a named pause is asked for once a minute
_TROUBLES = 5  # «Internal server error» for one chat in a row, then it is taken as gone
_REMEMBERED = 1000
_REFUSED = (400, 413, 415, 422)


class Limits(NamedTuple):
    """UTF-16 units of a message, and of the words under a picture."""

    text: int
    caption: int


class Media(NamedTuple):
    """Public addresses of what a reply names; "" where there is none. listen: of a recording
    that Zalo cannot play, to be opened in a browser."""

    picture_url: Callable[[str], str] = lambda name: ""
    voice_url: Callable[[str], str] = lambda name: ""
    listen: Callable[[str], str] = lambda name: ""


class Letters:
    """Sends through one account. on_message: told after each message that Zalo took."""

    def __init__(
        self, api: Api, media: Media, limits: Limits, on_message: Callable[[], None]
    ) -> None:
        self._api = api
        self._media = media
        self._limits = limits
        self._on_message = on_message
        self._refusals = 0
        # Calls of a letter that went out before one of them failed: not to be said twice.
        self._halfway: OrderedDict[str, tuple[Call, ...]] = OrderedDict()
        self._troubles: OrderedDict[str, int] = OrderedDict()

    async def send(self, letter: Letter) -> Sending:
        chat_id = letter.address.external_id
        todo = list(self._calls(letter))
        done: list[Call] = []
        before, message_ref = self._halfway.pop(chat_id, ()), ""
        while todo:
            call = todo.pop(0)
            if (*done, call) == before[: len(done) + 1]:
                done.append(call)
                continue
            try:
                answer = await self._api.call(call.method, call.params)
            except NoAnswer as error:
                self._stopped(chat_id, done)
                return Sending("again", "no answer", no_answer=error.away)
            if answer.code in _REFUSED and call.instead is not None:
                todo[:0] = call.instead
            elif answer.ok:
                done.append(call)
                message_ref = _message_ref(answer)
                self._on_message()
            else:
                self._stopped(chat_id, done)
                return await self._failed(chat_id, answer)
        self._refusals = 0
        self._troubles.pop(chat_id, None)
        return Sending("sent", message_ref=message_ref)

    def _calls(self, letter: Letter) -> tuple[Call, ...]:
        reply = to_hear_at(letter.reply, self._media.listen(letter.reply.voice))
        kind, _, passed_on = reply.passed_on.partition(":")
        picture = passed_on if kind == "photo" else self._address("picture", reply.picture)
        voice = passed_on if kind == "voice" else self._address("voice", reply.voice)
        missing = [
            name
            for name, wanted, found in (
                ("picture", reply.picture, picture),
                ("voice", reply.voice, voice),
            )
            if wanted and not found
        ]
        return calls(
            letter.address.external_id,
            without(reply, missing),
            text_limit=self._limits.text,
            caption_limit=self._limits.caption,
            picture_url=picture,
            voice_url=voice,
        )

    def _address(self, kind: str, name: str) -> str:
        """Where Zalo may fetch a picture or recording of ours; "" for none."""
        if not name:
            return ""
        return self._media.picture_url(name) if kind == "picture" else self._media.voice_url(name)

    def _stopped(self, chat_id: str, done: list[Call]) -> None:
        if done:
            self._halfway[chat_id] = tuple(done)
            if len(self._halfway) > _REMEMBERED:
                self._halfway.popitem(last=False)

    async def _failed(self, chat_id: str, answer: Answer) -> Sending:
        match answer.code:
            case 429:
                return self._wait(answer)
            case 401:
                return Sending("again", "the token is refused", no_answer=True)
            case 403 | 404:
                return await self._perhaps_gone(chat_id, answer)
            case 0 | 408:
                return Sending("again", "the answer cannot be read, or it took too long")
            case code if code >= 500:
                return Sending("again", f"trouble at Zalo, {code}")
            case code:
                return Sending("failed", f"refused with {code}")

    def _wait(self, answer: Answer) -> Sending:
        """Zalo tells neither which limit nor, mostly, how long: all chats, longer each time."""
        self._refusals += 1
        usual_s = min(_LONGEST_WAIT_S, 2.0 ** min(self._refusals, 10))
        wait_s = answer.retry_after_s or usual_s
        return Sending("wait", "limit or quota", wait_s=wait_s, whole_account=True)

    async def _perhaps_gone(self, chat_id: str, answer: Answer) -> Sending:
        """Is the chat gone, or is something wrong with Zalo or with us?

        Zalo's table has 403 as «Internal server error»; and a server that knows no such bot,
        or no such address, may say 404 too: so we ask for our own name first.
        """
        try:
            me = await self._api.call("getMe", {})
        except NoAnswer:
            return Sending("again", "no answer", no_answer=True)
        if not me.ok:
            return Sending("again", "the bot itself is not known", no_answer=me.code == 401)
        if "internal" in answer.said.lower():
            troubles = self._troubles.get(chat_id, 0) + 1
            self._troubles[chat_id] = troubles
            if len(self._troubles) > _REMEMBERED:
                self._troubles.popitem(last=False)
            if troubles < _TROUBLES:
                return Sending("again", f"trouble at Zalo, {answer.code}")
        self._troubles.pop(chat_id, None)
        return Sending("gone", f"refused with {answer.code}")


class _Message(msgspec.Struct):
    message_id: str | int = ""


class _Sent(msgspec.Struct):
    result: _Message | None = None


_SENT = msgspec.json.Decoder(_Sent)


def _message_ref(answer: Answer) -> str:
    try:
        sent = _SENT.decode(answer.raw)
    except (msgspec.MsgspecError, UnicodeError):
        return ""
    return str(sent.result.message_id) if sent.result else ""
