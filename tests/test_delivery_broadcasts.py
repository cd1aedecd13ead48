"""Delivery and announcements: stopped at once, silent at night, first in an emergency."""

from collections.abc import Callable

import pytest

from bot.channels.base import Sending
from bot.limits import Bucket, Limits
from bot.passing import Committed
from tests.test_delivery import Bench, bench, store

__all__ = ["bench", "store"]
HOUR = 3600.0
SLOW = Limits(sends_per_s=10, burst=10, chat_sends_per_s=0, reserve=0)


async def _announce(work: Bench, recipients: int, number: int = 1, priority: int = 3) -> None:
    for chat in range(1, recipients + 1):
        await work.queue(
            f"tin {number}", chat=chat, priority=priority, broadcast_id=number, slot=f"b{number}"
        )


async def test_a_cancel_empties_the_memory(bench: Callable[..., Bench]) -> None:
    work = bench(SLOW)
    await _announce(work, 100)
    await _announce(work, 5, number=2)
    await work.run(3)
    sent = len(work.sender.sent)
    assert 20 < sent < 50
    work.delivery.committed(Committed(frozenset(), dropped=frozenset([1])))
    await work.run(20)
    assert work.sender.texts[sent:] == ["tin 2"] * 5
    assert sum(work.delivery.waiting()["telegram:main"]) == 0


async def test_what_failed_for_now_is_not_tried_after_a_cancel(bench: Callable[..., Bench]) -> None:
    work = bench()
    await _announce(work, 1)
    work.sender.answers = iter([Sending("wait", wait_s=5.0)])
    await work.run(1)
    work.delivery.committed(Committed(frozenset(), dropped=frozenset([1])))
    await work.run(60)
    assert not work.sender.sent


async def test_a_refusal_that_comes_after_the_cancel_ends_it(bench: Callable[..., Bench]) -> None:
    work = bench()
    await _announce(work, 1)

    def refused_late() -> Sending:
        work.delivery.committed(Committed(frozenset(), dropped=frozenset([1])))
        return Sending("again", "trouble")

    work.sender.answers = (refused_late() for _ in range(1))
    await work.run(60)
    assert work.sender.tries
    assert not work.sender.sent


async def test_at_night_only_answers_and_an_emergency_go_out(bench: Callable[..., Bench]) -> None:
    work = bench()
    work.now += 13 * HOUR  # 22:00
    await work.queue("tin chung", chat=1, priority=3)
    await work.queue("nhắc", chat=2, priority=2)
    await _announce(work, 1, number=7, priority=4)
    await work.queue("trả lời", chat=3)
    await work.run(8.9 * HOUR)
    assert work.sender.texts == ["trả lời", "tin 7"]
    await work.run(0.2 * HOUR)  # 7:06
    assert work.sender.texts[2:] == ["nhắc", "tin chung"]


async def test_what_waited_through_the_night_is_weighed_anew(bench: Callable[..., Bench]) -> None:
    work = bench()
    work.now += 13 * HOUR  # 22:00
    at_nine = int((work.now - HOUR) * 1000)
    await work.queue("tin 7", chat=1, priority=3, broadcast_id=7, expires_at=at_nine)
    await work.queue("nhắc", chat=2, priority=2, expires_at=at_nine)
    await work.run(10 * HOUR)
    assert not work.sender.texts
    async with work.store.transaction() as tx:
        counts = await tx.broadcasts.recipient_counts(7)
    assert counts == [{"status": "later", "reason": "overnight", "people": 1}]


async def test_an_emergency_goes_before_nudges(bench: Callable[..., Bench]) -> None:
    work = bench(in_flight=1)
    await work.queue("tin chung", chat=1, priority=3)
    await work.queue("nhắc", chat=2, priority=2)
    await _announce(work, 1, number=7, priority=4)
    await work.run(2)
    assert work.sender.texts == ["tin 7", "nhắc", "tin chung"]


@pytest.mark.parametrize("rate", [29.5, 150, 1000])
def test_what_is_spared_for_answers_never_stops_an_announcement(rate: float) -> None:
    """Whatever is saved up at most: a bucket that is full has one for the announcement."""
    for burst in (1.0, 4.0, 25.6):
        bucket = Bucket(rate, burst, 0.0)
        assert bucket.wait(0.0, spare=5.0) == 0
        bucket.take(0.0)
        assert bucket.wait(100.0, spare=5.0) == 0
