"""When a nudge may come: hours, quiet, gaps, days off, clocks gone wrong."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import nudge_times
from bot.conversation.days import (
    VIETNAM,
    at_second,
    day_number,
    day_of,
    minute_number,
    second_of,
)
from bot.conversation.learner import Learner, Nudges, change
from bot.conversation.nudge_times import next_nudge_at
from bot.conversation.off_days import is_off, off_days
from bot.conversation.quiet import NudgeRules, QuietHours, minutes_of
from tests.play import NINE

RULES = NudgeRules()
LAN = Learner(
    id="lan",
    consent="yes",
    pronouns="bac",
    ward="06685",
    hour="08:00",
    seen_min=minute_number(NINE),
)


def hanoi(said: str) -> datetime:
    return datetime.fromisoformat(said).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("year", "first"),
    [
        (2027, date(2027, 2, 6)),
        (2028, date(2028, 1, 26)),
        (2029, date(2029, 2, 13)),
        (2030, date(2030, 2, 2)),  # a Chinese table says the third
        (2031, date(2031, 1, 23)),
    ],
)
def test_tet_is_off_from_two_days_before_to_the_fifth(year: int, first: date) -> None:
    tet = {first + timedelta(days) for days in range(-2, 5)}
    assert tet <= off_days(year)
    assert first - timedelta(3) not in off_days(year)
    assert first + timedelta(5) not in off_days(year)
    assert len(off_days(year)) == 7 + 4


@pytest.mark.parametrize("day", ["2027-04-16", "2027-04-30", "2027-05-01", "2027-09-02"])
def test_other_days_off(day: str) -> None:
    assert date.fromisoformat(day) in off_days(2027)


def test_every_year_of_a_clock_gone_wrong_has_its_days_off() -> None:
    assert all(len(off_days(year)) == 11 for year in range(2016, 2060))


@pytest.mark.parametrize(
    ("hour", "quiet", "earliest", "latest"),
    [
        ("08:00", "21:00-07:00", "07:50", "08:10"),
        ("19:30", "21:00-07:00", "19:20", "19:40"),
        ("07:00", "21:00-07:00", "07:00", "07:10"),  # the other way, never before seven
        ("20:50", "21:00-07:00", "20:40", "20:54"),
        ("20:59", "21:00-07:00", "20:49", "20:55"),  # with time left to send it
        ("22:00", "21:00-07:00", "07:00", "07:10"),  # the settings changed: when quiet ends
        ("23:55", "00:00-00:00", "00:00", "23:59"),  # no quiet hours: any second of the day
    ],
)
def test_the_moment_is_within_ten_minutes_and_never_quiet(
    hour: str, quiet: str, earliest: str, latest: str
) -> None:
    start, end = (minutes_of(one) for one in quiet.split("-"))
    hours = QuietHours(start, end)
    for number in range(500):
        second = nudge_times.second_of_day(f"learner-{number}", hour, hours)
        assert minutes_of(earliest) * 60 <= second <= minutes_of(latest) * 60 + 59
        assert not hours.covers(second)


def test_learners_are_spread_over_the_twenty_minutes() -> None:
    seconds = [nudge_times.second_of_day(f"{n:024x}", "08:00", RULES.quiet) for n in range(4000)]
    busiest = max(sum(low <= one < low + 60 for one in seconds) for low in range(28200, 29400, 60))
    assert busiest < 2 * len(seconds) / 20


@pytest.mark.parametrize(
    ("second", "is_quiet"),
    [
        ("20:59", False),
        ("21:00", True),
        ("23:59", True),
        ("00:00", True),
        ("06:59", True),
        ("07:00", False),
        ("12:00", False),
    ],
)
def test_quiet_hours_run_over_midnight(second: str, is_quiet: bool) -> None:
    assert RULES.quiet.covers(minutes_of(second) * 60) is is_quiet


@pytest.mark.parametrize("hour", ["", "8", "25:00", "07:60", "ab:cd", "7:5"])
def test_what_is_no_time_of_day_is_refused(hour: str) -> None:
    with pytest.raises(ValueError, match="time"):
        minutes_of(hour)


@pytest.mark.parametrize(
    ("due", "until"),
    [
        ("2026-11-25T08:04", "2026-11-25T10:04"),
        ("2026-11-25T19:34", "2026-11-25T21:00"),  # never into the quiet hours
    ],
)
def test_a_nudge_is_worth_sending_for_two_hours(due: str, until: str) -> None:
    assert nudge_times.expires_at(hanoi(due), RULES.quiet) == hanoi(until)


@pytest.mark.parametrize(
    "who",
    [
        change(LAN, consent="no"),
        change(LAN, consent=""),
        change(LAN, hour="none"),
        change(LAN, hour=""),
        change(LAN, stopped=True),
        change(LAN, pronouns=""),  # the first day's questions are not over
        change(LAN, seen_min=None),
        change(LAN, nudges=Nudges(unanswered=9)),
    ],
)
def test_who_is_asked_nothing(who: Learner) -> None:
    assert next_nudge_at(who, RULES) is None


NUMBERS = st.integers(300, 1500)
DOCUMENTS = st.builds(
    lambda id, hour, seen, on, unanswered, count, unasked, later: change(
        LAN,
        id=id,
        hour=hour,
        seen_min=seen * 1440 + 700,
        nudges=Nudges(on, unanswered, count, unasked, later),
    ),
    st.text("0123456789abcdef", min_size=1, max_size=24),
    st.sampled_from(["07:00", "08:00", "11:11", "16:00", "19:30", "20:50", "20:59"]),
    NUMBERS,
    NUMBERS,
    st.integers(0, 8),
    st.integers(0, 100),
    NUMBERS,
    NUMBERS,
)


@given(DOCUMENTS)
def test_never_at_night_never_on_a_day_off_never_on_a_day_already_used(learner: Learner) -> None:
    at = next_nudge_at(learner, RULES)
    assert at is not None
    assert at.tzinfo is UTC
    assert not RULES.quiet.covers(second_of(at))
    day = day_number(at)
    assert not is_off(day)
    assert day > learner.seen_min // 1440  # type: ignore[operator]  # every document has it
    assert day > learner.nudges.unasked_on
    assert day >= learner.nudges.not_before
    if learner.nudges.unanswered:
        assert day >= learner.nudges.on + nudge_times.gap_days(learner.nudges.unanswered)


@given(DOCUMENTS, st.integers(0, 7))
def test_more_silence_never_brings_it_nearer(learner: Learner, unanswered: int) -> None:
    fewer = change(learner, nudges=Nudges(learner.nudges.on, unanswered))
    more = change(learner, nudges=Nudges(learner.nudges.on, unanswered + 1))
    first, second = next_nudge_at(fewer, RULES), next_nudge_at(more, RULES)
    assert first is not None
    assert second is not None
    assert first <= second


@given(DOCUMENTS, st.integers(-4000, 4000))
def test_a_mended_document_is_due_within_reason(learner: Learner, days: int) -> None:
    now = at_second(700 + days, 9 * 3600)
    mended = nudge_times.mended(learner, now)
    at = next_nudge_at(mended, RULES)
    assert at is not None
    assert at - now < nudge_times.FARTHEST
    assert nudge_times.mended(mended, now) == mended


def test_the_gaps_in_days() -> None:
    gaps = [nudge_times.gap_days(unanswered) for unanswered in range(1, 9)]
    assert gaps == [1, 2, 4, 7, 30, 30, 30, 30]
    assert nudge_times.MOST_UNANSWERED == 8


def test_a_pause_is_fourteen_whole_days() -> None:
    ill = nudge_times.paused(LAN, hanoi("2026-11-24T23:59"))
    at = next_nudge_at(ill, RULES)
    assert at is not None
    assert day_of(day_number(at)) == date(2026, 12, 9)
