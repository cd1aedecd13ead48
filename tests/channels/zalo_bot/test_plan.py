"""An account tells in time that its plan comes to an end."""

import pytest

from bot.channels.zalo_bot.plan import Plan, Use, has_room, warnings


@pytest.mark.parametrize(
    ("messages", "people", "told"),
    [
        (0, 0, []),
        (2399, 39, []),
        (2400, 39, ["2400 of 3000 messages"]),
        (3100, 40, ["3100 of 3000 messages", "40 of 50 people; at 50 the next one will not fit"]),
        (0, 50, ["full, the next person will not fit (50 of 50)"]),
    ],
)
def test_warned_from_four_fifths_on(messages: int, people: int, told: list[str]) -> None:
    found = warnings(Use("zalo_bot:main", messages, people), Plan())
    assert len(found) == len(told)
    for sentence, part in zip(found, told, strict=True):
        assert sentence.startswith("zalo_bot:main: ")
        assert part in sentence


@pytest.mark.parametrize(
    ("people", "plan", "fits"),
    [(49, Plan(), True), (50, Plan(), False), (9999, Plan(people=0), True)],
)
def test_one_more_person(people: int, plan: Plan, fits: bool) -> None:
    assert has_room(people, plan) is fits


def test_no_limit_no_warning() -> None:
    assert warnings(Use("zalo_bot:main", 10**6, 10**6), Plan(0, 0)) == []
