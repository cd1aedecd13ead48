"""`python -m benchmarks.nudges`: a tick with 1,000 due among ten thousand and a million learners.

Source of the claim: design.md section 7: the same time, within 1.3 times. The tick is the real
one: the indexed query, a turn for each of the thousand, everything on disk (synchronous=FULL).
The two databases take turns, five rounds each; every round has a thousand of its own.
"""

import asyncio
import os
import platform
import sqlite3
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import NamedTuple

import msgspec

from bot.content import load_shelf
from bot.conversation.days import VIETNAM, day_number, milliseconds, minute_number
from bot.conversation.learner import Learner, Nudges, Tally, change
from bot.conversation.memory import Memory
from bot.conversation.nudge_times import next_nudge_at
from bot.conversation.quiet import NudgeRules
from bot.turns import Turns
from scheduler.nudges import Nudges as Ticks
from store.sqlite import open_store

DUE, ROUNDS, SIZES, BAR = 1000, 5, (10_000, 1_000_000), 1.3
TODAY = datetime(2026, 11, 25, tzinfo=VIETNAM)
HOURS = tuple(f"{8 + number:02}:00" for number in range(ROUNDS))  # one cohort a round
LATER = "20:00"  # everybody else
CHANNEL, ACCOUNT = "telegram", "main"


class Kind(NamedTuple):
    """One hour's learners: the document without its id, and the seconds of their moment."""

    hour: str
    head: bytes
    tail: bytes


def main() -> int:
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"median of {ROUNDS} rounds; {DUE} due, every turn on disk (synchronous=FULL)"
    )
    with TemporaryDirectory(prefix="hocvuso-nudges-") as folder:
        files = {size: Path(folder) / f"{size}.db" for size in SIZES}
        for size, file in files.items():
            begun = perf_counter()
            asyncio.run(fill(file, size))
            row_bytes = file.stat().st_size / size
            print(
                f"{size:>9} learners: filled in {perf_counter() - begun:.0f} s, "
                f"{row_bytes:.0f} bytes each with contact and indexes"
            )
        took = asyncio.run(_rounds(files))
    few, many = (median(took[size]) for size in SIZES)
    print(f"{'among':>9}{'tick, ms':>12}")
    for size in SIZES:
        print(f"{size:>9}{median(took[size]) * 1000:>12.0f}")
    met = many <= BAR * few
    print(f"{many / few:.2f} times; {'within' if met else 'NOT WITHIN'} {BAR} times")
    return 0 if met else 1


async def _rounds(files: dict[int, Path]) -> dict[int, list[float]]:
    lessons = Path("lessons")
    shelf, _ = load_shelf(
        lessons / "courses", lessons / "wards.yaml", on=date(2026, 11, 25), public_url=""
    )
    took: dict[int, list[float]] = {size: [] for size in files}
    for hour in HOURS:
        now = datetime.combine(TODAY, time.fromisoformat(hour), VIETNAM)
        now = (now + timedelta(minutes=15)).astimezone(UTC)
        for size, file in files.items():
            took[size].append(await _tick(file, shelf, now))
    return took


async def _tick(file: Path, shelf, now: datetime) -> float:  # type: ignore[no-untyped-def]
    store = await open_store(file, now_ms=lambda: milliseconds(now))
    turns = Turns(store, shelf, secret=b"bench", clock=lambda: now)
    before = await store.count("outbox")
    begun = perf_counter()
    await Ticks(store, turns.tell, lambda: now).tick()
    took = perf_counter() - begun
    asked = await store.count("outbox") - before
    await store.close()
    if asked != DUE:
        raise SystemExit(f"{asked} were asked, not {DUE}: the bench is wrong")
    return took


async def fill(file: Path, size: int) -> None:
    """Made-up learners after ten lessons, straight into the tables."""
    store = await open_store(file, now_ms=lambda: 0)  # makes the tables
    await store.close()
    connection = sqlite3.connect(file)
    # Nothing here must survive a crash: written once, not first into a log.
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF"):
        connection.execute(f"PRAGMA {pragma}")
    with connection:
        connection.executemany(
            "INSERT INTO learner (learner_id, document, ward, status, next_nudge_at, "
            "last_seen_at, contact_id) VALUES (?, ?, '06652', 'active', ?, 0, ?)",
            _learners(size),
        )
        connection.executemany(
            "INSERT INTO contact (contact_id, channel, account, external_id, "
            f"active_learner_id, last_used_at) VALUES (?, '{CHANNEL}', '{ACCOUNT}', ?, ?, 0)",
            ((number, f"{number:09}", _id(number)) for number in range(size)),
        )
        connection.executemany(
            "INSERT INTO contact_learner (contact_id, learner_id) VALUES (?, ?)",
            ((number, _id(number)) for number in range(size)),
        )
    connection.close()


def _id(number: int) -> str:
    return f"{number * 2654435761:024x}"


def _learners(size: int) -> Iterator[tuple[str, bytes, int, int]]:
    """Each cohort's thousand are spread evenly over all."""
    kinds = {hour: _kind(hour) for hour in (*HOURS, LATER)}
    rules, stride = NudgeRules(), size // DUE
    for number in range(size):
        place = number % stride
        hour = HOURS[place] if place < len(HOURS) else LATER
        learner_id = _id(number)
        learner = _like(hour, learner_id)
        due_at = next_nudge_at(learner, rules)
        assert due_at is not None
        kind = kinds[hour]
        document = kind.head + learner_id.encode() + kind.tail
        yield learner_id, document, milliseconds(due_at), number


def _like(hour: str, learner_id: str) -> Learner:
    yesterday = minute_number(TODAY) - 600
    return Learner(
        id=learner_id,
        consent="yes",
        pronouns="bac",
        ward="06652",
        hour=hour,
        seen_min=yesterday,
    )


def _kind(hour: str) -> Kind:
    """A learner after ten lessons, 29 items remembered."""
    today = day_number(TODAY)
    lessons = [f"L{course:02}{number:02}" for course in (1, 9) for number in range(1, 6)]
    memory = {
        lesson: {
            item: Memory(23 + place, 2, today - 9 + place).number for item in ("q1", "q2", "p1")
        }
        for place, lesson in enumerate(lessons)
    }
    learner = change(
        _like(hour, "|"),
        screen="home",
        turn=640,
        asked=640,
        done=tuple(lessons),
        course="C09",
        safe_plays=("L0902", "L0904"),
        memory=memory,
        learnt=Tally(today - 1, 10),
        reviews=Tally(today - 1, 3),
        nudges=Nudges(today - 2, 0, 8, today - 2, 0),
    )
    head, tail = msgspec.json.encode(learner).split(b"|")
    return Kind(hour, head, tail)


if __name__ == "__main__":
    sys.exit(main())
