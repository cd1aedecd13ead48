"""Who shares a chat: everybody of it, and names that tell them apart.

Pure: the store's list of a chat is read through `world`. Leads in: the screens `household`
and `welcome`. Wording: `household.taken`.
"""

from datetime import UTC, datetime

from bot.conversation import who
from bot.conversation.learner import Learner, change
from bot.conversation.replies import Turn
from bot.conversation.speech import say
from bot.conversation.world import World

HOUSEHOLD = "household"  # the store query, of a chat


def members(learner: Learner, world: World) -> list[Learner]:
    """Everybody of this chat; the one who is here as they are now."""
    rows = world.rows(HOUSEHOLD, world.chat)
    read = [who.read_document(row["document"]) for row in rows]
    others = [one for one in read if one is not None and one.id != learner.id]
    return sorted([learner, *others], key=lambda one: (one.name or "\uffff", one.id))


def last_seen_at(learner: Learner, world: World) -> datetime | None:
    """When the learner last wrote, as the store's row has it; None where it has none."""
    rows = world.rows(HOUSEHOLD, world.chat)
    row = next((row for row in rows if row["learner_id"] == learner.id), None)
    return datetime.fromtimestamp(row["last_seen_at"] / 1000, UTC) if row else None


def taken_name(named: Learner, world: World) -> Turn | None:
    """Where another of the chat is called the very same, another name is asked for."""
    if not (named.shared and named.name):
        return None
    own = who.called(named, named, world)
    for other in members(named, world):
        name = who.called(other, named, world)
        if other.id != named.id and name.casefold() == own.casefold():
            taken = say(named, world, "household.taken", name=own, own=named.name)
            return Turn(change(named, name=""), (taken,))
    return None
