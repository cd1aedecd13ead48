"""What passes in and out of a batch: updates and their outcomes, replies on their way.

Plain values, and no work. Leads in: channels (`Incoming`), `batch` and `announcing` (the
rest). Leads out: `turns`, `delivery` and its queues, the counters.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from bot.conversation.events import Body
from bot.conversation.replies import Reply
from bot.notes import Note
from store.base import Address


class Pressed(msgspec.Struct, frozen=True, tag="pressed"):
    """A press as the channel received it: its seal is read once the learner is known."""

    data: str


class Incoming(msgspec.Struct, frozen=True):
    """One update of one chat. key: the dedupe key, `channel:account:update`."""

    key: str
    address: Address
    at: datetime
    body: Body | Pressed


class Outcome(msgspec.Struct, frozen=True):
    """What became of an update: on disk, and whether it was new.

    last_id: the newest line of the web chat's history (0 on other channels).
    farewell: what is said to a learner of whom nothing is kept any more; it is on no disk.
    """

    key: str
    repeated: bool = False
    last_id: int = 0
    farewell: tuple[Reply, ...] = ()


class Outgoing(msgspec.Struct, frozen=True):
    """One reply on its way to a messenger, as delivery takes it.

    id: its outbox row; 0 for a goodbye to somebody of whom nothing is kept any more.
    expires_at: milliseconds UTC after which it is not worth sending; None: always.
    broadcast: the announcement that it is a part of, or 0.
    """

    id: int
    contact_id: int
    learner_id: str
    address: Address
    turn: int
    priority: int
    reply: Reply
    expires_at: int | None = None
    slot: str = ""
    broadcast: int = 0


class Committed(msgspec.Struct, frozen=True):
    """What a commit put on disk, for whoever waits for it.

    addresses: chats that have something new. outgoing: replies for messengers, in order.
    recorded: how many results of sends are now on disk. silenced: learners who want nothing
    unasked any more. erased: learners of whom nothing is kept. dropped: announcements that were
    paused or cancelled. notes: for the log and the counters. statuses: by how many the learners
    of each status became more. took_s: from the start of the transaction to its end. joined:
    learners who are another from now on.
    """

    addresses: frozenset[Address]
    outgoing: tuple[Outgoing, ...] = ()
    recorded: int = 0
    silenced: frozenset[str] = frozenset()
    erased: frozenset[str] = frozenset()
    dropped: frozenset[int] = frozenset()
    notes: tuple[Note, ...] = ()
    statuses: Mapping[str, int] = {}
    took_s: float = 0.0
    joined: Mapping[str, str] = {}


class StillRejected(Exception):
    """An event of the quarantine failed again. kind, trace: without the learner's words."""

    code = "turn:still_rejected"
    retry = False

    def __init__(self, kind: str, trace: str) -> None:
        super().__init__(kind)
        self.kind = kind
        self.trace = trace
