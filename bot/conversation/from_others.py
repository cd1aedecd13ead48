"""What reaches a learner from elsewhere than their own chat: the outcome of a request, a
word from another learner's turn, the hour at which a question comes unasked.

Leads in: `step`. Leads out: the screen that the word is about.
"""

from bot.conversation import nudge
from bot.conversation.events import (
    Again,
    BroadcastNews,
    CarriedOut,
    CodeFits,
    CodeRefused,
    Counted,
    FamilyAlarm,
    FamilyAsked,
    FamilyEnded,
    FromOthers,
    HandedOver,
    HelpAsked,
    HelpComing,
    HelpDone,
    HelpEnded,
    HelpGone,
    HelpLeft,
    HelpTaken,
    HelpWanted,
    Joined,
    NewHere,
    NotParted,
    Nudge,
    Parted,
    Passed,
    PlaceTaken,
    Praised,
    Relayed,
    RoleEnded,
    TicketRefused,
    TicketUsed,
    Told,
    Undelivered,
)
from bot.conversation.learner import Learner
from bot.conversation.replies import Turn
from bot.conversation.screens import (
    SCREENS,
    broadcast,
    calls,
    family,
    friends,
    help,
    household,
    join,
    talk,
    ticket,
    work,
)
from bot.conversation.world import World


def told(learner: Learner, event: FromOthers, world: World) -> Turn:
    match event:
        case CodeFits(purpose=purpose, hash=hashed) if purpose != "join":
            return ticket.arrived_aloud(learner, hashed, world)
        case PlaceTaken():
            return ticket.place_taken(learner, event, world)
        case CodeFits() | CodeRefused() | Joined() | Parted() | NotParted():
            return join.outcome(learner, event, world)
        case NewHere() | HandedOver():
            return household.outcome(learner, event, world)
        case TicketUsed() | TicketRefused():
            return ticket.outcome(learner, event, world)
        case CarriedOut():
            return Turn(learner)
        case Told():
            return friends.told(learner, event, world)
        case RoleEnded():
            return work.ended(learner, event, world)
        case BroadcastNews():
            return broadcast.news(learner, event, world)
        case Counted():
            asked = learner.screen in ("broadcast", "announced") and not learner.stopped
            return Turn(learner, ask=asked)
        case Nudge():
            return nudge.ring(learner, world)
        case Again():
            return Turn(learner)
        case Undelivered(turn=turn):
            return nudge.not_delivered(learner, turn)
        case HelpAsked() | HelpComing() | HelpLeft() | HelpDone():
            return _to_who_asks(learner, event, world)
        case FamilyAsked() | FamilyEnded() | Praised() | FamilyAlarm():
            return _of_family(learner, event, world)
        case _:
            return _of_a_call(learner, event, world)


def _to_who_asks(
    learner: Learner, event: HelpAsked | HelpComing | HelpLeft | HelpDone, world: World
) -> Turn:
    if learner.stopped:
        return Turn(learner, ask=False)
    match event:
        case HelpAsked():
            return help.asked(learner, event, world)
        case HelpComing():
            return help.coming(learner, event, world)
        case HelpLeft():
            return help.left(learner, event, world)
        case HelpDone():
            return help.done(learner, event, world)


def _of_a_call(
    learner: Learner,
    event: HelpWanted | HelpTaken | HelpGone | HelpEnded | Relayed | Passed,
    world: World,
) -> Turn:
    busy = SCREENS[learner.screen].holds
    match event:
        case HelpWanted():
            return calls.wanted(learner, event, world, busy=busy)
        case HelpTaken():
            return talk.is_taken(learner, event, world)
        case HelpGone():
            return calls.gone(learner, event, world)
        case HelpEnded():
            return talk.ended(learner, event, world)
        case Relayed():
            return talk.relayed(learner, event, world, busy=busy)
        case Passed():
            return talk.passed(learner, event, world)


def _of_family(
    learner: Learner, event: FamilyAsked | FamilyEnded | Praised | FamilyAlarm, world: World
) -> Turn:
    match event:
        case FamilyAsked():
            busy = SCREENS[learner.screen].holds or learner.screen == "talk"
            return family.asked(learner, event, world, busy=busy)
        case FamilyEnded():
            return family.ended(learner, event, world)
        case Praised():
            return family.praised(learner, event, world)
        case FamilyAlarm():
            return family.alarm(learner, event, world)
