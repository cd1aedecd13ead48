"""One Zalo bot: it receives by webhook or polling, and sends what delivery hands it.

Leads in: `bot/app.py`, which runs it beside the others and closes it. Leads out: `Intake`
for what arrives, Zalo for what is sent. Any number in one program.
Source: Zalo Bot Platform (hub v2.5.0); docs/zalo.md.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog

from bot.channels.base import Intake, Letter, Sending
from bot.channels.door import Door
from bot.channels.link import Link
from bot.channels.zalo_bot.api import Api, NoAnswer
from bot.channels.zalo_bot.hearing import Aside, Hearing
from bot.channels.zalo_bot.polling import Poller
from bot.channels.zalo_bot.sending import Letters, Limits, Media
from store.base import Address

_LOG = structlog.get_logger("channel")
_HEADER = "x-bot-api-secret-token"
_AGAIN_S = (1.0, 60.0)


class ZaloAccount:
    """A `Sender`, and the ears beside it.

    token_env: where the token comes from, for whoever must mend it. webhook_url: this
    account's door as Zalo reaches it, or "" to poll. secret: the installation's. media:
    public addresses of pictures and recordings. aside, has_room, is_known: see `Hearing`.
    on_message: told of each message. clock: monotonic seconds; wait: sleeps so many.
    """

    channel = "zalo_bot"
    door = ""  # no link of Zalo's carries a ticket: the web chat's does

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
        limits: Limits,
        media: Media,
        aside: Aside,
        has_room: Callable[[], Awaitable[bool]],
        is_known: Callable[[Address], Awaitable[bool]],
        on_message: Callable[[], None],
        poll_s: int,
        clock: Callable[[], float],
        wait: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.account = name
        self._place = f"zalo_bot:{name}"
        self._api = Api(api_base, token, account=self._place, token_env=token_env, clock=clock)
        hearing = Hearing(
            name,
            self._api,
            intake,
            aside=aside,
            has_room=has_room,
            is_known=is_known,
            on_message=on_message,
            clock=clock,
        )
        self._poller = Poller(
            self._api, hearing, account=self._place, poll_s=poll_s, clock=clock, wait=wait
        )
        self._letters = Letters(self._api, media, limits, on_message)
        self._limits = limits
        self._webhook_url = webhook_url
        self._clock = clock
        self._wait = wait
        self.webhook = Door(self._place, secret, _HEADER, hearing) if webhook_url else None

    @property
    def text_limit(self) -> int:
        return self._limits.text

    @property
    def caption_limit(self) -> int:
        return self._limits.caption

    @property
    def link(self) -> Link:
        """Can Zalo be reached?"""
        return self._api.link

    @property
    def polled_at(self) -> float | None:
        """When Zalo last answered a poll (monotonic), None before and by webhook."""
        return self._poller.answered_at

    async def open(self) -> None:
        await self._api.open()

    async def close(self) -> None:
        await self._api.close()

    async def fetch(self, file: str) -> bytes | None:
        """What somebody sent here, by the address that Zalo gave; None: not to be had."""
        return await self._api.fetch(file)

    async def send(self, letter: Letter) -> Sending:
        return await self._letters.send(letter)

    async def show_typing(self, address: Address) -> None:
        await self._api.quietly(
            "sendChatAction", {"chat_id": address.external_id, "action": "typing"}
        )

    async def run(self) -> None:
        """Make the bot ready, then receive, until cancelled."""
        await self._insist("getMe", {}, vital=False)
        if self.webhook is None:
            _LOG.warning("channel.polling", account=self._place, mend=_POLLING)
            await self._insist("deleteWebhook", {}, vital=False)
            await self._poller.run()
        else:
            params = {"url": self._webhook_url, "secret_token": self.webhook.secret_token}
            await self._insist("setWebhook", params, vital=True)
            await asyncio.Event().wait()

    async def _insist(self, method: str, params: Mapping[str, object], *, vital: bool) -> None:
        """Until Zalo has answered; a no is told, and for a vital call asked again."""
        pause_s, most_s = _AGAIN_S
        while True:
            while not self.link.claim(self._clock()):
                await self._wait(min(1.0, max(0.05, self.link.wait(self._clock()))))
            try:
                answer = await self._api.call(method, params)
            except NoAnswer:
                await self._wait(0 if self.link.is_down else pause_s)
                continue
            if answer.ok or (answer.code == 404 and not vital):
                return
            if answer.code == 401:
                continue  # the link waits
            reason = " ".join(answer.said.split())[:200] or str(answer.code)
            _LOG.warning("channel.refused", account=self._place, method=method, reason=reason)
            if not vital:
                return
            await self._wait(answer.retry_after_s or pause_s)
            pause_s = min(most_s, pause_s * 2)


_POLLING = (
    "Zalo is polled: an update in hand when the program dies may be lost; for daily use set "
    "web.public_url to an https address, and Zalo brings updates to it instead"
)
