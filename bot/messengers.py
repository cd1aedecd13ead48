"""The bots that this program speaks through: opened, run beside one another, closed.

Leads in: `bot/app.py`. Leads out: one `Messenger` for each account whose token is there.
How each channel's account is made: `bot/openers.py`.
"""

import asyncio
from collections.abc import Mapping

import structlog

from bot.limits import Limits
from bot.openers import OPENERS, Given, Messenger, webhook_path
from bot.web.webhooks import Webhook
from store.base import Address

_ANEW_AFTER_S = 10.0  # promises.md P15
_LOG = structlog.get_logger("channel")


class Messengers:
    """All accounts of the configuration. off: why an account is not on, by its name."""

    def __init__(self) -> None:
        self.on: dict[str, Messenger] = {}
        self.limits: dict[str, Limits] = {}
        self.off: dict[str, str] = {}

    async def open(self, given: Given) -> None:
        """Make and open each account whose token is there."""
        for account in given.config.accounts:
            place = f"{account.channel}:{account.name}"
            opener = OPENERS.get(account.channel)
            if not account.token:
                self.off[place] = f"{account.token_env or 'token_env'} is not set"
            elif account.mode == "webhook" and not given.config.web.public_url:
                self.off[place] = "mode webhook needs web.public_url (HOCVUSO_PUBLIC_URL)"
            elif opener is not None:
                self.on[place], self.limits[place] = await opener(account, given)
                await self.on[place].open()

    def door(self, address: Address) -> str:
        """How links begin that open a chat with the bot of that chat, or ""."""
        one = self.on.get(f"{address.channel}:{address.account}")
        return one.door if one else ""

    async def fetch(self, place: str, file: str) -> bytes | None:
        """What somebody sent to that account ("telegram:main"); None: not to be had."""
        one = self.on.get(place)
        return await one.fetch(file) if one else None

    @property
    def webhooks(self) -> Mapping[str, Webhook]:
        """Each door by its path."""
        return {
            webhook_path(place): one.webhook
            for place, one in self.on.items()
            if one.webhook is not None
        }

    async def run(self) -> None:
        """Receive through every account until cancelled."""
        await asyncio.gather(*(_run(place, one) for place, one in self.on.items()))

    async def close(self) -> None:
        for one in self.on.values():
            await one.close()


async def _run(place: str, messenger: Messenger) -> None:
    """One account's trouble is nobody else's: it is told, and begins anew."""
    while True:
        try:
            await messenger.run()
        except Exception as error:
            _LOG.error("channel.stopped", account=place, kind=type(error).__name__)
            await asyncio.sleep(_ANEW_AFTER_S)
