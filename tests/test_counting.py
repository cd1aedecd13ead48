"""What is much is counted beside the turns, and whoever asked is told; what is few, at once."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from bot.broadcasting import Desk
from bot.conversation import announcing
from bot.conversation.days import milliseconds
from bot.conversation.draft import Announcement, Audience, Draft
from bot.conversation.replies import QueueBroadcast
from bot.conversation.who import COMMAND_LINE
from bot.counting import Tallies
from store.base import Address, LearnerRow, OutboxRow, Person
from store.broadcasts import BroadcastRow, Seeking
from store.sqlite_broadcasts import LOOKED_THROUGH, merged
from tests.play import shelf
from tests.village import Village, village

WARD = "06685"
MANY = LOOKED_THROUGH + 200


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Village]:
    async with village(tmp_path) as opened:
        await opened.given("mai", role="coordinator", ward=WARD, name="Mai", pronouns="chi")
        yield opened
        await opened.turns.counted()


async def _live(here: Village, many: int, *, done: Sequence[int] = ()) -> None:
    """So many learners of the ward; those of `done` have finished a lesson."""
    people, rows = [], []
    for number in range(many):
        name = f"p{number:05}"
        fields = {"id": name, "consent": "yes", "ward": WARD, "hour": "08:00", "turn": 1}
        document = msgspec.json.encode({**fields, "done": ["L0101"]} if number in done else fields)
        people.append(Person(10_000 + number, Address("telegram", "main", name), name, document))
        here.people[name] = people[-1].address
        rows.append(LearnerRow(name, document, WARD, "active", None, 0, 10_000 + number))
    async with here.store.transaction() as tx:
        await tx.add_people(people, 0)
        await tx.save_learners(rows)


async def _asked(here: Village) -> list[str]:
    """What the coordinator hears from here on."""
    here.told.clear()
    await here.turns.counted()
    await here.gather()
    return here.said_to("mai")


async def test_many_are_counted_after_the_answer(here: Village) -> None:
    await _live(here, MANY)
    await here.say("mai", "việc tình nguyện", "gửi tin")
    assert here.said_to("mai")[-1].startswith("Em đang đếm")
    assert await _asked(here) == ["Gửi tin cho ai ở phường Hồng Gai ạ?"]
    assert here.newest["mai"].options[0].label == f"Tất cả, {MANY}"
    # The same people a moment later are known.
    await here.say("mai", "1", "Nước lên.")
    assert f"{MANY} người (Telegram {MANY})" in here.said_to("mai")[-1]
    await here.say("mai", "1")
    assert "cần một người nữa xem và duyệt" in here.said_to("mai")[-2]


async def test_what_was_counted_long_ago_is_counted_anew(here: Village) -> None:
    """Until it is, a number that is typed means the key that bore it."""
    await _live(here, MANY)
    await here.say("mai", "việc tình nguyện", "gửi tin")
    await _asked(here)
    await here.given("lan")
    await here.say("mai", "(sticker)")
    await here.turns.counted()
    assert here.newest["mai"].options[0].label == f"Tất cả, {MANY}"
    here.now += timedelta(minutes=3)
    await here.say("mai", "(sticker)")
    assert here.newest["mai"].options[0].label == f"Tất cả, {MANY}"
    assert await _asked(here) == ["Gửi tin cho ai ở phường Hồng Gai ạ?"]
    assert here.newest["mai"].options[0].label == f"Tất cả, {MANY + 1}"
    here.now += timedelta(minutes=3)
    await here.say("mai", "1", "Nước lên.")
    assert await _asked(here) == []  # it is what was shown
    await here.say("mai", "1")
    assert "cần một người nữa xem và duyệt" in here.said_to("mai")[-2]


async def test_after_a_restart_nothing_goes_out_uncounted(here: Village) -> None:
    await _live(here, MANY)
    await here.say("mai", "việc tình nguyện", "gửi tin")
    await _asked(here)
    await here.say("mai", "1", "Nước lên.")
    here.turns.tallies = Tallies(here.store, lambda: here.now)
    await here.tell("mai", await here.press("mai", "send"))
    assert here.said_to("mai")[-1].startswith("Em đang đếm")
    assert "Bà con sẽ thấy" in (await _asked(here))[-1]
    assert await here.store.count("broadcast") == 0


async def test_who_went_elsewhere_meanwhile_is_left_alone(here: Village) -> None:
    await _live(here, MANY)
    await here.say("mai", "việc tình nguyện", "gửi tin", "học")
    assert await _asked(here) == []


async def test_few_are_counted_at_once(here: Village) -> None:
    await _live(here, LOOKED_THROUGH - 2)
    await here.say("mai", "việc tình nguyện", "gửi tin")
    assert here.said_to("mai")[-1] == "Gửi tin cho ai ở phường Hồng Gai ạ?"


async def test_the_report_of_many_is_counted_after_the_answer(here: Village) -> None:
    await _live(here, MANY)
    async with here.store.transaction() as tx:
        await tx.broadcasts.add(_row(Audience(WARD)))
    rows = [
        OutboxRow(
            10_000 + number, f"p{number:05}", "telegram:main", 0, 3, b"", 0,
            broadcast_id=1, status="failed" if number < 7 else "sent",
        )
        for number in range(MANY)
    ]  # fmt: skip
    async with here.store.transaction() as tx:
        await tx.add_outbox(rows)
    await here.say("mai", "việc tình nguyện", "gửi tin")
    await _asked(here)
    await here.say("mai", "tin đã có", "1")
    assert here.said_to("mai")[-1].startswith("Em đang đếm")
    (report,) = await _asked(here)
    assert report.startswith(f"{MANY} người: {MANY - 7} tới, 7 chưa tới")


def _nobody(*_: object) -> None:
    """Told to nobody, dropped from nowhere."""


def _row(audience: Audience) -> BroadcastRow:
    return BroadcastRow(
        broadcast_id=0,
        root=0,
        made_by="learner-mai",
        ward=audience.ward,
        hamlet="",
        audience=msgspec.json.encode(audience).decode(),
        body=msgspec.json.encode(Announcement("Nước lên.")).decode(),
        digest="",
        urgent=0,
        status="done",
        recipients=MANY,
        second=50,
        approved_by="",
        approved_digest="",
        made_at=0,
        send_at=0,
        expanded=1,
    )


async def test_the_few_among_many_are_found_in_short_steps(here: Village) -> None:
    """A chunk looks through so many learners, however few of them fit."""
    done = range(3 * LOOKED_THROUGH)
    await _live(here, len(done) + 5, done=done)
    draft = Draft(Audience(WARD, not_started=True), Announcement("Mời bà con học thử."))
    seeking = Seeking(**announcing.seeking(draft.audience, "learner-mai", here.now))
    async with here.store.transaction() as tx:
        first = await tx.broadcasts.audience(seeking, after="", limit=500)
        assert await tx.broadcasts.audience_size(seeking) is None
    assert (first.learner_ids, first.ended) == ([], False)
    assert await here.store.audience_size(seeking) == {"telegram": 5}
    async with here.store.transaction() as tx:
        desk = Desk(tx, milliseconds(here.now), _nobody, _nobody, here.store.audience_size)
        assert (await desk.queue(QueueBroadcast(draft, 50), COMMAND_LINE)).what == "held"
    here.now += timedelta(minutes=2)
    await here.tick()
    async with here.store.transaction() as tx:
        assert await tx.broadcasts.recipient_counts(1) == [
            {"status": "sent", "reason": "", "people": 6}
        ]


@pytest.mark.parametrize(
    ("lists", "found", "ended"),
    [
        ([], [], True),
        ([["a", "b"], ["b"]], ["a", "b"], True),
        ([["a", "b", "c"], ["b", "d"]], ["a", "b", "c"], False),
        ([["a", "f", "g"], ["b", "c", "d"]], ["a", "b", "c", "d"], False),
    ],
)
def test_several_lists_are_one_as_far_as_all_of_them_go(
    lists: list[list[str]], found: list[str], ended: bool
) -> None:
    assert merged(lists, "", 3)[::2] == (found, ended)


def test_each_channel_takes_its_own_time() -> None:
    people = {"telegram": 31_108, "zalo_bot": 31_155, "web": 15_635}
    rules = replace(shelf(), sends_per_s={"telegram": 29.5, "zalo_bot": 20.0})
    assert announcing.minutes_needed(people, rules) == {"telegram": 18, "zalo_bot": 26, "web": 1}
    free = replace(rules, sends_per_s={"telegram": 0.0})  # a server of one's own
    assert announcing.minutes_needed(people, free) == {"telegram": 1, "zalo_bot": 1, "web": 1}
    assert announcing.minutes_needed({}, rules) == {}
