"""The learner's day: in Vietnam, whatever the machine's own zone.

Vietnam keeps UTC+7 all year and has kept it since 1975, so no zone data is needed.
A day in the learner's document is its number, counted from `DAY_ZERO`: three digits
instead of twelve signs, and a document must stay under 1 KB.
"""

from datetime import UTC, date, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))
DAY_ZERO = date(2026, 1, 1)
MINUTES_A_DAY = 1440
_ZERO = DAY_ZERO.toordinal()
_MIDNIGHT = datetime(2026, 1, 1, tzinfo=VIETNAM).astimezone(UTC)


def day_number(at: datetime) -> int:
    """The number of the learner's day at an aware moment."""
    return (at - _MIDNIGHT).days


def month_of(at: datetime) -> str:
    """The learner's month at an aware moment: "2026-11"."""
    return f"{at.astimezone(VIETNAM):%Y-%m}"


def day_of(number: int) -> date:
    return date.fromordinal(_ZERO + number)


def at_second(number: int, second: int) -> datetime:
    """The moment (UTC) that many seconds after midnight of the learner's day."""
    return _MIDNIGHT + timedelta(number, second)


def minute_number(at: datetime) -> int:
    """Whole minutes from the first midnight of our count to an aware moment."""
    since = at - _MIDNIGHT
    return since.days * MINUTES_A_DAY + since.seconds // 60


def at_minute(number: int) -> datetime:
    """The moment (UTC) of that minute of our count."""
    return _MIDNIGHT + timedelta(minutes=number)


def second_of(at: datetime) -> int:
    """Seconds since midnight of the learner's day, whole ones."""
    return (at - _MIDNIGHT).seconds


def milliseconds(at: datetime) -> int:
    """An aware moment as the store keeps it: whole milliseconds since 1970, UTC."""
    return int(at.timestamp() * 1000)
