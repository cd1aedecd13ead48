"""Erasing for good: no trace in the file or its log, whoever reads meanwhile; erased again
when an old copy comes back. Source: promises.md P32.
"""

import asyncio
import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from store.base import Address, FactRow, HistoryRow, LearnerRow, Person
from store.sqlite import SqliteStore, open_store

SECRET = b"of the installation"
MARK = "bà Tám bán xôi "


async def _open(path: Path, secret: bytes = SECRET) -> SqliteStore:
    return await open_store(path, now_ms=lambda: 5, secret=secret)


async def _add(store: SqliteStore, *names: str, first: int = 1) -> None:
    people = [
        Person(number, Address("web", "web", f"visitor-{name}"), name, b"{}")
        for number, name in enumerate(names, first)
    ]
    async with store.transaction() as tx:
        await tx.add_people(people, 1)


def _traces(folder: Path, *words: str) -> dict[str, int]:
    return {
        file.name: found
        for file in folder.iterdir()
        if (found := sum(file.read_bytes().count(word.encode()) for word in words))
    }


async def _until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not is_so():  # noqa: ASYNC110  (files tell nobody that they changed)
            await asyncio.sleep(0.01)


async def _live(
    store: SqliteStore, names: list[str], marked: set[str], chance: random.Random
) -> None:
    """Documents that grow and shrink, so that pages are split, joined and moved."""
    for _ in range(120):
        async with store.transaction() as tx:
            for name in chance.sample(names, 12):
                said = (MARK if name in marked else "bác Hai ") * chance.choice([1, 3, 20, 70, 400])
                number = 1 + names.index(name)
                document = said.encode()
                await tx.save_learners([LearnerRow(name, document, "", "active", None, 1, number)])
                await tx.add_history([HistoryRow(number, name, "learner", document, 1)])
                await tx.add_facts([FactRow(name, 1, "attempt", document[:90], 1)])


@pytest.mark.parametrize("seed", range(4))
async def test_no_trace_is_left_in_any_page(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    names = [f"{chance.getrandbits(96):024x}" for _ in range(60)]
    marked = set(names[:20])
    store = await _open(tmp_path / "a.db")
    await _add(store, *names)
    await _live(store, names, marked, chance)
    assert _traces(tmp_path, MARK)
    for name in marked:
        async with store.transaction() as tx:
            await tx.erase_learner(name, 5)
    await _until(lambda: not _traces(tmp_path, MARK, *marked))
    # What the others do afterwards brings nothing back from memory.
    await _live(store, names[20:], set(), chance)
    await store.close()
    assert not _traces(tmp_path, MARK, *marked)
    connection = sqlite3.connect(tmp_path / "a.db")
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("SELECT count(*) FROM learner").fetchone() == (40,)
    connection.close()


async def test_somebody_who_reads_only_delays_it(tmp_path: Path) -> None:
    store = await _open(tmp_path / "a.db")
    await _add(store, "lan", "tu")
    async with store.transaction() as tx:
        await tx.save_learners([LearnerRow("lan", MARK.encode(), "", "active", None, 1, 1)])
    reader = sqlite3.connect(f"file:{tmp_path}/a.db?mode=ro", uri=True, isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM learner").fetchone() == (2,)
    async with store.transaction() as tx:
        await tx.erase_learner("lan", 5)
    async with asyncio.timeout(5):
        await _add(store, "ba", first=3)  # turns go on meanwhile
    assert _traces(tmp_path, MARK)
    reader.execute("COMMIT")
    reader.close()
    await _until(lambda: not _traces(tmp_path, MARK))
    await store.close()


async def test_a_program_that_ended_too_soon_finishes_at_its_next_start(tmp_path: Path) -> None:
    store = await _open(tmp_path / "a.db")
    await _add(store, "lan")
    async with store.transaction() as tx:
        await tx.erase_learner("lan", 5)
    await store.close()
    beside = tmp_path / "a.db.erased"
    assert beside.stat().st_mode & 0o777 == 0o600
    whole = beside.read_text()
    assert whole.endswith("wiped\n")
    beside.write_text(whole.removesuffix("wiped\n"))
    await (await _open(tmp_path / "a.db")).close()
    assert beside.read_text().endswith("wiped\n")


async def test_whoever_comes_back_with_an_old_copy_is_erased_again(tmp_path: Path) -> None:
    store = await _open(tmp_path / "a.db")
    await _add(store, "lan", "tu")
    await store.close()
    shutil.copy(tmp_path / "a.db", tmp_path / "yesterday")
    store = await _open(tmp_path / "a.db")
    async with store.transaction() as tx:
        await tx.erase_learner("lan", 5)
    await store.close()
    shutil.copy(tmp_path / "yesterday", tmp_path / "a.db")
    store = await _open(tmp_path / "a.db")
    assert await store.person(Address("web", "web", "visitor-lan")) is None
    assert await store.person(Address("web", "web", "visitor-tu")) is not None
    assert await store.count("erased") == 1
    (tmp_path / "a.db.erased").unlink()
    await store.close()
    await (await _open(tmp_path / "a.db")).close()
    assert (tmp_path / "a.db.erased").read_text().count(" 5\n") == 1


async def test_without_the_secret_a_hash_tells_nothing(tmp_path: Path) -> None:
    hashes = set()
    for number, secret in enumerate((b"one", b"other", b"")):
        store = await _open(tmp_path / f"{number}.db", secret)
        await _add(store, "lan")
        async with store.transaction() as tx:
            await tx.erase_learner("lan", 5)
        await store.close()
        hashes.add((tmp_path / f"{number}.db.erased").read_text().split()[0])
    assert len(hashes) == 3
