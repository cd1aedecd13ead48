"""Announcements, in SQLite; see `store.broadcasts`. Part of a transaction, and walks beside it."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from store.broadcasts import ENOUGH, BroadcastRow, Found, Outstanding, Seeking
from store.named import All, Change, Many, as_json

# So many learners, or recipients of an earlier one, are looked through inside a transaction:
# about ten milliseconds.
LOOKED_THROUGH = 1000
_RECIPIENTS, _ANSWERS = ("status", "reason", "people"), ("answer", "people")
_LEFT = ("waiting", "later")
_STRIDE = 4000  # of a walk over all of them


class SqliteBroadcasts:
    """all: the rows of a named query; many: a named query for each of some rows; changed: how
    many rows a named query changed."""

    def __init__(self, all: All, many: Many, changed: Change) -> None:
        self._all = all
        self._many = many
        self._changed = changed

    async def add(self, row: BroadcastRow) -> int:
        number = int((await self._all("last_broadcast_id"))[0][0]) + 1
        kept = row._replace(broadcast_id=number, root=row.root or number)
        await self._many("add_broadcast", [kept])
        return number

    async def get(self, number: int) -> BroadcastRow | None:
        rows = await self._all("broadcast", number=number)
        return BroadcastRow(*rows[0]) if rows else None

    async def save(self, row: BroadcastRow, was: str) -> bool:
        return bool(await self._all("save_broadcast", **row._asdict(), was=was))

    async def at_work(self, at: int) -> list[BroadcastRow]:
        return [BroadcastRow(*row) for row in await self._all("broadcasts_at_work", at=at)]

    async def urgent_since(self, row: BroadcastRow, since: int) -> int:
        place = {"ward": row.ward, "hamlet": row.hamlet, "number": row.broadcast_id}
        return int((await self._all("urgent_since", since=since, **place))[0][0])

    async def audience(self, seeking: Seeking, *, after: str, limit: int) -> Found:
        scanned = await self._scanned(seeking, after, LOOKED_THROUGH)
        rows = await self._willing(seeking, scanned.learner_ids, limit)
        found = [row[0] for row in rows]
        if len(found) == limit:
            return Found(found, found[-1], ended=False)
        return scanned._replace(learner_ids=found)

    async def _scanned(self, seeking: Seeking, after: str, scan: int) -> Found:
        """The next who may be meant, whoever they are."""
        parts = scans(seeking)
        if parts is None:
            rows = await self._all("broadcasts_of_root", root=root_of(seeking))
            parts = [("scan_recipients", {"number": row[0]}) for row in rows]
        lists = [
            [row[0] for row in await self._all(name, after=after, scan=scan, **values)]
            for name, values in parts
        ]
        return merged(lists, after, scan)

    async def _willing(self, seeking: Seeking, among: list[str], limit: int) -> list[Any]:
        return await self._all(willing_of(seeking), **willing_values(seeking, among, limit))

    async def audience_size(self, seeking: Seeking) -> dict[str, int] | None:
        scanned = await self._scanned(seeking, "", LOOKED_THROUGH)
        if not scanned.ended:
            return None
        return counted(await self._willing(seeking, scanned.learner_ids, -1))

    async def recipient_counts(self, number: int) -> list[dict[str, Any]] | None:
        ((many,),) = await self._all("recipients_beyond", number=number, limit=LOOKED_THROUGH)
        if many > LOOKED_THROUGH:
            return None
        return rows_of(_RECIPIENTS, await self._all("recipient_counts", number=number))

    async def answer_counts(self, number: int) -> list[dict[str, Any]] | None:
        ((many,),) = await self._all("answers_beyond", number=number, limit=LOOKED_THROUGH)
        if many > LOOKED_THROUGH:
            return None
        return rows_of(_ANSWERS, await self._all("answer_counts", number=number))

    async def outstanding(self, number: int) -> Outstanding:
        return Outstanding(*(await self._all("outstanding", number=number, enough=ENOUGH))[0])

    async def recipients(self, number: int, at_most: int) -> int:
        ((many,),) = await self._all("recipients_beyond", number=number, limit=at_most)
        return int(many)

    async def cancel_rows(self, number: int, at: int) -> int:
        values = {"number": number, "at": at, "limit": ENOUGH}
        return sum([await self._changed(f"cancel_{which}", **values) for which in _LEFT])

    async def cancelled_halfway(self) -> list[int]:
        return [row[0] for row in await self._all("cancelled_halfway")]

    async def pause_rows(self, number: int, later_at: int) -> int:
        return await self._changed("pause_rows", number=number, later_at=later_at)

    async def take_later(self, number: int, at: int, limit: int) -> dict[str, int]:
        rows = await self._all("take_later", number=number, at=at, limit=limit)
        return {row[0]: row[1] for row in sorted(tuple(one) for one in rows)}

    async def answer(self, number: int, learner_id: str, answer: str, at: int) -> bool:
        told = {"number": number, "learner_id": learner_id, "answer": answer, "at": at}
        return bool(await self._all("answer_broadcast", **told))

    async def role_holders(self, ward: str, hamlet: str, limit: int) -> list[dict[str, Any]]:
        rows = await self._all("may_approve", ward=ward, hamlet=hamlet, limit=limit)
        return [
            dict(zip(("learner_id", "role", "ward", "hamlet"), row, strict=True)) for row in rows
        ]


def root_of(seeking: Seeking) -> int:
    """The announcement whose recipients are meant, or 0: learners are."""
    return seeking.missed or seeking.reached


def scans(seeking: Seeking) -> list[tuple[str, dict[str, Any]]] | None:
    """The queries that name the next who may be meant; None: the recipients of a root."""
    if root_of(seeking):
        return None
    return [("scan_ward" if seeking.ward else "scan_everywhere", {"ward": seeking.ward})]


def merged(lists: list[list[str]], after: str, scan: int) -> Found:
    """One list of several, each in order and at most `scan` long: as far as all of them go."""
    cut = [one[-1] for one in lists if len(one) == scan]
    every = sorted({name for one in lists for name in one if not cut or name <= min(cut)})
    return Found(every, every[-1] if every else after, ended=not cut)


def willing_of(seeking: Seeking) -> str:
    """The name of the query that leaves those who are meant and may be told."""
    if seeking.missed:
        return "willing_missed"
    return "willing_reached" if seeking.reached else "willing"


def willing_values(seeking: Seeking, among: list[str], limit: int) -> dict[str, Any]:
    names = as_json(among)
    return {**seeking._asdict(), "root": root_of(seeking), "among": names, "limit": limit}


def counted(rows: Sequence[Any]) -> dict[str, int]:
    """How many on which channel, of rows of (learner id, channel)."""
    return dict(Counter(str(row[1]) for row in rows))


def rows_of(names: tuple[str, ...], rows: Sequence[Any]) -> list[dict[str, Any]]:
    return [dict(zip(names, row, strict=True)) for row in rows]


class Counting:
    """Walks over many, on a connection of its own: no turn and no other read waits for them.

    sql: a named query's text.
    """

    def __init__(self, connection: sqlite3.Connection, sql: Callable[[str], str]) -> None:
        self._connection = connection
        self._sql = sql

    def audience_size(self, seeking: Seeking) -> dict[str, int]:
        """How many on which channel, all as of one moment."""
        self._connection.execute("BEGIN")
        parts = scans(seeking)
        if parts is None:
            rows = self._all("broadcasts_of_root", root=root_of(seeking))
            parts = [("scan_recipients", {"number": row[0]}) for row in rows]
        sizes: Counter[str] = Counter()
        found = Found([], "", ended=False)
        while not found.ended:
            lists = [
                [row[0] for row in self._all(name, after=found.last, scan=_STRIDE, **values)]
                for name, values in parts
            ]
            found = merged(lists, found.last, _STRIDE)
            values = willing_values(seeking, found.learner_ids, -1)
            sizes.update(counted(self._all(willing_of(seeking), **values)))
        return dict(sizes)

    def recipient_counts(self, number: int) -> list[dict[str, Any]]:
        return rows_of(_RECIPIENTS, self._all("recipient_counts", number=number))

    def answer_counts(self, number: int) -> list[dict[str, Any]]:
        return rows_of(_ANSWERS, self._all("answer_counts", number=number))

    def _all(self, query: str, **parameters: Any) -> list[Any]:
        return self._connection.execute(self._sql(query), parameters).fetchall()
