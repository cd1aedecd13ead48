"""What a new version of the lessons means for people in the middle of the old one. Pure.

marks: a short sum of every question as it reads now, so that an answer to what it was
before is not taken for an answer to what it is. gone: for a card that was taken out,
the card that comes next. Source: promises.md P19.
"""

from zlib import crc32

import msgspec

from lessons.model import Card, Lesson

Gone = dict[str, dict[str, str]]
_BITS = 0xFFFFFF  # six digits more or less in the learner's document

_JSON = msgspec.json.Encoder()


def marks(lessons: dict[str, dict[str, Lesson]]) -> dict[str, dict[str, int]]:
    """Language -> item ("L0105/q1") -> mark, never 0."""
    return {
        language: {
            f"{lesson.id}/{card.id}": 1 + crc32(_JSON.encode(card.question)) % _BITS
            for lesson in written.values()
            for card in lesson.cards
            if card.question is not None
        }
        for language, written in lessons.items()
    }


def gone(before: Gone, old: dict[str, Lesson], new: dict[str, Lesson]) -> Gone:
    """Lesson -> card that is gone -> the card to go on with. before: as it was for `old`."""
    found: Gone = {}
    for name, lesson in new.items():
        was = old.get(name)
        if was is None or was == lesson:
            moved = before.get(name, {})
        else:
            moved = _moved(before.get(name, {}), was, lesson)
        if moved:
            found[name] = moved
    return found


def _moved(before: dict[str, str], was: Lesson, lesson: Lesson) -> dict[str, str]:
    here = {card.id: card for card in lesson.cards}
    order = [card.id for card in was.cards]
    moved = {name: _next(name, order, here) for name in order if name not in here}
    for name, then in before.items():
        if name not in here:
            moved[name] = then if then in here else moved.get(then, _last(here))
    return moved


def _next(name: str, order: list[str], here: dict[str, Card]) -> str:
    """The first card after it in the old order that is still here and is no picture."""
    after = order[order.index(name) + 1 :]
    return next((one for one in after if one in here and not here[one].picture), _last(here))


def _last(here: dict[str, Card]) -> str:
    return next((name for name in reversed(here) if not here[name].picture), next(iter(here)))
