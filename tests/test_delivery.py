"""The outbox is drained by priority, at the right pace, within the limits, losing nothing.

Time is a number that the test moves; the store is a real SQLite file; the channel is a
small fake that keeps what it was given and answers by script.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.json import encode

from bot.channels.base import Letter, Sending
from bot.conversation.events import Text
from bot.conversation.quiet import QuietHours
from bot.conversation.replies import Reply
from bot.delivery import Delivery, held_at_night, pace_s
from bot.limits import Limits
from bot.passing import Incoming
from bot.turns import Turns
from store.base import Address, OutboxRow, Person
from store.sqlite import SqliteStore, open_store
from tests.play import shelf

START = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
FREE = Limits(sends_per_s=0, chat_sends_per_s=0)


class FakeLink:
    """Down from `failed` until `worked`; tried again every 10 s."""

    def __init__(self) -> None:
        self.is_down = False
        self.next_at = 0.0

    def wait(self, now: float) -> float:
        return max(0.0, self.next_at - now) if self.is_down else 0.0

    def claim(self, now: float) -> bool:
        self.next_at = now + 10
        return True

    def failed(self, now: float) -> None:
        self.is_down, self.next_at = True, now + 10

    def worked(self) -> None:
        self.is_down = False


class FakeSender:
    """Keeps each letter with its moment; `answers` scripts how sends end."""

    channel, account, text_limit, caption_limit = "telegram", "main", 4096, 1024

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.link = FakeLink()
        self.sent: list[tuple[float, Letter]] = []
        self.tries: list[float] = []
        self.typing: list[float] = []
        self.answers: Iterator[Sending] = iter(())

    async def send(self, letter: Letter) -> Sending:
        self.tries.append(self.clock())
        sending = next(self.answers, Sending("sent"))
        if sending.how == "sent":
            self.sent.append((self.clock(), letter))
            return Sending("sent", message_ref=str(len(self.sent)))
        return sending

    async def show_typing(self, address: Address) -> None:
        self.typing.append(self.clock())

    @property
    def texts(self) -> list[str]:
        return [letter.reply.text for _, letter in self.sent]


class Bench:
    """Turns, delivery and a fake account on one clock that the test moves."""

    def __init__(self, store: SqliteStore, limits: Limits, *, pacing: bool, in_flight: int) -> None:
        self.now = 1000.0
        self.store = store
        self.turns = Turns(
            store,
            shelf(),
            secret=b"test",
            clock=lambda: START + timedelta(seconds=self.now - 1000),
            on_commit=lambda committed: self.delivery.committed(committed),
            is_waiting=lambda contact_id: self.delivery.is_waiting(contact_id),
        )
        self.delivery = Delivery(
            self.turns,
            in_flight=in_flight,
            pacing=pacing,
            clock=lambda: self.now,
            now_ms=lambda: int(self.now * 1000),
            hold_s=held_at_night(QuietHours(), lambda: START + timedelta(seconds=self.now - 1000)),
            chance=lambda: 0.5,
        )
        self.sender = FakeSender(lambda: self.now)
        self.delivery.add(self.sender, limits)

    async def queue(self, *texts: str, chat: int = 1, priority: int = 1, **fields: object) -> None:
        """Replies of one turn that an earlier program left on disk."""
        async with self.store.transaction() as tx:
            rows = [
                OutboxRow(
                    chat, f"learner-{chat}", "telegram:main", 1, priority, encode(Reply(text)), 0,
                    **fields,  # type: ignore[arg-type]  # as each test gives them
                )
                for text in texts
            ]  # fmt: skip
            await tx.add_outbox(rows)

    async def run(self, seconds: float) -> None:
        """Let that much time pass, event by event."""
        end = self.now + seconds
        while True:
            self.delivery._wake.clear()
            wait_s = await self.delivery.round()
            await asyncio.gather(*self.delivery._tasks)
            await self.turns.close()
            if self.delivery._wake.is_set():
                wait_s = 0.001
            if self.now + wait_s > end:
                self.now = end
                return
            self.now += wait_s


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    opened = await open_store(tmp_path / "hocvuso.db", now_ms=lambda: 0)
    people = [
        (n, Address("telegram", "main", str(n)), f"learner-{n}", b"{}") for n in range(1, 301)
    ]
    async with opened.transaction() as tx:
        await tx.add_people([Person(*one) for one in people], 0)
    yield opened
    await opened.close()


@pytest.fixture
def bench(store: SqliteStore) -> Callable[..., Bench]:
    def make(limits: Limits = FREE, *, pacing: bool = False, in_flight: int = 32) -> Bench:
        return Bench(store, limits, pacing=pacing, in_flight=in_flight)

    return make


async def test_urgent_goes_first_and_order_is_kept_in_a_chat(bench: Callable[..., Bench]) -> None:
    work = bench(in_flight=1)
    await work.queue("tin chung", chat=1, priority=3)
    await work.queue("nhắc", chat=2, priority=2)
    await work.queue("một", chat=3)
    await work.queue("gấp", chat=4, priority=0)
    await work.run(2)
    assert work.sender.texts == ["gấp", "một", "nhắc", "tin chung"]


async def test_a_turn_is_one_message_without_pacing(bench: Callable[..., Bench]) -> None:
    work = bench()
    await work.queue("Đúng ạ.", "Câu tiếp theo?")
    await work.run(1)
    assert work.sender.texts == ["Đúng ạ.\n\nCâu tiếp theo?"]
    assert await work.store.take_outbox("telegram:main", 1, after=0, limit=9) == []


async def test_at_leisure_one_message_after_another_at_a_readers_pace(
    bench: Callable[..., Bench],
) -> None:
    work = bench(Limits(), pacing=True)
    await work.queue("Đúng ạ.", "Câu tiếp theo là gì ạ?", "Bấm một nút nhé.")
    await work.run(20)
    (first, _), (second, letter), (third, _) = work.sender.sent
    assert second - first == pytest.approx(pace_s(letter.reply), abs=0.1)
    assert third - second >= 1.0
    assert len(work.sender.typing) == 2


async def test_danger_is_told_without_a_pause(bench: Callable[..., Bench]) -> None:
    work = bench(FREE, pacing=True)
    await work.queue("Dừng lại.", "Gọi ngân hàng.", priority=0)
    await work.run(5)
    assert work.sender.sent[-1][0] - work.sender.sent[0][0] <= 1.1


async def test_several_turns_are_joined_and_only_the_newest_question_keeps_its_keys(
    bench: Callable[..., Bench],
) -> None:
    work = bench(Limits(), pacing=True)
    lan = Address("telegram", "main", "777")
    for number, word in enumerate(("xin chào", "1", "1")):
        await work.turns.run_batch([Incoming(f"k{number}", lan, START, Text(word))])
    await work.run(10)
    assert len(work.sender.sent) == 1
    letter = work.sender.sent[0][1]
    assert "đồng ý" in letter.reply.text
    assert len(letter.presses) == len(letter.reply.options)
    newest = work.turns.seals.read(await _learner_id(work, lan), letter.presses[0])
    assert newest.turn == letter.reply.turn  # type: ignore[union-attr]


async def _learner_id(work: Bench, address: Address) -> str:
    person = await work.store.person(address)
    assert person is not None
    return person.learner_id


async def test_an_account_keeps_to_its_limit_and_leaves_room_for_answers(
    bench: Callable[..., Bench],
) -> None:
    work = bench(Limits(chat_sends_per_s=0))
    for chat in range(1, 201):
        await work.queue("tin chung", chat=chat, priority=3)
    await work.run(3)
    before = len(work.sender.sent)
    assert 29.5 * 3 - 2 <= before <= 29.5 * 3 + 6
    lan = Address("telegram", "main", "777")
    asked_at = work.now
    await work.turns.run_batch([Incoming("k", lan, START, Text("xin chào"))])
    await work.run(0.2)
    answer = next(at for at, letter in work.sender.sent if letter.address == lan)
    assert answer - asked_at < 0.01
    await work.run(10)
    assert len(work.sender.sent) == 201


async def test_a_chat_keeps_to_its_own_limit(bench: Callable[..., Bench]) -> None:
    work = bench(Limits(sends_per_s=0))
    await work.run(5)
    for n in range(6):
        await work.queue(f"tin {n}", priority=3)
    work.delivery._lanes["telegram:main"].missed[3] = True
    await work.run(10)
    moments = [at - work.sender.sent[0][0] for at, _ in work.sender.sent]
    assert moments == pytest.approx([0, 0, 0, 1, 2, 3], abs=0.1)


async def test_retry_after_of_a_chat_holds_that_chat_alone(bench: Callable[..., Bench]) -> None:
    work = bench()
    work.sender.answers = iter([Sending("wait", wait_s=7)])
    await work.queue("một", chat=1)
    await work.queue("hai", chat=2)
    await work.run(10)
    assert work.sender.texts == ["hai", "một"]
    assert work.sender.tries[-1] - work.sender.tries[0] >= 7


async def test_retry_after_of_the_account_holds_everybody(bench: Callable[..., Bench]) -> None:
    work = bench(in_flight=1)
    work.sender.answers = iter([Sending("wait", wait_s=7, whole_account=True)])
    await work.queue("một", chat=1)
    await work.queue("hai", chat=2)
    await work.run(20)
    assert len(work.sender.sent) == 2
    assert min(at for at, _ in work.sender.sent) - work.sender.tries[0] >= 7


async def test_trouble_is_tried_again_ever_more_slowly(bench: Callable[..., Bench]) -> None:
    work = bench()
    work.sender.answers = iter([Sending("again", "502")] * 8)
    await work.queue("một")
    await work.run(400)
    gaps = [b - a for a, b in zip(work.sender.tries, work.sender.tries[1:], strict=False)]
    assert gaps == pytest.approx([1, 2, 4, 8, 16, 32, 60, 60], rel=0.05)
    assert work.sender.texts == ["một"]


async def test_an_hour_without_the_channel_is_few_tries_and_nothing_lost(
    bench: Callable[..., Bench],
) -> None:
    work = bench(Limits())
    for chat in range(1, 101):
        await work.queue("một", chat=chat)
    work.sender.answers = iter([Sending("again", "network", no_answer=True)] * 200)
    await work.run(1000)
    tries = len(work.sender.tries)
    assert tries <= 32 + 1000 / 10 + 1
    work.sender.answers = iter(())
    await work.run(60)
    assert len(work.sender.sent) == 100


async def test_who_blocked_us_gets_one_try_and_comes_back_by_writing(
    bench: Callable[..., Bench],
) -> None:
    work = bench()
    work.sender.answers = iter([Sending("gone", "Forbidden: bot was blocked by the user")])
    await work.queue("một", "hai", chat=7)
    await work.queue("nhắc", chat=7, priority=2)
    await work.run(30)
    assert len(work.sender.tries) == 1
    address = Address("telegram", "main", "7")
    person = await work.store.person(address)
    assert person is not None
    assert person.unreachable
    await work.turns.run_batch([Incoming("k", address, START, Text("xin chào"))])
    await work.run(5)
    assert len(work.sender.sent) == 1
    person = await work.store.person(address)
    assert person is not None
    assert not person.unreachable


async def test_what_can_never_be_delivered_is_put_aside(bench: Callable[..., Bench]) -> None:
    work = bench()
    work.sender.answers = iter([Sending("failed", "Bad Request: message text is empty")])
    await work.queue("một", chat=1)
    await work.queue("hai", chat=2)
    await work.run(5)
    assert work.sender.texts == ["hai"]
    assert await work.store.outbox_accounts() == []


async def test_a_moved_chat_is_sent_to_at_its_new_place(bench: Callable[..., Bench]) -> None:
    work = bench()
    work.sender.answers = iter([Sending("moved", "-100200")])
    await work.queue("một", chat=5)
    await work.run(5)
    assert work.sender.sent[0][1].address.external_id == "-100200"
    assert await work.store.person(Address("telegram", "main", "-100200")) is not None


async def test_what_came_too_late_is_not_sent(bench: Callable[..., Bench]) -> None:
    work = bench()
    await work.queue("nhắc", priority=2, expires_at=999_000)
    await work.queue("một", chat=2)
    await work.run(5)
    assert work.sender.texts == ["một"]
    assert await work.store.outbox_accounts() == []


async def test_a_message_in_a_slot_replaces_the_one_before(bench: Callable[..., Bench]) -> None:
    work = bench()
    await work.queue("60 giây nữa em gửi.", slot="broadcast:1")
    await work.run(1)
    await work.queue("23 người: 22 tới.", slot="broadcast:1")
    work.delivery._lanes["telegram:main"].missed[1] = True
    await work.run(1)
    assert [letter.replaces for _, letter in work.sender.sent] == ["", "1"]


async def test_no_more_is_under_way_than_in_flight(bench: Callable[..., Bench]) -> None:
    work = bench(in_flight=4)
    for chat in range(1, 21):
        await work.queue("một", chat=chat)
    await work.delivery.round()
    await asyncio.sleep(0)
    assert len(work.sender.tries) == 4
    await work.delivery.round()  # nothing is recorded yet
    await asyncio.sleep(0)
    assert len(work.sender.tries) == 4
    await work.run(5)
    assert len(work.sender.sent) == 20


async def test_more_than_memory_holds_is_read_from_disk(store: SqliteStore) -> None:
    work = Bench(store, FREE, pacing=False, in_flight=64)
    for _ in range(40):
        async with store.transaction() as tx:
            await tx.add_outbox(
                [
                    OutboxRow(n, f"learner-{n}", "telegram:main", 1, 3, encode(Reply("tin")), 0)
                    for n in range(1, 101)
                ]
            )
    most = 0
    for _ in range(400):
        await work.run(0.01)
        most = max(most, work.delivery.waiting()["telegram:main"][3])
        if len(work.sender.sent) == 4000:
            break
    assert len(work.sender.sent) == 4000
    assert most <= 2048


async def test_stopping_cancels_what_nobody_asked_for(bench: Callable[..., Bench]) -> None:
    work = bench(in_flight=1)
    lan = Address("telegram", "main", "777")
    for number, word in enumerate(("xin chào", "1", "1", "hong gai", "sang")):
        await work.turns.run_batch([Incoming(f"k{number}", lan, START, Text(word))])
        await work.run(1)
    person = await work.store.person(lan)
    assert person is not None
    async with work.store.transaction() as tx:
        row = OutboxRow(
            person.contact_id, person.learner_id, "telegram:main", 9, 3, encode(Reply("tin")), 0
        )
        await tx.add_outbox([row])
    await work.turns.run_batch([Incoming("stop", lan, START, Text("dừng"))])
    work.delivery._lanes["telegram:main"].missed[3] = True
    await work.run(5)
    assert "tin" not in work.sender.texts


async def test_the_goodbye_after_an_erasure_still_arrives(bench: Callable[..., Bench]) -> None:
    work = bench()
    lan = Address("telegram", "main", "777")
    for number, word in enumerate(("xin chào", "1", "1", "hong gai", "sang", "xóa dữ liệu", "1")):
        await work.turns.run_batch([Incoming(f"k{number}", lan, START, Text(word))])
        await work.run(1)
    assert "xóa" in work.sender.texts[-1]
    assert await work.store.person(lan) is None
    assert await work.store.count("outbox") == 0
