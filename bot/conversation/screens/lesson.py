"""The lesson: one card at a time, questions on the way, a recap and the garden at the end.

How a question is asked and heard: `item.py`.
Comes from: welcome, home. Leads to: itself, home. Wording: `lesson.*`.
Source: learner-experience.md W1–W3; curriculum.md section 2.
"""

from bot.conversation import item
from bot.conversation.curriculum import RECAP, lessons, neighbour, picture_before
from bot.conversation.item import Heard
from bot.conversation.kinds.base import Asking
from bot.conversation.learner import Learner, Place, change, resume
from bot.conversation.replies import Milestone, Reply, Turn
from bot.conversation.screens.base import Screen
from bot.conversation.speech import fill, option, say, sentences, wording
from bot.conversation.understand import Intent
from bot.conversation.world import World
from lessons.model import Card, Lesson

_MOST_BEFORE_CARD = 2  # with the card that makes three messages a turn (M1)


def show(learner: Learner, world: World) -> tuple[Reply, ...]:
    lesson, card = _open(learner, world)
    picture = picture_before(lesson, card.id)
    shown: tuple[Reply, ...] = ()
    if picture is not None and picture.picture is not None and not learner.lesson.stage:
        alt = fill(picture.picture.alt, learner.pronouns)
        text = wording(learner, world, "lesson.picture").replace("{alt}", alt)
        shown = (Reply(text, picture=picture.picture.asset),)
    if card.question is None:
        return shown + _card(learner, card, world, _MOST_BEFORE_CARD - len(shown))
    return (*shown, *item.show(_asking(learner, lesson, card, world)))


def choose(learner: Learner, option_id: str, world: World) -> Turn | None:
    lesson, card = _open(learner, world)
    if card.question is None:
        return _after_card(learner, lesson, card, world) if option_id == "next" else None
    heard = item.choose(_asking(learner, lesson, card, world), option_id)
    return _taken(heard, lesson, card, world) if heard else None


def hear(learner: Learner, said: str, world: World) -> Turn | None:
    lesson, card = _open(learner, world)
    if card.question is None:
        return None
    heard = item.hear(_asking(learner, lesson, card, world), said)
    return _taken(heard, lesson, card, world) if heard else None


def wish(learner: Learner, intent: Intent, world: World) -> Turn | None:
    lesson, card = _open(learner, world)
    match intent:
        case Intent.BACK:
            before = neighbour(lesson, card.id, -1)
            if before is None:
                return Turn(learner, (say(learner, world, "lesson.first_card"),))
            return Turn(_at(learner, lesson, before.id))
        case Intent.START_AGAIN:
            first = next(one for one in lesson.cards if not one.picture)
            return Turn(_at(learner, lesson, first.id), (say(learner, world, "lesson.again"),))
    if card.question is not None:
        heard = item.wish(_asking(learner, lesson, card, world), intent)
        return _taken(heard, lesson, card, world) if heard else None
    match intent:
        case Intent.NEXT:
            return _after_card(learner, lesson, card, world)
        case Intent.SKIP:
            return _after_card(learner, lesson, card, world, say(learner, world, "lesson.skip"))
        case Intent.DONT_KNOW:
            return Turn(learner, (say(learner, world, "lesson.slowly"),))
        case _:
            return None


def is_pretend(learner: Learner, world: World) -> bool:
    """Is an exercise open in which words of danger are only played?"""
    if learner.screen != "lesson":
        return False
    lesson, card = _open(learner, world)
    asks = card.question is not None
    return asks and item.kind_of(_asking(learner, lesson, card, world)).pretend


def settle(learner: Learner, world: World) -> tuple[Learner, Reply | None]:
    """The learner at a place that still exists, with one kind sentence if it moved.

    Lessons are edited while people learn: a card that is gone leads to the lesson's
    first card, a lesson that is gone to home. What was learnt is kept (P19).
    """
    if learner.screen != "lesson" and not learner.lesson.lesson:
        return learner, None
    lesson = lessons(learner, world).get(learner.lesson.lesson)
    if lesson is None:
        moved = change(learner, lesson=Place())
        moved = resume(moved) if learner.screen == "lesson" else moved
        return moved, say(moved, world, "lesson.gone")
    if lesson.card(learner.lesson.card) is None:
        first = next(one for one in lesson.cards if not one.picture)
        place = Place(lesson=lesson.id, card=first.id)
        return change(learner, lesson=place), say(learner, world, "lesson.changed")
    return learner, None


def _open(learner: Learner, world: World) -> tuple[Lesson, Card]:
    lesson = lessons(learner, world)[learner.lesson.lesson]
    card = lesson.card(learner.lesson.card)
    assert card is not None, "settle() runs before every screen"
    return lesson, card


def _asking(learner: Learner, lesson: Lesson, card: Card, world: World) -> Asking:
    return Asking(card.question, f"{lesson.id}/{card.id}", learner.lesson, learner, world)


def _card(learner: Learner, card: Card, world: World, most: int) -> tuple[Reply, ...]:
    """What the card says; for a slow learner a sentence a message, `most` before the last."""
    text = fill(card.say or "", learner.pronouns)
    go_on = (option(learner, world, "next"),)
    if not learner.slow:
        return (Reply(text, go_on),)
    parts = sentences(text)
    first, last = parts[:most], " ".join(parts[most:])
    if not last:
        first, last = parts[:-1], parts[-1]
    return (*(Reply(part) for part in first), Reply(last, go_on))


def _taken(heard: Heard, lesson: Lesson, card: Card, world: World) -> Turn:
    """The item stays open at its new place, or it is over and the lesson goes on."""
    if heard.place is not None:
        return Turn(change(heard.learner, lesson=heard.place), heard.said, heard.facts)
    turn = _after_card(heard.learner, lesson, card, world, *heard.said)
    return Turn(turn.learner, turn.replies, (*heard.facts, *turn.facts), ask=turn.ask)


def _after_card(learner: Learner, lesson: Lesson, card: Card, world: World, *said: Reply) -> Turn:
    """On to the next card, or to the recap, which is the end of the lesson."""
    following = neighbour(lesson, card.id, +1)
    if following is not None:
        return Turn(_at(learner, lesson, following.id), said)
    recap = wording(learner, world, "lesson.recap").replace(
        "{recap}", fill(lesson.recap, learner.pronouns)
    )
    done = learner.done if lesson.id in learner.done else (*learner.done, lesson.id)
    home = resume(change(learner, lesson=Place(), done=done))
    home = change(home, place=Place(lesson=lesson.id, card=RECAP, stage="after"))
    return Turn(home, (*said, Reply(recap)), (Milestone(lesson.id),))


def _at(learner: Learner, lesson: Lesson, card_id: str) -> Learner:
    return change(learner, screen="lesson", lesson=Place(lesson=lesson.id, card=card_id), misses=0)


SCREEN = Screen(show, choose, hear, wish)
