"""«Để mai»: a short goodbye that says when we ask again.

Shared by home and review. Wording: `home.goodbye`, `home.tomorrow`.
Source: learner-experience.md golden chat 2.
"""

from bot.conversation.days import day_number, minute_number
from bot.conversation.hours import spoken
from bot.conversation.learner import Learner, Place, change
from bot.conversation.nudge_times import next_nudge_at
from bot.conversation.replies import Reply, Turn
from bot.conversation.speech import say, with_menu
from bot.conversation.world import World

LATER = "later"  # the stage of home that waits until the learner wants to learn


def later(learner: Learner, world: World) -> Turn:
    """Goodbye; the lesson stays, one word brings it back."""
    waiting = change(learner, screen="home", place=Place(stage=LATER), guess="", misses=0)
    return Turn(waiting, (goodbye(learner, world),), ask=False)


def until_tomorrow(learner: Learner, world: World) -> Turn:
    """Goodbye until the learner's hour, where a question comes then; else as `later`."""
    turn = later(learner, world)
    seen = change(turn.learner, seen_min=minute_number(world.now))
    due_at = next_nudge_at(seen, world.shelf.nudges)
    if due_at is None or day_number(due_at) != day_number(world.now) + 1:
        return turn
    hour = spoken(learner, world, learner.hour)
    tomorrow = say(learner, world, "home.tomorrow", hour=hour)
    return Turn(turn.learner, (with_menu(tomorrow, learner, world),), ask=False)


def goodbye(learner: Learner, world: World) -> Reply:
    """Until later: the words that lead back stay in reach."""
    return with_menu(say(learner, world, "home.goodbye"), learner, world)
