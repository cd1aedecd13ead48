"""What is remembered, when it comes back, and how little room it takes."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from fsrs import Card, Rating, Scheduler
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import reviewing
from bot.conversation.days import at_second, day_number
from bot.conversation.events import Text
from bot.conversation.learner import Learner, Nudges, Place, PutOff, Tally, change
from bot.conversation.memory import Memory, due_on, last_on, passed_over, rated
from bot.conversation.world import World
from tests.play import NINE, Talk, shelf
from tests.studying import answer

TODAY = day_number(NINE)
RATINGS = st.sampled_from([Rating.Again, Rating.Hard, Rating.Good])


def _world(day: int = TODAY) -> World:
    return World(shelf(), at_second(day, 9 * 3600), b"")


@given(st.lists(st.tuples(RATINGS, st.integers(1, 90)), min_size=1, max_size=12))
def test_the_day_due_is_the_librarys(answers: list[tuple[Rating, int]]) -> None:
    """Where nothing slipped, the day is that of the library, but for what rounding costs."""
    plain = Scheduler(
        learning_steps=(), relearning_steps=(), maximum_interval=365, enable_fuzzing=False
    )
    card, known, day = Card(card_id=0, due=at_second(0, 0)), None, 0
    for rating, later in answers:
        card, _ = plain.review_card(card, rating, at_second(day, 0))
        known = rated(known, rating, day)
        if known.slipped:
            assert due_on(known.number, is_safety=False) == day + 1
            return
        far = (card.due - at_second(day, 0)).days
        # Tenths of days and whole difficulties are kept: the roundings add up to a sixth.
        assert due_on(known.number, is_safety=False) - day == pytest.approx(far, rel=0.2, abs=2)
        day += later


@given(st.lists(st.tuples(RATINGS, st.integers(0, 400)), min_size=1, max_size=30))
def test_safety_never_leaves_the_cycle(answers: list[tuple[Rating, int]]) -> None:
    known, day = None, 0
    for rating, later in answers:
        known = rated(known, rating, day)
        assert 1 <= due_on(known.number, is_safety=True) - day <= 60
        assert 1 <= due_on(known.number, is_safety=False) - day <= 365
        assert known.slipped is (rating is Rating.Again) or known.on == day
        day += later


def test_what_slipped_comes_back_the_next_day_however_well_it_was_known() -> None:
    known = rated(Memory(3000, 3, 0), Rating.Again, 200)
    assert known.slipped
    assert due_on(known.number, is_safety=False) == 201
    # The answer was shown a moment ago: pressing it today proves nothing.
    assert rated(known, Rating.Good, 200) == known
    assert not rated(known, Rating.Good, 201).slipped


def test_passing_over_keeps_what_is_known() -> None:
    assert passed_over(Memory(40, 5, 10), 14) == Memory(40, 5, 14)


@given(st.builds(Memory, st.integers(1, 36_500), st.integers(1, 10), st.integers(0, 9999)))
def test_a_memory_is_one_number_in_the_document(known: Memory) -> None:
    assert Memory.of(known.number) == known
    assert last_on(known.number) == known.on
    # A clock before the first day or after the last says no nonsense.
    assert Memory.of(msgspec.structs.replace(known, on=-3650).number).on == 0


def _asked(**place: int) -> Talk:
    """A learner to whom L0105/q1 is open in its lesson."""
    return Talk(
        Learner(
            id="l",
            consent="yes",
            pronouns="bac",
            ward="06685",
            hour="none",
            screen="lesson",
            lesson=Place(lesson="L0105", card="q1", **place),
            turn=5,
            asked=5,
        )
    )


def _answered(right: tuple[bool, ...], hint: bool = False) -> Memory | None:
    """The memory of that item after these answers."""
    talk = _asked()
    if hint:
        talk.tell(Text("k hieu"))
    for one in right:
        talk.tell(answer(talk.learner, _world(), right=one))
    number = talk.learner.memory.get("L0105", {}).get("q1")
    return Memory.of(number) if number else None


@pytest.mark.parametrize(
    ("right", "hint", "rating"),
    [
        ((True,), False, Rating.Good),
        ((True,), True, Rating.Hard),
        ((False, True), False, Rating.Hard),
        ((False, False), False, Rating.Again),
        ((False,), False, None),  # the same choices are still open
    ],
)
def test_the_rating_follows_tries_and_hints(
    right: tuple[bool, ...], hint: bool, rating: Rating | None
) -> None:
    wanted = rated(None, rating, TODAY) if rating else None
    assert _answered(right, hint) == wanted


def test_leaving_after_a_miss_is_not_knowing() -> None:
    talk = _asked(tries=1)
    talk.tell(Text("bỏ qua"))
    assert Memory.of(talk.learner.memory["L0105"]["q1"]).slipped


def test_what_is_no_longer_taught_is_passed_over() -> None:
    known = Memory(20, 5, TODAY - 10).number
    gone = {"L0101": {"q1": known, "q9": known}, "L9999": {"q1": known}}
    learner = Learner(consent="yes", done=("L0101",), memory=gone)
    assert reviewing.due(learner, _world()) == ["L0101/q1"]
    after = reviewing.remember(learner, "L0101/q1", Rating.Good, _world())
    assert set(after.memory["L0101"]) == {"q1"}  # its lesson drops it with the next answer
    assert reviewing.due(after, _world()) == []


def test_an_open_item_that_left_its_lesson_is_left_kindly() -> None:
    gone = Place(lesson="L0101", card="q9")
    learner = change(_asked().learner, screen="review", place=gone, lesson=Place())
    turn = Talk(learner).tell(Text("1"))
    assert turn.replies[0].text.startswith("Câu này vừa được sửa")
    assert turn.learner.screen in ("review", "lesson", "home")
    assert not turn.facts


def test_the_longest_overdue_comes_first_and_of_two_what_keeps_safe() -> None:
    memory = {
        "L0101": {"q1": Memory(20, 5, TODAY - 4).number, "p1": Memory(20, 5, TODAY - 9).number},
        "L0901": {"q1": Memory(20, 5, TODAY - 4).number},
    }
    learner = Learner(consent="yes", memory=memory)
    assert reviewing.due(learner, _world()) == ["L0101/p1", "L0901/q1", "L0101/q1"]


def test_a_clock_that_ran_ahead_hides_nothing() -> None:
    ahead = {"L0101": {"q1": Memory(20, 5, TODAY + 3650).number}}
    learner = Learner(consent="yes", memory=ahead)
    assert reviewing.due(learner, _world()) == ["L0101/q1"]
    after = reviewing.remember(learner, "L0101/q1", Rating.Good, _world())
    assert last_on(after.memory["L0101"]["q1"]) == TODAY


def test_a_document_stays_small_after_ten_lessons() -> None:
    """Ten lessons in twenty days, reviews in between, now and then a miss."""
    talk = Talk(Learner(id="0123456789abcdef01234567"))
    talk.now = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    world = World(shelf(), talk.now, b"")
    turns, largest = 0, 0
    while len(talk.learner.done) < 10:
        talk.tell(answer(talk.learner, world, right=turns % 7 != 3))
        turns += 1
        if turns % 12 == 0:
            talk.now += timedelta(days=1)
            world = World(shelf(), talk.now, b"")
        largest = max(largest, len(msgspec.json.encode(talk.learner)))
        assert turns < 1000, talk.learner
    items = sum(len(one) for one in talk.learner.memory.values())
    assert items >= 25
    assert len(msgspec.json.encode(talk.learner.memory)) <= 18 * items
    fullest = change(
        talk.learner,
        lesson=Place("L0903", "q1", tries=1),
        put_off=PutOff("L0103/p1", 1000),
        nudges=Nudges(1000, 8, 1000, 1000, 1015),
        reviews=Tally(1000, 5),
    )
    # With its row and index entries (some 140 bytes more) it is under 1 KB.
    assert max(largest, len(msgspec.json.encode(fullest))) <= 850
