"""Plausible learners with months of history, to try and to measure a program with.

Each document is what the conversation itself would have left, and goes on from there: the
lessons of a course in order, what was answered, when it comes back, how long ago the last
word was. The same seed and day make the same people. Nobody real: chat ids of a range that
no messenger has given out, given names alone.
Leads in: the shelf. Leads out: `hocvuso demo`, benchmarks.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from random import Random
from typing import Literal, NamedTuple

import msgspec

from bot.conversation import memory
from bot.conversation.curriculum import begin, first_card, lessons, next_lesson
from bot.conversation.days import at_second, day_number, milliseconds, minute_number
from bot.conversation.learner import Learner, Nudges, Place, Tally, change
from bot.conversation.memory import Memory, Rating
from bot.conversation.nudge_times import next_nudge_at
from bot.conversation.quiet import NudgeRules
from bot.conversation.replies import Attempt, Consent, Fact, HelpRequest, Milestone
from bot.conversation.reviewing import SAFETY
from bot.conversation.screens.welcome import CONSENT_VERSION
from bot.conversation.world import Shelf, World
from lessons.model import Lesson, RealTask
from store.base import Address, FactRow, LearnerRow, Person

_JSON = msgspec.json.Encoder()
_PRONOUNS = ("bac", "bac", "bac", "co", "chu", "ong", "ba", "anh", "chi")
_NAMES = (
    *("Lan", "Hoa", "Mai", "Hương", "Thu", "Hằng", "Nga", "Tuyết", "Bích", "Yến", "Loan", "Thảo"),
    *("Minh", "Hùng", "Dũng", "Tuấn", "Sơn", "Hải", "Long", "Thắng", "Bình", "An", "Phúc", "Đức"),
)
_HOURS = ("08:00", "08:00", "16:00", "19:30", "none")
# Within Telegram's 52 bits and far from any id that it has given out.
_FIRST_CHAT = 4_400_000_000_000_000
_MOST_DAYS = 270
_DAYTIME_MS = 14 * 3_600_000
_REVIEWS = 3  # a day, of those that are due


class Habit(NamedTuple):
    """How a kind of learner learns. share: of all; gap: most days between two lessons;
    most: lessons at most; ends: how it stands now."""

    share: float
    gap: int
    most: int
    ends: Literal["learning", "silent", "stopped", "guest", "new"]


HABITS = (
    Habit(0.12, 4, 30, "learning"),
    Habit(0.28, 14, 15, "learning"),
    Habit(0.38, 12, 9, "silent"),
    Habit(0.12, 8, 6, "stopped"),
    Habit(0.04, 1, 0, "guest"),
    Habit(0.06, 1, 0, "new"),
)


class Made(NamedTuple):
    """One learner with everything that is stored of them."""

    person: Person
    row: LearnerRow
    facts: list[FactRow]


class _Step(NamedTuple):
    """A lesson on a path: what is answered in it, what of that comes back, what it earns."""

    lesson: Lesson
    items: tuple[str, ...]
    reviewed: tuple[str, ...]
    milestones: tuple[str, ...]


def make_learners(
    shelf: Shelf, count: int, seed: int, now: datetime, accounts: Sequence[tuple[str, str]]
) -> Iterator[Made]:
    """That many learners. accounts: (channel, account) of the messengers' bots."""
    paths = _paths(shelf, now)
    wards = [ward.code for ward in shelf.library.wards]
    for number in range(count):
        chance = Random(f"{seed}/{number}")
        yield _Life(chance, number, now).lived(paths, wards, accounts)


def _paths(shelf: Shelf, now: datetime) -> list[list[_Step]]:
    """The order of all lessons for whoever begins with each course."""
    world = World(shelf, now, b"")
    written = lessons(Learner(), world)
    found = []
    for course in dict.fromkeys(lesson.course for lesson in written.values()):
        learner, path = Learner(course=course), []
        while (lesson := next_lesson(learner, world)) is not None:
            path.append(_step(lesson))
            learner = change(learner, done=(*learner.done, lesson.id))
        found.append(path)
    return found


def _step(lesson: Lesson) -> _Step:
    asked = [(card.id, card.ask or card.practice) for card in lesson.cards]
    items = [(name, question) for name, question in asked if question is not None]
    tasks = [one.milestone for _, one in items if isinstance(one, RealTask) and one.milestone]
    marked = [name for name, one in items if not isinstance(one, RealTask)]
    return _Step(lesson, tuple(marked), tuple(set(marked) & set(lesson.review)), tuple(tasks))


class _Life:
    """One learner from the first word to now."""

    def __init__(self, chance: Random, number: int, now: datetime) -> None:
        self.chance = chance
        self.number = number
        self.now = now
        self.now_ms = milliseconds(now)
        self.today = day_number(now)
        # In order, so that a million rows are appended to every index instead of scattered.
        self.learner = Learner(id=f"{number:012x}{chance.getrandbits(48):012x}")
        self.facts: list[FactRow] = []
        self.memory: dict[str, dict[str, int]] = {}
        self.due: dict[tuple[str, str], int] = {}  # the day on which an item comes back
        self.turn = 1
        self.at = 0  # milliseconds UTC, of what happens now

    def lived(
        self, paths: list[list[_Step]], wards: list[str], accounts: Sequence[tuple[str, str]]
    ) -> Made:
        habit = self.chance.choices(HABITS, [one.share for one in HABITS])[0]
        day = self.today - min(_MOST_DAYS, int(self.chance.expovariate(1 / 75)) + 1)
        self._begin_day(day)
        if habit.ends == "new":
            self.learner = change(self.learner, turn=1, asked=1)
        elif habit.ends == "guest":
            self._begin_day(self.today)
            self._note(*_written(Consent(False, CONSENT_VERSION)))
            self._go_on(paths[0][0], consent="no")
        else:
            self._agree(wards)
            # Most begin at the beginning; some came for another course.
            path = paths[0] if self.chance.random() < 0.7 else self.chance.choice(paths)
            self._learn(path, habit, day)
        return self._made(accounts)

    def _begin_day(self, day: int) -> None:
        self.day = day
        self.at = milliseconds(at_second(day, 6 * 3600)) + int(self.chance.random() * _DAYTIME_MS)

    def _note(self, kind: str, body: bytes) -> None:
        self.turn += 1
        self.at = min(self.at + 10_000 + int(self.chance.random() * 80_000), self.now_ms - 1000)
        self.facts.append(FactRow(self.learner.id, self.turn, kind, body, self.at))

    def _agree(self, wards: list[str]) -> None:
        self._note(*_written(Consent(True, CONSENT_VERSION)))
        chance = self.chance
        self.learner = change(
            self.learner,
            consent="yes",
            pronouns=chance.choice(_PRONOUNS),
            ward=chance.choice(wards) if wards else "",
            hour=chance.choice(_HOURS),
            name=chance.choice(_NAMES) if chance.random() < 0.6 else "",
            language="en" if chance.random() < 0.01 else "vi",
            slow=chance.random() < 0.1,
        )
        self.turn += 3

    def _learn(self, path: list[_Step], habit: Habit, day: int) -> None:
        done: list[str] = []
        days = 0
        ends = self.today - (0 if habit.ends == "learning" else self.chance.randrange(10, 90))
        while day <= ends and len(done) < min(habit.most, len(path)):
            if days:
                self._begin_day(day)
            days += 1
            self._review()
            for step in path[len(done) : len(done) + self.chance.choice((1, 1, 1, 2, 3))]:
                self._take(step)
                done.append(step.lesson.id)
            day += 1 + int(self.chance.random() * habit.gap)
        if self.chance.random() < 0.05:
            self._note(*_written(HelpRequest(self.chance.choice(("phone", "papers", "other")))))
        self.learner = change(
            self.learner,
            done=tuple(done),
            memory=self.memory,
            learnt=Tally(self.day, days) if days else Tally(),
            stopped=habit.ends == "stopped",
            nudges=self._nudged(habit),
        )
        following = path[len(done)] if len(done) < len(path) else None
        self._go_on(following if self.chance.random() < 0.5 else None, screen="home")

    def _take(self, step: _Step) -> None:
        """One lesson: every question, most of them right at once."""
        lesson, chance = step.lesson, self.chance
        for item in step.items:
            tries = 1 if chance.random() < 0.78 else 2
            right = tries == 1 or chance.random() < 0.7
            if tries == 2:
                self._note("attempt", _attempt(lesson.id, item, False, 1))
            self._note("attempt", _attempt(lesson.id, item, right, tries))
            if item in step.reviewed:
                rating = Rating.Again if not right else Rating.Good if tries == 1 else Rating.Hard
                self._remember(lesson.id, item, None, rating)
        for name in step.milestones:
            if chance.random() < 0.5:
                self._note(*_written(Milestone(name)))
        self.turn += len(lesson.cards)
        self._note(*_written(Milestone(lesson.id)))

    def _review(self) -> None:
        """A few of the items that are due; the others stay due."""
        waiting = [place for place, day in self.due.items() if day <= self.day]
        for lesson, item in waiting[:_REVIEWS]:
            right = self.chance.random() < 0.85
            self._note("attempt", _attempt(lesson, item, right, 1))
            rating = Rating.Good if right else Rating.Again
            self._remember(lesson, item, Memory.of(self.memory[lesson][item]), rating)

    def _remember(self, lesson: str, item: str, before: Memory | None, rating: Rating) -> None:
        known = _rated(before, rating, self.day).number
        self.memory.setdefault(lesson, {})[item] = known
        is_safety = lesson[:3].replace("L", "C") in SAFETY
        self.due[lesson, item] = memory.due_on(known, is_safety=is_safety)

    def _nudged(self, habit: Habit) -> Nudges:
        if habit.ends != "silent" or self.learner.hour == "none":
            return Nudges()
        unanswered = self.chance.randint(1, 7)
        last = min(self.today, self.day + unanswered * 3)
        return Nudges(last, unanswered, unanswered + self.chance.randrange(5), last)

    def _go_on(self, step: _Step | None, **fields: object) -> None:
        """Where the learner is now: at the first card of a lesson, or at home."""
        self.learner = change(self.learner, turn=self.turn, asked=self.turn, **fields)
        if step is not None:
            self.learner = begin(self.learner, step.lesson)
            self.learner = change(
                self.learner, lesson=Place(step.lesson.id, first_card(step.lesson).id)
            )
        if self.learner.consent == "yes":
            seen = datetime.fromtimestamp(self.at / 1000, UTC)
            self.learner = change(self.learner, seen_min=minute_number(seen))

    def _made(self, accounts: Sequence[tuple[str, str]]) -> Made:
        learner, seen_at = self.learner, min(self.at, self.now_ms - 1000)
        contact_id = self.number + 1
        # By the usual settings: where others hold, the tick asks `step` and writes it anew.
        due_at = next_nudge_at(learner, NudgeRules())
        row = LearnerRow(
            learner.id,
            document := _JSON.encode(learner),
            learner.ward,
            learner.status,
            milliseconds(due_at) if due_at else None,
            seen_at,
            contact_id,
            learner.hamlet,
        )
        person = Person(contact_id, self._address(accounts), learner.id, document)
        return Made(person, row, self.facts)

    def _address(self, accounts: Sequence[tuple[str, str]]) -> Address:
        channel, account = self.chance.choice((*accounts, *accounts, ("web", "web")))
        if channel == "web":
            return Address(channel, account, f"{self.chance.getrandbits(128):032x}")
        return Address(channel, account, str(_FIRST_CHAT + self.number))


def _rated(before: Memory | None, rating: Rating, day: int) -> Memory:
    """What only the days between decide is reckoned once."""
    if before is None:
        then = _since(-1, 0, 0, rating)
    else:
        then = _since(before.stability, before.difficulty, day - before.on, rating)
    return Memory(then.stability, then.difficulty, day)


@lru_cache(maxsize=100_000)
def _since(stability: int, difficulty: int, days: int, rating: Rating) -> Memory:
    before = None if stability < 0 else Memory(stability, difficulty, 0)
    return memory.rated(before, rating, days)


@lru_cache(maxsize=100_000)
def _attempt(lesson: str, item: str, correct: bool, tries: int) -> bytes:
    return _JSON.encode(Attempt(f"{lesson}/{item}", correct, tries))


@lru_cache(maxsize=1000)
def _written(fact: Fact) -> tuple[str, bytes]:
    """A fact as the store keeps it: its kind, its JSON."""
    return str(fact.__struct_config__.tag), _JSON.encode(fact)
