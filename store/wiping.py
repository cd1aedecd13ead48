"""Overwriting what erased rows left behind inside the database file.

`secure_delete` overwrites deleted rows and freed pages. It does not overwrite the unused
middle of a page from which rows were moved to a neighbour when a tree was rebalanced, and
copies of rows stay readable there (seen with SQLite 3.40: 1 run in 6 left some). So after
an erasure every page of every tree is looked at, and that middle is set to zero.

SQLite never reads those bytes, so zeros there can be written by half or twice without
harm. The caller makes sure that the file is all there is (the log is empty), that nobody
writes, and that the writing connection holds no pages in memory.
Source: sqlite.org/fileformat2.html, section 1.6, "B-tree Pages"; promises.md P32.
"""

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from time import monotonic
from typing import NamedTuple, TypeVar

import aiosqlite

from store.base import StoreError
from store.erasures import Erasures
from store.file import as_store_errors

STRETCH_S = 0.05  # how long turns may wait for a stretch of wiping
AGAIN_S = 0.5
T = TypeVar("T")
_INTERIOR, _KINDS = (2, 5), (2, 5, 10, 13)


class Place(NamedTuple):
    """How far the wiping has come: which tree, which child of its root."""

    tree: int = 0
    child: int = 0


class _Page(NamedTuple):
    """A page of a tree: where its unused middle is (in the page), and its children's numbers."""

    low: int
    high: int
    middle: bytes
    children: tuple[int, ...]


def wipe(file: int, roots: Sequence[int], place: Place, seconds: float) -> Place | None:
    """Go on from `place` for about so long; return where to go on, None at the end.

    file: open for reading and writing. roots: page numbers of the trees' roots. Blocks.
    """
    size, usable = _sizes(file)
    pages = os.fstat(file).st_size // size
    until = monotonic() + seconds
    tree, child = place
    while tree < len(roots):
        root = _wipe_page(file, roots[tree], size, usable)
        while child < len(root.children):
            for number in _below(file, root.children[child], size, usable, pages):
                _wipe_page(file, number, size, usable)
            child += 1
            if monotonic() > until:
                return Place(tree, child)
        tree, child = tree + 1, 0
    os.fsync(file)
    return None


def _sizes(file: int) -> tuple[int, int]:
    """Bytes of a page, and how many of them SQLite uses."""
    header = os.pread(file, 100, 0)
    size = int.from_bytes(header[16:18], "big")
    size = 65536 if size == 1 else size
    return size, size - header[20]


def _below(file: int, top: int, size: int, usable: int, pages: int) -> Iterator[int]:
    """The numbers of a page and of all below it; never more than the file has."""
    waiting, left = [top], pages
    while waiting and left:
        number = waiting.pop()
        left -= 1
        yield number
        waiting += _read_page(file, number, size, usable).children


def _wipe_page(file: int, number: int, size: int, usable: int) -> _Page:
    page = _read_page(file, number, size, usable)
    length = page.high - page.low
    if length and page.middle.count(0) != length:
        os.pwrite(file, bytes(length), (number - 1) * size + page.low)
    return page


def _read_page(file: int, number: int, size: int, usable: int) -> _Page:
    """A page as the file format says; one that is not a whole page of a tree has no middle."""
    page = os.pread(file, size, (number - 1) * size)
    start = 100 if number == 1 else 0
    if len(page) != size or page[start] not in _KINDS:
        return _Page(0, 0, b"", ())
    interior = page[start] in _INTERIOR
    cells = int.from_bytes(page[start + 3 : start + 5], "big")
    pointers = start + (12 if interior else 8)
    low, high = pointers + 2 * cells, int.from_bytes(page[start + 5 : start + 7], "big") or 65536
    if not low <= high <= usable:
        return _Page(0, 0, b"", ())
    children: tuple[int, ...] = ()
    if interior:
        at = [int.from_bytes(page[n : n + 2], "big") for n in range(pointers, low, 2)]
        children = tuple(int.from_bytes(page[n : n + 4], "big") for n in (*at, start + 8))
    return _Page(low, high, page[low:high], children)


class Wiper:
    """Wipes beside the work, in short stretches between transactions.

    file: the database, open as long as its connections are: closing any file of it would
    drop the locks that SQLite holds (sqlite.org/howtocorrupt.html, 2.2). writing: held by
    whoever uses the writer.
    """

    def __init__(
        self, file: int, writer: aiosqlite.Connection, writing: asyncio.Lock, erasures: Erasures
    ) -> None:
        self._file = file
        self._writer = writer
        self._writing = writing
        self._erasures = erasures
        self._wanted = False
        self._ending = False
        self._work: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Something was erased: overwrite what is left of it, in the log and in the file."""
        self._wanted = True
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._run(), name="wiping")

    async def end(self) -> None:
        """Finish what is under way, unless somebody who reads stands in its way."""
        self._ending = True
        if self._work is not None:
            with suppress(StoreError):
                await self._work

    def close(self) -> None:
        """After the connections."""
        os.close(self._file)

    async def _run(self) -> None:
        while self._wanted:
            self._wanted = False
            place: Place | None = Place()
            while place is not None:
                async with self._writing:
                    if roots := await self._emptied():
                        place = await _in_thread(wipe, self._file, roots, place, STRETCH_S)
                        continue
                if self._ending:
                    return  # the next start sees that it is not done
                await asyncio.sleep(AGAIN_S)
        self._erasures.wiped()

    async def _emptied(self) -> list[int]:
        """Move everything from the log into the file; the trees' roots, or none while
        somebody reads what is in the log."""
        with as_store_errors():
            await self._writer.execute("PRAGMA busy_timeout = 100")
            log = await self._writer.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
            await self._writer.execute("PRAGMA busy_timeout = 30000")
            if next(iter(log))[0]:
                return []
            roots = await self._writer.execute_fetchall(
                "SELECT 1 UNION SELECT rootpage FROM sqlite_schema WHERE rootpage > 0"
            )
            await self._writer.execute("PRAGMA shrink_memory")
        return [row[0] for row in roots]


async def _in_thread(work: Callable[..., T], *given: object) -> T:
    """Its result; the work is never left running alone, even if nobody wants it any more."""
    thread = asyncio.ensure_future(asyncio.to_thread(work, *given))
    try:
        return await asyncio.shield(thread)
    except asyncio.CancelledError:
        await asyncio.wait([thread])
        raise
