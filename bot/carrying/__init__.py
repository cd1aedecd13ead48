"""What a turn requests of others, carried out in the transaction of its batch.

Leads in: `batch`, request by request, in the order in which turns made them. Leads out:
the store, one named query each. What has a winner is decided by the store (`UPDATE …
WHERE still free RETURNING`), and the outcome goes back to the asking learner as an event.
To add one: a struct in `replies.py`, its line here, its work in a file of its kind.
Source: design.md section 1, Other people.
"""

from bot.broadcasting import Desk
from bot.carrying import family, people
from bot.carrying.calls import ask, close, drop, finish, pass_on, release, take
from bot.carrying.roles import end_role, kept_ticket, use_ticket
from bot.carrying.work import Asker, Tell, Work
from bot.conversation.events import Body, CarriedOut
from bot.conversation.replies import (
    AgreeFamily,
    AnswerBroadcast,
    ApproveBroadcast,
    AskHelp,
    CloseHelp,
    DropHelp,
    EndDuty,
    EndFamily,
    EndRole,
    FinishHelp,
    ForgetKept,
    HelpWork,
    KeepDuty,
    KeepLearner,
    MarkLesson,
    OfBroadcast,
    OfDuty,
    OfFamily,
    OfPeople,
    PassOn,
    Praise,
    QueueBroadcast,
    ReleaseHelp,
    SteerBroadcast,
    TakeHelp,
    UseTicket,
    WriteTo,
)
from store.calls import Hours

__all__ = ["Asker", "Tell", "Work", "carry_out", "kept_ticket"]

Carried = UseTicket | EndRole | OfBroadcast | HelpWork | OfDuty | OfPeople | OfFamily


async def carry_out(request: Carried, asker: Asker, work: Work) -> Body | None:
    """Do it; the outcome for the asker, if there is one."""
    match request:
        case UseTicket():
            return await use_ticket(request, asker, work)
        case EndRole(whom=whom, role=role, ward=ward, hamlet=hamlet):
            await end_role(whom, role, ward, hamlet, by=asker.learner.id, work=work)
            return None
        case KeepDuty(weekday=weekday, from_minute=start, to_minute=end):
            await work.tx.calls.keep_duty(Hours(asker.learner.id, weekday, start, end))
            return None
        case EndDuty(weekday=weekday):
            await work.tx.calls.end_duty(asker.learner.id, weekday)
            return None
        case QueueBroadcast() | ApproveBroadcast() | SteerBroadcast() | AnswerBroadcast():
            desk = Desk(work.tx, work.now_ms, work.tell, work.drop, work.size)
            return await desk.carry_out(request, asker.learner.id)
        case WriteTo() | KeepLearner() | MarkLesson() | ForgetKept():
            return await _people(request, asker, work)
        case AgreeFamily() | EndFamily() | Praise():
            return await _family(request, asker, work)
        case _:
            return await _help(request, asker, work)


async def _help(request: HelpWork, asker: Asker, work: Work) -> Body | None:
    match request:
        case AskHelp():
            return await ask(request, asker, work)
        case DropHelp():
            await drop(asker, work)
        case TakeHelp(call=call):
            return await take(call, asker, work)
        case ReleaseHelp(call=call):
            await release(call, asker, work)
        case FinishHelp(call=call):
            await finish(call, asker, work)
        case CloseHelp(helped=helped):
            return await close(asker, helped, work)
        case PassOn():
            return await pass_on(request, asker, work)
    return None


async def _people(request: OfPeople, asker: Asker, work: Work) -> Body | None:
    match request:
        case WriteTo(whom=whom):
            return await people.write_to(whom, asker, work)
        case KeepLearner():
            await people.keep(request, asker, work)
        case MarkLesson(whom=whom, lesson=lesson):
            await people.mark(whom, lesson, asker, work)
            return CarriedOut()
        case ForgetKept(whom=whom):
            await people.forget(whom, asker, work)
    return None


async def _family(request: OfFamily, asker: Asker, work: Work) -> Body | None:
    match request:
        case AgreeFamily():
            await family.agree(request, asker, work)
        case EndFamily():
            await family.end(request, asker, work)
        case Praise(whom=whom):
            return await family.praise(whom, asker, work)
    return None
