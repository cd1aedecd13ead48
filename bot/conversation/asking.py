"""The three things we ask about a person: form of address, ward, hour.

Shared by the welcome and the settings: each has what is asked, and what an answer
(an option's id or typed words) makes of the learner; None when it cannot be read.
"""

from bot.conversation.folding import fold
from bot.conversation.hours import QUIET, label, read_hour
from bot.conversation.learner import Learner, Place, change
from bot.conversation.replies import Option, Reply
from bot.conversation.speech import PAIRS, say
from bot.conversation.understand import Choice, Chosen, read_choice
from bot.conversation.world import World

NO_WARD = "other"
_WARDS_A_PAGE = 3


def ask_address(learner: Learner, world: World) -> Reply:
    return say(learner, world, "address.ask", "bac", "co", "chu")


def take_address(learner: Learner, said: str, world: World) -> Learner | None:
    """«1» was read before; here «ông», «gọi tôi là bà», «chị» as typed."""
    if said in PAIRS and said:
        return change(learner, pronouns=said)
    words = [word for word in fold(said).split() if word in PAIRS]
    return change(learner, pronouns=words[-1]) if words else None


def ask_ward(learner: Learner, world: World) -> Reply:
    """Three wards a page, then «nơi khác»; on the last page that means elsewhere."""
    page = _page(learner)
    wards = world.shelf.library.wards[page * _WARDS_A_PAGE : (page + 1) * _WARDS_A_PAGE]
    options = tuple(Option(ward.code, ward.name) for ward in wards)
    key = "ward.ask" if page == 0 else "ward.more"
    return say(learner, world, key, *options, "elsewhere")


def take_ward(learner: Learner, said: str, world: World) -> Learner | None:
    """A ward by code or by its typed name; «elsewhere» turns the page."""
    wards = world.shelf.library.wards
    if said == "elsewhere":
        page = _page(learner) + 1
        if page * _WARDS_A_PAGE < len(wards):
            return change(learner, place=_at_page(learner, page))
        return change(learner, ward=NO_WARD, place=_at_page(learner, 0))
    choices = tuple(
        Choice(ward.code, ward.name, (f"phường {ward.name}", f"xã {ward.name}")) for ward in wards
    )
    if any(choice.id == said for choice in choices):
        return change(learner, ward=said, place=_at_page(learner, 0))
    # Numbers mean the options on the page, which `step` has read by now.
    if any(letter.isdigit() for letter in said):
        return None
    reading = read_choice(said, choices, world.shelf.words)
    if isinstance(reading, Chosen):
        return change(learner, ward=reading.id, place=_at_page(learner, 0))
    return None


def ask_hour(learner: Learner, world: World) -> Reply:
    hours = world.shelf.nudges.hours
    options = tuple(Option(hour, label(learner, world, hour)) for hour in hours)
    return say(learner, world, "hour.ask", *options)


def take_hour(learner: Learner, said: str, world: World) -> Learner | None:
    """An hour by id, or a time or part of the day in words; «không nhắc» is no hour at all."""
    rules = world.shelf.nudges
    if said in (*rules.hours, "none"):
        return change(learner, hour=said)
    folded = f" {fold(said)} "
    if " khong nhac " in folded or " no reminder" in folded:
        return change(learner, hour="none")
    hour = read_hour(said, rules)
    return change(learner, hour=hour) if hour not in (None, QUIET) else None


def _page(learner: Learner) -> int:
    return int(learner.place.picked) if learner.place.picked.isdigit() else 0


def _at_page(learner: Learner, page: int) -> Place:
    return Place(stage=learner.place.stage, picked=str(page) if page else "")
