"""The database file from outside: who holds it, which version it is, a copy before an upgrade.

A second program is refused by `flock` on FILE.lock, never by a pid file: the kernel frees
it however a program ends. Source: design.md section 5; promises.md P39, P40.
"""

import fcntl
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import EACCES
from pathlib import Path

import aiosqlite

from store.base import StoreError, StoreFull, StoreInUse, StoreNewer, StoreUnavailable

_MIGRATIONS = Path(__file__).parent / "migrations"


@contextmanager
def as_store_errors() -> Iterator[None]:
    """Drivers' exceptions stop here."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
            raise StoreFull(
                "the disk is full: nothing can be written until there is room"
            ) from error
        raise StoreUnavailable(f"the database cannot be used now: {error}") from error
    except sqlite3.Error as error:
        raise StoreError(f"the database refused the work: {error}") from error


def make_folder(path: Path) -> None:
    """The folder of a file, private where it is new. Raises StoreUnavailable."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not os.access(path.parent, os.W_OK):
            raise PermissionError(EACCES, os.strerror(EACCES))
    except OSError as error:
        raise _no_place(path, error) from error


def _no_place(path: Path, error: OSError) -> StoreUnavailable:
    return StoreUnavailable(
        f"cannot write in {path.parent} ({error.strerror}); choose another place with "
        "HOCVUSO_DATABASE or give this user the right to write there"
    )


def hold(path: Path) -> int:
    """Hold FILE.lock for this program. The number in it only tells a person whose it is."""
    make_folder(path)
    try:
        lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _no_place(path, error) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        pid = os.read(lock, 20).decode("ascii", "replace").strip() or "?"
        os.close(lock)
        raise StoreInUse(
            f"đang chạy (pid {pid}) trên {path}; "
            f"another hocvuso (pid {pid}) is using {path}: stop it first"
        ) from error
    os.ftruncate(lock, 0)
    os.write(lock, str(os.getpid()).encode())
    return lock


def newest_version() -> int:
    """The version of the file that this program writes."""
    return max(_migrations())


def _migrations() -> dict[int, Path]:
    return {int(file.name[:4]): file for file in sorted(_MIGRATIONS.glob("*.sql"))}


async def migrate(writer: aiosqlite.Connection, path: Path) -> None:
    """Bring the file to this program's version: backup first, then one transaction."""
    migrations = _migrations()
    newest = max(migrations)
    ((version,),) = list(await writer.execute_fetchall("PRAGMA user_version"))
    if version > newest:
        raise StoreNewer(
            f"{path} was written by a newer hocvuso (version {version}, this one knows "
            f"{newest}): install the newer one, the file is untouched"
        )
    if version == newest:
        return
    if version:
        await back_up(writer, path.with_name(f"{path.name}.before-{newest:04}.bak"))
    await writer.execute("BEGIN IMMEDIATE")
    try:
        for number in range(version + 1, newest + 1):
            for statement in _statements(migrations[number].read_text("utf-8")):
                await writer.execute(statement)
        await writer.execute(f"PRAGMA user_version = {newest}")
        await writer.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            await writer.execute("ROLLBACK")
        raise


def forget_copies(path: Path, before: int) -> None:
    """Remove the copies that upgrades and restores left, older than that (milliseconds)."""
    for copy in path.parent.glob(f"{path.name}.before-*"):
        if copy.stat().st_mtime * 1000 < before:
            copy.unlink()


async def back_up(writer: aiosqlite.Connection, target: Path) -> None:
    """A whole copy under that name, private; nothing half-written ever bears the name."""
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_WRONLY, 0o600))
    async with aiosqlite.connect(part) as copy:
        await writer.backup(copy)
    part.replace(target)


def _statements(sql: str) -> list[str]:
    """The statements of a migration: comments removed, cut at semicolons at a line's end."""
    bare = re.sub(r"--[^\n]*", "", sql)
    return [part.strip() for part in re.split(r";\s*(?:\n|$)", bare) if part.strip()]
