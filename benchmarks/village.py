"""A Telegram Bot API on loopback with a village of learners behind it, for benchmarks.

Each learner writes "1", waits for the next question (a message with keys), and writes
"1" again at once: a closed loop, so the bot's own speed is what limits it. It reads the
bodies of all three bots (JSON, forms, multipart) and can hold every call for a while, as
a network does. Only what the benchmarks need of the real API; no limits of its own.
"""

import asyncio
import re
import time
from collections import deque
from collections.abc import Callable, Container, Mapping
from itertools import islice
from typing import cast
from urllib.parse import parse_qs

import msgspec

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_FIELD = re.compile(rb'name="(\w+)"\r\n(?:[^\r]+\r\n)*\r\n([^\r]*)\r\n')
_ME = {"id": 1, "is_bot": True, "first_name": "hocvuso", "username": "hocvuso_bot"}
_FIRST_UPDATE = 1_000_000
_JSON = msgspec.json.Encoder()
_READ = msgspec.json.Decoder(dict[str, object])
Fields = Mapping[str, object]
Tell = Callable[[bytes], None]


class Village:
    """The learners and what they wait for.

    latency_s: how long one call takes on the way there and back. turns: how many
    questions are answered in all; the first `warm_up` are not measured.
    """

    def __init__(self, *, learners: int, turns: int, warm_up: int, latency_s: float) -> None:
        self.turns = turns
        self.warm_up = warm_up
        self.latency_s = latency_s
        self.answered = 0
        self.waits_s: list[float] = []
        self.calls: dict[str, int] = {}
        self.started_at = 0.0
        self.polled = asyncio.Event()
        self.ended = asyncio.Event()
        self.ended_at = 0.0
        self._asked_at: dict[int, float] = {}
        self._pending: deque[tuple[int, bytes]] = deque()
        self._next_update = _FIRST_UPDATE
        self._message = 0
        self._poll: tuple[int, Tell] | None = None  # at most so many updates, and to whom
        for n in range(learners):
            self._write(1000 + n)

    def _write(self, chat_id: int) -> None:
        """A learner writes "1"."""
        self._asked_at[chat_id] = time.perf_counter()
        update = {
            "update_id": self._next_update,
            "message": {
                "message_id": self._next_update,
                "date": int(time.time()),
                "chat": {"id": chat_id, "type": "private", "first_name": "Lan"},
                "from": {"id": chat_id, "is_bot": False, "first_name": "Lan"},
                "text": "1",
            },
        }
        self._pending.append((self._next_update, _JSON.encode(update)))
        self._next_update += 1
        if self._poll is not None:
            # What else is written in the same moment goes with it.
            asyncio.get_running_loop().call_soon(self._end_poll, self._poll)

    def updates(self, fields: Fields, tell: Tell) -> None:
        """The answer to getUpdates: at once when something waits, else when it comes or the
        time is up. The caller adds the ways there and back."""
        self._called("getUpdates")
        self.polled.set()
        offset, timeout_s = _number(fields.get("offset")), _number(fields.get("timeout"))
        while self._pending and self._pending[0][0] < offset:
            self._pending.popleft()
        self._poll = poll = _number(fields.get("limit")) or 100, tell
        if self._pending or not timeout_s:
            self._end_poll(poll)
        else:
            asyncio.get_running_loop().call_later(timeout_s, self._end_poll, poll)

    def _end_poll(self, poll: tuple[int, Tell]) -> None:
        if self._poll is poll:  # else it has its answer
            self._poll, (limit, tell) = None, poll
            taken = [raw for _, raw in islice(self._pending, limit)]
            tell(b'{"ok":true,"result":[' + b",".join(taken) + b"]}")

    def call(self, method: str, fields: Fields) -> bytes:
        """The answer to any other call."""
        self._called(method)
        if method in ("sendMessage", "sendPhoto"):
            return self._sent(method, fields)
        return _JSON.encode({"ok": True, "result": _ME if method == "getMe" else True})

    def _called(self, method: str) -> None:
        self.calls[method] = self.calls.get(method, 0) + 1

    def _sent(self, method: str, fields: Fields) -> bytes:
        chat_id = _number(fields["chat_id"])
        self._message += 1
        # A dictionary, or in a form its JSON.
        markup = cast(Container[str], fields.get("reply_markup") or "")
        asked_at = self._asked_at.get(chat_id) if "inline_keyboard" in markup else None
        if asked_at is not None:
            self._answered(chat_id, asked_at)
        message: dict[str, object] = {
            "message_id": self._message,
            "date": int(time.time()),
            "chat": {"id": chat_id, "type": "private"},
        }
        if method == "sendPhoto":
            size = {"width": 640, "height": 480}
            message["photo"] = [{"file_id": "AgAC", "file_unique_id": "u", **size}]
        else:
            message["text"] = "x"
        return _JSON.encode({"ok": True, "result": message})

    def _answered(self, chat_id: int, asked_at: float) -> None:
        now = time.perf_counter()
        self._asked_at.pop(chat_id)
        self.answered += 1
        if self.answered == self.warm_up:
            self.started_at = now
        elif self.answered > self.warm_up:
            self.waits_s.append(now - asked_at)
        if self.answered == self.turns:
            self.ended_at = now
            self.ended.set()
        elif self.answered < self.turns:
            self._write(chat_id)


class _Connection(asyncio.Protocol):
    """One keep-alive connection: requests one after another."""

    def __init__(self, village: Village) -> None:
        self._village = village
        self._half_s = village.latency_s / 2
        self._loop = asyncio.get_running_loop()
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end]
            length = _LENGTH.search(head)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._buffer) < whole:
                return
            body, self._buffer = self._buffer[end + 4 : whole], self._buffer[whole:]
            path, _, query = head.split(b" ", 2)[1].partition(b"?")
            method = path.rpartition(b"/")[2].decode()
            self._after_half(self._arrived, method, _fields(query.decode(), body))

    def _after_half(self, do: Callable[..., None], *given: object) -> None:
        """Half the way: there, or back."""
        if self._half_s:
            self._loop.call_later(self._half_s, do, *given)
        else:
            do(*given)

    def _arrived(self, method: str, fields: Fields) -> None:
        if method == "getUpdates":
            self._village.updates(fields, self._leaves)
        else:
            self._leaves(self._village.call(method, fields))

    def _leaves(self, told: bytes) -> None:
        self._after_half(self._tell, told)

    def _tell(self, told: bytes) -> None:
        if not self._transport.is_closing():  # else the bot was stopped
            self._transport.write(
                b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
                % (len(told), told)
            )


def _number(value: object) -> int:
    """A field of JSON, or of a form, or none."""
    return int(str(value or 0))


def _fields(query: str, body: bytes) -> Fields:
    if body[:1] == b"{":
        return _READ.decode(body)
    if body[:2] == b"--":
        return {name.decode(): value.decode("utf-8", "replace")
                for name, value in _FIELD.findall(body)}  # fmt: skip
    pairs = parse_qs(query) | parse_qs(body.decode("utf-8", "replace"))
    return {key: values[-1] for key, values in pairs.items()}


async def open_village(village: Village) -> tuple[asyncio.AbstractServer, int]:
    """Listen on loopback; the server and its port."""
    loop = asyncio.get_running_loop()
    make: Callable[[], asyncio.Protocol] = lambda: _Connection(village)  # noqa: E731
    server = await loop.create_server(make, "127.0.0.1", 0)
    return server, server.sockets[0].getsockname()[1]
