"""Whatever arrives, in whatever order: a kind way on, the place kept, the same again."""

from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.events import (
    BadPress,
    Body,
    Event,
    Media,
    Press,
    Start,
    Text,
    TicketRefused,
    TicketUsed,
    Told,
)
from bot.conversation.learner import Learner, Place, spelt_out
from bot.conversation.open_question import live_options
from bot.conversation.replies import Attempt, EraseMe, Reply, as_text
from bot.conversation.step import step
from bot.conversation.world import World
from tests.play import Talk, shelf

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
WORDS = [
    "1",
    "2",
    "3",
    "4",
    "7",
    "8",
    "9",
    "0",
    "5",
    "dong y",
    "bác",
    "phai",
    "không",
    "dung",
    "dừng",
    "tiep",
    "ok",
    "quay lại",
    "nhac lai",
    "cham thoi",
    "nghe",
    "giup",
    "menu",
    "english",
    "tiếng việt",
    "xoa du lieu",
    "toi bi lua",
    "chay nha",
    "khó thở",
    "hong gai",
    "sang",
    "khong nhac",
    "chuc ca nha ngu ngon",
    "dd",
    "2 1 3",
    "nut nguon",
    "asdkj",
    "123456",
    "ma 123456",
    "0912345678901",
    "http://x.y",
    "cảm ơn cháu",
    "gui loi cam on",
    "mời bạn học",
    "gửi cho mình",
    "học lại từ đầu",
    "đổi cách gọi",
    "gọi tôi là bà",
    "hoc",
    "mai",
    "k hiu",
    "👍",
    "k hieu",
    "vuon",
    "otp la gi",
    "tu nay la gi",
    "on mot cau",
    "tap lai",
    "xong",
    "1 3",
    "tap ho swipe",
    "\ud800",
    "\x00",
    "\u202e\u200b",
    "e\u0301\u0301\u0301\u0301\u0301",
    "",
    " ",
]
BODIES: st.SearchStrategy[Body] = st.one_of(
    st.sampled_from(WORDS).map(Text),
    st.text(max_size=40).map(Text),
    st.builds(
        Press,
        st.integers(0, 60),
        st.sampled_from(
            ["next", "a", "b", "agree", "skip", "true", "0", "1", "learn", "list", "done", "zzz"]
        ),
    ),
    st.just(BadPress()),
    st.builds(
        Media,
        st.sampled_from(["photo", "voice", "sticker", "location", "file", "forwarded", "other"]),
    ),
    st.sampled_from(["", "abcdef"]).map(Start),
    st.just(Told("thanks", "bac")),
    st.just(TicketUsed("invite", "somebody")),
    st.just(TicketRefused()),
)
# A number stands for a press on the newest question, the way most turns really go; a span of
# time for an absence.
AWAY = st.sampled_from([timedelta(hours=9), timedelta(days=1), timedelta(days=9)])
MOVES = st.lists(st.one_of(BODIES, st.integers(1, 4), st.integers(1, 4), AWAY), max_size=60)
Move = Body | int | timedelta


def _tell(talk: Talk, move: Move) -> tuple[Reply, ...]:
    if isinstance(move, timedelta):
        talk.now += move
        return ()
    if isinstance(move, int):
        options = live_options(talk.learner, World(talk.shelf, talk.now, b""))
        option = options[(move - 1) % len(options)]
        return talk.tell(Press(talk.learner.asked, option.id)).replies
    return talk.tell(move).replies


@settings(max_examples=200, deadline=None)
@given(MOVES, st.sampled_from(["", "kinds"]))
def test_nothing_a_learner_does_breaks_the_conversation(moves: list[Move], lessons: str) -> None:
    talk = Talk(shelf=shelf(lessons))
    for move in moves:
        before = talk.learner
        replies = _tell(talk, move)
        assert len(replies) <= 4
        assert all(len(as_text(reply)) <= 2000 for reply in replies)
        assert not any("{{" in reply.text or "{" in reply.text for reply in replies)
        # There is always a way on, and it can be pressed.
        assert live_options(talk.learner, World(talk.shelf, talk.now, b""))
        # What was learnt stays, unless the learner asks to start again or to be forgotten.
        started_again = before.screen in ("settings", "erase")
        assert started_again or set(before.done) <= set(talk.learner.done)
        assert len(msgspec.json.encode(talk.learner)) <= 1024


@settings(max_examples=60, deadline=None)
@given(MOVES)
def test_the_same_events_give_the_same_turns(moves: list[Move]) -> None:
    first, second = Talk(), Talk()
    for move in moves:
        assert _tell(first, move) == _tell(second, move)
    assert first.learner == second.learner


ASKED = Place(lesson="L0105", card="q1")
IN_LESSON = Learner(
    id="learner-1",
    consent="yes",
    pronouns="bac",
    ward="06685",
    hour="08:00",
    screen="lesson",
    lesson=ASKED,
    turn=5,
    asked=5,
)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="qwzxvkj", min_size=3, max_size=30))
def test_an_unreadable_answer_is_never_marked(text: str) -> None:
    turn = step(IN_LESSON, Event(NOW, Text(text)), World(shelf(), NOW, b""))
    assert not [fact for fact in turn.facts if isinstance(fact, Attempt) and not fact.correct]
    assert turn.learner.lesson == ASKED


@given(st.integers(0, 100).filter(lambda turn: turn != 5), st.sampled_from("abc"))
def test_a_press_on_an_old_question_changes_nothing(turn: int, option: str) -> None:
    pressed = step(IN_LESSON, Event(NOW, Press(turn, option)), World(shelf(), NOW, b""))
    assert not pressed.facts
    assert pressed.learner.lesson == ASKED
    assert pressed.learner.asked == IN_LESSON.asked


def test_a_double_press_counts_once() -> None:
    press = Event(NOW, Press(5, "a"))
    first = step(IN_LESSON, press, World(shelf(), NOW, b""))
    second = step(first.learner, press, World(shelf(), NOW, b""))
    assert [type(fact) for fact in first.facts] == [Attempt]
    assert not second.facts
    assert second.learner.lesson == first.learner.lesson


def test_a_changed_message_is_no_answer_but_its_danger_counts() -> None:
    for words, screen in (("1", "lesson"), ("toi vua chuyen tien cho no roi", "danger")):
        event = Event(NOW, Media("edited", words))
        turn = step(IN_LESSON, event, World(shelf(), NOW, b""))
        assert not [fact for fact in turn.facts if isinstance(fact, Attempt)]
        assert turn.learner.screen == screen


def test_before_consent_nothing_else_is_kept() -> None:
    talk = Talk()
    for word in ("xin chào", "bác", "hong gai", "sang", "1234", "dừng đã"):
        talk.tell(Text(word))
    kept = spelt_out(msgspec.json.encode(talk.learner))
    assert set(kept) <= {"id", "turn", "asked", "misses", "screen", "stopped", "place", "guess"}


def test_erasing_leaves_nobody() -> None:
    talk = Talk(IN_LESSON)
    talk.tell(Text("xóa dữ liệu"))
    turn = talk.tell(Text("1"))
    assert turn.requests == (EraseMe(),)
    assert talk.learner == Learner(id="learner-1")
