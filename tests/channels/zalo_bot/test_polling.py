"""Polling is right under every reading of Zalo's pages: each update once, never hot."""

import asyncio

import pytest

from bot.channels.zalo_bot.account import ZaloAccount
from bot.conversation.events import Text
from store.base import StoreUnavailable
from tests.channels.zalo_bot.conftest import Bench, until
from tests.fakes import zalo_otherwise
from tests.fakes.zalo_server import TOKEN, Fault, Zalo

READINGS = ["once", "again", "round"]


async def polled(account: ZaloAccount, times: int) -> None:
    for _ in range(times):
        await account._poller.once()


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("idle", ["status", "body"])
async def test_every_update_counts_once(bench: Bench, reading: str, idle: str) -> None:
    bench.zalo.reading, bench.zalo.idle = reading, idle  # type: ignore[assignment]
    account = await bench.account()
    for n in range(5):
        await bench.zalo.say("lan", f"tin {n}")
    await polled(account, 12)
    await bench.zalo.say("lan", "tin 5")
    await polled(account, 8)
    assert [body for _, body in bench.heard.said.values()] == [Text(f"tin {n}") for n in range(6)]
    assert len(bench.heard.calls) == 6
    assert bench.zalo.violations == []


@pytest.mark.parametrize("reading", ["again", "round"])
async def test_what_comes_again_is_asked_for_more_and_more_slowly(
    bench: Bench, reading: str
) -> None:
    bench.zalo.reading = reading  # type: ignore[assignment]
    for n in range(3):
        await bench.zalo.say("lan", f"tin {n}")
    account = await bench.account()
    await polled(account, 60)
    # 57 polls that bring nothing, soon a round of them in five seconds.
    assert sum(bench.naps) > 60
    assert max(bench.naps) == 5.0
    bench.naps.clear()
    await bench.zalo.say("lan", "tin mới")
    await polled(account, 1)
    assert list(bench.heard.said.values())[-1] == ("lan", Text("tin mới"))
    assert bench.naps == []


@pytest.mark.parametrize(
    "update",
    [
        {"event_name": "bot.added"},
        {"event_name": "x", "message": {"text": "no id"}},
        {
            "event_name": "message.text.received",
            "message": {
                "message_id": "b1",
                "chat": {"id": "bot"},
                "from": {"is_bot": True},
                "text": "hi",
            },
        },
    ],
)
async def test_what_says_nothing_to_us_is_not_asked_for_all_the_time(
    bench: Bench, update: dict[str, object]
) -> None:
    bench.zalo.reading = "again"
    await bench.zalo.deliver(update)
    await polled(await bench.account(), 20)
    assert sum(bench.naps) > 50
    assert bench.heard.said == {}


@pytest.mark.parametrize("name", zalo_otherwise.READINGS)
async def test_another_reading_is_never_asked_without_rest(name: str) -> None:
    zalo = zalo_otherwise.Otherwise(zalo_otherwise.READINGS[name], hold_s=0.005)
    async with zalo_otherwise.serving(zalo) as url, asyncio.timeout(60):
        bench = Bench(zalo, url)  # type: ignore[arg-type]  # the account sees its address alone
        account = await bench.account(token=zalo_otherwise.TOKEN)
        told = [f"tin {n}" for n in range(9)]
        for text in told:
            await zalo.say("8412", text)
        while len(bench.heard.said) < 9:
            await polled(account, 1)
        assert sorted(str(body) for _, body in bench.heard.said.values()) == [
            str(Text(text)) for text in told
        ]
        await polled(account, 70)  # the pauses grow
        bench.naps.clear()
        await polled(account, 15)
        assert sum(bench.naps) >= 15  # a poll a second at most
        await zalo.say("8412", "tin mới")
        while len(bench.heard.said) < 10:
            await polled(account, 1)
        assert bench.heard.aside == {}
        assert len(bench.heard.calls) == 10
        await account.close()


async def test_a_start_anew_hears_nothing_twice_but_asks(bench: Bench) -> None:
    bench.zalo.reading = "again"
    await bench.zalo.say("lan", "chào")
    await polled(await bench.account(), 2)
    await polled(await bench.account(), 2)
    assert len(bench.heard.said) == 1  # the store's keys: the same key came a second time
    assert len(bench.heard.calls) == 2


async def test_a_server_that_does_not_hold_a_poll_is_not_asked_all_the_time(bench: Bench) -> None:
    bench.zalo.hold_s = 0
    await polled(await bench.account(), 12)
    assert bench.naps[:7] == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0]
    assert max(bench.naps) == 5.0


async def test_an_update_is_on_disk_before_the_next_poll(bench: Bench) -> None:
    bench.heard.fails = [StoreUnavailable("full"), TimeoutError(), StoreUnavailable("full")]
    await bench.zalo.say("lan", "chào")
    account = await bench.account()
    await polled(account, 1)
    assert [body for _, body in bench.heard.said.values()] == [Text("chào")]
    assert bench.naps == [0.5, 1.0, 2.0]
    assert bench.zalo.calls["getUpdates"] == 1


async def test_poison_is_set_aside_and_the_line_goes_on(bench: Bench) -> None:
    bench.zalo.reading = "again"
    await bench.zalo.deliver({"message": {"text": "no id"}})
    await bench.zalo.say("lan", "chào")
    bench.heard.fails = [ValueError("a fault of ours")]
    await bench.zalo.say("lan", "tiếp")
    await polled(await bench.account(), 9)
    assert len(bench.heard.aside) == 2
    assert [body for _, body in bench.heard.said.values()] == [Text("tiếp")]


@pytest.mark.parametrize(
    "faults",
    [
        [Fault(500)] * 4,
        [Fault(200, body='{"ok": true, "result": {"mess')] * 4,
        [Fault(409, description="webhook is set")] * 4,
        [Fault(429)] * 4,
        [Fault(401)] * 4,
        [Fault(lost=True)] * 2,
    ],
)
async def test_after_any_trouble_polling_goes_on(bench: Bench, faults: list[Fault]) -> None:
    bench.zalo.reading = "again"  # so that an answer that is lost is handed out again
    bench.zalo.fail("getUpdates", *faults)
    await bench.zalo.say("lan", "chào")
    await polled(await bench.account(), len(faults) + 4)
    assert [body for _, body in bench.heard.said.values()] == [Text("chào")]
    assert sum(bench.naps) > 0.1 * len(faults) / 2


async def test_the_seconds_may_have_to_be_a_number(bench: Bench) -> None:
    bench.zalo.fail("getUpdates", Fault(400, description="timeout must be a number"))
    await bench.zalo.say("lan", "chào")
    await polled(await bench.account(), 2)
    assert len(bench.heard.said) == 1


async def test_or_a_text_though_it_refused_one_for_another_reason(bench: Bench) -> None:
    account = await bench.account()
    bench.zalo.fail("getUpdates", *[Fault(400, description="a webhook is set")] * 4)
    await polled(account, 4)
    assert bench.naps == [10.0] * 3  # only the other form is tried at once
    assert account._poller._as_number is False
    await bench.zalo.say("lan", "chào")
    await polled(account, 1)
    assert len(bench.heard.said) == 1


async def test_a_group_is_asked_to_write_in_private_once_a_minute(bench: Bench) -> None:
    for _ in range(3):
        await bench.zalo.say("group-1", "@bot 2", group=True)
    account = await bench.account()
    await polled(account, 3)
    assert await bench.zalo.until("group-1", 1) == ["Bác nhắn riêng cho cháu nhé."]
    bench.naps.append(61)
    await bench.zalo.say("group-1", "@bot 2", group=True)
    await polled(account, 1)
    await bench.zalo.until("group-1", 2)
    assert bench.heard.said == {}


async def test_who_finds_no_room_is_told_so_and_the_others_go_on(bench: Bench) -> None:
    bench.people, bench.known = 1, {"lan"}
    await bench.zalo.say("tu", "chào")
    await bench.zalo.say("lan", "chào")
    await polled(await bench.account(), 2)
    assert await bench.zalo.until("tu", 1) == ["Lớp ở đây đủ người rồi ạ."]
    assert [chat for chat, _ in bench.heard.said.values()] == ["lan"]


async def test_at_start_a_webhook_is_taken_away_and_polling_begins(bench: Bench) -> None:
    bench.zalo.webhook = "https://elsewhere.example.vn/webhook"
    account = await bench.account()
    running = asyncio.create_task(account.run())
    await bench.zalo.say("tu", "chào")
    bench.zalo.webhook = "https://elsewhere.example.vn/webhook"
    async with asyncio.timeout(10):
        await until(lambda: not bench.zalo.webhook)
        await bench.zalo.say("lan", "chào")
        await until(lambda: bool(bench.heard.said))
    running.cancel()
    assert account.polled_at is not None


async def test_a_wrong_token_is_tried_once_in_ten_seconds(bench: Bench) -> None:
    account = await bench.account(token="wrong")
    running = asyncio.create_task(account.run())
    async with asyncio.timeout(10):
        await until(lambda: bench.zalo.statuses[401] >= 5)
    running.cancel()
    assert sum(bench.naps) > 35
    assert TOKEN not in str(bench.naps)


@pytest.fixture
async def zalo() -> Zalo:
    return Zalo(hold_s=0.02)
