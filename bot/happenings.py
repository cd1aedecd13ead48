"""What a turn leaves behind besides documents and replies: facts, and what volunteers see.

Pure. Leads in: `batch`. Leads out: rows for the store.
"""

import msgspec

from bot.conversation.learner import Learner
from bot.conversation.replies import Attempt, Fact, Milestone, Turn
from store.base import FactRow
from store.people import NoticeRow

STUCK_AFTER = 2  # tries of one item that were not right
_JSON = msgspec.json.Encoder()


def fact_row(learner_id: str, turn: int, fact: Fact, at: int) -> FactRow:
    """One fact of a learner's turn, at milliseconds UTC."""
    return FactRow(learner_id, turn, str(fact.__struct_config__.tag), _JSON.encode(fact), at)


def fact_rows(turn: Turn, at: int) -> list[FactRow]:
    learner = turn.learner
    return [fact_row(learner.id, learner.turn, fact, at) for fact in turn.facts]


def notice_rows(turn: Turn, at: int) -> list[NoticeRow]:
    """What the volunteers of the learner's ward should see of this turn, if anything."""
    return [row for fact in turn.facts if (row := notice_row(turn.learner, fact, at))]


def notice_row(learner: Learner, fact: Fact, at: int) -> NoticeRow | None:
    """Stuck at an item, or a milestone reached; nothing of who lives in no known ward."""
    if not learner.ward:
        return None
    match fact:
        case Attempt(item=item, correct=False, tries=tries) if tries >= STUCK_AFTER:
            return NoticeRow(learner.id, "stuck", item, learner.ward, learner.hamlet, at)
        case Milestone(name=name):
            return NoticeRow(learner.id, "reached", name, learner.ward, learner.hamlet, at)
        case _:
            return None
