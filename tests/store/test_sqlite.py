"""The file itself: one program at a time, upgraded with a backup, private, never hanging."""

import asyncio
import shutil
import sqlite3
import sys
from pathlib import Path

import pytest

from store.base import StoreInUse, StoreNewer, StoreUnavailable
from store.sqlite import SqliteStore, open_store

HOLD = """
import asyncio, sys
from pathlib import Path
from store.sqlite import open_store

async def main():
    await open_store(Path(sys.argv[1]), now_ms=lambda: 0)
    print("open", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


async def _open(path: Path) -> SqliteStore:
    return await open_store(path, now_ms=lambda: 0)


async def test_a_second_program_is_refused_until_the_first_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "hocvuso.db"
    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLD, str(path), stdout=asyncio.subprocess.PIPE
    )
    assert holder.stdout is not None
    assert await holder.stdout.readline() == b"open\n"
    with pytest.raises(StoreInUse) as refused:
        await _open(path)
    assert str(holder.pid) in str(refused.value)
    assert str(path) in str(refused.value)
    holder.kill()
    await holder.wait()
    await (await _open(path)).close()


async def test_the_file_is_private(tmp_path: Path) -> None:
    path = tmp_path / "var" / "hocvuso.db"
    await (await _open(path)).close()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


async def test_a_newer_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "hocvuso.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    with pytest.raises(StoreNewer):
        await _open(path)
    with pytest.raises(StoreNewer):  # the lock was freed
        await _open(path)


async def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreUnavailable, match="HOCVUSO_DATABASE"):
        await _open(tmp_path / "file" / "hocvuso.db")


async def test_something_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "hocvuso.db"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(Exception, match="database"):
        await _open(path)


async def test_an_upgrade_backs_the_file_up_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "hocvuso.db"
    await (await _open(path)).close()
    folder = tmp_path / "room"
    shutil.copytree("store/migrations", folder / "migrations")
    newest = max(int(file.name[:4]) for file in (folder / "migrations").glob("*.sql"))
    more = folder / "migrations" / f"{newest + 1:04}_more.sql"
    more.write_text("CREATE TABLE more (a TEXT) STRICT;\n")
    monkeypatch.setattr("store.file._MIGRATIONS", folder / "migrations")
    await (await _open(path)).close()
    backup = tmp_path / f"hocvuso.db.before-{newest + 1:04}.bak"
    for file, version in ((path, newest + 1), (backup, newest)):
        connection = sqlite3.connect(file)
        assert connection.execute("PRAGMA user_version").fetchone() == (version,)
        connection.close()
    bad = folder / "migrations" / f"{newest + 2:04}_bad.sql"
    bad.write_text("CREATE TABLE more (a TEXT) STRICT;\n")
    with pytest.raises(Exception, match="more"):
        await _open(path)
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (newest + 1,)
    connection.close()


@pytest.mark.parametrize("folder", ["store/migrations", "docs/decisions"])
def test_each_number_is_given_once(folder: str) -> None:
    """Of two migrations with one number only one would ever be run."""
    numbers = sorted(int(file.name[:4]) for file in Path(folder).iterdir())
    assert numbers == list(range(1, len(numbers) + 1))
