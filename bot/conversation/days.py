"""The learner's day: in Vietnam, whatever the machine's own zone.

Vietnam keeps UTC+7 all year and has kept it since 1975, so no zone data is needed.
"""

from datetime import date, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))


def local_day(at: datetime) -> date:
    """The learner's day at an aware moment."""
    return at.astimezone(VIETNAM).date()
