"""`python -m benchmarks.size`: bytes a learner, memory with a million stored, time to start.

Source of the claims: design.md section 7. Each is measured on the real thing: rows written
by the store in the order of chance, the installed command as a process of its own, lessons
read from files.
"""

import asyncio
import os
import platform
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import NamedTuple

import httpx

from benchmarks.nudges import fill
from bot.content import load_shelf
from bot.conversation.learner import read_document
from bot.demo import make_learners
from store.base import Address, LearnerRow, Person
from store.sqlite import open_store

ROW_BAR_BYTES, MEMORY_BAR_MB, START_BAR_S = 1024, 200, 1.0
ROWS, STORED, LESSONS, STARTS = 20_000, 1_000_000, 1000, 5
TALKING, WORDS = 50, ("xin chào", "1", "1", "hong gai", "sang", "1", "tiếp", "1")


class Program(NamedTuple):
    """A running `hocvuso run`."""

    process: "subprocess.Popen[bytes]"
    url: str


def main() -> int:
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"load {os.getloadavg()[0]:.1f} at the start"
    )
    with TemporaryDirectory(prefix="hocvuso-size-") as folder:
        met = [
            _row(Path(folder) / "row"),
            _start(Path(folder) / "start"),
            _memory(Path(folder) / "memory"),
        ]
    print("the bars are met" if all(met) else "A BAR IS NOT MET")
    return 0 if all(met) else 1


def _said(what: str, value: str, bar: str, met: bool) -> bool:
    print(f"{what:<58}{value:>10}   bar {bar:<8}{'' if met else 'NOT MET'}")
    return met


# --- bytes a learner --------------------------------------------------------------------


def _row(folder: Path) -> bool:
    """A learner's row with its index entries, written by the store in the order of chance."""
    folder.mkdir()
    rows = _after_ten_lessons()
    file = folder / "hocvuso.db"
    asyncio.run(_write(file, rows))
    with closing(sqlite3.connect(file)) as store:
        payload, pages = _bytes(store, "learner")
        _, chats = _bytes(store, "contact")
        _, shared = _bytes(store, "contact_learner")
    document = sum(len(row.document) for row in rows) / ROWS
    print(
        f"   of it the document {document:.0f}; with what pages leave free {pages / ROWS:.0f}; "
        f"beside it, for the chat, {(chats + shared) / ROWS:.0f}"
    )
    each = payload / ROWS
    what = "a learner after ten lessons, row with its index entries, bytes"
    return _said(what, f"{each:.0f}", str(ROW_BAR_BYTES), each <= ROW_BAR_BYTES)


def _after_ten_lessons() -> list[LearnerRow]:
    """Made-up learners who have done ten of the shipped lessons, each under many ids."""
    chance = random.Random(1)
    lessons, now = Path("lessons"), datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
    shelf, _ = load_shelf(lessons / "courses", lessons / "wards.yaml", on=now.date(), public_url="")
    made = make_learners(shelf, 10_000, 1, now, [("telegram", "main")])
    found = [one.row for one in made if len(read_document(one.row.document).done) == 10]
    rows = []
    for number in range(ROWS):
        row = found[number % len(found)]
        new = f"{chance.getrandbits(96):024x}"
        document = row.document.replace(row.learner_id.encode(), new.encode())
        rows.append(row._replace(learner_id=new, document=document, contact_id=number))
    return rows


async def _write(file: Path, rows: list[LearnerRow]) -> None:
    store = await open_store(file, now_ms=lambda: 0)
    for at in range(0, len(rows), 500):
        part = rows[at : at + 500]
        async with store.transaction() as tx:
            people = [
                Person(one.contact_id, _chat(one.contact_id), one.learner_id, b"{}") for one in part
            ]
            await tx.add_people(people, 0)
            await tx.save_learners(part)
    await store.close()


def _chat(number: int) -> Address:
    return Address("telegram", "main", str(7_000_000_000 + number))


def _bytes(store: sqlite3.Connection, table: str) -> tuple[int, int]:
    """What the table and its indexes hold, and the pages that they take."""
    names = store.execute(
        "SELECT name FROM sqlite_schema WHERE tbl_name = ? AND rootpage > 0", (table,)
    ).fetchall()
    marks = ",".join("?" * len(names))
    told = store.execute(
        f"SELECT sum(payload), sum(pgsize) FROM dbstat WHERE name IN ({marks})",
        [name for (name,) in names],
    ).fetchone()
    return int(told[0]), int(told[1])


# --- start to first answer --------------------------------------------------------------


def _start(folder: Path) -> bool:
    """The second start and later, with a thousand lessons: from the command to the answer."""
    folder.mkdir()
    _write_lessons(folder / "lessons", LESSONS)
    took = []
    for number in range(STARTS + 1):
        begun = perf_counter()
        with _running(folder) as program:
            with httpx.Client(base_url=program.url, timeout=30) as client:
                client.post("/api/chat/messages", json={"text": "xin chào"}).raise_for_status()
                answer = client.get("/api/chat/messages", params={"after": 0}).json()
            assert any(line["from"] == "bot" for line in answer["messages"])
            took.append(perf_counter() - begun)
        if not number:
            print(f"   the first start, which reads every file: {took.pop():.2f} s")
    what = f"start to first answer, {LESSONS} lessons, seconds, median of {STARTS}"
    return _said(what, f"{median(took):.2f}", f"{START_BAR_S:g}", median(took) <= START_BAR_S)


def _write_lessons(folder: Path, count: int) -> None:
    """That many lessons: shipped ones under other numbers, needing nothing before them."""
    shipped = Path("lessons")
    folder.mkdir()
    for file in shipped.glob("*.yaml"):
        shutil.copy(file, folder)
    shutil.copytree(shipped / "pictures", folder / "pictures")
    examples = [
        (file.stem, file.read_text("utf-8"), file.with_suffix(".en.yaml").read_text("utf-8"))
        for file in sorted((shipped / "courses").glob("C01-*/L????.yaml"))
    ]
    for number in range(count):
        old, vietnamese, english = examples[number % len(examples)]
        course, lesson = f"C{50 + number // 40}", f"L{5000 + number}"
        place = folder / "courses" / f"{course}-made"
        place.mkdir(parents=True, exist_ok=True)
        lines = vietnamese.replace(old, lesson).replace("course: C01", f"course: {course}")
        kept = [line for line in lines.splitlines(True) if not line.startswith("requires:")]
        (place / f"{lesson}.yaml").write_text("".join(kept), "utf-8")
        (place / f"{lesson}.en.yaml").write_text(english.replace(old, lesson), "utf-8")
    (folder.parent / "config.yaml").write_text(
        "lessons: {folder: lessons/courses, wards: lessons/wards.yaml}\n"
    )


# --- memory -----------------------------------------------------------------------------


def _memory(folder: Path) -> bool:
    """The program's own memory at its highest, while people talk and a million are stored."""
    folder.mkdir()
    (folder / "config.yaml").write_text(
        f"lessons: {{folder: {Path('lessons/courses').resolve()}, "
        f"wards: {Path('lessons/wards.yaml').resolve()}}}\n"
    )
    file = folder / "var" / "hocvuso.db"
    file.parent.mkdir(mode=0o700)
    begun = perf_counter()
    asyncio.run(fill(file, STORED))
    with closing(sqlite3.connect(file)) as store, store:
        # Nobody is due: this is about what is stored, not about what is sent.
        store.execute("UPDATE learner SET next_nudge_at = NULL")
    print(f"   {STORED} learners written in {perf_counter() - begun:.0f} s")
    with _running(folder) as program:
        asyncio.run(_talk(program.url))
        peak, now = _memory_of(program.process.pid)
    print(f"   {TALKING} people talked; at the end {now:.0f} MB")
    what = f"memory at its highest with {STORED} learners stored, MB"
    return _said(what, f"{peak:.0f}", str(MEMORY_BAR_MB), peak <= MEMORY_BAR_MB)


async def _talk(url: str) -> None:
    async def person() -> None:
        async with httpx.AsyncClient(base_url=url, timeout=60) as client:
            for words in WORDS:
                answer = await client.post("/api/chat/messages", json={"text": words})
                answer.raise_for_status()

    await asyncio.gather(*(person() for _ in range(TALKING)))
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        # The program counts everybody once, beside the talk: that belongs to its memory too.
        while 'status="active"} 1.00' not in (await client.get("/metrics")).text:
            pass


def _memory_of(pid: int) -> tuple[float, float]:
    """Resident memory at its highest and now, MB. Source: proc(5)."""
    status = Path(f"/proc/{pid}/status").read_text()
    kilobytes = dict(line.split(":", 1) for line in status.splitlines())
    peak, now = (float(kilobytes[name].split()[0]) / 1024 for name in ("VmHWM", "VmRSS"))
    return peak, now


@contextmanager
def _running(folder: Path) -> Iterator[Program]:
    """`hocvuso run` with the settings of that folder."""
    environment = {**os.environ, "HOCVUSO_PORT": "0", "HOCVUSO_LOG_LEVEL": "error"}
    environment.pop("HOCVUSO_DATABASE", None)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # a second start finds compiled modules
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run", "--config", str(folder / "config.yaml")],
        stdout=subprocess.PIPE,
        env=environment,
    )
    assert process.stdout is not None
    try:
        line = b""
        while b"chat on http" not in line:
            line = process.stdout.readline()
            assert line, "the program ended before it listened"
        yield Program(process, line.decode().split(" on ", 1)[1].strip())
    finally:
        process.terminate()
        process.wait(30)


if __name__ == "__main__":
    sys.exit(main())
