"""Courses: those that have lessons, with what is done; then one course's lessons.

Three a page. A lesson that stands on another is offered after it, never refused; the
lesson under way goes on where it was.
Comes from: home, every «danh sách». Leads to: lesson, home. Wording: `courses.*`.
Source: learner-experience.md section 4, G1; curriculum.md 1.1.
"""

from bot.conversation import garden
from bot.conversation.curriculum import before_it, begin, course_lessons, lessons
from bot.conversation.learner import Learner, Place, change, resume
from bot.conversation.replies import Option, Reply, Turn
from bot.conversation.screens.base import Screen
from bot.conversation.speech import say, wording
from bot.conversation.understand import Choice, Chosen, Intent, read_choice
from bot.conversation.understand import wish as standing_wish
from bot.conversation.world import World
from lessons.model import Lesson

FIRST = "first"  # the stage that asks which of two lessons comes first
_A_PAGE = 3


def at(learner: Learner, stage: str = "") -> Learner:
    """The learner at the list of courses, or at the lessons of one."""
    return change(learner, screen="courses", place=Place(stage=stage), guess="", misses=0)


def show(learner: Learner, world: World) -> tuple[Reply, ...]:
    if learner.place.stage == FIRST:
        wanted, need = _wanted(learner, world)
        if wanted and need:
            options = tuple(Option(one.id, one.title) for one in (need, wanted))
            return (say(learner, world, "courses.first", *options, need=need.title),)
    course = open_course(learner, world)
    return (_lessons(learner, course, world) if course else _courses(learner, world),)


def choose(learner: Learner, option_id: str, world: World) -> Turn | None:
    if option_id == "more":
        return Turn(change(learner, place=next_page(learner)))
    if option_id in titles(learner, world):
        return Turn(at(learner, option_id))
    lesson = lessons(learner, world).get(option_id)
    if lesson is None:
        return None
    if learner.place.stage == FIRST:
        wanted, _ = _wanted(learner, world)
        return Turn(begin(learner, lesson, wanted.course if wanted else ""))
    return start(learner, lesson, world)


def hear(learner: Learner, said: str, world: World) -> Turn | None:
    """A lesson or a course by its title, from any page; a standing word is no title."""
    named = read_title(learner, said, world)
    return choose(learner, named, world) if named else None


def read_title(learner: Learner, said: str, world: World) -> str:
    """The id of the lesson or course whose title was said, or ""."""
    if any(letter.isdigit() for letter in said) or standing_wish(said, world.shelf.words):
        return ""
    every = {one.id: one.title for one in lessons(learner, world).values()}
    every |= titles(learner, world)
    choices = tuple(Choice(name, title) for name, title in every.items())
    reading = read_choice(said, choices, world.shelf.words)
    return reading.id if isinstance(reading, Chosen) else ""


def wish(learner: Learner, intent: Intent, world: World) -> Turn | None:
    match intent:
        case Intent.BACK if _page(learner):
            place = Place(stage=learner.place.stage, picked=str(_page(learner) - 1))
            return Turn(change(learner, place=place))
        case Intent.BACK if learner.place.stage and len(titles(learner, world)) > 1:
            return Turn(at(learner))
        case Intent.BACK | Intent.LATER | Intent.SKIP | Intent.NEXT:
            return Turn(resume(learner))
        case _:
            return None


def start(learner: Learner, lesson: Lesson, world: World) -> Turn:
    """Begin a chosen lesson, go on with it, or ask which of two comes first."""
    if learner.lesson.lesson == lesson.id:
        return Turn(resume(learner))
    if before_it(learner, lesson, world) is None:
        return Turn(begin(learner, lesson))
    place = Place(lesson=lesson.id, stage=FIRST)
    return Turn(change(learner, screen="courses", place=place, guess="", misses=0))


def title_of(learner: Learner, course: str, world: World) -> str:
    """The course's name in the learner's language; its id where no name is written."""
    for one in world.shelf.library.courses:
        if one.id == course:
            return one.en if learner.language == "en" else one.vi
    return course


def titles(learner: Learner, world: World) -> dict[str, str]:
    """The courses that have lessons, in teaching order."""
    ids = dict.fromkeys(one.course for one in lessons(learner, world).values())
    return {course: title_of(learner, course, world) for course in ids}


def open_course(learner: Learner, world: World) -> str:
    """The course whose lessons are shown; a single course needs no list of courses."""
    every = titles(learner, world)
    if learner.place.stage in every:
        return learner.place.stage
    return next(iter(every)) if len(every) == 1 else ""


def _wanted(learner: Learner, world: World) -> tuple[Lesson | None, Lesson | None]:
    wanted = lessons(learner, world).get(learner.place.lesson)
    return wanted, before_it(learner, wanted, world) if wanted else None


def _page(learner: Learner) -> int:
    return int(learner.place.picked) if learner.place.picked.isdigit() else 0


def _courses(learner: Learner, world: World) -> Reply:
    options: list[Option | str] = []
    for course, title in titles(learner, world).items():
        done, every = garden.progress(learner, world, course)
        options.append(Option(course, f"{title} · {done}/{every}"))
    return say(learner, world, "courses.ask", *paged(learner, options))


def _lessons(learner: Learner, course: str, world: World) -> Reply:
    options: list[Option | str] = []
    for one in course_lessons(learner, world, course):
        label = one.title
        if one.id == learner.lesson.lesson:
            label += " " + wording(learner, world, "courses.under_way")
        elif one.id in learner.done:
            label += " 🌱"
        options.append(Option(one.id, label))
    words = garden.words(learner, world, course)
    title = title_of(learner, course, world)
    shown = paged(learner, options)
    reply = say(learner, world, "courses.lessons", *shown, course=title, garden=words)
    return Reply(reply.text, reply.options, garden.picture(learner, world, course))


def next_page(learner: Learner) -> Place:
    """Where the same list goes on."""
    return Place(stage=learner.place.stage, picked=str(_page(learner) + 1))


def paged(learner: Learner, options: list[Option | str]) -> list[Option | str]:
    """Three a page; the last page leads round to the first."""
    pages = max(1, -(-len(options) // _A_PAGE))
    first = (_page(learner) % pages) * _A_PAGE
    return options[first : first + _A_PAGE] + (["more"] if pages > 1 else [])


SCREEN = Screen(show, choose, hear, wish)
