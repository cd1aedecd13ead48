"""A whole copy of the database while a program works on it, and the way back.

The copy is read through a read-only connection inside one snapshot, so the program writes
on meanwhile and the copy has every turn of its moment. It gets its name only after it was
opened, checked and counted. Source: promises.md P39; sqlite.org/backup.html.
"""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from store.base import StoreError, StoreNewer
from store.erasures import Erasures
from store.file import as_store_errors, hold, newest_version
from store.looking import look_at
from store.named import QUERIES

_PAGES = 1000  # a step of the copy: 4 MB, a few milliseconds


class BadBackup(StoreError):
    """The file is damaged, or no backup of ours."""

    code = "store:bad_backup"


class PlaceTaken(StoreError):
    """There is something under that name already."""

    code = "store:place_taken"


def back_up(
    database: Path, target: Path, progress: Callable[[int, int], None] = lambda done, all: None
) -> dict[str, int]:
    """Copy the database to a new file, mode 0600; return the rows of each table.

    progress: told pages done and pages in all. Raises StoreError; nothing half-done stays.
    """
    if target.exists():
        raise PlaceTaken(f"{target} is there already: give the backup another name")
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        with look_at(database) as look, as_store_errors():
            look.connection.isolation_level = None
            look.connection.execute("BEGIN")
            wanted = _count(look.connection)
            _copy(look.connection, part, progress)
            look.connection.execute("COMMIT")
        found = check(part)
        if found != wanted:
            raise BadBackup(f"the copy of {database} has not the same rows: try again")
        _name(part, target)
    except OSError as error:
        raise StoreError(f"{target} cannot be written ({error.strerror})") from error
    finally:
        part.unlink(missing_ok=True)
    return found


def check(file: Path) -> dict[str, int]:
    """Open a backup, read all of it and count the rows of each table.

    Raises BadBackup for what is damaged or not ours, StoreNewer for a newer program's.
    """
    if not file.is_file():
        raise BadBackup(f"{file}: there is no such file")
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as opened:
            version = int(opened.execute("PRAGMA user_version").fetchone()[0])
            told = [row[0] for row in opened.execute("PRAGMA integrity_check(1)")]
            strangers = opened.execute("PRAGMA foreign_key_check").fetchall()
            rows = _count(opened)
    except sqlite3.Error as error:
        raise BadBackup(f"{file} is damaged or is no backup of hocvuso ({error})") from error
    if version > newest_version():
        raise StoreNewer(
            f"{file} was written by a newer hocvuso (version {version}, this one knows "
            f"{newest_version()}): install the newer one"
        )
    if told != ["ok"] or strangers:
        raise BadBackup(f"{file} is damaged: take an older backup")
    if not version or "learner" not in rows:
        raise BadBackup(f"{file} is no backup of hocvuso")
    return rows


def restore(backup: Path, database: Path, kept_as: Path) -> dict[str, int]:
    """Put a backup in the database's place; what was there is kept under another name.

    The next opening erases again whoever was erased since (store/erasures.py).
    Raises BadBackup, StoreNewer, StoreInUse; the old file is then where it was.
    """
    rows = check(backup)
    lock = hold(database)
    part = database.with_name(f"{database.name}.{os.getpid()}.part")
    try:
        with (
            as_store_errors(),
            closing(sqlite3.connect(f"{backup.resolve().as_uri()}?mode=ro", uri=True)) as source,
        ):
            _copy(source, part, lambda done, all: None)
        if check(part) != rows:
            raise BadBackup(f"the copy of {backup} has not the same rows: try again")
        if database.exists():
            _close_log(database)
        for end in ("", "-wal", "-shm"):
            old = database.with_name(database.name + end)
            if old.exists():
                aside = kept_as.with_name(kept_as.name + end)
                old.replace(aside)
                os.utime(aside)  # from now it is kept for 30 days
        _name(part, database)
    except OSError as error:
        raise StoreError(f"{database} cannot be written ({error.strerror})") from error
    finally:
        part.unlink(missing_ok=True)
        os.close(lock)
    return rows


def _copy(source: sqlite3.Connection, part: Path, progress: Callable[[int, int], None]) -> None:
    """Every page into a new private file that is one file when it is closed."""
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with closing(sqlite3.connect(part)) as copy:
        source.backup(copy, pages=_PAGES, progress=lambda _, left, all: progress(all - left, all))
        # A log beside it would be a second file to carry and to forget.
        copy.execute("PRAGMA journal_mode = DELETE")


def _count(opened: sqlite3.Connection) -> dict[str, int]:
    names = opened.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    return {
        name: int(opened.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0])
        for (name,) in names
    }


def _close_log(database: Path) -> None:
    """Before the old file is put aside: bring in what a killed program left in its log, and
    carry over who was erased."""
    # A damaged file may be why a backup is restored.
    with suppress(sqlite3.Error), closing(sqlite3.connect(database)) as opened:
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        rows = opened.execute(QUERIES.erased_hashes.sql).fetchall()
        erasures = Erasures(database, b"")
        known = erasures.load()
        erasures.add({hashed: at for hashed, at in rows if hashed not in known})


def _name(part: Path, target: Path) -> None:
    """Give the finished file its name, on disk on return."""
    _sync(part)
    part.rename(target)
    _sync(target.parent)


def _sync(place: Path) -> None:
    opened = os.open(place, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
