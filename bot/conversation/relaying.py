"""Photos and voice messages from one person to another: which road carries what. Pure.

Within one account of a messenger its own name of the file is enough. To anywhere else the
file is fetched where it lies, at the moment in which it is sent or looked at, and never
kept. What a messenger cannot play goes as an address, where we have a public one.
Source: docs/decisions/0014-what-people-send-each-other.md.
"""

from typing import Literal

Road = Literal["", "same", "file", "address"]
PREFIX = "passed:"
FROM = ("telegram", "zalo_bot")  # where a file can be fetched from
# Zalo plays no Ogg, Telegram no bare AAC.
_NOT_PLAYED = {("telegram", "zalo_bot"), ("zalo_bot", "telegram")}


def road(kind: str, origin: tuple[str, str], target: tuple[str, str], *, is_public: bool) -> Road:
    """How a photo or voice message goes from one chat to another, "" for not at all.

    origin, target: (channel, account). is_public: can a messenger fetch from us?
    """
    if origin == target and origin[0] in FROM:
        return "same"
    if origin[0] not in FROM or target[0] not in (*FROM, "web"):
        return ""
    if kind == "voice" and (origin[0], target[0]) in _NOT_PLAYED:
        return "address" if is_public else ""
    if target[0] == "zalo_bot" and not is_public:
        return ""
    return "file"


def passed_name(place: str, file: str) -> str:
    """What a `Reply` calls it. place: "telegram:main"; file: its name there."""
    return f"{PREFIX}{place}:{file}"


def is_heard_elsewhere(name: str, channel: str) -> bool:
    """Is that a recording which this channel cannot play?"""
    origin = name.removeprefix(PREFIX).partition(":")[0]
    return name.startswith(PREFIX) and (origin, channel) in _NOT_PLAYED
