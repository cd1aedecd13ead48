"""The family of a learner: invited by the learner alone, ended by either at once.

Source: learner-experience.md G3.
"""

from datetime import timedelta

from bot.carrying.work import Asker, Work, people, somebody
from bot.conversation.events import (
    Body,
    FamilyAlarm,
    FamilyAsked,
    FamilyEnded,
    Praised,
    Somebody,
)
from bot.conversation.replies import AgreeFamily, EndFamily

A_WEEK_MS = timedelta(days=7) // timedelta(milliseconds=1)


async def joined(learner_id: str, asker: Asker, work: Work) -> None:
    """The asker took that learner's invitation: the learner is asked for a yes to them."""
    await work.tx.people.ask_family(learner_id, asker.learner.id, work.now_ms)
    work.tell(learner_id, FamilyAsked(asker.learner.id, somebody(asker.learner)))


async def agree(request: AgreeFamily, asker: Asker, work: Work) -> None:
    agreed = await work.tx.people.agree_family(asker.learner.id, request.helper, work.now_ms)
    if agreed:
        work.tell(request.helper, FamilyAsked("", somebody(asker.learner)))


async def end(request: EndFamily, asker: Asker, work: Work) -> None:
    """One's own helper, or whom one follows; the other one is told."""
    mine = asker.learner.id
    pair = (mine, request.other) if request.is_helper else (request.other, mine)
    if await work.tx.people.end_family(*pair):
        by = somebody(asker.learner)
        ended = FamilyEnded(by, is_helper=not request.is_helper, agreed=request.agreed)
        work.tell(request.other, ended)


async def praise(learner_id: str, asker: Asker, work: Work) -> Body:
    week_ago = work.now_ms - A_WEEK_MS
    praised = await work.tx.people.praise_family(
        learner_id, asker.learner.id, work.now_ms, week_ago
    )
    by = somebody(asker.learner)
    if praised:
        work.tell(learner_id, Praised(by, to_learner=True))
    return Praised(by, went=praised)


async def alarm(asker: Asker, about: str, work: Work) -> tuple[Somebody, ...]:
    """Danger: the family who follow the learner are told at once. about "": it was none."""
    helpers = await work.tx.people.family_of(asker.learner.id)
    for helper in helpers:
        work.tell(helper, FamilyAlarm(somebody(asker.learner), about))
    return tuple(await people(helpers, work))
