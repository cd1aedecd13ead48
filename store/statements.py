"""The statements of one transaction, taken together to the thread that SQLite works in.

What only writes waits for the next statement that answers something, or for the commit:
a batch of turns makes three visits to the thread instead of fourteen. A visit costs two
changes of thread, and while the program is busy a wait for the interpreter's lock each.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import aiosqlite

T = TypeVar("T")
Parameters = Mapping[str, Any]


class Connection(aiosqlite.Connection):
    """A connection whose thread can be handed more than one statement at a time."""

    async def visit(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do `work` in the connection's thread; what it raises is raised here."""
        done: T = await self._execute(work, self._conn)  # type: ignore[no-untyped-call]
        return done


class Statements:
    """From BEGIN IMMEDIATE, which goes with the first statement, to `commit` or `undo`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._waiting: list[tuple[str, Sequence[Any]]] = []
        self._begun = False

    def many(self, sql: str, rows: Iterable[Any]) -> None:
        """A statement for each row; done at the latest with the commit, which may raise for it."""
        self._waiting.append((sql, list(rows)))

    async def rows(self, sql: str, parameters: Parameters) -> list[Any]:
        return await self._visit(lambda connection: connection.execute(sql, parameters).fetchall())

    async def named(self, sql: str, parameters: Parameters) -> tuple[list[str], list[Any]]:
        """The columns' names, and the rows."""

        def read(connection: sqlite3.Connection) -> tuple[list[str], list[Any]]:
            cursor = connection.execute(sql, parameters)
            return [column[0] for column in cursor.description], cursor.fetchall()

        return await self._visit(read)

    async def changed(self, sql: str, parameters: Parameters) -> int:
        """How many rows the statement changed."""
        return await self._visit(lambda connection: connection.execute(sql, parameters).rowcount)

    async def commit(self) -> None:
        if self._begun or self._waiting:
            await self._visit(lambda connection: connection.execute("COMMIT"))

    async def undo(self) -> None:
        # Not asked whether one is open: the work may still wait for the connection's thread.
        if self._begun:
            with suppress(sqlite3.Error):
                await self._connection.execute("ROLLBACK")

    async def _visit(self, last: Callable[[sqlite3.Connection], T]) -> T:
        waiting, self._waiting = self._waiting, []
        begins, self._begun = not self._begun, True

        def work(connection: sqlite3.Connection) -> T:
            if begins:
                connection.execute("BEGIN IMMEDIATE")
            for sql, rows in waiting:
                connection.executemany(sql, rows)
            return last(connection)

        return await self._connection.visit(work)
