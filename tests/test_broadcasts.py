"""Announcements: two people for many, each recipient once, stoppable, quiet and willing."""

import random
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from bot.broadcasting import Desk
from bot.conversation import announcing, nudge_times
from bot.conversation.draft import Announcement, Audience, Draft
from bot.conversation.events import BroadcastNews
from bot.conversation.learner import Learner
from bot.conversation.replies import Priority, QueueBroadcast
from bot.passing import Outgoing
from scheduler import broadcasts
from store.base import Address, LearnerRow, Person, SentRow
from store.broadcasts import BroadcastRow
from tests.village import Village, village

WARD = "06685"
HALL = Announcement("Sáng thứ Bảy 8 giờ có người giúp cài VNeID.", ("come", "busy"))


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Village]:
    async with village(tmp_path) as opened:
        await opened.given("hoa", role="volunteer", ward=WARD, name="Hoa", pronouns="chi")
        await opened.given("mai", role="coordinator", ward=WARD, name="Mai", pronouns="chi")
        await opened.given("far", role="coordinator", ward="06658", pronouns="chi")
        yield opened


async def _people(here: Village, count: int, channel: str = "telegram") -> list[str]:
    """So many learners of the ward, as the store has them."""
    people, rows = [], []
    for number in range(count):
        learner_id = f"{random.Random(number).randrange(1 << 48):012x}"
        document = msgspec.json.encode(
            {"id": learner_id, "consent": "yes", "ward": WARD, "hour": "08:00", "turn": 1}
        )
        address = Address(channel, "main", f"p{number}")
        here.people[f"p{number}"] = address
        people.append(Person(1000 + number, address, learner_id, document))
        rows.append(LearnerRow(learner_id, document, WARD, "active", None, 0, 1000 + number))
    async with here.store.transaction() as tx:
        await tx.add_people(people, 0)
        await tx.save_learners(rows)
    return [one.learner_id for one in people]


async def _desk(here: Village, do: str, asker: str, *arguments: object) -> BroadcastNews:
    told: list[object] = []
    async with here.store.transaction() as tx:
        now_ms = int(here.now.timestamp() * 1000)
        desk = Desk(
            tx,
            now_ms,
            lambda to, body: told.append(body),
            lambda number: None,
            tx.broadcasts.audience_size,
        )
        news: BroadcastNews = await getattr(desk, do)(*arguments, here.id_of(asker))
    return news


async def _queue(here: Village, body: Announcement = HALL, by: str = "hoa") -> int:
    draft = Draft(Audience(WARD), body)
    return (await _desk(here, "queue", by, QueueBroadcast(draft, 50))).number


async def _row(here: Village, number: int) -> BroadcastRow:
    async with here.store.transaction() as tx:
        row = await tx.broadcasts.get(number)
    assert row is not None
    return row


async def _counts(here: Village, number: int) -> Counter[str]:
    async with here.store.transaction() as tx:
        found = await tx.broadcasts.recipient_counts(number)
    assert found is not None
    counts: Counter[str] = Counter()
    for row in found:
        counts[row["status"]] += row["people"]
    return counts


def _taken(here: Village) -> list[Outgoing]:
    """What delivery would have in memory now."""
    rows, here.reached = here.reached, []
    return rows


async def _minutes(here: Village, minutes: float) -> None:
    """Time passes; nothing is delivered."""
    here.now += timedelta(minutes=minutes)
    await here.broadcasts.tick()


async def test_random_orders_send_nothing_that_two_people_did_not_agree_on(here: Village) -> None:
    """P36: 2,000 orders; whatever is running was approved as it is, by somebody else."""
    await _people(here, 60)
    chance = random.Random(36)
    texts = [Announcement(f"Tin số {n}.", ("seen",)) for n in range(3)]
    numbers = [await _queue(here)]
    digests = [announcing.digest(Audience(WARD), text) for text in texts]
    ran = 0
    for _ in range(2000):
        who, number = chance.choice(("hoa", "mai", "far", "nobody")), chance.choice(numbers)
        match chance.choice(("queue", "edit", "approve", "approve", "steer", "time")):
            case "queue":
                draft = Draft(Audience(WARD), chance.choice(texts))
                news = await _desk(here, "queue", who, QueueBroadcast(draft, 50))
                numbers += [news.number] if news.number and len(numbers) < 12 else []
            case "edit":
                draft = Draft(Audience(WARD), chance.choice(texts), number=number)
                await _desk(here, "steer", who, number, "edit")
                await _desk(here, "queue", who, QueueBroadcast(draft, 50))
            case "approve":
                await _desk(here, "approve", who, number, chance.choice(digests))
            case "steer":
                how = chance.choice(("cancel", "pause", "resume", "resume"))
                await _desk(here, "steer", who, number, how)
            case _:
                await _minutes(here, 1)
        ran += await _audit(here)
    assert ran > 100


async def _audit(here: Village) -> int:
    with sqlite3.connect(here.store.path) as look:
        rows = look.execute(
            "SELECT made_by, approved_by, digest, approved_digest, audience, body FROM broadcast b "
            "WHERE status IN ('running', 'done') OR EXISTS (SELECT 1 FROM outbox o "
            "WHERE o.broadcast_id = b.broadcast_id)"
        ).fetchall()
    look.close()
    for made_by, approved_by, digest, approved, audience, body in rows:
        assert approved == digest
        assert approved_by
        assert approved_by != made_by
        assert "far" not in approved_by + made_by
        draft = (
            msgspec.json.decode(audience, type=Audience),
            msgspec.json.decode(body, type=Announcement),
        )
        assert announcing.digest(*draft) == digest
    return len(rows)


async def test_who_lost_the_role_meanwhile_sends_nothing(here: Village) -> None:
    await here.given("lan")
    number = await _queue(here)
    async with here.store.transaction() as tx:
        await tx.end_role(here.id_of("hoa"), "volunteer", WARD, "", taken_by="", at=0)
    await _minutes(here, 2)
    assert (await _row(here, number)).status == "cancelled"
    assert not await _counts(here, number)


async def test_few_that_became_many_wait_for_a_second_person(here: Village) -> None:
    await _people(here, 49)
    number = await _queue(here)
    await here.given("one")
    await here.given("two")
    await _minutes(here, 2)
    assert (await _row(here, number)).status == "waiting_approval"


async def test_chunks_go_on_where_they_stopped(
    here: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcasts, "CHUNK", 7)
    everybody = await _people(here, 40)
    number = await _queue(here)
    await _minutes(here, 2)
    assert (await _counts(here, number))["waiting"] == 7
    for _ in range(8):
        here.broadcasts = broadcasts.Broadcasts(here.turns)  # another program
        await here.tick()
    told = Counter(row.learner_id for row in _taken(here))
    assert not told
    counts = await _counts(here, number)
    assert counts == {"sent": len(everybody) + 1}  # the coordinator lives there too
    assert (await _row(here, number)).status == "done"


async def test_cancelled_halfway_the_counts_are_exact(
    here: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcasts, "CHUNK", 10)
    await _people(here, 40)
    number = await _queue(here)
    await _minutes(here, 2)
    rows = _taken(here)
    here.turns.sent([SentRow(row.id, "sent") for row in rows[:4]])
    await here.turns.run_batch([])
    await _desk(here, "steer", "hoa", number, "cancel")
    # Two were under way when it was cancelled.
    here.turns.sent([SentRow(row.id, "sent") for row in rows[4:6]])
    await here.turns.run_batch([])
    await _minutes(here, 5)
    assert await _counts(here, number) == {"sent": 6, "cancelled": 4}


async def test_paused_and_going_on_nobody_gets_it_twice(here: Village) -> None:
    everybody = await _people(here, 40)
    number = await _queue(here)
    await _minutes(here, 2)
    rows = _taken(here)
    here.turns.sent([SentRow(row.id, "sent") for row in rows[:5]])
    await here.turns.run_batch([])
    await _desk(here, "steer", "hoa", number, "pause")
    here.turns.sent([SentRow(row.id, "sent") for row in rows[5:9]])  # under way
    await here.turns.run_batch([])
    await _minutes(here, 10)
    assert not _taken(here)
    await _desk(here, "steer", "mai", number, "resume")
    await _minutes(here, 1)
    again = _taken(here)
    assert {row.learner_id for row in rows[9:]} == {row.learner_id for row in again}
    assert len(again) == len(everybody) - 9


async def test_one_unasked_message_a_day(here: Village) -> None:
    await here.given("lan")
    first, second = await _queue(here), await _queue(here, Announcement("Tin thứ hai."))
    await here.pass_by(timedelta(minutes=2))
    assert (await _counts(here, first))["sent"] == 2
    assert await _counts(here, second) == {"later": 2}
    await here.pass_by(timedelta(hours=14))  # 23:02
    assert (await _counts(here, second))["sent"] == 0
    await here.pass_by(timedelta(hours=8))  # 7:02 of the next day
    assert await _counts(here, second) == {"sent": 2}


async def test_what_waits_at_nine_in_the_evening_is_tomorrows_message(here: Village) -> None:
    await _people(here, 3)
    here.now += timedelta(hours=11, minutes=57)  # 20:57
    number = await _queue(here)
    await _minutes(here, 2)
    rows = _taken(here)
    at_nine = int((here.now + timedelta(minutes=1)).timestamp() * 1000)
    assert {row.expires_at for row in rows} == {at_nine}
    here.now += timedelta(hours=10, minutes=6)  # 7:05, and one of them was asked a question
    async with here.store.transaction() as tx:
        (asked,) = (await tx.load_learners([rows[0].learner_id])).values()
    document = msgspec.json.decode(asked.document, type=Learner)
    document = nudge_times.asked(document, here.now)
    saved = LearnerRow(
        document.id, msgspec.json.encode(document), WARD, "active", None, None, asked.contact_id
    )
    async with here.store.transaction() as tx:
        await tx.save_learners([saved])
    here.turns.sent([SentRow(row.id, "later", "overnight") for row in rows])
    await here.turns.run_batch([])
    await _minutes(here, 0)
    assert {row.learner_id for row in _taken(here)} == {row.learner_id for row in rows[1:]}
    assert await _counts(here, number) == {"waiting": len(rows) - 1, "later": 1, "sent": 1}


async def test_those_of_a_later_day_are_cancelled_in_steps(
    here: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _people(here, 30)
    await _queue(here)
    await _minutes(here, 2)
    second = await _queue(here, Announcement("Tin thứ hai."))
    await _minutes(here, 2)
    later = (await _counts(here, second))["later"]
    assert later > 20
    monkeypatch.setattr("store.sqlite_broadcasts.ENOUGH", 10)
    await _desk(here, "steer", "hoa", second, "cancel")
    assert await _counts(here, second) == {"later": later - 10, "cancelled": 10}
    for _ in range(3):
        await here.tick()
    assert await _counts(here, second) == {"cancelled": later}


async def test_who_stopped_before_it_went_out_is_not_told(here: Village) -> None:
    await here.given("telegram:lan")
    await here.given("lan", channel="telegram")
    number = await _queue(here)
    await _minutes(here, 2)
    assert (await _counts(here, number))["waiting"] >= 1
    await here.tell("lan", await here.body("lan", "dừng lại"))
    counts = await _counts(here, number)
    assert counts["waiting"] == 0
    assert counts["cancelled"] == 1


async def test_at_night_only_an_emergency_of_a_coordinator_goes_out(here: Village) -> None:
    await _people(here, 5)
    here.now += timedelta(hours=13)  # 22:00
    flood = Announcement("Nước lên nhanh, bà con lên tầng hai.", ("seen",), urgent=True)
    usual = await _queue(here)
    refused = Draft(Audience(WARD), flood)
    assert (await _desk(here, "queue", "hoa", QueueBroadcast(refused, 50))).what == "refused"
    urgent = await _queue(here, flood, by="mai")
    await _minutes(here, 2)
    rows = _taken(here)
    assert {row.priority for row in rows} == {Priority.EMERGENCY}
    assert (await _counts(here, urgent))["waiting"] == 5
    assert not await _counts(here, usual)


async def test_two_urgent_ones_a_week(here: Village) -> None:
    await here.given("lan")
    flood = Announcement("Nước lên nhanh.", urgent=True)
    assert await _queue(here, flood, by="mai")
    assert await _queue(here, flood, by="mai")
    draft = Draft(Audience(WARD), flood)
    assert (await _desk(here, "queue", "mai", QueueBroadcast(draft, 50))).what == "too_many"


async def test_again_goes_to_whom_it_did_not_reach(here: Village) -> None:
    await _people(here, 6)
    number = await _queue(here)
    await _minutes(here, 2)
    rows = _taken(here)
    here.turns.sent([SentRow(row.id, "sent", "", f"m{row.id}") for row in rows[:3]])
    here.turns.sent([SentRow(row.id, "failed", "no network") for row in rows[3:]])
    await here.turns.run_batch([])
    await _minutes(here, 24 * 60)
    draft = Draft(Audience(WARD, missed=number), HALL)
    again = await _desk(here, "queue", "hoa", QueueBroadcast(draft, 50))
    assert again.people == len(rows) - 3
    await _minutes(here, 2)
    assert {row.learner_id for row in _taken(here)} == {row.learner_id for row in rows[3:]}
    # While those are on their way nobody is left to send it to.
    assert (await _desk(here, "queue", "hoa", QueueBroadcast(draft, 50))).what == "nobody"


async def test_a_correction_edits_the_message_it_corrects(here: Village) -> None:
    await _people(here, 2)
    number = await _queue(here)
    await here.pass_by(timedelta(minutes=2))
    draft = Draft(Audience(WARD, reached=number), Announcement("Đổi sang 9 giờ."))
    await _desk(here, "queue", "hoa", QueueBroadcast(draft, 50))
    await _minutes(here, 2)
    rows = _taken(here)
    assert {row.slot for row in rows} == {f"b{number}"}
    for row in rows:
        assert await here.store.sent_in_slot(row.contact_id, row.slot)


async def test_an_answer_of_nobody_who_got_it_counts_for_nothing(here: Village) -> None:
    await here.given("lan")
    await here.given("xa", ward="06658")
    number = await _queue(here)
    await here.pass_by(timedelta(minutes=2))
    for name in ("lan", "xa"):
        await here.tell(name, await here.press(name, f"b{number}-come", 0))
    async with here.store.transaction() as tx:
        answers = await tx.broadcasts.answer_counts(number)
    assert answers == [{"answer": "come", "people": 1}]
