"""Killing the real program with -9 while Telegram learners press: nothing lost, nothing twice.

Each learner's document counts its turns, so the ledger is simple: as many turns as
updates that the learner ever sent. What Telegram got is held against the outbox: every
row is done with, rows of a chat went out in order, and messages that no row names (said
again after a kill) are no more than what can be in flight at a kill.
The full figure (15,000 answers, 20 kills) with HOCVUSO_KILLS set, as in `make soak`; the
seed is printed, HOCVUSO_SEED replays it.
"""

import asyncio
import json
import os
import random
import signal
import socket
import sqlite3
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fakes.telegram_bot import FakeBot
from tests.fakes.telegram_crowd import Crowd
from tests.fakes.telegram_server import FakeTelegram
from tests.running import running

FULL = "HOCVUSO_KILLS" in os.environ
LEARNERS = 200 if FULL else 60
IN_FLIGHT = 32
TOKEN = "77:kill"


@pytest.mark.parametrize(
    ("how", "answers", "kills"),
    [("poll", 15_000 if FULL else 2_000, 20 if FULL else 4), ("webhook", 800, 2)],
)
async def test_killed_under_load_nothing_is_lost_or_counted_twice(
    tmp_path: Path, how: str, answers: int, kills: int
) -> None:
    seed = int(os.environ.get("HOCVUSO_SEED", random.randrange(1 << 32)))
    print(f"seed {seed}")
    database = tmp_path / "hocvuso.db"
    async with FakeTelegram(keeps_calls=False) as telegram:
        bot = telegram.bot(TOKEN)
        crowd = Crowd(bot, LEARNERS, answers, seed=seed)
        settings = _settings(telegram, how)
        talking = asyncio.create_task(crowd.run())
        chance = random.Random(seed)
        # Spread over the whole of the talk: a kill each time so many more were answered.
        for kill in range(kills):
            async with running(database, **settings) as program:
                goal = (kill + chance.random()) * answers / kills
                await _until(telegram, lambda goal=goal: crowd.answered >= goal)
                await program.end(signal.SIGKILL)
        async with running(database, **settings) as program:
            async with asyncio.timeout(600):
                await talking
            await _until(telegram, lambda: not bot.queue)
            assert await program.end() == 0
        _audit(database, bot, crowd, kills)


def _settings(telegram: FakeTelegram, how: str) -> dict[str, str]:
    door: dict[str, str] = {}
    if how == "webhook":
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = str(free.getsockname()[1])
        door = {"HOCVUSO_PORT": port, "HOCVUSO_PUBLIC_URL": f"http://127.0.0.1:{port}"}
    return {
        **door,
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_API_BASE": telegram.url,
        "TELEGRAM_SENDS_PER_S": "0",
        "TELEGRAM_CHAT_SENDS_PER_S": "0",
        "HOCVUSO_PACING": "0",
    }


async def _until(telegram: FakeTelegram, met: Callable[[], bool]) -> None:
    await telegram.until(met, seconds=600)


def _audit(database: Path, bot: FakeBot, crowd: Crowd, kills: int) -> None:
    with sqlite3.connect(database) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM quarantine").fetchone() == (0,)
        turns = {
            int(chat): json.loads(document)["turn"]
            for chat, document in connection.execute(
                "SELECT c.external_id, l.document FROM contact c "
                "JOIN learner l ON l.learner_id = c.active_learner_id"
            )
        }
        rows = connection.execute(
            "SELECT c.external_id, o.outbox_id, o.status, o.message_ref FROM outbox o "
            "JOIN contact c ON c.contact_id = o.contact_id ORDER BY o.outbox_id"
        ).fetchall()
    connection.close()
    assert turns == {chat: learner.said for chat, learner in crowd.learners.items()}
    assert {status for _, _, status, _ in rows} == {"sent"}
    named: dict[int, list[int]] = defaultdict(list)
    for chat, _, _, message_ref in rows:
        named[int(chat)].append(int(message_ref))
    assert all(refs == sorted(refs) for refs in named.values())
    again = len(bot.sent) - sum(len(set(refs)) for refs in named.values())
    print(f"{len(bot.sent)} messages, {again} of them again")
    assert 0 <= again <= kills * IN_FLIGHT
