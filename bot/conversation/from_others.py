"""What reaches a learner from elsewhere than their own chat: the outcome of a request, a
word from another learner's turn.

Leads in: `step`. Leads out: the screen that the word is about.
"""

from bot.conversation.events import BroadcastNews, RoleEnded, TicketRefused, TicketUsed, Told
from bot.conversation.learner import Learner
from bot.conversation.replies import Turn
from bot.conversation.screens import broadcast, friends, ticket, work
from bot.conversation.world import World

FromOthers = Told | TicketUsed | TicketRefused | RoleEnded | BroadcastNews


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
