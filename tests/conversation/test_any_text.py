"""Any text at all: nothing breaks, nothing takes long, and noise is never a wrong answer."""

import time
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rapidfuzz.distance.OSA import distance

from bot.conversation.events import Event, Text
from bot.conversation.folding import LONGEST, clean, fold
from bot.conversation.learner import Learner, Place, change
from bot.conversation.open_question import live_options
from bot.conversation.replies import Attempt, Turn
from bot.conversation.step import step
from bot.conversation.understand import (
    Choice,
    Chosen,
    OutOfRange,
    Unread,
    Unsure,
    is_secret,
    read_choice,
    read_exactly,
)
from bot.conversation.world import World
from tests.play import NINE, shelf

WORLD = World(shelf(), NINE, b"0" * 16)
KNOWN = Learner(
    id="learner-1",
    turn=5,
    asked=5,
    pronouns="bac",
    ward="06685",
    hour="08:00",
    consent="yes",
    screen="home",
)
LESSONS = shelf().library.lessons["vi"]
QUESTIONS = [
    change(KNOWN, screen="lesson", lesson=Place(lesson.id, card.id))
    for lesson in LESSONS.values()
    for card in lesson.cards
    if card.ask is not None
]
PLACES = [
    *QUESTIONS,
    KNOWN,
    change(KNOWN, screen="help", place=Place(stage="offer")),
    change(KNOWN, screen="danger", place=Place(stage="scam")),
    change(KNOWN, screen="settings", place=Place(stage="ward")),
    change(KNOWN, screen="settings", place=Place(stage="hour")),
    change(KNOWN, screen="stop", stopped=True),
    Learner(id="learner-1", turn=5, asked=5),
]
# Words that stand in no option, mean no number, and are near neither.
NOISE = ["zxq", "wkrt", "vvbn", "xqzj", "qqwz", "jkzv", "bzzx", "pfft", "krzw", "zzxxw"]
# Words that name an option by its place, its letter or its truth.
NAMING = {
    *"abcdđsf",
    "mot",
    "hai",
    "ba",
    "bon",
    "dau",
    "nhat",
    "nhi",
    "cuoi",
    "giua",
    "tren",
    "duoi",
}
NAMING |= {"dung", "sai", "phai", "trung", "chuan", "co", "khong", "that", "nham", "lech"}
NAMING |= {"one", "two", "three", "first", "second", "third", "last", "middle", "top", "bottom"}
NAMING |= {"true", "false", "right", "wrong", "correct", "yes", "no"}
LESSON_WORDS = sorted(
    {
        word
        for lesson in LESSONS.values()
        for card in lesson.cards
        for word in (card.say or "").split()
        if "{" not in word and fold(word) not in NAMING and not any(map(str.isdigit, word))
    }
)
# What makes trouble: invisible, turned round, half, stacked, in two parts, of other scripts.
ODD = "\x00\u200b\u200d\u202e\u2066\ud800\udfff\u0301\u0323\u0302\ufeff\ufe0f\u3000İßﬁ㏂٣२①漢ก็"


def answer(learner: Learner, text: str) -> Turn:
    return step(learner, Event(NINE, Text(text)), WORLD)


def marked_wrong(turn: Turn) -> bool:
    return any(isinstance(fact, Attempt) and not fact.correct for fact in turn.facts)


@given(st.sampled_from(QUESTIONS), st.lists(st.sampled_from(NOISE), min_size=1, max_size=9))
def test_noise_is_asked_about_and_never_wrong(learner: Learner, noise: list[str]) -> None:
    turn = answer(learner, " ".join(noise))
    assert not any(isinstance(fact, Attempt) for fact in turn.facts)
    assert turn.learner.lesson == learner.lesson
    assert turn.replies


@given(st.sampled_from(QUESTIONS), st.text(max_size=60))
def test_what_shares_nothing_with_an_option_is_never_wrong(learner: Learner, text: str) -> None:
    labels = " ".join(fold(option.label) for option in live_options(learner, WORLD))
    said = fold(clean(text))
    named = any(len(word) == 1 or word in NAMING for word in said.split())
    digits = any(one.isdigit() for one in said)
    assume(not named and not digits and not set(said) & set(labels))
    assert not marked_wrong(answer(learner, text))


def test_words_put_together_by_chance_are_hardly_ever_marked() -> None:
    """What is far from the words of any option is asked. A row of words that makes sense by
    chance («lừa») may be what somebody says for one side, hence not never."""
    chance = Random(1)
    vocabulary, rows, marked = sorted(LESSON_WORDS), 2000, []
    for _ in range(rows):
        learner = chance.choice(QUESTIONS)
        said = chance.choices(vocabulary, k=chance.randint(1, 6))
        labels = [word for one in live_options(learner, WORLD) for word in fold(one.label).split()]
        far = [word for word in said if all(distance(fold(word), label) > 1 for label in labels)]
        if far and marked_wrong(answer(learner, " ".join(far))):
            marked.append((learner.lesson.lesson, learner.lesson.card, far))
    assert len(marked) <= 0.004 * rows, marked


@given(
    st.sampled_from(PLACES),
    st.lists(
        st.one_of(
            st.text(max_size=40),
            st.text(alphabet=ODD, max_size=40),
            st.sampled_from(
                ["không", "ừ", "dạ 2 ạ", "mất tiền rồi", "2 hay 3", "1.000.000 đ", "mã 482913"]
            ),
        ),
        max_size=12,
    ).map(" ".join),
)
def test_any_text_is_answered(learner: Learner, text: str) -> None:
    turn = answer(learner, text)
    assert turn.learner.id == learner.id
    for reply in turn.replies:
        reply.text.encode("utf-8")  # no half of a surrogate comes back


@given(
    st.integers(0, 10**9), st.sampled_from(["{}", "câu {}", "dạ {} ạ", "số {} nhé", "{} cháu ạ"])
)
def test_digits_are_never_guessed(number: int, frame: str) -> None:
    choices = tuple(Choice(one, one * 3) for one in ("xe", "yo", "zu"))
    reading = read_choice(frame.format(number), choices, shelf().words)
    if 1 <= number <= 3:
        assert reading == Chosen(("xe", "yo", "zu")[number - 1])
    elif len(set(str(number))) == 1 and 1 <= number % 10 <= 3:
        assert isinstance(reading, Unsure)  # a key held too long
    else:
        assert isinstance(reading, OutOfRange | Unread)


@given(st.integers(1, 3), st.sampled_from("0123456789"))
def test_a_digit_more_is_another_number(number: int, other: str) -> None:
    assume(other != str(number))
    choices = tuple(Choice(one, one * 3) for one in ("xe", "yo", "zu"))
    assert read_exactly(f"{number}{other}", choices, shelf().words) is None


@given(st.integers(1000, 10**12))
def test_long_numbers_are_kept_nowhere(number: int) -> None:
    turn = answer(KNOWN, f"mã là {number}")
    assert turn.secret
    assert turn.learner == change(KNOWN, turn=6, seen_min=turn.learner.seen_min)
    assert not any(str(number) in reply.text for reply in turn.replies)


@pytest.mark.parametrize(
    "text",
    [
        "100 nghìn",
        "100.000 đồng",
        "2",
        "3 triệu",
        "19h30",
        "7 giờ 30 tối",
        "20/11/2026",
        "năm 1950",
        "1 2 3",
        "321",
        "2,4 triệu",
        "bài 10",
    ],
)
def test_numbers_that_answer_are_no_secrets(text: str) -> None:
    assert not is_secret(text, 3, shelf().words)


def _filled(piece: str) -> str:
    return (piece * (LONGEST // len(piece) + 1))[:LONGEST]


LONG = [
    _filled(piece)
    for piece in [
        *("a", "a ", "1", "12 345 ", "1-2-3-", "e\u0301", "\u0301", "\x00a ", "\ud800", "👍🏽 "),
        *("không ", "à nhầm ", "2 hay 3 ", "nút nguồn ", "nutnguon", "khoongj ", "tiền ", ". "),
        *("nó bảo chuyển tiền cho công an ", "bác nó con tiền mã tài khoản đang gọi ", "mã "),
        *("mật khẩu ", "mk a", "a.com/", "1.000.000 đ ", "漢字", "ก็", "\u200bnút\u202e ", "(((("),
    ]
]


def _milliseconds(work: Callable[[], object]) -> float:
    start = time.thread_time()
    work()
    return (time.thread_time() - start) * 1000


def test_the_longest_texts_are_answered_in_time() -> None:
    """Nothing hangs; how long they really take is measured by `benchmarks/reading.py` (P20)."""
    took = sorted(
        _milliseconds(lambda place=place, text=text: answer(place, text))  # type: ignore[misc]
        for place in (QUESTIONS[0], *PLACES[-7:])
        for text in LONG
    )
    assert took[-1] <= 2000
