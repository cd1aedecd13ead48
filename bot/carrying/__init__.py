"""What a turn requests of others, carried out in the transaction of its batch.

Leads in: `batch`, request by request, in the order in which turns made them. Leads out:
the store, one named query each. What has a winner is decided by the store (`UPDATE …
WHERE still free RETURNING`), and the outcome goes back to the asking learner as an event.
To add one: a struct in `replies.py`, its line here, its work in a file of its kind.
Source: design.md section 1, Other people.
"""

from bot.broadcasting import Desk
from bot.carrying.calls import ask, close, drop, finish, pass_on, release, take
from bot.carrying.roles import end_role, kept_ticket, use_ticket
from bot.carrying.work import Asker, Tell, Work
from bot.conversation.events import Body
from bot.conversation.replies import (
    AnswerBroadcast,
    ApproveBroadcast,
    AskHelp,
    CloseHelp,
    DropHelp,
    EndDuty,
    EndRole,
    FinishHelp,
    HelpWork,
    KeepDuty,
    OfBroadcast,
    PassOn,
    QueueBroadcast,
    ReleaseHelp,
    SteerBroadcast,
    TakeHelp,
    UseTicket,
)
from store.calls import Hours

__all__ = ["Asker", "Tell", "Work", "carry_out", "kept_ticket"]

Carried = UseTicket | EndRole | OfBroadcast | HelpWork | KeepDuty | EndDuty


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
            desk = Desk(work.tx, work.now_ms, work.tell, work.drop)
            return await desk.carry_out(request, asker.learner.id)
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
