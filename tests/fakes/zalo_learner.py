"""A learner on Zalo who reads what arrives and answers with numbers and words alone."""

import random
import re
from dataclasses import dataclass, field

from tests.fakes.zalo_server import Sent, Zalo

_NUMBERED = re.compile(r"^(\d) (?!nghe |listen )\S", re.MULTILINE)
LESSON_ENDS = ("Nhớ nhé:", "Remember:")


@dataclass
class ZaloLearner:
    """One chat. learnt: recaps read. said: messages typed so far."""

    zalo: Zalo
    chat: str
    chance: random.Random
    learnt: int = 0
    said: int = 0
    read: int = 0
    texts: list[str] = field(default_factory=list)

    async def learn(self, lessons: int, patience_s: float = 60) -> None:
        """Until so many recaps were read."""
        await self.say("xin chào")
        while self.learnt < lessons:
            await self.answer(patience_s)

    async def say(self, text: str) -> None:
        self.said += 1
        await self.zalo.say(self.chat, text)

    async def answer(self, patience_s: float = 60) -> None:
        """Read the next message; answer where it asks."""
        sent = await self.zalo.next(self.chat, self.read, patience_s)
        self.read = sent.id
        self.texts.append(sent.text)
        self.learnt += sum(sent.text.count(end) for end in LESSON_ENDS)
        reply = self._reply(sent)
        if reply:
            await self.say(reply)

    def _reply(self, sent: Sent) -> str:
        """A number that is offered, in one of the forms that people type."""
        numbers = _NUMBERED.findall(sent.text)
        if not numbers:
            return ""
        picked = numbers[0] if len(numbers) < 3 else self.chance.choice([numbers[0], *numbers])
        return self.chance.choice(["{}", "{}", "{}.", "số {}", "chọn {}", "{} ạ"]).format(picked)
