"""A look at the database file from another process: read-only, beside a running program.

Leads in: commands that change nothing (`rejected list`, `export`, `doctor`, `backup`).
The connection is `mode=ro`: it neither writes nor checkpoints, so the running program
stays the only one that does (promises.md P6). Calls block; a command has nothing else to do.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from store.base import RejectedRow, RoleRow, StoreError, StoreNewer, StoreUnavailable
from store.file import as_store_errors, newest_version
from store.named import QUERIES
from store.personal import PERSONAL


class StoreMissing(StoreError):
    """There is no database yet, or it is not one of ours."""

    code = "store:missing"


class Look:
    """An open read-only connection. Made by `look_at`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def rejected(self) -> list[RejectedRow]:
        """What is in quarantine, without the learners' words."""
        return [RejectedRow(*row) for row in self.rows("all_rejected")]

    def roles(self) -> list[RoleRow]:
        """Every role that is held."""
        return [RoleRow(*row) for row in self.rows("held_roles")]

    def learner(self, name: str, number_of: Callable[[str], str]) -> str | None:
        """The id of a learner named by id, by number or as "channel:account:id".

        number_of: how the logs name a learner id. Looking one up walks over all ids.
        """
        if rows := self.rows("known_learner", name=name):
            return str(rows[0][0])
        channel, _, rest = name.partition(":")
        account, _, external_id = rest.partition(":")
        if external_id:
            place = {"channel": channel, "account": account, "external_id": external_id}
            rows = self.rows("learner_of_chat", **place)
            return str(rows[0][0]) if rows else None
        ids = (str(row[0]) for row in self.rows("every_learner_id"))
        return next((one for one in ids if number_of(one) == name), None)

    def export(self, learner_id: str) -> dict[str, list[dict[str, Any]]]:
        """Every row about the learner that says something: table -> rows by column."""
        return {
            table: self._named(kept.export, learner_id=learner_id)
            for table, kept in PERSONAL.items()
            if kept.export
        }

    def _named(self, query: str, **parameters: Any) -> list[dict[str, Any]]:
        with as_store_errors():
            cursor = self.connection.execute(getattr(QUERIES, query).sql, parameters)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    def rows(self, query: str, **parameters: Any) -> list[Any]:
        with as_store_errors():
            return self.connection.execute(getattr(QUERIES, query).sql, parameters).fetchall()


@contextmanager
def look_at(path: Path) -> Iterator[Look]:
    """Open the file for reading. Raises StoreMissing, StoreNewer or StoreUnavailable."""
    if not path.is_file():
        raise StoreMissing(
            f"{path}: there is no database yet; start hocvuso once, or name the right file "
            "with HOCVUSO_DATABASE"
        )
    with as_store_errors():
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        with as_store_errors():
            connection.execute("PRAGMA busy_timeout = 5000")
            ((version,),) = connection.execute("PRAGMA user_version").fetchall()
        _check_version(path, int(version))
        yield Look(connection)
    finally:
        connection.close()


def _check_version(path: Path, version: int) -> None:
    newest = newest_version()
    if version > newest:
        raise StoreNewer(
            f"{path} was written by a newer hocvuso (version {version}, this one knows {newest}): "
            "install the newer one"
        )
    if version == 0:
        raise StoreMissing(f"{path} is not a database of hocvuso; name the right file")
    if version < newest:
        raise StoreUnavailable(
            f"{path} is of an older hocvuso (version {version}, this one writes {newest}): "
            "start this hocvuso once, it upgrades the file"
        )
