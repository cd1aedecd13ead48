"""What is open to a learner now: its options, and what choosing one comes to.

Over the screen's own question there may stand «ý bác là …?», while `learner.guess` names
what we think was meant. Leads in: `step`, `hearing`, `turns`. Leads out: screens.
"""

from bot.conversation import underfoot
from bot.conversation.learner import Learner, change
from bot.conversation.replies import Option, Reply, Turn
from bot.conversation.screens import SCREENS
from bot.conversation.speech import say
from bot.conversation.world import World


def live_options(learner: Learner, world: World) -> tuple[Option, ...]:
    """What may be answered, as seen between turns; nothing when the lesson changed underfoot
    and its question must be asked anew."""
    settled = underfoot.settle(learner, world)
    return () if settled.is_open else offered(settled.learner, world)


def offered(learner: Learner, world: World) -> tuple[Option, ...]:
    """What may be answered now, in the order shown, by a learner whose place is there."""
    return shown(learner, world)[-1].options


def shown(learner: Learner, world: World) -> tuple[Reply, ...]:
    """What is asked now, in the learner's words; the last message has the options."""
    if learner.guess:
        return (_guessed(learner, world),)
    return SCREENS[learner.screen].show(learner, world)


def certain(learner: Learner) -> Learner:
    """The learner before the screen's own question: understood, and asked no guess."""
    return change(learner, guess="", misses=0)


def choose(learner: Learner, option_id: str, world: World) -> Turn | None:
    """An option of the open question, pressed or typed; None when it is not offered."""
    understood = certain(learner)
    if learner.guess:
        if option_id == "not_that":
            return Turn(understood, (say(learner, world, "guess.no"),))
        option_id = learner.guess if option_id == "yes" else option_id
    return SCREENS[understood.screen].choose(understood, option_id, world)


def _guessed(learner: Learner, world: World) -> Reply:
    """«Ý bác là … phải không ạ?» over one reading, or the choice between two."""
    ids = learner.guess.split(",")
    labels = {one.id: one for one in offered(certain(learner), world)}
    meant = [labels[one] for one in ids if one in labels]
    if len(meant) == 1:
        return say(learner, world, "guess.one", "yes", "not_that", label=meant[0].label)
    return say(learner, world, "guess.some", *meant, "not_that")
