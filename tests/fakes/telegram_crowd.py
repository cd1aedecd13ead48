"""Learners who talk to a bot by themselves: each answers every new message, as people do.

A learner says the next thing only when something came, so the number of answers is the
number of turns, and the time to an answer is a person's wait. Keys are pressed, mostly
the first; without keys the words that the message asks to type are typed, else «tiếp».
"""

import asyncio
import random
import re
from dataclasses import dataclass, field

from tests.fakes.telegram_bot import FakeBot, Sent

# Who presses these is gone, or silent, and would prove nothing any more.
_LEFT_ALONE = re.compile(r"Xóa|Dừng|English")
_QUOTED = re.compile(r"«([^«»]{1,60})»")


@dataclass
class Learner:
    """said: updates sent so far. asked: when the last one was sent, until it is answered."""

    chat_id: int
    said: int = 0
    asked: float | None = None
    waits: list[float] = field(default_factory=list)


class Crowd:
    """learners start together; `answers` of all of them together, then it is over."""

    def __init__(self, bot: FakeBot, learners: int, answers: int, *, seed: int = 0) -> None:
        self._bot = bot
        self._left = answers
        self._chance = random.Random(seed)
        self.answered = 0
        self.learners = {n: Learner(n) for n in range(1000, 1000 + learners)}
        self._over = asyncio.Event()
        bot.on_sent.append(self._heard)

    async def run(self) -> dict[str, float]:
        """Until every answer is given and answered. Times are seconds."""
        clock = self._bot.clock
        began = clock()
        for learner in self.learners.values():
            self._said(learner)
            self._bot.write(learner.chat_id, "/start")
        await self._over.wait()
        took = clock() - began
        waits = sorted(wait for one in self.learners.values() for wait in one.waits)
        return {
            "turns": len(waits),
            "seconds": took,
            "turns_per_s": len(waits) / took,
            "p50_s": waits[len(waits) // 2],
            "p99_s": waits[len(waits) * 99 // 100],
        }

    def _said(self, learner: Learner) -> None:
        learner.said += 1
        learner.asked = self._bot.clock()

    def _heard(self, message: Sent) -> None:
        learner = self.learners.get(message.chat_id)
        if learner is None or learner.asked is None:
            return
        learner.waits.append(message.at - learner.asked)
        learner.asked = None
        self.answered += 1
        if self._left:
            self._left -= 1
            self._said(learner)
            self._answer(message)
        elif all(one.asked is None for one in self.learners.values()):
            self._over.set()

    def _answer(self, message: Sent) -> None:
        keys = [key for key in message.keys if not _LEFT_ALONE.search(key[0])]
        if keys:
            _, data = self._chance.choice([keys[0], keys[0], *keys[:3]])
            self._bot.press(message.chat_id, data, message.message_id)
            return
        asked = _QUOTED.search(message.text)
        self._bot.write(message.chat_id, asked[1] if asked else "tiếp")
