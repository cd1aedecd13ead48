"""Comeback: who was away for a day or more is met kindly, and never told of the absence.

Up to six days: one line on where we were, then on or a review. From seven days: glad to
see you, one easy question, then a choice. Whoever answers the open question, or says what
they want, is simply answered.
Comes from: `step`. Leads to: review, task, back to where the learner was.
Wording: `comeback.*`. Source: learner-experience.md N1, golden chat 6.
"""

from datetime import timedelta

from bot.conversation import nudge_times
from bot.conversation.curriculum import easy_item, lessons
from bot.conversation.kinds.base import EASY
from bot.conversation.learner import Learner, Place, change, is_welcomed, resume
from bot.conversation.replies import Reply, Turn
from bot.conversation.reviewing import to_ask
from bot.conversation.screens import review, task
from bot.conversation.screens.base import Screen
from bot.conversation.speech import option, say
from bot.conversation.task import task_to_ask
from bot.conversation.understand import Intent
from bot.conversation.world import World

SHORT, LONG = timedelta(days=1), timedelta(days=7)
# Words that ask for nothing in particular: then we say where we are.
_PLAIN = (None, Intent.NEXT, Intent.GREETING, Intent.REPEAT, Intent.THANKS)
_NOT_HERE = ("welcome", "danger", "erase", "stop", "comeback", "task")


def met(learner: Learner, intent: Intent | None, world: World) -> Turn | None:
    """The welcome back, if this learner was away and asks for nothing in particular."""
    if nudge_times.is_answer_open(learner, world.now):
        return None
    if intent not in _PLAIN or learner.screen in _NOT_HERE or not is_welcomed(learner):
        return None
    away = world.now - learner.seen_at if learner.seen_at else timedelta(0)
    if away < LONG and task_to_ask(learner, world.now) and task.is_there(learner, world):
        return Turn(task.at(learner), (say(learner, world, "comeback.hello"),))
    if away < SHORT:
        return None
    if away < LONG:
        return Turn(change(learner, screen="comeback", place=Place(), guess="", misses=0))
    return _after_long(learner, world)


def show(learner: Learner, world: World) -> tuple[Reply, ...]:
    """Where we were in one line, then on or a review."""
    title, key = _where(learner, world)
    options = ["go_on", "one_review" if to_ask(learner, world) else "list"]
    named = tuple(option(learner, world, one) for one in options)
    return (say(learner, world, key, *named, title=title),)


def choose(learner: Learner, option_id: str, world: World) -> Turn | None:
    match option_id:
        case "go_on":
            return Turn(resume(learner))
        case "one_review":
            return review.start(learner, world)
        case "list":
            return Turn(change(learner, screen="courses", place=Place()))
        case _:
            return None


def wish(learner: Learner, intent: Intent, world: World) -> Turn | None:
    go_on = intent in (Intent.NEXT, Intent.BACK, Intent.SKIP, Intent.GREETING)
    return choose(learner, "go_on", world) if go_on else None


def _where(learner: Learner, world: World) -> tuple[str, str]:
    """The lesson under way or the last one finished, and what is said of it."""
    written = lessons(learner, world)
    if learner.lesson.lesson in written:
        return written[learner.lesson.lesson].title, "comeback.under_way"
    done = [one for one in learner.done if one in written]
    return (written[done[-1]].title, "comeback.done") if done else ("", "comeback.new")


def _after_long(learner: Learner, world: World) -> Turn:
    title, _ = _where(change(learner, lesson=Place()), world)
    key = "comeback.glad_done" if title else "comeback.glad"
    said: tuple[Reply, ...] = (say(learner, world, key, title=title),)
    item = easy_item(learner, world)
    if item is None:
        return Turn(change(learner, screen="comeback", place=Place(), guess="", misses=0), said)
    return Turn(review.at(learner, item, world, EASY), said)


SCREEN = Screen(show, choose, wish=wish)
