"""Task: «Hôm qua bác thử … được chưa ạ?», asked once, on a later day.

Comes from: comeback, home, a nudge. Leads to: back to where the learner was.
Wording: `task.*`. Source: curriculum.md section 2, REAL_TASK.
"""

from bot.conversation import item
from bot.conversation.curriculum import question_of
from bot.conversation.days import day_number
from bot.conversation.kinds.base import Asking
from bot.conversation.learner import Learner, Place, change, resume
from bot.conversation.replies import Reply, Turn
from bot.conversation.screens.base import Screen
from bot.conversation.speech import say, wording
from bot.conversation.understand import Intent
from bot.conversation.world import World
from lessons.model import RealTask


def at(learner: Learner) -> Learner:
    """The learner at the question about the task that they put off."""
    return change(learner, screen="task", place=Place(), guess="", misses=0)


def is_there(learner: Learner, world: World) -> bool:
    """Is the task that was put off still in its lesson?"""
    put_off = learner.put_off
    return put_off is not None and isinstance(question_of(learner, put_off.item, world), RealTask)


def show(learner: Learner, world: World) -> tuple[Reply, ...]:
    asking = _asking(learner, world)
    if asking is None:
        return (say(learner, world, "task.gone", "go_on"),)
    (asked,) = item.show(asking)
    put_off = learner.put_off
    yesterday = put_off and put_off.on == day_number(world.now) - 1
    key = "task.yesterday" if yesterday else "task.before"
    text = wording(learner, world, key).replace("{task}", asked.text)
    if "?" not in asked.text:
        text = f"{text} {wording(learner, world, 'task.done_yet')}"
    return (Reply(text, asked.options),)


def choose(learner: Learner, option_id: str, world: World) -> Turn | None:
    asking = _asking(learner, world)
    if asking is None:
        return Turn(resume(change(learner, put_off=None))) if option_id == "go_on" else None
    return _taken(item.choose(asking, option_id))


def hear(learner: Learner, said: str, world: World) -> Turn | None:
    asking = _asking(learner, world)
    return _taken(item.hear(asking, said)) if asking else None


def wish(learner: Learner, intent: Intent, world: World) -> Turn | None:
    """«Để sau», «tiếp», «bỏ qua» let the task be; it is not asked about again."""
    if intent in (Intent.NEXT, Intent.BACK, Intent.SKIP, Intent.LATER):
        return Turn(resume(change(learner, put_off=None)), (say(learner, world, "task.let_be"),))
    asking = _asking(learner, world)
    return _taken(item.wish(asking, intent)) if asking else None


def _asking(learner: Learner, world: World) -> Asking | None:
    if learner.put_off is None:
        return None
    name = learner.put_off.item
    question = question_of(learner, name, world)
    place = Place(stage=learner.place.stage, tries=learner.place.tries)
    is_task = isinstance(question, RealTask)
    return Asking(question, name, place, learner, world) if is_task else None


def _taken(heard: item.Heard | None) -> Turn | None:
    """Whatever the answer was, the task is not asked about a second time."""
    if heard is None:
        return None
    if heard.place is not None:
        return Turn(change(heard.learner, place=heard.place), heard.said, heard.facts)
    return Turn(resume(change(heard.learner, put_off=None)), heard.said, heard.facts)


SCREEN = Screen(show, choose, hear, wish)
