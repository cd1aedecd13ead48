"""Where channels bring their updates: one door for each account, `/webhook/…`.

Leads in: Telegram's and Zalo's servers. Leads out: a `Webhook` for each path, handed
over by `bot/app.py`. Who cannot show the secret is sent away before the body is read.
Source: promises.md P29.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.web.reading import read_body
from bot.web.refusals import WebError

MAX_UPDATE_BYTES = 1_000_000
_LOG = structlog.get_logger("webhook")


class Webhook(Protocol):
    """One account's side of its door. Headers have lower-case names, text as latin-1."""

    @property
    def commit_within_s(self) -> float:
        """How long the channel waits for its answer; then it is 503, safe to repeat."""

    def check_secret(self, headers: Mapping[str, str]) -> bool:
        """Is this the channel? Compared as bytes in constant time; the body is unread."""

    async def receive(self, headers: Mapping[str, str], body: bytes) -> int:
        """Take the update in and return the HTTP status: 200 once it is on disk.

        Raises TimeoutError when it could not be kept: answered 503.
        """


def webhook_routes(webhooks: Mapping[str, Webhook]) -> list[Route]:
    """The routes for `create_app`'s `more_routes`, by path."""
    return [
        Route(path, _door(path, webhook), methods=["POST"]) for path, webhook in webhooks.items()
    ]


def _door(path: str, webhook: Webhook) -> Callable[[Request], Awaitable[Response]]:
    async def take(request: Request) -> Response:
        if not webhook.check_secret(request.headers):
            _LOG.warning("webhook.denied", path=path)
            return Response(status_code=401)
        try:
            body = await read_body(request, MAX_UPDATE_BYTES)
            async with asyncio.timeout(webhook.commit_within_s):
                return Response(status_code=await webhook.receive(request.headers, body))
        except WebError as error:
            return Response(status_code=error.status)
        except TimeoutError:
            _LOG.warning("webhook.busy", path=path)
            return Response(status_code=503, headers={"retry-after": "1"})

    return take
