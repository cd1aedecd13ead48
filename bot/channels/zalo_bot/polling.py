"""Receiving by polling, for trying out: one update a call, and nothing that confirms it.

Readings of Zalo's pages differ: an update is gone once it was fetched, or it is handed
out again with every poll, which then answers at once. This is right under both: what a
poll brought is on disk before the next one is made, each update counts once, and when
nothing but what we have comes again and again, the pauses grow from a tenth of a second to
five (to one second within a circle of several).

What cannot be mended here: under the first reading, an update that was fetched when the
program died is lost. The webhook is the durable way; start-up says so.
Source: docs/zalo.md; promises.md P13, P15.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.channels.base import BadUpdate
from bot.channels.zalo_bot.api import REFUSED_WAIT_S, Answer, Api, NoAnswer
from bot.channels.zalo_bot.hearing import Hearing, Taken
from bot.channels.zalo_bot.updates import IDLE, parse_body
from store.base import StoreError

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.1, 5.0
_CIRCLING_S = 1.0  # the longest pause between updates that come round in a circle
_AT_ONCE_S = 0.5  # an idle poll that ends sooner did not wait
_KEEP_MOST_S = 5.0  # promises.md P3: ten seconds after the disk has room again
_LAST_S = 3.0  # for what is in hand when we are to stop; promises.md P40 allows five in all
_LOG = structlog.get_logger("channel")


class Poller:
    """One account's polling. poll_s: how long Zalo may hold a poll open. clock: monotonic
    seconds. wait: sleeps so many seconds."""

    def __init__(
        self,
        api: Api,
        hearing: Hearing,
        *,
        account: str,
        poll_s: int,
        clock: Callable[[], float],
        wait: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._api = api
        self._hearing = hearing
        self._account = account
        self._poll_s = poll_s
        self._clock = clock
        self._wait = wait
        self._pause_s = 0.0
        self._again: set[str] = set()  # what came again since the last pause or news
        self._as_number = self._has_tried_both = False
        self._is_refused = False
        self.answered_at: float | None = None  # when Zalo last answered a poll

    async def run(self) -> None:
        """Receive until cancelled."""
        while True:
            await self.once()

    async def once(self) -> None:
        """One poll, and what it brought on disk."""
        await self._until_claimed()
        began = self._clock()
        # Zalo's table has the seconds as text, its example as a number.
        timeout = self._poll_s if self._as_number else str(self._poll_s)
        try:
            answer = await self._api.call("getUpdates", {"timeout": timeout}, wait_s=self._poll_s)
        except NoAnswer as error:
            await self._pause(not error.away)  # while it is away, `_until_claimed` waits
            return
        raws = self._updates(answer)
        if raws is None:
            await self._refused(answer)
            return
        self.answered_at, self._is_refused = self._clock(), False
        if not raws:
            self._again.clear()
            await self._pause(self._clock() - began < _AT_ONCE_S)
            return
        # Zalo may not hand it over again: even when we are to stop, it is kept first.
        taking = asyncio.ensure_future(self._keep_all(raws))
        try:
            await self._rest(await asyncio.shield(taking))
        except asyncio.CancelledError:
            await asyncio.wait([taking], timeout=_LAST_S)
            taking.cancel()
            raise

    def _updates(self, answer: Answer) -> list[bytes] | None:
        """What was handed over; None when the poll itself was refused."""
        if answer.code == IDLE:
            return []
        is_bare = answer.raw.lstrip()[:1] in (b"", b"[")  # nothing at all, or a list
        if answer.code or not (answer.ok or is_bare):
            return None
        try:
            return parse_body(answer.raw)
        except BadUpdate:
            return None

    async def _rest(self, taken: list[Taken]) -> None:
        """Slower and slower while what we have comes again.

        Several that come round in a circle are passed over quickly at first: behind them
        there may be something new.
        """
        names = {one.name for one in taken}
        if any(one.is_new for one in taken):
            self._again.clear()
            self._pause_s = 0.0
        elif names <= self._again:
            self._again = names
            await self._pause(True)
        else:
            self._again |= names
            await self._wait(min(_CIRCLING_S, max(_FIRST_PAUSE_S, self._pause_s)))

    async def _keep_all(self, raws: list[bytes]) -> list[Taken]:
        return [await self._keep(raw) for raw in raws]

    async def _keep(self, raw: bytes) -> Taken:
        """Until it is on disk: a full disk or queue is waited for.

        What is set aside is nothing new: it may come again with another date in it.
        """
        pause_s = 0.5
        while True:
            try:
                return await self._hearing.take_one(raw)
            except BadUpdate as error:
                kind = str(error)
            except (TimeoutError, StoreError):
                await self._wait(pause_s)
                pause_s = min(_KEEP_MOST_S, pause_s * 2)
                continue
            except Exception as error:
                kind = type(error).__name__
            try:
                await self._hearing.keep_aside(raw, kind)
                return Taken("", False)
            except StoreError:
                await self._wait(pause_s)
                pause_s = min(_KEEP_MOST_S, pause_s * 2)

    async def _refused(self, answer: Answer) -> None:
        """Told once; tried again after a while."""
        if answer.code == 400:
            self._as_number = not self._as_number  # perhaps this server wants the other form
            if not self._has_tried_both:
                self._has_tried_both = True
                return
        if answer.code == 429:
            await self._wait(answer.retry_after_s or REFUSED_WAIT_S)
        elif 400 <= answer.code < 500:
            if not self._is_refused and answer.code != 401:
                self._is_refused = True
                _LOG.error("channel.refused", account=self._account, mend=_REFUSED)
            await self._wait(REFUSED_WAIT_S)
        else:
            await self._pause(True)

    async def _pause(self, needed: bool) -> None:
        """After what went on without waiting: a tenth of a second, doubled, to five."""
        self._pause_s = min(_LONGEST_PAUSE_S, self._pause_s * 2 or _FIRST_PAUSE_S) if needed else 0
        if self._pause_s:
            await self._wait(self._pause_s)

    async def _until_claimed(self) -> None:
        """Wait for our turn while the link is down."""
        link = self._api.link
        while not link.claim(self._clock()):
            # In small steps: a send may find the API back before our turn comes.
            await self._wait(min(1.0, max(0.05, link.wait(self._clock()))))


_REFUSED = (
    "Zalo refuses to be polled: a webhook is set for this bot, or another program polls with "
    "the same token; stop that one and start this one again, or give each a bot of its own"
)
