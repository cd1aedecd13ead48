"""`/i/TICKET/poster.pdf`: a volunteer's poster, for whoever has their link."""

from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.web.reading import parse_ticket
from bot.web.refusals import NotFound


class Printing(Protocol):
    """What the web room needs: the page of one link, or None."""

    async def pdf(self, ticket: str) -> bytes | None: ...


def poster_route(printing: Printing) -> Route:
    """The route that serves it; anything else answers 404 like a page that never was."""

    async def serve(request: Request) -> Response:
        ticket = parse_ticket(request.path_params["ticket"])
        page = await printing.pdf(ticket) if ticket else None
        if page is None:
            raise NotFound
        headers = {
            "content-disposition": 'inline; filename="poster.pdf"',
            "cache-control": "no-store",
        }
        return Response(page, media_type="application/pdf", headers=headers)

    return Route("/i/{ticket}/poster.pdf", serve)
