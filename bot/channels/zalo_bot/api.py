"""One Zalo bot's calls, POST `/bot<TOKEN>/<method>`, and what each tells of the link to it.

The token stands in every address, so nothing here logs, repeats or raises one: the HTTP
client's own lines are silenced, and of its exceptions only the kind goes on.
Leads out: Zalo's server, or another one (`ZALO_API_BASE`).
Source: Zalo Bot Platform (hub v2.5.0): `{ok, result | description, error_code}`.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from urllib.parse import urlsplit

import httpx
import msgspec
import structlog

from bot.channels.link import Link
from bot.channels.nearness import is_near

ANSWER_S = 10.0  # promises.md P11
REFUSED_WAIT_S = 10.0  # promises.md P15: at most one attempt in ten seconds
_SILENT_CALLS = 3  # connections lost one after another, with no answer between: it is away
_ERRANDS = 100
_HOSTS = ("zdn.vn", "zadn.vn")
_MOST_FILE_BYTES = 10_000_000
_LEAST_RETRY_S, _MOST_RETRY_S = 1.0, 3600.0
_LOG = structlog.get_logger("channel")
_JSON = msgspec.json.Encoder()


class Answer(msgspec.Struct, frozen=True):
    """What came back.

    code: the body's error_code, else the HTTP status where that is no success, else 0.
    said: Zalo's own description. raw: the body. retry_after_s: 0 where Zalo names no
    pause. An answer that cannot be read is not ok and has no code.
    """

    ok: bool
    code: int = 0
    said: str = ""
    raw: bytes = b""
    retry_after_s: float = 0.0


class NoAnswer(Exception):
    """No answer came. away: the API could not be reached, or it has been silent for long;
    else a single answer was lost, and the call may have been carried out."""

    code = "channel:no_answer"
    retry = True

    def __init__(self, away: bool) -> None:
        super().__init__("no answer")
        self.away = away


class _Parameters(msgspec.Struct):
    retry_after: float | None = None


class _Body(msgspec.Struct):
    ok: bool = True
    error_code: int | str | None = None
    description: str | None = None
    retry_after: float | None = None
    parameters: _Parameters | None = None


_BODY = msgspec.json.Decoder(_Body)


class Api:
    """account: "zalo_bot:NAME", for the log. clock: monotonic seconds."""

    def __init__(
        self, base: str, token: str, *, account: str, token_env: str, clock: Callable[[], float]
    ) -> None:
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        self._root = f"{base.rstrip('/')}/bot{token}/"
        self._account = account
        self._token_env = token_env
        self._clock = clock
        self._is_near = is_near(base)
        self._client: httpx.AsyncClient | None = None
        self.link = Link()
        self._silent = 0
        self._told: set[str] = set()
        self._errands: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Before the first call."""
        headers = {"content-type": "application/json"}
        self._client = httpx.AsyncClient(headers=headers, trust_env=not self._is_near)

    async def close(self) -> None:
        for task in self._errands:
            task.cancel()
        await asyncio.gather(*self._errands, return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()

    async def call(
        self, method: str, params: Mapping[str, object], *, wait_s: float = 0.0
    ) -> Answer:
        """One call. wait_s: how long Zalo may take beyond the usual. Raises NoAnswer."""
        try:
            answer = await self._post(method, params, wait_s)
        except httpx.TransportError as error:
            # `from None`: what httpx says may hold the address, and with it the token.
            raise self._unanswered(error) from None
        self._silent = 0
        if answer.code == 401:
            self.link.failed(self._clock(), REFUSED_WAIT_S)
            self._tell(
                "unauthorized",
                "Zalo does not know this token; copy it anew from bot.zaloplatforms.com into "
                f"{self._token_env} and start again",
            )
        else:
            self.link.worked()
            self._told.clear()
        return answer

    async def fetch(self, address: str) -> bytes | None:
        """A file where Zalo keeps what people send; None: gone, too big, not now, or an
        address of somebody else's: nothing else of any network is asked for."""
        assert self._client is not None, "open() comes first"
        if not _is_zalos(address):
            return None
        content = bytearray()
        try:
            async with self._client.stream("GET", address, timeout=ANSWER_S) as answer:
                async for part in answer.aiter_bytes():
                    content += part
                    if answer.status_code != 200 or len(content) > _MOST_FILE_BYTES:
                        return None
        except (httpx.HTTPError, httpx.InvalidURL):
            return None
        return bytes(content)

    def errand(self, method: str, params: Mapping[str, object]) -> None:
        """A call beside everything else whose failure matters to nobody."""
        if self.link.is_down or len(self._errands) >= _ERRANDS:
            return
        task = asyncio.create_task(self.quietly(method, params))
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def quietly(self, method: str, params: Mapping[str, object]) -> None:
        """The same, waited for; not made at all while the link is down."""
        if not self.link.is_down:
            with suppress(httpx.TransportError):
                await self._post(method, params, 0.0)

    async def _post(self, method: str, params: Mapping[str, object], wait_s: float) -> Answer:
        assert self._client is not None, "open() comes first"
        timeout = httpx.Timeout(ANSWER_S + wait_s, connect=ANSWER_S)
        content = _JSON.encode(params)
        return _read(await self._client.post(self._root + method, content=content, timeout=timeout))

    def _unanswered(self, error: httpx.TransportError) -> NoAnswer:
        """Tell the link; one or two lost answers alone say nothing of it."""
        is_lost = isinstance(error, httpx.ReadError | httpx.WriteError | httpx.ProtocolError)
        if is_lost and self._silent + 1 < _SILENT_CALLS:
            self._silent += 1
            return NoAnswer(away=False)
        self.link.failed(self._clock())
        self._tell("unreachable", "Zalo does not answer; it is tried again")
        return NoAnswer(away=True)

    def _tell(self, code: str, mend: str) -> None:
        """One line, until something works again."""
        if code not in self._told:
            self._told.add(code)
            _LOG.error(f"channel.{code}", account=self._account, mend=mend)


def _is_zalos(address: str) -> bool:
    parts = urlsplit(address)
    host = parts.hostname or ""
    return parts.scheme == "https" and any(host.endswith(f".{one}") for one in _HOSTS)


def _read(response: httpx.Response) -> Answer:
    raw, status = response.content, response.status_code
    try:
        body = _BODY.decode(raw)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        code = 0 if status < 400 else status
        return Answer(False, code, "", raw, _retry_after_s(response, _Body()))
    told = str(body.error_code)
    code = int(told) if told.isdigit() and len(told) < 6 else 0
    if not code and status >= 400:
        code = status
    ok = body.ok and status < 400 and not code
    return Answer(ok, code, body.description or "", raw, _retry_after_s(response, body))


def _retry_after_s(response: httpx.Response, body: _Body) -> float:
    """The pause that Zalo asks for, in the body or the header; 0 where it names none."""
    header = response.headers.get("retry-after", "")
    told = float(header) if header.isdigit() and len(header) < 9 else 0.0
    inner = body.parameters.retry_after if body.parameters else None
    told = max(told, body.retry_after or 0.0, inner or 0.0)
    return min(max(told, _LEAST_RETRY_S), _MOST_RETRY_S) if told > 0 else 0.0
