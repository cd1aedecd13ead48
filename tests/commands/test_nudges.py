"""`hocvuso nudges --dry-run`: who is asked next, beside a running program, changing nothing."""

import json
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.conversation.days import VIETNAM, day_number, day_of, milliseconds
from bot.conversation.events import Text
from bot.conversation.off_days import is_off
from bot.passing import Incoming
from bot.turns import Turns
from store.base import Address
from store.sqlite import open_store
from tests.play import shelf
from tests.running import command, running

THEN = datetime(2036, 11, 24, 9, 0, tzinfo=VIETNAM)  # ahead of every clock that runs this


async def _learners(database: Path, now: datetime, **hours: str) -> None:
    """Learners who agreed on that day, each with their hour."""
    store = await open_store(database, now_ms=lambda: milliseconds(now))
    turns = Turns(store, shelf(), secret=b"test", clock=lambda: now)
    for name, hour in hours.items():
        for number, word in enumerate(("xin chào", "1", "1", "hong gai", hour)):
            chat = Address("web", "web", name)
            await turns.run_batch([Incoming(f"{name}-{number}", chat, now, Text(word))])
    await store.close()


async def _coming(database: Path, at: str) -> list[dict[str, Any]]:
    status, told, errors = await command(database, "nudges", "--at", at, "--dry-run", "--json")
    assert status == 0, errors
    rows: list[dict[str, Any]] = json.loads(told)
    return rows


async def test_who_is_asked_in_the_day_from_a_moment(tmp_path: Path) -> None:
    database = tmp_path / "a.db"
    await _learners(database, THEN, lan="sang", tu="toi", ba="khong nhac")
    before = database.read_bytes()
    rows = await _coming(database, "2036-11-25T00:00")
    assert [set(row) for row in rows] == [{"learner", "channel", "at", "item", "wording"}] * 2
    for row, hour in zip(rows, ("08:00", "19:30"), strict=True):
        at = datetime.fromisoformat(row["at"])
        wanted = datetime.combine(date(2036, 11, 25), time.fromisoformat(hour), VIETNAM)
        assert abs(at - wanted) <= timedelta(minutes=10)
    assert all(row["at"].endswith("+07:00") for row in rows)
    assert {row["channel"] for row in rows} == {"web"}
    assert {row["item"] for row in rows} == {"L0101/q1"}
    assert all("Màn hình đang tối" in row["wording"] for row in rows)
    # Two hours late is too late: then tomorrow's comes, a day further on the second gap.
    assert [row["at"][:10] for row in await _coming(database, "2036-11-25T12:00")] == [
        "2036-11-25",
        "2036-11-26",
    ]
    # In zones that are named, and at Tết.
    assert await _coming(database, "2036-11-24T17:00Z") == rows
    assert await _coming(database, "2037-02-15T08:30") == []
    assert database.read_bytes() == before


async def test_beside_a_running_program(tmp_path: Path) -> None:
    database = tmp_path / "a.db"
    now = datetime.now(VIETNAM)
    await _learners(database, now, lan="sang")
    due = day_number(now) + 1
    while is_off(due):
        due += 1
    day = day_of(due).isoformat()
    async with running(database):
        assert len(await _coming(database, f"{day}T08:30")) == 1
        status, told, _ = await command(database, "nudges", "--at", day, "--dry-run")
        assert status == 0
        assert "L0101/q1" in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nudges",), "by itself"),
        (("nudges", "--dry-run", "--at", "tomorrow"), "2026-11-25T08:00"),
        (("nudges", "--dry-run"), "there is no database yet"),
    ],
)
async def test_what_cannot_be_told_is_a_sentence(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    status, _, errors = await command(tmp_path / "none.db", *arguments)
    assert status == 2
    assert said in errors
    assert "Traceback" not in errors
