"""The lesson: one card at a time, questions on the way, a recap and the garden at the end.

How a question is asked and heard: `item.py`.
Comes from: welcome, home. Leads to: itself, home. Wording: `lesson.*`.
Source: learner-experience.md W1–W3; curriculum.md section 2.
"""

from bot.conversation import glossary, item
from bot.conversation.curriculum import (
    RECAP,
    lessons,
    nearest_picture,
    neighbour,
    picture_before,
)
from bot.conversation.folding import fold
from bot.conversation.item import Heard
from bot.conversation.kinds.base import Asking
from bot.conversation.learner import Learner, Place, change, resume
from bot.conversation.pictures import drawn
from bot.conversation.replies import Milestone, Reply, Turn
from bot.conversation.screens import help
from bot.conversation.screens.base import Screen
from bot.conversation.speech import fill, option, say, sentences, wording
from bot.conversation.understand import Intent
from bot.conversation.world import World
from lessons.model import Card, Lesson

SIMPLE = "simple"  # the stage of a card that is said in other words
_SENTENCES_AT_ONCE = 2  # for a slow learner; with the picture that makes three messages


def show(learner: Learner, world: World) -> tuple[Reply, ...]:
    lesson, card = _open(learner, world)
    place = learner.lesson
    if card.question is None:
        if place.stage == SIMPLE:
            return _simple(learner, lesson, card, world)
        started = place.picked.isdigit()  # some sentences of the card are said already
        picture = None if started else picture_before(lesson, card.id)
        return drawn(learner, picture, world) + _card(learner, card, world)
    at_answer = place.stage == item.DO
    picture = (nearest_picture if at_answer else picture_before)(lesson, card.id)
    again = place.tries or place.picked
    shown = () if again and not at_answer else drawn(learner, picture, world)
    return (*shown, *item.show(_asking(learner, lesson, card, world)))


def choose(learner: Learner, option_id: str, world: World) -> Turn | None:
    lesson, card = _open(learner, world)
    if card.question is None:
        if option_id == "person":
            return Turn(change(learner, screen="help", place=Place()))
        return _read(learner, lesson, card, world) if option_id == "next" else None
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
        turn = _taken(heard, lesson, card, world) if heard else None
        if (
            turn
            and intent is Intent.DONT_KNOW
            and not any(one.picture for one in show(turn.learner, world))
        ):
            shown = drawn(learner, nearest_picture(lesson, card.id), world)
            return Turn(turn.learner, (*shown, *turn.replies), turn.facts)
        return turn
    match intent:
        case Intent.NEXT:
            return _read(learner, lesson, card, world)
        case Intent.SKIP:
            return _after_card(learner, lesson, card, world, say(learner, world, "lesson.skip"))
        case Intent.DONT_KNOW if learner.lesson.stage == SIMPLE:
            return Turn(help.offered(learner))
        case Intent.DONT_KNOW:
            simple = Place(lesson.id, card.id, SIMPLE)
            return Turn(change(learner, lesson=simple))
        case _:
            return None


def pretend(learner: Learner, world: World) -> bool:
    lesson, card = _open(learner, world)
    asks = card.question is not None
    return asks and item.kind_of(_asking(learner, lesson, card, world)).pretend


def _open(learner: Learner, world: World) -> tuple[Lesson, Card]:
    lesson = lessons(learner, world)[learner.lesson.lesson]
    card = lesson.card(learner.lesson.card)
    assert card is not None, "underfoot.settle() runs before every screen"
    return lesson, card


def _asking(learner: Learner, lesson: Lesson, card: Card, world: World) -> Asking:
    return Asking(card.question, f"{lesson.id}/{card.id}", learner.lesson, learner, world)


def _card(learner: Learner, card: Card, world: World) -> tuple[Reply, ...]:
    """What the card says; for a slow learner a sentence a message, two at a time."""
    text = fill(card.say or "", learner.pronouns)
    go_on = (option(learner, world, "next"),)
    if not learner.slow:
        return (Reply(text, go_on),)
    first = _said(learner)
    *before, last = sentences(text)[first : first + _SENTENCES_AT_ONCE] or [text]
    return (*map(Reply, before), Reply(last, go_on))


def _said(learner: Learner) -> int:
    """How many sentences of the open card a slow learner has had."""
    return int(learner.lesson.picked) if learner.lesson.picked.isdigit() else 0


def _read(learner: Learner, lesson: Lesson, card: Card, world: World) -> Turn:
    """«Tiếp»: the rest of the card for a slow learner, else what comes after it."""
    said = _said(learner) + _SENTENCES_AT_ONCE
    is_simple = learner.lesson.stage == SIMPLE
    if learner.slow and not is_simple and said < len(sentences(card.say or "")):
        return Turn(change(learner, lesson=Place(lesson.id, card.id, picked=str(said))))
    return _after_card(learner, lesson, card, world)


def _simple(learner: Learner, lesson: Lesson, card: Card, world: World) -> tuple[Reply, ...]:
    """The card in other words: its picture, its hard words in plain ones, or its gist."""
    said = fill(card.say or "", learner.pronouns)
    plain = glossary.plain_words(learner, said, world)
    gist = _gist(said, fill(lesson.recap, learner.pronouns)) or lesson.objective
    text = wording(learner, world, "lesson.simple").replace("{plain}", plain or gist)
    shown = drawn(learner, nearest_picture(lesson, card.id), world)
    return (*shown, Reply(text, (option(learner, world, "next"), option(learner, world, "person"))))


def _gist(said: str, recap: str) -> str:
    """The sentence of the recap that shares most words with what was said; "" when none."""
    words = set(fold(said).split())
    shared = [(len(words & set(fold(one).split())), one) for one in sentences(recap)]
    most, gist = max(shared, default=(0, ""))
    return gist if most > 1 else ""


def _taken(heard: Heard, lesson: Lesson, card: Card, world: World) -> Turn:
    """The item stays open at its new place, or it is over and the lesson goes on."""
    if heard.place is not None:
        return Turn(change(heard.learner, lesson=heard.place), heard.said, heard.facts)
    turn = _after_card(heard.learner, lesson, card, world, *heard.said)
    learner = help.offered(turn.learner) if heard.stuck else turn.learner
    return Turn(learner, turn.replies, (*heard.facts, *turn.facts), ask=turn.ask)


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


SCREEN = Screen(show, choose, hear, wish, pretend)
