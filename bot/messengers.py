"""The bots that this program speaks through: opened, run beside one another, closed.

Leads in: `bot/app.py`. Leads out: one `Messenger` for each account whose token is there.
To add a channel: a function in OPENERS that makes its account from what it is given.
"""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple, Protocol

import structlog

from bot.channels.base import Intake, Sender
from bot.channels.telegram.account import TelegramAccount
from bot.channels.telegram.words import telegram_words
from bot.config import Account, Config
from bot.conversation.world import Shelf
from bot.limits import Limits
from bot.media.shelf import MediaShelf
from bot.web.webhooks import Webhook
from store.base import Address, Store

_ANEW_AFTER_S = 10.0  # promises.md P15
_LOG = structlog.get_logger("channel")


class Messenger(Sender, Protocol):
    """One bot: a `Sender` that also hears."""

    @property
    def webhook(self) -> Webhook | None:
        """Its door, when the channel brings updates to us."""

    @property
    def polled_at(self) -> float | None:
        """Monotonic moment of the last answered poll; None before, and by webhook."""

    @property
    def door(self) -> str:
        """What a ticket is put behind to make a link into this channel, or ""."""

    async def open(self) -> None: ...

    async def run(self) -> None:
        """Receive until cancelled."""

    async def close(self) -> None: ...


class Given(NamedTuple):
    """What every account is made from.

    intake: takes updates in. uploaded: told (account, media, file id) of a file that the
    channel has now. room: may something beside the replies go out? clock: monotonic.
    """

    config: Config
    secret: bytes
    shelf: Shelf
    store: Store
    media: MediaShelf
    intake: Intake
    uploaded: Callable[[str, str, str], None]
    room: Callable[[str], bool]
    clock: Callable[[], float]


async def _file(given: Given, kind: str, name: str) -> bytes | None:
    """A picture as a file to upload; there are no recordings yet."""
    picture = await given.media.pictures.draw(name) if kind == "photo" else None
    return picture.png if picture else None


async def _telegram(account: Account, given: Given) -> tuple[Messenger, Limits]:
    place = f"telegram:{account.name}"
    settings = given.config.telegram
    opened = TelegramAccount(
        account.name,
        account.token,
        api_base=settings.api_base,
        token_env=account.token_env,
        webhook_url=_webhook_url(account, given.config),
        secret=given.secret,
        intake=given.intake,
        words=telegram_words(given.shelf.wording, given.config.language),
        media=partial(_file, given),
        files=await given.store.files(place),
        uploaded=lambda media, file_id: given.uploaded(place, media, file_id),
        room=lambda address: given.room(place),
        clock=given.clock,
    )
    limits = Limits(
        sends_per_s=settings.sends_per_s,
        chat_sends_per_s=settings.chat_sends_per_s,
        chat_burst=settings.chat_burst,
        reserve=settings.broadcast_reserve,
    )
    return opened, limits


OPENERS = {"telegram": _telegram}


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


def webhook_path(place: str) -> str:
    """`/webhook/telegram/main` of "telegram:main". Source: design.md section 8."""
    channel, _, name = place.partition(":")
    return f"/webhook/{channel.replace('_', '-')}/{name}"


def _webhook_url(account: Account, config: Config) -> str:
    """Where the channel brings updates, or "" when it is asked for them."""
    public = config.web.public_url
    if account.mode == "poll" or not public:
        return ""
    return public.rstrip("/") + webhook_path(f"{account.channel}:{account.name}")
