"""What stands before every route: safe headers, no change asked for by another site, and
a last resort that never shows a 500.

Leads in: any request. Leads out: the routes, or a `WebError`.
"""

import traceback
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.refusals import Busy, Foreign, WebError

log = structlog.get_logger(__name__)

HEADERS = {
    "content-security-policy": (
        "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Not no-referrer: under it browsers send "Origin: null" with our own forms, and over
    # plain http (a commune's own network) they send no Sec-Fetch-Site to tell them apart
    # from a stranger's. Source: fetch.spec.whatwg.org, "append a request Origin header".
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cache-control": "no-store",
}

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class SafeHeaders:
    """Adds `HEADERS` to every answer that does not set its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class LastResort:
    """Turns whatever a route raised into `answer(request, error)`; logs no learner's words.

    An exception's message may hold what was typed, so only its type and the lines of
    code it came through are logged.
    """

    def __init__(
        self, app: ASGIApp, answer: Callable[[Request, WebError], Awaitable[Response]]
    ) -> None:
        self.app = app
        self.answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            if not isinstance(error, WebError):
                _log_failure(error)
            if not started:
                refusal = error if isinstance(error, WebError) else Busy()
                response = await self.answer(Request(scope), refusal)
                await response(scope, receive, send)


def _log_failure(error: Exception) -> None:
    if isinstance(error, TimeoutError):
        log.warning("web.busy")
        return
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    log.error("web.failed", type=type(error).__name__, where=where)


class OwnPagesOnly:
    """Refuses a change that a page of another site asked for. SameSite=Lax stands besides.

    A program without a browser sends none of these headers and passes: it can do
    nothing that its own cookie does not allow.
    """

    def __init__(self, app: ASGIApp, public_url: str | None) -> None:
        self.app = app
        self.public_origin = _origin_of(public_url) if public_url else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in SAFE_METHODS:
            request = Request(scope)
            if not self._is_own(request):
                log.warning("web.foreign")
                raise Foreign
        await self.app(scope, receive, send)

    def _is_own(self, request: Request) -> bool:
        site = request.headers.get("sec-fetch-site")
        if site is not None and site not in ("same-origin", "none"):
            return False
        origin = request.headers.get("origin")
        if origin is None or (origin == "null" and site == "same-origin"):
            return True
        if self.public_origin is not None and _origin_of(origin) == self.public_origin:
            return True
        # Behind a proxy we do not know our own scheme; the host is what a stranger lacks.
        return _origin_of(origin)[1] == request.headers.get("host", "").lower() != ""


def _origin_of(url: str) -> tuple[str, str]:
    """(scheme, host with port), lower case; ("", "") for what is no address."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return "", ""
    return parts.scheme.lower(), parts.netloc.lower()
