"""What a Zalo bot says outside of any lesson: to a group, and to whom it has no room for.

Wording: keys `zalo.*`.
"""

from collections.abc import Awaitable, Callable

from bot.channels.zalo_bot.hearing import Aside
from bot.conversation.speech import fill
from bot.conversation.world import Shelf


def aside(shelf: Shelf, language: str, elsewhere: Callable[[], Awaitable[str]]) -> Aside:
    """In that language. elsewhere: where another account with room is found, or ""."""

    def said(key: str, link: str = "") -> str:
        return fill(shelf.wording[language][key], "").replace("{link}", link)

    async def full() -> str:
        link = await elsewhere()
        if link:
            return said("zalo.full_other", link)
        return said("zalo.full_web", shelf.public_url) if shelf.is_public else said("zalo.full")

    return Aside(said("zalo.invite"), full)
