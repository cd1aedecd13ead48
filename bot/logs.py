"""The log: one JSON record a line on the error output, without secrets or anybody's words.

Everything that is logged anywhere in the process goes out through here: our own records,
those of libraries, and what nobody caught. An exception is told by its type and the lines
it came through; its message may hold what a learner typed, or a token in an address.
Known secrets are blotted out of every finished line besides. Source: promises.md P30.
"""

import asyncio
import logging
import re
import sys
import traceback
from collections.abc import Callable, Iterable, MutableMapping
from types import TracebackType
from typing import Any
from urllib.parse import quote

import msgspec
import structlog

from bot.notes import Note
from bot.signing import learner_number

_SELDOM_S = 60.0
_BLOT = "•••"
# A Telegram token, wherever it turns up: the number of a bot, a colon, 35 letters.
_TOKEN = re.compile(r"\b\d{6,12}(?::|%3A)[A-Za-z0-9_-]{30,}")
_secrets: set[str] = set()
_LOG = structlog.get_logger("turns")


def hide(*secrets: str) -> None:
    """Never let these appear in a record from here on."""
    for secret in secrets:
        # What is shorter would blot out ordinary words; no real secret is that short.
        for form in (secret, quote(secret, safe=""), secret.rpartition(":")[2]):
            if len(form) >= 6:
                _secrets.add(form)


def set_up_logs(level: int, secrets: Iterable[str] = ()) -> None:
    """Send every record of this process, from now on, through here."""
    hide(*secrets)
    first: list[Any] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_message,
    ]
    structlog.configure(
        processors=[*first, _line],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=_Output,
        cache_logger_on_first_use=True,
    )
    handler = _Records()
    handler.setFormatter(_Libraries())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # Libraries at their loudest print addresses with tokens in them, and learners' words.
    root.setLevel(max(level, logging.WARNING))
    sys.excepthook = _uncaught


def log_notes(notes: Iterable[Note], took_s: float) -> None:
    """What a batch had to say, once it is on disk. took_s: from its start to the commit."""
    for note in notes:
        if _LOG.is_enabled_for(note.level):
            _LOG.log(
                note.level,
                note.code,
                key=note.key,
                learner=learner_number(note.learner_id),
                kind=note.kind,
                ms=round(1000 * took_s, 1),
            )


class Seldom:
    """What would be said again and again is said once a minute. clock: monotonic."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._said_at: dict[str, float] = {}

    def may(self, code: str) -> bool:
        """Is it time to say this again?"""
        now = self._clock()
        if now - self._said_at.get(code, now - _SELDOM_S) < _SELDOM_S:
            return False
        self._said_at[code] = now
        return True


def log_loop_failure(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """asyncio's own complaints: its usual words would show the exception's message."""
    error = context.get("exception")
    structlog.get_logger("asyncio").error(
        "loop.failed", what=str(context.get("message", "")).split("\n")[0], exc_info=error
    )


def _without_message(
    logger: object, method: str, record: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """An exception as its type and the lines it came through."""
    error = record.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)[-8:]
        record["type"] = type(error).__name__
        record["where"] = [f"{one.filename}:{one.lineno} {one.name}" for one in frames]
    return record


def _line(logger: object, method: str, record: MutableMapping[str, Any]) -> str:
    return redacted(msgspec.json.encode(record, enc_hook=str).decode())


def redacted(text: str) -> str:
    """The text without any known secret in it."""
    for secret in _secrets:
        if secret in text:
            text = text.replace(secret, _BLOT)
    return _TOKEN.sub(_BLOT, text)


class _Output:
    """Where finished lines go: the error output as it is at that moment."""

    def __init__(self, *names: object) -> None:
        """names: of the logger, which are not shown."""

    def msg(self, line: str) -> None:
        # In one piece, so that two threads' records stay two lines.
        sys.stderr.write(line + "\n")
        sys.stderr.flush()

    log = debug = info = warning = error = critical = exception = msg


class _Records(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        # Work that is cancelled is how a program ends, not a fault of it.
        if record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError):
            return
        _Output().msg(self.format(record))


class _Libraries(logging.Formatter):
    """A library's record as one of ours."""

    def format(self, record: logging.LogRecord) -> str:
        told: MutableMapping[str, Any] = {
            "event": record.getMessage(),
            "logger": record.name,
            "exc_info": record.exc_info,
        }
        level = record.levelname.lower()
        told = structlog.processors.add_log_level(None, level, told)
        told = structlog.processors.TimeStamper(fmt="iso", utc=True)(None, level, told)
        return _line(None, level, _without_message(None, level, told))


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    structlog.get_logger("program").error("program.failed", exc_info=error)
