"""The named queries of `queries/*.sql`, and how one transaction runs them.

The parts of a transaction (calls, households, people, announcements) are handed the ways that
they need, so that none of them knows the connection.
"""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import aiosql
import msgspec

from store.statements import Statements

QUERIES = aiosql.from_path(
    Path(__file__).parent / "queries", "aiosqlite", mandatory_parameters=False
)

All = Callable[..., Awaitable[list[Any]]]
Many = Callable[[str, Sequence[Any]], Awaitable[None]]
Run = Callable[..., Awaitable[None]]
Change = Callable[..., Awaitable[int]]


def text_of(query: str) -> str:
    """A named query's SQL."""
    return str(getattr(QUERIES, query).sql)


def as_json(rows: Sequence[Any]) -> str:
    """A list, as a query's one parameter."""
    return msgspec.json.encode(rows).decode()


class Named:
    """The named queries, run among the statements of one transaction."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def all(self, query: str, **parameters: Any) -> list[Any]:
        """The rows of a query."""
        return await self._statements.rows(text_of(query), parameters)

    async def titled(self, query: str, **parameters: Any) -> tuple[list[str], list[Any]]:
        """The columns' names, and the rows."""
        return await self._statements.named(text_of(query), parameters)

    async def run(self, query: str, **parameters: Any) -> None:
        """A query that changes rows and answers nothing."""
        self._statements.many(text_of(query), [parameters])

    async def many(self, query: str, rows: Sequence[Any]) -> None:
        """A query for each of some rows; none, none."""
        if rows:
            self._statements.many(text_of(query), rows)

    async def changed(self, query: str, **parameters: Any) -> int:
        """How many rows a query changed."""
        return await self._statements.changed(text_of(query), parameters)
