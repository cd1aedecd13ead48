"""The pulse goes on, whatever the wall clock does."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from scheduler.pulse import Every, Pulse

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)


class Clocks:
    """A wall clock that may jump and a monotonic one that may not."""

    def __init__(self) -> None:
        self.wall, self.ticks = NOON, 0.0

    def pass_s(self, seconds: float, jump: timedelta = timedelta(0)) -> None:
        self.wall += timedelta(seconds=seconds) + jump
        self.ticks += seconds


@pytest.fixture
async def beating() -> AsyncIterator[tuple[Pulse, Clocks, asyncio.Queue[datetime]]]:
    clocks = Clocks()
    ran: asyncio.Queue[datetime] = asyncio.Queue()
    with time_machine.travel(NOON, tick=False):
        pulse = Pulse(lambda: clocks.wall, lambda: clocks.ticks)

        async def work() -> None:
            ran.put_nowait(clocks.wall)

        pulse.every(20, work, "work")
        pulse.start()
        await ran.get()  # the first run is at once
        yield pulse, clocks, ran
        pulse.stop()


@pytest.mark.parametrize(
    "jump", [timedelta(hours=1), timedelta(days=1), timedelta(days=3652), timedelta(seconds=5)]
)
@pytest.mark.parametrize("way", [1, -1])
async def test_a_jump_makes_every_job_run_now(
    beating: tuple[Pulse, Clocks, asyncio.Queue[datetime]], jump: timedelta, way: int
) -> None:
    pulse, clocks, ran = beating
    clocks.pass_s(5, way * jump)
    with time_machine.travel(clocks.wall, tick=False):
        assert pulse.watch()
        async with asyncio.timeout(5):
            await ran.get()
        assert pulse.next_runs()["work"] == clocks.wall + timedelta(seconds=20)
    clocks.pass_s(5)
    assert not pulse.watch()


async def test_a_stopped_program_sees_no_jump(
    beating: tuple[Pulse, Clocks, asyncio.Queue[datetime]],
) -> None:
    """Stopped for a night, both clocks went on: the overdue job runs by itself."""
    pulse, clocks, _ = beating
    clocks.pass_s(10 * 3600)
    assert not pulse.watch()


def test_missed_runs_are_not_counted_over() -> None:
    """A clock ten years ahead would have missed fifteen million runs."""
    every = Every(20)
    late = NOON + timedelta(days=3652)
    assert every.get_next_fire_time(None, NOON) == NOON
    assert every.get_next_fire_time(NOON, late) == late + timedelta(seconds=20)


async def test_a_job_that_fails_runs_again() -> None:
    runs: asyncio.Queue[int] = asyncio.Queue()
    pulse = Pulse(lambda: datetime.now(UTC))

    async def work() -> None:
        runs.put_nowait(1)
        raise RuntimeError("this once")

    pulse.every(0.05, work, "work")
    pulse.start()
    async with asyncio.timeout(20):
        await runs.get()
        await runs.get()
    pulse.stop()
