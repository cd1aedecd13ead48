"""What Telegram's refusals mean for a message that was to be sent. Pure.

Descriptions are matched without regard to case, as servers differ in it.
Source: github.com/tdlib/telegram-bot-api (Client.cpp) and the errors its users report;
promises.md P14.
"""

import re
from datetime import timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels.base import Sending
from bot.channels.telegram.request import Unreachable

_GONE = re.compile(
    r"chat not found|user not found|user is deactivated|user_deactivated|deactivated|"
    r"blocked by the user|user_is_blocked|bot was kicked|kicked from|not a member|"
    r"chat was deleted|chat_write_forbidden|peer_id_invalid|chat_id_invalid|"
    r"can't initiate conversation|not enough rights|have no rights|need administrator rights",
    re.IGNORECASE,
)
_FORMATTING = re.compile(
    r"can't parse|can't find end|unsupported start tag|unclosed|entity_|entities_|"
    r"unexpected end tag|wrong entity|invalid entit",
    re.IGNORECASE,
)
_SAME = re.compile(r"not modified", re.IGNORECASE)
_TOO_LONG = re.compile(r"too long|too_long|entity too large", re.IGNORECASE)
_FILE = re.compile(
    r"file.?id|file identifier|file_reference|wrong type of the web page|failed to get http url",
    re.IGNORECASE,
)
_WAIT = re.compile(r"retry after (\d+)", re.IGNORECASE)
_REASON = 200


def sending_of(error: TelegramError) -> Sending:
    """How a send ended that raised this. "wait" is for the chat; the caller knows better."""
    match error:
        case RetryAfter():
            waits = error.retry_after
            return Sending(
                "wait", wait_s=waits.total_seconds() if isinstance(waits, timedelta) else waits
            )
        case ChatMigrated():
            return Sending("moved", str(error.new_chat_id))
        case Forbidden():
            return Sending("gone", _reason(error))
        case BadRequest():
            return Sending("gone" if is_gone(error) else "failed", _reason(error))
        case InvalidToken():
            return Sending("again", "the token is refused", no_answer=True)
        case TimedOut() | Unreachable():
            return Sending("again", "no answer", no_answer=True)
        case _:
            told = _WAIT.search(error.message)
            if told:  # a 429 without its parameters
                return Sending("wait", wait_s=float(told[1]))
            return Sending("again", type(error).__name__)


def is_gone(error: BadRequest) -> bool:
    """The chat is no more, or nothing may be said there."""
    return bool(_GONE.search(error.message))


def is_bad_formatting(error: BadRequest) -> bool:
    return bool(_FORMATTING.search(error.message))


def is_not_modified(error: BadRequest) -> bool:
    """The edited message says that already."""
    return bool(_SAME.search(error.message))


def is_too_long(error: BadRequest) -> bool:
    return bool(_TOO_LONG.search(error.message))


def is_bad_file(error: BadRequest) -> bool:
    """Telegram no longer knows a file by the id it gave."""
    return bool(_FILE.search(error.message))


def is_unauthorized(error: InvalidToken) -> bool:
    """The token itself; otherwise (404) perhaps only the method is not known there."""
    return "unauthorized" in error.message.lower()


def _reason(error: TelegramError) -> str:
    """Telegram's own description, on one line."""
    return " ".join(error.message.split())[:_REASON]
