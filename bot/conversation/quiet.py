"""Quiet hours, in which nothing unasked is said, and the settings around them.

Source: learner-experience.md N2; promises.md P38.
"""

from datetime import datetime, timedelta

import msgspec

from bot.conversation.days import second_of

MINUTE, DAY_S = 60, 86_400


class QuietHours(msgspec.Struct, frozen=True):
    """From `start` to `end`, minutes after local midnight; over midnight where start > end.

    Equal bounds are no quiet hours at all.
    """

    start: int = 21 * 60
    end: int = 7 * 60

    def covers(self, second: int) -> bool:
        """Is that second of the local day quiet? The start is, the end is not."""
        start, end = self.start * MINUTE, self.end * MINUTE
        if start <= end:
            return start <= second < end
        return second >= start or second < end

    def covers_moment(self, at: datetime) -> bool:
        return self.covers(second_of(at))

    def bounds(self) -> tuple[str, str]:
        """Start and end as times of day, "21:00" and "07:00"."""
        start, end = (divmod(one, 60) for one in (self.start, self.end))
        return f"{start[0]:02}:{start[1]:02}", f"{end[0]:02}:{end[1]:02}"

    def seconds_left(self, at: datetime) -> float:
        """How long until it is not quiet any more; 0 when it is not."""
        if not self.covers_moment(at):
            return 0.0
        return float((self.end * MINUTE - second_of(at)) % DAY_S or DAY_S)

    def next_start(self, at: datetime) -> datetime | None:
        """The first moment at or after `at` when it becomes quiet; None when it never does."""
        if self.start == self.end:
            return None
        return at + timedelta(seconds=(self.start * MINUTE - second_of(at)) % DAY_S)


class NudgeRules(msgspec.Struct, frozen=True):
    """The settings of section `nudges`. hours: those offered on the first day, "08:00"."""

    quiet: QuietHours = QuietHours()
    hours: tuple[str, ...] = ("08:00", "16:00", "19:30")
    reviews_a_day: int = 5


def minutes_of(hour: str) -> int:
    """Minutes after midnight of "07:30". Raises ValueError where it is no time of day."""
    hours, colon, minutes = hour.partition(":")
    if not (colon and hours.isdecimal() and minutes.isdecimal() and len(minutes) == 2):
        raise ValueError(f"{hour!r} is no time like 07:30")
    if int(hours) > 23 or int(minutes) > 59:
        raise ValueError(f"{hour!r} is no time of day")
    return int(hours) * 60 + int(minutes)
