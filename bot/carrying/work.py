"""What whoever carries out a request has at hand."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

import msgspec

from bot.broadcasting import Size
from bot.conversation.events import Body, Somebody
from bot.conversation.learner import Learner, read_document
from bot.conversation.quiet import NudgeRules, QuietHours
from bot.conversation.replies import Audit
from store.base import Address, FactRow, Transaction

Tell = Callable[[str, Body], None]


class Asker(NamedTuple):
    """Whose turn made the request, and in which chat."""

    learner: Learner
    address: Address


class Work(NamedTuple):
    """One transaction. tell: an event for another learner (id), in their inbox. rules: when
    something unasked may be said. drop: what waits of that announcement is not sent from
    memory either. size: how many people an announcement seeks, as far as they are counted.
    is_public: can a messenger fetch pictures from us?"""

    tx: Transaction
    now: datetime
    tell: Tell
    rules: NudgeRules
    drop: Callable[[int], None]
    size: Size
    is_public: bool = False

    @property
    def quiet(self) -> QuietHours:
        return self.rules.quiet

    @property
    def now_ms(self) -> int:
        return int(self.now.timestamp() * 1000)

    async def note(self, audit: Audit) -> None:
        """A line of the audit trail for what no learner did."""
        body = msgspec.json.encode(audit)
        await self.tx.add_facts([FactRow("", 0, "audit", body, self.now_ms)])


def somebody(learner: Learner) -> Somebody:
    """All that another learner is told of this one."""
    return Somebody(learner.name, learner.pronouns)


async def people(learner_ids: list[str], work: Work) -> list[Somebody]:
    """What these learners are called, in that order."""
    loaded = await work.tx.load_learners(learner_ids)
    return [somebody(read_document(loaded[one].document)) for one in learner_ids if one in loaded]
