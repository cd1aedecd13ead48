"""The web chat: one page, three routes for scripts, the doors `/i/TICKET` and health.

Leads in: browsers. Leads out: `Chat`, the only thing this room knows of the tutor.
The page works without scripts: every key is a form that posts to `/`.
"""

import asyncio
import hashlib
import json
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from typing import Any

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from bot.web.chat import Chat, Shown
from bot.web.guards import LastResort, OwnPagesOnly, SafeHeaders
from bot.web.reading import (
    MAX_WAIT_S,
    Said,
    parse_after,
    parse_form,
    parse_json,
    parse_ticket,
    parse_wait,
    read_body,
)
from bot.web.refusals import DataGone, NotAllowed, NotFound, TooMany, WebError
from bot.web.visitors import Visitors
from bot.web.words import LANGUAGES, words_for

HERE = Path(__file__).parent
# Waiting requests a visitor may hold: two tabs, each with one that its browser forgot.
MAX_WAITING = 4
LANGUAGE_TIMEOUT_S = 0.5


class CachedFiles(StaticFiles):
    """The stylesheet and the script; their address changes with their content."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:  # as Starlette declares it
        response = super().file_response(*args, **kwargs)
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


def _static_version() -> str:
    digest = hashlib.sha256()
    for path in sorted((HERE / "static").iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def shown_json(shown: Shown) -> dict[str, object]:
    """A line as the scripts' routes give it. Its keys are a public face: design.md §8."""
    return {
        "id": shown.id,
        "from": shown.sender,
        "text": shown.text,
        "options": [{"label": label, "press": press} for label, press in shown.options],
        "picture": f"/media/{shown.picture}" if shown.picture else None,
        "voice": f"/media/{shown.voice}" if shown.voice else None,
        "at": shown.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "alert": shown.alert,
    }


class Pages:
    """The routes. One a method; what they share is who asks and how a page is drawn."""

    def __init__(self, chat: Chat, visitors: Visitors, stopping: asyncio.Event) -> None:
        self.chat = chat
        self.stopping = stopping
        self.visitors = visitors
        self.waiting: Counter[str] = Counter()
        self.templates = Jinja2Templates(directory=HERE / "templates")
        self.version = _static_version()

    # --- pages ------------------------------------------------------------------------

    async def page(self, request: Request) -> Response:
        """The chat with its history, or the greeting for a newcomer. Makes nothing."""
        visitor = self.visitors.of(request)
        lines = await self.chat.latest(visitor) if visitor else ()
        if visitor is None or not lines:
            return await self._draw(request, "greeting.html", None)
        newest_bot = max((line.id for line in lines if line.sender == "bot"), default=0)
        newest_own = max((line.id for line in lines if line.sender == "learner"), default=0)
        response = await self._draw(
            request,
            "chat.html",
            visitor,
            lines=lines,
            newest_bot=newest_bot,
            newest_own=newest_own,
            last=lines[-1].id,
        )
        self.visitors.remember(response, visitor)  # the year begins anew
        return response

    async def post_page(self, request: Request) -> Response:
        """What the page sends without scripts."""
        said = parse_form(await read_body(request))
        visitor = await self._visitor_for_change(request)
        if said.text is None or said.text.strip():
            await self._say(visitor, said)
        response = RedirectResponse("/#end", 303)
        self.visitors.remember(response, visitor)
        return response

    async def ticket_page(self, request: Request) -> Response:
        """A key and nothing else, whatever the ticket: a preview burns and learns nothing."""
        return await self._draw(request, "ticket.html", self.visitors.of(request))

    async def use_ticket(self, request: Request) -> Response:
        """Return: be that visitor here. All else goes to the tutor, who knows invitations."""
        await read_body(request)
        ticket = parse_ticket(request.path_params["ticket"])
        if ticket and await self.chat.ticket_purpose(ticket) == "return":
            returning = await self.chat.use_return_ticket(ticket)
            if returning is not None:
                response = RedirectResponse("/#end", 303)
                self.visitors.remember(response, returning)
                return response
        visitor = await self._visitor_for_change(request)
        # The ticket itself stays out of the table of keys: it is a secret until used.
        digest = hashlib.sha256(ticket.encode()).hexdigest()[:24]
        await self._say(visitor, Said(None, None, ticket, f"ticket:{digest}"))
        response = RedirectResponse("/#end", 303)
        self.visitors.remember(response, visitor)
        return response

    async def data_page(self, request: Request) -> Response:
        """A key and nothing else: a preview of the link downloads nothing."""
        return await self._draw(request, "data.html", self.visitors.of(request))

    async def use_data(self, request: Request) -> Response:
        """All that is kept about whoever made the link, as a file, once."""
        await read_body(request)
        found = await self.chat.own_data(parse_ticket(request.path_params["ticket"]))
        if found is None:
            raise DataGone
        name = {"content-disposition": 'attachment; filename="hocvuso.json"'}
        return Response(found, media_type="application/json", headers=name)

    async def privacy(self, request: Request) -> Response:
        return await self._draw(request, "privacy.html", self.visitors.of(request))

    # --- for scripts ------------------------------------------------------------------

    async def post_message(self, request: Request) -> Response:
        """Take one message; 202 after its commit."""
        said = parse_json(await read_body(request))
        visitor = await self._visitor_for_change(request)
        last = await self._say(visitor, said)
        response = JSONResponse({"id": last}, 202)
        self.visitors.remember(response, visitor)
        return response

    async def messages(self, request: Request) -> Response:
        """Lines after N, waiting up to `wait` seconds for the first."""
        after = parse_after(request.query_params.get("after"))
        wait_s = parse_wait(request.query_params.get("wait"))
        visitor = self.visitors.of(request)
        lines: Sequence[Shown] = ()
        if visitor is not None:
            lines = await self.chat.messages(visitor, after)
            if not lines and wait_s > 0:
                lines = await self._wait_for_lines(request, visitor, after, wait_s)
        return JSONResponse({"messages": [shown_json(line) for line in lines]})

    async def stream(self, request: Request) -> Response:
        """Server-sent events, each with its message id, from where the browser stopped."""
        after = parse_after(request.query_params.get("after"))
        if "last-event-id" in request.headers:
            after = parse_after(request.headers["last-event-id"])
        visitor = self.visitors.of(request)
        if visitor is None or request.method == "HEAD":
            return Response(status_code=204)  # tells an EventSource not to come back
        self._want_place(visitor)
        return EventSourceResponse(
            self._events(visitor, after), ping=15, headers={"cache-control": "no-store"}
        )

    # --- health -----------------------------------------------------------------------

    async def healthz(self, request: Request) -> Response:
        return JSONResponse({"alive": True})

    async def readyz(self, request: Request) -> Response:
        """What the tutor says of itself; 503 unless it is ready."""
        state = await self.chat.ready()
        return JSONResponse(dict(state), 200 if state.get("ready") is True else 503)

    # --- refusals ---------------------------------------------------------------------

    async def refuse(self, request: Request, error: WebError) -> Response:
        """Kind JSON for scripts, a kind page for people. Fails never."""
        language = await self._language_if_known(request)
        words = words_for(language)
        wants_page = "text/html" in request.headers.get("accept", "")
        if request.url.path.startswith("/api/") or not wants_page:
            body = {"error": error.code, "message": words[error.word]}
            response: Response = JSONResponse(body, error.status)
        else:
            context = self._context(words, language) | {"word": error.word}
            response = self.templates.TemplateResponse(
                request, "refused.html", context, error.status
            )
        if error.status in (429, 503):
            response.headers["retry-after"] = "3"
        # No "Connection: close" on a 413: the server would reset a browser that is still
        # sending, and the kind words would be lost. What still comes is thrown away.
        return response

    async def _language_if_known(self, request: Request) -> str:
        """The chat's language; Vietnamese when the tutor cannot say so at once."""
        try:
            async with asyncio.timeout(LANGUAGE_TIMEOUT_S):
                language = await self.chat.language(self.visitors.of(request))
        except Exception:  # a refusal must not fail over its own words
            return "vi"
        return language if language in LANGUAGES else "vi"

    async def refuse_http(self, request: Request, error: Exception) -> Response:
        """Starlette's own refusals (no such route, no such method) in our words."""
        status = error.status_code if isinstance(error, HTTPException) else 404
        response = await self.refuse(request, NotAllowed() if status == 405 else NotFound())
        if isinstance(error, HTTPException) and error.headers:
            response.headers.update(error.headers)
        return response

    # --- shared -----------------------------------------------------------------------

    async def _draw(
        self, request: Request, name: str, visitor: str | None, **more: object
    ) -> Response:
        language = await self.chat.language(visitor)
        context = self._context(words_for(language), language if language in LANGUAGES else "vi")
        return self.templates.TemplateResponse(request, name, context | more)

    def _context(self, words: Mapping[str, str], language: str) -> dict[str, Any]:
        return {
            "words": words,
            "language": language,
            "version": self.version,
            "form_id": secrets.token_urlsafe(12),
        }

    async def _visitor_for_change(self, request: Request) -> str:
        """The visitor who posts; a new one without a good cookie, or after an erasure."""
        visitor = self.visitors.of(request)
        if visitor is None or not await self.chat.knows(visitor):
            return self.visitors.new()
        return visitor

    async def _say(self, visitor: str, said: Said) -> int:
        # A digest: the keys outlive an erasure by a week, and a visitor's name must not.
        key = hashlib.sha256(f"{visitor}:{said.id}".encode()).hexdigest()[:32]
        return await self.chat.say(
            visitor, text=said.text, press=said.press, start=said.start, key=f"web:{key}"
        )

    def _want_place(self, visitor: str) -> None:
        """Raises TooMany when the visitor's waiting places are all taken."""
        if self.waiting[visitor] >= MAX_WAITING:
            raise TooMany

    @contextmanager
    def _waiting(self, visitor: str) -> Iterator[None]:
        """Hold one of the visitor's waiting places."""
        self.waiting[visitor] += 1
        try:
            yield
        finally:
            self.waiting[visitor] -= 1
            if not self.waiting[visitor]:
                del self.waiting[visitor]

    async def _wait_for_lines(
        self, request: Request, visitor: str, after: int, wait_s: float
    ) -> Sequence[Shown]:
        """Lines after N as soon as there are some; none when the time is over."""
        self._want_place(visitor)
        with self._waiting(visitor):
            left = asyncio.create_task(_until_gone(request))
            lines = asyncio.create_task(self._lines_within(visitor, after, wait_s))
            try:
                await asyncio.wait({left, lines}, return_when=asyncio.FIRST_COMPLETED)
                return lines.result() if lines.done() else ()
            finally:
                left.cancel()
                lines.cancel()

    async def _lines_within(self, visitor: str, after: int, wait_s: float) -> Sequence[Shown]:
        clock = asyncio.get_running_loop().time
        end = clock() + wait_s
        while (rest := end - clock()) > 0 and not self.stopping.is_set():
            await self._news(visitor, after, rest)
            if lines := await self.chat.messages(visitor, after):
                return lines
        return ()

    async def _events(self, visitor: str, after: int) -> AsyncIterator[ServerSentEvent]:
        with self._waiting(visitor):
            while not self.stopping.is_set():
                for line in await self.chat.messages(visitor, after):
                    after = line.id
                    body = json.dumps(shown_json(line), ensure_ascii=False)
                    yield ServerSentEvent(body, id=str(line.id))
                await self._news(visitor, after, MAX_WAIT_S)

    async def _news(self, visitor: str, after: int, seconds: float) -> None:
        """Wait as `Chat.wait` does, but not while the program wants to end."""
        news = asyncio.create_task(self.chat.wait(visitor, after, seconds))
        end = asyncio.create_task(self.stopping.wait())
        try:
            await asyncio.wait({news, end}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            news.cancel()
            end.cancel()


async def _until_gone(request: Request) -> None:
    """Return when the browser has hung up."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def create_app(
    chat: Chat,
    *,
    secret: bytes,
    public_url: str | None,
    more_routes: Sequence[BaseRoute] = (),
    stopping: asyncio.Event | None = None,
) -> Starlette:
    """The web chat around one tutor.

    secret: signs the visitors' cookies. public_url: where learners find us; https makes
    the cookie Secure. more_routes: other faces on the same port (webhooks, console);
    they get the same headers, unless they set their own, and the same last resort.
    stopping: once it is set, whoever waits for news is let go.
    """
    secure = (public_url or "").lower().startswith("https://")
    pages = Pages(chat, Visitors(secret, secure=secure), stopping or asyncio.Event())
    return Starlette(
        routes=[
            Route("/", pages.page),
            Route("/", pages.post_page, methods=["POST"]),
            Route("/api/chat/messages", pages.messages),
            Route("/api/chat/messages", pages.post_message, methods=["POST"]),
            Route("/api/chat/stream", pages.stream),
            Route("/i/{ticket}", pages.ticket_page),
            Route("/i/{ticket}", pages.use_ticket, methods=["POST"]),
            Route("/data/{ticket}", pages.data_page),
            Route("/data/{ticket}", pages.use_data, methods=["POST"]),
            Route("/privacy", pages.privacy),
            Route("/healthz", pages.healthz),
            Route("/readyz", pages.readyz),
            Mount("/static", CachedFiles(directory=HERE / "static")),
            *more_routes,
        ],
        middleware=[
            Middleware(SafeHeaders),
            Middleware(LastResort, answer=pages.refuse),
            Middleware(OwnPagesOnly, public_url=public_url),
        ],
        exception_handlers={HTTPException: pages.refuse_http},
    )
