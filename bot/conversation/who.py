"""Who somebody is for others: their area, their roles, what they are called.

The roles are read from the store at each turn, so what was taken away is gone at once.
"""

from bot.conversation import learner as documents
from bot.conversation.events import Somebody
from bot.conversation.learner import Learner
from bot.conversation.policy import Action, Area, Grant, Person, Role, areas, may
from bot.conversation.speech import PAIRS, wording
from bot.conversation.world import World

ROLES = "roles"  # the store query
COMMAND_LINE = "command line"  # who acted, where it was no learner


def area_of(learner: Learner) -> Area:
    return Area(learner.ward, learner.hamlet)


def person(learner: Learner, world: World) -> Person:
    """The learner as the policy sees them now."""
    rows = world.rows(ROLES, learner.id) if learner.works else ()
    grants = (Grant(Role(row["role"]), Area(row["ward"], row["hamlet"])) for row in rows)
    return Person(area_of(learner), tuple(grants))


def can(learner: Learner, action: Action, area: Area, world: World) -> bool:
    """May this learner do that there?"""
    return may(person(learner, world), action, area)


def can_somewhere(learner: Learner, *actions: Action, world: World) -> bool:
    """May this learner do one of these anywhere?"""
    somebody = person(learner, world)
    return any(areas(somebody, action) for action in actions)


def called(somebody: Learner, reader: Learner, world: World) -> str:
    """What another learner is called in a text: «bác Lan», «một bác», "Lan", "a learner"."""
    if reader.language == "en":
        return somebody.name or wording(reader, world, "who.nameless")
    pronoun = PAIRS.get(somebody.pronouns, PAIRS[""]).ban
    if somebody.name:
        return f"{pronoun} {somebody.name}" if somebody.pronouns else somebody.name
    return wording(reader, world, "who.nameless").replace("{pronoun}", pronoun)


def named(somebody: Learner, reader: Learner, world: World) -> str:
    """The same at the beginning of a sentence."""
    return first_up(called(somebody, reader, world))


def somebody(told: Somebody, reader: Learner, world: World) -> str:
    """The same, of somebody of whom only that was told."""
    return called(Learner(name=told.name, pronouns=told.pronouns), reader, world)


def first_up(name: str) -> str:
    """As at the beginning of a sentence."""
    return name[:1].upper() + name[1:]


def read_document(document: bytes | None) -> Learner | None:
    """Another learner's document, as a list of the store has it."""
    return documents.read_document(document) if document else None


def area_name(area: Area, reader: Learner, world: World) -> str:
    """«phường Hồng Gai», «thôn 3, phường Hồng Gai», «mọi nơi»."""
    ward = next((one for one in world.shelf.library.wards if one.code == area.ward), None)
    if ward is None:
        return wording(reader, world, "who.everywhere" if not area.ward else "who.elsewhere")
    name = wording(reader, world, f"who.{ward.kind}").replace("{name}", ward.name)
    return f"{area.hamlet}, {name}" if area.hamlet else name


def role_name(role: Role, reader: Learner, world: World) -> str:
    return wording(reader, world, f"who.{role}")


def where(area: Area) -> str:
    """An area as the audit trail has it: "06685", "06685/thôn 3", "" for everywhere."""
    return f"{area.ward}/{area.hamlet}" if area.hamlet else area.ward
