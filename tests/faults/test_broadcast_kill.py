"""Killing the program in the middle of an announcement leaves nobody out; a cancel stops it.

The real program, Telegram's fake with limits of its own, kills with -9. It is an urgent
one, so that the test is the same at night. HOCVUSO_RECIPIENTS, HOCVUSO_KILLS and HOCVUSO_RATE
(sends a second that the server permits) scale it.
"""

import asyncio
import json
import os
import random
import signal
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import msgspec

from bot.app import load_secret
from bot.broadcasting import Desk
from bot.config import load_config
from bot.conversation.draft import Announcement, Audience, Draft
from bot.conversation.replies import QueueBroadcast
from bot.conversation.who import COMMAND_LINE
from store.base import Address, LearnerRow, Person
from store.sqlite import open_store
from tests.fakes.telegram_limits import Limits
from tests.fakes.telegram_server import FakeTelegram
from tests.running import command, running

RECIPIENTS = int(os.environ.get("HOCVUSO_RECIPIENTS", "700"))
KILLS = int(os.environ.get("HOCVUSO_KILLS", "5"))
IN_FLIGHT = 32
TOKEN = "1:aaa"
RATE = int(os.environ.get("HOCVUSO_RATE", "150"))
PATIENCE_S = 30 + 2 * RECIPIENTS / RATE


async def _prepare(database: Path) -> None:
    """Learners of a ward, and an announcement to them whose minute is over."""
    settings = load_config(None, {"HOCVUSO_DATABASE": str(database)})
    store = await open_store(database, now_ms=lambda: 0, secret=load_secret(settings))
    people, rows = [], []
    for number in range(RECIPIENTS):
        name = random.Random(number).randbytes(12).hex()
        fields = {"id": name, "consent": "yes", "ward": "06685", "hour": "08:00", "turn": 1}
        document = msgspec.json.encode(fields)
        address = Address("telegram", "main", str(1000 + number))
        people.append(Person(number, address, name, document))
        rows.append(LearnerRow(name, document, "06685", "active", None, 0, number))
    now_ms = int(datetime.now(UTC).timestamp() * 1000)
    async with store.transaction() as tx:
        await tx.add_people(people, 0)
        await tx.save_learners(rows)
    async with store.transaction() as tx:
        desk = Desk(tx, now_ms, lambda to, body: None, lambda number: None, store.audience_size)
        draft = Draft(Audience("06685"), Announcement("Nước lên.", ("seen",), urgent=True))
        news = await desk.queue(QueueBroadcast(draft, 10**6), COMMAND_LINE)
        row = await tx.broadcasts.get(news.number)
        assert row is not None
        await tx.broadcasts.save(row._replace(send_at=now_ms), "held")
    await store.close()


def _environment(telegram: FakeTelegram) -> dict[str, str]:
    return {
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_API_BASE": telegram.url,
        "TELEGRAM_SENDS_PER_S": str(RATE),
    }


@asynccontextmanager
async def _telegram() -> AsyncIterator[tuple[FakeTelegram, Counter[int]]]:
    """A server that answers 429 above RATE; and what each chat got."""
    got: Counter[int] = Counter()
    async with FakeTelegram(keeps_calls=False) as telegram:
        limits = Limits(per_s=RATE * 1.02, burst=max(30, RATE), chat_per_s=1, chat_burst=3)
        bot = telegram.bot(TOKEN, limits=limits)
        for number in range(RECIPIENTS):
            bot.chats[1000 + number] = "open"
        bot.on_sent.append(lambda sent: got.update([sent.chat_id]))
        yield telegram, got
        assert not limits.refused


def _counts(database: Path) -> dict[str, int]:
    with sqlite3.connect(database) as look:
        rows = look.execute(
            "SELECT status, count(*) FROM outbox WHERE broadcast_id = 1 GROUP BY status"
        ).fetchall()
    look.close()
    return dict(rows)


async def test_killed_again_and_again_everybody_gets_it(tmp_path: Path) -> None:
    database = tmp_path / "hocvuso.db"
    await _prepare(database)
    async with _telegram() as (telegram, got):
        for kill in range(KILLS + 1):
            async with running(database, **_environment(telegram)) as program:
                if kill < KILLS:
                    share = len(got) + RECIPIENTS // (KILLS + 2)
                    await telegram.until(partial(_is_past, got, share), PATIENCE_S)
                    await program.end(signal.SIGKILL)
                else:
                    await telegram.until(lambda: len(got) == RECIPIENTS, PATIENCE_S)
                    await _until_done(database)
    assert len(got) == RECIPIENTS
    assert sum(got.values()) - RECIPIENTS <= KILLS * IN_FLIGHT
    assert _counts(database) == {"sent": RECIPIENTS}


async def test_a_cancel_stops_it_within_two_seconds(tmp_path: Path) -> None:
    database = tmp_path / "hocvuso.db"
    await _prepare(database)
    async with _telegram() as (telegram, got), running(database, **_environment(telegram)):
        await telegram.until(lambda: len(got) > RECIPIENTS // 5, PATIENCE_S)
        status, _, errors = await command(database, "broadcast", "cancel", "1")
        assert status == 0, errors
        done = len(got)
        await asyncio.sleep(2.0)
        assert len(got) - done <= IN_FLIGHT
        still = len(got)
        await asyncio.sleep(1.0)
        assert len(got) == still
    assert max(got.values()) == 1
    counts = _counts(database)
    assert counts["sent"] == len(got)
    assert set(counts) == {"sent", "cancelled"}


def _is_past(got: Counter[int], share: int) -> bool:
    return len(got) > share


async def _until_done(database: Path) -> None:
    """Its maker would be told of the end now, with the exact counts."""
    for _ in range(60):
        _, out, _ = await command(database, "broadcast", "list", "--json")
        (row,) = json.loads(out)
        if row["status"] == "done":
            break
        await asyncio.sleep(0.5)
    assert (row["status"], row["people"], row["reached"]) == ("done", RECIPIENTS, RECIPIENTS)
