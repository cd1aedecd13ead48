"""A village from outside: the real program, its command line, its web page and a Telegram.

From the first invitation to a picture that a volunteer on Telegram sends to a learner on the web
page; and what is forged, borrowed, used up or foreign comes to nothing on both.
"""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import httpx
from PIL import Image

from bot.conversation.replies import Audit
from tests.fakes.telegram_bot import FakeBot, Sent
from tests.fakes.telegram_server import FakeTelegram
from tests.running import command, running

TOKEN = "77:a-marker-that-must-not-be-seen"


@dataclass
class Scene:
    """The program between a Telegram and a page, and its file."""

    telegram: FakeTelegram
    bot: FakeBot
    url: str
    database: Path
    seen: dict[str, int] = field(default_factory=dict)

    async def say(self, chat_id: int, *said: str) -> list[Sent]:
        """Somebody on Telegram types, line after line; what came to the last one."""
        for text in said:
            before = len(self.bot.sent)
            self.bot.write(chat_id, text)
            await self._answered(chat_id, before)
        return self.bot.sent[before:]

    async def press(self, chat_id: int, data: str) -> list[Sent]:
        before = len(self.bot.sent)
        self.bot.press(chat_id, data)
        await self._answered(chat_id, before)
        return self.bot.sent[before:]

    def keys(self, chat_id: int) -> dict[str, str]:
        """The newest keys of a chat: label -> what a press of it carries."""
        shown = [one for one in self.bot.sent if one.chat_id == chat_id and one.keys]
        return {label.split(" ", 1)[1]: data for label, data in shown[-1].keys}

    async def _answered(self, chat_id: int, before: int) -> None:
        def met() -> bool:
            return not self.bot.queue and any(
                one.chat_id == chat_id for one in self.bot.sent[before:]
            )

        await self.telegram.until(met)
        await asyncio.sleep(0)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as connection:
            found = connection.execute(query).fetchall()
        connection.close()
        return found

    def audits(self) -> list[str]:
        rows = self.rows("SELECT body FROM fact WHERE kind = 'audit' ORDER BY fact_id")
        read = (json.loads(bytes(row[0])) for row in rows)  # type: ignore[arg-type]
        return [one["what"] for one in read if one.get("actor")]


@dataclass
class Page:
    """Somebody at the web page."""

    client: httpx.AsyncClient
    last: int = 0

    async def send(self, **said: str) -> list[dict[str, object]]:
        answer = await self.client.post("/api/chat/messages", json=said)
        assert answer.status_code == 202
        return await self.news()

    async def news(self, wait: int = 0) -> list[dict[str, object]]:
        """What the tutor said since the last time."""
        asked = await self.client.get(
            "/api/chat/messages", params={"after": self.last, "wait": wait}
        )
        lines = list(asked.json()["messages"])
        self.last = max((one["id"] for one in lines), default=self.last)
        return [one for one in lines if one["from"] == "bot"]


@asynccontextmanager
async def scene(folder: Path) -> AsyncIterator[Scene]:
    database = folder / "village.db"
    async with FakeTelegram() as telegram:
        bot = telegram.bot(TOKEN)
        more = {
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_API_BASE": telegram.url,
            "HOCVUSO_PACING": "0",
            "TELEGRAM_SENDS_PER_S": "0",
            "TELEGRAM_CHAT_SENDS_PER_S": "0",
        }
        async with running(database, **more) as program:
            yield Scene(telegram, bot, program.url, database)


async def _invited(here: Scene, *arguments: str) -> str:
    code, out, errors = await command(here.database, "invite", *arguments, "--json")
    assert code == 0, errors
    return str(json.loads(out)["link"]).rsplit("/", 1)[1]


async def test_from_the_first_invitation_to_a_picture_on_the_page(tmp_path: Path) -> None:
    mai, hoa, stranger = 501, 502, 503
    async with scene(tmp_path) as here:
        ticket = await _invited(here, "--role", "coordinator", "--ward", "06685")
        await here.say(mai, f"/start {ticket}", "1", "chị", "1", "Mai", "việc tình nguyện")
        await here.say(mai, "người cùng làm", "1", "1")
        (code,) = [
            one.text.split("«")[1].split("»")[0]
            for one in await here.say(mai, "câu đọc miệng")
            if "«" in one.text
        ]
        await here.say(hoa, code, "1", "chị", "1", "Hoa")
        assert here.rows("SELECT role, ward FROM role ORDER BY role_id") == [
            ("coordinator", "06685"),
            ("volunteer", "06685"),
        ]

        # Set up together, by the link that opens in Telegram itself.
        guided = await here.say(hoa, "mời bà con")
        door = f"https://t.me/{here.bot.username}?start="
        ticket_of = (
            next(one.text for one in guided if door in one.text).rsplit(door, 1)[1].split()[0]
        )
        await here.say(hoa, "xong")
        await here.say(504, f"/start {ticket_of}", "1", "bác", "1", "Ba", "không nhắc")
        assert here.rows("SELECT count(*) FROM learner WHERE ward = '06685'") == [(3,)]
        assert "guided" in here.audits()

        # Used up, thought up and borrowed, on Telegram: nothing but an answer and a line.
        await here.say(stranger, "xin chào", "1", "bác", "hồng gai", "không nhắc")
        borrowed = here.keys(hoa)["Cần giúp"]
        audits = len(here.audits())
        for text in (f"/start {ticket}", "/start " + "A" * 22, code, "việc tình nguyện"):
            await here.say(stranger, text)
        for data in (borrowed, "1.take.AAAAAAAAAAAA", "2.end_role.BBBBBBBBBBBB", "x"):
            await here.press(stranger, data)
        assert len(here.audits()) == audits + 8
        assert len(here.rows("SELECT 1 FROM role")) == 2

        async with httpx.AsyncClient(base_url=here.url, timeout=30) as client:
            lan = Page(client)
            for text in ("xin chào", "1", "bác", "hồng gai", "không nhắc", "gọi tôi là Lan"):
                await lan.send(text=text)
            audits = len(here.audits())
            for press in (borrowed, "1.take.AAAAAAAAAAAA"):
                said = await lan.send(press=press)
                assert 1 <= len(said) <= 3
            door = await client.post(f"/i/{ticket}", content=b"")
            assert door.status_code == 303
            assert len(here.audits()) == audits + 3
            assert len(here.rows("SELECT 1 FROM role")) == 2
            await lan.send(text="gặp người")
            await lan.send(text="1")

            await here.say(hoa, "việc tình nguyện", "cần giúp", "1", "1")
            assert here.rows("SELECT count(*) FROM help_call WHERE taken_by IS NOT NULL") == [(1,)]
            await lan.news()
            out = BytesIO()
            Image.new("RGB", (300, 200), "red").save(out, "JPEG", comment=b"a phone of Hoa's")
            here.bot.files["photo-of-hoa"] = out.getvalue()
            photo = {"photo": [{"file_id": "photo-of-hoa", "width": 300, "height": 200}]}
            here.bot.push("message", {**here.bot.private(hoa), **photo})
            (shown,) = await lan.news(wait=20)
            assert str(shown["text"]).endswith("gửi ảnh.")
            assert shown["alert"] is False
            picture = await client.get(str(shown["picture"]))
            assert picture.status_code == 200
            assert picture.headers["content-type"] == "image/jpeg"
            assert picture.headers["cache-control"] == "no-store"
            assert b"Hoa" not in picture.content
            assert "501" not in str(shown)
            assert "502" not in str(shown)
        await here.say(hoa, "1")

        # The role ends on the command line; the next press finds it gone.
        key = here.keys(hoa)["Cần giúp"]
        learner = here.rows("SELECT learner_id FROM role WHERE role = 'volunteer'")[0][0]
        code_, listed, _ = await command(here.database, "roles", "list", "--json")
        assert code_ == 0
        number = next(one["learner"] for one in json.loads(listed) if one["role"] == "volunteer")
        assert learner not in listed
        code_, _, errors = await command(here.database, "roles", "end", number)
        assert code_ == 0, errors
        said = await here.press(hoa, key)
        assert not any("cần giúp" in one.text.lower() for one in said if one.chat_id == hoa)
        assert here.audits()[-1] in ("press_refused", "press_late")
        assert {"role_given:volunteer", "call_taken", "role_ended:volunteer"} <= set(here.audits())


def test_an_audit_line_names_nobody_by_account() -> None:
    assert set(Audit.__struct_fields__) == {"what", "actor", "whom", "where"}
