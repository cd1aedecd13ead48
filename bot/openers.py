"""How the account of each channel is made from the settings.

Leads in: `bot/messengers.py`. To add a channel: a function here, and its line in OPENERS.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple, Protocol

import structlog

from bot.channels.base import Intake, Sender
from bot.channels.telegram.words import telegram_words
from bot.channels.zalo_bot.plan import Plan, has_room
from bot.channels.zalo_bot.words import aside
from bot.config import Account, Config
from bot.conversation.relaying import is_heard_elsewhere
from bot.conversation.world import Shelf
from bot.limits import Limits
from bot.media.attached import is_aac, is_attached, own_file
from bot.media.shelf import MediaShelf
from bot.web.webhooks import Webhook
from store.base import Address, Store

_TELEGRAM_BURST = 30
# Messages that the road bunches together arrive sooner after one another than they left:
# without this much to spare, a burst that is used up is followed by a 429.
_BUNCHED_S = 0.15
_ZALO_CHAT_BURST = 4  # a turn's three messages at a reader's pace, and one more
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

    async def fetch(self, file: str) -> bytes | None:
        """What somebody sent there, by the channel's own name of it; None: not to be had."""

    async def run(self) -> None:
        """Receive until cancelled."""

    async def close(self) -> None: ...


class Given(NamedTuple):
    """What every account is made from.

    intake: takes updates in. uploaded: told (account, media, file id) of a file that the
    channel has now. spent: told ("channel:name") of each message of an account whose plan
    counts them. room: may something beside the replies go out? clock: monotonic.
    """

    config: Config
    secret: bytes
    shelf: Shelf
    store: Store
    media: MediaShelf
    intake: Intake
    uploaded: Callable[[str, str, str], None]
    spent: Callable[[str], None]
    room: Callable[[str], bool]
    clock: Callable[[], float]


async def _file(given: Given, kind: str, name: str) -> bytes | None:
    """A picture ("photo") or recording ("voice") as a file to upload."""
    found = await given.media.find(name)
    wanted = "image/" if kind == "photo" else "audio/"
    return found.content if found and found.content_type.startswith(wanted) else None


async def _telegram(account: Account, given: Given) -> tuple[Messenger, Limits]:
    # Its library takes a third of the start: only where there is a token.
    from bot.channels.telegram.account import TelegramAccount

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
        own_file=lambda name: own_file(name, place),
        listen=partial(_heard_at, given, "telegram"),
        files=await given.store.files(place),
        uploaded=lambda media, file_id: given.uploaded(place, media, file_id),
        room=lambda address: given.room(place),
        clock=given.clock,
    )
    limits = Limits(
        sends_per_s=settings.sends_per_s,
        # A second's worth, where more than the usual is permitted.
        burst=max(_TELEGRAM_BURST, settings.sends_per_s) - _BUNCHED_S * settings.sends_per_s,
        chat_sends_per_s=settings.chat_sends_per_s,
        chat_burst=settings.chat_burst - _BUNCHED_S * settings.chat_sends_per_s,
        reserve=settings.broadcast_reserve,
    )
    return opened, limits


async def _zalo_bot(account: Account, given: Given) -> tuple[Messenger, Limits]:
    # So do its own and the HTTP client behind it.
    from bot.channels.zalo_bot import sending as zalo_sending
    from bot.channels.zalo_bot.account import ZaloAccount

    place = f"zalo_bot:{account.name}"
    settings = given.config.zalo_bot
    plan = Plan(settings.messages_a_month, settings.people_a_bot)
    if not given.config.web.public_url:
        _LOG.warning("channel.no_pictures", account=place, mend=_NO_PICTURES)

    async def is_known(address: Address) -> bool:
        return await given.store.person(address) is not None

    async def free() -> bool:
        return has_room(await given.store.chats_of(place), plan)

    opened = ZaloAccount(
        account.name,
        account.token,
        api_base=settings.api_base,
        token_env=account.token_env,
        webhook_url=_webhook_url(account, given.config),
        secret=given.secret,
        intake=given.intake,
        limits=zalo_sending.Limits(settings.text_limit, settings.caption_limit),
        media=zalo_sending.Media(
            partial(_zalo_picture, given, place),
            partial(_zalo_voice, given, place),
            partial(_heard_at, given, "zalo_bot"),
        ),
        aside=aside(given.shelf, given.config.language, partial(_elsewhere, account, given)),
        has_room=free,
        is_known=is_known,
        on_message=lambda: given.spent(place),
        poll_s=settings.poll_timeout_s,
        clock=given.clock,
    )
    limits = Limits(
        sends_per_s=settings.sends_per_s,
        burst=settings.sends_per_s,
        chat_sends_per_s=settings.chat_sends_per_s,
        chat_burst=_ZALO_CHAT_BURST,
    )
    return opened, limits


def _zalo_picture(given: Given, place: str, name: str) -> str:
    """Where Zalo finds a picture: on its own side, or with us; "" for nowhere."""
    ending = ".jpg" if is_attached(name) else ".png"
    return own_file(name, place) or _public(given, ending, name)


def _zalo_voice(given: Given, place: str, name: str) -> str:
    """The same of a recording; it plays .aac alone."""
    return own_file(name, place) or (_public(given, ".aac", name) if is_aac(name) else "")


def _heard_at(given: Given, channel: str, name: str) -> str:
    """The address of a recording that this channel cannot play; "" for one that it can."""
    ending = ".ogg" if channel == "zalo_bot" else ".aac"
    return _public(given, ending, name) if is_heard_elsewhere(name, channel) else ""


def _public(given: Given, ending: str, name: str) -> str:
    """The address under which anybody may fetch a picture or recording; "" for none."""
    public, key = given.config.web.public_url, given.media.key(name)
    return f"{public.rstrip('/')}/media/{key}{ending}" if public and key else ""


async def _elsewhere(full: Account, given: Given) -> str:
    """Where people find another account of that channel that has room, or ""."""
    settings = given.config.zalo_bot
    plan = Plan(settings.messages_a_month, settings.people_a_bot)
    for other in given.config.accounts:
        if other.channel == full.channel and other.name != full.name and other.link:
            people = await given.store.chats_of(f"{other.channel}:{other.name}")
            if other.token and has_room(people, plan):
                return other.link
    return ""


OPENERS = {"telegram": _telegram, "zalo_bot": _zalo_bot}
_NO_PICTURES = (
    "web.public_url is not set, so Zalo can fetch no picture from us: learners read its words "
    "instead; set it (HOCVUSO_PUBLIC_URL) to an https address"
)


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
