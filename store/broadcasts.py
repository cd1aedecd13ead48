"""What a store keeps of announcements, and the part of a transaction that is about them.

Leads in: `bot/announcing`, `bot/carrying`, `scheduler/broadcasts`. An announcement is a
row; each recipient is one row of the outbox that names it, so nobody is written to twice.
Moments are milliseconds UTC; audience and body are JSON of the conversation's structs.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import msgspec

from store.statements import Statements

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


class Outstanding(NamedTuple):
    """Rows of an announcement that are not sent: at once, and at a later moment."""

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

    async def audience(self, seeking: Seeking, *, after: str, limit: int) -> list[str]:
        """The next learner ids in their order."""

    async def audience_size(self, seeking: Seeking) -> dict[str, int]:
        """How many on which channel."""

    async def outstanding(self, number: int) -> Outstanding: ...

    async def cancel_rows(self, number: int, at: int) -> int:
        """What waits is not sent; how many."""

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

    async def _all(self, query: str, **parameters: Any) -> list[Any]:
        raise NotImplementedError

    async def _many(self, query: str, rows: Sequence[Any]) -> None:
        raise NotImplementedError

    def _sql(self, query: str) -> str:
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

    async def audience(self, seeking: Seeking, *, after: str, limit: int) -> list[str]:
        values = _values(seeking, after, limit)
        return [row[0] for row in await self._all(_query(seeking), **values)]

    async def audience_size(self, seeking: Seeking) -> dict[str, int]:
        inner = self._sql(_query(seeking)).strip().rstrip(";")
        sql = f"SELECT channel, count(*) FROM ({inner}) GROUP BY channel"
        rows = await self._statements.rows(sql, _values(seeking, "", -1))
        return {str(channel): int(people) for channel, people in rows}

    async def outstanding(self, number: int) -> Outstanding:
        return Outstanding(*(await self._all("outstanding", number=number))[0])

    async def cancel_rows(self, number: int, at: int) -> int:
        return await self._changed("cancel_rows", number=number, at=at)

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


def _query(seeking: Seeking) -> str:
    if seeking.missed:
        return "audience_missed"
    if seeking.reached:
        return "audience_reached"
    return "audience_of_ward" if seeking.ward else "audience_everywhere"


def _values(seeking: Seeking, after: str, limit: int) -> dict[str, Any]:
    root = seeking.missed or seeking.reached
    return {**seeking._asdict(), "root": root, "after": after, "limit": limit}
