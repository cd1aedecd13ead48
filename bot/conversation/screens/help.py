"""Help: a person is wanted, or we did not understand three times.

No roster is kept yet, so nobody is promised: the call is written down for the
coordinator, and we say honestly who can be asked at once.
Leads to: back to where the learner was. Wording: `help.*`.
Source: learner-experience.md H2, F3, golden chats 4 and 9.
"""

from bot.conversation.learner import Learner, Place, change, resume
from bot.conversation.replies import HelpRequest, Reply, Turn
from bot.conversation.screens.base import Screen
from bot.conversation.speech import say
from bot.conversation.understand import Intent
from bot.conversation.world import World

OFFER = "offer"


def show(learner: Learner, world: World) -> tuple[Reply, ...]:
    if learner.place.stage == OFFER:
        return (say(learner, world, "help.offer", "person", "later"),)
    return (say(learner, world, "help.about", "phone", "papers", "other_help"),)


def offered(learner: Learner) -> Learner:
    """The learner at the offer to ask a person; afterwards they are where they were."""
    return change(learner, screen="help", place=Place(stage=OFFER), guess="", misses=0)


def choose(learner: Learner, option_id: str, world: World) -> Turn | None:
    match option_id:
        case "person":
            return Turn(change(learner, place=Place()))
        case "later":
            return Turn(resume(learner), (say(learner, world, "help.later"),))
        case "phone" | "papers" | "other_help":
            return Turn(
                resume(learner), (say(learner, world, "help.written"),), (HelpRequest(option_id),)
            )
        case _:
            return None


def wish(learner: Learner, intent: Intent, world: World) -> Turn | None:
    match intent:
        case Intent.HELP if learner.place.stage == OFFER:
            return choose(learner, "person", world)
        case Intent.NEXT | Intent.LATER | Intent.BACK | Intent.SKIP:
            return choose(learner, "later", world)
        case _:
            return None


SCREEN = Screen(show, choose, wish=wish)
