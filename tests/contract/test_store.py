"""What every store must do. A second store is one more line in `STORES`."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from store.base import (
    Address,
    FactRow,
    HistoryRow,
    InboxRow,
    LearnerRow,
    NewTicket,
    OutboxRow,
    Person,
    QuarantineRow,
    SentRow,
    Store,
)
from store.sqlite import open_store

WEB = Address("web", "web", "visitor-1")
CHAT = Address("telegram", "main", "42")
BOT = "telegram:main"
MARKER = "chị Hồng bán cá ở chợ Hạ Long"


async def _sqlite(folder: Path) -> Store:
    return await open_store(folder / "hocvuso.db", now_ms=lambda: 1_000)


STORES = {"sqlite": _sqlite}


@pytest.fixture(params=STORES)
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    opened = await STORES[request.param](tmp_path)
    async with opened.transaction() as tx:
        await tx.add_people(
            [Person(1, WEB, "lan", b'{"turn":1}'), Person(2, CHAT, "tu", b"{}")], 10
        )
    yield opened
    await opened.close()


async def test_a_key_is_new_once(store: Store) -> None:
    async with store.transaction() as tx:
        assert await tx.first_seen(["a", "b"], 1) == {"a", "b"}
        assert await tx.first_seen(["b", "c"], 1) == {"c"}
        assert await tx.first_seen([], 1) == set()


async def test_a_chat_leads_to_its_learner(store: Store) -> None:
    stranger = Address("web", "web", "nobody")
    async with store.transaction() as tx:
        people = await tx.load_people([WEB, CHAT, stranger])
        assert people == {
            WEB: Person(1, WEB, "lan", b'{"turn":1}'),
            CHAT: Person(2, CHAT, "tu", b"{}"),
        }
        assert set(await tx.load_learners(["lan", "nobody"])) == {"lan"}
    assert (await store.person(CHAT)) == people[CHAT]
    assert await store.person(stranger) is None


async def test_a_document_is_saved(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.save_learners([LearnerRow("lan", b"new", "06685", "active", None, 20, 1)])
    person = await store.person(WEB)
    assert person is not None
    assert person.document == b"new"


async def test_an_accounts_messages_and_people_are_counted(store: Store) -> None:
    for counted in ([(BOT, "2026-11", 3), (BOT, "2026-12", 1)], [(BOT, "2026-11", 4)], []):
        async with store.transaction() as tx:
            await tx.count_messages(counted)
    assert await store.messages_in_month(BOT, "2026-11") == 7
    assert await store.messages_in_month(BOT, "2027-01") == 0
    assert [await store.chats_of(one) for one in (BOT, "telegram:second", "web:web")] == [1, 0, 1]


async def test_what_fails_leaves_nothing(store: Store) -> None:
    with pytest.raises(RuntimeError):
        async with store.transaction() as tx:
            await tx.first_seen(["a"], 1)
            await tx.add_facts([FactRow("lan", 1, "attempt", b"{}", 1)])
            raise RuntimeError
    assert await store.count("seen") == 0
    assert await store.count("fact") == 0


async def test_a_cancelled_batch_leaves_nothing_and_the_next_works(store: Store) -> None:
    started = asyncio.Event()

    async def hang() -> None:
        async with store.transaction() as tx:
            await tx.first_seen(["a"], 1)
            started.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(hang())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with store.transaction() as tx:
        assert await tx.first_seen(["a"], 1) == {"a"}


async def test_history_keeps_its_order(store: Store) -> None:
    rows = [HistoryRow(1, "lan", "bot", f"line {n}".encode(), n) for n in range(5)]
    async with store.transaction() as tx:
        ids = await tx.add_history(rows[:3])
        ids += await tx.add_history(rows[3:])
    assert ids == sorted(set(ids))
    assert [m.body for m in await store.history_after(WEB, ids[0], 2)] == [b"line 1", b"line 2"]
    assert [m.body for m in await store.history_latest(WEB, 2)] == [b"line 3", b"line 4"]
    assert await store.history_after(CHAT, 0, 10) == []


async def test_an_event_for_another_waits_until_it_is_taken(store: Store) -> None:
    row = InboxRow("turn:lan:3:0", "tu", b"{}", 1)
    async with store.transaction() as tx:
        await tx.add_inbox([row])
        await tx.add_inbox([row])
    with pytest.raises(RuntimeError):
        async with store.transaction() as tx:
            assert await tx.take_inbox(10) == [row]
            raise RuntimeError
    async with store.transaction() as tx:
        assert await tx.take_inbox(10) == [row]
        assert await tx.take_inbox(10) == []


@pytest.mark.parametrize(
    ("by", "at", "purpose", "wins"),
    [
        ("tu", 50, "invite", True),
        ("tu", 100, "invite", False),  # its last moment is over
        ("lan", 50, "invite", False),  # one's own invitation
        ("tu", 50, "return", False),  # for something else
    ],
)
async def test_a_ticket_is_good_for_its_purpose_and_time(
    store: Store, by: str, at: int, purpose: str, wins: bool
) -> None:
    async with store.transaction() as tx:
        await tx.make_tickets([NewTicket("hash", "invite", "lan", 100)])
        won = await tx.use_ticket("hash", purpose, by, at)
    assert (won is not None) is wins
    assert (await store.ticket_purpose("hash", 50) is None) is wins


async def test_two_race_for_a_ticket_and_one_wins(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.make_tickets([NewTicket("hash", "invite", "lan", 100)])

    async def race(learner_id: str) -> bool:
        async with store.transaction() as tx:
            return await tx.use_ticket("hash", "invite", learner_id, 50) is not None

    won = await asyncio.gather(*(race(f"racer-{n}") for n in range(8)))
    assert sum(won) == 1
    winner = f"racer-{won.index(True)}"
    async with store.transaction() as tx:
        found = await tx.find("inviter", [winner, "tu"])
    assert found == {winner: [{"learner_id": "lan"}]}


async def test_a_return_ticket_leads_to_its_maker_once(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.make_tickets([NewTicket("hash", "return", "lan", 100)])
    found = await asyncio.gather(*(store.use_return_ticket("hash", 50) for _ in range(5)))
    assert sorted(found, key=bool) == [None] * 4 + [WEB]


async def test_each_bot_drains_its_own_rows_by_priority(store: Store) -> None:
    async with store.transaction() as tx:
        ids = await tx.add_outbox(
            [OutboxRow(2, "tu", BOT, 1, priority, b"{}", 1) for priority in (3, 1, 0, 1)]
            + [OutboxRow(2, "tu", "telegram:other", 1, 1, b"{}", 1)]
        )
    answers = await store.take_outbox(BOT, 1, after=0, limit=10)
    assert [row.id for row in answers] == [ids[1], ids[3]]
    assert answers[0].address == CHAT
    assert [row.id for row in await store.take_outbox(BOT, 1, after=ids[1], limit=9)] == [ids[3]]
    assert await store.outbox_accounts() == [BOT, "telegram:other"]
    async with store.transaction() as tx:
        await tx.mark_sent([SentRow(ids[1], "sent", "", "77"), SentRow(ids[3], "failed", "x")], 9)
    assert await store.take_outbox(BOT, 1, after=0, limit=10) == []


async def test_what_waits_for_a_chat_that_is_gone_is_cancelled(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.add_outbox([OutboxRow(2, "tu", BOT, 1, 1, b"{}", 1)])
        await tx.mark_unreachable([2], 5)
    assert await store.outbox_accounts() == []
    person = await store.person(CHAT)
    assert person is not None
    assert person.unreachable
    async with store.transaction() as tx:
        await tx.mark_reachable([2])
        await tx.move_contacts([(2, "-10042")])
    moved = await store.person(CHAT._replace(external_id="-10042"))
    assert moved is not None
    assert (moved.learner_id, moved.unreachable) == ("tu", False)


async def test_who_wants_nothing_unasked_still_gets_answers(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.add_outbox([OutboxRow(2, "tu", BOT, 1, n, b"{}", 1) for n in (0, 1, 2, 3)])
        await tx.cancel_unasked(["tu"], 5)
    left = [len(await store.take_outbox(BOT, n, after=0, limit=9)) for n in range(4)]
    assert left == [1, 1, 0, 0]


async def test_the_newest_message_of_a_slot_is_found(store: Store) -> None:
    rows = [OutboxRow(2, "tu", BOT, 1, 1, b"{}", 1, None, "broadcast:7") for _ in range(2)]
    async with store.transaction() as tx:
        first, second = await tx.add_outbox(rows)
        await tx.mark_sent([SentRow(first, "sent", "", "70"), SentRow(second, "sent", "", "71")], 9)
    assert await store.sent_in_slot(2, "broadcast:7") == "71"
    assert await store.sent_in_slot(2, "broadcast:8") == ""


async def test_a_file_is_remembered_by_what_the_channel_calls_it(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.keep_files([(BOT, "asset:a", "AgAC1"), (BOT, "asset:a", "AgAC2")])
    assert await store.files(BOT) == {"asset:a": "AgAC2"}


async def test_the_chat_last_used_is_the_one_that_is_told(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.save_learners([LearnerRow("lan", b"{}", "", "active", None, 20, 1)])
        assert (await tx.load_learners(["lan"]))["lan"].address == WEB
        await tx.save_learners([LearnerRow("lan", b"{}", "", "active", None, 30, 2)])
        assert (await tx.load_learners(["lan"]))["lan"].address == CHAT


async def test_erasing_leaves_no_trace_in_any_file(store: Store, tmp_path: Path) -> None:
    marked = json.dumps(MARKER, ensure_ascii=False).encode()
    async with store.transaction() as tx:
        await tx.save_learners([LearnerRow("lan", marked * 50, "", "active", None, 1, 1)])
        await tx.add_facts([FactRow("lan", 1, "attempt", marked, 1)])
        await tx.add_history([HistoryRow(1, "lan", "learner", marked, 1)])
        await tx.add_outbox([OutboxRow(1, "lan", BOT, 1, 1, marked, 1)])
        await tx.add_inbox([InboxRow("turn:tu:1:0", "lan", marked, 1)])
        await tx.add_quarantine([QuarantineRow("k", "lan", "Text", "", marked, 1)])
        await tx.make_tickets([NewTicket("hash", "invite", "lan", 100)])
    async with store.transaction() as tx:
        await tx.erase_learner("lan", 5)
    assert await store.person(WEB) is None
    assert await store.person(CHAT) is not None
    for table in ("fact", "history", "outbox", "inbox", "ticket", "quarantine"):
        assert await store.count(table) == 0, table
    assert await store.count("erased") == 1
    await store.close()
    for file in tmp_path.iterdir():
        assert MARKER.encode() not in file.read_bytes(), file.name


async def test_guests_and_old_keys_are_forgotten(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.save_learners([LearnerRow("lan", b"{}", "", "guest", None, 10, 1)])
        await tx.first_seen(["old"], 10)
        await tx.first_seen(["new"], 1_000)
    gone = await store.forget(
        guests_before=100,
        seen_before=100,
        history_before=100,
        sent_before=100,
        raw_before=100,
        at=1_000,
        limit=50,
    )
    assert gone == 2
    assert await store.person(WEB) is None
    assert await store.count("seen") == 1


async def test_it_can_be_closed_twice(store: Store) -> None:
    await store.probe()
    await store.close()
    await store.close()
