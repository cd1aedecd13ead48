"""Tickets won, roles given and ended."""

from bot.carrying.calls import free_calls
from bot.carrying.family import joined
from bot.carrying.work import Asker, Work
from bot.conversation.events import Body, RoleEnded, TicketRefused, TicketUsed
from bot.conversation.replies import MakeTicket, UseTicket
from store.base import NewTicket, RoleRow


async def use_ticket(request: UseTicket, asker: Asker, work: Work) -> Body:
    learner_id = asker.learner.id
    won = await work.tx.use_ticket(request.hash, request.purpose, learner_id, work.now_ms)
    if won is None:
        return TicketRefused()
    if won.purpose == "role":
        row = RoleRow(learner_id, won.role, won.ward, won.hamlet, won.made_by, work.now_ms)
        await work.tx.give_role(row)
    if won.purpose == "family":
        await joined(won.made_by, asker, work)
    return TicketUsed(*won)


async def end_role(whom: str, role: str, ward: str, hamlet: str, *, by: str, work: Work) -> bool:
    """Take a role away: its links are void, its calls free; the holder is told. False: it
    was not held. by: a learner's id, or "" for the command line."""
    ended = await work.tx.end_role(whom, role, ward, hamlet, taken_by=by, at=work.now_ms)
    if ended:
        await free_calls(whom, work)
        work.tell(whom, RoleEnded(role, ward, hamlet))
    return ended


def kept_ticket(ticket: MakeTicket, made_by: str) -> NewTicket:
    return NewTicket(
        ticket.hash,
        ticket.purpose,
        made_by,
        int(ticket.expires_at.timestamp() * 1000),
        ticket.role,
        ticket.ward,
        ticket.hamlet,
        ticket.many,
        ticket.course,
        ticket.whom,
    )
