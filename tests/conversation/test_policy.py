"""Every action by every role, in one's own area and elsewhere: deny by default."""

from itertools import product

import pytest

from bot.conversation.policy import ENDS, GIVES, Action, Area, Grant, Person, Role, areas, may

HERE, HAMLET, ELSEWHERE = Area("06685"), Area("06685", "thôn 3"), Area("06658")
UNKNOWN, OTHER = Area(), Area("other")

# What each role may do where it holds. What is not named here is refused.
ALLOWED = {
    Role.LEARNER: "ask_help invite_friend name_relative",
    Role.VOLUNTEER: "bring_in see_people write_to_person take_call stand_duty announce "
    "approve_announcement",
    Role.COORDINATOR: "bring_in see_people write_to_person take_call stand_duty announce "
    "announce_urgent approve_announcement see_figures see_team give_volunteer end_volunteer",
    Role.ADMINISTRATOR: "announce approve_announcement see_figures see_team give_volunteer "
    "give_coordinator end_volunteer end_coordinator",
}
OWN = {"ask_help", "invite_friend", "name_relative"}


def _person(role: Role, area: Area) -> Person:
    return Person(area, () if role is Role.LEARNER else (Grant(role, area),))


@pytest.mark.parametrize(("role", "action"), list(product(Role, Action)))
def test_every_action_of_every_role(role: Role, action: Action) -> None:
    somebody = _person(role, HERE)
    here = action in ALLOWED[role].split() or action in OWN
    assert may(somebody, action, HERE) is here
    assert may(somebody, action, HAMLET) is (here and action not in OWN)
    for foreign in (ELSEWHERE, UNKNOWN, OTHER, Area("06658", "thôn 3")):
        assert may(somebody, action, foreign) is False


@pytest.mark.parametrize(("role", "action"), list(product(Role, Action)))
def test_a_hamlet_is_not_its_ward(role: Role, action: Action) -> None:
    somebody = _person(role, HAMLET)
    inside = action in ALLOWED[role].split() or action in OWN
    assert may(somebody, action, HAMLET) is inside
    for wider in (HERE, Area("06685", "thôn 4"), Area("06658", "thôn 3")):
        assert may(somebody, action, wider) is False


@pytest.mark.parametrize(("role", "action"), list(product(Role, Action)))
def test_only_coordinators_and_administrators_work_everywhere(role: Role, action: Action) -> None:
    somebody = Person(HERE, (Grant(role, Area()),))
    everywhere = role in (Role.COORDINATOR, Role.ADMINISTRATOR) and action in ALLOWED[role].split()
    for area in (ELSEWHERE, OTHER, UNKNOWN):
        assert may(somebody, action, area) is everywhere


def test_nobody_makes_or_ends_an_administrator_in_a_chat() -> None:
    everybody = Person(HERE, tuple(Grant(role, Area()) for role in Role))
    assert not may(everybody, GIVES[Role.ADMINISTRATOR], HERE)
    assert not may(everybody, ENDS[Role.ADMINISTRATOR], HERE)


def test_two_grants_do_not_add_up() -> None:
    """A coordinator there and a volunteer here coordinates nothing here."""
    somebody = Person(HERE, (Grant(Role.VOLUNTEER, HERE), Grant(Role.COORDINATOR, ELSEWHERE)))
    assert may(somebody, Action.TAKE_CALL, HERE)
    assert not may(somebody, Action.END_VOLUNTEER, HERE)
    assert areas(somebody, Action.TAKE_CALL) == (HERE, ELSEWHERE)
    assert areas(somebody, Action.END_VOLUNTEER) == (ELSEWHERE,)
