"""What was set aside is listed without words, and replayed with or without a program."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import batch as room
from bot.conversation.events import Text
from bot.passing import Incoming
from bot.turns import Turns
from store.base import Address
from store.sqlite import open_store
from tests.play import shelf
from tests.running import command, running

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
WORDS = "đây là lời của bác Lan"


@pytest.fixture
async def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database where the newest program would raise at one learner's words."""
    path = tmp_path / "var" / "hocvuso.db"
    real = room.step

    def step(learner, event, world):  # type: ignore[no-untyped-def]
        if event.body == Text(WORDS):
            raise ValueError(WORDS)
        return real(learner, event, world)

    monkeypatch.setattr(room, "step", step)
    store = await open_store(path, now_ms=lambda: 0)
    turns = Turns(store, shelf(), secret=b"test", clock=lambda: NOW)
    for key, words in enumerate(["xin chào", "1", WORDS, WORDS]):
        incoming = Incoming(f"web:{key}", Address("web", "web", "lan"), NOW, Text(words))
        await turns.run_batch([incoming])
    assert await turns.replay(1) == "failed"
    await turns.set_aside("telegram:main:7", "not an update", b"\xff")
    assert await turns.replay(3) == "failed"
    assert await turns.replay(99) == "gone"
    await store.close()
    monkeypatch.undo()
    return path


async def test_the_list_has_no_words_and_a_replay_goes_through(database: Path) -> None:
    status, listed, _ = await command(database, "rejected", "list", "--json")
    rows = json.loads(listed)
    assert status == 0
    assert [row["key"] for row in rows] == ["web:2", "web:3", "telegram:main:7"]
    assert "bác Lan" not in listed
    assert "batch.py" in rows[0]["trace"]
    status, told, _ = await command(database, "rejected", "replay", "1")
    assert (status, told) == (0, "1: went through, and its learner has the answer\n")
    async with running(database):
        status, told, _ = await command(database, "rejected", "list")
        assert "web:3" in told
        assert "web:2" not in told
        status, told, _ = await command(database, "rejected", "replay", "--all")
        assert status == 1
        assert told.splitlines() == [
            "2: went through, and its learner has the answer",
            "3: failed again and stays in the list",
        ]
    status, told, _ = await command(database, "rejected", "replay", "2", "--json")
    assert (status, json.loads(told)) == (1, [{"id": 2, "result": "gone"}])


async def test_without_a_database_it_says_so(tmp_path: Path) -> None:
    status, _, told = await command(tmp_path / "none.db", "rejected", "list")
    assert status == 2
    assert "start hocvuso once" in told
    assert "Traceback" not in told


async def test_it_wants_to_know_which(tmp_path: Path) -> None:
    status, _, told = await command(tmp_path / "none.db", "rejected", "replay")
    assert status == 2
    assert "--all" in told
