"""A real account against a Telegram of our own, and an intake that remembers."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.channels.base import Letter
from bot.channels.telegram.account import TelegramAccount
from bot.channels.telegram.words import telegram_words
from bot.conversation.events import Body
from bot.conversation.replies import Option, Reply
from bot.media.attached import own_file
from store.base import Address
from tests.fakes.telegram_bot import FakeBot
from tests.fakes.telegram_server import FakeTelegram
from tests.play import shelf

TOKEN = "77:a-marker-that-must-not-be-seen"
PNG, OGG = b"\x89PNG and more", b"OggS and more"


@dataclass
class Remembering:
    """An `Intake`: what was heard, once a key; `fails` is raised so many times before."""

    heard: list[tuple[str, str, Body | str]] = field(default_factory=list)
    aside: list[tuple[str, str, bytes]] = field(default_factory=list)
    happened: list[tuple[str, str]] = field(default_factory=list)
    fails: list[Exception] = field(default_factory=list)
    takes: Callable[[Body | str], None] = lambda body: None
    keys: set[str] = field(default_factory=set)
    calls: int = 0

    async def hear(self, key: str, address: Address, body: Body | str) -> object:
        self.calls += 1
        self._fail()
        self.takes(body)
        if key not in self.keys:
            self.keys.add(key)
            self.heard.append((key, address.external_id, body))
        return None

    async def set_aside(self, key: str, kind: str, raw: bytes) -> None:
        self._fail()
        if key not in self.keys:
            self.keys.add(key)
            self.aside.append((key, kind, raw))

    async def left(self, address: Address) -> None:
        self.happened.append(("left", address.external_id))

    async def returned(self, address: Address) -> None:
        self.happened.append(("returned", address.external_id))

    async def renamed(self, address: Address, external_id: str) -> None:
        self.happened.append((external_id, address.external_id))

    @property
    def bodies(self) -> list[Body | str]:
        return [body for _, _, body in self.heard]

    def _fail(self) -> None:
        if self.fails:
            raise self.fails.pop(0)


@dataclass
class Clock:
    """Monotonic time that moves only when somebody waits: nothing in these tests sleeps."""

    now: float = 1000.0
    waits: list[float] = field(default_factory=list)
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    def __call__(self) -> float:
        return self.now

    async def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds
        self.moved.set()
        await asyncio.sleep(0)

    async def until(self, met: Callable[[], bool]) -> None:
        """Wait until that is so, looking again whenever somebody waits."""
        async with asyncio.timeout(30):
            while not met():
                self.moved.clear()
                await self.moved.wait()


@dataclass
class Scene:
    """Everything of one test. files: what the account knows as uploaded; told: new ones."""

    telegram: FakeTelegram
    bot: FakeBot
    intake: Remembering
    clock: Clock
    account: TelegramAccount
    files: dict[str, str]
    told: list[tuple[str, str]]
    media: dict[str, bytes]
    room: list[bool]

    async def send(self, reply: Reply, chat_id: int = 42, replaces: str = "") -> Any:
        presses = tuple(f"1.{option.id}.seal" for option in reply.options)
        address = Address("telegram", "main", str(chat_id))
        return await self.account.send(Letter(address, reply, presses, replaces))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.account.run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def heard(self, count: int) -> None:
        """Until so many updates were heard and confirmed, or set aside."""
        await self.telegram.until(
            lambda: len(self.intake.heard) + len(self.intake.aside) >= count and not self.bot.queue
        )


@asynccontextmanager
async def scene(
    telegram: FakeTelegram, name: str = "main", token: str = TOKEN, webhook_url: str = ""
) -> AsyncIterator[Scene]:
    """A bot at that Telegram and our account for it, open."""
    bot = telegram.bot(token)
    bot.chats[42] = "open"
    intake, clock, room = Remembering(), Clock(), [True]
    files: dict[str, str] = {}
    told: list[tuple[str, str]] = []
    media = {"photo/p": PNG, "voice/v": OGG}

    async def find(field: str, name: str) -> bytes | None:
        return media.get(f"{field}/{name}")

    account = TelegramAccount(
        name,
        token,
        api_base=telegram.url,
        token_env="TELEGRAM_TOKEN",
        webhook_url=webhook_url,
        secret=b"installation",
        intake=intake,
        words=telegram_words(shelf().wording, "vi"),
        media=find,
        own_file=lambda file: own_file(file, f"telegram:{name}"),
        listen=lambda file: "https://hoc.example.vn/k.aac" if "zalo_bot" in file else "",
        files=files,
        uploaded=lambda key, file_id: told.append((key, file_id)),
        room=lambda address: room[0],
        clock=clock,
        wait=clock.wait,
    )
    await account.open()
    try:
        yield Scene(telegram, bot, intake, clock, account, files, told, media, room)
    finally:
        await account.close()


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as server:
        yield server


@pytest.fixture
async def play(telegram: FakeTelegram) -> AsyncIterator[Scene]:
    async with scene(telegram) as made:
        yield made


YES, NO = Option("a", "Có"), Option("b", "Không")
