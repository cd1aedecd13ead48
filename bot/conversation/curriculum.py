"""Which lesson comes next, and where a place still is after the lessons changed."""

from bot.conversation.learner import Learner, Place, change, resume
from bot.conversation.world import World
from lessons.model import Card, Lesson

RECAP = "recap"


def lessons(learner: Learner, world: World) -> dict[str, Lesson]:
    """Every written lesson in the learner's language, in teaching order."""
    library = world.shelf.library
    return library.lessons.get(learner.language) or library.lessons.get("vi", {})


def next_lesson(learner: Learner, world: World) -> Lesson | None:
    """The first lesson not done whose written prerequisites are done."""
    written = lessons(learner, world)
    done = set(learner.done)
    for lesson in written.values():
        if lesson.id not in done and all(
            need in done or need not in written for need in lesson.requires
        ):
            return lesson
    return None


def begin(learner: Learner, lesson: Lesson) -> Learner:
    """The learner at the first card of that lesson."""
    return resume(change(learner, lesson=Place(lesson=lesson.id, card=first_card(lesson).id)))


def begin_next(learner: Learner, world: World) -> Learner:
    """The learner at the next lesson, or at home when none is left."""
    lesson = next_lesson(learner, world)
    return begin(learner, lesson) if lesson else resume(change(learner, lesson=Place()))


def first_card(lesson: Lesson) -> Card:
    """Where a lesson starts: a picture is shown together with the card after it."""
    return next((card for card in lesson.cards if not card.picture), lesson.cards[0])


def neighbour(lesson: Lesson, card_id: str, by: int) -> Card | None:
    """The next (+1) or the one before (-1) that is not a picture; None past the ends."""
    stops = [card for card in lesson.cards if not card.picture]
    ids = [card.id for card in stops]
    if card_id == RECAP:
        return stops[-1] if by < 0 else None
    at = ids.index(card_id) + by if card_id in ids else len(ids)
    return stops[at] if 0 <= at < len(stops) else None


def picture_before(lesson: Lesson, card_id: str) -> Card | None:
    """The picture that stands right before this card, if one does."""
    ids = [card.id for card in lesson.cards]
    at = ids.index(card_id) if card_id in ids else 0
    before = lesson.cards[at - 1] if at else None
    return before if before is not None and before.picture else None
