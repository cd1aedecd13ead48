"""The SQLite store: one file, one connection that writes, one that reads.

WAL with synchronous=FULL: what is committed is on disk. One connection alone writes
and checkpoints (before SQLite 3.51.3 two can corrupt a WAL file); the reading one is
`mode=ro`. A second program is refused by `flock` on FILE.lock, never by a pid file:
the kernel frees it however a program ends. Every exit path closes the connections:
an open aiosqlite connection hangs the exit. Source: design.md section 5.
"""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from functools import partial
from itertools import count
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

import aiosqlite

from store.base import (
    Address,
    MadeTicket,
    Message,
    Person,
    StoreFull,
    TicketRow,
    WaitingRow,
)
from store.broadcasts import Seeking
from store.erasures import Erasures
from store.file import as_store_errors, forget_copies, hold, migrate
from store.named import QUERIES, as_json, text_of
from store.personal import PERSONAL
from store.sqlite_broadcasts import Counting
from store.sqlite_transaction import SqliteTransaction, person_of
from store.statements import Connection, Statements
from store.wiping import Wiper

T = TypeVar("T")
_TABLES = frozenset(
    [
        "learner",
        "contact",
        "contact_learner",
        "seen",
        "fact",
        "outbox",
        "history",
        "inbox",
        "ticket",
        "quarantine",
        "erased",
        "media_file",
        "role",
        "broadcast",
        "broadcast_answer",
        "attachment",
        "messages_a_month",
        "help_call",
        "help_told",
        "duty",
        "notice",
        "kept_learner",
        "family",
    ]
)
_READ_AT_ONCE = 64  # rows that an open cursor fetches at a time
_FULL_FOR_S = 10.0  # how long a refused turn stands for a full disk, while none is taken


class SqliteStore:
    """An open database file; see `base.Store`. Made by `open_store`."""

    def __init__(
        self,
        path: Path,
        lock: int,
        writer: Connection,
        reader: aiosqlite.Connection,
        last_outbox_id: int,
        erasures: Erasures,
        file: int,
    ) -> None:
        self.path = path
        self._erasures = erasures
        self._outbox_ids = count(last_outbox_id + 1)
        self._lock_file = lock
        self._writer = writer
        self._reader = reader
        self._writing = asyncio.Lock()
        self._wiper = Wiper(file, writer, self._writing, erasures)
        self._closed = False
        self._full_at = -_FULL_FOR_S
        self.erased_again = 0

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[SqliteTransaction]:
        async with self._writing:
            with as_store_errors(), self._watching():
                statements = Statements(self._writer)
                work = SqliteTransaction(statements, self._outbox_ids, self._erasures)
                try:
                    yield work
                    await statements.commit()
                except BaseException:
                    # Cancelled or failed: undo first, then let it be known.
                    await asyncio.shield(statements.undo())
                    raise
                self._full_at = -_FULL_FOR_S
                if work.erased:
                    # What cannot be noted beside the database now is noted at the next start.
                    with suppress(OSError):
                        self._erasures.add(work.erased)
                    self._wiper.start()

    async def erase_again(self, now_ms: int) -> int:
        """Erase whoever FILE.erased names and this file does not: it was restored. How many."""
        known = dict(await self._read("erased_hashes"))
        beside = self._erasures.load()
        self._erasures.add({one: at for one, at in known.items() if one not in beside})
        missing = {one: at for one, at in beside.items() if one not in known}
        back: list[str] = []
        if missing:
            ids = (row[0] for row in await self._read("learner_ids"))
            back = self._erasures.among(ids, missing)
            async with self.transaction() as tx:
                for learner_id in back:
                    await tx.erase_learner(learner_id, now_ms)
                rows = [{"learner_hash": one, "at": at} for one, at in missing.items()]
                await tx.named.many("remember_erased", rows)
        if not self._erasures.is_wiped():
            self._wiper.start()
        return len(back)

    async def export(self, learner_id: str) -> dict[str, list[dict[str, Any]]]:
        return {
            table: await self._rows(kept.export, learner_id=learner_id)
            for table, kept in PERSONAL.items()
            if kept.export
        }

    async def use_data_ticket(self, hash: str, at: int) -> str | None:
        async with self.transaction() as tx:
            won = await tx.use_ticket(hash, "data", "data", at)
        return won.made_by if won else None

    @contextmanager
    def _watching(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
                self._full_at = monotonic()
            raise

    async def due_nudges(self, at: int, far: int, limit: int) -> list[str]:
        rows = await self._read("due_nudges", at=at, far=far, limit=limit)
        return [str(row[0]) for row in rows]

    async def take_outbox(
        self, account: str, priority: int, *, after: int, limit: int
    ) -> list[WaitingRow]:
        rows = await self._read(
            "waiting", account=account, priority=priority, after=after, limit=limit
        )
        return [WaitingRow._make((*row[:3], Address(*row[3:6]), *row[6:])) for row in rows]

    async def outbox_accounts(self) -> list[str]:
        return [row[0] for row in await self._read("outbox_accounts")]

    async def sent_in_slot(self, contact_id: int, slot: str) -> str:
        rows = await self._read("sent_in_slot", contact_id=contact_id, slot=slot)
        return str(rows[0][0]) if rows else ""

    async def files(self, account: str) -> dict[str, str]:
        return dict(await self._read("files", account=account))

    async def attachment(self, name: str) -> bytes | None:
        rows = await self._read("attachment", name=name)
        return bytes(rows[0][0]) if rows else None

    async def messages_in_month(self, account: str, month: str) -> int:
        rows = await self._read("messages_in_month", account=account, month=month)
        return int(rows[0][0]) if rows else 0

    async def chats_of(self, account: str) -> int:
        channel, _, name = account.partition(":")
        rows = await self._read("chats_of_account", channel=channel, account=name)
        return int(rows[0][0])

    async def history_after(self, address: Address, after: int, limit: int) -> list[Message]:
        rows = await self._read("history_after", **address._asdict(), after=after, limit=limit)
        return [Message(*row) for row in rows]

    async def history_latest(self, address: Address, limit: int) -> list[Message]:
        rows = await self._read("history_latest", **address._asdict(), limit=limit)
        return [Message(*row) for row in reversed(rows)]

    async def person(self, address: Address) -> Person | None:
        rows = await self._read("people", addresses=as_json([address]))
        return person_of(rows[0]) if rows else None

    async def ticket_maker(self, hash: str, at: int) -> MadeTicket | None:
        rows = await self._read("made_ticket", hash=hash, at=at)
        return MadeTicket(TicketRow(*rows[0][:-1]), rows[0][-1]) if rows else None

    async def ticket_purpose(self, hash: str, at: int) -> TicketRow | None:
        rows = await self._read("free_ticket", hash=hash, at=at)
        return TicketRow(*rows[0]) if rows else None

    async def use_return_ticket(self, hash: str, at: int) -> Address | None:
        async with self.transaction() as tx:
            won = await tx.use_ticket(hash, "return", "return", at)
        if won is None:
            return None
        rows = await self._read("web_contact", learner_id=won.made_by)
        return Address(*rows[0]) if rows else None

    async def forget(
        self,
        *,
        guests_before: int,
        seen_before: int,
        history_before: int,
        sent_before: int,
        raw_before: int,
        at: int,
        limit: int,
    ) -> int:
        forget_copies(self.path, history_before)
        async with self.transaction() as tx:
            guests = await tx.named.all("old_guests", before=guests_before, limit=limit)
            for (learner_id,) in guests:
                await tx.erase_learner(learner_id, at)
            gone = [
                await tx.named.changed(name, before=before, limit=limit)
                for name, before in (
                    ("forget_seen", seen_before),
                    ("forget_history", history_before),
                    ("forget_outbox", sent_before),
                    ("forget_quarantine", raw_before),
                    ("forget_tickets", raw_before),
                    ("forget_recipients", history_before),
                    ("forget_notices", history_before),
                )
            ]
            for name in ("forget_broadcast_answers", "forget_broadcasts", "forget_attachments"):
                await tx.named.run(name, before=history_before)
        return len(guests) + sum(max(0, rows) for rows in gone)

    async def count(self, table: str) -> int:
        if table not in _TABLES:
            raise ValueError(f"no such table: {table}")
        with as_store_errors():
            rows = list(await self._reader.execute_fetchall(f"SELECT count(*) FROM {table}"))
        return int(rows[0][0])

    async def probe(self) -> None:
        # A small write may still find room where the last turn found none.
        if monotonic() - self._full_at < _FULL_FOR_S:
            raise StoreFull("the disk is full: nothing can be written until there is room")
        if not self._writing.locked():
            async with self.transaction() as tx:
                await tx.first_seen(["probe"], 0)
                await tx.named.changed("forget_seen", before=1, limit=1)

    async def statuses(self) -> dict[str, int]:
        def count(own: sqlite3.Connection) -> dict[str, int]:
            return dict(own.execute(QUERIES.statuses.sql).fetchall())

        return await self._beside(count)

    async def audience_size(self, seeking: Seeking) -> dict[str, int]:
        return await self._beside(lambda own: Counting(own, text_of).audience_size(seeking))

    async def recipient_counts(self, number: int) -> list[dict[str, Any]]:
        return await self._beside(lambda own: Counting(own, text_of).recipient_counts(number))

    async def answer_counts(self, number: int) -> list[dict[str, Any]]:
        return await self._beside(lambda own: Counting(own, text_of).answer_counts(number))

    async def _beside(self, count: Callable[[sqlite3.Connection], T]) -> T:
        """A walk over many: on a connection of its own, so that no other read waits for it."""

        def walk() -> T:
            place = f"{self.path.resolve().as_uri()}?mode=ro"
            with closing(sqlite3.connect(place, uri=True, timeout=30)) as own:
                return count(own)

        with as_store_errors():
            return await asyncio.to_thread(walk)

    async def outbox_waiting(self) -> dict[str, dict[int, int]]:
        found: dict[str, dict[int, int]] = {}
        for account, priority, rows in await self._read("outbox_waiting"):
            found.setdefault(account, {})[priority] = rows
        return found

    async def oldest_waiting(self) -> int | None:
        oldest = (await self._read("oldest_waiting"))[0][0]
        return None if oldest is None else int(oldest)

    async def close(self) -> None:
        """Close both connections and free the file. Safe to call twice."""
        if self._closed:
            return
        self._closed = True
        await self._wiper.end()
        async with self._writing:
            try:
                with suppress(sqlite3.Error):
                    await self._reader.close()
                with suppress(sqlite3.Error):
                    await self._writer.close()
            finally:
                self._wiper.close()
                os.close(self._lock_file)

    async def _rows(self, query: str, **parameters: Any) -> list[dict[str, Any]]:
        """Rows with their columns' names."""
        with as_store_errors():
            cursor = await self._reader.execute(getattr(QUERIES, query).sql, parameters)
            names = [column[0] for column in cursor.description]
            rows = await cursor.fetchall()
            await cursor.close()
        return [dict(zip(names, row, strict=True)) for row in rows]

    async def _read(self, query: str, **parameters: Any) -> list[Any]:
        with as_store_errors():
            sql = getattr(QUERIES, query).sql
            return list(await self._reader.execute_fetchall(sql, parameters))


async def open_store(path: Path, *, now_ms: Callable[[], int], secret: bytes = b"") -> SqliteStore:
    """Lock, migrate and open the file, making it when it is not there.

    secret: the installation's; without it the hashes of who was erased bear no key.
    Whoever was erased since a restored file was made is erased again before this returns.
    Raises StoreInUse, StoreNewer or StoreUnavailable; nothing stays open then.
    """
    lock = hold(path)
    opened: list[aiosqlite.Connection] = []
    file: int | None = None
    try:
        with as_store_errors():
            # Open as long as the connections are: closing any file of the database would
            # drop the locks that SQLite holds on it (sqlite.org/howtocorrupt.html, 2.2).
            file = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            writer = Connection(partial(sqlite3.connect, path, isolation_level=None), _READ_AT_ONCE)
            await writer
            opened.append(writer)
            for pragma in (
                "busy_timeout = 30000",
                "journal_mode = WAL",
                "synchronous = FULL",
                "foreign_keys = ON",
                "secure_delete = ON",
                "temp_store = MEMORY",  # nothing of a learner in files of the system
                "cache_size = -16000",  # the inner pages of a million learners: 8 MB
            ):
                await writer.execute(f"PRAGMA {pragma}")
            await migrate(writer, path)
            reader = await aiosqlite.connect(
                f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None
            )
            opened.append(reader)
            await reader.execute("PRAGMA busy_timeout = 30000")
            await reader.execute("PRAGMA query_only = ON")
            last_id = (await QUERIES.last_outbox_id(reader))[0]
    except BaseException:
        for connection in opened:
            with suppress(sqlite3.Error):
                await connection.close()
        if file is not None:
            os.close(file)
        os.close(lock)
        raise
    store = SqliteStore(path, lock, writer, reader, int(last_id), Erasures(path, secret), file)
    try:
        store.erased_again = await store.erase_again(now_ms())
    except BaseException:
        await store.close()
        raise
    return store
