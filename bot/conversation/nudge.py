"""What a nudge is: one question that can be answered at once, or silence.

`ring` answers the scheduler's event. When it may come: `nudge_times.py`; what follows the
answer: `screens/review.py` and `screens/task.py`. Nothing here ever blames or hurries.
Wording: `nudge.*`. Source: learner-experience.md section 8, golden chat 10.
"""

from bot.conversation import nudge_times, reviewing
from bot.conversation.curriculum import EASY_KINDS, lessons, next_lesson, question_of, reviewable
from bot.conversation.kinds import KINDS
from bot.conversation.kinds.base import NUDGE
from bot.conversation.learner import Learner, resume
from bot.conversation.nudge_times import FARTHEST, MOST_UNANSWERED
from bot.conversation.replies import Nudged, Priority, Reply, Turn, VisitWanted
from bot.conversation.screens import SCREENS, review, task
from bot.conversation.speech import wording
from bot.conversation.task import task_to_ask
from bot.conversation.world import World
from lessons.model import RealTask

WORDINGS = 16  # `nudge.0` to `nudge.15`, in turn: at most one a day, so none within 14 days
_SAYS_HOW_TO_STOP = 5  # each fifth
_PEACE_DAYS = 3  # after a word of danger, if nothing more was said


def ring(learner: Learner, world: World) -> Turn:
    """The learner's moment has come, or so the scheduler says: ask, or be silent.

    Whatever happens, the next moment lies ahead: nothing is asked twice.
    """
    rules, now = world.shelf.nudges, world.now
    due_at = nudge_times.next_nudge_at(learner, rules)
    if due_at is None:
        return _silent(learner)
    if due_at > now:
        far = due_at - now > FARTHEST
        return _silent(nudge_times.mended(learner, now) if far else learner)
    if learner.nudges.unanswered == MOST_UNANSWERED:
        return Turn(nudge_times.given_up(learner), facts=(VisitWanted(MOST_UNANSWERED),), ask=False)
    if nudge_times.is_too_late(due_at, now, rules.quiet) or _is_in_danger(learner, world):
        return _silent(nudge_times.passed_over(learner, now))
    found = _question(learner, world)
    if found is None:
        return _silent(nudge_times.passed_over(learner, now))
    there, item, shown = found
    number = learner.nudges.count
    options = shown[-1].options
    text = _worded(learner, number, "\n".join(reply.text for reply in shown), world)
    return Turn(
        nudge_times.asked(there, now),
        (Reply(text, options, priority=Priority.NUDGE),),
        (Nudged(item, number % WORDINGS),),
        ask=False,
        expires_at=nudge_times.expires_at(due_at, rules.quiet),
    )


def not_delivered(learner: Learner, turn: int) -> Turn:
    """The nudge of that turn did not arrive: it is no silence of theirs, and the question
    that they never saw is open no more."""
    if not learner.nudges.unanswered:
        return _silent(learner)
    counted = nudge_times.not_delivered(learner)
    return _silent(resume(counted) if learner.asked == turn else counted)


def _silent(learner: Learner) -> Turn:
    return Turn(learner, ask=False)


def _is_in_danger(learner: Learner, world: World) -> bool:
    """A quiz is no answer to a cry for help (learner-experience.md H3)."""
    if learner.screen != "danger" or learner.seen_at is None:
        return False
    return (world.now - learner.seen_at).days < _PEACE_DAYS


def _worded(learner: Learner, number: int, question: str, world: World) -> str:
    lead = wording(learner, world, f"nudge.{number % WORDINGS}")
    if (number + 1) % _SAYS_HOW_TO_STOP:
        return f"{lead} {question}"
    return f"{lead} {wording(learner, world, 'nudge.stop')}\n{question}"


def _question(learner: Learner, world: World) -> tuple[Learner, str, tuple[Reply, ...]] | None:
    """The learner at what is asked, its name, and how it is shown."""
    put_off = learner.put_off
    is_first = not learner.nudges.unanswered
    if is_first and put_off and task_to_ask(learner, world.now) and task.is_there(learner, world):
        there = task.at(learner)
        return there, put_off.item, SCREENS["task"].show(there, world)
    item = _item(learner, world)
    if item is None:
        return None
    there = review.at(learner, item, world, NUDGE)
    return there, item, SCREENS["review"].show(there, world)


def _item(learner: Learner, world: World) -> str | None:
    """What is due, else something easy of a finished lesson, else the first question that
    lies ahead. Not the same twice in a row while there is another."""
    nudges = learner.nudges
    due = [item for item in reviewing.due(learner, world) if _is_fit(learner, item, world)]
    if due:
        return due[nudges.unanswered % len(due)]
    known = [item for item in reviewable(learner, world) if _is_fit(learner, item, world)]
    easy = [one for one in known if isinstance(question_of(learner, one, world), EASY_KINDS)]
    others = easy or known
    return others[nudges.count % len(others)] if others else _ahead(learner, world)


def _ahead(learner: Learner, world: World) -> str | None:
    """The next question of the lesson under way, or the first of the next lesson."""
    lesson = lessons(learner, world).get(learner.lesson.lesson) or next_lesson(learner, world)
    if lesson is None:
        return None
    ids = [card.id for card in lesson.cards]
    here = learner.lesson.card
    start = ids.index(here) if learner.lesson.lesson == lesson.id and here in ids else 0
    names = [f"{lesson.id}/{card_id}" for card_id in ids[start:] + ids[:start]]
    return next((name for name in names if _is_fit(learner, name, world)), None)


def _is_fit(learner: Learner, item: str, world: World) -> bool:
    """May it be asked out of the blue? A swindler's words and a task may not."""
    question = question_of(learner, item, world)
    if question is None or isinstance(question, RealTask):
        return False
    return not KINDS[type(question)].pretend
