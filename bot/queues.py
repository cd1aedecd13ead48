"""What delivery keeps in memory: an account's lane, and in it each chat that waits.

The rules of order, joining and bounds; no network, and every moment is handed in
(monotonic seconds). A lane holds at most WINDOW rows of each priority: the rest stay on
disk, and `missed` tells that there is something to read.
"""

from collections import deque
from itertools import count

import msgspec

from bot.channels.base import Sender, Sending
from bot.conversation.replies import SENDING_ORDER, Priority, Reply, utf16_units
from bot.limits import Bucket, Limits
from bot.passing import Outgoing
from store.base import Address

WINDOW = 2048


class Chat:
    """One chat with replies that wait.

    rows: by priority, each with the moment it came. busy: a send is under way.
    held_until: the channel said so, or a send failed; paced_until: the reader is reading.
    ready_as: the priority under which it stands among the ready ones, and since when.
    """

    def __init__(self, row: Outgoing, bucket: Bucket) -> None:
        self.contact_id = row.contact_id
        self.address: Address = row.address
        self.learner_ids: set[str] = set()
        self.bucket = bucket
        self.rows: tuple[deque[tuple[Outgoing, float]], ...] = tuple(deque() for _ in Priority)
        self.busy = False
        self.failures = 0
        self.held_until = 0.0
        self.paced_until = 0.0
        self.ready_as: int | None = None
        self.ready_since = 0.0
        self.timer_at: float | None = None

    def priority(self) -> int | None:
        """The first priority of which something waits."""
        for one in SENDING_ORDER:
            if self.rows[one]:
                return int(one)
        return None

    def next_at(self, now: float) -> float:
        """The moment from which the next message may go; danger waits for no reader."""
        paced = 0.0 if self.rows[Priority.PANIC] else self.paced_until
        return max(self.held_until, paced, now + self.bucket.wait(now))

    def take(
        self, priority: int, sender: Sender, *, one_by_one: bool
    ) -> tuple[list[Outgoing], Reply]:
        """The rows of the next message, and the message that they make.

        One by one only while a single turn's replies wait: several turns' answers are
        joined into one message, and only the newest question keeps its keys.
        """
        rows = self.rows[priority]
        first, _ = rows.popleft()
        taken, reply = [first], first.reply
        if one_by_one and all(row.turn == first.turn for row, _ in rows):
            return taken, reply
        while rows and priority < Priority.NUDGE and _fits(reply, taken[-1], rows[0][0], sender):
            row, _ = rows.popleft()
            taken.append(row)
            reply = _joined(reply, row.reply)
        return taken, reply


def _fits(so_far: Reply, last: Outgoing, following: Outgoing, sender: Sender) -> bool:
    more = following.reply
    if so_far.voice or more.voice or last.slot or following.slot:
        return False
    if so_far.passed_on or more.passed_on:
        return False
    if last.learner_id != following.learner_id or (so_far.picture and more.picture):
        return False
    limit = sender.caption_limit if so_far.picture or more.picture else sender.text_limit
    return utf16_units(so_far.text) + utf16_units(more.text) + 2 <= limit


def _joined(so_far: Reply, following: Reply) -> Reply:
    asks = following if following.options else so_far
    return msgspec.structs.replace(
        asks,
        text=f"{so_far.text}\n\n{following.text}",
        picture=so_far.picture or following.picture,
        menu=so_far.menu or following.menu,
    )


class Lane:
    """One account: its chats that wait, those that are ready, and its limits.

    newest: the highest row id taken into memory, by priority; missed: something newer
    may be on disk only; reading: it is being read, so that nothing is taken twice.
    """

    def __init__(self, name: str, sender: Sender, limits: Limits, now: float) -> None:
        self.name = name
        self.sender = sender
        self.limits = limits
        self.bucket = Bucket(limits.sends_per_s, limits.burst, now, tokens=limits.reserve)
        self._started_at = now
        self.chats: dict[int, Chat] = {}
        self.learners: dict[str, set[int]] = {}
        self.ready: tuple[deque[Chat], ...] = tuple(deque() for _ in Priority)
        self.timers: list[tuple[float, int, Chat]] = []
        self.order = count()
        self.held = [0 for _ in Priority]
        self.newest = [0 for _ in Priority]
        self.missed = [True for _ in Priority]  # an earlier program may have left some
        self.reading = [False for _ in Priority]
        self.probing = False
        self._left: deque[tuple[float, int]] = deque()

    # --- rows -------------------------------------------------------------------------

    def accepts(self, row: Outgoing) -> bool:
        """Is there room for that row, and nothing older of its priority on disk only?"""
        if not row.id:
            return True  # a goodbye is on no disk
        full = self.held[row.priority] >= WINDOW
        if full or self.missed[row.priority] or self.reading[row.priority]:
            self.missed[row.priority] = True
            return False
        self.newest[row.priority] = row.id
        return True

    def put(self, row: Outgoing, now: float) -> Chat:
        chat = self.chats.get(row.contact_id)
        if chat is None:
            chat = self.chats[row.contact_id] = Chat(row, self._chat_bucket(now))
        if row.learner_id not in chat.learner_ids:
            chat.learner_ids.add(row.learner_id)
            self.learners.setdefault(row.learner_id, set()).add(row.contact_id)
        chat.rows[row.priority].append((row, now))
        self.held[row.priority] += 1
        return chat

    def _chat_bucket(self, now: float) -> Bucket:
        """Full, but right after a start: then the earlier program may have sent just now."""
        rate, burst = self.limits.chat_sends_per_s, self.limits.chat_burst
        fresh = bool(rate) and now - self._started_at < burst / rate
        return Bucket(rate, burst, now, tokens=1.0 if fresh else None)

    def taken(self, priority: int, rows: int) -> None:
        self.held[priority] -= rows

    def put_back(self, chat: Chat, taken: list[Outgoing], now: float) -> None:
        """What was not sent stands first again."""
        chat.rows[taken[0].priority].extendleft((row, now) for row in reversed(taken))
        self.held[taken[0].priority] += len(taken)

    def forget_broadcasts(self, chat: Chat, numbers: frozenset[int]) -> None:
        """Drop what waits of these announcements."""
        for number in (Priority.BROADCAST, Priority.EMERGENCY):
            kept = [one for one in chat.rows[number] if one[0].broadcast not in numbers]
            self.held[number] -= len(chat.rows[number]) - len(kept)
            chat.rows[number].clear()
            chat.rows[number].extend(kept)

    def forget(self, chat: Chat, learner_id: str | None, priority: int) -> None:
        """Drop what waits for a learner (None: for anybody) from that priority number up."""
        for number in range(priority, len(chat.rows)):
            kept = [one for one in chat.rows[number] if learner_id not in (None, one[0].learner_id)]
            self.held[number] -= len(chat.rows[number]) - len(kept)
            chat.rows[number].clear()
            chat.rows[number].extend(kept)

    def rename(self, learner_id: str, kept: str) -> None:
        """What waits for that learner is the other's: their keys are to fit them."""
        for contact_id in self.learners.pop(learner_id, set()):
            chat = self.chats[contact_id]
            chat.learner_ids.discard(learner_id)
            chat.learner_ids.add(kept)
            self.learners.setdefault(kept, set()).add(contact_id)
            for rows in chat.rows:
                for at, (row, since) in enumerate(rows):
                    if row.learner_id == learner_id:
                        rows[at] = (msgspec.structs.replace(row, learner_id=kept), since)

    def leave(self, chat: Chat, now: float) -> None:
        """Nothing waits for the chat: keep it only as long as its own limit remembers."""
        self._left.append((now, chat.contact_id))
        rate = self.limits.chat_sends_per_s
        memory_s = self.limits.chat_burst / rate if rate else 0.0
        while self._left and self._left[0][0] <= now - memory_s:
            _, contact_id = self._left.popleft()
            old = self.chats.get(contact_id)
            if old is None or old.busy or old.priority() is not None or old.held_until > now:
                continue
            if old.bucket.is_full(now):
                del self.chats[contact_id]
                for learner_id in old.learner_ids:
                    others = self.learners[learner_id]
                    others.discard(contact_id)
                    if not others:
                        del self.learners[learner_id]

    # --- who is ready -----------------------------------------------------------------

    def make_ready(self, chat: Chat, priority: int, now: float) -> None:
        if chat.ready_as != priority:
            chat.ready_as, chat.ready_since = priority, now  # an older entry is passed over
            self.ready[priority].append(chat)

    def is_ready(self, priority: int) -> bool:
        """Does a chat stand first in that queue? Entries that have moved on are dropped."""
        queue = self.ready[priority]
        while queue and (queue[0].ready_as != priority or queue[0].busy):
            queue.popleft()
        return bool(queue)

    def pop_ready(self, priority: int) -> Chat:
        chat = self.ready[priority].popleft()
        chat.ready_as = None
        return chat

    def is_behind(self) -> bool:
        """Would the answers that are ready take more than a second to go out?"""
        rate = self.limits.sends_per_s
        ready = len(self.ready[Priority.PANIC]) + len(self.ready[Priority.ANSWER])
        return bool(rate) and ready > rate + self.bucket.tokens

    # --- is the channel there ---------------------------------------------------------

    def link_wait(self, now: float) -> float:
        """Seconds until the channel may be tried; claims the try when it is 0."""
        link = self.sender.link
        if not link.is_down:
            return 0.0
        wait_s = link.wait(now)
        if wait_s <= 0 and not self.probing and link.claim(now):
            self.probing = True
            return 0.0
        return min(max(wait_s, 0.05), 1.0)

    def heard(self, sending: Sending, now: float) -> None:
        """What a send tells of the channel itself."""
        link = self.sender.link
        if not sending.no_answer:
            link.worked()
        elif self.probing or not link.is_down:
            # Sends that were under way when it broke say the same thing once.
            link.failed(now)
        self.probing = False
