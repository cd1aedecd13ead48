"""What a running program says of itself: ready, full, how much; and how it stops."""

import asyncio
from pathlib import Path
from time import monotonic

import httpx
import pytest

from bot.conversation.events import Text
from bot.health import Health
from bot.passing import Incoming
from bot.turns import Turns
from store.base import Address, StoreFull
from store.sqlite import SqliteStore, open_store
from tests.play import shelf
from tests.running import command, running
from tests.test_turns import NOW

LAN = Address("web", "web", "lan")


class NothingSent:
    def __init__(self) -> None:
        self.outcomes: dict[tuple[str, str], int] = {}


@pytest.fixture
async def store(tmp_path: Path):  # type: ignore[no-untyped-def]
    opened = await open_store(tmp_path / "a.db", now_ms=lambda: 0)
    yield opened
    await opened.close()


def _health(store: SqliteStore) -> Health:
    return Health(
        store,
        store.path.parent,
        NothingSent(),
        lambda: {"telegram:main": None},
        clock=monotonic,
        now_ms=lambda: 5_000,
    )


async def test_a_full_disk_refuses_turns_and_takes_them_when_there_is_room(
    store: SqliteStore,
) -> None:
    turns = Turns(store, shelf(), secret=b"s", clock=lambda: NOW)
    working = asyncio.create_task(turns.run())
    health = _health(store)
    await turns.submit(Incoming("0", LAN, NOW, Text("xin chào")))
    assert (await health.ready())["ready"] is True
    ((pages,),) = await store._writer.execute_fetchall("PRAGMA page_count")
    await store._writer.execute(f"PRAGMA max_page_count = {pages}")
    refused = 0
    for number in range(1, 40):
        try:
            await turns.submit(Incoming(str(number), LAN, NOW, Text("x" * 2000)))
        except StoreFull:
            refused += 1
    assert refused > 10
    told = await health.ready()
    assert (told["ready"], told["store"]) == (False, "disk full")
    await store._writer.execute("PRAGMA max_page_count = 1000000")
    for number in range(1, 40):  # the channel sends again what was not confirmed
        await turns.submit(Incoming(str(number), LAN, NOW, Text("x" * 2000)))
    assert (await health.ready())["ready"] is True
    assert await store.count("seen") == 40
    working.cancel()
    await asyncio.wait([working])


async def test_metrics_count_and_name_nobody(tmp_path: Path) -> None:
    database = tmp_path / "var" / "a.db"
    async with (
        running(database) as program,
        httpx.AsyncClient(base_url=program.url, timeout=20) as client,
    ):
        for text in ("xin chào", "1", "bác Lan ở bến"):
            await client.post("/api/chat/messages", json={"text": text})
        told = (await client.get("/metrics")).text
        assert 'hocvuso_turns_total{kind="Text"} 3.0' in told
        assert 'hocvuso_learners{status="active"} 1.0' in told
        assert "hocvuso_commit_seconds_count 3.0" in told
        assert "hocvuso_quarantine 0.0" in told
        visitor = str(client.cookies["hocvuso"]).split(".")[0]
        assert visitor not in told
        assert "Lan" not in told
        ready = (await client.get("/readyz")).json()
        assert ready["ready"] is True
        assert ready["store"] == "ok"
        assert ready["disk_free_percent"] > 0
        assert (await client.get("/healthz")).json() == {"alive": True}
        await client.post("/api/chat/messages", json={"text": "xóa dữ liệu"})
        await client.post("/api/chat/messages", json={"text": "1"})
        told = (await client.get("/metrics")).text
        assert 'hocvuso_learners{status="active"} 0.0' in told


async def test_learners_of_an_earlier_program_are_counted(tmp_path: Path) -> None:
    database = tmp_path / "a.db"
    assert (await command(database, "demo", "--learners", "200"))[0] == 0
    async with running(database) as program, httpx.AsyncClient(base_url=program.url) as client:
        async with asyncio.timeout(10):
            told = ""
            while 'status="stopped"' not in told:
                told = (await client.get("/metrics")).text
    counted = [line for line in told.splitlines() if line.startswith("hocvuso_learners{")]
    assert sum(float(line.split()[1]) for line in counted) == 200


async def test_it_stops_within_five_seconds_whoever_waits(tmp_path: Path) -> None:
    async with (
        running(tmp_path / "a.db") as program,
        httpx.AsyncClient(base_url=program.url, timeout=20) as client,
    ):
        await client.post("/api/chat/messages", json={"text": "xin chào"})
        poll = asyncio.create_task(
            client.get("/api/chat/messages", params={"after": 99, "wait": 25})
        )
        async with client.stream("GET", "/api/chat/stream?after=99") as stream:
            assert stream.status_code == 200
            while True:  # until the poll waits in the program too
                await client.get("/healthz")
                if (await client.get("/readyz")).status_code == 200:
                    break
            started = monotonic()
            assert await program.end() == 0
            assert monotonic() - started < 5
        assert (await poll).json() == {"messages": []}
