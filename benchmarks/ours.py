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
from bot.batch import Incoming
from bot.channels.telegram.format import send_body
from bot.channels.telegram.updates import Said, parse_update
from bot.content import load_shelf
from bot.conversation.learner import Learner, is_welcomed
from bot.conversation.replies import Reply
from bot.turns import Turns
from store.base import Address, SentRow
from store.sqlite import SqliteTransaction, open_store

_REPLY = msgspec.json.Decoder(Reply)
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
        turns = Turns(store, shelf, secret=b"bench", clock=lambda: NOW)
        ids: dict[int, str] = {}
        try:
            await _batch(turns, store, raw_updates(LEARNERS * 5, first=10_000_000), ids)
            updates = raw_updates(turns_count)
            started = time.perf_counter()
            for at in range(0, len(updates), BATCH):
                await _batch(turns, store, updates[at : at + BATCH], ids)
            seconds = time.perf_counter() - started
            assert await store.count("seen") == turns_count + LEARNERS * 5
            async with store.transaction() as tx:
                people = await tx.load_learners(list(set(ids.values())))
            learners = [msgspec.json.decode(p.document, type=Learner) for p in people.values()]
            assert len(learners) == LEARNERS
            assert all(map(is_welcomed, learners))
        finally:
            await store.close()
    return seconds


async def _batch(turns: Turns, store: Any, raws: list[bytes], ids: dict[int, str]) -> None:
    """Decode, commit, render; the outcome of the sends goes into the next commit."""
    batch = []
    for raw in raws:
        update = parse_update(raw)
        assert isinstance(update, Said)
        address = Address("telegram", "main", str(update.chat_id))
        batch.append(Incoming(f"telegram:main:{update.update_id}", address, NOW, update.body))
    await turns.run_batch(batch)
    rows = await store.take_outbox("telegram:main", 1, after=0, limit=5 * BATCH)
    bodies = []
    for row in rows:
        chat = int(row.address.external_id)
        learner_id = ids.get(chat)
        if learner_id is None:
            person = await store.person(row.address)
            learner_id = ids[chat] = person.learner_id
        reply = _REPLY.decode(row.body)
        presses = [turns.seals.press(learner_id, reply.turn, one.id) for one in reply.options]
        bodies.append(send_body(chat, reply, presses))
    assert len(bodies) >= len(raws)
    turns.sent([SentRow(row.id, "sent") for row in rows])


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

    def awaited(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        async def call(*args: Any, **options: Any) -> Any:
            started = time.perf_counter()
            try:
                return await work(*args, **options)
            finally:
                spent[name] = spent.get(name, 0.0) + time.perf_counter() - started

        return call

    here = sys.modules[__name__]
    here.parse_update = timed("update", parse_update)
    here.send_body = timed("render", send_body)
    batch_module.step = timed("step", batch_module.step)  # type: ignore[attr-defined]
    for name in ("_all", "_many"):
        setattr(SqliteTransaction, name, awaited("sql", getattr(SqliteTransaction, name)))
    from store.sqlite import SqliteStore

    SqliteStore._read = awaited("sql", SqliteStore._read)  # type: ignore[method-assign]
    seconds = asyncio.run(run(turns_count))
    table = {name: 1e6 * took / turns_count for name, took in spent.items()}
    table["loop, documents, commit"] = 1e6 * seconds / turns_count - sum(table.values())
    return table


if __name__ == "__main__":
    if "--parts" in sys.argv:
        print(json.dumps(parts(TURNS)))
    else:
        took = asyncio.run(run(TURNS))
        print(json.dumps({"name": "hocvuso", "turns": TURNS, "seconds": took}))
