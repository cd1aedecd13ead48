"""Turns: events in, one transaction a batch, then and only then the confirmation.

Leads in: channels (`submit`), the inbox of other learners' turns. Leads out: the
store, and to the caller the outcome of its event once it is on disk.

    gather what waits ► drop what was seen ► load ► step each in order
      ► carry out requests ► write ► commit ► confirm

A batch is what arrived while the last commit ran (at most 256): no wait is added when
idle. An event that raises is put in quarantine alone; only a store error makes a
batch run again, event by event. Source: design.md section 1.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from os import urandom
from time import monotonic
from typing import Literal, TypeVar

import msgspec
import structlog

from bot.announcing import AnnouncingBatch
from bot.channels.rereading import reread
from bot.conversation.days import milliseconds, month_of
from bot.conversation.events import Body, Counted, Undelivered
from bot.conversation.learner import read_document
from bot.conversation.world import Need, Shelf
from bot.counting import Rows, Tallies
from bot.logs import Seldom
from bot.passing import Committed, Incoming, Outcome, Outgoing, Pressed, StillRejected
from bot.signing import Seals
from store.base import (
    Address,
    InboxRow,
    QuarantineRow,
    RejectedRow,
    SentRow,
    Store,
    StoreError,
)

BATCH = 256
WAITING = 4096  # events that may wait for a commit before a channel is told to hold on
T = TypeVar("T")
_LOG = structlog.get_logger("turns")
_Waits = tuple[Incoming, "asyncio.Future[Outcome]"]


class Busy(Exception):
    """Too many events wait; the channel should say 503 and let its sender try again."""

    code = "turns:busy"
    retry = True


def _seeds() -> Iterator[bytes]:
    """16 random bytes a turn; the kernel is asked once for 256 of them."""
    while True:
        block = urandom(16 * BATCH)
        yield from (block[at : at + 16] for at in range(0, len(block), 16))


class Turns:
    """The one place where a learner's document changes.

    clock: aware UTC now. seed: 16 random bytes. on_commit: told what is on disk, after
    each commit. is_waiting: has a chat (contact id) a reply that is not sent yet? door:
    what a ticket is put behind to make a link into that chat's own messenger, or "".
    """

    def __init__(
        self,
        store: Store,
        shelf: Shelf,
        *,
        secret: bytes,
        clock: Callable[[], datetime],
        seed: Callable[[], bytes] | None = None,
        on_commit: Callable[[Committed], None] = lambda committed: None,
        is_waiting: Callable[[int], bool] = lambda contact_id: False,
        door: Callable[[Address], str] = lambda address: "",
    ) -> None:
        self.store = store
        self.shelf = shelf
        self.secret = secret
        self.seals = Seals(secret)
        self._clock = clock
        self.seed = seed or partial(next, _seeds())
        self._on_commit = on_commit
        self.is_waiting = is_waiting
        self.door = door
        # None among what waits: nobody asks, but results of sends want to be written.
        self._waiting: asyncio.Queue[_Waits | None] = asyncio.Queue(WAITING)
        self._inbox_waits = True
        self._sent: list[SentRow] = []
        self._reached: list[Outgoing] = []
        self._gone: set[int] = set()
        self._moved: dict[int, str] = {}
        self._files: dict[tuple[str, str], str] = {}
        self._spent: Counter[str] = Counter()
        self._seldom = Seldom(monotonic)
        self.tallies = Tallies(store, clock)
        self._counting: set[asyncio.Task[None]] = set()

    def now(self) -> datetime:
        return self._clock()

    def sent(self, results: Sequence[SentRow]) -> None:
        """Outcomes of sends: written with the next batch, or by `flush`.

        One by one they would cost a commit each (design.md section 1, Delivery).
        """
        self._sent += results

    def announced(self, row: Outgoing) -> None:
        """An announcement arrived; written together with its outcome."""
        self._reached.append(row)

    def gone(self, contact_id: int) -> None:
        """Nothing can be sent to that chat until it writes again."""
        self._gone.add(contact_id)

    def moved(self, contact_id: int, external_id: str) -> None:
        """The channel gave that chat another id."""
        self._moved[contact_id] = external_id

    def uploaded(self, account: str, media: str, file_id: str) -> None:
        """What the channel calls a file from now on."""
        self._files[account, media] = file_id

    def spent(self, account: str) -> None:
        """A message more that the account has sent this month: plans are counted so."""
        self._spent[account] += 1

    def flush(self) -> None:
        """Write what was sent soon, even if nobody says anything."""
        if self._waiting.empty():
            self._waiting.put_nowait(None)

    async def set_aside(self, key: str, kind: str, raw: bytes) -> None:
        """Put an update that cannot be read into quarantine, once; on disk on return.

        kind: what is wrong, without the learner's words. Raises StoreError.
        """
        now_ms = milliseconds(self._clock())
        _LOG.error("turn.quarantined", key=key, kind=kind)
        async with self.store.transaction() as tx:
            if await tx.first_seen([key], now_ms):
                await tx.add_quarantine([QuarantineRow(key, "", kind, "", raw[:65536], now_ms)])

    async def erase(self, learner_id: str) -> bool:
        """Nothing is kept of that learner from here on; False: there is none."""
        async with self.store.transaction() as tx:
            people = await tx.load_learners([learner_id])
            if learner_id not in people:
                return False
            await tx.erase_learner(learner_id, milliseconds(self._clock()))
        person = people[learner_id]
        left = read_document(person.document).status
        gone = Committed(
            frozenset([person.address]), erased=frozenset([learner_id]), statuses={left: -1}
        )
        self._on_commit(gone)
        return True

    async def replay(self, number: int) -> Literal["done", "failed", "gone"]:
        """One event of the quarantine through `step` again; what failed stays there."""
        now = self._clock()
        try:
            async with self.store.transaction() as tx:
                row = await tx.rejected(number)
                if row is None:
                    return "gone"
                work = AnnouncingBatch(self, tx, now)
                read = None if row.learner_id else reread(row.key, row.body)
                if read is None:
                    await work.run_rejected(row)
                else:
                    await self._run_reread(work, row, *read)
        except StillRejected as error:
            async with self.store.transaction() as tx:
                await tx.keep_rejected(number, error.kind, error.trace, milliseconds(now))
            return "failed"
        self._on_commit(work.committed())
        self._inbox_waits = self._inbox_waits or work.told
        await self._empty_inbox(now)
        return "done"

    async def _run_reread(
        self, work: AnnouncingBatch, row: RejectedRow, address: Address, body: Body | str
    ) -> None:
        """An update that could not be read before. Raises StillRejected."""
        heard = Pressed(body) if isinstance(body, str) else body
        await work.run([Incoming(f"{row.key}:again", address, work.now, heard)])
        if work.writes.quarantine:
            failed = work.writes.quarantine[-1]
            raise StillRejected(failed.kind, failed.trace)
        await work.tx.drop_rejected(row.id)

    async def left(self, address: Address) -> None:
        """The person of that chat blocked us. Raises StoreError."""
        async with self.store.transaction() as tx:
            people = await tx.load_people([address])
            contact_ids = [person.contact_id for person in people.values()]
            await tx.mark_unreachable(contact_ids, milliseconds(self._clock()))

    async def returned(self, address: Address) -> None:
        """They can be reached again. Raises StoreError."""
        async with self.store.transaction() as tx:
            people = await tx.load_people([address])
            await tx.mark_reachable([person.contact_id for person in people.values()])
        await self.beside(lambda work: work.renew([address]))

    async def renamed(self, address: Address, external_id: str) -> None:
        """The channel gave that chat another id. Raises StoreError."""
        async with self.store.transaction() as tx:
            people = await tx.load_people([address])
            await tx.move_contacts([(one.contact_id, external_id) for one in people.values()])

    async def hear(self, key: str, address: Address, body: Body | str) -> Outcome:
        """One update as a channel hands it in; `str` is a press as received.

        Raises TimeoutError when it could not be kept: unconfirmed, it may come again.
        """
        heard = Pressed(body) if isinstance(body, str) else body
        try:
            return await self.submit(Incoming(key, address, self._clock(), heard))
        except (Busy, StoreError) as error:
            raise TimeoutError(str(error)) from error

    async def tell(self, rows: Sequence[InboxRow]) -> None:
        """Events that the program itself begins, in one transaction; each key counts once.

        What learners said goes first: this waits for a batch under way, and the next
        batch for this one alone. Raises StoreError; then nothing of it happened.
        """
        await self.beside(lambda work: work.hear_once(rows))

    async def submit(self, incoming: Incoming) -> Outcome:
        """Hand an update in; returns once it is on disk.

        Raises Busy when too much waits, StoreError when it could not be kept: the
        update is then unconfirmed and may be sent again.
        """
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        try:
            self._waiting.put_nowait((incoming, future))
        except asyncio.QueueFull:
            raise Busy("too many events wait") from None
        return await future

    async def run(self) -> None:
        """Commit batch after batch until cancelled; a started batch is finished."""
        while True:
            taken = [await self._waiting.get()]
            while len(taken) < BATCH and not self._waiting.empty():
                taken.append(self._waiting.get_nowait())
            work = asyncio.ensure_future(self._confirm([one for one in taken if one]))
            try:
                await asyncio.shield(work)
            except asyncio.CancelledError:
                with suppress(Exception):
                    await work
                raise

    async def _confirm(self, batch: list[_Waits]) -> None:
        try:
            outcomes = await self.run_batch([incoming for incoming, _ in batch])
        except Exception:
            # One bad row must not hold the others: each alone, and only it fails; with it
            # what the same chat said after it, which must not overtake it.
            failed: dict[Address, Exception] = {}
            for incoming, future in batch:
                if incoming.address in failed:
                    _settle(future, failed[incoming.address])
                    continue
                try:
                    (outcome,) = await self.run_batch([incoming])
                except Exception as error:
                    self._tell(error)
                    failed[incoming.address] = error
                    _settle(future, error)
                else:
                    _settle(future, outcome)
            return
        for (_, future), outcome in zip(batch, outcomes, strict=True):
            _settle(future, outcome)

    def _tell(self, error: Exception) -> None:
        """A full disk fails every event anew: it is told once a minute."""
        code = error.code.replace(":", ".") if isinstance(error, StoreError) else "turns.failed"
        if self._seldom.may(code):
            _LOG.error(code, kind=type(error).__name__)

    async def run_batch(self, batch: Sequence[Incoming]) -> list[Outcome]:
        """One transaction for these updates and for what waits in the inbox."""
        now, started = self._clock(), monotonic()
        reached = list(self._reached)
        sent, gone, moved = list(self._sent), set(self._gone), dict(self._moved)
        files, spent = dict(self._files), Counter(self._spent)
        async with self.store.transaction() as tx:
            work = AnnouncingBatch(self, tx, now)
            # Before the new turns: who was gone and writes in this batch is back.
            await tx.mark_sent([one for one in sent if one.outbox_id], work.now_ms)
            lost = await tx.lost_nudges([one.outbox_id for one in sent if one.status != "sent"])
            await tx.add_inbox([_undelivered(*one, work.now_ms) for one in lost])
            await tx.mark_unreachable(sorted(gone), work.now_ms)
            await tx.move_contacts(sorted(moved.items()))
            await tx.keep_files([(*place, name) for place, name in sorted(files.items())])
            await tx.count_messages(
                [(account, month_of(now), sent_now) for account, sent_now in sorted(spent.items())]
            )
            await work.reached(reached)
            outcomes = await work.run(batch)
        # Only now are they on disk; what came in meanwhile waits for the next batch.
        del self._sent[: len(sent)]
        del self._reached[: len(reached)]
        self._gone -= gone
        for contact_id in moved:
            self._moved.pop(contact_id, None)
        for place in files:
            self._files.pop(place, None)
        self._spent -= spent
        self._on_commit(work.committed(len(sent), monotonic() - started))
        self._count(work)
        self._inbox_waits = self._inbox_waits or work.told or bool(lost)
        if self._inbox_waits:
            await self._empty_inbox(now)
        return outcomes

    async def beside(self, do: Callable[[AnnouncingBatch], Awaitable[T]]) -> T:
        """Something else than a learner's event, in one transaction with what it says.

        For the scheduler and the command line. Raises StoreError.
        """
        now = self._clock()
        async with self.store.transaction() as tx:
            work = AnnouncingBatch(self, tx, now)
            result = await do(work)
            await work.finish()
        self._on_commit(work.committed())
        self._count(work)
        self._inbox_waits = self._inbox_waits or work.told
        await self._empty_inbox(now)
        return result

    async def _empty_inbox(self, now: datetime) -> None:
        """Take what learners' turns said to others, in bounded batches."""
        while self._inbox_waits:
            async with self.store.transaction() as tx:
                work = AnnouncingBatch(self, tx, now)
                rows = await tx.take_inbox(BATCH)
                await work.run_inbox(rows)
            self._on_commit(work.committed())
            self._count(work)
            self._inbox_waits = work.told or len(rows) == BATCH

    def _count(self, work: AnnouncingBatch) -> None:
        """Begin the counts that turns of that batch want, beside everything else."""
        for learner_id, wanted in work.uncounted.items():
            task = asyncio.create_task(self._counted(learner_id, wanted))
            self._counting.add(task)
            task.add_done_callback(self._counting.discard)

    async def _counted(self, learner_id: str, wanted: Sequence[tuple[Need, Rows | None]]) -> None:
        """Count, and tell who asked, where it is not what they were shown already."""
        is_news = False
        try:
            for need, shown in wanted:
                rows = self.tallies.known(need)
                if rows is None or self.tallies.is_old(need):
                    rows = await self.tallies.count(need)
                is_news |= rows != shown
            if not is_news:
                return
            key = f"counted:{learner_id}:{urandom(8).hex()}"
            body = msgspec.json.encode(Counted())
            await self.tell([InboxRow(key, learner_id, body, milliseconds(self._clock()))])
        except StoreError as error:
            _LOG.warning("turns.not_counted", code=error.code)

    async def counted(self) -> None:
        """Return when nothing is being counted."""
        while self._counting:
            await asyncio.wait(self._counting)

    async def close(self) -> None:
        """Write the results of sends that no batch has taken. Call when `run` has ended.

        What cannot be written is sent once more by the next program.
        """
        for task in self._counting:
            task.cancel()
        await asyncio.gather(*self._counting, return_exceptions=True)
        if self._sent or self._gone or self._moved or self._files or self._spent:
            with suppress(StoreError):
                await self.run_batch([])

    async def recover(self) -> None:
        """Take up the inbox that an earlier program left behind. Call once at start."""
        self._inbox_waits = True
        await self._empty_inbox(self._clock())


def _undelivered(outbox_id: int, learner_id: str, turn: int, at: int) -> InboxRow:
    """The learner's next turn: a nudge that did not arrive was not ignored."""
    return InboxRow(
        f"undelivered:{outbox_id}", learner_id, msgspec.json.encode(Undelivered(turn)), at
    )


def _settle(future: asyncio.Future[Outcome], result: Outcome | Exception) -> None:
    """Answer the one who waits, unless they went away."""
    if future.done():
        return
    if isinstance(result, Exception):
        future.set_exception(result)
    else:
        future.set_result(result)
