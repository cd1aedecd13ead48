"""Tickets: links that give something, each 128 random bits of which only a hash is kept.

The chance comes in with the world, so a turn can be run again.
Source: design.md section 4; promises.md P23.
"""

from base64 import urlsafe_b64encode
from datetime import timedelta
from hashlib import blake2b, sha256

from bot.conversation.policy import EVERYWHERE, Area, Role
from bot.conversation.replies import MakeTicket, Purpose
from bot.conversation.spoken import code_hash, make_code
from bot.conversation.world import World

LIVES = timedelta(days=7)
POSTER_LIVES = timedelta(days=180)  # a poster hangs for a season
SPOKEN_LIVES = timedelta(minutes=10)


def ticket_hash(ticket: str) -> str:
    """What is stored of a ticket."""
    return sha256(ticket.encode("utf-8", "replace")).hexdigest()


def new_ticket(chance: bytes) -> str:
    """22 letters out of 16 random bytes."""
    return urlsafe_b64encode(chance[:16]).decode().rstrip("=")


def link_to(ticket: str, public_url: str) -> str:
    return f"{public_url}/i/{ticket}"


def at_door(link: str, world: World) -> str:
    """The same ticket's link into the learner's own messenger."""
    return f"{world.door}{link.rpartition('/')[2]}"


def poster_name(link: str, area: str, guide: str) -> str:
    """The picture of a poster for that link, as a `Reply` names it."""
    return f"poster:{link.rpartition('/')[2]}|{area}|{guide}"


def qr_name(link: str) -> str:
    """The picture of a link to point a phone at, as a `Reply` names it."""
    return f"qr:{link}"


def make(
    world: World,
    purpose: Purpose,
    area: Area = EVERYWHERE,
    role: Role | None = None,
    *,
    course: str = "",
    whom: str = "",
) -> tuple[str, MakeTicket]:
    """A ticket of this turn (there can be one): its link, and the request that keeps it.

    A link to learn with a guide hangs on walls and serves many; all others serve once.
    """
    ticket, many = new_ticket(world.seed), purpose == "guide"
    made = MakeTicket(
        ticket_hash(ticket),
        purpose,
        world.now + (POSTER_LIVES if many else LIVES),
        role or "",
        area.ward,
        area.hamlet,
        many,
        course,
        whom,
    )
    if world.door and purpose in ("invite", "role", "family"):
        # Sent from hand to hand in the learner's own messenger, it opens there. A poster
        # is for every phone; a place is carried to the web.
        return f"{world.door}{ticket}", made
    return link_to(ticket, world.shelf.public_url), made


def say_aloud(
    world: World,
    purpose: Purpose,
    area: Area = EVERYWHERE,
    role: Role | None = None,
    *,
    whom: str = "",
) -> tuple[str, MakeTicket]:
    """The same as a code to say aloud: for one, within minutes."""
    # Of the turn's chance, but no part of it: a link of the same turn is not told by it.
    code = make_code(blake2b(world.seed, digest_size=16).digest(), world.shelf.spoken)
    gives = role or "", area.ward, area.hamlet
    return code, MakeTicket(code_hash(code), purpose, world.now + SPOKEN_LIVES, *gives, whom=whom)
