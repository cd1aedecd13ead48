"""A time of day, read from words and said back."""

import pytest

from bot.conversation.hours import QUIET, label, read_hour, spoken
from bot.conversation.learner import Learner
from bot.conversation.quiet import NudgeRules
from bot.conversation.world import World
from tests.play import NINE, shelf

RULES = NudgeRules()


@pytest.mark.parametrize(
    ("said", "hour"),
    [
        ("nhắc tôi buổi tối", "19:30"),
        ("nhac toi buoi toi", "19:30"),
        ("nhắc tôi vào buổi sáng nhé", "08:00"),
        ("chiều", "16:00"),
        ("toi", "19:30"),
        ("nhắc tối", "19:30"),
        ("nhắc buổi trưa", "11:30"),
        ("nhắc tôi lúc 7 giờ", "07:00"),
        ("nhac toi luc 7h", "07:00"),
        ("nhắc tôi lúc 7", "07:00"),
        ("nhắc bác lúc 7 giờ tối", "19:00"),
        ("7 gio toi", "19:00"),
        ("nhắc tôi lúc bảy giờ rưỡi tối", "19:30"),
        ("8 rưỡi sáng", "08:30"),
        ("đổi giờ sang 19h30", "19:30"),
        ("9:15", "09:15"),
        ("5 giờ", "17:00"),
        ("5 giờ chiều", "17:00"),
        ("1 giờ trưa", "13:00"),
        ("mười một giờ trưa", "11:00"),
        ("12 giờ", "12:00"),
        ("at 7 pm", "19:00"),
        ("remind me at 7:30 a.m.", "07:30"),
        ("remind me in the evening", "19:30"),
        ("22 giờ", QUIET),
        ("10 giờ đêm", QUIET),
        ("5 giờ sáng", QUIET),
        ("21:00", QUIET),
        ("nhắc tôi", None),
        ("nhắc tôi học", None),
        ("tôi 70 tuổi", None),
        ("2", None),
        ("25 giờ", None),
        ("ở tổ 7 khu 3", None),
    ],
)
def test_a_time_of_day_is_read_from_words(said: str, hour: str | None) -> None:
    assert read_hour(said, RULES) == hour


@pytest.mark.parametrize(
    ("hour", "key", "aloud", "english"),
    [
        ("08:00", "Sáng 8:00", "8 giờ sáng", "8 o'clock in the morning"),
        ("11:30", "Trưa 11:30", "11 giờ 30 trưa", "11:30 at noon"),
        ("16:00", "Chiều 16:00", "4 giờ chiều", "4 o'clock in the afternoon"),
        ("19:30", "Tối 19:30", "7 giờ 30 tối", "7:30 in the evening"),
    ],
)
def test_a_time_is_said_as_people_say_it(hour: str, key: str, aloud: str, english: str) -> None:
    learner, world = Learner(), World(shelf(), NINE, b"")
    assert label(learner, world, hour) == key
    assert spoken(learner, world, hour) == aloud
    assert spoken(Learner(language="en"), world, hour) == english
