"""`/metrics`: what Prometheus reads. No personal data.

Leads in: a scrape. Leads out: the text that `app` makes.
"""

from collections.abc import Awaitable, Callable

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.web.refusals import Busy
from store.base import StoreError


def metrics_route(text: Callable[[], Awaitable[bytes]]) -> Route:
    async def metrics(request: Request) -> Response:
        try:
            found = await text()
        except StoreError as error:
            raise Busy from error
        return Response(found, headers={"content-type": CONTENT_TYPE_LATEST})

    return Route("/metrics", metrics)
