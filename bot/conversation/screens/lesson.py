"""The lesson: one card at a time, questions on the way, a recap and the garden at the end.

A first wrong answer gets its own reason and the same choices; a second gets the right
answer to press once; nothing ever blocks, and nothing unreadable is marked.
Comes from: welcome, home. Leads to: itself, home. Wording: `lesson.*`.
Source: learner-experience.md H1, W1–W3, F3; curriculum.md section 2.
"""

from bot.conversation.curriculum import RECAP, lessons, neighbour, picture_before
from bot.conversation.kinds import KINDS
from bot.conversation.kinds.base import Asked, Asking, Marked, Nearly, Outcome, Picked
from bot.conversation.learner import Learner, Place, change, resume
from bot.conversation.replies import Attempt, Milestone, Option, Reply, Turn
from bot.conversation.screens.base import Screen
from bot.conversation.speech import fill, option, say, sentences, wording
from bot.conversation.understand import Choice, Chosen, Intent, read_choice
from bot.conversation.world import World
from lessons.model import Card, Choose, Lesson

DO = "do"  # the stage after two misses: the answer is shown, to be pressed once
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
        return shown + _card(learner, card, world)
    asked = _asked(learner, lesson, card, world)
    return (*shown, Reply(asked.text, asked.options))


def choose(learner: Learner, option_id: str, world: World) -> Turn | None:
    lesson, card = _open(learner, world)
    if option_id == "next" and (card.question is None or learner.lesson.stage == DO):
        return _after_card(learner, lesson, card, world)
    if card.question is None:
        return None
    if option_id == "skip":
        return _skipped(learner, lesson, card, world)
    asking = _asking(learner, lesson, card, world)
    if learner.lesson.stage == DO:
        return _after_second_miss(learner, option_id, asking, lesson, card)
    outcome = KINDS[type(card.question)].choose(asking, option_id)
    return _after(outcome, asking, lesson, card) if outcome else None


def hear(learner: Learner, said: str, world: World) -> Turn | None:
    lesson, card = _open(learner, world)
    if card.question is None:
        return None
    asking = _asking(learner, lesson, card, world)
    if learner.lesson.stage == DO:
        # The number or words of the full list still point at the answer shown.
        full = _options_before(learner, asking, card)
        reading = read_choice(said, full, world.shelf.words)
        if isinstance(reading, Chosen):
            return _after_second_miss(learner, reading.id, asking, lesson, card)
        return None
    outcome = KINDS[type(card.question)].hear(asking, said)
    return _after(outcome, asking, lesson, card) if outcome else None


def wish(learner: Learner, intent: Intent, world: World) -> Turn | None:
    lesson, card = _open(learner, world)
    match intent:
        case Intent.NEXT if card.question is None or learner.lesson.stage == DO:
            return _after_card(learner, lesson, card, world)
        case Intent.BACK:
            before = neighbour(lesson, card.id, -1)
            if before is None:
                return Turn(learner, (say(learner, world, "lesson.first_card"),))
            return Turn(_at(learner, lesson, before.id))
        case Intent.SKIP:
            return _skipped(learner, lesson, card, world)
        case Intent.DONT_KNOW if card.question is None:
            return Turn(learner, (say(learner, world, "lesson.slowly"),))
        case Intent.DONT_KNOW if card.question is not None:
            hint = fill(card.question.hint, learner.pronouns)
            easier = say(learner, world, "lesson.easier", hint=hint)
            return Turn(change(learner, misses=2), (easier,))
        case Intent.START_AGAIN:
            first = next(one for one in lesson.cards if not one.picture)
            return Turn(_at(learner, lesson, first.id), (say(learner, world, "lesson.again"),))
        case _:
            return None


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


def _card(learner: Learner, card: Card, world: World) -> tuple[Reply, ...]:
    text = fill(card.say or "", learner.pronouns)
    go_on = (option(learner, world, "next"),)
    if not learner.slow:
        return (Reply(text, go_on),)
    parts = sentences(text)
    first, last = parts[:_MOST_BEFORE_CARD], " ".join(parts[_MOST_BEFORE_CARD:])
    if not last:
        first, last = parts[:-1], parts[-1]
    return (*(Reply(part) for part in first), Reply(last, go_on))


def _asked(learner: Learner, lesson: Lesson, card: Card, world: World) -> Asked:
    assert card.question is not None, "only questions are asked"
    asking = _asking(learner, lesson, card, world)
    kind = KINDS[type(card.question)]
    if learner.lesson.stage != DO:
        return kind.show(asking)
    answer = kind.answer(asking)
    key = "lesson.do" if isinstance(card.question, Choose) else "lesson.see"
    explain = fill(card.question.explain, learner.pronouns)
    text = wording(learner, world, key).replace("{answer}", answer).replace("{explain}", explain)
    shown = (
        Option(_correct_id(card.question), answer)
        if isinstance(card.question, Choose)
        else option(learner, world, "next")
    )
    return Asked(" ".join(text.split()), (shown,))


def _options_before(learner: Learner, asking: Asking, card: Card) -> tuple[Choice, ...]:
    if not isinstance(card.question, Choose):
        return ()
    fresh = change(learner, misses=0)
    asked = KINDS[Choose].show(
        Asking(asking.question, asking.item, asking.place, fresh, asking.world)
    )
    return tuple(Choice(one.id, one.label) for one in asked.options)


def _correct_id(question: Choose) -> str:
    return next(one.id for one in question.options if one.correct)


def _after(outcome: Outcome, asking: Asking, lesson: Lesson, card: Card) -> Turn:
    learner, world, place = asking.learner, asking.world, asking.place
    match outcome:
        case Picked(picked):
            return Turn(_place(learner, picked=picked))
        case Nearly(feedback) if not place.tries:
            return Turn(_place(learner, tries=1), (Reply(feedback),))
        case Nearly(feedback):
            attempt = Attempt(asking.item, False, place.tries + 1)
            turn = _after_card(learner, lesson, card, world, Reply(feedback))
            return Turn(turn.learner, turn.replies, (attempt, *turn.facts), ask=turn.ask)
        case Marked(correct=True, feedback=feedback):
            facts: tuple[Attempt | Milestone, ...] = (Attempt(asking.item, True, place.tries + 1),)
            milestone = getattr(asking.question, "milestone", None)
            if milestone:
                facts = (*facts, Milestone(milestone))
            turn = _after_card(learner, lesson, card, world, Reply(feedback))
            return Turn(turn.learner, turn.replies, (*facts, *turn.facts), ask=turn.ask)
        case Marked(feedback=feedback):
            attempt = Attempt(asking.item, False, place.tries + 1)
            said = (Reply(feedback),)
            if place.tries:
                return Turn(_place(learner, stage=DO, tries=2), said, (attempt,))
            return Turn(_place(learner, tries=1), said, (attempt,))


def _after_second_miss(
    learner: Learner, option_id: str, asking: Asking, lesson: Lesson, card: Card
) -> Turn | None:
    if not isinstance(card.question, Choose) or option_id != _correct_id(card.question):
        return None
    said = say(learner, asking.world, "lesson.did")
    return _after_card(learner, lesson, card, asking.world, said)


def _skipped(learner: Learner, lesson: Lesson, card: Card, world: World) -> Turn:
    said = getattr(card.question, "feedback_skip", "")
    reply = Reply(fill(said, learner.pronouns)) if said else say(learner, world, "lesson.skip")
    return _after_card(learner, lesson, card, world, reply)


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


def _place(
    learner: Learner, *, stage: str = "", tries: int | None = None, picked: str = ""
) -> Learner:
    place = learner.lesson
    kept = place.tries if tries is None else tries
    return change(learner, lesson=Place(place.lesson, place.card, stage, kept, picked))


SCREEN = Screen(show, choose, hear, wish)
