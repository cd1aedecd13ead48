"""Friends: invite somebody, thank the one who invited, carry one's place to another phone.

An invitation and a return link are single-use tickets of 128 random bits; only their
hash is kept. The chance comes in with the world, so the turn can be run again.
Leads to: back to where the learner was. Wording: `friends.*`.
Source: design.md section 4; promises.md P23.
"""

from base64 import urlsafe_b64encode
from datetime import timedelta
from hashlib import sha256
from typing import Literal

from bot.conversation.events import Start, TicketRefused, TicketUsed, Told
from bot.conversation.learner import Learner, change, resume
from bot.conversation.replies import MakeTicket, Reply, TellLearner, Turn, UseTicket
from bot.conversation.screens.base import Screen
from bot.conversation.speech import say
from bot.conversation.understand import Intent
from bot.conversation.world import World

TICKET_LIVES = timedelta(days=7)
INVITER = "inviter"  # the store query that this screen needs for «gửi lời cảm ơn»


def show(learner: Learner, world: World) -> tuple[Reply, ...]:
    return (say(learner, world, "friends.ask", "invite", "thank", "carry", "keep"),)


def choose(learner: Learner, option_id: str, world: World) -> Turn | None:
    match option_id:
        case "invite":
            return _ticket(learner, "invite", world)
        case "carry":
            return _ticket(learner, "return", world)
        case "thank":
            return thank(learner, world)
        case "keep":
            return Turn(resume(learner))
        case _:
            return None


def wish(learner: Learner, intent: Intent, world: World) -> Turn | None:
    return Turn(resume(learner)) if intent in (Intent.BACK, Intent.NEXT, Intent.LATER) else None


def thank(learner: Learner, world: World) -> Turn:
    """Send one word of thanks to whoever invited this learner, if somebody did."""
    rows = world.found.get((INVITER, learner.id), ())
    back = resume(learner)
    if not rows:
        return Turn(back, (say(learner, world, "friends.nobody"),))
    told = tuple(TellLearner(row["learner_id"], Told("thanks", learner.pronouns)) for row in rows)
    return Turn(back, (say(learner, world, "friends.thanked"),), requests=told)


def told(learner: Learner, event: Told, world: World) -> Turn:
    """Somebody thanks us: say so, and leave the learner where they are.

    A learner who stopped, or who never agreed to anything, is told nothing.
    """
    if learner.stopped or learner.consent != "yes":
        return Turn(learner, ask=False)
    return Turn(learner, (say(learner, world, "friends.told"),), ask=False)


def arrived(learner: Learner, event: Start) -> Turn:
    """A link was opened: try to win its ticket; the outcome is an event of its own."""
    hashed = ticket_hash(event.payload)
    return Turn(learner, requests=(UseTicket(hashed),), ask=False)


def outcome(learner: Learner, event: TicketUsed | TicketRefused, world: World) -> Turn:
    """An invitation that held is greeted; one that did not is an ordinary welcome."""
    if isinstance(event, TicketUsed) and not learner.consent:
        return Turn(learner, (say(learner, world, "friends.invited"),))
    return Turn(learner)


def ticket_hash(ticket: str) -> str:
    """What is stored of a ticket."""
    return sha256(ticket.encode("utf-8", "replace")).hexdigest()


def _ticket(learner: Learner, purpose: Literal["invite", "return"], world: World) -> Turn:
    ticket = urlsafe_b64encode(world.seed[:16]).decode().rstrip("=")
    link = f"{world.shelf.public_url}/i/{ticket}"
    made = MakeTicket(ticket_hash(ticket), purpose, world.now + TICKET_LIVES)
    key = "friends.invite" if purpose == "invite" else "friends.carry"
    return Turn(resume(change(learner)), (say(learner, world, key, link=link),), requests=(made,))


SCREEN = Screen(show, choose, wish=wish)
