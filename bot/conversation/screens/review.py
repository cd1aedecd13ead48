"""Review: items asked again, a few a day; a miss leads back to the card that teaches it.

The item's place is `learner.place`, and `place.why` says what it is asked for: "" in a
review, which goes on while something is due; "easy" after a long time away; "nudge" when
nobody asked. The lesson under way waits untouched.
Comes from: home, comeback, nudge, «ôn bài». Leads to: itself, help, lesson, home.
Wording: `review.*`.
Source: learner-experience.md H1, N1, N3, golden chats 6 and 10; curriculum.md 1.4.
"""

import msgspec

from bot.conversation import item, reviewing
from bot.conversation.curriculum import (
    begin_next,
    lessons,
    nearest_picture,
    next_lesson,
    question_of,
)
from bot.conversation.days import day_number
from bot.conversation.item import Heard
from bot.conversation.kinds.base import NUDGE, Asking
from bot.conversation.learner import Learner, Place, change, resume
from bot.conversation.parting import until_tomorrow
from bot.conversation.pictures import drawn
from bot.conversation.replies import Attempt, Reply, Turn
from bot.conversation.screens import help
from bot.conversation.screens.base import Screen
from bot.conversation.speech import fill, say, wording
from bot.conversation.understand import Intent
from bot.conversation.world import World

AFTER = "after"


def at(learner: Learner, name: str, world: World, why: str = "") -> Learner:
    """The learner at an item ("L0102/q1") to be asked again; it counts for today."""
    lesson, _, card = name.partition("/")
    place = Place(lesson, card, why=why)
    asked = change(learner, screen="review", place=place, guess="", misses=0)
    return reviewing.counted(asked, world)


def start(learner: Learner, world: World, after: str = "") -> Turn:
    """One more item, or a kind word when today's are used up or there is none yet."""
    name = reviewing.to_ask(learner, world, after)
    if name:
        return Turn(at(learner, name, world))
    key = "review.none" if reviewing.left_today(learner, world) else "review.enough"
    return Turn(resume(learner), (say(learner, world, key),))


def show(learner: Learner, world: World) -> tuple[Reply, ...]:
    asking = _asking(learner, world)
    place = learner.place
    if asking is None:
        show_after = _after_nudge if place.why == NUDGE else _after_review
        return (show_after(learner, world),)
    *before, asked = item.show(asking)
    if place.stage == item.DO:
        lesson = lessons(learner, world)[place.lesson]
        return (*drawn(learner, nearest_picture(lesson, place.card), world), *before, asked)
    if place.tries or place.picked or place.why == NUDGE:
        return (*before, asked)
    text = wording(learner, world, "review.ask").replace("{question}", asked.text)
    return (*before, Reply(text, asked.options))


def choose(learner: Learner, option_id: str, world: World) -> Turn | None:
    asking = _asking(learner, world)
    if asking is not None:
        return _taken(item.choose(asking, option_id), world)
    match option_id:
        case "go_on" | "new" | "start":
            return _learn(learner, world)
        case "more_review":
            return start(learner, world, _name(learner.place))
        case "list":
            return Turn(change(learner, screen="courses", place=Place()))
        case "tomorrow":
            return until_tomorrow(learner, world)
        case _:
            return None


def hear(learner: Learner, said: str, world: World) -> Turn | None:
    asking = _asking(learner, world)
    return _taken(item.hear(asking, said), world) if asking else None


def wish(learner: Learner, intent: Intent, world: World) -> Turn | None:
    asking = _asking(learner, world)
    turn = _taken(item.wish(asking, intent), world) if asking else None
    # «Tiếp», «bài mới»: a review may be left at any time.
    return _learn(learner, world) if turn is None and intent is Intent.NEXT else turn


def pretend(learner: Learner, world: World) -> bool:
    asking = _asking(learner, world)
    return asking is not None and item.kind_of(asking).pretend


def settle(learner: Learner, world: World) -> tuple[Learner, Reply | None]:
    """The learner past an item that has left its lesson, with one kind sentence."""
    place = learner.place
    gone = learner.screen == "review" and place.stage != AFTER and not _asking(learner, world)
    if not gone:
        return learner, None
    after = Place(place.lesson, place.card, AFTER, why=place.why)
    return change(learner, place=after, guess=""), say(learner, world, "review.gone")


def _asking(learner: Learner, world: World) -> Asking | None:
    """The open item; None after it, and when it has left its lesson meanwhile."""
    place = learner.place
    question = question_of(learner, _name(place), world)
    if question is None or place.stage == AFTER:
        return None
    return Asking(question, _name(place), place, learner, world)


def _name(place: Place) -> str:
    return f"{place.lesson}/{place.card}"


def _learn(learner: Learner, world: World) -> Turn:
    return Turn(resume(learner) if learner.lesson.lesson else begin_next(learner, world))


def _taken(heard: Heard | None, world: World) -> Turn | None:
    """The item stays open, with the card that teaches it after a miss; or what follows it."""
    if heard is None:
        return None
    learner, place = heard.learner, heard.learner.place
    if heard.place is not None:
        said = heard.said
        if _missed(heard) and heard.place.stage != item.DO:
            said += _taught(learner, place, world)
        return Turn(change(learner, place=heard.place), said, heard.facts)
    said = heard.said
    if place.why == NUDGE and heard.facts:
        said = _with_day(learner, said, world)
    if heard.stuck:
        return Turn(help.offered(learner), said, heard.facts)
    following = reviewing.due(learner, world) if not place.why else []
    if following and reviewing.left_today(learner, world):
        return Turn(at(learner, following[0], world), said, heard.facts)
    after = Place(place.lesson, place.card, AFTER, why=place.why)
    return Turn(change(learner, place=after), said, heard.facts)


def _missed(heard: Heard) -> bool:
    return any(isinstance(fact, Attempt) and not fact.correct for fact in heard.facts)


def _taught(learner: Learner, place: Place, world: World) -> tuple[Reply, ...]:
    """The very card that teaches what was missed."""
    card = lessons(learner, world)[place.lesson].taught_by(place.card)
    if card is None or card.say is None:
        return ()
    return (say(learner, world, "review.look", say=fill(card.say, learner.pronouns)),)


def _with_day(learner: Learner, said: tuple[Reply, ...], world: World) -> tuple[Reply, ...]:
    """«Hôm nay là ngày học thứ 6 của bác» behind the answer to a nudge."""
    *before, last = said
    today = learner.learnt.on == day_number(world.now)
    days = learner.learnt.count + (0 if today else 1)
    told = say(learner, world, "review.nth_day", days=days).text
    return (*before, msgspec.structs.replace(last, text=f"{last.text} {told}"))


def _after_review(learner: Learner, world: World) -> Reply:
    options = ["go_on" if learner.lesson.lesson else "new"]
    more = reviewing.to_ask(learner, world, _name(learner.place))
    options += ["more_review"] if more else ["list"]
    key = "review.after" if reviewing.left_today(learner, world) else "review.done"
    return say(learner, world, key, *options)


def _after_nudge(learner: Learner, world: World) -> Reply:
    """The answer to a nudge leads into a lesson; another day is as good."""
    more = ["more_review"] if reviewing.is_due(learner, world) else []
    under_way = lessons(learner, world).get(learner.lesson.lesson)
    if under_way:
        options = ("start", *more, "tomorrow")
        return say(learner, world, "review.go_on", *options, title=under_way.title)
    following = next_lesson(learner, world)
    if following is None:
        return _after_review(learner, world)
    options = ("start", *more, "tomorrow")
    return say(learner, world, "review.lesson", *options, minutes=following.minutes)


SCREEN = Screen(show, choose, hear, wish, pretend)
