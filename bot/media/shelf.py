"""What may be fetched under `/media/`: a name becomes a key, a key becomes the thing.

Leads in: channels (`key`, for the addresses they give), the web room (`open`).
"""

from collections.abc import Callable
from datetime import datetime

from bot.media.attached import Attached, Found, is_attached
from bot.media.links import MediaLinks
from bot.media.pictures import Pictures


class MediaShelf:
    """The pictures and recordings of one installation and their addresses."""

    def __init__(
        self,
        links: MediaLinks,
        pictures: Pictures,
        clock: Callable[[], datetime],
        attached: Attached | None = None,
    ) -> None:
        self.pictures = pictures
        self._attached = attached
        self._links = links
        self._clock = clock

    def key(self, name: str) -> str:
        """The key under `/media/` of a name; "" when there is no such thing."""
        if not name or not (is_attached(name) or self.pictures.knows(name)):
            return ""
        return self._links.key(name, self._clock())

    async def open(self, key: str) -> Found | None:
        """What lies under a key; None for a key that is not ours, past its day, or empty."""
        name = self._links.read(key, self._clock())
        return await self.find(name) if name else None

    async def find(self, name: str) -> Found | None:
        """What has that name: a picture or a recording."""
        if is_attached(name):
            return await self._attached.open(name) if self._attached else None
        picture = await self.pictures.draw(name)
        return Found(picture.png, "image/png", picture.digest) if picture else None
