"""Which lesson comes next, and where a place still is after the lessons changed."""

from bot.conversation.learner import Learner, Place, change, resume
from bot.conversation.world import World
from lessons.model import Card, Choose, Lesson, Question, RealTask, TrueFalse

RECAP = "recap"
EASY_KINDS = (Choose, TrueFalse)  # one press answers them


def lessons(learner: Learner, world: World) -> dict[str, Lesson]:
    """Every written lesson in the learner's language, in teaching order."""
    library = world.shelf.library
    return library.lessons.get(learner.language) or library.lessons.get("vi", {})


def course_of(learner: Learner, world: World) -> str:
    """The course being followed, else that of the lesson last finished, else the first."""
    written, courses = lessons(learner, world), _courses(learner, world)
    if learner.course in courses:
        return learner.course
    done = (written[one].course for one in reversed(learner.done) if one in written)
    return next(done, next(iter(courses), ""))


def course_lessons(learner: Learner, world: World, course: str) -> list[Lesson]:
    """The written lessons of one course, in teaching order."""
    return _courses(learner, world).get(course, [])


def _courses(learner: Learner, world: World) -> dict[str, list[Lesson]]:
    """Every course with its written lessons, in teaching order."""
    taught = world.shelf.library.taught
    return taught.get(learner.language) or taught.get("vi", {})


def next_lesson(learner: Learner, world: World) -> Lesson | None:
    """What to learn next, or None when every written lesson is done."""
    following = _following(learner, world)
    return following[1] if following else None


def _following(learner: Learner, world: World) -> tuple[str, Lesson] | None:
    """The course to follow and its next lesson: a course to its end, then the next one.

    In a course it is the first lesson not done; what that stands on comes before it, where
    it is written and not done, even from another course.
    """
    courses = list(_courses(learner, world))
    here = course_of(learner, world)
    at = courses.index(here) if here in courses else 0
    for course in courses[at:] + courses[:at]:
        for lesson in course_lessons(learner, world, course):
            if lesson.id not in learner.done:
                return course, before_it(learner, lesson, world) or lesson
    return None


def before_it(learner: Learner, lesson: Lesson, world: World) -> Lesson | None:
    """The first lesson that this one stands on and that is not done; unwritten ones count
    as met. None when nothing is missing."""
    written = lessons(learner, world)
    for need in lesson.requires:
        if need in written and need not in learner.done:
            return before_it(learner, written[need], world) or written[need]
    return None


def begin(learner: Learner, lesson: Lesson, course: str = "") -> Learner:
    """The learner at the first card of that lesson, following its course or another."""
    place = Place(lesson=lesson.id, card=first_card(lesson).id)
    return resume(change(learner, lesson=place, course=course or lesson.course))


def begin_next(learner: Learner, world: World) -> Learner:
    """The learner at the next lesson, or at home when none is left."""
    following = _following(learner, world)
    if following is None:
        return resume(change(learner, lesson=Place()))
    course, lesson = following
    return begin(learner, lesson, course)


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


def nearest_picture(lesson: Lesson, card_id: str) -> Card | None:
    """The last picture before this card, else the first in the lesson."""
    at = lesson.places.get(card_id, len(lesson.cards))
    before = [card for card in lesson.cards[:at] if card.picture]
    return before[-1] if before else next((card for card in lesson.cards if card.picture), None)


def picture_before(lesson: Lesson, card_id: str) -> Card | None:
    """The picture that stands right before this card, if one does."""
    at = lesson.places.get(card_id, 0)
    before = lesson.cards[at - 1] if at else None
    return before if before is not None and before.picture else None


def reviewable(learner: Learner, world: World) -> list[str]:
    """The items of finished lessons that may be asked again ("L0102/q1"), newest first."""
    written = lessons(learner, world)
    return [
        f"{lesson_id}/{card_id}"
        for lesson_id in reversed(learner.done)
        if lesson_id in written
        for card_id in written[lesson_id].review
        if is_reviewed(written[lesson_id], card_id)
    ]


def easy_item(learner: Learner, world: World) -> str | None:
    """The item to greet with after a long time: one press answers it, if there is such."""
    items = reviewable(learner, world)
    easy = (item for item in items if isinstance(question_of(learner, item, world), EASY_KINDS))
    return next(easy, items[0] if items else None)


def question_of(learner: Learner, item: str, world: World) -> Question | None:
    """The question of an item's whole name; None when it is no longer there."""
    lesson_id, _, card_id = item.partition("/")
    lesson = lessons(learner, world).get(lesson_id)
    card = lesson.card(card_id) if lesson else None
    return card.question if card else None


def is_reviewed(lesson: Lesson, card_id: str) -> bool:
    """Does the lesson want that card's question asked again? A task once done is done."""
    card = lesson.card(card_id) if card_id in lesson.review else None
    question = card.question if card else None
    return question is not None and not isinstance(question, RealTask)
