"""One Telegram bot: it receives by polling or webhook, and sends what delivery hands it.

Leads in: `bot/app.py`, which opens it, runs it beside the others and closes it. Leads
out: `Intake` for what arrives, Telegram for what is sent. Any number in one program.
Source: design.md section 9.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping

import structlog
from telegram.error import BadRequest, Forbidden, InvalidToken, TelegramError

from bot.channels.base import Intake, Letter, Sending
from bot.channels.door import Door
from bot.channels.link import Link
from bot.channels.telegram.api import REFUSED_WAIT_S, Api, Params
from bot.channels.telegram.errors import sending_of
from bot.channels.telegram.format import CAPTION_LIMIT, TEXT_LIMIT
from bot.channels.telegram.hearing import Hearing
from bot.channels.telegram.media import Media, Uploads
from bot.channels.telegram.polling import Poller
from bot.channels.telegram.sending import Letters
from bot.channels.telegram.updates import ALLOWED_UPDATES, Me
from bot.channels.telegram.words import Words
from store.base import Address

_LOG = structlog.get_logger("channel")
_HEADER = "x-telegram-bot-api-secret-token"
_WEBHOOK_CONNECTIONS = 100  # updates that Telegram may bring at a time
_WATCH_EVERY_S = 300.0
_AGAIN_S, _AGAIN_MOST_S = 1.0, 60.0


class TelegramAccount:
    """A `Sender`, and the ears beside it.

    token_env: where the token comes from, for whoever must mend it. webhook_url: this
    account's door as Telegram reaches it, or "" to poll. secret: the installation's.
    own_file: what Telegram calls a file of that name which somebody sent here, or "".
    listen: where a recording is heard that Telegram cannot play, or "".
    files, uploaded: what Telegram calls the files it has, as on disk, and who is told of
    a new one. room: may something beside the replies be sent to that chat now?
    clock: monotonic seconds; wait: sleeps so many.
    """

    channel = "telegram"
    text_limit = TEXT_LIMIT
    caption_limit = CAPTION_LIMIT

    def __init__(
        self,
        name: str,
        token: str,
        *,
        api_base: str,
        token_env: str,
        webhook_url: str,
        secret: bytes,
        intake: Intake,
        words: Words,
        media: Media,
        own_file: Callable[[str], str],
        listen: Callable[[str], str],
        files: MutableMapping[str, str],
        uploaded: Callable[[str, str], None],
        room: Callable[[Address], bool],
        clock: Callable[[], float],
        wait: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.account = name
        place = f"telegram:{name}"
        self._api = Api(api_base, token, account=place, token_env=token_env, clock=clock, wait=wait)
        self._hearing = Hearing(
            name, self._api, intake, room=room, invite=words.invite, clock=clock
        )
        self._hearing.me = Me(_id_in(token))
        self._poller = Poller(self._api, self._hearing, account=place, clock=clock)
        self._letters = Letters(
            self._api, Uploads(self._api, media, own_file, files, uploaded), clock, listen
        )
        self._words = words
        self._webhook_url = webhook_url
        self.webhook = Door(place, secret, _HEADER, self._hearing) if webhook_url else None

    @property
    def link(self) -> Link:
        """Can the Bot API be reached?"""
        return self._api.link

    @property
    def polled_at(self) -> float | None:
        """When Telegram last answered a poll (monotonic), None before and by webhook."""
        return self._poller.answered_at

    @property
    def door(self) -> str:
        """With a ticket behind it, a link that opens a chat with this bot; "" while its
        name is not known."""
        name = self._hearing.me.username
        return f"https://t.me/{name}?start=" if name else ""

    async def fetch(self, file: str) -> bytes | None:
        """What somebody sent here, by its file id; None: not to be had, or not now."""
        return await self._api.fetch(file)

    async def open(self) -> None:
        await self._api.open()

    async def close(self) -> None:
        await self._api.close()

    async def send(self, letter: Letter) -> Sending:
        return await self._letters.send(letter)

    async def show_typing(self, address: Address) -> None:
        await self._api.quietly(
            "sendChatAction", {"chat_id": address.external_id, "action": "typing"}
        )

    async def run(self) -> None:
        """Make the bot ready, then receive, until cancelled."""
        await self._choose_how()
        introducing = asyncio.create_task(self._introduce())
        try:
            await (self._watch_webhook() if self.webhook else self._poller.run())
        finally:
            introducing.cancel()
            await asyncio.gather(introducing, return_exceptions=True)

    async def _choose_how(self) -> None:
        """Webhook or polling. What waits at Telegram is never dropped."""
        if self.webhook is None:
            # A server without webhooks is no reason not to poll.
            await self._insist("deleteWebhook", {"drop_pending_updates": False}, vital=False)
            return
        params = {
            "url": self._webhook_url,
            "secret_token": self.webhook.secret_token,
            "allowed_updates": list(ALLOWED_UPDATES),
            "max_connections": _WEBHOOK_CONNECTIONS,
            "drop_pending_updates": False,
        }
        await self._insist("setWebhook", params, vital=True)

    async def _watch_webhook(self) -> None:
        """Ask Telegram now and then whether it still reaches us: nobody else would tell."""
        told = 0
        while True:
            await self._api.wait(_WATCH_EVERY_S)
            info = await self._insist("getWebhookInfo", {}, vital=False)
            if not isinstance(info, dict):
                continue
            if info.get("url") != self._webhook_url:
                self._warn("channel.webhook_lost", mend="another program took it; set again")
                await self._choose_how()
            elif info.get("last_error_date", told) != told and info.get("last_error_message"):
                told = info["last_error_date"]
                self._warn("channel.webhook_failing", reason=str(info["last_error_message"])[:200])

    async def _introduce(self) -> None:
        """Learn our own name; tell Telegram the commands."""
        told = await self._insist("getMe", {}, vital=False)
        if isinstance(told, dict) and isinstance(told.get("username"), str):
            self._hearing.me = Me(self._hearing.me.id or told.get("id", 0), told["username"])
        for language, commands in self._words.commands.items():
            listed = [{"command": name, "description": about} for name, about in commands]
            await self._api.quietly(
                "setMyCommands", {"commands": listed, "language_code": language}
            )
            if language == "vi":  # for everybody whose language has no list of its own
                await self._api.quietly("setMyCommands", {"commands": listed})

    async def _insist(self, method: str, params: Params, *, vital: bool) -> object:
        """Until the API has answered. A no is final, or, for a vital call, asked again."""
        pause_s = _AGAIN_S
        while True:
            await self._api.until_claimed()
            try:
                return await self._api.call(method, params, vital=vital)
            except InvalidToken:
                if not self.link.is_down:
                    return None  # only the method is not known there
            except (BadRequest, Forbidden) as error:
                self._warn("channel.refused", method=method, reason=sending_of(error).reason)
                if not vital:
                    return None
                await self._api.wait(REFUSED_WAIT_S)
            except TelegramError as error:
                if not vital and pause_s > _AGAIN_S * 4:
                    return None
                await self._api.wait(sending_of(error).wait_s or pause_s)
                pause_s = min(_AGAIN_MOST_S, pause_s * 2)

    def _warn(self, code: str, **more: str) -> None:
        _LOG.warning(code, account=f"telegram:{self.account}", **more)


def _id_in(token: str) -> int:
    """The bot's own id is the front of its token."""
    front = token.partition(":")[0]
    return int(front) if front.isascii() and front.isdigit() else 0
