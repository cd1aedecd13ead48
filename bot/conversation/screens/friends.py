"""Friends: invite somebody, thank the one who invited, carry one's place to another phone.

An invitation and a return link are single-use tickets.
Leads to: back to where the learner was. Wording: `friends.*`.
Source: design.md section 4; promises.md P23.
"""

from typing import Literal

import msgspec

from bot.conversation import nudge_times, tickets
from bot.conversation.events import Told
from bot.conversation.learner import Learner, change, resume
from bot.conversation.replies import Reply, TellLearner, Turn
from bot.conversation.screens import join
from bot.conversation.screens.base import Screen
from bot.conversation.speech import say
from bot.conversation.understand import Intent
from bot.conversation.world import World

INVITER = "inviter"  # the store query that this screen needs for «gửi lời cảm ơn»


def show(learner: Learner, world: World) -> tuple[Reply, ...]:
    return (say(learner, world, "friends.ask", "invite", "thank", "carry", "keep"),)


def choose(learner: Learner, option_id: str, world: World) -> Turn | None:
    match option_id:
        case "invite":
            return _ticket(learner, "invite", world)
        case "carry":
            return _carry(learner, world)
        case "thank":
            return thank(learner, world)
        case "keep":
            return Turn(resume(learner))
        case _:
            return None


def _carry(learner: Learner, world: World) -> Turn:
    """A link opens a web chat elsewhere; who has only messengers says a code there."""
    chats = world.rows(join.CHATS, learner.id)
    if chats and not any(one["channel"] == "web" for one in chats):
        return join.give_code(learner, world)
    return _ticket(learner, "return", world)


def wish(learner: Learner, intent: Intent, world: World) -> Turn | None:
    return Turn(resume(learner)) if intent in (Intent.BACK, Intent.NEXT, Intent.LATER) else None


def thank(learner: Learner, world: World) -> Turn:
    """Send one word of thanks to whoever invited this learner, if somebody did."""
    rows = world.rows(INVITER, learner.id)
    back = resume(learner)
    if not rows:
        return Turn(back, (say(learner, world, "friends.nobody"),))
    told = tuple(TellLearner(row["learner_id"], Told("thanks", learner.pronouns)) for row in rows)
    return Turn(back, (say(learner, world, "friends.thanked"),), requests=told)


def told(learner: Learner, event: Told, world: World) -> Turn:
    """Somebody thanks us: say so, and leave the learner where they are.

    At night, or after another message that nobody asked for that day, it waits for the
    learner's next word. Who stopped, or never agreed to anything, is told nothing.
    """
    if learner.stopped or learner.consent != "yes":
        return Turn(learner, ask=False)
    if not nudge_times.is_unasked_free(learner, world.now, world.shelf.nudges):
        return Turn(change(learner, thanked=True), ask=False)
    told_now = nudge_times.unasked(learner, world.now)
    return Turn(told_now, (say(learner, world, "friends.told"),), ask=False)


def told_late(turn: Turn, world: World) -> Turn:
    """A turn of the learner's own with the thanks that waited, where it has room."""
    learner = turn.learner
    if not learner.thanked or learner.stopped or len(turn.replies) > 1:
        return turn
    replies = (say(learner, world, "friends.told"), *turn.replies)
    learner = change(learner, thanked=False)
    return msgspec.structs.replace(turn, learner=learner, replies=replies)


def _ticket(learner: Learner, purpose: Literal["invite", "return"], world: World) -> Turn:
    link, made = tickets.make(world, purpose)
    key = "friends.invite" if purpose == "invite" else "friends.carry"
    return Turn(resume(learner), (say(learner, world, key, link=link),), requests=(made,))


SCREEN = Screen(show, choose, wish=wish)
