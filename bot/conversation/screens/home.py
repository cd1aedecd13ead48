"""Home: the garden of the course under way, the next lesson, another day.

Comes from: lesson (after its end), every other screen when no lesson is under way.
Leads to: lesson, courses, review, settings. Wording: `home.*`.
Source: learner-experience.md G1, golden chat 2.
"""

from bot.conversation import garden, reviewing, who
from bot.conversation.curriculum import begin_next, course_of, lessons, next_lesson
from bot.conversation.learner import Learner, Place, change
from bot.conversation.parting import LATER, later, until_tomorrow
from bot.conversation.replies import Reply, Turn
from bot.conversation.screens import courses, review
from bot.conversation.screens.base import Screen
from bot.conversation.speech import say
from bot.conversation.understand import Intent
from bot.conversation.world import World

AFTER = "after"


def show(learner: Learner, world: World) -> tuple[Reply, ...]:
    if learner.place.stage == LATER:
        return (say(learner, world, "home.later", "learn", "list"),)
    after = learner.place.stage == AFTER
    course = _course(learner, world)
    lesson = next_lesson(learner, world)
    if lesson is None:
        key, options = "home.all_done", ["list", "later"]
        options = ["one_review", *options] if reviewing.to_ask(learner, world) else options
    elif after:
        done, every = garden.progress(learner, world, course)
        key = "home.course_done" if done == every else "home.after"
        options = ["new", "tomorrow"]
    else:
        ours = ["review"] if reviewing.is_due(learner, world) else []
        last = "work" if who.person(learner, world).grants else "settings"
        key, options = "home.ask", ["learn", *ours, "list", last]
    reply = say(
        learner,
        world,
        key,
        *options,
        garden=garden.words(learner, world, course),
        title=lesson.title if lesson else "",
        course=courses.title_of(learner, course, world),
    )
    drawn = garden.picture(learner, world, course) if after else ""
    return (Reply(reply.text, reply.options, drawn),)


def choose(learner: Learner, option_id: str, world: World) -> Turn | None:
    match option_id:
        case "learn" | "new":
            return Turn(begin_next(learner, world))
        case "list":
            return Turn(courses.at(learner))
        case "one_review" | "review":
            return review.start(learner, world)
        case "later":
            return later(learner, world)
        case "tomorrow":
            return until_tomorrow(learner, world)
        case "settings":
            return Turn(change(learner, screen="settings", place=Place()))
        case "work":
            return Turn(change(learner, screen="work", place=Place()))
        case _:
            return None


def wish(learner: Learner, intent: Intent, world: World) -> Turn | None:
    match intent:
        case Intent.NEXT:
            return choose(learner, "learn", world)
        case Intent.LATER | Intent.SKIP:
            return choose(learner, "later", world)
        case Intent.BACK if learner.place.stage:
            return Turn(change(learner, place=Place()))
        case _:
            return None


def _course(learner: Learner, world: World) -> str:
    """Whose garden is shown: of the lesson just finished, else of the course under way."""
    finished = lessons(learner, world).get(learner.place.lesson)
    return finished.course if finished else course_of(learner, world)


SCREEN = Screen(show, choose, courses.hear, wish)
