"""Posters to print: what lies under `/i/TICKET/poster.pdf`.

The link is the permission: who has it has the poster's QR anyway. What the poster says is
read from the ticket, so that it is right after a volunteer changed their name.
Leads in: the web room. Leads out: the store, read only.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

from bot.conversation import who
from bot.conversation.days import milliseconds
from bot.conversation.learner import Learner
from bot.conversation.policy import Area
from bot.conversation.tickets import link_to, ticket_hash
from bot.conversation.world import Shelf, World
from bot.media.posters import Poster, as_pdf
from store.base import Store


class Printing:
    """shelf: lessons and words as they are now."""

    def __init__(
        self, store: Store, shelf: Callable[[], Shelf], clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._shelf = shelf
        self._clock = clock

    async def pdf(self, ticket: str) -> bytes | None:
        """The poster of a volunteer's link as one A4 page; None for any other ticket, and
        for a link that is past its day."""
        now, shelf = self._clock(), self._shelf()
        made = await self._store.ticket_maker(ticket_hash(ticket), milliseconds(now))
        if made is None or made.ticket.purpose != "guide":
            return None
        reader, world = Learner(), World(shelf, now, b"")
        area = Area(made.ticket.ward, made.ticket.hamlet)
        maker = who.read_document(made.document)
        poster = Poster(
            link_to(ticket, shelf.public_url),
            who.area_name(area, reader, world),
            who.called(maker, reader, world) if maker and maker.name else "",
        )
        return await asyncio.to_thread(as_pdf, poster, shelf.wording["vi"])
