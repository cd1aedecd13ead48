"""What a store can do: the protocol that SQLite holds now and PostgreSQL later.

A store knows documents (bytes), rows and moments; it knows no screen and no step.
All writing happens inside `transaction()`; one contract suite
(`tests/contract/test_store.py`) holds every store to the same behaviour.
Moments are integers here: milliseconds since 1970, UTC.
"""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, ClassVar, NamedTuple, Protocol

from store.broadcasts import Broadcasts, Seeking
from store.calls import Calls
from store.households import Households
from store.people import People


class StoreError(Exception):
    """The store could not do its work. code: stable, for logs; retry: may it later succeed?"""

    code: ClassVar[str] = "store:unknown"
    retry: ClassVar[bool] = False


class StoreInUse(StoreError):
    """Another running program holds the file. The message names the file and the pid."""

    code = "store:in_use"


class StoreNewer(StoreError):
    """The file was written by a newer program than this one."""

    code = "store:newer"


class StoreUnavailable(StoreError):
    """The disk is full, locked or gone; nothing was committed."""

    code = "store:unavailable"
    retry = True


class StoreFull(StoreUnavailable):
    """There is no room on the disk; what comes is refused until there is some again."""

    code = "store:full"


class Address(NamedTuple):
    """A chat as its channel knows it, before we know whose it is."""

    channel: str
    account: str
    external_id: str


class Person(NamedTuple):
    """A chat, its learner, and that learner's document as stored.

    latest: is this the chat that the learner used last? unreachable: did the channel
    say that nothing can be sent there?
    """

    contact_id: int
    address: Address
    learner_id: str
    document: bytes
    latest: bool = True
    unreachable: bool = False


class LearnerRow(NamedTuple):
    """contact_id: the chat last used, which gets what nobody asked for.

    next_nudge_at: None when nothing may be asked. last_seen_at: None leaves it as it was.
    hamlet: of the ward, as the invitation named it, or "".
    """

    learner_id: str
    document: bytes
    ward: str
    status: str
    next_nudge_at: int | None
    last_seen_at: int | None
    contact_id: int
    hamlet: str = ""


class FactRow(NamedTuple):
    """`kind` is the struct's tag; `body` its JSON; `turn` the learner's turn number."""

    learner_id: str
    turn: int
    kind: str
    body: bytes
    at: int


class OutboxRow(NamedTuple):
    """One reply waiting to be sent, JSON of `replies.Reply`.

    account: "channel:account", what drains it. expires_at: after that it is not worth
    sending; None: always. slot: the place in the chat that a newer one replaces, or "".
    broadcast_id: the announcement that it is a part of. status: "sent" where committed is
    sent, "later" (with later_at) where it is to be written anew at a later moment.
    """

    contact_id: int
    learner_id: str
    account: str
    turn: int
    priority: int
    body: bytes
    at: int
    expires_at: int | None = None
    slot: str = ""
    broadcast_id: int | None = None
    status: str = "waiting"
    later_at: int | None = None
    reason: str = ""


class SentRow(NamedTuple):
    """How a send ended. status: "sent", "failed" or "cancelled", of an announcement also
    "later": to be written anew. message_ref: the channel's own name of the message, with which
    it can be edited."""

    outbox_id: int
    status: str
    reason: str = ""
    message_ref: str = ""


class HistoryRow(NamedTuple):
    """One line of the web chat. sender: "bot" or "learner"."""

    contact_id: int
    learner_id: str
    sender: str
    body: bytes
    at: int


class InboxRow(NamedTuple):
    """An event for one learner from another's turn. key: "turn:<learner>:<turn>:<n>"."""

    key: str
    learner_id: str
    body: bytes
    at: int


class QuarantineRow(NamedTuple):
    """What failed in decoding or in `step`: the trace carries no learner's words."""

    key: str
    learner_id: str
    kind: str
    trace: str
    body: bytes
    at: int


class RejectedRow(NamedTuple):
    """A quarantine row with its number."""

    id: int
    key: str
    learner_id: str
    kind: str
    trace: str
    body: bytes
    at: int


class NewTicket(NamedTuple):
    """A ticket to keep. made_by: a learner, or "" for the command line. role, ward, hamlet:
    what it gives and where; many: it is never used up; course: what is begun with, or "";
    for_learner_id: whose place on a list it hands over, or ""."""

    hash: str
    purpose: str
    made_by: str
    expires_at: int
    role: str = ""
    ward: str = ""
    hamlet: str = ""
    many: bool = False
    course: str = ""
    for_learner_id: str = ""


class TicketRow(NamedTuple):
    """A ticket that is free, or was just won."""

    purpose: str
    made_by: str
    role: str = ""
    ward: str = ""
    hamlet: str = ""
    course: str = ""
    for_learner_id: str = ""


class MadeTicket(NamedTuple):
    """A free ticket with the document of whoever made it; None: nobody known any more."""

    ticket: TicketRow
    document: bytes | None


class RoleRow(NamedTuple):
    """A role in an area. given_by: a learner's id, or "" for the command line."""

    learner_id: str
    role: str
    ward: str
    hamlet: str
    given_by: str
    given_at: int


class WaitingRow(NamedTuple):
    """An outbox row as delivery takes it."""

    id: int
    contact_id: int
    learner_id: str
    address: Address
    turn: int
    priority: int
    body: bytes
    expires_at: int | None
    slot: str
    broadcast_id: int | None = None


class Message(NamedTuple):
    """A history row as the web page reads it."""

    id: int
    sender: str
    body: bytes
    at: int


class Transaction(Protocol):
    """Everything one batch of turns does. Committed on leaving, undone on an exception.

    Each call is at most a few statements however many rows it is given; an empty
    sequence costs nothing. broadcasts: announcements; calls, people: the parts of the help
    desk and of volunteers; households: who shares a chat, and who has several.
    """

    @property
    def broadcasts(self) -> Broadcasts: ...

    @property
    def calls(self) -> Calls: ...

    @property
    def households(self) -> Households: ...

    @property
    def people(self) -> People: ...

    async def first_seen(self, keys: Sequence[str], at: int) -> set[str]:
        """Remember the dedupe keys; return those that were new."""

    async def load_people(self, addresses: Sequence[Address]) -> dict[Address, Person]:
        """The known chats among these with their active learners. One query."""

    async def load_learners(self, learner_ids: Sequence[str]) -> dict[str, Person]:
        """Learners by id, each with the chat last used. One query."""

    async def add_people(self, people: Sequence[Person], at: int) -> None:
        """New chats with their new learners (document included)."""

    async def save_learners(self, rows: Sequence[LearnerRow]) -> None: ...

    async def add_facts(self, rows: Sequence[FactRow]) -> None: ...

    async def add_outbox(self, rows: Sequence[OutboxRow]) -> list[int]:
        """Append replies; return their ids in order."""

    async def add_history(self, rows: Sequence[HistoryRow]) -> list[int]:
        """Append lines of web chats; return their ids in order."""

    async def add_inbox(self, rows: Sequence[InboxRow]) -> None:
        """A key that is there already is left alone."""

    async def take_inbox(self, limit: int) -> list[InboxRow]:
        """Remove and return the oldest rows (the removal is undone with the transaction)."""

    async def add_quarantine(self, rows: Sequence[QuarantineRow]) -> None: ...

    async def rejected(self, number: int) -> RejectedRow | None:
        """A quarantine row, to be tried once more in this transaction."""

    async def keep_rejected(self, number: int, kind: str, trace: str, at: int) -> None:
        """It failed again: the row stays, with the new reason."""

    async def drop_rejected(self, number: int) -> None:
        """It went through."""

    async def make_tickets(self, rows: Sequence[NewTicket]) -> None: ...

    async def use_ticket(
        self, hash: str, purpose: str, learner_id: str, at: int
    ) -> TicketRow | None:
        """Win the ticket: `UPDATE … WHERE still free RETURNING`. None for the loser.

        A learner cannot win a ticket of their own, but of purpose "return".
        """

    async def give_role(self, row: RoleRow) -> None:
        """One that is held already is left as it is."""

    async def end_role(
        self, learner_id: str, role: str, ward: str, hamlet: str, *, taken_by: str, at: int
    ) -> bool:
        """Take a role away, and void the links that its holder made by right of one.

        False: it was not held.
        """

    async def find(self, query: str, parameters: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
        """A screen's need for many learners at once: parameter -> rows. One query.

        "inviter": learner id -> [{"learner_id"}] of the one whose invitation they used.
        "roles": learner id -> [{"role", "ward", "hamlet"}] held now.
        "ticket": hash -> [{"purpose", "made_by", "role", "ward", "hamlet", "course",
            "for_learner_id", "for_document", "expires_at",
        "document"}] when it is still free; the document is its maker's, or None.
        "broadcast", "broadcast_coming": of the
        announcement of that number; "broadcasts": learner id -> those of their areas.
        "team": learner id -> [{"role_id", "learner_id", "role", "ward", "hamlet",
        "document"}] of others' roles in the areas that they coordinate.
        "calls": learner id -> the open calls that this volunteer took, then the free ones of
        their areas, as rows of `CallRow` with "document", the asker's; at most 60.
        "my_call": learner id -> [{"call_id", "urgent", "taken_by", "done_at", "document"}]
        of the learner's own open call; the document is the helper's, or None.
        "duty": learner id -> [{"weekday", "from_minute", "to_minute"}].
        "noticed": learner id -> learners of a volunteer's areas of whom there is something to
        see; "quiet": JSON of [learner id, moment] -> those not seen since; "kept": learner id
        -> those without a chat; each row with "learner_id", "ward", "hamlet", "document".
        "family": learner id -> [{"side", "other", "agreed_at", "praised_at", "document"}].
        """

    async def mark_sent(self, results: Sequence[SentRow], at: int) -> None:
        """Write the outcome of sends."""

    async def lost_nudges(self, outbox_ids: Sequence[int]) -> list[tuple[int, str, int]]:
        """The nudges among these rows: (outbox id, learner id, turn)."""

    async def mark_unreachable(self, contact_ids: Sequence[int], at: int) -> None:
        """Nothing can be sent to these chats: what waits for them is cancelled, and no nudge
        is due to those who used them last."""

    async def mark_reachable(self, contact_ids: Sequence[int]) -> None:
        """They wrote again."""

    async def move_contacts(self, moves: Sequence[tuple[int, str]]) -> None:
        """The channel gave these chats (contact id) a new external id."""

    async def cancel_unasked(self, learner_ids: Sequence[str], at: int) -> None:
        """Cancel the nudges and announcements that wait for these learners."""

    async def keep_files(self, files: Sequence[tuple[str, str, str]]) -> None:
        """Remember what the channel calls an uploaded file: (account, media key, file id)."""

    async def keep_attachment(self, name: str, content: bytes, at: int) -> None:
        """Keep what an announcement bears, under its name."""

    async def count_messages(self, counted: Sequence[tuple[str, str, int]]) -> None:
        """Add to what accounts have sent in a month: (account, "2026-11", messages)."""

    async def erase_learner(self, learner_id: str, at: int) -> None:
        """Remove every row about the learner but the contact's nameless hash."""


class Store(Protocol):
    """An open store. `close()` on every exit path."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]: ...

    async def due_nudges(self, at: int, far: int, limit: int) -> list[str]:
        """Ids of learners whose nudge is due at that moment, longest due first; then of those
        for whom one stands so far ahead that the clock must have been wrong."""

    async def take_outbox(
        self, account: str, priority: int, *, after: int, limit: int
    ) -> list[WaitingRow]:
        """Rows of that account and priority not yet sent, with ids after that, oldest first."""

    async def outbox_accounts(self) -> list[str]:
        """The accounts for which something waits."""

    async def sent_in_slot(self, contact_id: int, slot: str) -> str:
        """The channel's name of the newest message sent in that slot of a chat, or ""."""

    async def files(self, account: str) -> dict[str, str]:
        """What the account calls the files it was given: media key -> file id."""

    async def attachment(self, name: str) -> bytes | None:
        """What an announcement bears, as it was kept under that name."""

    async def messages_in_month(self, account: str, month: str) -> int:
        """How many messages "channel:name" has sent in "2026-11"."""

    async def chats_of(self, account: str) -> int:
        """How many people "channel:name" speaks with."""

    async def history_after(self, address: Address, after: int, limit: int) -> list[Message]: ...

    async def history_latest(self, address: Address, limit: int) -> list[Message]:
        """The newest lines, oldest of them first."""

    async def person(self, address: Address) -> Person | None: ...

    async def ticket_maker(self, hash: str, at: int) -> MadeTicket | None:
        """A ticket that is still free, and who made it; using nothing up."""

    async def ticket_purpose(self, hash: str, at: int) -> TicketRow | None:
        """What a ticket that is still free is for; using nothing up."""

    async def use_return_ticket(self, hash: str, at: int) -> Address | None:
        """Win a ticket of purpose "return": the web chat address of the one who made it."""

    async def forget(
        self,
        *,
        guests_before: int,
        seen_before: int,
        history_before: int,
        sent_before: int,
        raw_before: int,
        at: int,
        limit: int,
    ) -> int:
        """Remove at most `limit` of each: guests, dedupe keys, history, outbox rows that are
        done with, rejected updates, links that nobody used; how many went."""

    async def export(self, learner_id: str) -> dict[str, list[dict[str, Any]]]:
        """Every row about the learner that says something: table -> rows by column."""

    async def use_data_ticket(self, hash: str, at: int) -> str | None:
        """Win a ticket of purpose "data": the id of the learner who made it."""

    async def count(self, table: str) -> int:
        """Rows in one of the store's own tables: for tests, doctor and metrics."""

    async def probe(self) -> None:
        """Could a turn be committed now? One small write tells; none is tried while another
        is under way. Raises StoreError (StoreFull, StoreUnavailable)."""

    async def statuses(self) -> dict[str, int]:
        """How many learners there are of each status. Walks over all of them."""

    async def audience_size(self, seeking: Seeking) -> dict[str, int]:
        """How many of those an announcement seeks are on which channel. Walks over all."""

    async def recipient_counts(self, number: int) -> list[dict[str, Any]]:
        """[{"status", "reason", "people"}] of an announcement. Walks over all."""

    async def answer_counts(self, number: int) -> list[dict[str, Any]]:
        """[{"answer", "people"}] of an announcement. Walks over all."""

    async def outbox_waiting(self) -> dict[str, dict[int, int]]:
        """How many rows wait: account -> priority -> rows."""

    async def oldest_waiting(self) -> int | None:
        """When the oldest answer that waits was written; None when none does."""

    async def close(self) -> None: ...
