"""Each channel as a learner meets it: one rig a channel, all with the same few gestures.

A rig is the real program in this process, its web server on a free port, and the
channel's own server on the other side. To hold a further channel to the same contract:
a class here, and its line in RIGS.
"""

import asyncio
import socket
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.app import Program, open_program
from bot.config import load_config
from bot.limits import Limits
from bot.web.media import media_route
from bot.web.webhooks import webhook_routes
from store.base import Address
from tests.contract.chim import ChimAccount
from tests.fakes import telegram_faults, zalo_server
from tests.fakes.telegram_bot import FakeBot, Sent
from tests.fakes.telegram_server import FakeTelegram
from tests.fakes.zalo_learner import NUMBERED
from tests.fakes.zalo_server import Fault, Zalo
from tests.web.conftest import listen, serve

GROUP = "-100500"


class Seen(NamedTuple):
    """A message as a person sees it. options: how many answers it offers."""

    text: str
    options: int = 0
    picture: bool = False


class Rig(ABC):
    """One channel around the running program. place: the account; units: of one message."""

    place = ""
    units = 0

    def __init__(self, stack: AsyncExitStack) -> None:
        self.stack = stack
        self.program: Program
        self.url = ""

    async def environment(self) -> dict[str, str]:
        """Start the channel's own server; what the program must know of it."""
        return {}

    def account(self, program: Program) -> ChimAccount | None:
        """The account of a channel that the settings do not know."""
        return None

    @abstractmethod
    async def says(self, who: str, text: str, times: int = 1) -> None:
        """Somebody writes; `times`: the channel brings it so often."""

    @abstractmethod
    async def chooses(self, who: str, number: int) -> None:
        """Answers the newest question, with a key where there are keys."""

    @abstractmethod
    async def told(self, who: str, messages: int) -> list[Seen]:
        """What they were told, once that are so many messages."""


class Messenger(Rig):
    """A channel that we send through."""

    @abstractmethod
    async def sends(self, who: str, kind: str) -> None:
        """Something that is not words: "photo", "voice", "sticker", "unknown"."""

    @abstractmethod
    async def speaks_in_group(self, text: str) -> None:
        """Somebody in a group speaks to the bot."""

    @abstractmethod
    def in_group(self) -> list[str]:
        """What the group was told."""

    @abstractmethod
    def block(self, who: str, blocked: bool) -> None:
        """They do not want the bot any more; or again."""

    @abstractmethod
    def refusals(self) -> int:
        """How many sends were refused because somebody had blocked the bot."""

    @abstractmethod
    def hold(self) -> None:
        """The next send is answered with 429, one second to wait."""

    def address(self, who: str) -> Address:
        channel, _, name = self.place.partition(":")
        return Address(channel, name, who)


class Web(Rig):
    """The page's own routes, as a browser uses them."""

    place = "web:web"

    def __init__(self, stack: AsyncExitStack) -> None:
        super().__init__(stack)
        self._browsers: dict[str, httpx.AsyncClient] = {}
        self._keys = count()

    async def says(self, who: str, text: str, times: int = 1) -> None:
        await self._post(who, {"text": text}, times)

    async def chooses(self, who: str, number: int) -> None:
        messages = await self._messages(who)
        asked = next(one for one in reversed(messages) if one["options"])
        await self._post(who, {"press": asked["options"][number - 1]["press"]}, 1)

    async def told(self, who: str, messages: int) -> list[Seen]:
        found = await self._messages(who)
        while len(found) < messages:
            browser = await self._browser(who)
            after = {"after": found[-1]["id"] if found else 0, "wait": 20}
            answer = await browser.get("/api/chat/messages", params=after)
            assert answer.json()["messages"], "nothing came"
            found = await self._messages(who)
        return [Seen(one["text"], len(one["options"]), bool(one["picture"])) for one in found]

    async def _browser(self, who: str) -> httpx.AsyncClient:
        if who not in self._browsers:
            opened = httpx.AsyncClient(base_url=self.url, timeout=20)
            self._browsers[who] = await self.stack.enter_async_context(opened)
        return self._browsers[who]

    async def _post(self, who: str, body: dict[str, str], times: int) -> None:
        browser, key = await self._browser(who), f"key-{next(self._keys)}"
        for _ in range(times):
            answer = await browser.post("/api/chat/messages", json={**body, "id": key})
            assert answer.status_code == 202

    async def _messages(self, who: str) -> list[dict[str, Any]]:
        browser = await self._browser(who)
        answer = await browser.get("/api/chat/messages", params={"after": 0})
        return [one for one in answer.json()["messages"] if one["from"] == "bot"]


class Telegram(Messenger):
    place = "telegram:main"
    units = 4096
    bot: FakeBot

    async def environment(self) -> dict[str, str]:
        self._telegram = await self.stack.enter_async_context(FakeTelegram())
        self.bot = self._telegram.bot("77:contract")
        return {
            "TELEGRAM_TOKEN": "77:contract",
            "TELEGRAM_API_BASE": self._telegram.url,
            "TELEGRAM_SENDS_PER_S": "0",
            "TELEGRAM_CHAT_SENDS_PER_S": "0",
        }

    async def says(self, who: str, text: str, times: int = 1) -> None:
        self.bot.push("message", {**self.bot.private(int(who)), "text": text}, times)

    async def sends(self, who: str, kind: str) -> None:
        what: dict[str, Any] = {"unknown": {"story": {}}}.get(kind, {kind: [{"file_id": "x"}]})
        self.bot.push("message", {**self.bot.private(int(who)), **what})

    async def chooses(self, who: str, number: int) -> None:
        asked = next(one for one in reversed(self._sent(who)) if one.keys)
        self.bot.press(int(who), asked.keys[number - 1][1], asked.message_id)

    async def told(self, who: str, messages: int) -> list[Seen]:
        await self._telegram.until(lambda: len(self._sent(who)) >= messages)
        return [Seen(one.text, len(one.keys), one.method == "sendPhoto") for one in self._sent(who)]

    async def speaks_in_group(self, text: str) -> None:
        message = self.bot.private(41)
        self.bot.chats[int(GROUP)] = "open"
        group = {"id": int(GROUP), "type": "supergroup", "title": "Tổ dân phố"}
        self.bot.push("message", {**message, "chat": group, "text": f"@hocvuso_bot {text}"})

    def in_group(self) -> list[str]:
        return [one.text for one in self._sent(GROUP)]

    def block(self, who: str, blocked: bool) -> None:
        self.bot.chats[int(who)] = "blocked" if blocked else "open"

    def refusals(self) -> int:
        return self._telegram.counts["sendMessage 403"]

    def hold(self) -> None:
        self._telegram.script.add(telegram_faults.Fault("hold", "sendMessage"))

    def _sent(self, who: str) -> list[Sent]:
        return [one for one in self.bot.sent if one.chat_id == int(who)]


class ZaloBot(Messenger):
    place = "zalo_bot:main"
    units = 2000

    async def environment(self) -> dict[str, str]:
        self.zalo = Zalo()
        url = await self.stack.enter_async_context(zalo_server.serving(self.zalo))
        return {
            "ZALO_TOKEN": zalo_server.TOKEN,
            "ZALO_API_BASE": url,
            "ZALO_SENDS_PER_S": "0",
            "ZALO_CHAT_SENDS_PER_S": "0",
        }

    async def says(self, who: str, text: str, times: int = 1) -> None:
        await self.zalo.until_called("setWebhook", 1)
        message_id = await self.zalo.say(who, text)
        for _ in range(times - 1):
            await self.zalo.say(who, text, id=message_id)

    async def sends(self, who: str, kind: str) -> None:
        field = {"photo": "photo_url", "voice": "voice_url"}.get(kind, kind)
        what: dict[str, Any] = {} if kind == "unknown" else {field: "https://x.zdn.vn/1"}
        await self.zalo.say(who, **what)

    async def chooses(self, who: str, number: int) -> None:
        await self.zalo.say(who, str(number))

    async def told(self, who: str, messages: int) -> list[Seen]:
        await self.zalo.until(who, messages)
        return [
            Seen(one.text, len(NUMBERED.findall(one.text)), one.method == "sendPhoto")
            for one in self.zalo.sent
            if one.chat == who
        ]

    async def speaks_in_group(self, text: str) -> None:
        await self.zalo.until_called("setWebhook", 1)
        await self.zalo.say(GROUP, f"@bot {text}", group=True)
        await self.zalo.until_posted()

    def in_group(self) -> list[str]:
        return self.zalo.said(GROUP)

    def block(self, who: str, blocked: bool) -> None:
        (self.zalo.gone.add if blocked else self.zalo.gone.discard)(who)

    def refusals(self) -> int:
        return self.zalo.statuses[403]

    def hold(self) -> None:
        self.zalo.fail("sendMessage", Fault(429, retry_after=1))


class Chim(Messenger):
    """The example of docs/channels.md, which no setting knows."""

    place = "chim:main"
    units = 1000

    async def environment(self) -> dict[str, str]:
        self._sent: list[tuple[str, Seen]] = []
        self._news = asyncio.Condition()
        self._blocked: set[str] = set()
        self._holds, self._refused, self._ids = 0, 0, count(1)
        routes = [Route("/send", self._take, methods=["POST"])]
        self._server = await self.stack.enter_async_context(listen(Starlette(routes=routes)))
        self._client = await self.stack.enter_async_context(httpx.AsyncClient(trust_env=False))
        return {}

    def account(self, program: Program) -> ChimAccount:
        public = program.turns.shelf.public_url
        self._account = ChimAccount(
            "main",
            "a-token",
            api_base=self._server,
            secret=program.turns.secret,
            intake=program.turns,
            picture_url=lambda name: f"{public}/media/{program.media.key(name)}" if name else "",
            clock=monotonic,
        )
        return self._account

    async def says(self, who: str, text: str, times: int = 1) -> None:
        await self._bring(times, chat=who, text=text)

    async def sends(self, who: str, kind: str) -> None:
        await self._bring(1, chat=who, **({} if kind == "unknown" else {kind: "file-1"}))

    async def chooses(self, who: str, number: int) -> None:
        await self._bring(1, chat=who, text=str(number))

    async def told(self, who: str, messages: int) -> list[Seen]:
        async with asyncio.timeout(20), self._news:
            await self._news.wait_for(lambda: len(self._told(who)) >= messages)
        return self._told(who)

    async def speaks_in_group(self, text: str) -> None:
        await self._bring(1, chat=GROUP, group=True, text=text)

    def in_group(self) -> list[str]:
        return [one.text for one in self._told(GROUP)]

    def block(self, who: str, blocked: bool) -> None:
        (self._blocked.add if blocked else self._blocked.discard)(who)

    def refusals(self) -> int:
        return self._refused

    def hold(self) -> None:
        self._holds += 1

    def _told(self, who: str) -> list[Seen]:
        return [seen for chat, seen in self._sent if chat == who]

    async def _bring(self, times: int, **update: object) -> None:
        body = {"id": f"c{next(self._ids)}", **update}
        headers = {"x-chim-secret": self._account.webhook.secret_token}
        for _ in range(times):
            url = f"{self.url}/webhook/chim/main"
            assert (await self._client.post(url, json=body, headers=headers)).status_code == 200

    async def _take(self, request: Request) -> Response:
        given = await request.json()
        if given["to"] in self._blocked:
            self._refused += 1
            return Response(status_code=403)
        if self._holds:
            self._holds -= 1
            return Response(status_code=429, headers={"retry-after": "1"})
        offered = len(NUMBERED.findall(given["text"]))
        async with self._news:
            self._sent.append((given["to"], Seen(given["text"], offered, bool(given["picture"]))))
            self._news.notify_all()
        return JSONResponse({"id": f"m{next(self._ids)}"})


RIGS: dict[str, type[Rig]] = {
    "web": Web,
    "telegram": Telegram,
    "zalo_bot": ZaloBot,
    "chim": Chim,
}


@asynccontextmanager
async def rigged(kind: type[Rig], folder: Path) -> AsyncIterator[Rig]:
    """The program with that one channel, and its web server; ended with the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with AsyncExitStack() as stack:
        rig = kind(stack)
        environ = await rig.environment()
        environ["HOCVUSO_DATABASE"] = str(folder / "hocvuso.db")
        environ["HOCVUSO_PACING"] = "0"
        environ["HOCVUSO_PUBLIC_URL"] = f"http://127.0.0.1:{port}"
        config = load_config(None, environ)
        rig.program = await stack.enter_async_context(open_program(config))
        if account := rig.account(rig.program):
            rig.program.messengers.on[rig.place] = account
            rig.program.delivery.add(account, Limits(0, 1, 0, 1))
        routes = [media_route(rig.program.media), *webhook_routes(rig.program.messengers.webhooks)]
        rig.url = await stack.enter_async_context(serve(rig.program.web, None, routes, port))
        yield rig
