"""Home: the garden, the next lesson, the list of lessons.

Comes from: lesson (after its end), every other screen when no lesson is under way.
Leads to: lesson, settings. Wording: `home.*`.
Source: learner-experience.md G1, golden chat 2.
"""

from bot.conversation.curriculum import begin, begin_next, lessons, next_lesson
from bot.conversation.learner import Learner, Place, change
from bot.conversation.replies import Option, Reply, Turn
from bot.conversation.screens.base import Screen
from bot.conversation.speech import say, wording
from bot.conversation.understand import Choice, Chosen, Intent, read_choice
from bot.conversation.understand import wish as standing_wish
from bot.conversation.world import World

LIST = "list"
LATER = "later"
_LESSONS_A_PAGE = 3


def garden(learner: Learner, world: World) -> str:
    """One plant a lesson of the course under way; words beside the plants always."""
    written = lessons(learner, world)
    done = sum(lesson_id in learner.done for lesson_id in written)
    shown = min(len(written), 10)
    # A first lesson shows a plant at once, and the bed is full only when all are learnt.
    grown = max(min(done, 1), done * shown // max(len(written), 1))
    text = wording(learner, world, "home.garden")
    plants = "🌱" * grown + "▫️" * (shown - grown)
    return (
        text.replace("{plants}", plants)
        .replace("{done}", str(done))
        .replace("{all}", str(len(written)))
    )


def show(learner: Learner, world: World) -> tuple[Reply, ...]:
    if learner.place.stage == LIST:
        return (_list(learner, world),)
    if learner.place.stage == LATER:
        return (say(learner, world, "home.later", "learn", "list"),)
    lesson = next_lesson(learner, world)
    if lesson is None:
        return (
            say(learner, world, "home.all_done", "list", "later", garden=garden(learner, world)),
        )
    if learner.place.stage == "after":
        return (say(learner, world, "home.after", "new", "later", garden=garden(learner, world)),)
    return (
        say(
            learner,
            world,
            "home.ask",
            "learn",
            "list",
            "settings",
            garden=garden(learner, world),
            title=lesson.title,
        ),
    )


def choose(learner: Learner, option_id: str, world: World) -> Turn | None:
    match option_id:
        case "learn" | "new":
            return Turn(begin_next(learner, world))
        case "list":
            return Turn(change(learner, place=Place(stage=LIST)))
        case "more":
            return Turn(change(learner, place=Place(stage=LIST, picked=str(_page(learner) + 1))))
        case "later":
            return Turn(
                change(learner, place=Place(stage=LATER)),
                (say(learner, world, "home.goodbye"),),
                ask=False,
            )
        case "settings":
            return Turn(change(learner, screen="settings", place=Place()))
        case _:
            lesson = lessons(learner, world).get(option_id)
            return Turn(begin(learner, lesson)) if lesson else None


def hear(learner: Learner, said: str, world: World) -> Turn | None:
    """A lesson by its title, from anywhere in the list; a standing word is no title."""
    if any(letter.isdigit() for letter in said) or standing_wish(said, world.shelf.words):
        return None
    titles = tuple(Choice(one.id, one.title) for one in lessons(learner, world).values())
    reading = read_choice(said, titles, world.shelf.words)
    return choose(learner, reading.id, world) if isinstance(reading, Chosen) else None


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


def _page(learner: Learner) -> int:
    return int(learner.place.picked) if learner.place.picked.isdigit() else 0


def _list(learner: Learner, world: World) -> Reply:
    """Three lessons a page with a leaf beside those done; the last page leads round."""
    written = list(lessons(learner, world).values())
    pages = max(1, -(-len(written) // _LESSONS_A_PAGE))
    start = (_page(learner) % pages) * _LESSONS_A_PAGE
    options: list[Option | str] = [
        Option(one.id, f"{one.title} 🌱" if one.id in learner.done else one.title)
        for one in written[start : start + _LESSONS_A_PAGE]
    ]
    if pages > 1:
        options.append("more")
    return say(learner, world, "home.list", *options)


SCREEN = Screen(show, choose, hear, wish)
