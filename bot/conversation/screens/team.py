"""The team: who holds a role here; give one by a link, a QR or a code said aloud; take one away.

Comes from: work. Leads to: work. Wording: `team.*`. Source: promises.md P23, P25.
"""

from typing import Any, NamedTuple

import msgspec

from bot.conversation import asking, tickets, who
from bot.conversation.learner import Learner, Place, change
from bot.conversation.policy import ENDS, GIVES, Action, Area, Role, areas
from bot.conversation.replies import Audit, EndRole, Option, Reply, Turn
from bot.conversation.screens import work
from bot.conversation.screens.base import Screen
from bot.conversation.speech import say
from bot.conversation.understand import Intent
from bot.conversation.understand import wish as wish_of
from bot.conversation.world import World

TEAM = "team"  # the store query
LIST, ROLE, WARD, HAMLET, END = "list", "role", "ward", "hamlet", "end"
OFFERED = "offered"  # a link was made; the same can be offered by a code said aloud
_A_PAGE = 3


class _Member(NamedTuple):
    """One role that somebody else holds in an area of mine."""

    number: int
    learner: Learner
    role: Role
    area: Area


def show(learner: Learner, world: World) -> tuple[Reply, ...]:
    match learner.place.stage:
        case "list":
            return (_list(learner, world),)
        case "end" if member := _member(learner, learner.place.picked, world):
            fields = _fields(member, learner, world)
            return (say(learner, world, "team.end", "end_role", "keep", **fields),)
        case "role":
            return (say(learner, world, "team.which_role", "volunteer", "coordinator", "back"),)
        case "ward":
            return (say(learner, world, "team.which_ward", *_wards(learner, world), "back"),)
        case "offered":
            return (say(learner, world, "team.offered", "say_code", "done"),)
        case "hamlet":
            role, area = _picked(learner)
            named = who.area_name(area, learner, world)
            name = who.role_name(role, learner, world)
            asked = say(learner, world, "team.which_hamlet", "whole", "back", area=named, role=name)
            return (asked,)
        case _:
            return (say(learner, world, "team.ask", "give_role", "see_team", "back"),)


def choose(learner: Learner, option_id: str, world: World) -> Turn | None:
    match option_id:
        case "give_role":
            return _which_role(learner, world)
        case "volunteer" | "coordinator" if learner.place.stage == ROLE:
            return _which_area(learner, Role(option_id), world)
        case "whole" if learner.place.stage == HAMLET:
            return _link(learner, *_picked(learner), world)
        case "say_code" if learner.place.stage == OFFERED:
            return _code(learner, *_offered(learner), world)
        case "done":
            return Turn(_at(learner))
        case "see_team":
            return Turn(_at(learner, LIST))
        case "more":
            page = int(learner.place.picked or 0) + 1
            return Turn(_at(learner, LIST, str(page)))
        case "end_role":
            return _end(learner, world)
        case "keep":
            return Turn(_at(learner, LIST))
        case "back":
            return Turn(_at(learner) if learner.place.stage else work.at(learner))
        case _:
            return _chosen(learner, option_id, world)


def hear(learner: Learner, said: str, world: World) -> Turn | None:
    """A ward's name, or a hamlet's, where it is asked for."""
    if learner.place.stage == WARD:
        role, _ = _picked(learner)
        code = asking.read_ward(said, world)
        return _area_chosen(learner, role, Area(code), world) if code else None
    hamlet = asking.read_hamlet(said) if learner.place.stage == HAMLET else None
    if hamlet is None or wish_of(said, world.shelf.words):
        return None
    role, area = _picked(learner)
    return _link(learner, role, Area(area.ward, hamlet), world)


def wish(learner: Learner, intent: Intent, world: World) -> Turn | None:
    if intent in (Intent.BACK, Intent.LATER):
        return choose(learner, "back", world)
    return None


def _at(learner: Learner, stage: str = "", picked: str = "") -> Learner:
    place = Place(stage=stage, picked=picked)
    return change(learner, screen="team", place=place, guess="", misses=0)


def _chosen(learner: Learner, option_id: str, world: World) -> Turn | None:
    """A member of the list, or an area, by its number."""
    if learner.place.stage == LIST and _member(learner, option_id[1:], world):
        return Turn(_at(learner, END, option_id[1:]))
    if learner.place.stage == WARD and option_id in {one.id for one in _wards(learner, world)}:
        role, _ = _picked(learner)
        return _area_chosen(learner, role, _held(learner, role, world)[int(option_id[1:])], world)
    return None


# --- giving -----------------------------------------------------------------------------


def _which_role(learner: Learner, world: World) -> Turn:
    if who.can_somewhere(learner, Action.GIVE_COORDINATOR, world=world):
        return Turn(_at(learner, ROLE))
    return _which_area(learner, Role.VOLUNTEER, world)


def _which_area(learner: Learner, role: Role, world: World) -> Turn:
    held = _held(learner, role, world)
    if len(held) == 1 and held[0].ward:
        return _area_chosen(learner, role, held[0], world)
    return Turn(_at(learner, WARD, role))


def _area_chosen(learner: Learner, role: Role, area: Area, world: World) -> Turn:
    if role is Role.VOLUNTEER and not area.hamlet:
        return Turn(_at(learner, HAMLET, f"{role}:{area.ward}"))
    return _link(learner, role, area, world)


def _link(learner: Learner, role: Role, area: Area, world: World) -> Turn:
    if not _may_give(learner, role, area, world):
        return _not_there(learner, area, world)
    link, made = tickets.make(world, "role", area, role)
    said = say(learner, world, "team.link", link=link, **_what(learner, role, area, world))
    said = msgspec.structs.replace(said, picture=tickets.qr_name(link))
    offered = Audit(f"role_offered:{role}", learner.id, where=who.where(area))
    there = _at(learner, OFFERED, ":".join((role, area.ward, area.hamlet)))
    return Turn(there, (said,), (offered,), (made,))


def _code(learner: Learner, role: Role, area: Area, world: World) -> Turn:
    """Another offer of the same, to say to who stands here: it is good for minutes."""
    if not _may_give(learner, role, area, world):
        return _not_there(learner, area, world)
    code, made = tickets.say_aloud(world, "role", area, role)
    said = say(learner, world, "team.code", code=code, **_what(learner, role, area, world))
    offered = Audit(f"role_offered:{role}", learner.id, where=who.where(area))
    return Turn(_at(learner), (said,), (offered,), (made,))


def _may_give(learner: Learner, role: Role, area: Area, world: World) -> bool:
    return bool(area.ward) and who.can(learner, GIVES[role], area, world)


def _not_there(learner: Learner, area: Area, world: World) -> Turn:
    refused = Audit("role_refused", learner.id, where=who.where(area))
    return Turn(_at(learner), (say(learner, world, "team.not_there"),), (refused,))


def _what(learner: Learner, role: Role, area: Area, world: World) -> dict[str, Any]:
    return {
        "role": who.role_name(role, learner, world),
        "area": who.area_name(area, learner, world),
    }


def _offered(learner: Learner) -> tuple[Role, Area]:
    """What was offered last: "volunteer:06685:thôn 3"."""
    role, ward, hamlet = (*learner.place.picked.split(":", 2), "", "")[:3]
    return Role(role), Area(ward, hamlet)


def _held(learner: Learner, role: Role, world: World) -> tuple[Area, ...]:
    """The areas in which this learner may give that role."""
    return areas(who.person(learner, world), GIVES[role])


def _wards(learner: Learner, world: World) -> tuple[Option, ...]:
    role, _ = _picked(learner)
    return tuple(
        Option(f"a{number}", who.area_name(area, learner, world))
        for number, area in enumerate(_held(learner, role, world))
        if area.ward
    )[:_A_PAGE]


def _picked(learner: Learner) -> tuple[Role, Area]:
    """The role, and the ward once it is chosen: "volunteer:06685"."""
    role, _, ward = learner.place.picked.partition(":")
    return Role(role), Area(ward)


# --- taking away ------------------------------------------------------------------------


def _list(learner: Learner, world: World) -> Reply:
    members, page = _members(learner, world), int(learner.place.picked or 0)
    shown = members[page * _A_PAGE : (page + 1) * _A_PAGE]
    if not shown:
        return say(learner, world, "team.nobody", "give_role", "back")
    options = [Option(f"m{one.number}", _label(one, learner, world)) for one in shown]
    last = "more" if len(members) > (page + 1) * _A_PAGE else "back"
    return say(learner, world, "team.list", *options, last, count=len(members))


def _label(member: _Member, learner: Learner, world: World) -> str:
    fields = _fields(member, learner, world)
    return f"{fields['name']}, {fields['role']}"


def _fields(member: _Member, learner: Learner, world: World) -> dict[str, Any]:
    return {
        "name": who.called(member.learner, learner, world),
        "Name": who.named(member.learner, learner, world),
        "role": who.role_name(member.role, learner, world),
        "area": who.area_name(member.area, learner, world),
    }


def _members(learner: Learner, world: World) -> list[_Member]:
    """Whose role this learner may take away."""
    rows = (_read(row) for row in world.rows(TEAM, learner.id))
    return [one for one in rows if who.can(learner, ENDS[one.role], one.area, world)]


def _read(row: dict[str, Any]) -> _Member:
    holder = who.read_document(row["document"]) or Learner()
    return _Member(row["role_id"], holder, Role(row["role"]), Area(row["ward"], row["hamlet"]))


def _member(learner: Learner, number: str, world: World) -> _Member | None:
    return next((one for one in _members(learner, world) if str(one.number) == number), None)


def _end(learner: Learner, world: World) -> Turn:
    member = _member(learner, learner.place.picked, world)
    if member is None:
        return Turn(_at(learner, LIST))
    role, area = member.role, member.area
    said = say(learner, world, "team.ended", **_fields(member, learner, world))
    audit = Audit(f"role_ended:{role}", learner.id, member.learner.id, who.where(area))
    request = EndRole(member.learner.id, role, area.ward, area.hamlet)
    return Turn(_at(learner), (said,), (audit,), (request,))


SCREEN = Screen(show, choose, hear, wish, actions=(Action.SEE_TEAM,), holds=True)
