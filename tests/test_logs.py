"""The log says what happened and never who said what, nor a secret."""

import asyncio
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import structlog

from bot.logs import Seldom, hide, log_loop_failure, redacted, set_up_logs
from tests.running import running

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
WORDS = "bác Lan kể chuyện nhà"


@pytest.fixture(autouse=True)
def logs(capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    set_up_logs(logging.DEBUG, [TOKEN])
    yield
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


def _told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_an_exception_is_told_without_its_message(capsys: pytest.CaptureFixture[str]) -> None:
    log = structlog.get_logger("test")
    try:
        raise ValueError(WORDS)
    except ValueError:
        log.exception("test.failed")
        logging.getLogger("library").exception("it failed")
    ours, theirs = _told(capsys)
    for record in (ours, theirs):
        assert record["type"] == "ValueError"
        assert "test_logs.py" in str(record["where"])
        assert WORDS not in str(record)
    assert theirs["logger"] == "library"


@pytest.mark.parametrize("form", [TOKEN, TOKEN.replace(":", "%3A"), TOKEN.split(":")[1]])
def test_a_secret_is_blotted_out_wherever_it_stands(
    capsys: pytest.CaptureFixture[str], form: str
) -> None:
    structlog.get_logger("test").warning("x", url=f"https://api/bot{form}/getMe")
    logging.getLogger("library").warning("POST %s", f"https://api/bot{form}/getMe")
    for record in _told(capsys):
        assert form not in str(record)
        assert "•••" in str(record)


def test_a_token_that_nobody_named_is_blotted_out_too() -> None:
    assert "AAHd" not in redacted("Not known: 98765432:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDxyz")
    hide("", "abc")
    assert redacted("abc") == "abc"


async def test_what_nobody_caught_is_told_without_its_message(
    capsys: pytest.CaptureFixture[str],
) -> None:
    loop = asyncio.get_running_loop()
    log_loop_failure(loop, {"message": f"it failed\n{WORDS}", "exception": ValueError(WORDS)})
    (record,) = _told(capsys)
    assert record["event"] == "loop.failed"
    assert record["type"] == "ValueError"
    assert WORDS not in str(record)


def test_libraries_are_never_loud(capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("httpx").info("HTTP Request: POST https://api/botTOKEN/getMe")
    assert _told(capsys) == []


def test_what_goes_on_is_told_once_a_minute() -> None:
    moments = iter([0.0, 1.0, 59.0, 60.0, 61.0])
    seldom = Seldom(lambda: next(moments))
    assert [seldom.may("store.full") for _ in range(5)] == [True, False, False, True, False]


async def test_one_turn_can_be_followed_and_no_word_of_it_is_there(tmp_path: Path) -> None:
    log = tmp_path / "log"
    # A Telegram that is not there: every record of its trouble has an address with a token.
    async with (
        running(
            tmp_path / "var" / "a.db",
            log,
            HOCVUSO_LOG_LEVEL="debug",
            TELEGRAM_TOKEN=TOKEN,
            TELEGRAM_API_BASE="http://127.0.0.1:9",
        ) as program,
        httpx.AsyncClient(base_url=program.url, timeout=20) as client,
    ):
        for text in ("xin chào", "1", WORDS + "\u200b", "x" * 5000):
            answer = await client.post("/api/chat/messages", json={"text": text, "id": text[:9]})
            assert answer.status_code == 202
        await client.post("/api/chat/messages", json={"text": "1", "id": "1"})
        await client.post("/api/chat/messages", json={"press": "1.agree.AAAAAAAAAAAA"})
        visitor = str(client.cookies["hocvuso"]).split(".")[0]
        opening = "".join(program.said)
    told = log.read_text()
    assert "telegram:main  on" in opening
    assert "ZALO_TOKEN is not set" in opening
    records = [json.loads(line) for line in told.splitlines()]
    done = [record for record in records if record["event"] == "turn.done"]
    assert len(done) == 5
    assert len({record["learner"] for record in done}) == 1
    assert {"key", "kind", "ms", "timestamp", "level"} <= done[0].keys()
    codes = {record["event"] for record in records}
    assert {
        "input.cleaned",
        "input.truncated",
        "turn.repeated",
        "callback.rejected",
    } <= codes
    secret = (tmp_path / "var" / "a.db.secret").read_text()
    for part in (TOKEN, TOKEN.split(":")[1], secret, visitor, "kể chuyện", "xin chào", "xxxx"):
        assert part not in told + opening
