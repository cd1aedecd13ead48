"""The pulse: what runs again and again, whatever the wall clock does.

APScheduler waits until a moment of the wall clock. When that clock is set back an hour, the
wait grows by an hour; so a watchdog on the monotonic clock sees the jump and makes every job
run now. Its triggers count from the last run, never over all the runs that a clock set ten
years ahead would have missed.
Source: design.md section 1, Scheduler; promises.md P7.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

# When the clock jumps, a job that still runs is asked to run again: it says so in words, and
# nothing is wrong.
logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)

WATCH_S = 5.0  # with a job every 20 s the wall clock is read anew at least every 30
JUMP_S = 2.0
_LOG = structlog.get_logger("pulse")


class Every(BaseTrigger):  # type: ignore[misc]  # APScheduler 3 bears no types
    """So many seconds after the last run; the first run at once."""

    def __init__(self, seconds: float) -> None:
        self.period = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        return now + self.period if previous else now


class Pulse:
    """One scheduler and its watchdog. `every` before or after `start`; `stop` on every exit.

    clock: aware UTC now. monotonic: seconds that only grow.
    """

    def __init__(
        self, clock: Callable[[], datetime], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._monotonic = monotonic
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._seen = (clock(), monotonic())
        self._timer: asyncio.TimerHandle | None = None

    def every(self, seconds: float, work: Callable[[], Awaitable[None]], name: str) -> None:
        """Run it now and again so many seconds after each run; never twice at once."""
        self._scheduler.add_job(
            work,
            Every(seconds),
            id=name,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )

    def start(self) -> None:
        self._scheduler.start()
        self._wait()

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._scheduler.shutdown(wait=False)

    def watch(self) -> bool:
        """Has the wall clock jumped since the last look? Then every job runs now."""
        (wall, ticks), self._seen = self._seen, (self._clock(), self._monotonic())
        jumped_s = (self._seen[0] - wall).total_seconds() - (self._seen[1] - ticks)
        if abs(jumped_s) < JUMP_S:
            return False
        _LOG.warning("pulse.clock_jumped", seconds=round(jumped_s))
        for job in self._scheduler.get_jobs():
            job.modify(next_run_time=self._seen[0])
        return True

    def next_runs(self) -> dict[str, datetime]:
        """When each job runs next, by name."""
        return {job.id: job.next_run_time for job in self._scheduler.get_jobs()}

    def _wait(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(WATCH_S, self._looked)

    def _looked(self) -> None:
        self.watch()
        self._wait()
