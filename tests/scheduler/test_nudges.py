"""The tick, with a real database and a clock that we move: nobody twice, nobody at night."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from bot.conversation.days import VIETNAM, milliseconds
from bot.conversation.events import Text
from bot.conversation.learner import Learner
from bot.conversation.replies import Priority, Reply
from bot.conversation.world import Shelf
from bot.passing import Committed, Incoming
from bot.turns import Turns
from scheduler.nudges import AT_ONCE, ROUND, Nudges
from store.base import Address, LearnerRow, Person, SentRow
from store.sqlite import SqliteStore, open_store
from tests.play import shelf

LAN, TU = Address("web", "web", "lan"), Address("telegram", "main", "7")
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=VIETNAM)
_numbers = iter(range(1_000_000))


class Clock:
    """The wall clock that everybody here is given."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now.astimezone(UTC)

    def at(self, said: str) -> None:
        self.now = datetime.fromisoformat(said).replace(tzinfo=VIETNAM)


class Tutor(NamedTuple):
    store: SqliteStore
    turns: Turns
    nudges: Nudges
    clock: Clock
    committed: list[Committed]

    async def say(self, who: Address, *words: str) -> None:
        for one in words:
            key = f"key-{next(_numbers)}"
            await self.turns.run_batch([Incoming(key, who, self.clock(), Text(one))])

    async def welcome(self, who: Address, hour: str = "sang") -> None:
        await self.say(who, "xin chào", "1", "1", "hong gai", hour)

    async def learner(self, who: Address) -> Learner:
        person = await self.store.person(who)
        assert person is not None
        return msgspec.json.decode(person.document, type=Learner)

    async def nudged(self, who: Address) -> list[datetime]:
        """The moments of the nudges of a web chat."""
        lines = await self.store.history_after(who, 0, 100_000)
        replies = [(msgspec.json.decode(line.body, type=Reply), line.at) for line in lines]
        return [
            datetime.fromtimestamp(at / 1000, VIETNAM)
            for reply, at in replies
            if reply.priority is Priority.NUDGE
        ]

    async def live(self, until: str, step: timedelta = timedelta(minutes=5)) -> None:
        """Tick after tick until that moment."""
        end = datetime.fromisoformat(until).replace(tzinfo=VIETNAM)
        while self.clock.now < end:
            await self.nudges.tick()
            self.clock.now += step


@pytest.fixture
async def tutor(tmp_path: Path) -> AsyncIterator[Tutor]:
    clock = Clock(MONDAY)
    store = await open_store(tmp_path / "hocvuso.db", now_ms=lambda: milliseconds(clock()))
    committed: list[Committed] = []
    turns = Turns(store, shelf(), secret=b"test", clock=clock, on_commit=committed.append)
    yield Tutor(store, turns, Nudges(store, turns.tell, clock), clock, committed)
    await store.close()


def _days(moments: list[datetime]) -> list[date]:
    return [at.date() for at in moments]


def _sound(moments: list[datetime]) -> None:
    """One a local day at most, none in quiet hours."""
    assert len(set(_days(moments))) == len(moments)
    assert all(7 <= at.hour < 21 for at in moments)


async def test_a_question_comes_the_next_day_at_the_hour(tutor: Tutor) -> None:
    await tutor.welcome(LAN)
    await tutor.live("2026-11-24T23:00", timedelta(seconds=20))
    (at,) = await tutor.nudged(LAN)
    assert at.date() == date(2026, 11, 24)
    assert abs(at - at.replace(hour=8, minute=0)) <= timedelta(minutes=10, seconds=20)
    assert await tutor.store.count("fact") >= 2


async def test_an_outage_of_five_days_is_one_question(tutor: Tutor) -> None:
    await tutor.welcome(LAN)
    tutor.clock.at("2026-11-28T07:30")
    await tutor.live("2026-11-29T07:00")
    # Four days' questions were missed; the fifth is late by days, so tomorrow's comes.
    assert _days(await tutor.nudged(LAN)) == []
    await tutor.live("2026-11-29T12:00")
    assert _days(await tutor.nudged(LAN)) == [date(2026, 11, 29)]


async def test_a_program_stopped_for_a_night_asks_once_on_waking(tutor: Tutor) -> None:
    for number in range(20):
        await tutor.welcome(Address("web", "web", f"chat-{number}"))
    await tutor.live("2026-11-23T22:00")
    tutor.clock.at("2026-11-24T08:40")  # continued in the morning
    for _ in range(3):
        await tutor.nudges.tick()
    for number in range(20):
        moments = await tutor.nudged(Address("web", "web", f"chat-{number}"))
        assert _days(moments) == [date(2026, 11, 24)]


async def test_waking_at_night_says_nothing(tutor: Tutor) -> None:
    await tutor.welcome(LAN, "20:40")
    tutor.clock.at("2026-11-24T22:10")
    await tutor.nudges.tick()
    assert await tutor.nudged(LAN) == []
    await tutor.live("2026-11-25T23:00")
    assert _days(await tutor.nudged(LAN)) == [date(2026, 11, 25)]


HOUR, DAY, YEARS = timedelta(hours=1), timedelta(days=1), timedelta(days=3652)


@pytest.mark.parametrize("jump", [HOUR, -HOUR, DAY, -DAY, YEARS, -YEARS])
@pytest.mark.parametrize("at", ["2026-11-25T07:30", "2026-11-25T08:20", "2026-11-25T22:30"])
async def test_a_clock_that_jumps_asks_nobody_twice_and_goes_on(
    tutor: Tutor, jump: timedelta, at: str
) -> None:
    await tutor.welcome(LAN)
    await tutor.live(at)
    tutor.clock.now += jump
    for _ in range(30):
        await tutor.nudges.tick()
        tutor.clock.now += timedelta(minutes=5)
    tutor.clock.now -= jump
    await tutor.live("2026-12-12T12:00")
    moments = await tutor.nudged(LAN)
    _sound(moments)
    # The gaps after a jump may be those of a day later, but within eight days it goes on.
    real = sorted(day for day in _days(moments) if day.year == 2026)
    assert any(day > date(2026, 11, 26) for day in real), moments
    assert len(real) >= 4


async def test_twelve_days_of_forty_learners_in_one_database(tutor: Tutor) -> None:
    """The month of `test_month.py` in small, through the outbox's history and the real tick."""
    chats = [Address("web", "web", f"chat-{number}") for number in range(40)]
    for number, chat in enumerate(chats):
        await tutor.welcome(chat, ("sang", "chieu", "toi", "20:30")[number % 4])
    asked = dict.fromkeys(chats, 0)
    while tutor.clock.now < MONDAY + timedelta(days=12):
        tutor.committed.clear()
        await tutor.nudges.tick()
        tutor.clock.now += timedelta(minutes=10)
        for chat in {one for commit in tutor.committed for one in commit.addresses}:
            asked[chat] += 1
            number = chats.index(chat)
            if number % 3 != 1:
                await tutor.say(chat, "dừng" if number % 3 == 2 and asked[chat] == 3 else "2")
    for number, chat in enumerate(chats):
        moments = await tutor.nudged(chat)
        _sound(moments)
        days = [(at.date() - MONDAY.date()).days for at in moments]
        wanted = [list(range(1, 12)), [1, 2, 4, 8], [1, 2, 3]][number % 3]
        assert days[: len(wanted)] == wanted
        assert len(days) - len(wanted) in (0, 1)  # the last morning is or is not over yet


async def test_a_bad_event_is_set_aside_alone_and_without_a_word(tmp_path: Path) -> None:
    """The words of the first nudge are missing: whoever needs them gets nothing, today."""
    whole = shelf()
    wording = {"vi": {key: text for key, text in whole.wording["vi"].items() if key != "nudge.0"}}
    broken = Shelf(whole.library, wording, whole.words)
    clock = Clock(MONDAY)
    store = await open_store(tmp_path / "a.db", now_ms=lambda: milliseconds(clock()))
    turns = Turns(store, broken, secret=b"test", clock=clock)
    tutor = Tutor(store, turns, Nudges(store, turns.tell, clock), clock, [])
    await tutor.welcome(LAN)
    tutor.clock.at("2026-11-24T08:30")
    await tutor.nudges.tick()
    await tutor.nudges.tick()
    assert await store.count("quarantine") == 1
    assert await tutor.nudged(LAN) == []
    lines = await store.history_latest(LAN, 1)
    assert "trục trặc" not in lines[0].body.decode()
    assert await store.due_nudges(milliseconds(clock()), 1 << 60, 10) == []
    await store.close()


async def test_who_cannot_be_reached_is_not_due_until_they_are(tutor: Tutor) -> None:
    await tutor.welcome(TU)
    tutor.clock.at("2026-11-24T08:30")
    await tutor.turns.left(TU)
    due = await tutor.store.due_nudges(milliseconds(tutor.clock()), 1 << 60, 10)
    assert due == []
    await tutor.turns.returned(TU)
    due = await tutor.store.due_nudges(milliseconds(tutor.clock()), 1 << 60, 10)
    assert len(due) == 1


async def test_a_nudge_waits_in_the_outbox_with_its_end(tutor: Tutor) -> None:
    await tutor.welcome(TU, "20:00")
    tutor.clock.at("2026-11-24T20:15")
    await tutor.nudges.tick()
    (waiting,) = await tutor.store.take_outbox("telegram:main", 2, after=0, limit=10)
    ends = datetime.fromtimestamp((waiting.expires_at or 0) / 1000, VIETNAM)
    assert ends == datetime(2026, 11, 24, 21, 0, tzinfo=VIETNAM)
    assert tutor.committed[-1].outgoing[-1].expires_at == waiting.expires_at


async def test_what_did_not_arrive_was_not_ignored(tutor: Tutor) -> None:
    await tutor.welcome(TU)
    tutor.clock.at("2026-11-24T08:30")
    await tutor.nudges.tick()
    assert (await tutor.learner(TU)).nudges.unanswered == 1
    (waiting,) = await tutor.store.take_outbox("telegram:main", 2, after=0, limit=10)
    tutor.turns.sent([SentRow(waiting.id, "cancelled", "expired")])
    await tutor.turns.run_batch([])
    learner = await tutor.learner(TU)
    assert learner.nudges.unanswered == 0
    assert learner.screen == "lesson"  # where they were: the question was never seen
    tutor.turns.sent([SentRow(waiting.id, "cancelled", "expired")])
    await tutor.turns.run_batch([])  # told twice, it counts once


async def test_stopping_takes_back_what_waits(tutor: Tutor) -> None:
    await tutor.welcome(TU)
    tutor.clock.at("2026-11-24T08:30")
    await tutor.nudges.tick()
    await tutor.say(TU, "dừng")
    assert await tutor.store.take_outbox("telegram:main", 2, after=0, limit=10) == []
    await tutor.live("2026-11-27T12:00", timedelta(hours=1))
    assert await tutor.store.take_outbox("telegram:main", 2, after=0, limit=10) == []


async def test_a_nudge_is_no_sign_of_life(tutor: Tutor) -> None:
    """Who is silent for two years is told so: our own messages do not count (P35)."""
    await tutor.welcome(LAN)
    tutor.clock.at("2026-11-24T08:30")
    await tutor.nudges.tick()
    rows = list(await tutor.store._reader.execute_fetchall("SELECT last_seen_at FROM learner"))
    assert [row[0] for row in rows] == [milliseconds(MONDAY)]


async def test_many_are_told_in_bounded_rounds_and_learners_go_between(tutor: Tutor) -> None:
    """More than one query's worth at once; a learner's word waits for one transaction."""
    many = ROUND + AT_ONCE
    await tutor.welcome(LAN)
    whole = await tutor.learner(LAN)
    copies = [_copy(whole, number) for number in range(many)]
    async with tutor.store.transaction() as tx:
        await tx.add_people([person for person, _ in copies], 0)
        await tx.save_learners([row for _, row in copies])
    running = asyncio.create_task(tutor.turns.run())
    tutor.clock.at("2026-11-24T08:30")
    tick = asyncio.create_task(tutor.nudges.tick())
    await asyncio.sleep(0)
    heard = Incoming("in-between", LAN, tutor.clock(), Text("nhắc lại"))
    await tutor.turns.submit(heard)
    assert not tick.done()
    await tick
    assert await tutor.store.due_nudges(milliseconds(tutor.clock()), 1 << 60, 1) == []
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def _copy(whole: Learner, number: int) -> tuple[Person, LearnerRow]:
    """One more learner, for whom a nudge is due."""
    learner = msgspec.structs.replace(whole, id=f"copy-{number}")
    document, chat = msgspec.json.encode(learner), Address("web", "web", learner.id)
    row = LearnerRow(learner.id, document, "", "active", 1, 0, 1000 + number)
    return Person(1000 + number, chat, learner.id, document), row


async def test_a_store_that_cannot_be_used_kills_no_tick(tutor: Tutor) -> None:
    await tutor.welcome(LAN)
    tutor.clock.at("2026-11-24T08:30")
    await tutor.store.close()
    await tutor.nudges.tick()
