"""A Zalo server of our own on a free port, and what takes updates in without a store."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import pytest

from bot.channels.zalo_bot.account import ZaloAccount
from bot.channels.zalo_bot.hearing import Aside
from bot.channels.zalo_bot.sending import Limits, Media
from bot.conversation.events import Body
from bot.passing import Outcome
from store.base import Address
from tests.fakes.zalo_server import TOKEN, Zalo, serving

SECRET = b"a secret for tests only, 32 bytes"


@dataclass
class Heard:
    """An `Intake`: what was heard, by key; `fails` are raised first, one a call."""

    said: dict[str, tuple[str, Body | str]] = field(default_factory=dict)
    aside: dict[str, bytes] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    fails: list[Exception] = field(default_factory=list)

    async def hear(self, key: str, address: Address, body: Body | str) -> Outcome:
        self.calls.append(key)
        if self.fails:
            raise self.fails.pop(0)
        repeated = key in self.said
        self.said.setdefault(key, (address.external_id, body))
        return Outcome(key, repeated)

    async def set_aside(self, key: str, kind: str, raw: bytes) -> None:
        self.aside[key] = raw

    async def left(self, address: Address) -> None: ...

    async def returned(self, address: Address) -> None: ...

    async def renamed(self, address: Address, external_id: str) -> None: ...


@dataclass
class Bench:
    """One account between its server and its intake. naps: the waits it asked for."""

    zalo: Zalo
    url: str
    heard: Heard = field(default_factory=Heard)
    naps: list[float] = field(default_factory=list)
    media: Media = field(default_factory=Media)
    limits: Limits = field(default_factory=lambda: Limits(2000, 1000))
    people: int = 50
    known: set[str] = field(default_factory=set)
    messages: int = 0
    opened: list[ZaloAccount] = field(default_factory=list)

    async def account(
        self, webhook_url: str = "", token: str = TOKEN, **more: object
    ) -> ZaloAccount:
        given = {
            "api_base": self.url,
            "token_env": "ZALO_TOKEN",
            "webhook_url": webhook_url,
            "secret": SECRET,
            "intake": self.heard,
            "limits": self.limits,
            "media": self.media,
            "aside": Aside("Bác nhắn riêng cho cháu nhé.", self._full),
            "has_room": self._has_room,
            "is_known": self._is_known,
            "on_message": self._count,
            "poll_s": 1,
            "clock": lambda: asyncio.get_running_loop().time() + sum(self.naps),
            "wait": self._wait,
            **more,
        }
        made = ZaloAccount("main", token, **given)  # type: ignore[arg-type]  # as given above
        self.opened.append(made)
        await made.open()
        return made

    async def _wait(self, seconds: float) -> None:
        """Time passes at once: the clock runs ahead by what was to be waited."""
        self.naps.append(seconds)
        await asyncio.sleep(0)

    async def _full(self) -> str:
        return "Lớp ở đây đủ người rồi ạ."

    async def _has_room(self) -> bool:
        return len(self.known) < self.people

    async def _is_known(self, address: Address) -> bool:
        return address.external_id in self.known

    def _count(self) -> None:
        self.messages += 1


async def until(is_so: Callable[[], bool]) -> None:
    """Let the others work until it is so."""
    while not is_so():  # noqa: ASYNC110  # what is waited for tells nobody
        await asyncio.sleep(0)


@pytest.fixture
async def zalo() -> Zalo:
    return Zalo(hold_s=0.02)


@pytest.fixture
async def bench(zalo: Zalo) -> AsyncIterator[Bench]:
    async with serving(zalo) as url:
        made = Bench(zalo, url)
        yield made
        for account in made.opened:
            await account.close()
