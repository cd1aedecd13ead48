"""What is remembered of one item, and when it comes back: FSRS, by the `fsrs` library.

Pure: the day is handed in with every call. A bare `Card()` of the library would read the
clock and sleep, so a card is always made with its number and its moments, here alone.
Ratings, and how a day follows from a stability: docs/decisions/0005-review-by-fsrs.md.
"""

from datetime import datetime

import msgspec
from fsrs import Card, Rating, Scheduler, State

from bot.conversation.days import at_second

__all__ = ["Memory", "Rating", "due_on", "last_on", "passed_over", "rated"]

MOST_DAYS = 365  # nothing stays away for longer than a year
MOST_DAYS_SAFETY = 60  # what keeps people safe never leaves the cycle (curriculum.md 1.4)
_SLIPPED, _HELD = 10, 11  # tenths of a day
_MOST_TENTHS = 10 * 10 * MOST_DAYS
_DAYS, _GRADES = 10_000, 10  # room for the day, up to the year 2053, and for the difficulty
_FSRS = Scheduler(
    learning_steps=(), relearning_steps=(), maximum_interval=MOST_DAYS, enable_fuzzing=False
)


class Memory(msgspec.Struct, frozen=True):
    """What is remembered of one item, all whole numbers.

    stability: tenths of days until nine in ten still know it; at most a day (10) where it
    slipped the last time, so that it comes back the next day. difficulty: 1 to 10.
    on: the number of the day on which it was last asked.
    """

    stability: int
    difficulty: int
    on: int

    @classmethod
    def of(cls, number: int) -> "Memory":
        """The memory that a document holds as that number."""
        rest, on = divmod(number, _DAYS)
        stability, grade = divmod(rest, _GRADES)
        return cls(stability, grade + 1, on)

    @property
    def number(self) -> int:
        """As it is written down: one number, stability first, for a document has little room."""
        on = max(0, min(self.on, _DAYS - 1))
        return (self.stability * _GRADES + self.difficulty - 1) * _DAYS + on

    @property
    def slipped(self) -> bool:
        return self.stability <= _SLIPPED


def rated(before: Memory | None, rating: Rating, today: int) -> Memory:
    """The memory after an answer; `before` is None for an item met for the first time."""
    if before and before.slipped and before.on == today and rating != Rating.Again:
        return before  # the answer was shown a moment ago: it still comes back tomorrow
    card, _ = _FSRS.review_card(_card(before, today), rating, _midnight(today))
    assert card.stability is not None, "a reviewed card has one"
    assert card.difficulty is not None, "a reviewed card has one"
    tenths = max(1, min(round(10 * card.stability), _MOST_TENTHS))
    tenths = min(tenths, _SLIPPED) if rating == Rating.Again else max(tenths, _HELD)
    return Memory(tenths, round(card.difficulty), today)


def passed_over(before: Memory, today: int) -> Memory:
    """Passed over today: what is known of it stays, and it comes back as late as before."""
    return msgspec.structs.replace(before, on=today)


def due_on(number: int, *, is_safety: bool) -> int:
    """The number of the day on which the item is asked again, of a memory as written down."""
    stability, on = number // (_DAYS * _GRADES), number % _DAYS
    return on + min(max(1, round(stability / 10)), MOST_DAYS_SAFETY if is_safety else MOST_DAYS)


def last_on(number: int) -> int:
    """The number of the day on which the item was last asked."""
    return number % _DAYS


def _card(before: Memory | None, today: int) -> Card:
    if before is None:
        return Card(card_id=0, due=_midnight(today))
    last = min(before.on, today)  # a clock that ran ahead and came back
    return Card(
        card_id=0,
        state=State.Review,
        stability=before.stability / 10,
        difficulty=float(before.difficulty),
        due=_midnight(today),
        last_review=_midnight(last),
    )


def _midnight(number: int) -> datetime:
    return at_second(number, 0)
