"""The road to a channel's API, shared by all who use it: open, or tried now and then.

Once the API could not be reached, receiving and sending together try it one at a time,
after 1, 5, then every 25 seconds: at most 150 attempts an hour, and on its return 1,000
waiting learners are answered within the minute (25 s + 1,000 / 29.5 a second).
Pure: moments are seconds on one monotonic clock that is handed in.
Source: promises.md P9, P15.
"""

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 25.0
_GROWTH = 5.0
# A try whose end nobody told (its task was cancelled) holds the others up no longer.
_TRY_LASTS_S = 30.0


class Link:
    """`claim` before each attempt; `failed` or `worked` after it.

    While it is down a claim is one try: nobody else gets one before its end is told.
    """

    __slots__ = ("_next_at", "_trying", "_wait_s", "is_down")

    def __init__(self) -> None:
        self.is_down = False
        self._trying = False
        self._wait_s = 0.0
        self._next_at = 0.0

    def claim(self, now: float) -> bool:
        """May the caller try now?"""
        if not self.is_down:
            return True
        if now < self._next_at:
            return False
        self._trying = True
        self._next_at = now + _TRY_LASTS_S
        return True

    def wait(self, now: float) -> float:
        """Seconds until `claim` may say yes, as far as is known now; 0 when at once."""
        return max(0.0, self._next_at - now) if self.is_down else 0.0

    def failed(self, now: float, at_least_s: float = 0.0) -> None:
        """The API could not be reached; or it refuses us, and wants `at_least_s` of peace.

        Attempts that were under way when it went down say nothing new.
        """
        if self.is_down and not self._trying:
            return
        longer = self._wait_s * _GROWTH if self.is_down else FIRST_WAIT_S
        self._wait_s = max(min(LONGEST_WAIT_S, longer), at_least_s)
        self._next_at = now + self._wait_s
        self.is_down, self._trying = True, False

    def worked(self) -> None:
        """The API answered."""
        self.is_down = self._trying = False
        self._wait_s = self._next_at = 0.0
