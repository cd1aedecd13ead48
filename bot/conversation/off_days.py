"""Days on which nobody is nudged: Tết, Giỗ Tổ, 30/4–1/5, 2/9.

Tết is off from two days before mùng 1 to mùng 5. The lunar dates are those of the
Vietnamese calendar (UTC+7), from the `holidays` library; a Chinese table is a day off in
2030. Pure: the library is handed the year and reads no clock.
Source: learner-experience.md N7.
"""

from datetime import date, timedelta
from functools import lru_cache

from bot.conversation.days import day_of

_TET, _GIO_TO = "Tết Nguyên Đán", "Ngày Giỗ Tổ Hùng Vương"
_BEFORE_TET, _AFTER_TET = 2, 4  # days before mùng 1, and up to mùng 5
_FIXED = ((4, 30), (5, 1), (9, 2))


def is_off(number: int) -> bool:
    """Is the day of that number one on which nobody is nudged?"""
    day = day_of(number)
    return day in off_days(day.year)


@lru_cache(maxsize=64)
def off_days(year: int) -> frozenset[date]:
    """Every such day of a year."""
    # Not before somebody may be nudged: it takes a twentieth of the whole start.
    from holidays import country_holidays

    # Without a language the names would follow the machine's own.
    known = country_holidays("VN", years=year, observed=False, language="vi")
    tet = {
        day + timedelta(days)
        for day in known.get_named(_TET, lookup="exact")
        for days in range(-_BEFORE_TET, _AFTER_TET + 1)
    }
    fixed = {date(year, month, day) for month, day in _FIXED}
    return frozenset(tet | fixed | set(known.get_named(_GIO_TO, lookup="exact")))
