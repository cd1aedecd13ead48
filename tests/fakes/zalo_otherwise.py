"""A second Zalo Bot Platform for tests, which reads the pages the other way wherever it can.

`zalo_server` is the likely reading; this one is what another reader might build from the
same pages: updates without the outer `result`, in lists, with numbers as ids, times as
texts, event names and fields that nobody has heard of, error codes as words, what was
fetched handed out again with other dates in it, an idle poll that says so in one of five
ways. Each `Reading` names one mixture; it knows nothing of `zalo_server`.
"""

import asyncio
import json
import re
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.web.conftest import listen

TOKEN = "9988776655443322110:another-token-that-must-be-in-no-log"
_CIRCLE = 12  # updates that are handed out round and round
_RAW = re.compile(r"</?[a-z]+>|&[a-z]+;|\*\*|__|```|^#+ |\]\(|\{\{?|\}\}?|\\n", re.MULTILINE)


@dataclass(frozen=True)
class Reading:
    """How this server reads the pages. hands: each update once; the newest again and again;
    each three times; the last ones round and round, the newest last; the last ones as one
    list. idle: how an empty poll looks. alive: what is handed out again has another date."""

    hands: Literal["once", "newest", "thrice", "circle", "list"] = "once"
    idle: Literal["status", "body", "word", "null", "empty", "at once"] = "status"
    bare: bool = False
    listed: bool = False
    numbers: bool = False
    picture: Literal["photo", "photo_url"] = "photo"
    event: Literal["named", "strange", "absent"] = "named"
    alive: bool = False


READINGS: dict[str, Reading] = {
    "bare": Reading(idle="body", bare=True, numbers=True, picture="photo_url"),
    "listed": Reading(idle="null", listed=True, event="strange", alive=True),
    "at once": Reading(idle="at once", event="absent", numbers=True),
    "word": Reading(idle="word", bare=True, listed=True),
    "empty": Reading(idle="empty"),
    "newest": Reading(hands="newest", alive=True, numbers=True),
    "thrice": Reading(hands="thrice", idle="body", alive=True, bare=True),
    "circle": Reading(hands="circle", alive=True, event="strange"),
    "list": Reading(hands="list", alive=True, picture="photo_url"),
}


@dataclass
class Otherwise:
    """The server's memory. told: what each chat was told, in order. faults: what no learner
    should have got. webhook_copies: how often each update is posted."""

    reading: Reading = field(default_factory=Reading)
    hold_s: float = 0.3
    webhook_copies: int = 2
    told: dict[str, list[str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    webhook: str = ""
    denied: int = 0
    _secret: str = ""
    _waiting: deque[dict[str, Any]] = field(default_factory=deque)
    _handed: list[dict[str, Any]] = field(default_factory=list)
    _times: int = 0
    _messages: int = 700_000_000_000
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _posts: set[asyncio.Task[None]] = field(default_factory=set)
    _client: httpx.AsyncClient = field(
        default_factory=lambda: httpx.AsyncClient(timeout=20, trust_env=False)
    )

    # --- people -----------------------------------------------------------------------------

    async def say(self, chat: str, text: str = "", **more: Any) -> None:
        """Somebody writes, or sends something else (`picture`, `sticker`, `kind`)."""
        self._messages += 1
        own: Any = int(chat) if self.reading.numbers else chat
        message: dict[str, Any] = {
            "message_id": self._messages if self.reading.numbers else f"{self._messages:x}",
            "chat": {"chat_type": "PRIVATE", "id": own, "title": None},
            "from": {"id": own, "display_name": "*Bà* <i>Sáu</i>", "is_bot": None, "avatar": {}},
            "mentions": [],
            "quote": None,
            "caption": None,
        }
        kind = more.pop("kind", "text")
        if picture := more.pop("picture", ""):
            kind, message[self.reading.picture] = "image", picture
        if text:
            message["text"] = text
        update = {"v": 3, "message": {**message, **more}}
        names = {"named": f"message.{kind}.received", "strange": f"bot.message.{kind}.v3"}
        if self.reading.event in names:
            update["event_name"] = names[self.reading.event]
        await self.bring(update)

    async def bring(self, update: dict[str, Any]) -> None:
        """An update on its way, by webhook where one is set."""
        if self.webhook:
            for _ in range(self.webhook_copies):
                self._send_off(self._post(self._body(update)))
            return
        async with self._news:
            self._waiting.append(update)
            self._news.notify_all()

    async def hear(self, chat: str, after: int, patience_s: float) -> list[str]:
        """What a chat was told after so many messages, once there is any of it."""
        async with asyncio.timeout(patience_s), self._news:
            await self._news.wait_for(lambda: len(self.told.get(chat, ())) > after)
        return self.told[chat][after:]

    async def until(self, is_so: Callable[[], bool], patience_s: float = 60) -> None:
        async with asyncio.timeout(patience_s), self._news:
            await self._news.wait_for(is_so)

    async def settled(self) -> None:
        """Every post has been answered."""
        while self._posts:
            await asyncio.wait(set(self._posts))

    async def close(self) -> None:
        for post in self._posts:
            post.cancel()
        await asyncio.gather(*self._posts, return_exceptions=True)
        await self._client.aclose()

    # --- the bot's calls --------------------------------------------------------------------

    async def call(self, token: str, method: str, raw: bytes) -> Response:
        self.calls[method] += 1
        if token != TOKEN:
            return _no(401, "401", "invalid token")
        given = json.loads(raw or b"{}")
        match method:
            case "getUpdates":
                return await self._poll(float(given.get("timeout", 30)))
            case "setWebhook":
                return await self._set_webhook(given)
            case "deleteWebhook":
                self.webhook = ""
            case "sendMessage" | "sendPhoto":
                self._judge(given)
                async with self._news:
                    text = given.get("text", given.get("caption", ""))
                    self.told.setdefault(str(given["chat_id"]), []).append(text)
                    self._news.notify_all()
                self._messages += 1
                return JSONResponse({"ok": True, "result": {"message_id": self._messages}})
            case "getMe" | "sendChatAction":
                pass
            case _:
                return _no(404, 404, "no such method")
        async with self._news:
            self._news.notify_all()
        return JSONResponse({"ok": True, "error_code": None, "result": {"id": 5}})

    def _judge(self, given: dict[str, Any]) -> None:
        """What Zalo would show raw, cut or refuse."""
        text = given.get("text", given.get("caption", ""))
        if not 0 < len(text.encode("utf-16-le")) // 2 <= 2000 and "photo" not in given:
            self.faults.append(f"{len(text)} letters")
        if _RAW.search(text) or {"parse_mode", "text_styles"} & set(given):
            self.faults.append(f"raw: {text}")
        if not isinstance(given["chat_id"], str):
            self.faults.append("a chat's id is text")

    async def _poll(self, timeout_s: float) -> Response:
        if self.webhook:
            return _no(400, "400", "webhook is set")
        hands, handed = self.reading.hands, self._handed
        again = handed and hands in ("newest", "circle", "list")
        if hands != "thrice" or not self._times % 3:
            await self._wait_for_one(0 if again else min(timeout_s, self.hold_s))
        self._times += 1
        if hands == "thrice":
            if self._times % 3 == 1:
                if not self._waiting:
                    self._times = 0
                    return self._idle()
                handed[:] = [self._waiting.popleft()]
            return JSONResponse(self._body(self._dated(handed[0])))
        if hands == "list":
            handed += self._waiting
            self._waiting.clear()
            del handed[:-_CIRCLE]
            return JSONResponse({"ok": True, "result": [*map(self._dated, handed)]})
        if hands == "circle":
            handed += self._waiting
            self._waiting.clear()
            del handed[:-_CIRCLE]
            if handed:
                return JSONResponse(self._body(self._dated(handed[self._times % len(handed)])))
        elif self._waiting:
            handed[:] = [self._waiting.popleft()]
            return JSONResponse(self._body(self._dated(handed[0])))
        elif hands == "newest" and handed:
            return JSONResponse(self._body(self._dated(handed[0])))
        return self._idle()

    async def _wait_for_one(self, most_s: float) -> None:
        if self._waiting or self.reading.idle == "at once":
            return
        try:
            async with asyncio.timeout(most_s), self._news:
                await self._news.wait_for(lambda: bool(self._waiting))
        except TimeoutError:
            pass

    def _idle(self) -> Response:
        match self.reading.idle:
            case "body":
                return _no(200, 408, "Request timeout")
            case "word":
                return _no(200, "408", "Request timeout")
            case "null":
                return JSONResponse({"ok": True, "result": None, "error_code": None})
            case "empty":
                return Response(b"", 200)
            case _:
                return Response(b"timeout", 408)

    def _dated(self, update: dict[str, Any]) -> dict[str, Any]:
        """As it is handed out this time."""
        if not self.reading.alive:
            return update
        now = {"date": f"2026-11-24T09:{self._times % 60:02}", "handed_out": self._times}
        return {**update, "message": {**update["message"], **now}, "at": self._times}

    def _body(self, update: dict[str, Any]) -> Any:
        inner = [update] if self.reading.listed else update
        return inner if self.reading.bare else {"ok": True, "error_code": 0, "result": inner}

    # --- the bot's door ---------------------------------------------------------------------

    async def _set_webhook(self, given: dict[str, Any]) -> Response:
        self._secret, self.webhook = given["secret_token"], given["url"]
        waiting, self._waiting = list(self._waiting), deque()
        for update in waiting:
            await self.bring(update)
        # Whoever knocks with another secret, or with none, or with a flood.
        for forged in (None, "", "x" * 43, self._secret[:-1], self._secret + "x"):
            self._send_off(self._forge(forged, b'{"message":{"message_id":1,"chat":{"id":1}}}'))
        self._send_off(self._forge(self._secret, b"x" * 1_200_000))
        async with self._news:
            self._news.notify_all()
        return JSONResponse({"ok": True, "result": {"url": self.webhook, "updated_at": "now"}})

    async def _forge(self, secret: str | None, body: bytes) -> None:
        headers = {} if secret is None else {"X-Bot-Api-Secret-Token": secret}
        try:
            answer = await self._client.post(self.webhook, content=body, headers=headers)
        except httpx.HTTPError:
            return
        if answer.status_code not in (401, 413):
            self.faults.append(f"a forged post was answered {answer.status_code}")
        self.denied += 1

    async def _post(self, body: Any) -> None:
        headers = {"X-Bot-Api-Secret-Token": self._secret}
        for _ in range(600):
            try:
                answer = await self._client.post(self.webhook, json=body, headers=headers)
                if answer.status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.05)
        self.faults.append("an update was never answered with 200")

    def _send_off(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._posts.add(task)
        task.add_done_callback(self._posts.discard)


def _no(status: int, code: object, said: str) -> Response:
    body = {"ok": False, "error_code": code, "description": said, "result": None}
    return JSONResponse(body, status)


@asynccontextmanager
async def serving(zalo: Otherwise) -> AsyncIterator[str]:
    """The address of the running server; it stops with the block."""

    async def call(request: Request) -> Response:
        token, method = request.path_params["token"], request.path_params["method"]
        return await zalo.call(token, method, await request.body())

    routes = [Route("/bot{token}/{method}", call, methods=["POST"])]
    async with listen(Starlette(routes=routes)) as address:
        try:
            yield address
        finally:
            await zalo.close()
