"""How the running program is: what `/readyz` says and what a scrape asks for.

Leads in: the program's rooms. Leads out: `bot/web`. It warns the log when the disk is
nearly full, before anything fails. Source: promises.md P3, P40.
"""

import logging
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

import structlog

from bot.logs import Seldom
from bot.metrics import Moment
from store.base import Store, StoreError

LOW_DISK = 0.05
_NO_ROOM_BYTES = 2 << 20  # less than a batch of turns may need
_LOG = structlog.get_logger("store")


class Sends(Protocol):
    """What delivery tells of itself."""

    @property
    def outcomes(self) -> Mapping[tuple[str, str], int]: ...


class Health:
    """Asks the rooms. clock: monotonic. polled: account -> monotonic moment of its last
    answered poll, None before the first."""

    def __init__(
        self,
        store: Store,
        folder: Path,
        sends: Sends,
        polled: Callable[[], Mapping[str, float | None]],
        *,
        clock: Callable[[], float],
        now_ms: Callable[[], int],
    ) -> None:
        self._store = store
        self._folder = folder
        self._sends = sends
        self._polled = polled
        self._clock = clock
        self._now_ms = now_ms
        self._started_at = clock()
        self._seldom = Seldom(clock)

    async def ready(self) -> dict[str, object]:
        """May turns be sent here? And what a person wants to know beside it."""
        told = "ok"
        try:
            await self._store.probe()
        except StoreError as error:
            told = "disk full" if error.code == "store:full" else "cannot be written"
            self._warn(logging.ERROR, error.code.replace(":", "."))
        free = self.disk_free()
        if shutil.disk_usage(self._folder).free < _NO_ROOM_BYTES:
            told = "disk full"
        if free < LOW_DISK:
            self._warn(logging.WARNING, "store.low_disk", free_percent=round(100 * free, 1))
        return {
            "ready": told == "ok",
            "store": told,
            "disk_free_percent": round(100 * free, 1),
            "queue_age_s": await self._queue_age_s(),
            "poll_age_s": {name: round(age, 1) for name, age in self._poll_ages().items()},
        }

    async def moment(self) -> Moment:
        """What a scrape asks for anew. Raises StoreError."""
        return Moment(
            await self._store.outbox_waiting(),
            self._sends.outcomes,
            self._poll_ages(),
            await self._store.count("quarantine"),
            self.disk_free(),
        )

    def disk_free(self) -> float:
        """The free share of the database's disk, 0 to 1."""
        usage = shutil.disk_usage(self._folder)
        return usage.free / usage.total

    async def _queue_age_s(self) -> float:
        """How long the oldest reply that waits has waited."""
        try:
            oldest = await self._store.oldest_waiting()
        except StoreError:
            return 0.0
        return 0.0 if oldest is None else max(0.0, (self._now_ms() - oldest) / 1000)

    def _poll_ages(self) -> dict[str, float]:
        """Seconds since each account that polls was answered, or since the start."""
        now = self._clock()
        return {
            name: now - (self._started_at if at is None else at)
            for name, at in self._polled().items()
        }

    def _warn(self, level: int, code: str, **more: object) -> None:
        if self._seldom.may(code):
            _LOG.log(level, code, **more)
