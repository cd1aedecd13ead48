"""Learners on Zalo who read what arrives and answer with numbers alone, as people type them."""

import asyncio
import random
import re
from dataclasses import dataclass, field

from tests.fakes.zalo_server import Sent, Zalo

NUMBERED = re.compile(r"^(\d) (?!nghe |listen )(.+)$", re.MULTILINE)
# Who chooses these is gone, or silent, and would prove nothing any more.
_LEFT_ALONE = re.compile(r"Xóa|Dừng|English")
_TYPED = ("{}", "{}", "{}.", "số {}", "chọn {}", "{} ạ")
LESSON_ENDS = ("Nhớ nhé:", "Remember:")


@dataclass
class ZaloLearner:
    """One chat. learnt: recaps read. said: messages written so far. patience_s: how long
    they wait before they say it again."""

    zalo: Zalo
    chat: str
    chance: random.Random
    patience_s: float = 120
    learnt: int = 0
    said: int = 0
    read: int = 0
    last: str = ""
    texts: list[str] = field(default_factory=list)

    async def learn(self, lessons: int) -> None:
        """Until so many recaps were read."""
        await self.say("xin chào")
        while self.learnt < lessons:
            await self.answer()

    async def answer(self) -> None:
        """Read the next message; answer where it asks."""
        reply = self.reply(await self.hear())
        if reply:
            await self.say(reply)

    async def say(self, text: str) -> None:
        self.said += 1
        self.last = text
        await self.zalo.say(self.chat, text)

    async def hear(self) -> Sent:
        """The next message; when none comes for long, say the last word once more."""
        while True:
            try:
                sent = await self.zalo.next(self.chat, self.read, self.patience_s)
            except TimeoutError:
                await self.say(self.last)
                continue
            self.read = sent.id
            self.texts.append(sent.text)
            self.learnt += sum(sent.text.count(end) for end in LESSON_ENDS)
            return sent

    def reply(self, sent: Sent) -> str:
        """A number that is offered, in one of the forms that people type; "" where none is."""
        offered = [one for one in NUMBERED.findall(sent.text) if not _LEFT_ALONE.search(one[1])]
        if not offered:
            return ""
        # What comes of a call for a person, later, is a turn that nobody here has written.
        alone = [one for one in offered if "người" not in one[1].lower()] or offered
        numbers = [number for number, _ in alone]
        picked = numbers[0] if len(numbers) < 3 else self.chance.choice([numbers[0], *numbers])
        if "nhờ người giúp" in sent.text:
            picked = numbers[-1]
        return self.chance.choice(_TYPED).format(picked)


class Crowd:
    """Learners who start together; `answers` of all of them together, then it is over."""

    def __init__(
        self,
        zalo: Zalo,
        learners: int,
        answers: int,
        chance: random.Random,
        patience_s: float = 120,
    ) -> None:
        self.zalo = zalo
        self.chance = chance
        self.learners = [
            ZaloLearner(zalo, f"chat-{n}", random.Random(chance.random()), patience_s)
            for n in range(learners)
        ]
        self._left = answers
        self.answered = 0
        self._news = asyncio.Condition()

    async def run(self) -> None:
        """Until every answer is given, and the last of each learner is answered."""
        await asyncio.gather(*map(self._talk, self.learners))

    async def until_answered(self, answers: int) -> None:
        async with self._news:
            await self._news.wait_for(lambda: self.answered >= answers or self._left <= 0)

    async def _talk(self, learner: ZaloLearner) -> None:
        await learner.say("xin chào")
        while True:
            reply = learner.reply(await learner.hear())
            async with self._news:
                self.answered += 1
                self._news.notify_all()
            if not reply:
                continue
            if self._left <= 0:
                return
            self._left -= 1
            await learner.say(reply)
