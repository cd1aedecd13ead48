"""An update that was set aside unread, read once more: for a program that reads better.

Leads in: `turns.replay`. To add a channel: its line in READERS. Source: promises.md P12.
"""

from collections.abc import Callable

from bot.channels.base import BadUpdate
from bot.channels.telegram import updates as telegram
from bot.channels.zalo_bot import updates as zalo_bot
from bot.conversation.events import Body
from store.base import Address

# The chat and what was said there, `str` for a press as received.
Reread = tuple[Address, Body | str]


def reread(key: str, raw: bytes) -> Reread | None:
    """What that update means, by its key "channel:account:…"; None: still nothing."""
    channel, _, rest = key.partition(":")
    reader = READERS.get(channel)
    try:
        found = reader(raw) if reader else None
    except BadUpdate:
        return None
    if found is None:
        return None
    chat_id, body = found
    return Address(channel, rest.partition(":")[0], chat_id), body


def _telegram(raw: bytes) -> tuple[str, Body | str] | None:
    match telegram.parse_update(raw):
        case telegram.Said(chat_id=chat_id, body=body):
            return str(chat_id), body
        case telegram.Tapped(chat_id=chat_id, data=data):
            return str(chat_id), data
    return None


def _zalo_bot(raw: bytes) -> tuple[str, Body | str] | None:
    update = zalo_bot.parse_update(raw)
    return (update.chat_id, update.body) if isinstance(update, zalo_bot.Said) else None


READERS: dict[str, Callable[[bytes], tuple[str, Body | str] | None]] = {
    "telegram": _telegram,
    "zalo_bot": _zalo_bot,
}
