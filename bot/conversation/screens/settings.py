"""Settings: form of address, ward, hour, language, a course again, one's own data.

Leads to: itself, then back to where the learner was. Wording: `settings.*`.
"""

from datetime import timedelta

from bot.conversation import asking, hours, who
from bot.conversation.learner import Learner, Place, change, resume
from bot.conversation.replies import Audit, MakeTicket, Reply, Turn
from bot.conversation.screens.base import Screen
from bot.conversation.speech import PAIRS, say, wording
from bot.conversation.tickets import new_ticket, ticket_hash
from bot.conversation.understand import Intent
from bot.conversation.world import World

_DATA_LIVES = timedelta(hours=1)
_ASKED = {
    "address": (asking.ask_address, asking.take_address),
    "ward": (asking.ask_ward, asking.take_ward),
    "hour": (asking.ask_hour, asking.take_hour),
}


def show(learner: Learner, world: World) -> tuple[Reply, ...]:
    stage = learner.place.stage
    if stage in _ASKED:
        return (_ASKED[stage][0](learner, world),)
    if stage == "more":
        # Four at most: who is slow leaves with a word instead of «xong».
        last = ("faster",) if learner.slow else ("done",)
        return (say(learner, world, "settings.more", "language", "again", "phones", *last),)
    if stage == "language":
        return (say(learner, world, "settings.language", "vi", "en"),)
    if stage == "again":
        return (say(learner, world, "settings.again", "again_yes", "keep"),)
    return (say(learner, world, "settings.ask", "address", "ward", "hour", "other"),)


def choose(learner: Learner, option_id: str, world: World) -> Turn | None:
    stage = learner.place.stage
    if stage in _ASKED:
        return hear(learner, option_id, world)
    match option_id:
        case "address" | "ward" | "hour" | "language" | "again":
            return at(learner, option_id)
        case "other":
            return at(learner, "more")
        case "phones":
            return Turn(change(learner, screen="household", place=Place()))
        case "vi" | "en":
            return speak(learner, option_id, world)
        case "again_yes":
            fresh = change(learner, done=(), course="", lesson=Place(), memory={})
            return Turn(
                resume(fresh), (say(learner, world, "settings.fresh"),), (Audit("course_again"),)
            )
        case "faster":
            usual = change(learner, slow=False)
            return Turn(resume(usual), (say(learner, world, "settings.changed"),))
        case "keep" | "done":
            return Turn(resume(learner), (say(learner, world, "settings.kept"),))
        case _:
            return None


def hear(learner: Learner, said: str, world: World) -> Turn | None:
    asked = _ASKED.get(learner.place.stage)
    answered = asked[1](learner, said, world) if asked else None
    if answered is None:
        is_night = learner.place.stage == "hour" and hours.is_quiet(said, world.shelf.nudges)
        return Turn(learner, (_quiet_hours(learner, world),)) if is_night else None
    if answered.place.picked:
        return Turn(answered)
    return Turn(
        resume(answered), (say(answered, world, "settings.changed"),), (Audit(learner.place.stage),)
    )


def wish(learner: Learner, intent: Intent, world: World) -> Turn | None:
    match intent:
        case Intent.NO_REMIND if learner.place.stage == "hour":
            return hear(learner, "none", world)
        case Intent.BACK | Intent.SKIP | Intent.LATER | Intent.NEXT:
            return Turn(resume(learner), (say(learner, world, "settings.kept"),))
        case _:
            return None


def at(learner: Learner, stage: str) -> Turn:
    """The settings at one of their questions: for the standing words."""
    return Turn(change(learner, screen="settings", place=Place(stage=stage)))


def remind(learner: Learner, said: str, world: World) -> Turn | None:
    """«Nhắc tôi buổi tối», «nhắc tôi lúc 7 giờ»: the hour is set in one message, wherever the
    learner is. None where the words name no time: then we ask for it."""
    hour = hours.read_hour(said, world.shelf.nudges)
    if hour is None or learner.consent != "yes":
        return None
    here = change(learner, stopped=False, guess="", misses=0)
    if hour == hours.QUIET:
        asked = change(here, screen="settings", place=Place(stage="hour"))
        return Turn(asked, (_quiet_hours(learner, world),))
    changed = asking.with_hour(here, hour)
    told = say(changed, world, "hour.set", hour=hours.spoken(changed, world, hour))
    return Turn(changed, (told,), (Audit("hour"),))


def _called(learner: Learner, world: World) -> str:
    """What we call them, with their name where they gave one."""
    if learner.name:
        return who.called(learner, learner, world)
    return PAIRS[learner.pronouns].ban if learner.pronouns else ""


def _quiet_hours(learner: Learner, world: World) -> Reply:
    start, end = world.shelf.nudges.quiet.bounds()
    return say(
        learner,
        world,
        "hour.quiet",
        start=hours.spoken(learner, world, start),
        end=hours.spoken(learner, world, end),
    )


def speak(learner: Learner, language: str, world: World) -> Turn:
    """Change the language and go on where the learner was."""
    changed = change(learner, language=language)
    changed = resume(changed) if learner.screen == "settings" else changed
    return Turn(changed, (say(changed, world, "settings.spoken"),), (Audit("language"),))


def my_data(learner: Learner, world: World) -> Turn:
    """All that is kept about this learner, in words, and a link to the whole as a file."""
    wards = {ward.code: ward.name for ward in world.shelf.library.wards}
    unknown = wording(learner, world, "settings.unknown")
    hour = {"": unknown, "none": wording(learner, world, "hour.none")}.get(
        learner.hour
    ) or hours.label(learner, world, learner.hour)
    reply = say(
        learner,
        world,
        "settings.my_data",
        name=_called(learner, world) or unknown,
        ward=wards.get(learner.ward, unknown),
        hour=hour,
        done=len(learner.done),
        days=max(learner.learnt.count, min(1, len(learner.done))),
    )
    if not world.shelf.public_url or learner.consent != "yes":
        return Turn(learner, (reply,))
    ticket = new_ticket(world.seed)
    link = say(
        learner, world, "settings.my_data_file", link=f"{world.shelf.public_url}/data/{ticket}"
    )
    made = MakeTicket(ticket_hash(ticket), "data", world.now + _DATA_LIVES)
    return Turn(learner, (reply, link), requests=(made,))


SCREEN = Screen(show, choose, hear, wish)
