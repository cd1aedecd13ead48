"""Killing the real program with -9 while Zalo learners answer: nothing counted twice, and by
webhook nothing lost; by polling it is never hot, under either reading of Zalo's pages.

Each learner's document counts its turns, so the ledger is simple: as many turns as messages
that the learner ever wrote, and one more for each call for a person, which is answered in a
turn of its own (a word said again may meet a later question). Every update is posted twice
at once, beside Zalo's own repeats.
The full figure (20 kills, thousands of answers) with HOCVUSO_KILLS set, as in `make soak`;
the seed is printed, HOCVUSO_SEED replays it.
"""

import asyncio
import json
import os
import random
import signal
import socket
import sqlite3
from pathlib import Path
from typing import Literal

import pytest

from tests.fakes.zalo_learner import Crowd
from tests.fakes.zalo_server import TOKEN, Zalo, serving
from tests.running import running

FULL = "HOCVUSO_KILLS" in os.environ
KILLS = int(os.environ.get("HOCVUSO_KILLS", "4"))
LEARNERS = 30 if FULL else 12
ANSWERS_A_KILL = 200 if FULL else 90
IN_FLIGHT = 32


@pytest.fixture
def chance() -> random.Random:
    seed = int(os.environ.get("HOCVUSO_SEED", random.randrange(1 << 32)))
    print(f"seed {seed}")
    return random.Random(seed)


async def test_killed_during_webhook_traffic_nothing_is_lost_or_counted_twice(
    tmp_path: Path, chance: random.Random
) -> None:
    zalo = Zalo(doubled=True)
    async with serving(zalo) as url:
        crowd = Crowd(zalo, LEARNERS, KILLS * ANSWERS_A_KILL, chance)
        await _talk(tmp_path / "a.db", url, crowd, KILLS, _door())
    turns = _turns(tmp_path / "a.db")
    assert turns == {one.chat: one.said for one in crowd.learners}
    again = len(zalo.sent) - _sent_rows(tmp_path / "a.db")
    print(f"{len(zalo.sent)} messages, {again} of them again")
    assert again <= KILLS * IN_FLIGHT
    assert zalo.violations == []


@pytest.mark.parametrize("reading", ["once", "again", "round"])
async def test_killed_while_polling_nothing_is_counted_twice(
    tmp_path: Path, chance: random.Random, reading: Literal["once", "again", "round"]
) -> None:
    kills = KILLS if FULL else 2
    zalo = Zalo(reading=reading, hold_s=0.5)
    async with serving(zalo) as url:
        # Whose word was lost with the program says it again after a while, as people do.
        crowd = Crowd(zalo, LEARNERS, kills * ANSWERS_A_KILL, chance, patience_s=4)
        await _talk(tmp_path / "a.db", url, crowd, kills, {})
        polls = zalo.calls["getUpdates"]
    turns = _turns(tmp_path / "a.db")
    lost = [one.said - turns[one.chat] for one in crowd.learners]
    assert min(lost) >= 0
    # Gone once fetched: the one in hand, and one handed over to a connection that is dead.
    # (Under the other readings they come again some day, later than this test waits.)
    assert sum(lost) <= 2 * kills
    # A poll an update, and now and then one that brings nothing new: never a hot loop.
    told = sum(one.said for one in crowd.learners)
    print(f"{told} updates, {polls} polls")
    assert polls < told * 2 + 200
    assert zalo.violations == []


async def _talk(database: Path, url: str, crowd: Crowd, kills: int, door: dict[str, str]) -> None:
    """The crowd talks while the program is killed, each time after as many answers."""
    settings = {
        **door,
        "ZALO_TOKEN": TOKEN,
        "ZALO_API_BASE": url,
        "ZALO_SENDS_PER_S": "0",
        "ZALO_CHAT_SENDS_PER_S": "0",
        "HOCVUSO_PACING": "0",
    }
    talking: asyncio.Task[None] | None = None
    for kill in range(kills):
        async with running(database, **settings) as program:
            if door:
                await crowd.zalo.until_called("setWebhook", kill + 1)
            talking = talking or asyncio.create_task(crowd.run())
            await crowd.until_answered(int((kill + crowd.chance.random()) * ANSWERS_A_KILL))
            await program.end(signal.SIGKILL)
    assert talking is not None
    async with running(database, **settings) as program:
        async with asyncio.timeout(300):
            await talking
            await crowd.zalo.until_posted()
            await crowd.zalo.until_fetched()
        assert await program.end() == 0


def _door() -> dict[str, str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    return {"HOCVUSO_PORT": port, "HOCVUSO_PUBLIC_URL": f"http://127.0.0.1:{port}"}


def _turns(database: Path) -> dict[str, int]:
    with sqlite3.connect(database) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM quarantine").fetchone() == (0,)
        rows = connection.execute(
            "SELECT c.external_id, l.document, (SELECT count(*) FROM fact f "
            "WHERE f.learner_id = l.learner_id AND f.kind = 'help_request') "
            "FROM contact c JOIN learner l ON l.learner_id = c.active_learner_id"
        ).fetchall()
        waiting = connection.execute("SELECT count(*) FROM outbox WHERE status <> 'sent'")
        assert waiting.fetchone() == (0,)
    connection.close()
    return {chat: json.loads(document)["turn"] - calls for chat, document, calls in rows}


def _sent_rows(database: Path) -> int:
    """Messages that the outbox names: what was joined into one has one name."""
    with sqlite3.connect(database) as connection:
        (named,) = connection.execute(
            "SELECT count(DISTINCT message_ref) FROM outbox WHERE status = 'sent'"
        ).fetchone()
    connection.close()
    return int(named)
