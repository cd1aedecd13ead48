"""Review: one item of a finished lesson, asked again; then another, or on with learning.

The item's place is `learner.place`; the lesson under way waits untouched.
Comes from: comeback. Leads to: itself, back to where the learner was. Wording: `review.*`.
Source: learner-experience.md N1, golden chat 6.
"""

from bot.conversation import item
from bot.conversation.curriculum import begin_next, question_of, reviewable
from bot.conversation.item import Heard
from bot.conversation.kinds.base import EASY, Asking
from bot.conversation.learner import Learner, Place, change, resume
from bot.conversation.replies import Reply, Turn
from bot.conversation.screens.base import Screen
from bot.conversation.speech import say, wording
from bot.conversation.understand import Intent
from bot.conversation.world import World

AFTER = "after"


def at(learner: Learner, name: str, *, easy: bool = False) -> Learner:
    """The learner at an item ("L0102/q1") to be asked again."""
    lesson, _, card = name.partition("/")
    place = Place(lesson, card, EASY if easy else "")
    return change(learner, screen="review", place=place, guess="", misses=0)


def show(learner: Learner, world: World) -> tuple[Reply, ...]:
    asking = _asking(learner, world)
    if asking is None:
        options = ["go_on" if learner.lesson.lesson else "new"]
        options += ["more_review"] if reviewable(learner, world) else ["list"]
        return (say(learner, world, "review.after", *options),)
    *before, asked = item.show(asking)
    if learner.place.stage == item.DO or learner.place.tries or learner.place.picked:
        return (*before, asked)
    text = wording(learner, world, "review.ask").replace("{question}", asked.text)
    return (*before, Reply(text, asked.options))


def choose(learner: Learner, option_id: str, world: World) -> Turn | None:
    asking = _asking(learner, world)
    if asking is not None:
        return _taken(item.choose(asking, option_id))
    match option_id:
        case "go_on":
            return Turn(resume(learner))
        case "new":
            return Turn(begin_next(learner, world))
        case "more_review" if reviewable(learner, world):
            return Turn(at(learner, _another(learner, world)))
        case "list":
            return Turn(change(learner, screen="courses", place=Place()))
        case _:
            return None


def hear(learner: Learner, said: str, world: World) -> Turn | None:
    asking = _asking(learner, world)
    return _taken(item.hear(asking, said)) if asking else None


def wish(learner: Learner, intent: Intent, world: World) -> Turn | None:
    asking = _asking(learner, world)
    turn = _taken(item.wish(asking, intent)) if asking else None
    if turn is None and intent is Intent.NEXT:
        # «Tiếp», «bài mới»: a review may be left at any time.
        return Turn(resume(learner)) if learner.lesson.lesson else Turn(begin_next(learner, world))
    return turn


def pretend(learner: Learner, world: World) -> bool:
    asking = _asking(learner, world)
    return asking is not None and item.kind_of(asking).pretend


def _asking(learner: Learner, world: World) -> Asking | None:
    """The open item; None after it, and when it has left its lesson meanwhile."""
    place = learner.place
    name = f"{place.lesson}/{place.card}"
    question = question_of(learner, name, world)
    if question is None or place.stage == AFTER:
        return None
    return Asking(question, name, place, learner, world)


def _another(learner: Learner, world: World) -> str:
    """The item behind the last one asked, round and round."""
    items = reviewable(learner, world)
    last = f"{learner.place.lesson}/{learner.place.card}"
    return items[(items.index(last) + 1) % len(items)] if last in items else items[0]


def _taken(heard: Heard | None) -> Turn | None:
    if heard is None:
        return None
    learner = heard.learner
    after = Place(learner.place.lesson, learner.place.card, AFTER)
    return Turn(change(learner, place=heard.place or after), heard.said, heard.facts)


SCREEN = Screen(show, choose, hear, wish, pretend)
