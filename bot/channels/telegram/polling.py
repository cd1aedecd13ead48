"""Receiving by long polling: the offset moves only past what is on disk.

    ask ─► each update to turns, in order ─► all on disk ─► ask with offset = last + 1
     ▲                                                        │ empty: that confirmed them
     └──────────── a long poll without offset ◄───────────────┘

The long poll bears no offset, because ids start again at random, often lower, after a
quiet week: an offset above them would hide them for ever. A call that failed keeps its
offset. Nothing that waits at Telegram is ever dropped.
Source: core.telegram.org/bots/api#getupdates; promises.md P9, P12, P13, P15.
"""

import asyncio
from collections.abc import Callable, Sequence

import structlog
from telegram.error import Conflict, RetryAfter, TelegramError

from bot.channels.base import BadUpdate
from bot.channels.telegram.api import REFUSED_WAIT_S, Api
from bot.channels.telegram.errors import sending_of
from bot.channels.telegram.hearing import Hearing, Work
from bot.channels.telegram.updates import ALLOWED_UPDATES, parse_updates, update_id_of
from store.base import StoreError

POLL_S = 25
_ANSWER_S = 10.0  # how much longer than the poll an answer may take
_AT_ONCE_S = 1.0  # a long poll that ends sooner, and empty, did not wait
_WAIT_MOST_S = 25.0
_HALVES = 5
_KEEP_MOST_S = 5.0  # promises.md P3: ten seconds after the disk has room again
_LOG = structlog.get_logger("channel")


class Poller:
    """One account's polling. clock: monotonic seconds."""

    def __init__(
        self, api: Api, hearing: Hearing, *, account: str, clock: Callable[[], float]
    ) -> None:
        self._api = api
        self._hearing = hearing
        self._account = account
        self._clock = clock
        self._offset: int | None = None
        self._limit = 100
        self._halves = 0
        self._last_answer = b""
        self._pause_s = 0.0
        self._in_conflict = False
        self.answered_at: float | None = None  # when Telegram last answered a poll

    async def run(self) -> None:
        """Receive until cancelled."""
        while True:
            await self.once()

    async def once(self) -> None:
        """One poll, and all that it brought on disk."""
        tried_again = await self._api.until_claimed()
        timeout = 0 if tried_again or self._offset is not None else POLL_S
        began = self._clock()
        try:
            answer = await self._api.raw("getUpdates", self._params(timeout), timeout + _ANSWER_S)
        except TelegramError as error:
            await self._failed(error)
            return
        self.answered_at, self._in_conflict = self._clock(), False
        try:
            raws = parse_updates(answer)
        except BadUpdate:
            await self._unreadable(answer)
            return
        self._limit = 100
        repeated = bool(raws) and answer == self._last_answer
        self._last_answer = answer
        if raws:
            await self._take(raws)
        elif self._offset is not None:
            self._offset = None  # they are confirmed
            return
        at_once = not raws and timeout and self._clock() - began < _AT_ONCE_S
        await self._pause(bool(repeated or at_once))

    def _params(self, timeout: int) -> dict[str, object]:
        params: dict[str, object] = {
            "timeout": timeout,
            "limit": self._limit,
            "allowed_updates": list(ALLOWED_UPDATES),
        }
        return params if self._offset is None else {**params, "offset": self._offset}

    async def _take(self, raws: Sequence[bytes]) -> None:
        """All of an answer on disk, in order; then the offset may move past it."""
        waiting: list[Work] = []
        works = [self._hearing.work(raw) for raw in raws]
        for work in works:
            if work.alone:
                await self._keep(waiting)
                await self._keep([work])
                waiting = []
            else:
                waiting.append(work)
        await self._keep(waiting)
        ids = [work.update_id for work in works if work.update_id is not None]
        if ids:
            self._offset = max(ids) + 1

    async def _keep(self, works: Sequence[Work]) -> None:
        """Until every one of them is on disk: a full disk or queue is waited for."""
        pause_s = 0.5
        while works:
            ended = await asyncio.gather(*(work.do() for work in works), return_exceptions=True)
            left = []
            for work, outcome in zip(works, ended, strict=True):
                if isinstance(outcome, TimeoutError | StoreError):
                    left.append(work)
                elif isinstance(outcome, Exception):
                    left.append(self._hearing.set_aside(work.raw, type(outcome).__name__))
                elif isinstance(outcome, BaseException):
                    raise outcome
            works = left
            if works:
                await self._api.wait(pause_s)
                pause_s = min(_KEEP_MOST_S, pause_s * 2)

    async def _unreadable(self, answer: bytes) -> None:
        """Half an answer: ask again, for one update. If that never comes whole, it is set
        aside: one update must not stop the line."""
        update_id = update_id_of(answer)
        self._halves = self._halves + 1 if self._limit == 1 else 0
        if self._halves >= _HALVES and update_id is not None:
            await self._keep([self._hearing.set_aside(answer, "BadAnswer")])
            self._offset, self._limit = update_id + 1, 100
            return
        self._limit = 1
        await self._pause(True)

    async def _failed(self, error: TelegramError) -> None:
        """The offset stays. Told once; tried again after a while."""
        if isinstance(error, Conflict):
            if not self._in_conflict:
                self._in_conflict = True
                mend = _WEBHOOK if "webhook" in error.message.lower() else _OTHER_POLLER
                _LOG.error("channel.conflict", account=self._account, mend=mend)
            await self._api.wait(REFUSED_WAIT_S)
        elif isinstance(error, RetryAfter):
            await self._api.wait(sending_of(error).wait_s)
        elif not self._api.link.is_down:  # while it is down, `until_claimed` waits
            await self._pause(True)

    async def _pause(self, needed: bool) -> None:
        """After what went on without waiting: 1, 2, 4 … 25 seconds; else none."""
        self._pause_s = min(_WAIT_MOST_S, self._pause_s * 2 or 1.0) if needed else 0.0
        if self._pause_s:
            await self._api.wait(self._pause_s)


_WEBHOOK = (
    "a webhook is set for this bot, so another program uses it; stop that one and start this "
    "one again, or give each a bot of its own"
)
_OTHER_POLLER = "another program polls with the same token; stop it, or give each a bot of its own"
