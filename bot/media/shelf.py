"""What may be fetched under `/media/`: a name becomes a key, a key becomes the thing.

Leads in: channels (`key`, for the addresses they give), the web room (`open`).
"""

from collections.abc import Callable
from datetime import datetime

import msgspec

from bot.media.links import MediaLinks
from bot.media.pictures import Pictures


class Found(msgspec.Struct, frozen=True):
    """What lies under a key. digest: the same content has the same one."""

    content: bytes
    content_type: str
    digest: str


class MediaShelf:
    """The pictures of one installation and their addresses."""

    def __init__(
        self, links: MediaLinks, pictures: Pictures, clock: Callable[[], datetime]
    ) -> None:
        self.pictures = pictures
        self._links = links
        self._clock = clock

    def key(self, name: str) -> str:
        """The key under `/media/` of a picture's name; "" when there is no such picture."""
        if not name or not self.pictures.knows(name):
            return ""
        return self._links.key(name, self._clock())

    async def open(self, key: str) -> Found | None:
        """What lies under a key; None for a key that is not ours, past its day, or empty."""
        name = self._links.read(key, self._clock())
        picture = await self.pictures.draw(name) if name else None
        return Found(picture.png, "image/png", picture.digest) if picture else None
