"""What the web room needs of the tutor: one protocol, no app and no store behind it.

Leads in: `bot.app` hands over something that fits `Chat` (`bot/channels/web.py`).
Leads out: the pages and routes of `bot/web/app.py`. Both protocols are structural, so
that the room below can fit them without importing this one.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol


class Shown(Protocol):
    """One line of a chat as the page shows it.

    options: (label, press) in order; a label bears no number, the page writes it.
    picture, voice: a key under `/media/`, or "".
    at: aware. alert: danger, read aloud at once by screen readers.
    """

    @property
    def id(self) -> int: ...
    @property
    def sender(self) -> Literal["bot", "learner"]: ...
    @property
    def text(self) -> str: ...
    @property
    def options(self) -> Sequence[tuple[str, str]]: ...
    @property
    def picture(self) -> str: ...
    @property
    def voice(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def alert(self) -> bool: ...


class Chat(Protocol):
    """The tutor as seen from a browser. `visitor` is always the one the cookie names."""

    async def say(
        self, visitor: str, *, text: str | None, press: str | None, start: str | None, key: str
    ) -> int:
        """Hand one message in; return after the commit with the visitor's last message id.

        Exactly one of text, press, start is not None; `start` is a ticket or "".
        text and press hold no NUL and no surrogate and are at most 64 KiB of UTF-8.
        The same key again changes nothing and returns as if it had just been said.
        Raises TimeoutError when it could not be committed in time: answered 503, and
        the page tries again with the same key.
        """

    async def messages(self, visitor: str, after: int, limit: int = 100) -> Sequence[Shown]:
        """Lines with an id above `after`, oldest first. Unknown visitor: none."""

    async def latest(self, visitor: str, limit: int = 60) -> Sequence[Shown]:
        """The newest lines, oldest of them first. Unknown visitor: none."""

    async def wait(self, visitor: str, after: int, seconds: float) -> None:
        """Return when a line above `after` may be there, or when the time is over.

        It may return early, but must not do so without end: the caller asks again.
        """

    async def knows(self, visitor: str) -> bool:
        """Is there a learner behind this visitor? False after an erasure."""

    async def language(self, visitor: str | None) -> str:
        """Return "vi" or "en"; None asks for the language of newcomers."""

    async def ticket_purpose(self, ticket: str) -> str | None:
        """What a ticket that is still free is for; using nothing up."""

    async def use_return_ticket(self, ticket: str) -> str | None:
        """Win a ticket of purpose "return": the visitor who made it, None for the loser."""

    async def own_data(self, ticket: str) -> bytes | None:
        """Win a ticket of purpose "data": its maker's data as JSON, None for the loser."""

    async def ready(self) -> Mapping[str, object]:
        """What `/readyz` says, JSON; `"ready": True` makes it a 200, all else a 503."""
