"""Our side: raw Telegram update bytes in, sendMessage bodies out, every turn durable.

The real parser, turns, SQLite store and renderer; only the network is left out. Batches
of 256, as under load. With `--parts` it says where a turn's microseconds go instead.
"""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.updates import BATCH, LEARNERS, TURNS, raw_updates
from bot import batch as batch_module
from bot.app import settle_memory
from bot.channels.telegram.format import send_body
from bot.channels.telegram.updates import Said, parse_update
from bot.content import load_shelf
from bot.conversation.learner import Learner, is_welcomed
from bot.conversation.off_days import off_days
from bot.passing import Incoming, Outgoing
from bot.turns import Turns
from store.base import Address, SentRow
from store.sqlite import open_store
from store.statements import Connection

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


async def run(turns_count: int) -> float:
    """Seconds for that many turns."""
    with tempfile.TemporaryDirectory(dir=".") as folder:
        store = await open_store(Path(folder) / "bench.db", now_ms=lambda: 0)
        shelf, _ = load_shelf(
            Path("lessons/courses"),
            Path("lessons/wards.yaml"),
            on=date(2026, 11, 24),
            public_url="",
        )
        settle_memory()
        off_days(NOW.year)  # the program has them from its start
        committed: list[Outgoing] = []
        turns = Turns(
            store,
            shelf,
            secret=b"bench",
            clock=lambda: NOW,
            on_commit=lambda done: committed.extend(done.outgoing),
        )
        try:
            await _batch(turns, committed, raw_updates(LEARNERS * 5, first=10_000_000))
            updates = raw_updates(turns_count)
            started = time.perf_counter()
            for at in range(0, len(updates), BATCH):
                await _batch(turns, committed, updates[at : at + BATCH])
            seconds = time.perf_counter() - started
            assert await store.count("seen") == turns_count + LEARNERS * 5
            people = [await store.person(_address(1000 + n)) for n in range(LEARNERS)]
            learners = [msgspec.json.decode(one.document, type=Learner) for one in people if one]
            assert len(learners) == LEARNERS
            assert all(map(is_welcomed, learners))
        finally:
            await store.close()
    return seconds


def _address(chat_id: int) -> Address:
    return Address("telegram", "main", str(chat_id))


async def _batch(turns: Turns, committed: list[Outgoing], raws: list[bytes]) -> None:
    """Decode, commit, render what the commit hands to delivery; the outcome of the sends goes
    into the next commit."""
    batch = []
    for raw in raws:
        update = parse_update(raw)
        assert isinstance(update, Said)
        key = f"telegram:main:{update.update_id}"
        batch.append(Incoming(key, _address(update.chat_id), NOW, update.body))
    await turns.run_batch(batch)
    bodies = []
    for row in committed:
        reply = row.reply
        presses = [turns.seals.press(row.learner_id, reply.turn, one.id) for one in reply.options]
        bodies.append(send_body(int(row.address.external_id), reply, presses))
    assert len(bodies) >= len(raws)
    turns.sent([SentRow(row.id, "sent") for row in committed])
    committed.clear()


def parts(turns_count: int) -> dict[str, float]:
    """Microseconds a turn by part, from a run of its own with a clock around each part."""
    spent: dict[str, float] = {}

    def timed(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            started = time.perf_counter()
            try:
                return work(*args, **options)
            finally:
                spent[name] = spent.get(name, 0.0) + time.perf_counter() - started

        return call

    here = sys.modules[__name__]
    here.parse_update = timed("update", parse_update)
    here.send_body = timed("render", send_body)
    batch_module.step = timed("step", batch_module.step)  # type: ignore[attr-defined]
    execute = Connection.visit

    async def visit(self: Connection, work: Callable[[Any], Any]) -> Any:
        started = time.perf_counter()
        try:
            return await execute(self, work)
        finally:
            spent["sql and commit"] = spent.get("sql and commit", 0.0) + (
                time.perf_counter() - started
            )

    Connection.visit = visit  # type: ignore[method-assign]
    seconds = asyncio.run(run(turns_count))
    table = {name: 1e6 * took / turns_count for name, took in spent.items()}
    table["loop and documents"] = 1e6 * seconds / turns_count - sum(table.values())
    return table


if __name__ == "__main__":
    if "--parts" in sys.argv:
        print(json.dumps(parts(TURNS)))
    else:
        took = asyncio.run(run(TURNS))
        print(json.dumps({"name": "hocvuso", "turns": TURNS, "seconds": took}))
