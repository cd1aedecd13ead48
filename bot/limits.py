"""How fast we may send: token buckets on a clock that is handed in.

Source: Telegram's Bots FAQ (about 30 messages a second a bot, 1 a second a chat);
design.md section 8 for the defaults.
"""

import msgspec


class Limits(msgspec.Struct, frozen=True):
    """An account's limits: messages a second in all and in one chat; 0 for none.

    reserve: tokens that announcements leave for answers.
    """

    sends_per_s: float = 29.5
    burst: float = 30.0
    chat_sends_per_s: float = 1.0
    chat_burst: float = 3.0
    reserve: float = 5.0


class Bucket:
    """So many tokens a second, at most `burst` saved up. rate 0: no limit at all.

    `wait(now, spare)` is how long until one token can be taken while `spare` remain for
    others; moments are seconds on one monotonic clock. tokens: how many there are at
    first (None: all); fewer where an earlier program may just have used them.
    """

    __slots__ = ("_at", "_burst", "_held_until", "_rate", "_tokens")

    def __init__(
        self, rate: float, burst: float, now: float, *, tokens: float | None = None
    ) -> None:
        self._rate = rate
        self._burst = max(burst, 1.0)
        self._tokens = self._burst if tokens is None else min(tokens, self._burst)
        self._at = now
        self._held_until = 0.0

    def wait(self, now: float, spare: float = 0.0) -> float:
        """Seconds until one may be taken; 0 when at once."""
        held = self._held_until - now
        if not self._rate:
            return max(0.0, held)
        self._fill(now)
        # What is to be spared cannot be more than is ever saved up.
        missing = min(1.0 + spare, self._burst) - self._tokens
        # A hair's breadth is what adding up leaves over, not something to wait for.
        return max(0.0, held, missing / self._rate if missing > 1e-6 else 0.0)

    @property
    def tokens(self) -> float:
        """How many were left when it was last asked."""
        return self._tokens

    def take(self, now: float) -> None:
        """Take one token; `wait` said that it may."""
        if self._rate:
            self._fill(now)
            self._tokens -= 1.0

    def hold(self, until: float) -> None:
        """Nothing before that moment: the platform said so (`retry_after`)."""
        self._held_until = max(self._held_until, until)
        self._tokens = min(self._tokens, 1.0)

    def is_full(self, now: float) -> bool:
        """Nothing was taken for so long that a new bucket would be the same."""
        self._fill(now)
        return self._tokens >= self._burst and now >= self._held_until

    def _fill(self, now: float) -> None:
        passed = max(0.0, now - self._at)
        self._tokens = min(self._burst, self._tokens + passed * self._rate)
        self._at = now
