"""One transaction of the SQLite store: the statements of a batch of turns.

Leads in: `SqliteStore.transaction`. Announcements, calls, households and people of an area
are parts of their own (`sqlite_broadcasts`, `sqlite_calls`, …), handed the same queries.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from store.base import (
    Address,
    FactRow,
    HistoryRow,
    InboxRow,
    LearnerRow,
    NewTicket,
    OutboxRow,
    Person,
    QuarantineRow,
    RejectedRow,
    RoleRow,
    SentRow,
    TicketRow,
)
from store.erasures import Erasures
from store.mentions import forget_mentions
from store.named import Named, as_json
from store.personal import PERSONAL
from store.sqlite_broadcasts import SqliteBroadcasts
from store.sqlite_calls import SqliteCalls
from store.sqlite_households import SqliteHouseholds
from store.sqlite_people import SqlitePeople
from store.statements import Statements

_FINDS = (
    *("inviter", "roles", "ticket", "team"),
    *("calls", "my_call", "duty", "chats", "household"),
    *("noticed", "quiet", "kept", "family"),
    *("broadcast", "broadcasts", "broadcast_coming"),
)


class SqliteTransaction:
    """One batch on the writing connection; see `base.Transaction`. named: its queries."""

    def __init__(
        self, statements: Statements, outbox_ids: Iterator[int], erasures: Erasures
    ) -> None:
        self.named = named = Named(statements)
        self._all, self._many, self._run = named.all, named.many, named.run
        self.broadcasts = SqliteBroadcasts(named.all, named.many, named.changed)
        self.calls = SqliteCalls(named.all, named.many)
        self.households = SqliteHouseholds(named.all, named.many, named.run)
        self.people = SqlitePeople(named.all, named.many)
        self._outbox_ids = outbox_ids
        self._erasures = erasures
        self.erased: dict[str, int] = {}

    async def first_seen(self, keys: Sequence[str], at: int) -> set[str]:
        if not keys:
            return set()
        return {row[0] for row in await self._all("remember_keys", keys=as_json(keys), at=at)}

    async def load_people(self, addresses: Sequence[Address]) -> dict[Address, Person]:
        if not addresses:
            return {}
        rows = await self._all("people", addresses=as_json(addresses))
        return {person.address: person for person in map(person_of, rows)}

    async def load_learners(self, learner_ids: Sequence[str]) -> dict[str, Person]:
        if not learner_ids:
            return {}
        rows = await self._all("learners", learner_ids=as_json(learner_ids))
        return {person.learner_id: person for person in map(person_of, rows)}

    async def add_people(self, people: Sequence[Person], at: int) -> None:
        rows = [
            {
                "contact_id": one.contact_id,
                "learner_id": one.learner_id,
                "channel": one.address.channel,
                "account": one.address.account,
                "external_id": one.address.external_id,
                "document": one.document,
                "at": at,
            }
            for one in people
        ]
        await self._many("add_learner", rows)
        await self._many("add_contact", rows)
        await self._many("add_contact_learner", rows)

    async def save_learners(self, rows: Sequence[LearnerRow]) -> None:
        await self._many("save_learner", rows)

    async def add_facts(self, rows: Sequence[FactRow]) -> None:
        await self._many("add_fact", rows)

    async def add_outbox(self, rows: Sequence[OutboxRow]) -> list[int]:
        """Append replies; this connection alone writes, so the ids are known beforehand."""
        ids = [next(self._outbox_ids) for _ in rows]
        await self._many("add_outbox", [(id_, *row) for id_, row in zip(ids, rows, strict=True)])
        return ids

    async def add_history(self, rows: Sequence[HistoryRow]) -> list[int]:
        """Append lines; this connection alone writes, so the ids are known beforehand."""
        if not rows:
            return []
        last = (await self._all("last_history_id"))[0][0]
        ids = list(range(last + 1, last + 1 + len(rows)))
        await self._many("add_history", [(id_, *row) for id_, row in zip(ids, rows, strict=True)])
        return ids

    async def add_inbox(self, rows: Sequence[InboxRow]) -> None:
        await self._many("add_inbox", rows)

    async def take_inbox(self, limit: int) -> list[InboxRow]:
        rows = await self._all("take_inbox", limit=limit)
        return [InboxRow(*row[1:]) for row in sorted(rows)]

    async def add_quarantine(self, rows: Sequence[QuarantineRow]) -> None:
        await self._many("add_quarantine", rows)

    async def rejected(self, number: int) -> RejectedRow | None:
        rows = await self._all("rejected", number=number)
        return RejectedRow(*rows[0]) if rows else None

    async def keep_rejected(self, number: int, kind: str, trace: str, at: int) -> None:
        await self._many("keep_rejected", [(number, kind, trace, at)])

    async def drop_rejected(self, number: int) -> None:
        await self._many("drop_rejected", [(number,)])

    async def make_tickets(self, rows: Sequence[NewTicket]) -> None:
        await self._many("make_ticket", rows)

    async def use_ticket(
        self, hash: str, purpose: str, learner_id: str, at: int
    ) -> TicketRow | None:
        rows = await self._all(
            "use_ticket", hash=hash, purpose=purpose, learner_id=learner_id, at=at
        )
        return TicketRow(*rows[0]) if rows else None

    async def give_role(self, row: RoleRow) -> None:
        await self._many("give_role", [row])

    async def end_role(
        self, learner_id: str, role: str, ward: str, hamlet: str, *, taken_by: str, at: int
    ) -> bool:
        area = {"learner_id": learner_id, "role": role, "ward": ward, "hamlet": hamlet}
        ended = await self._all("end_role", **area, taken_by=taken_by, at=at)
        if ended:
            await self._run("void_tickets", learner_id=learner_id, at=at)
        return bool(ended)

    async def find(self, query: str, parameters: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
        if query not in _FINDS:
            raise ValueError(f"no such list: {query}")
        listed = as_json(parameters)
        names, rows = await self.named.titled(f"find_{query}", parameters=listed)
        found: dict[str, list[dict[str, Any]]] = {}
        for parameter, *values in rows:
            found.setdefault(parameter, []).append(dict(zip(names[1:], values, strict=True)))
        return found

    async def mark_sent(self, results: Sequence[SentRow], at: int) -> None:
        await self._many("mark_sent", [(*result, at) for result in results])

    async def lost_nudges(self, outbox_ids: Sequence[int]) -> list[tuple[int, str, int]]:
        if not outbox_ids:
            return []
        rows = await self._all("lost_nudges", outbox_ids=as_json(outbox_ids))
        return [(int(row[0]), str(row[1]), int(row[2])) for row in rows]

    async def mark_unreachable(self, contact_ids: Sequence[int], at: int) -> None:
        await self._many("mark_unreachable", [(one, at) for one in contact_ids])
        await self._many("cancel_contact", [(one, at) for one in contact_ids])
        await self._many("no_nudge_there", [(one,) for one in contact_ids])

    async def mark_reachable(self, contact_ids: Sequence[int]) -> None:
        await self._many("mark_reachable", [(one,) for one in contact_ids])

    async def move_contacts(self, moves: Sequence[tuple[int, str]]) -> None:
        await self._many("move_contact", moves)

    async def cancel_unasked(self, learner_ids: Sequence[str], at: int) -> None:
        await self._many("cancel_unasked", [(one, at) for one in learner_ids])

    async def keep_files(self, files: Sequence[tuple[str, str, str]]) -> None:
        await self._many("keep_file", files)

    async def keep_attachment(self, name: str, content: bytes, at: int) -> None:
        await self._many("keep_attachment", [(name, content, at)])

    async def count_messages(self, counted: Sequence[tuple[str, str, int]]) -> None:
        await self._many("count_messages", counted)

    async def erase_learner(self, learner_id: str, at: int) -> None:
        await forget_mentions(learner_id, self._all, self._many)
        for kept in PERSONAL.values():
            for name in kept.erase:
                await self._run(name, learner_id=learner_id)
        hashed = self._erasures.hash_of(learner_id)
        await self._many("remember_erased", [{"learner_hash": hashed, "at": at}])
        self.erased[hashed] = at


def person_of(row: Sequence[Any]) -> Person:
    """A person, of a row of the queries `people` and `learners`."""
    address = Address(row[1], row[2], row[3])
    return Person(row[0], address, row[4], row[5], bool(row[6]), bool(row[7]))
