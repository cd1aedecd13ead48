"""What Telegram itself shows of us: the list of commands, the sentence for groups.

Wording: keys `telegram.*`. Source: core.telegram.org/bots/api#setmycommands.
"""

from collections.abc import Mapping
from typing import NamedTuple

from bot.conversation.speech import fill

_COMMANDS = ("start", "menu", "help", "stop", "privacy")


class Words(NamedTuple):
    """invite: for a group, with `{link}`. commands: language -> (command, description)."""

    invite: str
    commands: dict[str, list[tuple[str, str]]]


def telegram_words(wording: Mapping[str, Mapping[str, str]], language: str) -> Words:
    """From the catalogs by language; a group is spoken to in that language."""
    return Words(
        fill(wording[language]["telegram.invite"], ""),
        {
            code: [(name, fill(catalog[f"telegram.{name}"], "")) for name in _COMMANDS]
            for code, catalog in wording.items()
        },
    )
