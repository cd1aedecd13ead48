"""Fake lines, role plays and real tasks: every way to answer, and what is never marked."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.events import Event, Press, Text
from bot.conversation.folding import fold
from bot.conversation.learner import Learner, Place, PutOff
from bot.conversation.open_question import live_options
from bot.conversation.replies import Attempt, Milestone, RolePlayed, Turn
from bot.conversation.step import step
from bot.conversation.world import World
from tests.play import shelf

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
WORLD = World(shelf("kinds"), NOW, b"0" * 16)
# From the first node: which choices lead to which end.
WAYS = {"end_safe": "a", "end_near": "bba", "end_lost": "bbb"}


def _at(card: str, language: str = "vi", **place: str) -> Learner:
    return Learner(
        id="learner-1",
        language=language,
        consent="yes",
        pronouns="bac",
        ward="06685",
        hour="08:00",
        screen="lesson",
        lesson=Place("L1205", card, **place),
        turn=5,
        asked=5,
    )


def _tell(learner: Learner, text: str) -> Turn:
    return step(learner, Event(NOW, Text(text)), WORLD)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("way", ["buttons", "numbers", "words"])
@pytest.mark.parametrize("end", WAYS)
def test_every_end_of_a_role_play_is_reached(language: str, way: str, end: str) -> None:
    learner, facts = _at("p1", language), []
    for choice in WAYS[end]:
        options = live_options(learner, WORLD)
        number = next(n for n, one in enumerate(options) if one.id == choice)
        body = {
            "buttons": Press(learner.asked, choice),
            "numbers": Text(str(number + 1)),
            "words": Text(fold(options[number].label)),
        }[way]
        turn = step(learner, Event(NOW, body), WORLD)
        learner, facts = turn.learner, [*facts, *turn.facts]
    assert RolePlayed("L1205/p1", end) in facts
    assert [one.correct for one in facts if isinstance(one, Attempt)] == [end != "end_lost"]
    assert learner.lesson.picked == end


@pytest.mark.parametrize("card", ["q1", "q2", "p1", "p2"])
@settings(max_examples=60, deadline=None)
@given(text=st.text(alphabet="qwzxvj", min_size=3, max_size=30))  # no k: that is "không"
def test_an_unreadable_answer_is_never_marked(card: str, text: str) -> None:
    before = _at(card)
    turn = _tell(before, text)
    assert not turn.facts
    assert turn.learner.lesson == before.lesson


@pytest.mark.parametrize(
    ("said", "node", "goes"),
    [
        ("toi se den cong an phuong hoi", "n1", "end_safe"),
        ("đến công an phường hỏi", "n1", "end_safe"),
        ("vang toi chuyen tien ngay", "n3", "end_lost"),
        ("vâng tôi chuyển tiền", "n3", "end_lost"),
        ("toi goi con toi da", "n3", "end_near"),
    ],
)
def test_a_line_of_the_play_is_no_cry_for_help(said: str, node: str, goes: str) -> None:
    turn = _tell(_at("p1", picked=node), said)
    assert turn.learner.screen == "lesson"
    assert turn.learner.lesson.picked == goes


@pytest.mark.parametrize(
    "said",
    [
        "toi vua chuyen tien cho no roi",
        "tôi chuyển tiền mất rồi",
        "tôi bị lừa rồi",
        "nó lừa tôi mất 20 triệu",
        "đau ngực quá",
        "cháy nhà",
    ],
)
@pytest.mark.parametrize("node", ["n1", "n2", "n3"])
def test_a_real_cry_for_help_alarms_in_the_play(said: str, node: str) -> None:
    assert _tell(_at("p1", picked=node), said).learner.screen == "danger"


@pytest.mark.parametrize("said", ["dừng", "dung", "dừng lại", "thôi", "stop", "dung lai"])
@pytest.mark.parametrize("node", ["", "n2", "n3"])
def test_stop_leaves_the_play_without_a_mark(said: str, node: str) -> None:
    turn = _tell(_at("p1", picked=node), said)
    assert not turn.facts
    assert not turn.learner.stopped
    assert turn.learner.lesson.card == "p2"
    assert "tắt máy, hỏi công an phường" in turn.replies[0].text


@pytest.mark.parametrize(
    ("said", "result"),
    [
        ("1 3", "wrong"),
        ("2 3", "right"),
        ("2 và 3", "right"),
        ("câu 2 câu 3", "right"),
        ("23", "right"),
        ("3,2", "right"),
        ("hai ba", "right"),
        ("1 2 3", "wrong"),
    ],
)
def test_several_lines_at_once(said: str, result: str) -> None:
    turn = _tell(_at("q2"), said)
    marks = [one.correct for one in turn.facts if isinstance(one, Attempt)]
    assert marks == [result == "right"]


@pytest.mark.parametrize(
    ("said", "facts"),
    [
        ("xong rồi", 3),
        ("roi", 3),
        ("lam duoc roi", 3),
        ("chua", 1),
        ("chưa làm được", 1),
        ("để sau", 1),
        ("mai", 1),
        ("cần người giúp", 2),
        ("khong lam duoc", 2),
    ],
)
def test_how_a_task_went_in_words(said: str, facts: int) -> None:
    """Done: attempt, milestone, lesson. Later: lesson. Help: call, lesson."""
    turn = _tell(_at("p2"), said)
    assert len(turn.facts) == facts
    assert (Milestone("M01") in turn.facts) == (facts == 3)
    kept = None if facts == 3 else PutOff("L1205/p2", 327)
    assert turn.learner.put_off == kept


def test_three_plays_that_ended_safe_are_one_milestone() -> None:
    learner = _at("p1")
    learner = Learner(**{**_fields(learner), "safe_plays": ("L0902", "L0904")})
    turn = _tell(learner, "1")
    assert Milestone("M13") in turn.facts
    again = Learner(**{**_fields(turn.learner), "lesson": Place("L1205", "p1", tries=1)})
    assert Milestone("M13") not in _tell(again, "1").facts


def _fields(learner: Learner) -> dict[str, object]:
    return {name: getattr(learner, name) for name in learner.__struct_fields__}
