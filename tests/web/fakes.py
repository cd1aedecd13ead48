"""A tutor in memory for the pages: asks two questions, remembers keys, wakes who waits."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

AT = datetime(2027, 3, 2, 2, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Line:
    """A `Shown`."""

    id: int
    sender: Literal["bot", "learner"]
    text: str
    options: Sequence[tuple[str, str]] = ()
    picture: str = ""
    voice: str = ""
    at: datetime = AT
    alert: bool = False


@dataclass
class FakeChat:
    """A `Chat`. `said` is what was handed in, repeats left out; `calls` has them all."""

    said: list[tuple[str, str | None, str | None, str | None]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    lines: dict[str, list[Line]] = field(default_factory=dict)
    tickets: dict[str, tuple[str, str]] = field(default_factory=dict)
    fails: BaseException | None = None
    answers: bool = True
    spoken: str = "vi"
    _keys: dict[str, int] = field(default_factory=dict)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    waiting: int = 0
    _last: int = 0

    async def say(
        self, visitor: str, *, text: str | None, press: str | None, start: str | None, key: str
    ) -> int:
        self.calls.append(key)
        if self.fails is not None:
            raise self.fails
        if key in self._keys:
            return self._keys[key]
        self.said.append((visitor, text, press, start))
        if start is not None:
            self.add(visitor, "bot", "Cháu chào bác ạ. Cháu là máy dạy dùng điện thoại.")
            self.ask(visitor)
        else:
            words = text if text is not None else f"1 {press}"
            self.add(visitor, "learner", words)
        self._keys[key] = self._last
        if start is None and self.answers:
            self._answer(visitor, text or press or "")
        await self.wake()
        return self._keys[key]

    def add(
        self,
        visitor: str,
        sender: Literal["bot", "learner"],
        text: str,
        options: Sequence[tuple[str, str]] = (),
        alert: bool = False,
        picture: str = "",
    ) -> int:
        self._last += 1
        line = Line(self._last, sender, text, options, picture, alert=alert)
        self.lines.setdefault(visitor, []).append(line)
        return self._last

    def ask(self, visitor: str) -> None:
        options = [("Bác", "bác"), ("Cô", "cô"), ("Anh/chị", "anh")]
        self.add(visitor, "bot", "Cháu gọi mình là gì ạ?", options)

    def _answer(self, visitor: str, words: str) -> None:
        if "mất tiền" in words:
            self.add(visitor, "bot", "Bác gọi ngân hàng ngay ạ.\nSố ở mặt sau thẻ.", alert=True)
        else:
            self.add(visitor, "bot", f"Dạ, cháu nghe rồi: {words}")
        options = [("Gửi ảnh cho con", "photo"), ("Gọi video", "video"), ("Để mai", "later")]
        self.add(visitor, "bot", "Hôm nay bác muốn học gì ạ?", options)

    async def wake(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def messages(self, visitor: str, after: int, limit: int = 100) -> Sequence[Line]:
        return [line for line in self.lines.get(visitor, []) if line.id > after][:limit]

    async def latest(self, visitor: str, limit: int = 60) -> Sequence[Line]:
        return self.lines.get(visitor, [])[-limit:]

    async def wait(self, visitor: str, after: int, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds), self._news:
                self.waiting += 1
                self._news.notify_all()
                try:
                    await self._news.wait_for(
                        lambda: any(line.id > after for line in self.lines.get(visitor, []))
                    )
                finally:
                    self.waiting -= 1
        except TimeoutError:
            return

    async def until_waiting(self, number: int) -> None:
        """Return when so many requests wait for news: tests need no clock."""
        async with asyncio.timeout(10), self._news:
            await self._news.wait_for(lambda: self.waiting >= number)

    async def knows(self, visitor: str) -> bool:
        return visitor in self.lines

    async def language(self, visitor: str | None) -> str:
        return self.spoken

    async def ticket_purpose(self, ticket: str) -> str | None:
        found = self.tickets.get(ticket)
        return found[0] if found else None

    async def use_return_ticket(self, ticket: str) -> str | None:
        purpose, visitor = self.tickets.get(ticket, ("", ""))
        if purpose != "return":
            return None
        del self.tickets[ticket]
        return visitor

    async def own_data(self, ticket: str) -> bytes | None:
        purpose, visitor = self.tickets.get(ticket, ("", ""))
        if purpose != "data":
            return None
        del self.tickets[ticket]
        return f'{{"visitor": "{visitor}"}}'.encode()

    async def ready(self) -> Mapping[str, object]:
        if self.fails is not None:
            return {"ready": False, "reason": "disk full"}
        return {"ready": True}
