"""What a store keeps of announcements; `Broadcasts` is the part of a transaction about them.

Leads in: `bot/announcing`, `bot/carrying`, `scheduler/broadcasts`. An announcement is a
row; each recipient is one row of the outbox that names it, so nobody is written to twice.
Moments are milliseconds UTC; audience and body are JSON of the conversation's structs.
"""

from typing import Any, NamedTuple, Protocol

import msgspec

ENOUGH = 2000  # rows that wait, beyond which nobody asks how many more


class BroadcastRow(NamedTuple):
    """One announcement. status: draft, waiting_approval, held, running, paused, done, cancelled.

    root: the announcement that this one repeats or corrects, else its own id. digest: of
    audience and body; approved_digest: of what the second person approved, needed where
    `second` is 1. after: the last learner id taken into the outbox; expanded: there are no
    more. told: the last quarter of the way of which its maker was told.
    """

    broadcast_id: int
    root: int
    made_by: str
    ward: str
    hamlet: str
    audience: str
    body: str
    digest: str
    urgent: int
    status: str
    recipients: int
    second: int
    approved_by: str
    approved_digest: str
    made_at: int
    send_at: int
    after: str = ""
    expanded: int = 0
    told: int = 0


class Seeking(NamedTuple):
    """Whose learners an announcement seeks, as the store understands it.

    number: the announcement, whose recipients so far are left out (0: none). seen_before:
    only who was not seen since (0: anybody). missed, reached: the root of an announcement
    that did not reach, or did reach them; then nothing else counts.
    """

    number: int = 0
    made_by: str = ""
    ward: str = ""
    hamlet: str = ""
    course: str = ""
    not_started: bool = False
    seen_before: int = 0
    missed: int = 0
    reached: int = 0


class Found(NamedTuple):
    """Learners who are sought. last: the last who was looked at; ended: there are no more."""

    learner_ids: list[str]
    last: str
    ended: bool


class Outstanding(NamedTuple):
    """Rows of an announcement that are not sent: at once (at most ENOUGH are counted), and
    at a later moment (one is)."""

    waiting: int
    later: int


class Broadcasts(Protocol):
    """Announcements within one transaction."""

    async def add(self, row: BroadcastRow) -> int:
        """Keep it under a new id, which is returned; a root of 0 becomes that id."""

    async def get(self, number: int) -> BroadcastRow | None: ...

    async def save(self, row: BroadcastRow, was: str) -> bool:
        """Write what changed, if its status is still `was`."""

    async def at_work(self, at: int) -> list[BroadcastRow]:
        """Those held until now, and those that are running, oldest first."""

    async def urgent_since(self, row: BroadcastRow, since: int) -> int:
        """Other urgent ones made since, that reach somebody of the same area."""

    async def audience(self, seeking: Seeking, *, after: str, limit: int) -> Found:
        """The next learners in the order of their ids; few of many are looked through."""

    async def audience_size(self, seeking: Seeking) -> dict[str, int] | None:
        """How many on which channel; None where there are too many to look through here
        (`Store.audience_size` does)."""

    async def recipient_counts(self, number: int) -> list[dict[str, Any]] | None:
        """[{"status", "reason", "people"}]; None where they are too many to count here
        (`Store.recipient_counts` does)."""

    async def answer_counts(self, number: int) -> list[dict[str, Any]] | None:
        """[{"answer", "people"}]; None as above."""

    async def outstanding(self, number: int) -> Outstanding: ...

    async def recipients(self, number: int, at_most: int) -> int:
        """How many there are so far, counted to one more than that."""

    async def cancel_rows(self, number: int, at: int) -> int:
        """What waits is not sent, nor so many of those for later; how many."""

    async def cancelled_halfway(self) -> list[int]:
        """Cancelled ones of which there still are rows for later."""

    async def pause_rows(self, number: int, later_at: int) -> int:
        """What waits is written anew from that moment on; how many."""

    async def take_later(self, number: int, at: int, limit: int) -> dict[str, int]:
        """Remove rows whose moment has come: the learners of whom they were, each with the
        moment at which it was first to be sent (0: it never was)."""

    async def answer(self, number: int, learner_id: str, answer: str, at: int) -> bool:
        """The last answer counts. False: they are no recipient."""

    async def role_holders(self, ward: str, hamlet: str, limit: int) -> list[dict[str, Any]]:
        """[{"learner_id", "role", "ward", "hamlet"}] that cover that area."""


def seeking_of(parameter: str) -> Seeking:
    """A `Seeking` as a screen names it: its JSON object."""
    return Seeking(**msgspec.json.decode(parameter))
