"""A Telegram Bot API server on loopback: as strict as the real one, and failing by script.

In a test: `async with FakeTelegram() as telegram: bot = telegram.bot("1:aaa")`. As a
process of its own: `python -m tests.fakes.telegram_server --help`. One HTTP server on
plain asyncio, so that it is no slower than what it measures.
"""

import argparse
import asyncio
import json
import socket
import struct
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any, cast
from urllib.parse import parse_qsl

import msgspec

from tests.fakes.telegram_bot import FakeBot
from tests.fakes.telegram_faults import Fault, Script
from tests.fakes.telegram_limits import Limits
from tests.fakes.telegram_rules import Refused
from tests.fakes.telegram_webhook import deliver

_ENCODER = msgspec.json.Encoder()
_REASONS = {200: b"OK", 400: b"Bad Request", 404: b"Not Found", 429: b"Too Many Requests"}


@dataclass
class Made:
    """One call that was made: its method, parameters, the answer's code (0: none), when."""

    method: str
    params: dict[str, Any]
    code: int
    at: float


@dataclass
class FakeTelegram:
    """latency_s: how long every answer takes. refusing: connections are cut at once."""

    latency_s: float = 0.0
    refusing: bool = False
    keeps_calls: bool = True
    script: Script = field(default_factory=Script)
    calls: list[Made] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    bots: dict[str, FakeBot] = field(default_factory=dict)
    cut: int = 0
    port: int = 0
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _server: asyncio.Server | None = None
    _connections: set["_Connection"] = field(default_factory=set)
    _deliveries: list["asyncio.Task[None]"] = field(default_factory=list)

    def bot(
        self, token: str, username: str = "hocvuso_bot", limits: Limits | None = None
    ) -> FakeBot:
        """A bot with that token; its updates go to its webhook when it sets one."""
        clock = asyncio.get_running_loop().time
        bot = self.bots[token] = FakeBot(token, username, clock, limits or Limits())
        self._deliveries.append(asyncio.create_task(deliver(bot, self._news.set)))
        return bot

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> "FakeTelegram":
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._deliveries:
            task.cancel()
        await asyncio.gather(*self._deliveries, return_exceptions=True)
        await self.close()

    async def open(self) -> None:
        """Listen; on the port of before, if there was one."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: _Connection(self), "127.0.0.1", self.port, reuse_address=True
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """The network is gone: nobody listens, every connection is cut."""
        assert self._server is not None
        self._server.close()
        for connection in list(self._connections):
            connection.cut()
        await self._server.wait_closed()

    # --- one call -----------------------------------------------------------------------

    def answer(
        self,
        path: str,
        content_type: str,
        body: bytes,
        reply: Callable[[int, bytes], None],
        cut: Callable[[bytes], None],
    ) -> None:
        """Do what the request asks; then `reply(status, body)`, or `cut(what is sent)`."""
        place, _, query = path.partition("?")
        _, _, rest = place.partition("/bot")
        token, _, method = rest.partition("/")
        if place.startswith("/file/") and token in self.bots:
            content = self.bots[token].files.get(method.removeprefix("files/"))
            self.counts["file"] += 1
            reply(404 if content is None else 200, content or b"{}")
            return
        now = asyncio.get_running_loop().time()
        try:
            params, files = _read(query, content_type, body)
        except ValueError:
            reply(400, _refusal(Refused(400, "Bad Request: can't parse the request")))
            return
        fault = self.script.next(method, params)
        if fault is not None and fault.how == "reset_before":
            self._note(method, params, 0, now)
            cut(b"")
            return
        code, payload = self._do(token, method, params, files, fault, path)
        self._news.set()
        if isinstance(payload, asyncio.Future):
            payload.add_done_callback(lambda poll: self._polled(poll, method, params, now, reply))
            return
        self._note(method, params, code, now)
        self._finish(fault, code, payload, reply, cut)

    def _do(
        self,
        token: str,
        method: str,
        params: dict[str, Any],
        files: dict[str, bytes],
        fault: Fault | None,
        path: str,
    ) -> tuple[int, Any]:
        bot = self.bots.get(token)
        try:
            if bot is None:
                raise Refused(401, "Unauthorized") if ":" in token else Refused(404, "Not Found")
            if fault is not None:
                _refuse(fault, bot, params, path)
            result = bot.call(method, params, files)
        except _Page as page:
            return page.code, page.body
        except Refused as refused:
            return refused.code, _refusal(refused)
        if isinstance(result, bytes | asyncio.Future):
            return 200, result
        return 200, _ENCODER.encode({"ok": True, "result": result})

    def _polled(
        self,
        poll: "asyncio.Future[bytes]",
        method: str,
        params: dict[str, Any],
        at: float,
        reply: Callable[[int, bytes], None],
    ) -> None:
        if poll.cancelled():
            return
        error = poll.exception()
        if isinstance(error, Refused):
            self._note(method, params, error.code, at)
            reply(error.code, _refusal(error))
        else:
            self._note(method, params, 200, at)
            reply(200, poll.result())

    def _finish(
        self,
        fault: Fault | None,
        code: int,
        payload: bytes,
        reply: Callable[[int, bytes], None],
        cut: Callable[[bytes], None],
    ) -> None:
        loop = asyncio.get_running_loop()
        match fault.how if fault else "":
            case "reset_after":
                cut(b"")
            case "half_body":
                head = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(payload)
                cut(head + payload[: len(payload) // 2])
            case "half_json":
                reply(code, payload[: len(payload) // 2])
            case "slow":
                assert fault is not None
                loop.call_later(fault.seconds, reply, code, payload)
            case _ if self.latency_s:
                loop.call_later(self.latency_s, reply, code, payload)
            case _:
                reply(code, payload)

    def _note(self, method: str, params: dict[str, Any], code: int, at: float) -> None:
        self.counts[f"{method} {code}"] += 1
        self._news.set()
        if self.keeps_calls:
            self.calls.append(Made(method, params, code, at))

    async def until(self, met: Callable[[], bool], seconds: float = 30.0) -> None:
        """Wait until that is so, looking again after every call. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not met():
                self._news.clear()
                await self._news.wait()

    def of(self, *methods: str) -> list[Made]:
        """The calls of these methods so far."""
        return [one for one in self.calls if one.method in methods]


class _Page(Exception):
    """What a proxy between us says."""

    def __init__(self, code: int, body: bytes) -> None:
        self.code, self.body = code, body


def _refuse(fault: Fault, bot: FakeBot, params: dict[str, Any], path: str) -> None:
    match fault.how:
        case "refuse":
            raise fault.error
        case "hold":
            scope = int(params["chat_id"]) if fault.scope == "chat" else None
            bot.limits.hold(scope, bot.clock(), fault.seconds)
        case "empty":
            raise _Page(200, b'{"ok":true,"result":[]}')
        case "page":
            raise _Page(fault.error.code, f"<html>cannot serve {path} {params}</html>".encode())


def _refusal(refused: Refused) -> bytes:
    answer: dict[str, Any] = {
        "ok": False,
        "error_code": refused.code,
        "description": refused.description,
    }
    if refused.parameters:
        answer["parameters"] = refused.parameters
    return _ENCODER.encode(answer)


def _read(query: str, content_type: str, body: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Parameters and files, however the request bears them. Raises ValueError."""
    params: dict[str, Any] = dict(parse_qsl(query, keep_blank_values=True)) if query else {}
    files: dict[str, bytes] = {}
    if not body:
        return params, files
    if content_type.startswith("application/json"):
        params |= msgspec.json.decode(body, type=dict[str, Any])
    elif content_type.startswith("multipart/form-data"):
        head = f"content-type: {content_type}\r\n\r\n".encode()
        for part in BytesParser(policy=HTTP).parsebytes(head + body).iter_parts():
            name = part.get_param("name", header="content-disposition")
            content = part.get_payload(decode=True)
            if part.get_filename():
                files[str(name)] = bytes(content)
            else:
                params[str(name)] = bytes(content).decode()
    else:
        params |= parse_qsl(body.decode(), keep_blank_values=True)
    return params, files


# --- HTTP -------------------------------------------------------------------------------


class _Connection(asyncio.Protocol):
    """One connection: requests one after another."""

    def __init__(self, server: FakeTelegram) -> None:
        self._telegram = server
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._busy = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass
        if self._telegram.refusing:
            self._telegram.cut += 1
            self.cut()
            return
        self._telegram._connections.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        self._telegram._connections.discard(self)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._next()

    def _next(self) -> None:
        if self._busy or self._transport is None:
            return
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        line, _, lines = self._buffer[:end].decode("latin-1").partition("\r\n")
        headers = dict(one.lower().split(": ", 1) for one in lines.split("\r\n") if ": " in one)
        length = int(headers.get("content-length", 0))
        if len(self._buffer) < end + 4 + length:
            return
        body = self._buffer[end + 4 : end + 4 + length]
        self._buffer = self._buffer[end + 4 + length :]
        self._busy = True
        raw_type = next(
            (one for one in lines.split("\r\n") if one.lower()[:13] == "content-type:"), ""
        )
        kind = raw_type[13:].strip()
        self._telegram.answer(line.split(" ")[1], kind, body, self._reply, self.cut)

    def _reply(self, status: int, body: bytes) -> None:
        if self._transport is None:
            return
        reason = _REASONS.get(status, b"Answer")
        self._transport.write(
            b"HTTP/1.1 %d %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
            % (status, reason, len(body), body)
        )
        self._busy = False
        if self._buffer:
            self._next()

    def cut(self, first: bytes = b"") -> None:
        """Reset the connection, after these bytes."""
        if self._transport is None:
            return
        if first:
            self._transport.write(first)
            self._transport.close()
            return
        held = self._transport.get_extra_info("socket")
        with suppress(OSError):
            held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()


# --- as a process of its own --------------------------------------------------------------


async def _serve(options: argparse.Namespace) -> None:
    from tests.fakes.telegram_crowd import Crowd

    telegram = FakeTelegram(latency_s=options.latency, port=options.port, keeps_calls=False)
    async with telegram:
        limits = Limits(options.per_s, 30.0, options.chat_per_s, 3.0)
        bot = telegram.bot(options.token, limits=limits)
        print(f"telegram: listening on {telegram.url}", flush=True)
        if not options.learners:
            await asyncio.Event().wait()
        crowd = Crowd(bot, options.learners, options.answers, seed=options.seed)
        report = await crowd.run()
        print(json.dumps({**report, "calls": dict(telegram.counts)}), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="A Telegram Bot API server for tests.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", default="1:test")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds that each answer takes")
    parser.add_argument("--learners", type=int, default=0, help="who talk to the bot by themselves")
    parser.add_argument("--answers", type=int, default=1000, help="of all of them together")
    parser.add_argument("--per-s", type=float, default=0.0, help="messages a second, 0: no limit")
    parser.add_argument("--chat-per-s", type=float, default=0.0, help="the same for one chat")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    try:
        import uvloop

        uvloop.run(_serve(options))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
