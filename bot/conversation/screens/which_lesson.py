"""Which lesson the key of an announcement opens: one, or the next of whoever presses it.

Comes from: broadcast (its keys). Leads to: broadcast. Wording: `which_lesson.*`.
Source: learner-experience.md T2.
"""

import msgspec

from bot.conversation import announcing
from bot.conversation.curriculum import course_lessons, lessons
from bot.conversation.draft import Draft
from bot.conversation.learner import Learner, Place, change, resume
from bot.conversation.policy import Action
from bot.conversation.replies import Option, Reply, Turn
from bot.conversation.screens import courses
from bot.conversation.screens.base import Screen
from bot.conversation.speech import say
from bot.conversation.understand import Intent
from bot.conversation.world import World


def show(learner: Learner, world: World) -> tuple[Reply, ...]:
    course = courses.open_course(learner, world)
    options: list[Option | str]
    if course:
        options = [Option(one.id, one.title) for one in course_lessons(learner, world, course)]
    else:
        options = [Option(*one) for one in courses.titles(learner, world).items()]
    shown = courses.paged(learner, options)
    return (say(learner, world, "which_lesson.ask", *shown, "each_next", "back"),)


def choose(learner: Learner, option_id: str, world: World) -> Turn | None:
    match option_id:
        case "more":
            return Turn(change(learner, place=courses.next_page(learner)))
        case "each_next":
            return _chosen(learner, "")
        case "back":
            return _back(learner, world)
        case _ if option_id in courses.titles(learner, world):
            return Turn(change(learner, place=Place(stage=option_id)))
        case _ if option_id in lessons(learner, world):
            return _chosen(learner, option_id)
        case _:
            return None


def hear(learner: Learner, said: str, world: World) -> Turn | None:
    """A lesson or a course by its title, from any page."""
    named = courses.read_title(learner, said, world)
    return choose(learner, named, world) if named else None


def wish(learner: Learner, intent: Intent, world: World) -> Turn | None:
    match intent:
        case Intent.BACK:
            return _back(learner, world)
        case Intent.LATER | Intent.NEXT:
            return Turn(change(resume(learner), draft=None))
        case _:
            return None


def _chosen(learner: Learner, lesson: str) -> Turn:
    draft = learner.draft or Draft()
    keys = announcing.toggled(draft.body.keys, "lesson")
    body = msgspec.structs.replace(draft.body, keys=keys, lesson=lesson)
    return Turn(_at_keys(learner, msgspec.structs.replace(draft, body=body)))


def _back(learner: Learner, world: World) -> Turn:
    if learner.place.stage and len(courses.titles(learner, world)) > 1:
        return Turn(change(learner, place=Place()))
    return Turn(_at_keys(learner, learner.draft))


def _at_keys(learner: Learner, draft: Draft | None) -> Learner:
    place = Place(stage="keys")
    return change(learner, screen="broadcast", place=place, draft=draft, guess="", misses=0)


SCREEN = Screen(show, choose, hear, wish, actions=(Action.ANNOUNCE,), holds=True)
