"""The real program before a Telegram that fails: promises P9 to P15, P29 and P30.

Everything over HTTP and from outside; what Telegram got and what lies in the database.
Scaled to seconds; the rules themselves, with their hours, are in tests/channels/telegram.
"""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.fakes.telegram_bot import FakeBot
from tests.fakes.telegram_faults import Fault
from tests.fakes.telegram_limits import Limits
from tests.fakes.telegram_rules import Refused
from tests.fakes.telegram_server import FakeTelegram
from tests.running import Running, running

MARKER = "a-marker-that-must-not-be-seen"
TOKEN = f"77:{MARKER}"
WORDS = "lời riêng của bác Lan"
LEARNERS = range(100, 160)


@dataclass
class Scene:
    """telegram and its bot; the program that speaks to it; where both can be looked into."""

    telegram: FakeTelegram
    bot: FakeBot
    program: Running
    database: Path
    log: Path

    async def greet(self) -> None:
        """Everybody of LEARNERS writes, and is answered."""
        for chat_id in LEARNERS:
            self.bot.write(chat_id, "/start")
        await self.answered(1)

    async def answered(self, each: int, chats: range = LEARNERS, seconds: float = 60.0) -> None:
        """Until each of these has got so many messages, and everything is confirmed."""

        def met() -> bool:
            got = [message.chat_id for message in self.bot.sent]
            return not self.bot.queue and all(got.count(one) >= each for one in chats)

        await self.telegram.until(met, seconds)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with sqlite3.connect(self.database) as connection:
            found = connection.execute(query).fetchall()
        connection.close()
        return found

    def turns(self) -> dict[int, int]:
        rows = self.rows(
            "SELECT c.external_id, l.document FROM contact c "
            "JOIN learner l ON l.learner_id = c.active_learner_id"
        )
        return {int(str(chat)): json.loads(str(bytes(doc), "utf-8"))["turn"] for chat, doc in rows}  # type: ignore[arg-type]


@asynccontextmanager
async def scene(folder: Path, limits: Limits | None = None, **more: str) -> AsyncIterator[Scene]:
    async with FakeTelegram() as telegram:
        bot = telegram.bot(TOKEN, limits=limits)
        rates = {"TELEGRAM_SENDS_PER_S": "0", "TELEGRAM_CHAT_SENDS_PER_S": "0"}
        settings = {
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_API_BASE": telegram.url,
            "HOCVUSO_PACING": "0",
            "HOCVUSO_LOG_LEVEL": "debug",
            **({} if limits else rates),
            **more,
        }
        database, log = folder / "hocvuso.db", folder / "log"
        async with running(database, log, **settings) as program:
            yield Scene(telegram, bot, program, database, log)
        assert MARKER not in log.read_text()
        assert WORDS not in log.read_text()


async def test_an_outage_loses_nothing_and_its_end_is_noticed(tmp_path: Path) -> None:
    async with scene(tmp_path) as play:
        await play.greet()
        await play.telegram.close()
        for chat_id in LEARNERS:
            play.bot.write(chat_id, "1")
        await asyncio.sleep(3)
        await play.telegram.open()
        await play.answered(2)
        assert set(play.turns().values()) == {2}
        assert "channel.unreachable" in play.log.read_text()


async def test_telegrams_waits_are_obeyed_and_nothing_is_dropped(tmp_path: Path) -> None:
    limits = Limits(per_s=200, burst=60, chat_per_s=5, chat_burst=3)
    rates = {"TELEGRAM_SENDS_PER_S": "150", "TELEGRAM_CHAT_SENDS_PER_S": "4"}
    async with scene(tmp_path, limits, **rates) as play:
        play.telegram.script.add(
            Fault("hold", "sendMessage", times=12, probability=0.3, seconds=1.0),
            Fault("hold", "sendMessage", times=3, probability=0.1, seconds=1.0, scope="bot"),
        )
        for chat_id in LEARNERS:
            for text in ("/start", "1", "bác"):
                play.bot.write(chat_id, text)
        await play.answered(1)
        await play.telegram.until(lambda: _all_said(play), 60)
        assert limits.early == 0
        assert limits.refused >= 15
        assert set(play.turns().values()) == {3}


async def test_who_keeps_the_limits_is_never_told_to_wait(tmp_path: Path) -> None:
    limits = Limits(per_s=30, burst=30, chat_per_s=1, chat_burst=3)
    async with scene(tmp_path, limits) as play:
        await play.greet()
        for chat_id in LEARNERS:
            for text in ("1", "bác", "thôi"):
                play.bot.write(chat_id, text)
        await play.telegram.until(lambda: _all_said(play), 60)
        assert limits.refused == 0


def _all_said(play: Scene) -> bool:
    """Has everybody been asked the question that follows the form of address?"""
    return all(
        any(m.chat_id == chat_id and "phường" in m.text for m in play.bot.sent)
        for chat_id in LEARNERS
    )


async def test_poison_among_a_hundred_delays_nobody(tmp_path: Path) -> None:
    async with scene(tmp_path) as play:
        await play.greet()
        for n, chat_id in enumerate(LEARNERS):
            if n % 12 == 0:
                play.bot.push_raw(
                    [
                        b'{"update_id":%d,"new_kind":{}}',
                        b'{"update_id":%d,"message":{"chat":{"id":1e400},"text":"x"}}',
                        b'{"update_id":%d,"message":{"chat":{"id":1},"text":"\xff"}}',
                        b'{"update_id":%d,"deep":' + b"[" * 9000 + b"]" * 9000 + b"}",
                        b'{"update_id":%d,"message":01}',
                    ][n // 12]
                )
            play.bot.push_raw(
                b'{"update_id":%%d,"message":{"message_id":1,"date":1,"chat":{"id":%d,'
                b'"type":"private"},"text":"d\\ud800ong y\\u0000"}}' % chat_id
            )
        began = play.bot.clock()
        await play.answered(2)
        assert play.bot.clock() - began < 20
        assert play.rows("SELECT count(*) FROM quarantine") == [(5,)]
        assert set(play.turns().values()) == {2}


async def test_ids_that_start_again_lower_lose_and_double_nothing(tmp_path: Path) -> None:
    async with scene(tmp_path) as play:
        await play.greet()
        for first, each in ((5, 2), (900_000, 3), (40, 4)):
            await play.telegram.until(lambda: play.bot._poll is not None)
            play.bot.next_update_id = first
            for chat_id in LEARNERS:
                play.bot.push("message", {**play.bot.private(chat_id), "text": "1"}, times=2)
            await play.answered(each)
        assert set(play.turns().values()) == {4}  # 40 to 64 were used before
        assert play.bot.polls < 200


async def test_who_blocked_us_is_left_in_peace_and_comes_back(tmp_path: Path) -> None:
    async with scene(tmp_path) as play:
        await play.greet()
        gone = LEARNERS[0]
        play.bot.chats[gone] = "blocked"
        for _ in range(2):
            play.bot.write(gone, "1")
            await play.telegram.until(
                lambda: any(
                    one.params.get("chat_id") == gone and one.code == 403
                    for one in play.telegram.calls
                )
            )
        play.bot.chats[gone] = "open"
        play.bot.write(gone, "/start")
        await play.answered(2, range(gone, gone + 1))
        assert play.turns()[gone] == 4


async def test_a_token_that_stops_working_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    async with scene(tmp_path) as play:
        await play.greet()
        refused = Fault("refuse", error=Refused(401, "Unauthorized"), times=2)
        play.telegram.script.add(refused)
        for chat_id in LEARNERS:
            play.bot.write(chat_id, "1")
        await play.answered(2, seconds=90)
        assert set(play.turns().values()) == {2}
        log = play.log.read_text()
        assert log.count("channel.unauthorized") == 1
        assert "TELEGRAM_TOKEN" in log


async def test_forged_webhooks_leave_nothing(tmp_path: Path) -> None:
    async with FakeTelegram() as telegram:
        telegram.bot(TOKEN)
        settings = {
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_API_BASE": telegram.url,
            "HOCVUSO_PUBLIC_URL": "https://hoc.example.org",
            "HOCVUSO_SECRET": "installation",
        }
        database = tmp_path / "hocvuso.db"
        async with running(database, **settings) as program:
            await telegram.until(lambda: bool(telegram.of("setWebhook")))
            (told,) = telegram.of("setWebhook")
            assert told.params["url"] == "https://hoc.example.org/webhook/telegram/main"
            secret = told.params["secret_token"]
            update = {"update_id": 1, "message": {"chat": {"id": 7}, "text": "xin chào"}}
            async with httpx.AsyncClient(base_url=program.url) as client:

                async def post(given: bytes | None) -> int:
                    header = (b"x-telegram-bot-api-secret-token", given or b"")
                    path = "/webhook/telegram/main"
                    headers = [header] if given is not None else []
                    return (await client.post(path, json=update, headers=headers)).status_code

                forged = [None, b"", b"x" * 43, "đ".encode(), secret[:-1].encode(), b"\xff"]
                for n in range(1000):
                    assert await post(forged[n % len(forged)]) == 401
                assert await post(secret.encode()) == 200
        with sqlite3.connect(database) as connection:
            counts = [
                connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                for table in ("seen", "contact", "quarantine")
            ]
        connection.close()
        assert counts == [1, 1, 0]


async def test_the_token_is_in_no_file_whatever_fails(tmp_path: Path) -> None:
    async with scene(tmp_path) as play:
        for how in ("reset_before", "reset_after", "half_body", "half_json", "page"):
            play.telegram.script.add(
                Fault(how, "sendMessage", times=2, probability=0.3, error=Refused(502, "")),
                Fault(how, "getUpdates", probability=0.3, error=Refused(400, "")),
                Fault(how, "answerCallbackQuery"),
            )
        await play.greet()
        for chat_id in LEARNERS:
            play.bot.write(chat_id, WORDS)
        await play.answered(2)
    for file in tmp_path.rglob("*"):
        if file.is_file():
            assert MARKER.encode() not in file.read_bytes(), file.name
