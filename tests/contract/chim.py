"""Chim: a whole channel, as the example of docs/channels.md. There is no such messenger.

Chim brings updates to our webhook, one at a time: `{id, chat, group?, text? | photo? |
voice? | sticker?}` with the header `X-Chim-Secret`. It takes messages by `POST /send {to,
text, picture?}` with `Authorization: <token>`: 200 `{id}`; 403 when we are blocked; 429 with
`Retry-After`. It is held to the same contract as the others (`tests/contract/channels.py`).
"""

import asyncio
from collections.abc import Awaitable, Callable
from hashlib import blake2b

import httpx
import msgspec

from bot.channels.base import BadUpdate, Intake, Letter, Sending
from bot.channels.door import Door
from bot.channels.json_bytes import UNREADABLE
from bot.channels.link import Link
from bot.channels.splitting import texts
from bot.conversation.events import Body, Media, Text
from store.base import Address

_INVITE = "Bác nhắn riêng cho cháu một chữ là mình học ạ."
_AGAIN_S = 60.0


class _Update(msgspec.Struct):
    id: str
    chat: str
    group: bool = False
    text: str | None = None
    photo: str = ""
    voice: str = ""
    sticker: str = ""


_UPDATE = msgspec.json.Decoder(_Update)


class Ear:
    """Updates of one Chim account to turns. tell: says something at once, best effort."""

    def __init__(
        self,
        account: str,
        intake: Intake,
        tell: Callable[[str, str], Awaitable[object]],
        clock: Callable[[], float],
    ) -> None:
        self._account = account
        self._intake = intake
        self._tell = tell
        self._clock = clock
        self._told: dict[str, float] = {}

    async def take(self, raw: bytes) -> None:
        try:
            update = _UPDATE.decode(raw)
        except UNREADABLE as error:
            raise BadUpdate("not an update of Chim's") from error
        if update.group:
            await self._invite(update.chat)
            return
        # The same update has the same key, however often it is brought.
        key = f"chim:{self._account}:message:{update.id}"
        await self._intake.hear(key, Address("chim", self._account, update.chat), _body(update))

    async def keep_aside(self, raw: bytes, kind: str) -> None:
        digest = blake2b(raw, digest_size=12).hexdigest()
        await self._intake.set_aside(f"chim:{self._account}:body:{digest}", kind, raw)

    async def _invite(self, group: str) -> None:
        """Nothing of anybody's is said in a group: only, once a minute, where we can talk."""
        now = self._clock()
        if now - self._told.get(group, -_AGAIN_S) >= _AGAIN_S:
            self._told[group] = now
            await self._tell(group, _INVITE)


def _body(update: _Update) -> Body:
    if update.text is not None:
        return Text(update.text)
    if update.photo:
        return Media("photo", file=update.photo)
    if update.voice:
        return Media("voice", file=update.voice)
    return Media("sticker" if update.sticker else "other")


class ChimAccount:
    """A `Messenger`: it sends, and it hears by its door.

    picture_url: the public address of a picture of ours by its name, "" for none. clock:
    monotonic seconds.
    """

    channel = "chim"
    text_limit, caption_limit = 1000, 1000
    polled_at, door = None, ""

    def __init__(
        self,
        name: str,
        token: str,
        *,
        api_base: str,
        secret: bytes,
        intake: Intake,
        picture_url: Callable[[str], str],
        clock: Callable[[], float],
    ) -> None:
        self.account, self.link = name, Link()
        self._client = httpx.AsyncClient(base_url=api_base, headers={"authorization": token})
        self._picture_url = picture_url
        self._clock = clock
        ear = Ear(name, intake, self._post, clock)
        self.webhook = Door(f"chim:{name}", secret, "x-chim-secret", ear)

    async def send(self, letter: Letter) -> Sending:
        picture, ref = self._picture_url(letter.reply.picture), ""
        for text in texts(letter.reply, self.text_limit):
            try:
                answer = await self._post(letter.address.external_id, text, picture)
            except httpx.TransportError:
                self.link.failed(self._clock())
                return Sending("again", "no answer", no_answer=True)
            self.link.worked()
            match answer.status_code:
                case 200:
                    ref, picture = answer.json()["id"], ""
                case 403:
                    return Sending("gone", "blocked")
                case 429:
                    wait_s = float(answer.headers["retry-after"])
                    return Sending("wait", "limit", wait_s=wait_s, whole_account=True)
                case code if code >= 500:
                    return Sending("again", f"trouble at Chim, {code}")
                case code:
                    return Sending("failed", f"refused with {code}")
        return Sending("sent", message_ref=ref)

    async def show_typing(self, address: Address) -> None:
        """Chim shows none."""

    async def fetch(self, file: str) -> bytes | None:
        """Chim hands nothing on."""
        return None

    async def open(self) -> None:
        """The client is open."""

    async def run(self) -> None:
        """Updates come by the door: where it is, was typed in at Chim."""
        await asyncio.Event().wait()

    async def close(self) -> None:
        await self._client.aclose()

    async def _post(self, chat: str, text: str, picture: str = "") -> httpx.Response:
        body = {"to": chat, "text": text, "picture": picture}
        return await self._client.post("/send", json=body)
