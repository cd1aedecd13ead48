"""What a turn requests of others, carried out in the transaction of its batch.

Leads in: `batch`, request by request, in the order in which turns made them. Leads out:
the store, one named query each. What has a winner is decided by the store (`UPDATE …
WHERE still free RETURNING`), and the outcome goes back to the asking learner as an event.
Source: design.md section 1, Other people.
"""

from collections.abc import Callable

from bot import broadcasting
from bot.conversation.events import Body, RoleEnded, TicketRefused, TicketUsed
from bot.conversation.learner import Learner
from bot.conversation.replies import EndRole, MakeTicket, OfBroadcast, UseTicket
from store.base import NewTicket, RoleRow, Transaction

Carried = UseTicket | EndRole | OfBroadcast
Tell = Callable[[str, Body], None]


async def carry_out(
    request: Carried,
    asker: Learner,
    tx: Transaction,
    now_ms: int,
    tell: Tell,
    drop: broadcasting.Drop,
) -> Body | None:
    """Do it; the outcome for the asker, if there is one. tell: an event for another learner.
    drop: what waits of that announcement is not to be sent from memory."""
    match request:
        case UseTicket():
            return await _use_ticket(request, asker, tx, now_ms)
        case EndRole(whom=whom, role=role, ward=ward, hamlet=hamlet):
            if await tx.end_role(whom, role, ward, hamlet, taken_by=asker.id, at=now_ms):
                tell(whom, RoleEnded(role, ward, hamlet))
            return None
        case _:
            desk = broadcasting.Desk(tx, now_ms, tell, drop)
            return await desk.carry_out(request, asker.id)


async def _use_ticket(request: UseTicket, asker: Learner, tx: Transaction, now_ms: int) -> Body:
    won = await tx.use_ticket(request.hash, request.purpose, asker.id, now_ms)
    if won is None:
        return TicketRefused()
    if won.purpose == "role":
        await tx.give_role(RoleRow(asker.id, won.role, won.ward, won.hamlet, won.made_by, now_ms))
    return TicketUsed(won.purpose, won.made_by, won.role, won.ward, won.hamlet)


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
    )
