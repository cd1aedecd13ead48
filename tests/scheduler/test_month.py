"""A month of a thousand learners with different habits, Tết in it: every rule of N1 to N8.

Learners do not know each other, so each lives through the month alone, by `step`, on a clock
of their own; `test_nudges.py` has some of them share a database and the scheduler.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

import pytest

from bot.conversation.days import VIETNAM, day_number, minute_number
from bot.conversation.events import Body, Event, Nudge, Text, Undelivered
from bot.conversation.learner import Learner
from bot.conversation.nudge_times import next_nudge_at
from bot.conversation.off_days import is_off
from bot.conversation.replies import Nudged, Reply, VisitWanted
from bot.conversation.step import step
from bot.conversation.world import World
from tests.play import shelf
from tests.studying import answer

FIRST = datetime(2027, 1, 20, 8, 30, tzinfo=VIETNAM)
MONTH = timedelta(days=31)
LEARNERS = 1000
TICK = timedelta(seconds=20)
HOURS = ("07:00", "08:00", "16:00", "19:30", "20:50")


@dataclass
class Asked:
    """One nudge as the learner saw it."""

    at: datetime
    reply: Reply
    item: str
    wording: int


@dataclass
class Life:
    """One learner's month. wrote: when they said something; stopped, paused: since when."""

    learner: Learner
    hour: str
    chance: Random
    now: datetime = FIRST
    asked: list[Asked] = field(default_factory=list)
    wrote: list[datetime] = field(default_factory=list)
    lost: list[datetime] = field(default_factory=list)
    visits: list[datetime] = field(default_factory=list)
    stopped: datetime | None = None
    paused: datetime | None = None

    def world(self) -> World:
        return World(shelf(), self.now, b"0" * 16)

    def say(self, body: Body) -> None:
        turn = step(self.learner, Event(self.now, body), self.world())
        self.learner = turn.learner
        self.wrote.append(self.now)

    def study(self, presses: int) -> None:
        for _ in range(presses):
            self.say(answer(self.learner, self.world(), right=self.chance.random() < 0.8))

    def ring(self) -> bool:
        """The scheduler's event; was something asked?"""
        turn = step(self.learner, Event(self.now, Nudge()), self.world())
        self.learner = turn.learner
        for fact in turn.facts:
            if isinstance(fact, Nudged):
                (reply,) = turn.replies
                self.asked.append(Asked(self.now, reply, fact.item, fact.wording))
            if isinstance(fact, VisitWanted):
                self.visits.append(self.now)
        return bool(turn.replies)


Habit = Callable[[Life], None]


def answers_each(life: Life) -> None:
    life.now += timedelta(minutes=life.chance.randint(1, 90))
    life.study(5)


def answers_now_and_then(life: Life) -> None:
    if life.chance.random() < 0.3:
        answers_each(life)


def never_answers(life: Life) -> None:
    """Nothing is said."""


def learns_at_night(life: Life) -> None:
    """The answer comes at 22:30."""
    life.now = life.now.astimezone(VIETNAM).replace(hour=22, minute=30)
    life.study(3)


def answers_next_week(life: Life) -> None:
    life.now += timedelta(days=7, hours=3)
    life.study(2)


def gets_half_of_them(life: Life) -> None:
    """Every second nudge does not arrive; what arrives is not answered."""
    if len(life.asked) % 2:
        life.now += timedelta(hours=2)
        life.learner = step(
            life.learner, Event(life.now, Undelivered(life.learner.asked)), life.world()
        ).learner
        life.lost.append(life.asked[-1].at)


def falls_ill(life: Life) -> None:
    if len(life.asked) == 3 and not life.paused:
        life.say(Text("ốm rồi cháu ạ"))
        life.paused = life.now
    else:
        answers_now_and_then(life)


def stops(life: Life) -> None:
    if len(life.asked) == 5 and not life.stopped:
        life.say(Text("dừng"))
        life.stopped = life.now


HABITS: tuple[Habit, ...] = (
    answers_each,
    answers_now_and_then,
    never_answers,
    learns_at_night,
    answers_next_week,
    gets_half_of_them,
    falls_ill,
    stops,
)


def _newcomer(number: int) -> Life:
    chance = Random(number)
    done = ("L0101", "L0102", "L0103")[: chance.randint(0, 3)]
    learner = Learner(
        id=f"{chance.getrandbits(96):024x}",
        language="en" if number % 50 == 0 else "vi",
        pronouns=chance.choice(("bac", "ba", "chi")),
        ward="06685",
        hour=chance.choice(HOURS),
        consent="yes",
        screen="home",
        done=done,
        turn=5,
        asked=5,
        seen_min=minute_number(FIRST),
    )
    return Life(learner, learner.hour, chance)


def _lived(number: int, habit: Habit, length: timedelta = MONTH) -> Life:
    life = _newcomer(number)
    while True:
        due_at = next_nudge_at(life.learner, shelf().nudges)
        if due_at is None or due_at > FIRST + length:
            return life
        life.now = max(life.now, due_at) + TICK * life.chance.random()
        if life.ring():
            habit(life)


@pytest.fixture(scope="module")
def month() -> list[tuple[Habit, Life]]:
    habits = [HABITS[number % len(HABITS)] for number in range(LEARNERS)]
    return [(habit, _lived(number, habit)) for number, habit in enumerate(habits)]


def _asked(month: list[tuple[Habit, Life]]) -> Iterator[tuple[Life, Asked]]:
    return ((life, one) for _, life in month for one in life.asked)


def _local(at: datetime) -> datetime:
    return at.astimezone(VIETNAM)


def _day(at: datetime) -> date:
    return _local(at).date()


def test_the_month_is_full_of_nudges(month: list[tuple[Habit, Life]]) -> None:
    assert all(life.asked for _, life in month)
    assert sum(len(life.asked) for _, life in month) > 9 * LEARNERS


def test_n2_at_the_chosen_time_and_never_at_night(month: list[tuple[Habit, Life]]) -> None:
    for life, one in _asked(month):
        at = _local(one.at)
        wanted = datetime.combine(at, time.fromisoformat(life.hour), VIETNAM)
        assert abs(at - wanted) <= timedelta(minutes=10) + TICK
        assert 7 <= at.hour < 21


def test_n2_none_on_a_day_on_which_they_wrote_before(month: list[tuple[Habit, Life]]) -> None:
    for life, one in _asked(month):
        assert not any(_day(at) == _day(one.at) and at < one.at for at in life.wrote)


def test_n3_a_nudge_is_a_question_with_its_answers(month: list[tuple[Habit, Life]]) -> None:
    for _, one in _asked(month):
        assert one.reply.options, one.reply
        assert one.item
        assert len(one.reply.text) <= 300
        assert "{" not in one.reply.text
        last = one.reply.text.splitlines()[-1]
        assert "?" in last or len(one.reply.options) == 1  # a phrase to type, or to pass over


def test_n3_no_wording_within_fourteen_days(month: list[tuple[Habit, Life]]) -> None:
    for _, life in month:
        last: dict[int, date] = {}
        for one in life.asked:
            day = _day(one.at)
            assert (day - last.get(one.wording, date.min)).days > 14
            last[one.wording] = day


def test_n3_nothing_frightening_comes_out_of_the_blue(month: list[tuple[Habit, Life]]) -> None:
    assert not any("Đóng vai" in one.reply.text for _, one in _asked(month))


def _days(life: Life) -> list[int]:
    return [day_number(one.at) for one in life.asked]


def _expected(first: int, gaps: Iterable[int]) -> list[int]:
    """The days of nudges with those gaps; a day off leads to the next that is none."""
    days = [first]
    for gap in gaps:
        day = days[-1] + gap
        while is_off(day):
            day += 1
        days.append(day)
    return days


def _follow(life: Life, gaps: Iterable[int]) -> None:
    days = _days(life)
    assert days == _expected(days[0], gaps)[: len(days)]


def test_n4_ignored_ones_grow_rare(month: list[tuple[Habit, Life]]) -> None:
    for habit, life in month:
        if habit is never_answers:
            _follow(life, (1, 2, 4, 7, 30))
            assert len(life.asked) == 5


def test_n4_after_three_monthly_ones_a_visit() -> None:
    for number in range(40):
        life = _lived(number, never_answers, timedelta(days=200))
        _follow(life, (1, 2, 4, 7, 30, 30, 30))
        assert len(life.asked) == 8
        (visit,) = life.visits
        assert day_number(visit) == _expected(_days(life)[-1], (30,))[-1]


def test_n4_any_word_starts_anew(month: list[tuple[Habit, Life]]) -> None:
    for habit, life in month:
        if habit in (answers_each, learns_at_night):
            _follow(life, [1] * 31)


def test_n4_what_did_not_arrive_was_not_ignored(month: list[tuple[Habit, Life]]) -> None:
    for habit, life in month:
        if habit is gets_half_of_them:
            # Lost, arrived, lost, arrived…: only what arrived counts towards the gaps.
            _follow(life, (1, 1, 1, 2, 2, 4, 4, 7, 7, 30))


def test_n5_at_most_one_a_day(month: list[tuple[Habit, Life]]) -> None:
    for _, life in month:
        days = [_day(one.at) for one in life.asked]
        assert len(days) == len(set(days))


def test_n6_no_word_of_loss(month: list[tuple[Habit, Life]]) -> None:
    for _, one in _asked(month):
        text = one.reply.text.lower()
        assert not any(word in text for word in ("bỏ lỡ", "buồn", "chuỗi", "lâu quá", "vắng"))


def test_n7_nothing_at_tet(month: list[tuple[Habit, Life]]) -> None:
    for _, one in _asked(month):
        assert not date(2027, 2, 4) <= _day(one.at) <= date(2027, 2, 10)


def test_n7_the_ill_have_fourteen_days_of_peace(month: list[tuple[Habit, Life]]) -> None:
    ill = [life for _, life in month if life.paused]
    assert len(ill) > 50
    for life in ill:
        assert life.paused is not None
        after = [one.at for one in life.asked if one.at > life.paused]
        assert all(at - life.paused >= timedelta(days=14) for at in after)
    assert any(one.at > life.paused for life in ill for one in life.asked if life.paused)


def test_n8_stop_ends_them_and_each_fifth_says_so(month: list[tuple[Habit, Life]]) -> None:
    for habit, life in month:
        if habit is stops:
            assert life.stopped is None or life.asked[-1].at <= life.stopped
        for number, one in enumerate(life.asked, 1):
            word = "«stop»" if life.learner.language == "en" else "«dừng»"
            assert (word in one.reply.text) is (number % 5 == 0)
    assert sum(life.stopped is not None for _, life in month) > 50
