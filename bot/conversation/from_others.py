"""What reaches a learner from elsewhere than their own chat: the outcome of a request, a
word from another learner's turn, the hour at which a question comes unasked.

Leads in: `step`. Leads out: the screen that the word is about.
"""

from bot.conversation import nudge
from bot.conversation.events import (
    BroadcastNews,
    Nudge,
    RoleEnded,
    TicketRefused,
    TicketUsed,
    Told,
    Undelivered,
)
from bot.conversation.learner import Learner
from bot.conversation.replies import Turn
from bot.conversation.screens import broadcast, friends, ticket, work
from bot.conversation.world import World

FromOthers = Told | TicketUsed | TicketRefused | RoleEnded | BroadcastNews | Nudge | Undelivered


def told(learner: Learner, event: FromOthers, world: World) -> Turn:
    match event:
        case TicketUsed() | TicketRefused():
            return ticket.outcome(learner, event, world)
        case Told():
            return friends.told(learner, event, world)
        case RoleEnded():
            return work.ended(learner, event, world)
        case BroadcastNews():
            return broadcast.news(learner, event, world)
        case Nudge():
            return nudge.ring(learner, world)
        case Undelivered(turn=turn):
            return nudge.not_delivered(learner, turn)
