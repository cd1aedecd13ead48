"""The transport under python-telegram-bot: its errors and its answers, on aiohttp.

JSON bodies, multipart only where a file is uploaded. Nothing here logs: the token is in
every address, and learners' words are in the answers.
Source: design.md section 9 (4,358 sends/s against 313 with its own httpx transport).
"""

import logging
import os
from functools import lru_cache
from typing import Any

import aiohttp
import msgspec
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

SEND_TIMEOUT_S = 10.0  # promises.md P11
CONNECTIONS = 128
# Statuses that python-telegram-bot knows; another 4xx is as final as a 400.
_KNOWN = frozenset([400, 401, 403, 404, 409, 429])
_ENCODER = msgspec.json.Encoder()

# The library's loggers print addresses and whole answers; and its `retry_after` is a
# timedelta only when asked for.
logging.getLogger("telegram").setLevel(logging.CRITICAL + 1)
os.environ.setdefault("PTB_TIMEDELTA", "1")


class _Refusal(msgspec.Struct):
    error_code: int = 502
    description: str = ""
    parameters: dict[str, Any] | None = None


class Unreachable(NetworkError):
    """The API could not be reached: nothing was asked, nothing can have happened."""

    __slots__ = ()


class Lost(NetworkError):
    """The connection broke before the answer was here: what became of it is unknown."""

    __slots__ = ()


class TelegramRequest(BaseRequest):
    """One pool of connections. direct: never through a proxy of the environment."""

    __slots__ = ("_direct", "_session")

    def __init__(self, *, direct: bool) -> None:
        self._direct = direct
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return SEND_TIMEOUT_S

    async def initialize(self) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS),
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=("accept", "accept-encoding", "user-agent"),
                trust_env=not self._direct,
            )

    async def shutdown(self) -> None:
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def raw(self, url: str, data: RequestData, read_timeout: float) -> bytes:
        """`post`, with the answer still bytes: its `result` is for the caller to split."""
        return await self._request_wrapper(
            url=url, method="POST", request_data=data, read_timeout=read_timeout
        )

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer as an object. Raises TelegramError for half a body, unlogged."""
        try:
            answer = msgspec.json.decode(payload)
        except (ValueError, RecursionError):
            raise TelegramError("the answer cannot be read") from None
        if not isinstance(answer, dict) or (answer.get("ok") is True and "result" not in answer):
            raise TelegramError("the answer is not one of the Bot API")
        return answer

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Status and body. Raises TimedOut, Unreachable or Lost, without addresses."""
        assert self._session is not None
        if read_timeout is BaseRequest.DEFAULT_NONE:
            read_timeout = SEND_TIMEOUT_S
        try:
            async with self._session.request(
                method,
                url,
                data=_body(request_data),
                timeout=_timeout(read_timeout),
                allow_redirects=False,
            ) as response:
                return _read(response.status, await response.read())
        except TimeoutError:
            raise TimedOut from None
        except aiohttp.ClientConnectorError:
            raise Unreachable("cannot connect") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise Lost(type(error).__name__) from None


@lru_cache(maxsize=16)
def _timeout(total_s: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=total_s, sock_connect=SEND_TIMEOUT_S)


def _body(data: RequestData | None) -> aiohttp.BytesPayload | aiohttp.FormData | None:
    if data is None:
        return None
    if not data.contains_files:
        encoded = _ENCODER.encode(data.parameters)
        return aiohttp.BytesPayload(encoded, content_type="application/json")
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form


def _read(status: int, payload: bytes) -> tuple[int, bytes]:
    """Status and body as the library knows them.

    An answer that says no under a 200 is a no. Of a refusal that is no JSON (a proxy's
    page) nothing is kept: it may show the address, and the library would quote it.
    """
    if status == 200 and not payload[:16].replace(b" ", b"").startswith(b'{"ok":false'):
        return status, payload
    try:
        answer = msgspec.json.decode(payload, type=_Refusal)
    except (ValueError, RecursionError):
        return (502 if status == 200 else _known(status)), b"{}"
    return _known(answer.error_code if status == 200 else status), payload


def _known(status: int) -> int:
    return 400 if 400 <= status < 500 and status not in _KNOWN else status
