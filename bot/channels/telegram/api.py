"""One bot's calls of the Bot API, and what each tells of the link to it.

Leads out: Telegram's server, or a local one (`TELEGRAM_API_BASE`). Raises
`telegram.error.TelegramError` alone.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

import structlog
from telegram import InputFile
from telegram.error import InvalidToken, TelegramError, TimedOut
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.channels.link import Link
from bot.channels.nearness import is_near
from bot.channels.telegram.errors import is_unauthorized
from bot.channels.telegram.request import Lost, TelegramRequest, Unreachable

REFUSED_WAIT_S = 10.0  # promises.md P15: at most one attempt in ten seconds
_SILENT_CALLS = 5  # connections lost one after another, with no answer between: it is away
_ERRANDS_AT_ONCE = 32
_ERRANDS = 1000
_ERRAND_LASTS_S = 15.0  # an acknowledgement later than that is of no use to anybody
_PATH = re.compile(r"[\w./-]{1,200}")
_LOG = structlog.get_logger("channel")
Params = Mapping[str, object]


class Api:
    """account: "telegram:NAME", for the log. clock: monotonic seconds; wait: sleeps."""

    def __init__(
        self,
        base: str,
        token: str,
        *,
        account: str,
        token_env: str,
        clock: Callable[[], float],
        wait: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._root = f"{base.rstrip('/')}/bot{token}/"
        self._files = f"{base.rstrip('/')}/file/bot{token}/"
        self._token = token
        self._account = account
        self._token_env = token_env
        self._clock = clock
        self.wait = wait
        self._request = TelegramRequest(direct=is_near(base))
        self.link = Link()
        self._silent = 0
        self._told: set[str] = set()
        self._errands: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Semaphore(_ERRANDS_AT_ONCE)

    async def open(self) -> None:
        await self._request.initialize()

    async def close(self) -> None:
        for task in self._errands:
            task.cancel()
        await asyncio.gather(*self._errands, return_exceptions=True)
        await self._request.shutdown()

    async def until_claimed(self) -> bool:
        """Wait for our turn to try while the link is down; True if it was."""
        was_down = self.link.is_down
        while not self.link.claim(self._clock()):
            # In small steps: somebody else may find the API back before our turn comes.
            await self.wait(min(1.0, max(0.05, self.link.wait(self._clock()))))
        return was_down

    async def call(
        self,
        method: str,
        params: Params,
        files: Mapping[str, InputFile] | None = None,
        *,
        vital: bool = True,
    ) -> object:
        """The result of one call. vital: without this method there is no talking at all."""
        data = _data(params, files)
        try:
            result: object = await self._request.post(self._root + method, data)
        except TelegramError as error:
            raise self._failed(error, vital) from None
        self._worked()
        return result

    async def raw(self, method: str, params: Params, read_timeout: float) -> bytes:
        """The whole answer of one call, still bytes."""
        data = _data(params)
        try:
            answer = await self._request.raw(self._root + method, data, read_timeout)
        except TelegramError as error:
            # A poll that breaks tells more than one of many sends.
            self._silent += isinstance(error, Lost)
            raise self._failed(error) from None
        self._worked()
        return answer

    async def fetch(self, file_id: str) -> bytes | None:
        """A file that somebody sent; None: it is gone, too big, or not to be had now."""
        try:
            told = await self.call("getFile", {"file_id": file_id})
            path = told.get("file_path") if isinstance(told, dict) else None
            # A path within the server's own files, as it has just named it.
            if not isinstance(path, str) or not _PATH.fullmatch(path) or ".." in path:
                return None
            return await self._request.retrieve(self._files + path)
        except TelegramError:
            return None

    async def quietly(self, method: str, params: Params) -> None:
        """A call whose failure matters to nobody; not made at all while the link is down."""
        if self.link.is_down:
            return
        with suppress(TelegramError):
            await self._request.post(self._root + method, _data(params))

    def errand(self, method: str, params: Params) -> None:
        """`quietly`, beside everything else; dropped when there are too many."""
        if self.link.is_down or len(self._errands) >= _ERRANDS:
            return
        task = asyncio.create_task(self._run_errand(method, params, self._clock()))
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def _run_errand(self, method: str, params: Params, since: float) -> None:
        async with self._turn:
            if self._clock() - since < _ERRAND_LASTS_S:
                await self.quietly(method, params)

    def _worked(self) -> None:
        self._silent = 0
        self.link.worked()
        self._told.clear()

    def _failed(self, error: TelegramError, vital: bool = True) -> TelegramError:
        """Tell the link and, once, whoever runs this; returns what the caller is to see."""
        error.message = error.message.replace(self._token, "•••")
        now = self._clock()
        match error:
            case Lost() if self._silent + 1 < _SILENT_CALLS:
                self._silent += 1
            case Lost() | TimedOut() | Unreachable():
                self.link.failed(now)
                self._tell("unreachable", "the Bot API does not answer; it is tried again")
                return error if isinstance(error, TimedOut) else Unreachable("no answer")
            case InvalidToken() if vital or is_unauthorized(error):
                self.link.failed(now, REFUSED_WAIT_S)
                self._tell(
                    "unauthorized",
                    "the Bot API does not know this token; put the one that @BotFather shows "
                    f"into {self._token_env} and start again",
                )
            case _:
                self._silent = 0
                self.link.worked()
        return error

    def _tell(self, code: str, mend: str) -> None:
        """One line, until something works again."""
        if code not in self._told:
            self._told.add(code)
            _LOG.error(f"channel.{code}", account=self._account, mend=mend)


def _data(params: Params, files: Mapping[str, InputFile] | None = None) -> RequestData:
    given = [RequestParameter(name, value, None) for name, value in params.items()]
    for name, file in (files or {}).items():
        given.append(RequestParameter.from_input(name, file))
    return RequestData(given)
