"""A ticket: a link was opened, or a code typed, that gives something; do you want it?

A newcomer is asked for consent and form of address first; the ticket waits in the
document as a hash. Nothing is given before a yes to the question here, and the store
alone decides whether the ticket was still free.
Comes from: `step` (a link), welcome. Leads to: work, or back to where the learner was.
Wording: `ticket.*`, `name.*`. Source: promises.md P23, P25; learner-experience.md O1.
"""

from typing import Any

from bot.conversation import asking, who
from bot.conversation.events import PlaceTaken, Start, TicketRefused, TicketUsed
from bot.conversation.learner import Learner, Place, change, resume
from bot.conversation.policy import Area, Role
from bot.conversation.replies import Audit, Consent, Reply, TakePlace, Turn, UseTicket
from bot.conversation.screens.base import Screen
from bot.conversation.screens.courses import titles
from bot.conversation.screens.welcome import CONSENT_VERSION
from bot.conversation.speech import say
from bot.conversation.tickets import ticket_hash
from bot.conversation.understand import Intent
from bot.conversation.world import World

TICKET = "ticket"  # the store query
NAME = "name"
_NOT_HERE = ("return", "data", "join")  # what no link opened in the chat is for


def arrived(learner: Learner, event: Start, world: World) -> Turn:
    """A link was opened. A friend's invitation counts at once; the others ask first."""
    return _opened(learner, ticket_hash(event.payload), world)


def arrived_aloud(learner: Learner, hashed: str, world: World) -> Turn:
    """A code that gives something was said to another one, who typed it here."""
    return _opened(learner, hashed, world)


def _opened(learner: Learner, hashed: str, world: World) -> Turn:
    row = _free(hashed, world)
    if row is None or row["made_by"] == learner.id or row["purpose"] in _NOT_HERE:
        return _refused(learner, world)
    if row["purpose"] == "own" and learner.works:
        # A helper's phone is not the one that the learner has got.
        return _refused(learner, world)
    if row["purpose"] == "invite":
        return Turn(learner, requests=(UseTicket(hashed),), ask=False)
    holding = change(learner, ticket=hashed)
    return Turn(asked(holding) if _may_be_asked(holding) else holding)


def asked(learner: Learner) -> Learner:
    """The learner at the question about the ticket that waits."""
    return change(learner, screen="ticket", place=Place(), guess="", misses=0)


def show(learner: Learner, world: World) -> tuple[Reply, ...]:
    if learner.place.stage == NAME:
        return (asking.ask_name(learner, world),)
    row = _free(learner.ticket, world)
    if row is None:
        return (say(learner, world, "ticket.gone", "go_on"),)
    if learner.consent != "yes":
        return (say(learner, world, "ticket.consent", "agree", "refuse"),)
    area = Area(row["ward"], row["hamlet"])
    giver = who.read_document(row["document"])
    fields: dict[str, Any] = {
        "area": who.area_name(area, learner, world),
        "Giver": who.named(giver, learner, world) if giver else "",
        "role": who.role_name(Role(row["role"]), learner, world) if row["role"] else "",
    }
    listed = who.read_document(row["for_document"])
    if listed:
        fields["name"] = who.called(listed, learner, world)
        if learner.done or learner.name:  # somebody learns here already, perhaps another one
            own = say(learner, world, "ticket.own_here", "yes", "rather_not", **fields)
            return (own,)
        return (say(learner, world, "ticket.own", "yes", "rather_not", **fields),)
    options = ("yes", "elsewhere") if row["purpose"] == "guide" else ("accept", "rather_not")
    return (say(learner, world, f"ticket.{row['purpose']}", *options, **fields),)


def choose(learner: Learner, option_id: str, world: World) -> Turn | None:
    if learner.place.stage == NAME:
        return hear(learner, option_id, world)
    row = _free(learner.ticket, world)
    match option_id:
        case "agree":
            agreed = change(learner, consent="yes")
            facts = (Consent(True, CONSENT_VERSION),)
            return Turn(agreed if agreed.pronouns else resume(agreed), facts=facts)
        case "accept" if row and row["purpose"] == "family" and not learner.name:
            # Whoever invited them is asked about somebody with a name.
            return Turn(change(learner, place=Place(stage=NAME)))
        case "yes" | "accept" if row:
            used = UseTicket(learner.ticket, row["purpose"])
            return Turn(learner, requests=(used,), ask=False)
        case "go_on":
            return _refused(change(learner, ticket=""), world)
        case "elsewhere" | "rather_not" | "refuse" | "yes" | "accept":
            return Turn(resume(change(learner, ticket="")), (say(learner, world, "ticket.left"),))
        case _:
            return None


def hear(learner: Learner, said: str, world: World) -> Turn | None:
    """The name, where it is asked for."""
    named = asking.take_name(learner, said, world) if learner.place.stage == NAME else None
    if named is None:
        return None
    kept = () if named.name == learner.name else (say(named, world, "name.kept"),)
    if named.ticket:
        return Turn(named, kept, requests=(UseTicket(named.ticket, "family"),), ask=False)
    return Turn(_onward(named), kept)


def wish(learner: Learner, intent: Intent, world: World) -> Turn | None:
    if learner.place.stage == NAME:
        leave = intent in (Intent.SKIP, Intent.NEXT, Intent.LATER, Intent.BACK)
        return hear(learner, "skip", world) if leave else None
    match intent:
        case Intent.NEXT:
            options = {option.id for option in show(learner, world)[-1].options}
            meant = options & {"yes", "accept", "agree", "go_on"}
            return choose(learner, meant.pop(), world)
        case Intent.SKIP | Intent.LATER | Intent.BACK | Intent.FALSE_ALARM:
            return choose(learner, "rather_not", world)
        case _:
            return None


def outcome(learner: Learner, event: TicketUsed | TicketRefused, world: World) -> Turn:
    """What the store said of the ticket."""
    learner = change(learner, ticket="")
    if isinstance(event, TicketRefused):
        return _refused(learner, world)
    match event.purpose:
        case "role":
            return _given(learner, event, world)
        case "guide":
            return _guided(learner, event, world)
        case "own":
            area = who.where(Area(event.ward, event.hamlet))
            audit = Audit("place_taken", learner.id, event.made_by, area)
            return Turn(learner, (), (audit,), (TakePlace(event.whom),), ask=False)
        case "family":
            audit = Audit("family_taken", learner.id, event.made_by)
            return Turn(_onward(learner), (say(learner, world, "ticket.family_taken"),), (audit,))
        case _:
            greeted = () if learner.consent else (say(learner, world, "friends.invited"),)
            return Turn(learner, greeted)


def place_taken(learner: Learner, event: PlaceTaken, world: World) -> Turn:
    """What was learnt with a volunteer is here now; or there was nothing to take."""
    if event.gone:
        return _refused(learner, world)
    said = say(learner, world, "ticket.own_taken", done=len(learner.done))
    return Turn(_onward(learner), (said,))


def _given(learner: Learner, event: TicketUsed, world: World) -> Turn:
    area = Area(event.ward, event.hamlet)
    holder = _living_in(change(learner, works=True, hour=learner.hour or "none"), area)
    given = say(
        holder,
        world,
        "ticket.given",
        role=who.role_name(Role(event.role), holder, world),
        area=who.area_name(area, holder, world),
    )
    audit = Audit(
        f"role_given:{event.role}",
        event.made_by or who.COMMAND_LINE,
        learner.id,
        who.where(area),
    )
    return Turn(_to_name(holder), (given,), (audit,))


def _guided(learner: Learner, event: TicketUsed, world: World) -> Turn:
    area = Area(event.ward, event.hamlet)
    title = titles(learner, world).get(event.course, "")
    guided = change(
        learner,
        ward=area.ward,
        hamlet=area.hamlet,
        guide=event.made_by,
        course=event.course if title else learner.course,
    )
    audit = Audit("guided", event.made_by, learner.id, who.where(area))
    key = "ticket.guided_course" if title else "ticket.guided"
    return Turn(_to_name(guided), (say(guided, world, key, title=title),), (audit,))


def _living_in(learner: Learner, area: Area) -> Learner:
    """A volunteer who told no ward lives where they volunteer, as far as we know."""
    if learner.ward not in ("", asking.NO_WARD) or not area.ward:
        return learner
    return change(learner, ward=area.ward, hamlet=area.hamlet)


def _to_name(learner: Learner) -> Learner:
    """Ask the name once; then on."""
    if learner.name:
        return _onward(learner)
    return change(learner, screen="ticket", place=Place(stage=NAME))


def _onward(learner: Learner) -> Learner:
    """To the volunteers' desk, or to what was going on (for a newcomer the welcome)."""
    back = resume(learner)
    if learner.works and back.screen != "welcome":
        return change(back, screen="work")
    return back


def _may_be_asked(learner: Learner) -> bool:
    return learner.consent == "no" or (learner.consent == "yes" and bool(learner.pronouns))


def _refused(learner: Learner, world: World) -> Turn:
    """Unknown, used up, past its day or one's own: nobody is told which."""
    audit = (Audit("ticket_refused", learner.id),)
    if not learner.consent:
        return Turn(learner, facts=audit)
    back = resume(learner) if learner.screen == "ticket" else learner
    return Turn(back, (say(learner, world, "ticket.refused"),), audit)


def _free(hashed: str, world: World) -> dict[str, Any] | None:
    """What is known of a ticket that can still be used."""
    rows = world.rows(TICKET, hashed) if hashed else ()
    now_ms = world.now.timestamp() * 1000
    return rows[0] if rows and rows[0]["expires_at"] > now_ms else None


SCREEN = Screen(show, choose, hear, wish, holds=True)
