"""The web chat as a channel: for the web, committed is sent.

Leads in: `bot/web` through its `Chat` protocol, and `hocvuso chat`. Leads out: turns
and the store's history. A visitor is the random name in the browser's cookie.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence, Set
from datetime import UTC, datetime
from typing import Literal, Protocol

import msgspec

from bot.conversation.events import Body, Start, Text
from bot.conversation.learner import read_document
from bot.conversation.replies import Priority, Reply, without
from bot.conversation.tickets import ticket_hash
from bot.own_data import as_json, own_data
from bot.signing import Seals
from store.base import Address, Message, Store

COMMIT_WITHIN_S = 10.0  # promises.md P29: then 503, safe to repeat
_FAREWELLS = 1000
_REPLY = msgspec.json.Decoder(Reply)


class Line(msgspec.Struct, frozen=True):
    """One line of the chat as a page shows it. plain: its words where only words are shown."""

    id: int
    sender: Literal["bot", "learner"]
    text: str
    options: tuple[tuple[str, str], ...]
    at: datetime
    alert: bool = False
    picture: str = ""
    voice: str = ""
    plain: str = ""


class Submit(Protocol):
    """Hands one update to `turns`: (key, address, body or sealed press); the last line's id
    and what is said in farewell to a learner who was erased."""

    async def __call__(
        self, key: str, address: Address, body: Body | str
    ) -> tuple[int, tuple[Reply, ...]]: ...


class WebChannel:
    """What `bot/web` asks of the tutor."""

    def __init__(
        self,
        store: Store,
        submit: Submit,
        seals: Seals,
        *,
        language: str,
        now_ms: Callable[[], int],
        ready: Callable[[], Awaitable[Mapping[str, object]]],
        media_key: Callable[[str], str] = lambda name: "",
    ) -> None:
        self._store = store
        self._submit = submit
        self._seals = seals
        self._language = language
        self._now_ms = now_ms
        self._ready = ready
        self._media_key = media_key
        self._waiting: dict[str, asyncio.Event] = {}
        self._waiters: dict[str, int] = {}
        # What is said to people of whom nothing is kept any more lives here alone.
        self._farewells: OrderedDict[str, tuple[Line, ...]] = OrderedDict()

    async def say(
        self, visitor: str, *, text: str | None, press: str | None, start: str | None, key: str
    ) -> int:
        self._farewells.pop(visitor, None)
        body: Body | str = press if press is not None else Text(text or "")
        if start is not None:
            body = Start(start)
        async with asyncio.timeout(COMMIT_WITHIN_S):
            last, farewell = await self._submit(key, _address(visitor), body)
        if farewell:
            return self._say_farewell(visitor, farewell, last)
        if last:
            return last
        newest = await self._store.history_latest(_address(visitor), 1)
        return newest[-1].id if newest else 0

    async def messages(self, visitor: str, after: int, limit: int = 100) -> Sequence[Line]:
        rows = await self._store.history_after(_address(visitor), after, limit)
        return await self._lines(visitor, rows) or [
            line for line in self._farewells.get(visitor, ()) if line.id > after
        ]

    async def latest(self, visitor: str, limit: int = 60) -> Sequence[Line]:
        rows = await self._store.history_latest(_address(visitor), limit)
        return await self._lines(visitor, rows) or self._farewells.get(visitor, ())

    async def wait(self, visitor: str, after: int, seconds: float) -> None:
        event = self._waiting.setdefault(visitor, asyncio.Event())
        self._waiters[visitor] = self._waiters.get(visitor, 0) + 1
        try:
            # Looked at after the event is in place, so that no commit falls between.
            if await self.messages(visitor, after, 1):
                return
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            pass
        finally:
            self._waiters[visitor] -= 1
            if not self._waiters[visitor]:
                del self._waiters[visitor]
                if self._waiting.get(visitor) is event:
                    del self._waiting[visitor]

    def wake(self, addresses: Set[Address]) -> None:
        """Tell the pages that wait: these chats have something new on disk."""
        for address in addresses:
            if address.channel == "web":
                event = self._waiting.pop(address.external_id, None)
                if event is not None:
                    event.set()

    async def knows(self, visitor: str) -> bool:
        return await self._store.person(_address(visitor)) is not None

    async def language(self, visitor: str | None) -> str:
        person = await self._store.person(_address(visitor)) if visitor else None
        return read_document(person.document).language if person else self._language

    async def ticket_purpose(self, ticket: str) -> str | None:
        found = await self._store.ticket_purpose(ticket_hash(ticket), self._now_ms())
        return found.purpose if found else None

    async def use_return_ticket(self, ticket: str) -> str | None:
        address = await self._store.use_return_ticket(ticket_hash(ticket), self._now_ms())
        return address.external_id if address else None

    async def own_data(self, ticket: str) -> bytes | None:
        """The JSON of all that is kept about whoever made the ticket, once."""
        at = self._now_ms()
        learner_id = await self._store.use_data_ticket(ticket_hash(ticket), at)
        if learner_id is None:
            return None
        return as_json(own_data(await self._store.export(learner_id), at))

    async def ready(self) -> Mapping[str, object]:
        return await self._ready()

    def _say_farewell(self, visitor: str, farewell: tuple[Reply, ...], last: int) -> int:
        at = datetime.fromtimestamp(self._now_ms() / 1000, UTC)
        # The ids that the store gave to these lines before it erased them: above every id
        # the page has seen, below those of a next learner in this chat.
        first = last - len(farewell) + 1
        lines = tuple(
            Line(first + n, "bot", reply.text, (), at) for n, reply in enumerate(farewell)
        )
        self._farewells[visitor] = lines
        if len(self._farewells) > _FAREWELLS:
            self._farewells.popitem(last=False)
        self.wake({_address(visitor)})
        return lines[-1].id

    async def _lines(self, visitor: str, rows: Sequence[Message]) -> list[Line]:
        if not rows:
            return []
        person = await self._store.person(_address(visitor))
        learner_id = person.learner_id if person else ""
        return [self._line(row, learner_id) for row in rows]

    def _line(self, row: Message, learner_id: str) -> Line:
        reply = _REPLY.decode(row.body)
        options = tuple(
            (option.label, self._seals.press(learner_id, reply.turn, option.id))
            for option in reply.options
        )
        at = datetime.fromtimestamp(row.at / 1000, UTC)
        sender: Literal["bot", "learner"] = "learner" if row.sender == "learner" else "bot"
        alert = reply.priority is Priority.PANIC and not reply.calm
        picture, voice = self._media_key(reply.picture), self._media_key(reply.voice)
        plain = without(reply, ("picture", "voice")).text
        return Line(row.id, sender, reply.text, options, at, alert, picture, voice, plain)


def _address(visitor: str) -> Address:
    return Address("web", "web", visitor)
