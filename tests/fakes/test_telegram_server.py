"""The Telegram of the tests is as strict as the real one; else it would prove nothing."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.fakes.telegram_bot import FakeBot
from tests.fakes.telegram_faults import Fault
from tests.fakes.telegram_limits import Limits
from tests.fakes.telegram_rules import Refused
from tests.fakes.telegram_server import FakeTelegram

TOKEN = "7:secret"


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as server:
        yield server


@pytest.fixture
async def bot(telegram: FakeTelegram) -> FakeBot:
    made = telegram.bot(TOKEN)
    made.chats[42] = "open"
    return made


class Caller:
    """Calls as a bot would make them."""

    def __init__(self, telegram: FakeTelegram, session: aiohttp.ClientSession) -> None:
        self._url = telegram.url
        self._session = session

    async def __call__(self, method: str, token: str = TOKEN, **params: Any) -> dict[str, Any]:
        url = f"{self._url}/bot{token}/{method}"
        async with self._session.post(url, json=params) as answer:
            told: dict[str, Any] = json.loads(await answer.read())
            assert told["ok"] or told["error_code"] == answer.status
            return told


@pytest.fixture
async def call(telegram: FakeTelegram) -> AsyncIterator[Caller]:
    async with aiohttp.ClientSession() as session:
        yield Caller(telegram, session)


def said(answer: dict[str, Any]) -> str:
    return str(answer.get("description", "ok"))


# --- parameters ---------------------------------------------------------------------------

KEY = {"inline_keyboard": [[{"text": "1 Có", "callback_data": "x"}]]}


@pytest.mark.parametrize(
    ("params", "answer"),
    [
        ({"text": "chào"}, "ok"),
        ({"text": ""}, "Bad Request: message text is empty"),
        ({"text": " \n"}, "Bad Request: message text is empty"),
        ({"text": "a" * 4096}, "ok"),
        ({"text": "a" * 4097}, "Bad Request: message is too long"),
        ({"text": "😀" * 2049}, "Bad Request: message is too long"),
        ({"text": "<b>" + "a" * 4096 + "</b>", "parse_mode": "HTML"}, "ok"),
        ({"text": "<b>x</b> &lt; &amp;", "parse_mode": "HTML"}, "ok"),
        ({"text": "<b>x", "parse_mode": "HTML"}, "Can't find end tag"),
        ({"text": "x</b>", "parse_mode": "HTML"}, "Unexpected end tag"),
        ({"text": "<p>x</p>", "parse_mode": "HTML"}, "Unsupported start tag"),
        ({"text": "1 < 2", "parse_mode": "HTML"}, "Unclosed start tag"),
        ({"text": "1 < 2"}, "ok"),
        ({"text": "x", "parse_mode": "LaTeX"}, "unsupported parse_mode"),
        ({"text": "x", "chat_id": 43}, "chat not found"),
        ({"text": "x", "chat_id": "nobody"}, "invalid chat_id"),
        ({"text": "x", "chat_id": None}, '"chat_id" is required'),
        ({"text": "x", "reply_markup": KEY}, "ok"),
        ({"text": "x", "reply_markup": json.dumps(KEY)}, "ok"),
        ({"text": "x", "reply_markup": "{"}, "can't parse reply markup"),
        ({"text": "x", "reply_markup": {"inline_keyboard": [{}]}}, "Array of Arrays"),
        ({"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x"}]]}}, "unallowed"),
        ({"text": "x", "reply_markup": {"keyboard": [[{"text": "Học"}]]}}, "ok"),
        ({"text": "x", "reply_markup": {"keyboard": [[{}]]}}, "must be of type String"),
    ],
)
async def test_a_message_is_checked(
    call: Caller, bot: FakeBot, params: dict[str, Any], answer: str
) -> None:
    assert answer in said(await call("sendMessage", **{"chat_id": 42, **params}))


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        ("x" * 64, "ok"),
        ("x" * 65, "BUTTON_DATA_INVALID"),
        ("ă" * 33, "BUTTON_DATA_INVALID"),
        ("", "BUTTON"),
    ],
)
async def test_a_key_bears_1_to_64_bytes(
    call: Caller, bot: FakeBot, data: str, answer: str
) -> None:
    keyboard = {"inline_keyboard": [[{"text": "1", "callback_data": data}]]}
    told = await call("sendMessage", chat_id=42, text="x", reply_markup=keyboard)
    assert answer in said(told)


async def test_a_file_is_uploaded_once_and_then_named(
    telegram: FakeTelegram, call: Caller, bot: FakeBot
) -> None:
    form = aiohttp.FormData({"chat_id": "42", "caption": "ảnh"})
    form.add_field("photo", b"\x89PNG...", filename="p.png")
    url = f"{telegram.url}/bot{TOKEN}/sendPhoto"
    async with aiohttp.ClientSession() as session, session.post(url, data=form) as answer:
        sent = (await answer.json())["result"]
    file_id = sent["photo"][-1]["file_id"]
    assert said(await call("sendPhoto", chat_id=42, photo=file_id)) == "ok"
    assert "wrong file identifier" in said(await call("sendPhoto", chat_id=42, photo="no"))
    long = await call("sendPhoto", chat_id=42, photo=file_id, caption="x" * 1025)
    assert "caption is too long" in said(long)
    assert [one.text for one in bot.sent] == ["ảnh", ""]


async def test_a_message_is_edited_or_it_says_why_not(call: Caller, bot: FakeBot) -> None:
    sent = (await call("sendMessage", chat_id=42, text="x", reply_markup=KEY))["result"]
    edited = {"chat_id": 42, "message_id": sent["message_id"]}
    assert "not modified" in said(
        await call("editMessageText", text="x", reply_markup=KEY, **edited)
    )
    assert said(await call("editMessageReplyMarkup", **edited)) == "ok"
    assert bot.sent[0].keys == []
    lost = await call("editMessageText", chat_id=42, message_id=999, text="y")
    assert "message to edit not found" in said(lost)


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        ("blocked", "Forbidden: bot was blocked by the user"),
        ("deactivated", "Forbidden: user is deactivated"),
        ("kicked", "Forbidden: bot was kicked from the group chat"),
        ("deleted", "Bad Request: chat not found"),
        ("-1009", "Bad Request: group chat was upgraded to a supergroup chat"),
    ],
)
async def test_a_chat_can_be_gone(call: Caller, bot: FakeBot, status: str, answer: str) -> None:
    bot.chats[42] = status
    assert said(await call("sendMessage", chat_id=42, text="x")) == answer


async def test_who_has_no_token_gets_nothing(call: Caller, bot: FakeBot) -> None:
    assert said(await call("getMe", token="7:other")) == "Unauthorized"
    assert said(await call("getMe", token="nonsense")) == "Not Found"
    assert said(await call("getSome")) == "Not Found: method not found"


# --- updates --------------------------------------------------------------------------------


def ids(answer: dict[str, Any]) -> list[int]:
    return [one["update_id"] for one in answer["result"]]


async def test_an_offset_confirms_and_nothing_else_does(call: Caller, bot: FakeBot) -> None:
    for text in "abc":
        bot.write(42, text)
    assert ids(await call("getUpdates")) == [1000, 1001, 1002]
    assert ids(await call("getUpdates", limit=2)) == [1000, 1001]
    assert ids(await call("getUpdates", offset=1002)) == [1002]
    assert ids(await call("getUpdates")) == [1002]
    assert bot.confirmed == [1000, 1001]
    bot.next_update_id = 7
    bot.write(42, "lower")
    assert ids(await call("getUpdates", offset=1003)) == []
    bot.write(42, "lower")
    assert ids(await call("getUpdates")) == [8]


async def test_a_long_poll_waits_for_news(
    telegram: FakeTelegram, call: Caller, bot: FakeBot
) -> None:
    poll = asyncio.create_task(call("getUpdates", timeout=50))
    await telegram.until(lambda: bot.polls == 1)
    assert not poll.done()
    bot.write(42, "a")
    assert ids(await poll) == [1000]


async def test_only_one_may_poll(telegram: FakeTelegram, call: Caller, bot: FakeBot) -> None:
    poll = asyncio.create_task(call("getUpdates", timeout=50))
    await telegram.until(lambda: bot.polls == 1)
    assert said(await call("getUpdates")) == "ok"
    assert "terminated by other getUpdates" in said(await poll)


async def test_nobody_polls_while_a_webhook_is_set(call: Caller, bot: FakeBot) -> None:
    assert "HTTPS" in said(await call("setWebhook", url="http://example.org/x"))
    await call("setWebhook", url="http://127.0.0.1:1/x")
    assert "webhook is active" in said(await call("getUpdates"))
    await call("deleteWebhook")
    assert said(await call("getUpdates")) == "ok"


async def test_only_what_is_allowed_comes(call: Caller, bot: FakeBot) -> None:
    await call("getUpdates", allowed_updates=["callback_query"])
    bot.write(42, "a")
    bot.press(42, "x")
    assert ids(await call("getUpdates")) == [1001]


# --- limits and faults ------------------------------------------------------------------------


async def test_too_many_messages_are_too_many(telegram: FakeTelegram, call: Caller) -> None:
    bot = telegram.bot("8:x", limits=Limits(30, 30, 1, 3))
    bot.chats |= dict.fromkeys(range(100), "open")
    told = [await call("sendMessage", token="8:x", chat_id=1, text="x") for _ in range(5)]
    assert [said(one)[:17] for one in told] == ["ok"] * 3 + ["Too Many Requests"] * 2
    assert told[3]["parameters"]["retry_after"] >= 1
    for chat_id in range(2, 40):
        last = await call("sendMessage", token="8:x", chat_id=chat_id, text="x")
    assert last["error_code"] == 429


@pytest.mark.parametrize(
    ("how", "done"), [("reset_before", 0), ("reset_after", 1), ("half_body", 1)]
)
async def test_a_connection_can_break_before_and_after(
    telegram: FakeTelegram, call: Caller, bot: FakeBot, how: Any, done: int
) -> None:
    telegram.script.add(Fault(how))
    with pytest.raises(aiohttp.ClientError):
        await call("sendMessage", chat_id=42, text="x")
    assert len(bot.sent) == done
    assert said(await call("sendMessage", chat_id=42, text="x")) == "ok"


async def test_it_can_refuse_in_any_words(
    telegram: FakeTelegram, call: Caller, bot: FakeBot
) -> None:
    telegram.script.add(Fault("refuse", "sendMessage", error=Refused(400, "Bad Request: so")))
    telegram.script.add(Fault("hold", seconds=5, scope="bot"))
    assert said(await call("getMe")) == "Too Many Requests: retry after 5"
    assert said(await call("sendMessage", chat_id=42, text="x")) == "Bad Request: so"
    assert "retry after 5" in said(await call("sendMessage", chat_id=42, text="x"))


async def test_the_network_can_be_gone_and_come_back(
    telegram: FakeTelegram, call: Caller, bot: FakeBot
) -> None:
    await call("getMe")
    await telegram.close()
    with pytest.raises(aiohttp.ClientError):
        await call("getMe")
    await telegram.open()
    assert said(await call("getMe")) == "ok"
    telegram.refusing = True
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientError):
            await session.post(f"{telegram.url}/bot{TOKEN}/getMe")
    assert telegram.cut == 1


def test_who_comes_before_the_time_is_up_is_early() -> None:
    limits = Limits(chat_per_s=1, chat_burst=1)
    limits.take(1, 0.0)
    for now, early in ((0.0, 0), (0.1, 0), (0.5, 1)):  # the second was still under way
        with pytest.raises(Refused):
            limits.take(1, now)
        assert limits.early == early
