"""Telegram's own limits on sends, and who came too early. Pure: the clock is handed in.

The real server tells nobody its numbers; these are its Bots FAQ's: about 30 messages a
second in all, about one a second in a chat with short bursts.
"""

from collections import defaultdict

from tests.fakes.telegram_rules import Refused

_UNDER_WAY_S = 0.25


class Limits:
    """per_s 0: no limit. `early` counts calls made before a `retry_after` was over, but
    for those that were under way when it was said."""

    def __init__(
        self,
        per_s: float = 0.0,
        burst: float = 30.0,
        chat_per_s: float = 0.0,
        chat_burst: float = 3.0,
    ) -> None:
        self._all = _Bucket(per_s, burst)
        self._chats: dict[int, _Bucket] = defaultdict(lambda: _Bucket(chat_per_s, chat_burst))
        self._held: dict[int | None, tuple[float, float]] = {}
        self.early = 0
        self.refused = 0

    def take(self, chat_id: int, now: float) -> None:
        """One message to that chat. Raises Refused (429)."""
        for scope in (None, chat_id):
            since, until = self._held.get(scope, (0.0, 0.0))
            if now < until:
                self.early += now - since > _UNDER_WAY_S
                self.refuse(until - now)
        chat = self._chats[chat_id]
        for bucket, scope in ((chat, chat_id), (self._all, None)):
            if bucket.missing_s(now) > 0:
                self.hold(scope, now, bucket.missing_s(now) + 1.0)
        chat.take(now)
        self._all.take(now)

    def hold(self, scope: int | None, now: float, seconds: float) -> None:
        """Nothing for that chat (None: for nobody) before then. Raises Refused."""
        self._held[scope] = now, now + seconds
        self.refuse(seconds)

    def refuse(self, seconds: float) -> None:
        self.refused += 1
        wait = max(1, int(seconds + 0.999))
        raise Refused(429, f"Too Many Requests: retry after {wait}", retry_after=wait)


class _Bucket:
    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst, self._tokens, self._at = rate, burst, burst, 0.0

    def missing_s(self, now: float) -> float:
        if not self._rate:
            return 0.0
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
        self._at = now
        return max(0.0, (1.0 - self._tokens) / self._rate)

    def take(self, now: float) -> None:
        self._tokens -= 1.0 if self._rate else 0.0
