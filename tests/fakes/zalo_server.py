"""A Zalo Bot Platform of our own, for tests: as docs/zalo.md and Zalo's pages say.

In a test: `async with serving(Zalo()) as url`. As a process, driven over `/control/…`:

    python -m tests.fakes.zalo_server --port 9100
    curl -d '{"chat": "lan", "text": "xin chào"}' http://127.0.0.1:9100/control/say
    curl 'http://127.0.0.1:9100/control/sent?chat=lan'

It is strict: an unknown method or parameter, a text of no or too many letters, a picture
that nobody can fetch, a voice that is no `.aac` are refused and noted in `violations`.
What readings of the pages differ in can be switched: what a poll hands over (`reading`:
each update once; the newest again and again; all of them, round and round),
how it says that there is nothing (`idle`), the outer `result` of a webhook (`wraps`).
"""

import argparse
import asyncio
import itertools
import json
from bisect import bisect_right
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TOKEN = "1234567890123456789:a-token-that-must-be-in-no-log"
# Parameters of each method: must, may.
METHODS: dict[str, tuple[set[str], set[str]]] = {
    "getMe": (set(), set()),
    "getUpdates": (set(), {"timeout"}),
    "setWebhook": ({"url", "secret_token"}, set()),
    "deleteWebhook": (set(), set()),
    "getWebhookInfo": (set(), set()),
    "sendMessage": ({"chat_id", "text"}, {"parse_mode", "text_styles"}),
    "sendPhoto": ({"chat_id", "photo"}, {"caption"}),
    "sendVoice": ({"chat_id", "voice_url"}, set()),
    "sendSticker": ({"chat_id", "sticker"}, set()),
    "sendChatAction": ({"chat_id", "action"}, set()),
}
_EVENTS = {
    "text": "message.text.received",
    "photo": "message.image.received",
    "photo_url": "message.image.received",
    "sticker": "message.sticker.received",
    "voice_url": "message.voice.received",
}


# What is refused though nothing is wrong with the call: nobody wrote, nobody serves.
_NO_FAULT = ("chat not found", "Bad Request: cannot be fetched")


@dataclass(frozen=True)
class Sent:
    """One message that reached a chat."""

    id: int
    chat: str
    method: str
    text: str = ""
    picture: str = ""
    voice: str = ""


@dataclass(frozen=True)
class Fault:
    """What becomes of the next call of a method. lost: carried out, its answer cut off."""

    status: int = 200
    code: int = 0
    description: str = ""
    retry_after: float | None = None
    lost: bool = False
    body: str | None = None


class Refused(Exception):
    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.code = code
        self.description = description


@dataclass
class Zalo:
    """The server's memory. hold_s: the longest a poll is held; retry_s: between two tries
    of a webhook; most_sends_a_s: over it 429, 0 for never."""

    reading: Literal["once", "again", "round"] = "once"
    idle: Literal["status", "body"] = "status"
    wraps: bool = True
    hold_s: float = 0.2
    retry_s: float = 0.02
    webhook_tries: int = 500
    doubled: bool = False
    most_sends_a_s: int = 0
    fetches: bool = True
    sent: list[Sent] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    unfetched: list[str] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    gone: set[str] = field(default_factory=set)
    faults: dict[str, deque[Fault]] = field(default_factory=dict)
    webhook: str = ""
    secret: str = ""
    _by_chat: dict[str, list[Sent]] = field(default_factory=dict)
    _known: set[str] = field(default_factory=set)
    _groups: set[str] = field(default_factory=set)
    _waiting: deque[dict[str, Any]] = field(default_factory=deque)
    _handed: list[dict[str, Any]] = field(default_factory=list)
    _turn: int = 0
    _ids: Any = field(default_factory=lambda: itertools.count(1))
    _moments: deque[float] = field(default_factory=deque)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _posting: set[asyncio.Task[None]] = field(default_factory=set)
    _client: httpx.AsyncClient = field(
        default_factory=lambda: httpx.AsyncClient(timeout=15, trust_env=False)
    )

    # --- what a test does -----------------------------------------------------------------

    async def say(self, chat: str, text: str | None = None, **more: Any) -> str:
        """Somebody writes; the update goes its way. Returns its message id.

        more: other fields of the message (`photo`, `sticker`…), or `event`, `group`, `id`.
        """
        message_id = str(more.pop("id", None) or f"m{next(self._ids):08}")
        group = bool(more.pop("group", False))
        fields = more if text is None else {"text": text, **more}
        kind = next((event for name, event in _EVENTS.items() if name in fields), "")
        event = fields.pop("event", kind or "message.unsupported.received")
        (self._groups if group else self._known).add(chat)
        message = {
            "message_id": message_id,
            "date": 1_795_485_600_000 + self._turn,
            "chat": {"id": chat, "chat_type": "GROUP" if group else "PRIVATE"},
            "from": {"id": chat, "display_name": "Chị Hồng <b>bán cá</b>", "is_bot": False},
            **fields,
        }
        await self.deliver({"event_name": event, "message": message})
        return message_id

    async def deliver(self, update: dict[str, Any]) -> None:
        """An update by webhook where one is set, else for the next poll."""
        if not self.webhook:
            async with self._news:
                self._waiting.append(update)
                self._news.notify_all()
            return
        for _ in range(2 if self.doubled else 1):
            task = asyncio.create_task(self._post(update))
            self._posting.add(task)
            task.add_done_callback(self._posting.discard)

    def fail(self, method: str, *faults: Fault) -> None:
        """The next calls of that method end so."""
        self.faults.setdefault(method, deque()).extend(faults)

    def said(self, chat: str) -> list[str]:
        """What a chat was told."""
        return [one.text for one in self.sent if one.chat == chat]

    async def until(self, chat: str, count: int, patience_s: float = 15) -> list[str]:
        """What a chat was told, once that are so many messages."""
        async with asyncio.timeout(patience_s), self._news:
            await self._news.wait_for(lambda: len(self.said(chat)) >= count)
        return self.said(chat)

    async def next(self, chat: str, after: int, patience_s: float = 15) -> Sent:
        """The first message of a chat with a number above that."""

        def found() -> Sent | None:
            told = self._by_chat.get(chat, [])
            at = bisect_right(told, after, key=lambda one: one.id)
            return told[at] if at < len(told) else None

        async with asyncio.timeout(patience_s), self._news:
            await self._news.wait_for(found)
        sent = found()
        assert sent is not None
        return sent

    async def until_called(self, method: str, times: int, patience_s: float = 30) -> None:
        """The bot has made so many calls of that method, and they were answered."""
        async with asyncio.timeout(patience_s), self._news:
            await self._news.wait_for(lambda: self.done[method] >= times)

    async def until_posted(self) -> None:
        """Every webhook has been answered with 200 or given up."""
        while self._posting:
            await asyncio.wait(set(self._posting))

    async def until_fetched(self) -> None:
        """Every update has been handed over, and the next poll was made after the last."""
        if self.webhook:
            return
        async with self._news:
            await self._news.wait_for(lambda: not self._waiting)
            polls = self.calls["getUpdates"]
            await self._news.wait_for(lambda: self.calls["getUpdates"] > polls)

    async def close(self) -> None:
        for task in self._posting:
            task.cancel()
        await asyncio.gather(*self._posting, return_exceptions=True)
        await self._client.aclose()

    # --- what a bot does ------------------------------------------------------------------

    async def answer(self, token: str, method: str, raw: bytes) -> Response:
        """One call of the API."""
        self.calls[method] += 1
        async with self._news:
            self._news.notify_all()
        try:
            if token != TOKEN:
                raise Refused(401, "Unauthorized")
            fault = self._fault(method)
            if fault and not fault.lost:
                return self._faulty(fault)
            result = await self._carry_out(method, self._params(method, raw))
        except Refused as refused:
            if refused.code in (400, 404) and refused.description not in _NO_FAULT:
                self.violations.append(f"{method}: {refused.description}")
            return self._no(refused.code, refused.description)
        if fault:
            return Response(status_code=200, headers={"content-length": "9"})
        self.statuses[200] += 1
        async with self._news:
            self.done[method] += 1
            self._news.notify_all()
        return JSONResponse({"ok": True, "result": result})

    def _fault(self, method: str) -> Fault | None:
        waiting = self.faults.get(method)
        return waiting.popleft() if waiting else None

    def _faulty(self, fault: Fault) -> Response:
        if fault.body is not None:
            return Response(fault.body, fault.status)
        self.statuses[fault.code or fault.status] += 1
        body: dict[str, object] = {"ok": False, "description": fault.description}
        body["error_code"] = fault.code or fault.status
        if fault.retry_after is not None:
            body["parameters"] = {"retry_after": fault.retry_after}
        return JSONResponse(body, fault.status)

    def _no(self, code: int, description: str) -> Response:
        self.statuses[code] += 1
        status = 200 if code == 408 and self.idle == "body" else code
        return JSONResponse({"ok": False, "error_code": code, "description": description}, status)

    def _params(self, method: str, raw: bytes) -> dict[str, Any]:
        if method not in METHODS:
            raise Refused(404, "Not Found")
        try:
            params = json.loads(raw or b"{}")
        except ValueError:
            raise Refused(400, "Bad Request: no JSON") from None
        must, may = METHODS[method]
        if not must <= set(params) <= must | may:
            raise Refused(400, f"Bad Request: parameters {sorted(params)}")
        return dict(params)

    async def _carry_out(self, method: str, params: dict[str, Any]) -> object:
        if method.startswith("send"):
            self._may_send(method, params["chat_id"])
        match method:
            case "getMe":
                return {"id": "42", "account_name": "bot.hoc", "account_type": "BASIC"}
            case "getUpdates":
                return await self._poll(params)
            case "setWebhook":
                return await self._set_webhook(params)
            case "deleteWebhook":
                self.webhook = ""
                return {"url": "", "updated_at": 0}
            case "getWebhookInfo":
                if not self.webhook:
                    raise Refused(404, "chat not found")
                return {"url": self.webhook}
            case "sendChatAction":
                return {}
            case _:
                return await self._send(method, params)

    def _may_send(self, method: str, chat: object) -> None:
        if not isinstance(chat, str) or chat not in self._known | self._groups:
            raise Refused(404, "chat not found")
        if chat in self.gone:
            raise Refused(403, "Forbidden")
        now = asyncio.get_running_loop().time()
        while self._moments and self._moments[0] <= now - 1:
            self._moments.popleft()
        if method == "sendChatAction" or not self.most_sends_a_s:
            return
        if len(self._moments) >= self.most_sends_a_s:
            raise Refused(429, "Too many requests")
        self._moments.append(now)

    async def _send(self, method: str, params: dict[str, Any]) -> object:
        text = str(params.get("text", params.get("caption", "")))
        units = len(text.encode("utf-16-le")) // 2
        if ("text" in params and not units) or units > 2000:
            raise Refused(400, f"Bad Request: {units} letters")
        picture, voice = str(params.get("photo", "")), str(params.get("voice_url", ""))
        if picture:
            await self._fetch(picture, "image/")
        if voice:
            if not voice.endswith(".aac") or params["chat_id"] in self._groups:
                raise Refused(400, "Bad Request: a voice is an .aac address, in private")
            await self._fetch(voice, "audio/")
        sent = Sent(next(self._ids), params["chat_id"], method, text, picture, voice)
        async with self._news:
            self.sent.append(sent)
            self._by_chat.setdefault(sent.chat, []).append(sent)
            self._news.notify_all()
        return {"message_id": f"b{sent.id}", "date": 0}

    async def _fetch(self, url: str, kind: str) -> None:
        if not self.fetches:
            return
        try:
            answer = await self._client.get(url)
        except (httpx.HTTPError, httpx.InvalidURL):
            self.unfetched.append(url)
            raise Refused(400, "Bad Request: cannot be fetched") from None
        if answer.status_code != 200 or not answer.headers["content-type"].startswith(kind):
            raise Refused(400, f"Bad Request: {url} is no {kind}")

    # --- updates --------------------------------------------------------------------------

    async def _poll(self, params: dict[str, Any]) -> object:
        if self.webhook:
            raise Refused(409, "a webhook is set")
        timeout_s = min(float(params.get("timeout", 30)), self.hold_s)
        may_wait = self.reading == "once" or not self._handed
        try:
            async with asyncio.timeout(timeout_s if may_wait else 0.001), self._news:
                await self._news.wait_for(lambda: bool(self._waiting))
        except TimeoutError:
            pass
        if self._waiting:
            update = self._waiting.popleft()
            self._handed.append(update)
        elif self.reading == "once" or not self._handed:
            raise Refused(408, "Request timeout")
        else:
            self._turn += 1
            update = self._handed[-1 if self.reading == "again" else self._turn % len(self._handed)]
        return update

    async def _set_webhook(self, params: dict[str, Any]) -> object:
        if not 8 <= len(params["secret_token"]) <= 256:
            raise Refused(400, "Bad Request: secret_token of 8 to 256 letters")
        self.secret = params["secret_token"]
        # Zalo was seen to knock with an empty body.
        answer = await self._knock(params["url"], b"")
        if answer != 200:
            raise Refused(400, f"Bad Request: the address answered {answer}")
        self.webhook = params["url"]
        waiting, self._waiting = self._waiting, deque()
        for update in waiting:
            await self.deliver(update)
        return {"url": self.webhook, "updated_at": 0}

    async def _post(self, update: dict[str, Any]) -> None:
        body = {"ok": True, "result": update} if self.wraps else update
        for _ in range(self.webhook_tries):
            if await self._knock(self.webhook, json.dumps(body).encode()) == 200:
                return
            await asyncio.sleep(self.retry_s)
        self.violations.append("a webhook was never answered with 200")

    async def _knock(self, url: str, body: bytes) -> int:
        headers = {"x-bot-api-secret-token": self.secret, "content-type": "application/json"}
        try:
            return (await self._client.post(url, content=body, headers=headers)).status_code
        except httpx.HTTPError:
            return 0


def app(zalo: Zalo) -> Starlette:
    """The server around its memory; `/control/…` is for who drives it from outside."""

    async def call(request: Request) -> Response:
        token, method = request.path_params["token"], request.path_params["method"]
        return await zalo.answer(token, method, await request.body())

    async def say(request: Request) -> Response:
        told = await request.json()
        return JSONResponse({"id": await zalo.say(told.pop("chat"), **told)})

    async def fail(request: Request) -> Response:
        told = await request.json()
        zalo.fail(told.pop("method"), Fault(**told))
        return JSONResponse({})

    async def turn(request: Request) -> Response:
        for name, value in (await request.json()).items():
            setattr(zalo, name, set(value) if name == "gone" else value)
        return JSONResponse({})

    async def sent(request: Request) -> Response:
        chat, after = request.query_params.get("chat"), int(request.query_params.get("after", 0))
        found = [asdict(one) for one in zalo.sent if one.id > after and chat in (None, one.chat)]
        return JSONResponse({"sent": found, "violations": zalo.violations, "calls": zalo.calls})

    return Starlette(
        routes=[
            Route("/bot{token}/{method}", call, methods=["POST"]),
            Route("/control/say", say, methods=["POST"]),
            Route("/control/fail", fail, methods=["POST"]),
            Route("/control/set", turn, methods=["POST"]),
            Route("/control/sent", sent),
        ]
    )


@asynccontextmanager
async def serving(zalo: Zalo, port: int = 0) -> AsyncIterator[str]:
    """The address of the running server; stops with the block."""
    config = uvicorn.Config(
        app(zalo), host="127.0.0.1", port=port, log_level="critical", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    socket = config.bind_socket()
    socket.listen()
    running = asyncio.create_task(server.serve(sockets=[socket]))
    try:
        yield f"http://127.0.0.1:{socket.getsockname()[1]}"
    finally:
        server.should_exit = True
        await zalo.close()
        await running
        socket.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=9100)
    uvicorn.run(app(Zalo()), host="127.0.0.1", port=parser.parse_args().port, log_level="warning")
