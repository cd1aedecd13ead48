"""Learners as their volunteers and their family know them.

What is seen of them (notices), learners who have no chat of their own, and who of the
family follows whom. `People` is the part of a transaction that knows them. Moments are
milliseconds UTC.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol


class NoticeRow(NamedTuple):
    """Something that a volunteer should see of a learner: the newest of its kind is kept.

    "stuck" at an item ("L0102/q1"); "reached" a milestone ("L0102", "M02"), which also ends
    being stuck.
    """

    learner_id: str
    kind: Literal["stuck", "reached"]
    what: str
    ward: str
    hamlet: str
    at: int


class KeptLearner(NamedTuple):
    """A learner without a chat, and the volunteer who keeps them."""

    learner_id: str
    document: bytes
    ward: str
    hamlet: str
    kept_by: str


class Near(NamedTuple):
    """A learner of an area in which somebody may help. status: "kept" where they have no
    chat of their own."""

    status: str
    document: bytes


class People(Protocol):
    """The part of a transaction that knows people of an area, and of a family."""

    async def note(self, rows: Sequence[NoticeRow]) -> None: ...

    async def near(self, helper_id: str, learner_id: str) -> Near | None:
        """That learner, if they live where this helper may help; else None."""

    async def keep(self, row: KeptLearner, at: int) -> None:
        """A learner who has no chat of their own."""

    async def kept_document(self, learner_id: str) -> bytes | None:
        """Of a learner without a chat; None: there is no such."""

    async def save_kept(self, learner_id: str, document: bytes, at: int) -> None: ...

    async def ask_family(self, learner_id: str, helper_id: str, at: int) -> None:
        """Somebody took the learner's invitation."""

    async def agree_family(self, learner_id: str, helper_id: str, at: int) -> bool:
        """The learner says yes to that person; False: nobody waits for it."""

    async def end_family(self, learner_id: str, helper_id: str) -> bool:
        """Either of the two ends it; False: there was nothing."""

    async def praise_family(self, learner_id: str, helper_id: str, at: int, before: int) -> bool:
        """A word of praise, if the last one was by that moment."""

    async def family_of(self, learner_id: str) -> list[str]:
        """Who follows the learner with their yes."""
