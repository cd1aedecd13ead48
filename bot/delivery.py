"""Drains the outbox: who goes first, how fast, together or one by one, again or never.

Leads in: `turns` after each commit (`committed`), and what an earlier program left in
the store. Leads out: a `Sender` for each account; results ride in the next batch.

    rows ─► a chat's queue by priority ─► ready chats, lowest number first ─► Sender
                 ▲    pace, chat limit, hold, back-off (a heap of moments)     │
                 └──────────────── again, wait ◄──────────────────────────────┘

Rules that hold here:
- One message at a time to one chat; in order within a chat and priority.
- At leisure a turn's replies go one by one at a reader's pace; when the account is
  behind, or a chat has several turns waiting, they are joined into one message.
- What may come twice after a crash is what was begun and is not recorded yet: at most
  `in_flight` messages. Nothing is held in memory without a bound (`bot/queues.py`).
Source: design.md sections 1 and 4; learner-experience.md M2, C4; promises.md P9–P15.
"""

import asyncio
import random
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from heapq import heappop, heappush

import msgspec
import structlog

from bot.channels.base import Letter, Sender, Sending
from bot.conversation.quiet import QuietHours
from bot.conversation.replies import SENDING_ORDER, Priority, Reply
from bot.limits import Limits
from bot.passing import Committed, Outgoing
from bot.queues import WINDOW, Chat, Lane
from bot.turns import Turns
from store.base import SentRow, StoreError, WaitingRow

_LOG = structlog.get_logger("delivery")
_REPLY = msgspec.json.Decoder(Reply)
_RETRY_MOST_S = 60.0  # promises.md P11: back-off from 1 to 60 s
_RECORD_AFTER_S = 0.02
_LATE_S = 1.0  # design.md section 4: over that the account is under pressure
_IDLE_S = 5.0


def held_at_night(quiet: QuietHours, clock: Callable[[], datetime]) -> Callable[[int], float]:
    """`hold_s` of what nobody asked for: judged at the moment of sending (promises.md P38)."""

    def hold_s(priority: int) -> float:
        unasked = priority in (Priority.NUDGE, Priority.BROADCAST)
        return quiet.seconds_left(clock()) if unasked else 0.0

    return hold_s


class Delivery:
    """Sends what waits through every account, until cancelled.

    clock: monotonic seconds. now_ms: milliseconds UTC. hold_s: how many seconds a
    message of that priority must wait because of the hour (0: send it).
    """

    def __init__(
        self,
        turns: Turns,
        *,
        in_flight: int,
        pacing: bool,
        clock: Callable[[], float],
        now_ms: Callable[[], int],
        hold_s: Callable[[int], float] = lambda priority: 0.0,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._turns = turns
        self._in_flight = in_flight
        self._pacing = pacing
        self._clock = clock
        self._now_ms = now_ms
        self._hold_s = hold_s
        self._chance = chance
        self._lanes: dict[str, Lane] = {}
        self._begun = 0  # messages begun whose result is not on disk
        # Ended but not on disk yet: rows of each, and whether it counted as begun.
        self._unrecorded: deque[tuple[int, int]] = deque()
        self._record_by: float | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._dropped: frozenset[int] = frozenset()
        self.outcomes: Counter[tuple[str, str]] = Counter()

    def add(self, sender: Sender, limits: Limits) -> None:
        """Send through that account from now on."""
        name = f"{sender.channel}:{sender.account}"
        self._lanes[name] = Lane(name, sender, limits, self._clock())

    # --- what comes in ----------------------------------------------------------------

    def committed(self, committed: Committed) -> None:
        """Take what a commit put on disk."""
        self._recorded(committed.recorded)
        for other, kept in committed.joined.items():
            for one in self._lanes.values():
                one.rename(other, kept)
        for learner_id in committed.silenced:
            self._drop(learner_id, Priority.NUDGE)
        for learner_id in committed.erased:
            self._drop(learner_id, Priority.PANIC)
        self._drop_broadcasts(committed.dropped)
        # What went on after a pause is written anew, and so is sent again from memory.
        self._dropped -= {row.broadcast for row in committed.outgoing}
        now = self._clock()
        for row in committed.outgoing:
            lane = self._lanes.get(f"{row.address.channel}:{row.address.account}")
            # An account that is off leaves its rows on disk.
            if lane is not None and lane.accepts(row):
                self._schedule(lane, lane.put(row, now), now)
        if committed.recorded or committed.outgoing:
            self._wake.set()

    def _recorded(self, rows: int) -> None:
        while rows > 0 and self._unrecorded:
            size, begun = self._unrecorded.popleft()
            rows -= size
            self._begun -= begun
        if not self._unrecorded:
            self._record_by = None

    def _drop(self, learner_id: str, priority: int) -> None:
        for lane in self._lanes.values():
            for contact_id in lane.learners.get(learner_id, ()):
                lane.forget(lane.chats[contact_id], learner_id, priority)

    def _drop_broadcasts(self, numbers: frozenset[int]) -> None:
        """What waits of these is on disk alone, or not to be sent at all."""
        self._dropped |= numbers
        for lane in self._lanes.values() if numbers else ():
            for chat in lane.chats.values():
                lane.forget_broadcasts(chat, numbers)

    # --- what others ask --------------------------------------------------------------

    def is_waiting(self, contact_id: int) -> bool:
        """Has that chat an answer that nobody has begun to send?"""
        for lane in self._lanes.values():
            chat = lane.chats.get(contact_id)
            if chat is not None and (chat.rows[Priority.PANIC] or chat.rows[Priority.ANSWER]):
                return True
        return False

    def room(self, account: str) -> bool:
        """May something beside the replies be sent (keys taken away)? Takes its token."""
        lane = self._lanes.get(account)
        if lane is None or any(lane.ready) or lane.sender.link.is_down:
            return False
        now = self._clock()
        if lane.bucket.wait(now, lane.limits.reserve * 2) > 0:
            return False
        lane.bucket.take(now)
        return True

    def waiting(self) -> dict[str, list[int]]:
        """Rows in memory by account and priority: for health and metrics."""
        return {name: list(lane.held) for name, lane in self._lanes.items()}

    # --- the work ---------------------------------------------------------------------

    async def run(self) -> None:
        """Send until cancelled; sends under way are then given a moment to end."""
        try:
            while True:
                self._wake.clear()
                wait_s = await self.round()
                with suppress(TimeoutError):
                    async with asyncio.timeout(wait_s):
                        await self._wake.wait()
        finally:
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=2.0)
            for task in list(self._tasks):
                task.cancel()

    async def round(self) -> float:
        """Begin all that may be sent now; returns the seconds until more may be."""
        wait_s = _IDLE_S
        for lane in self._lanes.values():
            await self._refill(lane)
            now = self._clock()
            self._due(lane, now)
            wait_s = min(wait_s, self._begin(lane, now))
            if lane.timers:
                wait_s = min(wait_s, lane.timers[0][0] - now)
        if self._record_by is not None:
            left_s = self._record_by - self._clock()
            if left_s <= 0 or self._begun >= self._in_flight:
                self._turns.flush()
                left_s = _RECORD_AFTER_S
            wait_s = min(wait_s, left_s)
        return max(wait_s, 0.0)

    def _begin(self, lane: Lane, now: float) -> float:
        """Begin sends of one lane; returns the seconds until it may go on."""
        for priority in SENDING_ORDER:
            while lane.is_ready(priority):
                hold_s = self._hold_s(priority)
                if hold_s > 0:
                    return min(hold_s, _IDLE_S)  # what follows is held as long
                to_many = priority in (Priority.BROADCAST, Priority.EMERGENCY)
                spare = lane.limits.reserve if to_many else 0.0
                wait_s = lane.bucket.wait(now, spare)
                if self._begun >= self._in_flight:
                    return _IDLE_S  # a result that is recorded wakes us
                if wait_s > 0 or (wait_s := lane.link_wait(now)) > 0:
                    return wait_s
                self._send_next(lane, lane.pop_ready(priority), priority, now)
        return _IDLE_S

    def _send_next(self, lane: Lane, chat: Chat, priority: int, now: float) -> None:
        rows = chat.rows[priority]
        now_ms = self._now_ms()
        while rows and (until := rows[0][0].expires_at) is not None and until < now_ms:
            late, _ = rows.popleft()
            lane.taken(priority, 1)
            # A nudge had its hour; an announcement that waited through the night is weighed
            # anew: its day may have had its one unasked message by now.
            ended = ("later", "overnight") if late.broadcast else ("cancelled", "expired")
            self._record([SentRow(late.id, *ended)], begun=0)
        if not rows or chat.next_at(now) > now:
            lane.probing = False
            self._schedule(lane, chat, now)
            return
        pressed = now - chat.ready_since > _LATE_S or lane.is_behind()
        taken, reply = chat.take(priority, lane.sender, one_by_one=self._pacing and not pressed)
        lane.taken(priority, len(taken))
        for _ in range(2 if reply.voice and reply.picture else 1):  # so many messages
            lane.bucket.take(now)
            chat.bucket.take(now)
        chat.busy = True
        self._begun += 1
        self._spawn(self._send(lane, chat, taken, reply))

    async def _send(self, lane: Lane, chat: Chat, taken: list[Outgoing], reply: Reply) -> None:
        last = taken[-1]
        try:
            replaces = ""
            if last.slot:
                replaces = await self._turns.store.sent_in_slot(last.contact_id, last.slot)
            presses = tuple(
                self._turns.seals.press(last.learner_id, reply.turn, option.id)
                for option in reply.options
            )
            sending = await lane.sender.send(Letter(chat.address, reply, presses, replaces))
        except StoreError:
            sending = Sending("again", "store")
        except Exception as error:
            # A sender never raises for a failed send: this is a fault of ours, not of the
            # channel. One message is put aside, the line goes on.
            _LOG.error("delivery.raised", account=lane.name, kind=type(error).__name__)
            sending = Sending("failed", f"raised {type(error).__name__}")
        self._ended(lane, chat, taken, sending)

    def _ended(self, lane: Lane, chat: Chat, taken: list[Outgoing], sending: Sending) -> None:
        now = self._clock()
        self.outcomes[lane.name, sending.how] += 1
        lane.heard(sending, now)
        chat.busy = False
        match sending.how:
            case "sent":
                chat.failures = 0
                self._record(
                    [SentRow(row.id, "sent", "", sending.message_ref) for row in taken], begun=1
                )
                for row in taken:
                    if row.broadcast:
                        self._turns.announced(row)
                self._pace(lane, chat, taken[-1].priority, now)
            case "gone" | "failed":
                reason = sending.reason[:200] or sending.how
                if sending.how == "gone":
                    reason = f"unreachable: {reason}"
                _LOG.warning(f"send.{sending.how}", account=lane.name, reason=reason)
                self._record([SentRow(row.id, "failed", reason) for row in taken], begun=1)
                if sending.how == "gone":
                    self._turns.gone(chat.contact_id)
                    lane.forget(chat, None, Priority.PANIC)
            case "moved" | "wait" | "again":
                self._begun -= 1
                lane.put_back(chat, taken, now)
                lane.forget_broadcasts(chat, self._dropped)
                self._hold(lane, chat, sending, now)
        self._schedule(lane, chat, now)
        self._wake.set()

    def _hold(self, lane: Lane, chat: Chat, sending: Sending, now: float) -> None:
        """When a message that was not sent may be tried again."""
        if sending.how == "moved":
            self._turns.moved(chat.contact_id, sending.reason)
            chat.address = chat.address._replace(external_id=sending.reason)
        elif sending.how == "wait" and sending.whole_account:
            lane.bucket.hold(now + sending.wait_s)
        elif sending.how == "wait":
            chat.held_until = now + sending.wait_s
        elif not sending.no_answer:
            chat.failures += 1
            most_s = min(_RETRY_MOST_S, 2.0 ** (chat.failures - 1))
            chat.held_until = now + most_s * (0.75 + 0.5 * self._chance())

    def _record(self, results: list[SentRow], *, begun: int) -> None:
        """Hand results to the next batch of turns."""
        self._unrecorded.append((len(results), begun))
        if self._record_by is None:
            self._record_by = self._clock() + _RECORD_AFTER_S
        self._turns.sent(results)

    def _pace(self, lane: Lane, chat: Chat, priority: int, now: float) -> None:
        """Wait a reader's pace before the next message of the same turn, typing meanwhile."""
        rows = chat.rows[priority]
        if not self._pacing or not rows or lane.is_behind() or rows[0][0].reply.pace <= 0:
            return
        chat.paced_until = now + pace_s(rows[0][0].reply)
        self._spawn(lane.sender.show_typing(chat.address))

    def _spawn(self, work: "asyncio._CoroutineLike[None]") -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- when -------------------------------------------------------------------------

    def _schedule(self, lane: Lane, chat: Chat, now: float) -> None:
        """Put a chat among the ready ones, or on the heap of moments."""
        if chat.busy:
            return
        priority = chat.priority()
        if priority is None:
            lane.leave(chat, now)
            return
        at = chat.next_at(now)
        if at <= now:
            lane.make_ready(chat, priority, now)
        elif chat.timer_at is None or at < chat.timer_at:
            chat.timer_at = at
            heappush(lane.timers, (at, next(lane.order), chat))

    def _due(self, lane: Lane, now: float) -> None:
        while lane.timers and lane.timers[0][0] <= now:
            at, _, chat = heappop(lane.timers)
            if chat.timer_at == at:
                chat.timer_at = None
                self._schedule(lane, chat, now)

    async def _refill(self, lane: Lane) -> None:
        """Read what did not fit, or what an earlier program left, where there is room."""
        for priority in Priority:
            if not lane.missed[priority] or lane.held[priority] > WINDOW // 2:
                continue
            # What is committed while we read sets `missed` again.
            lane.missed[priority], lane.reading[priority] = False, True
            try:
                rows = await self._turns.store.take_outbox(
                    lane.name, priority, after=lane.newest[priority], limit=WINDOW // 2
                )
            except StoreError:
                lane.missed[priority] = True
                return
            finally:
                lane.reading[priority] = False
            if len(rows) == WINDOW // 2:
                lane.missed[priority] = True
            now = self._clock()
            for row in rows:
                lane.newest[priority] = row.id
                if row.broadcast_id in self._dropped:
                    continue  # it was paused or cancelled while we read
                self._schedule(lane, lane.put(_outgoing(row), now), now)


def _outgoing(row: WaitingRow) -> Outgoing:
    return Outgoing(
        row.id,
        row.contact_id,
        row.learner_id,
        row.address,
        row.turn,
        row.priority,
        _REPLY.decode(row.body),
        row.expires_at,
        row.slot,
        row.broadcast_id or 0,
    )


def pace_s(reply: Reply) -> float:
    """Seconds a reader needs before this message. Source: learner-experience.md M2, W2."""
    usual = min(2.5, 0.8 + 0.012 * len(reply.text))
    return max(1.0, usual * reply.pace)
