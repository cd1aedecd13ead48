"""An API that is away is tried seldom, by one at a time, and used at once when it is back."""

import pytest

from bot.channels.link import Link


def test_an_open_link_lets_everybody_through() -> None:
    link = Link()
    assert link.claim(0)
    assert link.claim(0)
    assert link.wait(0) == 0


def test_the_waits_grow_and_one_try_is_one_claim() -> None:
    link, now, waits = Link(), 100.0, []
    link.failed(now)
    for _ in range(6):
        waits.append(link.wait(now))
        assert not link.claim(now)
        now += link.wait(now)
        assert link.claim(now)
        assert not link.claim(now)
        link.failed(now)
    assert waits == [1, 5, 25, 25, 25, 25]


def test_attempts_under_way_when_it_broke_say_the_same_thing_once() -> None:
    link = Link()
    for _ in range(32):
        link.failed(7.0)
    assert link.wait(7.0) == 1


def test_an_hour_away_costs_at_most_150_attempts_whoever_makes_them() -> None:
    link, now, attempts = Link(), 0.0, 2  # the two that find it away: a poll and a send
    link.failed(now)
    link.failed(now)
    while now < 3600:
        for _ in range(2):  # a poller and a sender ask every tenth of a second
            if link.claim(now):
                attempts += 1
                link.failed(now)
        now += 0.1
    assert attempts <= 150


def test_a_try_that_takes_long_is_not_joined_by_others() -> None:
    link = Link()
    link.failed(0)
    assert link.claim(1)
    assert not any(link.claim(1 + tenth / 10) for tenth in range(1, 100))
    link.failed(11)
    assert link.wait(11) == 5


def test_a_try_of_which_nobody_tells_ends_by_itself() -> None:
    link = Link()
    link.failed(0)
    assert link.claim(1)
    assert not link.claim(30)
    assert link.claim(31)


def test_what_works_opens_it_for_all() -> None:
    link = Link()
    link.failed(0)
    assert link.claim(1)
    link.worked()
    assert not link.is_down
    assert link.claim(1)
    link.failed(2)
    assert link.wait(2) == 1


@pytest.mark.parametrize(("at_least", "waits"), [(10, [10, 25, 25]), (0, [1, 5, 25])])
def test_a_refusal_can_ask_for_more_peace(at_least: float, waits: list[float]) -> None:
    link, now, seen = Link(), 0.0, []
    link.failed(now, at_least)
    for _ in waits:
        seen.append(link.wait(now))
        now += link.wait(now)
        assert link.claim(now)
        link.failed(now, at_least)
    assert seen == waits
