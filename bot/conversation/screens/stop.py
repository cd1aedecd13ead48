"""Stop: one short goodbye at once; any word brings the learner back to the same place.

«Dung» alone may be «dừng» or «đúng»: only then do we ask. Wording: `stop.*`.
Source: learner-experience.md W1, golden chat 7.
"""

from bot.conversation.learner import Learner, Place, change, resume
from bot.conversation.replies import Audit, Reply, Turn
from bot.conversation.screens.base import Screen
from bot.conversation.speech import say
from bot.conversation.understand import Intent
from bot.conversation.world import World

UNSURE = "unsure"


def show(learner: Learner, world: World) -> tuple[Reply, ...]:
    if learner.place.stage == UNSURE:
        return (say(learner, world, "stop.unsure", "stop", "go_on"),)
    return (say(learner, world, "stop.back", "go_on", "list", "remind"),)


def choose(learner: Learner, option_id: str, world: World) -> Turn | None:
    match option_id:
        case "stop":
            return stop(learner, world)
        case "go_on":
            return Turn(resume(change(learner, stopped=False)))
        case "list":
            there = change(resume(learner), screen="courses", place=Place())
            return Turn(change(there, stopped=False))
        case "remind":
            back = change(learner, stopped=False)
            return Turn(change(back, screen="settings", place=Place(stage="hour")))
        case _:
            return None


def wish(learner: Learner, intent: Intent, world: World) -> Turn | None:
    return choose(learner, "go_on", world) if intent is Intent.NEXT else None


def stop(learner: Learner, world: World) -> Turn:
    """Stop now, without a question; progress stays."""
    # Nudges stay off after the return until the learner asks for them (golden chat 7).
    hour = "none" if learner.hour else ""
    there = change(learner, screen="stop", place=Place(), guess="", misses=0)
    stopped = change(there, stopped=True, hour=hour)
    return Turn(stopped, (say(learner, world, "stop.done"),), (Audit("stopped"),), ask=False)


def come_back(learner: Learner, world: World) -> Turn:
    """A stopped learner wrote a word: here we are, where shall we go on?"""
    return Turn(change(learner, stopped=False, screen="stop", place=Place()))


SCREEN = Screen(show, choose, wish=wish)
