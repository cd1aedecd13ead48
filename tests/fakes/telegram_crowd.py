"""Learners who talk to a bot by themselves: each presses a key of every new question.

A learner presses again only when a newer question has come, as a person would; so the
number of presses is the number of turns, and the time to an answer is a person's wait.
"""

import asyncio
import random
from dataclasses import dataclass, field

from tests.fakes.telegram_bot import FakeBot, Sent


@dataclass
class Learner:
    """said: updates sent so far. asked: when the last one was sent, until it is answered."""

    chat_id: int
    said: int = 0
    asked: float | None = None
    waits: list[float] = field(default_factory=list)


class Crowd:
    """learners start together; `presses` of all of them together, then it is over."""

    def __init__(self, bot: FakeBot, learners: int, presses: int, *, seed: int = 0) -> None:
        self._bot = bot
        self._left = presses
        self._chance = random.Random(seed)
        self.learners = {n: Learner(n) for n in range(1000, 1000 + learners)}
        self._over = asyncio.Event()
        bot.on_sent.append(self._heard)

    async def run(self) -> dict[str, float]:
        """Until every press is made and answered. Times are seconds."""
        clock = self._bot.clock
        began = clock()
        for learner in self.learners.values():
            self._say(learner)
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

    def _say(self, learner: Learner, message: Sent | None = None) -> None:
        learner.said += 1
        learner.asked = self._bot.clock()
        if message is None:
            self._bot.write(learner.chat_id, "/start")
        else:
            _, data = self._chance.choice(message.keys[:3])
            self._bot.press(learner.chat_id, data, message.message_id)

    def _heard(self, message: Sent) -> None:
        learner = self.learners.get(message.chat_id)
        if learner is None or not message.keys or learner.asked is None:
            return
        learner.waits.append(message.at - learner.asked)
        learner.asked = None
        if self._left:
            self._left -= 1
            self._say(learner, message)
        elif all(one.asked is None for one in self.learners.values()):
            self._over.set()
