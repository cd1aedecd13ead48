"""One transaction a batch: repeats, requests, the inbox, what raises, what is forgotten."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from bot.conversation.events import Body, Start, Text
from bot.conversation.learner import Learner
from bot.conversation.replies import Reply
from bot.passing import Incoming, Outcome, Pressed
from bot.turns import Turns
from store.base import Address, StoreUnavailable
from store.sqlite import SqliteStore, open_store
from tests.play import shelf

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
LAN, TU, BA = (Address("web", "web", name) for name in ("lan", "tu", "ba"))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    opened = await open_store(tmp_path / "hocvuso.db", now_ms=lambda: 0)
    yield opened
    await opened.close()


@pytest.fixture
def turns(store: SqliteStore) -> Turns:
    return Turns(store, shelf(), secret=b"test", clock=lambda: NOW)


_count = iter(range(1_000_000))


async def _tell(turns: Turns, who: Address, *bodies: Body | Pressed | str) -> None:
    for body in bodies:
        heard = Text(body) if isinstance(body, str) else body
        await turns.run_batch([Incoming(f"key-{next(_count)}", who, NOW, heard)])


async def _welcomed(turns: Turns, who: Address, first: Body | str = "xin chào") -> None:
    await _tell(turns, who, first, "1", "1", "hong gai", "sang")


async def _said(store: SqliteStore, who: Address) -> list[str]:
    lines = await store.history_after(who, 0, 1000)
    return [msgspec.json.decode(line.body, type=Reply).text for line in lines]


async def _learner(store: SqliteStore, who: Address) -> Learner:
    person = await store.person(who)
    assert person is not None
    return msgspec.json.decode(person.document, type=Learner)


async def _ticket(turns: Turns, store: SqliteStore, who: Address, words: str) -> str:
    await _tell(turns, who, words)
    link = next(text for text in reversed(await _said(store, who)) if "/i/" in text)
    return link.rsplit("/i/", 1)[1].split()[0]


async def test_the_same_update_counts_once(turns: Turns, store: SqliteStore) -> None:
    one = Incoming("same", LAN, NOW, Text("xin chào"))
    (first,) = await turns.run_batch([one])
    second, third = await turns.run_batch([one, one])
    assert not first.repeated
    assert second.repeated
    assert third.repeated
    assert (await _learner(store, LAN)).turn == 1


async def test_the_same_update_twice_in_one_batch_counts_once(
    turns: Turns, store: SqliteStore
) -> None:
    one = Incoming("same", LAN, NOW, Text("xin chào"))
    await turns.run_batch([one, one, one])
    assert (await _learner(store, LAN)).turn == 1


async def test_a_batch_keeps_each_learners_order(turns: Turns, store: SqliteStore) -> None:
    words = ["xin chào", "1", "2", "hong gai", "sang"]
    batch = [
        Incoming(f"{who.external_id}{n}", who, NOW, Text(word))
        for n, word in enumerate(words)
        for who in (LAN, TU, BA)
    ]
    await turns.run_batch(batch)
    for who in (LAN, TU, BA):
        learner = await _learner(store, who)
        assert (learner.pronouns, learner.ward, learner.hour) == ("co", "06685", "08:00")


async def test_an_invitation_opens_in_the_inviters_own_messenger(store: SqliteStore) -> None:
    doors = {"telegram": "https://t.me/hocvuso_bot?start="}
    turns = Turns(
        store,
        shelf(),
        secret=b"test",
        clock=lambda: NOW,
        door=lambda address: doors.get(address.channel, ""),
    )
    chat = Address("telegram", "main", "7")
    await _welcomed(turns, chat)
    await _tell(turns, chat, "mời bạn học")
    sent = await store.take_outbox("telegram:main", 1, after=0, limit=99)
    (link,) = [row.body.decode() for row in sent if b"t.me" in row.body]
    ticket = link.split("start=")[1].split('"')[0].split()[0]
    await _tell(turns, TU, Start(ticket))
    assert any("mời" in text for text in await _said(store, TU))


async def test_two_race_for_an_invitation_and_the_winner_can_thank(
    turns: Turns, store: SqliteStore
) -> None:
    await _welcomed(turns, LAN)
    ticket = await _ticket(turns, store, LAN, "mời bạn học")
    await turns.run_batch(
        [Incoming(f"race-{n}", who, NOW, Start(ticket)) for n, who in enumerate((TU, BA))]
    )
    invited = [who for who in (TU, BA) if any("mời" in text for text in await _said(store, who))]
    assert invited == [TU]
    for who in (TU, BA):
        await _tell(turns, who, "1", "1", "hong gai", "sang", "gửi lời cảm ơn")
    thanks = [text for text in await _said(store, LAN) if "gửi lời cảm ơn bác" in text]
    assert len(thanks) == 1
    assert await store.count("inbox") == 0


async def test_thanks_written_before_a_crash_arrive_after_it(
    turns: Turns, store: SqliteStore
) -> None:
    await _welcomed(turns, LAN)
    ticket = await _ticket(turns, store, LAN, "mời bạn học")
    await _welcomed(turns, TU, Start(ticket))

    async def crashed(*_: object) -> None:
        return None

    turns._empty_inbox = crashed  # type: ignore[method-assign]
    await _tell(turns, TU, "gửi lời cảm ơn")
    assert await store.count("inbox") == 1
    again = Turns(store, shelf(), secret=b"test", clock=lambda: NOW)
    await again.recover()
    assert await store.count("inbox") == 0
    assert any("gửi lời cảm ơn bác" in text for text in await _said(store, LAN))


async def test_what_raises_is_set_aside_alone(
    turns: Turns, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot import batch as room

    real = room.step

    def step(learner, event, world):  # type: ignore[no-untyped-def]
        if event.body == Text("poison"):
            raise ValueError("words of a learner")
        return real(learner, event, world)

    monkeypatch.setattr(room, "step", step)
    await turns.run_batch(
        [
            Incoming("1", LAN, NOW, Text("xin chào")),
            Incoming("2", TU, NOW, Text("poison")),
            Incoming("3", LAN, NOW, Text("1")),
        ]
    )
    assert await store.count("quarantine") == 1
    assert (await _learner(store, LAN)).consent == "yes"
    assert "trục trặc" in (await _said(store, TU))[-1]


async def test_a_borrowed_press_changes_nothing(turns: Turns, store: SqliteStore) -> None:
    await _tell(turns, LAN, "xin chào")
    await _tell(turns, TU, "xin chào")
    mine = turns.seals.press((await _learner(store, LAN)).id, 1, "agree")
    await _tell(turns, TU, Pressed(mine), Pressed("1.agree.AAAAAAAAAAAA"), Pressed("\x00"))
    assert (await _learner(store, TU)).consent == ""
    await _tell(turns, LAN, Pressed(mine))
    assert (await _learner(store, LAN)).consent == "yes"


async def test_an_update_that_could_not_be_read_is_read_by_a_better_program(
    turns: Turns, store: SqliteStore
) -> None:
    chat = b'"chat":{"id":7,"type":"private"}'
    for number, body in enumerate((b'{%b,"text":"xin chao"}', b'{%b,"text":5}'), 1):
        raw = b'{"update_id":%d,"message":%b}' % (number, body % chat)
        await turns.set_aside(f"telegram:main:update:{number}", "BadUpdate", raw)
    zalo = b'{"event_name":"message.text.received","message":{"from":{"id":"u"},"chat":{"id":"u",'
    zalo += b'"chat_type":"PRIVATE"},"message_id":"m","date":1,"text":"xin chao"}}'
    await turns.set_aside("zalo_bot:main:message:m", "ValueError", zalo)
    assert [await turns.replay(number) for number in (1, 2, 3)] == ["done", "failed", "done"]
    assert (await _learner(store, Address("telegram", "main", "7"))).turn == 1
    assert (await _learner(store, Address("zalo_bot", "main", "u"))).turn == 1
    assert await store.count("quarantine") == 1


async def test_a_chat_that_blocked_us_is_left_in_peace_until_it_is_back(
    turns: Turns, store: SqliteStore
) -> None:
    chat = Address("telegram", "main", "7")
    await _tell(turns, chat, "xin chào")
    await turns.left(chat)
    person = await store.person(chat)
    assert person is not None
    assert person.unreachable
    assert await store.take_outbox("telegram:main", 1, after=0, limit=9) == []
    await turns.returned(chat)
    person = await store.person(chat)
    assert person is not None
    assert not person.unreachable
    await turns.left(Address("telegram", "main", "nobody knows"))


async def test_a_chat_with_a_new_id_keeps_its_learner(turns: Turns, store: SqliteStore) -> None:
    old, new = Address("telegram", "main", "7"), Address("telegram", "main", "-1007")
    await _tell(turns, old, "xin chào")
    before = await _learner(store, old)
    await turns.renamed(old, "-1007")
    assert await store.person(old) is None
    assert await _learner(store, new) == before


async def test_what_a_chat_said_later_does_not_overtake_what_failed(
    turns: Turns, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = turns.run_batch, iter(range(100))

    async def fails_for_a_while(batch: list[Incoming]) -> list[Outcome]:
        if next(calls) < 2:  # the batch, then its first event alone
            raise StoreUnavailable("disk full")
        return await real(batch)

    monkeypatch.setattr(turns, "run_batch", fails_for_a_while)
    running = asyncio.create_task(turns.run())
    heard = await asyncio.gather(
        turns.hear("1", LAN, Text("xin chào")),
        turns.hear("2", LAN, Text("1")),
        turns.hear("3", TU, Text("xin chào")),
        return_exceptions=True,
    )
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert [isinstance(one, TimeoutError) for one in heard] == [True, True, False]
    assert await store.person(LAN) is None


async def test_an_erased_learner_gets_a_goodbye_that_is_nowhere_kept(
    turns: Turns, store: SqliteStore
) -> None:
    await _welcomed(turns, LAN)
    await _tell(turns, LAN, "xóa dữ liệu")
    (outcome,) = await turns.run_batch([Incoming("bye", LAN, NOW, Text("1"))])
    assert [reply.text for reply in outcome.farewell] == [
        "Cháu đã xóa xong. Cảm ơn bác đã học cùng ạ."
    ]
    assert await store.person(LAN) is None
    assert await store.count("history") == 0
    assert await store.count("fact") == 0


async def test_a_secret_is_not_kept(turns: Turns, store: SqliteStore) -> None:
    await _welcomed(turns, LAN)
    await _tell(turns, LAN, "mã của tôi là 482913")
    assert not [text for text in await _said(store, LAN) if "482913" in text]
