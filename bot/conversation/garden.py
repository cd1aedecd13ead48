"""The garden of a course: one plant a finished lesson, an empty plot for each other.

In words, which always stand there, and as the name of a drawing that channels may show.
Never a ladder, never a rank; what grew does not wilt. Source: learner-experience.md G1.
"""

from bot.conversation.curriculum import course_lessons
from bot.conversation.learner import Learner
from bot.conversation.speech import wording
from bot.conversation.world import World

_PLOTS_IN_WORDS = 12  # more signs than that are no longer counted by eye


def words(learner: Learner, world: World, course: str) -> str:
    """«Vườn: 🌱▫️▫️, 1 trong 3 bài.»"""
    grown = _grown(learner, world, course)
    plants = "".join("🌱" if one else "▫️" for one in grown)
    text = wording(learner, world, "home.garden")
    text = text.replace("{plants}", plants if len(grown) <= _PLOTS_IN_WORDS else "🌱")
    return text.replace("{done}", str(sum(grown))).replace("{all}", str(len(grown)))


def picture(learner: Learner, world: World, course: str) -> str:
    """The drawing's name: a plot a lesson, 1 where a plant has grown ("garden:110")."""
    grown = _grown(learner, world, course)
    return "garden:" + "".join("1" if one else "0" for one in grown) if grown else ""


def progress(learner: Learner, world: World, course: str) -> tuple[int, int]:
    """How many lessons of the course are done, of how many."""
    grown = _grown(learner, world, course)
    return sum(grown), len(grown)


def _grown(learner: Learner, world: World, course: str) -> list[bool]:
    return [one.id in learner.done for one in course_lessons(learner, world, course)]
