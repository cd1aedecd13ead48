"""Every table that knows a learner: how it is exported, erased, and why it does not stay.

A table with a learner's column that is missing here fails `tests/store/test_personal.py`.
To add one: its line here, its queries in `queries/export.sql` and `queries/erase.sql`.
Source: promises.md P32, P33, P35.
"""

from typing import NamedTuple


class Kept(NamedTuple):
    """What is done with one table's rows about a learner.

    erase: named queries, run in order. export: the named query of what the learner gets,
    or "" where a row says nothing but that it is there. ends: the query with which
    housekeeping drops old rows, or "learner" for what lives as long as its learner does,
    "batch" for what the next batch of turns takes. join: named queries that give the rows of
    a learner (`:other`) to another (`:kept`) who is the same person; none where only who
    holds a role has any, for such a learner is never joined into another, and none of who
    stands on a volunteer's list, for whoever goes on has a chat.
    """

    erase: tuple[str, ...]
    export: str
    ends: str
    join: tuple[str, ...] = ()


# In the order in which they are erased: what points at a row goes before it.
PERSONAL: dict[str, Kept] = {
    "outbox": Kept(("erase_outbox",), "export_outbox", "forget_outbox", ("join_outbox",)),
    "history": Kept(("erase_history",), "export_history", "forget_history", ("join_history",)),
    "inbox": Kept(("erase_inbox",), "export_inbox", "batch", ("join_inbox",)),
    "fact": Kept(("erase_facts",), "export_facts", "learner", ("join_facts",)),
    "quarantine": Kept(
        ("erase_quarantine", "erase_unread"),
        "export_quarantine",
        "forget_quarantine",
        ("join_quarantine",),
    ),
    "ticket": Kept(
        ("erase_tickets", "erase_tickets_for", "erase_used_tickets"),
        "export_tickets",
        "forget_tickets",
        ("join_tickets", "join_used_tickets"),
    ),
    "help_call": Kept(
        ("erase_calls", "erase_taken_calls"),
        "export_calls",
        "learner",
        ("join_second_call", "join_calls"),
    ),
    "notice": Kept(("erase_notices",), "export_notices", "forget_notices", ("join_notices",)),
    "kept_learner": Kept(("erase_kept", "erase_keepers"), "", "learner"),
    "family": Kept(
        ("erase_family",), "export_family", "learner", ("join_family", "join_family_helper")
    ),
    "help_told": Kept(("erase_told",), "export_told", "learner"),
    "duty": Kept(("erase_duty",), "export_duty", "learner"),
    "role": Kept(("erase_roles", "erase_role_givers"), "export_roles", "learner"),
    "broadcast_answer": Kept(
        ("erase_broadcast_answers",),
        "export_broadcast_answers",
        "forget_broadcast_answers",
        ("join_broadcast_answers",),
    ),
    "broadcast": Kept(("erase_broadcast_makers",), "export_broadcasts", "forget_broadcasts"),
    "seen": Kept(("erase_seen",), "", "forget_seen"),
    "contact_learner": Kept(("erase_shared", "pass_on_contacts"), "", "learner", ("join_shared",)),
    "contact": Kept(("erase_contacts",), "export_contacts", "learner", ("join_contacts",)),
    "learner": Kept(("erase_document",), "export_learner", "learner"),
}
