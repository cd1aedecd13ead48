"""Volunteers with their people: write to one first, keep one without a phone."""

from os import urandom

import msgspec

from bot.carrying.calls import SILENT_FOR, VISIT, take
from bot.carrying.work import Asker, Work
from bot.conversation import keeping
from bot.conversation.events import Body, HelpGone, HelpTaken
from bot.conversation.learner import read_document
from bot.conversation.policy import Action, Area, Grant, Person, Role, may
from bot.conversation.replies import Audit, Consent, Fact, KeepLearner, Milestone
from bot.conversation.screens.welcome import CONSENT_VERSION
from bot.conversation.who import area_of, where
from bot.happenings import fact_row, notice_row
from store.calls import NewCall
from store.people import KeptLearner

_JSON = msgspec.json.Encoder()


async def write_to(whom: str, asker: Asker, work: Work) -> Body:
    """Open a talk with somebody of one's own area; a call of theirs is taken instead."""
    near = await work.tx.people.near(asker.learner.id, whom)
    if near is None or near.status != "active":
        return HelpGone(0, tried=True)
    call = await work.tx.calls.open_call(whom)
    if call is not None:
        return await take(call.call_id, asker, work)
    learner = read_document(near.document)
    new = NewCall(whom, learner.ward, learner.hamlet, VISIT, False, "", "", 0)
    call = await work.tx.calls.add(new, at=work.now_ms, rise_at=None)
    taken = await work.tx.calls.take(call.call_id, asker.learner.id, work.now_ms, SILENT_FOR)
    return HelpTaken(call.call_id) if taken else HelpGone(call.call_id, tried=True)


async def keep(request: KeepLearner, asker: Asker, work: Work) -> None:
    """A new learner without a chat, who agreed by word of mouth before this volunteer."""
    area = Area(request.ward, request.hamlet)
    if not request.ward or not await _allowed(asker, Action.BRING_IN, area, work):
        return
    learner_id = urandom(12).hex()
    learner = keeping.kept(
        learner_id, request.name, request.pronouns, *area, guide=asker.learner.id
    )
    row = KeptLearner(learner_id, _JSON.encode(learner), *area, asker.learner.id)
    await work.tx.people.keep(row, work.now_ms)
    agreed = Consent(True, f"{CONSENT_VERSION}/spoken")
    audit = Audit("kept", asker.learner.id, learner_id, where(area))
    await _happened(learner_id, (agreed, audit), work)


async def mark(whom: str, lesson: str, asker: Asker, work: Work) -> None:
    """A lesson that the two did together."""
    near = await work.tx.people.near(asker.learner.id, whom)
    if near is None or near.status != "kept":
        return
    before = read_document(near.document)
    learner = keeping.learnt_together(before, lesson, work.now)
    if learner == before:
        return
    await work.tx.people.save_kept(whom, _JSON.encode(learner), work.now_ms)
    audit = Audit("lesson_marked", asker.learner.id, whom, where(area_of(learner)))
    await _happened(whom, (Milestone(lesson), audit), work)
    notice = notice_row(learner, Milestone(lesson), work.now_ms)
    await work.tx.people.note([notice] if notice else [])


async def forget(whom: str, asker: Asker, work: Work) -> None:
    """Erase a learner without a chat: they cannot ask for it themselves."""
    near = await work.tx.people.near(asker.learner.id, whom)
    if near is not None and near.status == "kept":
        learner = read_document(near.document)
        await work.tx.erase_learner(whom, work.now_ms)
        # Under whoever did it: of the other nothing is kept, not even a name for the line.
        audit = Audit("kept_erased", asker.learner.id, where=where(area_of(learner)))
        await _happened(asker.learner.id, (audit,), work)


async def _happened(learner_id: str, facts: tuple[Fact, ...], work: Work) -> None:
    await work.tx.add_facts([fact_row(learner_id, 0, fact, work.now_ms) for fact in facts])


async def _allowed(asker: Asker, action: Action, area: Area, work: Work) -> bool:
    rows = (await work.tx.find("roles", [asker.learner.id])).get(asker.learner.id, [])
    grants = (Grant(Role(row["role"]), Area(row["ward"], row["hamlet"])) for row in rows)
    return may(Person(area, tuple(grants)), action, area)
