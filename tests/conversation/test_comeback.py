"""Coming back after hours, days, weeks; and the task that was put off."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.conversation.days import day_number, minute_number
from bot.conversation.events import Body, Event, Media, Press, Start, Text
from bot.conversation.learner import Learner, Place, PutOff, change
from bot.conversation.step import step
from bot.conversation.task import task_to_ask
from bot.conversation.world import World
from tests.play import shelf

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
AT_HOME = Learner(
    id="learner-1",
    consent="yes",
    pronouns="bac",
    ward="06685",
    hour="08:00",
    screen="home",
    done=("L0101",),
    turn=5,
    asked=5,
)
IN_LESSON = change(AT_HOME, screen="lesson", lesson=Place("L0105", "q1"))


def screen_after(learner: Learner, away: timedelta, body: Body, lessons: str = "") -> str:
    learner = change(learner, seen_min=minute_number(NOW - away))
    turn = step(learner, Event(NOW, body), World(shelf(lessons), NOW, b""))
    words = " ".join(reply.text for reply in turn.replies).lower()
    assert not any(blame in words for blame in ("lâu quá", "vắng", "bỏ lỡ", "ngày rồi"))
    return turn.learner.screen


@pytest.mark.parametrize(
    ("away", "screen"),
    [
        (timedelta(minutes=5), "home"),
        (timedelta(hours=23), "home"),
        (timedelta(days=1), "comeback"),
        (timedelta(days=6, hours=23), "comeback"),
        (timedelta(days=7), "review"),
        (timedelta(days=400), "review"),
    ],
)
@pytest.mark.parametrize("body", [Text("alo"), Text("học"), Text("asdkj"), Start()])
def test_how_long_away(away: timedelta, screen: str, body: Body) -> None:
    # Just back, «học» begins the next lesson as always.
    expected = "lesson" if body == Text("học") and screen == "home" else screen
    assert screen_after(AT_HOME, away, body) == expected


@pytest.mark.parametrize(
    ("body", "screen"),
    [
        (Text("2"), "lesson"),  # an answer to the open question
        (Press(5, "b"), "lesson"),
        (Text("tôi bị lừa rồi"), "danger"),
        (Text("cài đặt"), "settings"),
        (Text("danh sách"), "courses"),
        (Text("gặp người"), "help"),
        (Text("xóa dữ liệu"), "erase"),
        (Media("photo"), "unasked"),
        (Text("xem www.qua-tang.example"), "unasked"),
    ],
)
def test_who_knows_what_they_want_gets_it_at_once(body: Body, screen: str) -> None:
    for days in (3, 30):
        assert screen_after(IN_LESSON, timedelta(days=days), body) == screen


def test_without_a_finished_lesson_there_is_nothing_to_review() -> None:
    fresh = change(IN_LESSON, done=())
    assert screen_after(fresh, timedelta(days=9), Text("alo")) == "comeback"


@pytest.mark.parametrize(
    ("now", "asked"),
    [
        ("2026-11-24T23:59+07:00", False),  # the same day
        ("2026-11-25T00:01+07:00", True),
        ("2026-12-24T09:00+07:00", True),
    ],
)
def test_a_task_is_asked_about_on_a_later_day(now: str, asked: bool) -> None:
    learner = change(AT_HOME, put_off=PutOff("L1205/p2", day_number(NOW)))
    item = task_to_ask(learner, datetime.fromisoformat(now))
    assert (item == "L1205/p2") == asked


@pytest.mark.parametrize(
    ("away", "body", "screen"),
    [
        (timedelta(hours=10), Text("alo"), "task"),  # in the evening, and the next morning
        (timedelta(days=3), Text("học"), "task"),
        (timedelta(days=9), Text("alo"), "review"),
        (timedelta(hours=10), Text("danh sách"), "courses"),
    ],
)
def test_the_task_comes_before_the_rest(away: timedelta, body: Body, screen: str) -> None:
    yesterday = PutOff("L1205/p2", day_number(NOW) - 1)
    learner = change(AT_HOME, done=("L1205",), put_off=yesterday)
    assert screen_after(learner, away, body, "kinds") == screen


def test_a_task_that_left_its_lesson_is_not_asked_about() -> None:
    learner = change(AT_HOME, put_off=PutOff("L0101/gone", day_number(NOW) - 4))
    assert screen_after(learner, timedelta(days=1), Text("alo")) == "comeback"
