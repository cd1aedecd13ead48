"""Calls for a person: who is told, who has it, what the two say to each other.

    open ─► everybody on duty is told; nobody on duty: one who is not, outside quiet hours
      ▲        │ no answer (24 h, in danger 15 min): the next one, at last the coordinator
      │        ▼
      └──── taken ─► done, says the helper ─► the learner: yes (closed), or not yet (open)

In danger quiet hours do not count. The store decides who wins a call.
Source: learner-experience.md H2, H3; promises.md P38.
"""

from datetime import UTC, datetime, timedelta

import msgspec

from bot.carrying import family
from bot.carrying.work import Asker, Work, people, somebody
from bot.conversation.days import VIETNAM, at_second, day_number, second_of
from bot.conversation.events import (
    Body,
    HelpAsked,
    HelpComing,
    HelpDone,
    HelpEnded,
    HelpGone,
    HelpLeft,
    HelpTaken,
    HelpWanted,
    Passed,
    Relayed,
    Somebody,
)
from bot.conversation.learner import read_document
from bot.conversation.nudge_times import is_unasked_free
from bot.conversation.quiet import MINUTE
from bot.conversation.relaying import Road, road
from bot.conversation.replies import AskHelp, PassOn
from store.calls import CallRow, Moment, NewCall, OnDuty, Wait

VISIT = "visit"  # what a call is about that a volunteer began: nobody asked for it
RISES_AFTER = timedelta(hours=24)
URGENT_RISES_AFTER = timedelta(minutes=15)
RISING_AT_ONCE = 100
_MS = timedelta(milliseconds=1)
SILENT_FOR = Wait(RISES_AFTER // _MS, URGENT_RISES_AFTER // _MS)


class _Told(msgspec.Struct, frozen=True):
    """Who was told just now: those on duty, or one who is not."""

    on_duty: tuple[OnDuty, ...] = ()
    other: str = ""


async def ask(request: AskHelp, asker: Asker, work: Work) -> Body:
    """A learner calls. One who has called already is told how it stands; in danger the
    family is told too."""
    call = await work.tx.calls.open_call(asker.learner.id)
    alarmed = request.urgent and (call is None or not call.urgent)
    relatives = await family.alarm(asker, request.about, work) if alarmed else ()
    told = await _called(request, call, asker, work)
    return msgspec.structs.replace(told, family=relatives)


async def _called(request: AskHelp, call: CallRow | None, asker: Asker, work: Work) -> HelpAsked:
    """The call made, or what becomes of the one that is open."""
    calls, learner = work.tx.calls, asker.learner
    if call is not None and call.about == VISIT and call.answered_at is None:
        await calls.close(learner.id, helped=False, at=work.now_ms)
        call = None
    if call is None:
        new = NewCall(
            learner.id,
            learner.ward,
            learner.hamlet,
            request.about,
            request.urgent,
            request.lesson,
            request.card,
            request.tried,
        )
        call = await calls.add(new, at=work.now_ms, rise_at=None)
        return await _spread(call, work)
    if call.done_at is not None:
        return await _again(call, work)
    if request.urgent and not call.urgent:
        return await _hastened(call, request, work)
    return await _standing(call, work)


async def _hastened(call: CallRow, request: AskHelp, work: Work) -> HelpAsked:
    """It has become urgent: whoever has it may be away, so it is free again and everybody
    is told anew, they first of all."""
    calls, had_it = work.tx.calls, call.taken_by
    await calls.hasten(call.call_id, request.about, rise_at=work.now_ms)
    await calls.reopen(call.learner_id, work.now_ms)
    await calls.forget_told(call.call_id, but="")
    if had_it is not None:
        await calls.told(call.call_id, [had_it], work.now_ms)
        work.tell(had_it, HelpWanted(call.call_id))
    return await _spread(call._replace(urgent=True), work)


async def drop(asker: Asker, work: Work) -> None:
    """A false alarm ends an urgent call; whoever knows of it is told."""
    call = await work.tx.calls.open_call(asker.learner.id)
    if call is None or not call.urgent:
        return
    await work.tx.calls.close(asker.learner.id, helped=False, at=work.now_ms)
    await family.alarm(asker, "", work)
    for one in await work.tx.calls.told_of(call.call_id):
        work.tell(one, HelpEnded(call.call_id, somebody(asker.learner)))


async def take(call_id: int, asker: Asker, work: Work) -> Body:
    call = await work.tx.calls.take(call_id, asker.learner.id, work.now_ms, SILENT_FOR)
    known = await work.tx.calls.told_of(call_id)
    if call is not None:
        by = somebody(asker.learner)
        work.tell(call.learner_id, HelpComing(call_id, by))
        for one in known:
            if one != asker.learner.id:
                work.tell(one, HelpGone(call_id, by))
        return HelpTaken(call_id)
    call = await work.tx.calls.get(call_id)
    if call is None or call.taken_by is None or asker.learner.id not in known:
        return HelpGone(call_id, tried=True)
    if call.taken_by == asker.learner.id:
        return HelpTaken(call_id)
    return HelpGone(call_id, await _one(call.taken_by, work), tried=True)


async def release(call_id: int, asker: Asker, work: Work) -> None:
    """Give it back: the others are told at once."""
    if await _dropped_visit(call_id, asker, work):
        return
    call = await work.tx.calls.release(call_id, asker.learner.id, work.now_ms)
    if call is not None:
        work.tell(call.learner_id, HelpLeft(somebody(asker.learner)))
        await work.tx.calls.forget_told(call_id, but=asker.learner.id)
        await _spread(call, work)


async def finish(call_id: int, asker: Asker, work: Work) -> None:
    if await _dropped_visit(call_id, asker, work):
        return
    call = await work.tx.calls.finish(call_id, asker.learner.id, work.now_ms)
    if call is not None:
        work.tell(call.learner_id, HelpDone(call_id, somebody(asker.learner)))


async def close(asker: Asker, helped: bool, work: Work) -> Body | None:
    """The learner's word: closed, or open again for the others."""
    call = await work.tx.calls.open_call(asker.learner.id)
    if call is None:
        return None
    if call.taken_by is not None:
        ended = HelpEnded(call.call_id, somebody(asker.learner), helped)
        work.tell(call.taken_by, ended)
    if not helped:
        return await _again(call, work)
    await work.tx.calls.close(asker.learner.id, helped=True, at=work.now_ms)
    return None


async def pass_on(request: PassOn, asker: Asker, work: Work) -> Body:
    """To the other one of a call that is taken; a file by the road that there is."""
    call = await work.tx.calls.get(request.call)
    sides = (call.learner_id, call.taken_by) if call else (None, None)
    if call is None or asker.learner.id not in sides or call.taken_by is None:
        return Passed(request.call, "ended")
    to_helper = asker.learner.id == call.learner_id
    other = call.taken_by if to_helper else call.learner_id
    way: Road = ""
    if request.kind:
        way = await _road(request, other, asker, work)
        if not way:
            return Passed(request.call, "channel")
    unasked = call.about == VISIT and call.answered_at is None
    if unasked and to_helper:
        await work.tx.calls.answered(call.call_id, work.now_ms)
    elif unasked and not await _may_be_written_to(other, work):
        return Passed(request.call, "not_now")
    relayed = Relayed(
        call.call_id,
        somebody(asker.learner),
        to_helper,
        request.text,
        request.kind,
        request.file,
        unasked=unasked and not to_helper,
        place="" if way in ("", "same") else f"{asker.address.channel}:{asker.address.account}",
    )
    work.tell(other, relayed)
    if not to_helper:
        await work.tx.calls.written(call.call_id, work.now_ms)
    return Passed(request.call)


async def _road(request: PassOn, other: str, asker: Asker, work: Work) -> Road:
    person = (await work.tx.load_learners([other])).get(other)
    if person is None or not request.file:
        return ""
    here, there = asker.address[:2], person.address[:2]
    return road(request.kind, here, there, is_public=work.is_public)


async def _may_be_written_to(learner_id: str, work: Work) -> bool:
    """The first word of a talk that nobody asked for is the one unasked message of a day."""
    person = (await work.tx.load_learners([learner_id])).get(learner_id)
    if person is None:
        return False
    learner = read_document(person.document)
    return learner.consent == "yes" and is_unasked_free(learner, work.now, work.rules)


async def _dropped_visit(call_id: int, asker: Asker, work: Work) -> bool:
    """Whoever began a talk that nobody asked for ends it."""
    call = await work.tx.calls.get(call_id)
    if call is None or call.taken_by != asker.learner.id or call.about != VISIT:
        return False
    await _end_visit(call, somebody(asker.learner), work)
    return True


async def _end_visit(call: CallRow, by: Somebody, work: Work) -> None:
    """Without a word to who never answered; else with a goodbye, and no question whether it
    helped: nobody had called."""
    await work.tx.calls.close(call.learner_id, helped=False, at=work.now_ms)
    if call.answered_at is not None:
        work.tell(call.learner_id, HelpLeft(by, visit=True))


async def rise_due(work: Work) -> int:
    """Tell the next person of each call whose time has come; how many calls."""
    due = await work.tx.calls.rising(work.now_ms, RISING_AT_ONCE)
    for call in due:
        if call.taken_by is not None:
            await _given_up(call, call.taken_by, work)
        else:
            await _spread(call, work)
    return len(due)


async def _given_up(call: CallRow, silent: str, work: Work) -> None:
    """Whoever took it has not said a word: it goes to the others, and both are told."""
    by = await _one(silent, work) or Somebody()
    if call.about == VISIT:  # nobody asked for it, and nobody waits
        await _end_visit(call, by, work)
        return
    await work.tx.calls.release(call.call_id, silent, work.now_ms)
    work.tell(silent, HelpGone(call.call_id, late=True))
    work.tell(call.learner_id, HelpLeft(by))
    await work.tx.calls.forget_told(call.call_id, but=silent)
    await _spread(call, work)


async def free_calls(helper_id: str, work: Work) -> None:
    """A role ended: what its holder had taken goes to the others."""
    for call in await work.tx.calls.free_of(helper_id, work.now_ms):
        by = await _one(helper_id, work) or Somebody()
        if call.about == VISIT:
            await _end_visit(call, by, work)
            continue
        work.tell(call.learner_id, HelpLeft(by))
        await work.tx.calls.forget_told(call.call_id, but=helper_id)
        await _spread(call, work)


async def _again(call: CallRow, work: Work) -> HelpAsked:
    """Not done yet: free again, and told to others than whoever had it."""
    await work.tx.calls.reopen(call.learner_id, work.now_ms)
    await work.tx.calls.forget_told(call.call_id, but=call.taken_by or "")
    return await _spread(call, work)


async def _spread(call: CallRow, work: Work) -> HelpAsked:
    """Tell whoever comes next, and set when the one after that is told."""
    told = await _whom(call, work)
    ids = [one.learner_id for one in told.on_duty] or [told.other] * bool(told.other)
    await work.tx.calls.told(call.call_id, ids, work.now_ms)
    for one in ids:
        work.tell(one, HelpWanted(call.call_id))
    starts = await work.tx.calls.duty_starts(call)
    next_at = None if told.on_duty else _next_start(starts, work.now)
    await work.tx.calls.set_rise(call.call_id, _rise_at(call, bool(ids), next_at, work))
    minutes = [one.until_minute for one in told.on_duty]
    return HelpAsked(
        call.call_id,
        tuple(await people([one.learner_id for one in told.on_duty], work)),
        _clock(min(minutes)) if minutes else "",
        others=bool(told.other),
        next_at=next_at,
    )


async def _whom(call: CallRow, work: Work) -> _Told:
    """Everybody on duty who was not told yet; else one who is not on duty, by day or in
    danger."""
    calls = work.tx.calls
    known = set(await calls.told_of(call.call_id))
    on_duty = await calls.on_duty(call, _moment(work.now))
    fresh = tuple(one for one in on_duty if one.learner_id not in known)
    if fresh:
        return _Told(fresh)
    if not call.urgent and work.quiet.covers_moment(work.now):
        return _Told()
    return _Told(other=await calls.next_helper(call.call_id) or "")


def _rise_at(call: CallRow, is_told: bool, next_at: datetime | None, work: Work) -> int | None:
    """When the next person is told, in milliseconds: None when everybody knows."""
    if call.urgent:
        rise = work.now + URGENT_RISES_AFTER if is_told else None
        rise = rise or next_at
    elif is_told:
        rise = min(work.now + RISES_AFTER, next_at or work.now + RISES_AFTER)
    elif work.quiet.covers_moment(work.now):
        morning = _after_quiet(work.now, work)
        rise = min(morning, next_at or morning)
    else:
        rise = next_at
    if rise is not None and not call.urgent and rise != next_at:
        rise = _after_quiet(rise, work)
    return None if rise is None else int(rise.timestamp() * 1000)


def _after_quiet(at: datetime, work: Work) -> datetime:
    """The first moment from then on that is not quiet."""
    if not work.quiet.covers_moment(at):
        return at
    end, second = work.quiet.end * MINUTE, second_of(at)
    return at_second(day_number(at) + (second >= end), end)


def _moment(now: datetime) -> Moment:
    local = now.astimezone(VIETNAM)
    return Moment(local.weekday(), local.hour * 60 + local.minute)


def _next_start(starts: list[Moment], now: datetime) -> datetime | None:
    """The first of these minutes of the week after now."""
    here = _moment(now)
    week = 7 * 24 * 60
    passed = here.weekday * 1440 + here.minute
    ahead = [(one.weekday * 1440 + one.minute - passed - 1) % week + 1 for one in starts]
    if not ahead:
        return None
    whole = now.astimezone(UTC).replace(second=0, microsecond=0)
    return whole + timedelta(minutes=min(ahead))


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"


async def _standing(call: CallRow, work: Work) -> HelpAsked:
    """How a call stands that was made before."""
    by = await _one(call.taken_by, work) if call.taken_by else None
    return HelpAsked(call.call_id, taken_by=by, again=True)


async def _one(learner_id: str, work: Work) -> Somebody | None:
    found = await people([learner_id], work)
    return found[0] if found else None
