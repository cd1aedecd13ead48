"""A backup has every turn of its moment and is whole; what is not whole is not restored."""

import asyncio
import shutil
import sqlite3
from pathlib import Path

import pytest

from store.backup import BadBackup, PlaceTaken, back_up, check, restore
from store.base import Address, FactRow, Person, StoreInUse, StoreNewer
from store.looking import StoreMissing
from store.sqlite import open_store


async def _filled(path: Path, learners: int = 3) -> None:
    store = await open_store(path, now_ms=lambda: 5, secret=b"s")
    async with store.transaction() as tx:
        people = [
            Person(n, Address("web", "web", str(n)), f"learner-{n}", b"{}") for n in range(learners)
        ]
        await tx.add_people(people, 1)
    await store.close()


async def test_under_load_every_turn_of_its_moment_is_there(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    store = await open_store(path, now_ms=lambda: 5)
    accepted = 0

    async def work() -> None:
        nonlocal accepted
        while True:
            async with store.transaction() as tx:
                rows = [FactRow("lan", 1, "attempt", b"x" * 500, 1) for _ in range(50)]
                await tx.add_facts(rows)
            accepted += 50

    working = asyncio.create_task(work())
    for number in range(20):
        before = accepted
        rows = await asyncio.to_thread(back_up, path, tmp_path / f"{number}.bak")
        assert before <= rows["fact"] <= accepted + 50
        assert rows["fact"] % 50 == 0
        assert (tmp_path / f"{number}.bak").stat().st_mode & 0o777 == 0o600
    working.cancel()
    await asyncio.wait([working])
    await store.close()
    assert sorted(file.name for file in tmp_path.iterdir() if "part" in file.name) == []


async def test_a_name_that_is_taken_is_left_alone(tmp_path: Path) -> None:
    await _filled(tmp_path / "a.db")
    (tmp_path / "b").write_text("mine")
    with pytest.raises(PlaceTaken):
        back_up(tmp_path / "a.db", tmp_path / "b")
    assert (tmp_path / "b").read_text() == "mine"
    with pytest.raises(StoreMissing):
        back_up(tmp_path / "none.db", tmp_path / "c")


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _scratch(file: Path) -> None:
    body = bytearray(file.read_bytes())
    for page in range(2, len(body) // 4096):
        body[page * 4096 : page * 4096 + 12] = b"scratched..."
    file.write_bytes(bytes(body))


def _other_program(file: Path) -> None:
    file.unlink()
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE a (b TEXT)")
    connection.close()


def _no_database(file: Path) -> None:
    file.write_bytes(b"a letter to my aunt" * 500)


@pytest.mark.parametrize(
    "spoil", [_cut, _scratch, _other_program, _no_database, Path.unlink], ids=lambda f: f.__name__
)
async def test_what_is_not_whole_is_refused_and_nothing_is_moved(tmp_path: Path, spoil) -> None:  # type: ignore[no-untyped-def]
    path, backup = tmp_path / "a.db", tmp_path / "a.bak"
    await _filled(path)
    back_up(path, backup)
    spoil(backup)
    before = path.read_bytes()
    with pytest.raises(BadBackup):
        restore(backup, path, tmp_path / "kept")
    assert path.read_bytes() == before
    assert not (tmp_path / "kept").exists()


async def test_newer_or_in_use_is_refused(tmp_path: Path) -> None:
    path, backup = tmp_path / "a.db", tmp_path / "a.bak"
    await _filled(path)
    back_up(path, backup)
    store = await open_store(path, now_ms=lambda: 5)
    with pytest.raises(StoreInUse):
        restore(backup, path, tmp_path / "kept")
    await store.close()
    connection = sqlite3.connect(backup)
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    with pytest.raises(StoreNewer):
        restore(backup, path, tmp_path / "kept")


async def test_restored_is_what_was_backed_up_and_the_erased_stay_erased(tmp_path: Path) -> None:
    path, backup = tmp_path / "var" / "a.db", tmp_path / "a.bak"
    await _filled(path)
    rows = back_up(path, backup)
    store = await open_store(path, now_ms=lambda: 5, secret=b"s")
    async with store.transaction() as tx:
        await tx.erase_learner("learner-1", 5)
        await tx.add_people([Person(9, Address("web", "web", "9"), "learner-9", b"{}")], 1)
    await store.close()
    # A program killed between the commit and the note beside it left only the table.
    (path.parent / "a.db.erased").unlink()
    assert restore(backup, path, path.parent / "kept") == rows
    store = await open_store(path, now_ms=lambda: 5, secret=b"s")
    assert store.erased_again == 1
    assert await store.count("learner") == 2
    assert await store.person(Address("web", "web", "1")) is None
    await store.close()
    assert check(path.parent / "kept")["learner"] == 3
    assert b"learner-1" not in path.read_bytes()


async def test_a_log_of_a_killed_program_goes_with_the_old_file(tmp_path: Path) -> None:
    path, backup = tmp_path / "a.db", tmp_path / "a.bak"
    await _filled(path)
    back_up(path, backup)
    store = await open_store(path, now_ms=lambda: 5, secret=b"s")
    async with store.transaction() as tx:
        await tx.add_people([Person(9, Address("web", "web", "9"), "learner-9", b"{}")], 1)
    killed = tmp_path / "killed"
    killed.mkdir()
    for end in ("", "-wal"):
        shutil.copy(f"{path}{end}", killed / f"a.db{end}")
    await store.close()
    restore(backup, killed / "a.db", killed / "kept")
    assert check(killed / "kept")["learner"] == 4
    assert check(killed / "a.db")["learner"] == 3


async def test_copies_beside_the_database_are_dropped_after_their_time(tmp_path: Path) -> None:
    store = await open_store(tmp_path / "a.db", now_ms=lambda: 5)
    copy = tmp_path / "a.db.before-0002.bak"
    copy.write_text("old")
    limits = {"guests_before": 0, "seen_before": 0, "sent_before": 0, "raw_before": 0, "at": 0}
    written = copy.stat().st_mtime * 1000
    await store.forget(history_before=int(written) - 1000, limit=9, **limits)
    assert copy.exists()
    await store.forget(history_before=int(written) + 1000, limit=9, **limits)
    assert not copy.exists()
    await store.close()
