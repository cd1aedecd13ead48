"""Who may do what, and where: the one place that decides it. Pure.

A person holds grants, each a role in an area; what no grant allows is refused. A screen
asks `may` before it shows or requests anything of another learner's; a store query that
names people is bounded by the same areas. Source: promises.md P25, P34, P36.
"""

from enum import StrEnum
from typing import NamedTuple


class Role(StrEnum):
    """What somebody is for others. Everybody is a learner."""

    LEARNER = "learner"
    VOLUNTEER = "volunteer"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


class Action(StrEnum):
    """Everything that is not the same for everybody: the closed list."""

    ASK_HELP = "ask_help"
    INVITE_FRIEND = "invite_friend"
    NAME_RELATIVE = "name_relative"
    BRING_IN = "bring_in"  # a poster, «cùng cài đặt», a learner without a phone
    SEE_PEOPLE = "see_people"  # names and how far they are
    WRITE_TO_PERSON = "write_to_person"
    TAKE_CALL = "take_call"  # take, answer, hand on, close
    STAND_DUTY = "stand_duty"
    ANNOUNCE = "announce"
    ANNOUNCE_URGENT = "announce_urgent"  # storm, flood: quiet hours do not count
    APPROVE_ANNOUNCEMENT = "approve_announcement"
    SEE_FIGURES = "see_figures"
    SEE_TEAM = "see_team"  # who holds a role here
    GIVE_VOLUNTEER = "give_volunteer"
    GIVE_COORDINATOR = "give_coordinator"
    GIVE_ADMINISTRATOR = "give_administrator"
    END_VOLUNTEER = "end_volunteer"
    END_COORDINATOR = "end_coordinator"
    END_ADMINISTRATOR = "end_administrator"


class Area(NamedTuple):
    """A hamlet of a ward, a ward, or everywhere (no ward).

    ward: its unit code. hamlet: its name as the invitation had it, "" for the whole ward.
    """

    ward: str = ""
    hamlet: str = ""

    def covers(self, other: "Area") -> bool:
        """Is the other within this one? What has no known ward is within everywhere alone."""
        if not self.ward:
            return True
        return self.ward == other.ward and self.hamlet in ("", other.hamlet)


EVERYWHERE = Area()


class Grant(NamedTuple):
    """A role and where it holds."""

    role: Role
    area: Area


class Person(NamedTuple):
    """Whom `may` is asked about: where they live, and the roles they hold just now."""

    area: Area
    grants: tuple[Grant, ...] = ()


_LEARNER = frozenset({Action.ASK_HELP, Action.INVITE_FRIEND, Action.NAME_RELATIVE})
_VOLUNTEER = frozenset(
    {
        Action.BRING_IN,
        Action.SEE_PEOPLE,
        Action.WRITE_TO_PERSON,
        Action.TAKE_CALL,
        Action.STAND_DUTY,
        Action.ANNOUNCE,
        Action.APPROVE_ANNOUNCEMENT,  # another's, never their own: two people (P36)
    }
)
_COORDINATOR = _VOLUNTEER | {
    Action.ANNOUNCE_URGENT,
    Action.SEE_FIGURES,
    Action.SEE_TEAM,
    Action.GIVE_VOLUNTEER,
    Action.END_VOLUNTEER,
}
# Whoever keeps the installation sees figures and roles, never a learner's name, and makes
# no other administrator: that is done on the machine itself.
_ADMINISTRATOR = frozenset(
    {
        Action.ANNOUNCE,
        Action.APPROVE_ANNOUNCEMENT,
        Action.SEE_FIGURES,
        Action.SEE_TEAM,
        Action.GIVE_VOLUNTEER,
        Action.GIVE_COORDINATOR,
        Action.END_VOLUNTEER,
        Action.END_COORDINATOR,
    }
)
_MAY: dict[Role, frozenset[Action]] = {
    Role.LEARNER: _LEARNER,
    Role.VOLUNTEER: _VOLUNTEER,
    Role.COORDINATOR: _COORDINATOR,
    Role.ADMINISTRATOR: _ADMINISTRATOR,
}
# A volunteer's grant without a ward holds nowhere.
HOLD_EVERYWHERE = (Role.COORDINATOR, Role.ADMINISTRATOR)

GIVES = {
    Role.VOLUNTEER: Action.GIVE_VOLUNTEER,
    Role.COORDINATOR: Action.GIVE_COORDINATOR,
    Role.ADMINISTRATOR: Action.GIVE_ADMINISTRATOR,
}
ENDS = {
    Role.VOLUNTEER: Action.END_VOLUNTEER,
    Role.COORDINATOR: Action.END_COORDINATOR,
    Role.ADMINISTRATOR: Action.END_ADMINISTRATOR,
}


def may(person: Person, action: Action, area: Area) -> bool:
    """May this person do that to somebody, or something, of that area?

    What a learner may do is for themselves: in their own area and no other.
    """
    if action in _LEARNER:
        return area == person.area
    return any(_allows(grant, action, area) for grant in person.grants)


def areas(person: Person, action: Action) -> tuple[Area, ...]:
    """The areas in which this person may do that, as granted."""
    held = (grant for grant in person.grants if _allows(grant, action, grant.area))
    return tuple(dict.fromkeys(grant.area for grant in held))


def _allows(grant: Grant, action: Action, area: Area) -> bool:
    if grant.role is Role.LEARNER or not (grant.area.ward or grant.role in HOLD_EVERYWHERE):
        return False
    return action in _MAY[grant.role] and grant.area.covers(area)
