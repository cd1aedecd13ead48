"""One person with several chats, one chat with several people: what a transaction knows of it.

Moments are milliseconds UTC.
"""

from typing import NamedTuple, Protocol


class Chat(NamedTuple):
    """A learner's chat."""

    contact_id: int
    channel: str
    account: str
    external_id: str


class ChatNow(NamedTuple):
    """Who uses a chat now, and when they were last seen."""

    learner_id: str
    last_seen_at: int


class Code(NamedTuple):
    """A code said aloud: who made it, and what it is for: "join", "role" or "own"."""

    made_by: str
    purpose: str


class Households(Protocol):
    """The part of a transaction that joins and parts learners."""

    async def code_tries(self, contact_id: int, since: int) -> int:
        """How often that chat has typed a code that was none, since then."""

    async def count_code_try(self, contact_id: int, since: int, at: int) -> None:
        """Once more; tries from before `since` are forgotten."""

    async def free_code(self, hash: str, at: int) -> Code | None:
        """Who made the code and what for, while it is good."""

    async def merge(self, kept: str, other: str) -> None:
        """Everything of one learner is the other's; the one is no more."""

    async def chats(self, learner_id: str) -> list[Chat]:
        """The learner's chats, the one last used first."""

    async def now(self, contact_id: int) -> ChatNow | None:
        """Who uses that chat now."""

    async def add_member(self, contact_id: int, learner_id: str, document: bytes, at: int) -> None:
        """One more learner on a chat, who uses it from now on."""

    async def hand_over(self, contact_id: int, learner_id: str) -> bool:
        """That learner uses the chat from now on; False: they are none of those who share it."""

    async def leave(self, contact_id: int, learner_id: str, to: str) -> None:
        """That learner does not use the chat any more; what was said there is the other's."""
