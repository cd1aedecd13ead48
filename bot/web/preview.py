"""The door of `hocvuso lessons preview --page`: each visit begins the lesson anew.

Only that command opens it, on a database of its own.
"""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.web.visitors import Visitors


def preview_route(begin: Callable[[], Awaitable[str]], secret: bytes) -> Route:
    """`begin` makes a visitor who stands at the lesson, and gives its name."""
    visitors = Visitors(secret, secure=False)

    async def preview(request: Request) -> Response:
        response = RedirectResponse("/#end", 303)
        visitors.remember(response, await begin())
        return response

    return Route("/preview", preview)
