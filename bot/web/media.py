"""`/media/KEY`: pictures and recordings, for the page and for messengers that fetch.

No cookie is asked for: the key is the permission, and it ends with its day.
"""

import re
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.web.refusals import NotFound

_KEPT = "private, max-age=86400, immutable"  # a key is the same for a day
_ENDING = re.compile(r"\.(?:png|jpg|aac|ogg)$")  # some who fetch it look at how the address ends


class Found(Protocol):
    """One picture: its bytes, their type, and a digest that changes with them."""

    @property
    def content(self) -> bytes: ...
    @property
    def content_type(self) -> str: ...
    @property
    def digest(self) -> str: ...
    @property
    def is_kept(self) -> bool: ...


class Media(Protocol):
    """What the web room needs of the media: one thing by its key, or None."""

    async def open(self, key: str) -> Found | None: ...


def media_route(media: Media) -> Route:
    """The route that serves what lies under a key."""

    async def serve(request: Request) -> Response:
        found = await media.open(_ENDING.sub("", request.path_params["key"]))
        if found is None:
            raise NotFound
        headers = {
            "cache-control": _KEPT if found.is_kept else "no-store",
            "etag": f'"{found.digest}"',
        }
        if request.headers.get("if-none-match") == headers["etag"]:
            return Response(status_code=304, headers=headers)
        return Response(found.content, media_type=found.content_type, headers=headers)

    return Route("/media/{key}", serve)
