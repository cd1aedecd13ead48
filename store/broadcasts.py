"""What a store keeps of announcements, and the part of a transaction that is about them.

Leads in: `bot/announcing`, `bot/carrying`, `scheduler/broadcasts`. An announcement is a
row; each recipient is one row of the outbox that names it, so nobody is written to twice.
Moments are milliseconds UTC; audience and body are JSON of the conversation's structs.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

import msgspec

from store.statements import Statements

# So many learners, or recipients of an earlier one, are looked through inside a transaction:
# about ten milliseconds.
LOOKED_THROUGH = 1000
ENOUGH = 2000  # rows that wait, beyond which nobody asks how many more
_RECIPIENTS, _ANSWERS = ("status", "reason", "people"), ("answer", "people")
_LEFT = ("waiting", "later")
_STRIDE = 4000  # of a walk over all of them
AT_WORK = ("waiting_approval", "held", "running", "paused")


class BroadcastRow(NamedTuple):
    """One announcement. status: draft, waiting_approval, held, running, paused, done, cancelled.

    root: the announcement that this one repeats or corrects, else its own id. digest: of
    audience and body; approved_digest: of what the second person approved, needed where
    `second` is 1. after: the last learner id taken into the outbox; expanded: there are no
    more. told: the last quarter of the way of which its maker was told.
    """

    broadcast_id: int
    root: int
    made_by: str
    ward: str
    hamlet: str
    audience: str
    body: str
    digest: str
    urgent: int
    status: str
    recipients: int
    second: int
    approved_by: str
    approved_digest: str
    made_at: int
    send_at: int
    after: str = ""
    expanded: int = 0
    told: int = 0


class Seeking(NamedTuple):
    """Whose learners an announcement seeks, as the store understands it.

    number: the announcement, whose recipients so far are left out (0: none). seen_before:
    only who was not seen since (0: anybody). missed, reached: the root of an announcement
    that did not reach, or did reach them; then nothing else counts.
    """

    number: int = 0
    made_by: str = ""
    ward: str = ""
    hamlet: str = ""
    course: str = ""
    not_started: bool = False
    seen_before: int = 0
    missed: int = 0
    reached: int = 0


class Found(NamedTuple):
    """Learners who are sought. last: the last who was looked at; ended: there are no more."""

    learner_ids: list[str]
    last: str
    ended: bool


class Outstanding(NamedTuple):
    """Rows of an announcement that are not sent: at once (at most ENOUGH are counted), and
    at a later moment (one is)."""

    waiting: int
    later: int


class Broadcasting(Protocol):
    """The part of `base.Transaction` that is about announcements."""

    async def add_broadcast(self, row: BroadcastRow) -> int:
        """Keep it under a new id, which is returned; a root of 0 becomes that id."""

    async def broadcast(self, number: int) -> BroadcastRow | None: ...

    async def save_broadcast(self, row: BroadcastRow, was: str) -> bool:
        """Write what changed, if its status is still `was`."""

    async def broadcasts_at_work(self, at: int) -> list[BroadcastRow]:
        """Those held until now, and those that are running, oldest first."""

    async def urgent_since(self, row: BroadcastRow, since: int) -> int:
        """Other urgent ones made since, that reach somebody of the same area."""

    async def audience(self, seeking: Seeking, *, after: str, limit: int) -> Found:
        """The next learners in the order of their ids; few of many are looked through."""

    async def audience_size(self, seeking: Seeking) -> dict[str, int] | None:
        """How many on which channel; None where there are too many to look through here
        (`Store.audience_size` does)."""

    async def recipient_counts(self, number: int) -> list[dict[str, Any]] | None:
        """[{"status", "reason", "people"}]; None where they are too many to count here
        (`Store.recipient_counts` does)."""

    async def answer_counts(self, number: int) -> list[dict[str, Any]] | None:
        """[{"answer", "people"}]; None as above."""

    async def outstanding(self, number: int) -> Outstanding: ...

    async def recipients(self, number: int, at_most: int) -> int:
        """How many there are so far, counted to one more than that."""

    async def cancel_rows(self, number: int, at: int) -> int:
        """What waits is not sent, nor so many of those for later; how many."""

    async def cancelled_halfway(self) -> list[int]:
        """Cancelled ones of which there still are rows for later."""

    async def pause_rows(self, number: int, later_at: int) -> int:
        """What waits is written anew from that moment on; how many."""

    async def take_later(self, number: int, at: int, limit: int) -> dict[str, int]:
        """Remove rows whose moment has come: the learners of whom they were, each with the
        moment at which it was first to be sent (0: it never was)."""

    async def answer_broadcast(self, number: int, learner_id: str, answer: str, at: int) -> bool:
        """The last answer counts. False: they are no recipient."""

    async def role_holders(self, ward: str, hamlet: str, limit: int) -> list[dict[str, Any]]:
        """[{"learner_id", "role", "ward", "hamlet"}] that cover that area."""


class SqliteBroadcasting:
    """`Broadcasting` on SQLite; mixed into its transaction."""

    _statements: Statements

    def _sql(self, query: str) -> str:
        raise NotImplementedError

    async def _all(self, query: str, **parameters: Any) -> list[Any]:
        raise NotImplementedError

    async def _many(self, query: str, rows: Sequence[Any]) -> None:
        raise NotImplementedError

    async def add_broadcast(self, row: BroadcastRow) -> int:
        number = int((await self._all("last_broadcast_id"))[0][0]) + 1
        kept = row._replace(broadcast_id=number, root=row.root or number)
        await self._many("add_broadcast", [kept])
        return number

    async def broadcast(self, number: int) -> BroadcastRow | None:
        rows = await self._all("broadcast", number=number)
        return BroadcastRow(*rows[0]) if rows else None

    async def save_broadcast(self, row: BroadcastRow, was: str) -> bool:
        return bool(await self._all("save_broadcast", **row._asdict(), was=was))

    async def broadcasts_at_work(self, at: int) -> list[BroadcastRow]:
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

    async def _changed(self, query: str, **parameters: Any) -> int:
        return await self._statements.changed(self._sql(query), parameters)

    async def take_later(self, number: int, at: int, limit: int) -> dict[str, int]:
        rows = await self._all("take_later", number=number, at=at, limit=limit)
        return {row[0]: row[1] for row in sorted(tuple(one) for one in rows)}

    async def answer_broadcast(self, number: int, learner_id: str, answer: str, at: int) -> bool:
        told = {"number": number, "learner_id": learner_id, "answer": answer, "at": at}
        return bool(await self._all("answer_broadcast", **told))

    async def role_holders(self, ward: str, hamlet: str, limit: int) -> list[dict[str, Any]]:
        rows = await self._all("may_approve", ward=ward, hamlet=hamlet, limit=limit)
        return [
            dict(zip(("learner_id", "role", "ward", "hamlet"), row, strict=True)) for row in rows
        ]


def seeking_of(parameter: str) -> Seeking:
    """A `Seeking` as a screen names it: its JSON object."""
    return Seeking(**msgspec.json.decode(parameter))


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
    names = msgspec.json.encode(among).decode()
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
