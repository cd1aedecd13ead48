"""The token and learners' words are in no line of any log, whatever fails, at debug level."""

import asyncio
import logging
import sys
import traceback
from collections.abc import Iterator
from typing import get_args

import pytest
import structlog
from telegram.error import TelegramError

from bot.conversation.replies import Reply
from tests.channels.telegram.conftest import TOKEN, YES, Scene
from tests.fakes.telegram_faults import Fault, How
from tests.fakes.telegram_rules import Refused

MARKER = TOKEN.partition(":")[2]
WORDS = "lời riêng của bác Lan"
REFUSALS = [
    Refused(400, f"Bad Request: no such place /bot{TOKEN}/sendMessage"),
    Refused(401, "Unauthorized"),
    Refused(403, f"Forbidden: {TOKEN}"),
    Refused(404, "Not Found"),
    Refused(409, f"Conflict: {TOKEN}"),
    Refused(429, "Too Many Requests", retry_after=1),
    Refused(500, "Internal Server Error"),
]


@pytest.fixture
def loud() -> Iterator[None]:
    """Every logger of the process prints everything."""
    handler = logging.StreamHandler(sys.stderr)
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG))
    yield
    root.removeHandler(handler)
    root.setLevel(before)
    structlog.reset_defaults()


def _faults(method: str) -> list[Fault]:
    found = [Fault(how, method, seconds=0.01) for how in get_args(How) if how != "refuse"]
    pages = [Fault("page", method, error=Refused(code, "")) for code in (200, 301, 400, 403, 502)]
    return found + pages + [Fault("refuse", method, error=error) for error in REFUSALS]


async def test_no_log_line_bears_the_token_or_a_learners_words(
    play: Scene, loud: None, capfd: pytest.CaptureFixture[str]
) -> None:
    asyncio.get_running_loop().set_debug(True)
    reasons = []
    async with play.running():
        for fault in [one for method in ("sendMessage", "sendPhoto") for one in _faults(method)]:
            play.telegram.script.add(fault)
            picture = "p" if fault.method == "sendPhoto" else ""
            reasons.append((await play.send(Reply(WORDS, (YES,), picture=picture))).reason)
        for method in ("getUpdates", "answerCallbackQuery"):
            for fault in _faults(method):
                play.telegram.script.add(fault)
                play.bot.write(42, WORDS)
                play.bot.press(42, WORDS)
        await play.heard(2 * len(_faults("x")) * 2)
        play.bot.push_raw(b'{"update_id":%d,"message":"' + WORDS.encode() + b'"}')
        await play.telegram.close()
        reasons.append((await play.send(Reply(WORDS))).reason)
        await play.telegram.open()
    out, err = capfd.readouterr()
    assert "channel." in out + err
    for text in (out, err, *reasons):
        assert MARKER not in text
        assert WORDS not in text


async def test_no_exception_bears_the_token(play: Scene) -> None:
    api = play.account._api
    for fault in _faults("sendMessage"):
        play.telegram.script.add(fault)
        try:
            await api.call("sendMessage", {"chat_id": 42, "text": WORDS})
        except TelegramError as error:
            told = "".join(traceback.format_exception(error))
            assert MARKER not in told
            assert WORDS not in told
