"""The family: one whom the learner invited sees days and lessons, never answers.

Both agree: the learner by inviting and by a yes to the person who came, the other by taking
the invitation. One word of praise a week; «bỏ người nhà» ends it at once; in danger the
family is told. Comes from: «người nhà». Leads to: back to where one was. Wording: `family.*`.
Source: learner-experience.md G3, H3.
"""

from typing import Any

import msgspec

from bot.conversation import nudge_times, tickets, who
from bot.conversation.events import FamilyAlarm, FamilyAsked, FamilyEnded, Praised
from bot.conversation.learner import Learner, Place, change, resume
from bot.conversation.replies import (
    AgreeFamily,
    Audit,
    EndFamily,
    Option,
    Praise,
    Priority,
    Reply,
    Turn,
)
from bot.conversation.screens.base import Screen
from bot.conversation.speech import say, wording
from bot.conversation.understand import Intent
from bot.conversation.world import World

FAMILY = "family"  # the store query
MINE, THEIRS, ASKED = "mine", "theirs", "asked"
_MOST = 2  # of each side on one page, so that all keys fit


def at(learner: Learner, stage: str = "", picked: str = "") -> Learner:
    place = Place(stage=stage, picked=picked)
    return change(learner, screen="family", place=place, guess="", misses=0)


def show(learner: Learner, world: World) -> tuple[Reply, ...]:
    stage, picked = learner.place.stage, learner.place.picked
    row = _row(learner, picked, world) if picked else None
    if stage == ASKED and row:
        name = _name(row, learner, world)
        return (say(learner, world, "family.agree", "agree", "rather_not", name=name),)
    if stage == MINE and row:
        name = who.first_up(_name(row, learner, world))
        return (say(learner, world, "family.mine", "end_family", "back", Name=name),)
    if stage == THEIRS and row:
        return (
            say(learner, world, "family.theirs", *_for_theirs(row), **_days(row, learner, world)),
        )
    options = [
        Option(f"f{row['other']}", _label(row, learner, world)) for row in _shown(learner, world)
    ]
    key = "family.ask" if options else "family.ask_first"
    return (say(learner, world, key, "invite_family", *options, "done"),)


def choose(learner: Learner, option_id: str, world: World) -> Turn | None:
    stage, picked = learner.place.stage, learner.place.picked
    row = _row(learner, picked, world) if picked else None
    match option_id:
        case "invite_family":
            return _invite(learner, world)
        case "done":
            return Turn(resume(learner))
        case "back":
            return Turn(at(learner))
        case "agree" if stage == ASKED and row:
            name = _name(row, learner, world)
            said = say(learner, world, "family.agreed", name=name)
            audit = Audit("family_agreed", learner.id, picked)
            return Turn(resume(learner), (said,), (audit,), (AgreeFamily(picked),))
        case "rather_not" if stage == ASKED and row:
            return _end(learner, row, world)
        case "end_family" if row:
            return _end(learner, row, world)
        case "praise" if stage == THEIRS and row:
            return Turn(learner, requests=(Praise(picked),), ask=False)
        case _:
            rows = (one for one in _shown(learner, world) if f"f{one['other']}" == option_id)
            chosen = next(rows, None)
            return Turn(_opened(learner, chosen)) if chosen else None


def wish(learner: Learner, intent: Intent, world: World) -> Turn | None:
    match intent:
        case Intent.NEXT if learner.place.stage == ASKED:
            return choose(learner, "agree", world)
        case Intent.BACK | Intent.LATER | Intent.NEXT | Intent.SKIP:
            return Turn(at(learner) if learner.place.stage else resume(learner))
        case _:
            return None


def end_at_once(learner: Learner, world: World) -> Turn:
    """«Bỏ người nhà»: whoever follows this learner does so no more, from now on."""
    rows = [row for row in _rows(learner, world) if row["side"] == MINE]
    if not rows:
        return Turn(at(learner), (say(learner, world, "family.nobody"),))
    ended = tuple(EndFamily(row["other"], is_helper=True) for row in rows)
    audits = tuple(Audit("family_ended", learner.id, row["other"]) for row in rows)
    back = resume(learner) if learner.screen == "family" else learner
    return Turn(back, (say(learner, world, "family.ended"),), audits, ended)


# --- what comes from the other one ------------------------------------------------------


def asked(learner: Learner, event: FamilyAsked, world: World, *, busy: bool) -> Turn:
    """Somebody took the invitation (to the learner), or the learner agreed (to them)."""
    name = who.somebody(event.by, learner, world)
    if not event.helper:
        said = say(learner, world, "family.may_see", name=name)
        return Turn(learner, () if learner.stopped else (said,), ask=False)
    if learner.stopped:
        return Turn(learner, ask=False)
    if busy:
        said = say(learner, world, "family.came", Name=who.first_up(name))
        return Turn(learner, (said,), ask=False)
    return Turn(at(learner, ASKED, event.helper))


def ended(learner: Learner, event: FamilyEnded, world: World) -> Turn:
    """The other one ended it: said once; it needs no answer."""
    name = who.first_up(who.somebody(event.by, learner, world))
    there = resume(learner) if learner.screen == "family" else learner
    key = "family.helper_left" if event.is_helper else "family.over"
    key = key if event.agreed else "family.not_agreed"
    said = () if learner.stopped else (say(learner, world, key, Name=name),)
    return Turn(there, said, ask=there is not learner)


def praised(learner: Learner, event: Praised, world: World) -> Turn:
    """A word of praise arrives, or its giver hears whether it went.

    It is unasked: at night, or after another such message, it waits for the next word.
    """
    if not event.to_learner:
        key = "family.praised" if event.went else "family.praised_before"
        return Turn(learner, (say(learner, world, key),))
    if learner.stopped:
        return Turn(learner, ask=False)
    name = who.somebody(event.by, learner, world)
    if not nudge_times.is_unasked_free(learner, world.now, world.shelf.nudges):
        return Turn(change(learner, praised_by=name), ask=False)
    told_now = nudge_times.unasked(learner, world.now)
    return Turn(told_now, (_praise(told_now, name, world),), ask=False)


def praised_late(turn: Turn, world: World) -> Turn:
    """A turn of the learner's own with the praise that waited, where it has room."""
    learner = turn.learner
    if not learner.praised_by or learner.stopped or len(turn.replies) > 1:
        return turn
    said = _praise(learner, learner.praised_by, world)
    told = change(learner, praised_by="")
    return msgspec.structs.replace(turn, learner=told, replies=(said, *turn.replies))


def alarm(learner: Learner, event: FamilyAlarm, world: World) -> Turn:
    """Whom this one follows is in danger, or it was a false alarm."""
    if not event.about:
        name = who.first_up(who.somebody(event.by, learner, world))
        calm = say(learner, world, "family.calm", Name=name)
        return Turn(learner, () if learner.stopped else (calm,), ask=False)
    said = say(
        learner,
        world,
        "family.alarm",
        priority=Priority.PANIC,
        Name=who.first_up(who.somebody(event.by, learner, world)),
        about=wording(learner, world, f"about.{event.about}"),
    )
    return Turn(learner, () if learner.stopped else (said,), ask=False)


def _praise(learner: Learner, name: str, world: World) -> Reply:
    return say(learner, world, "family.praise", Name=who.first_up(name))


# --- shared -----------------------------------------------------------------------------


def _rows(learner: Learner, world: World) -> tuple[dict[str, Any], ...]:
    """Both sides; of those whom one follows only those who agreed."""
    rows = world.rows(FAMILY, learner.id)
    return tuple(row for row in rows if row["side"] == MINE or row["agreed_at"])


def _shown(learner: Learner, world: World) -> list[dict[str, Any]]:
    rows = _rows(learner, world)
    mine = [row for row in rows if row["side"] == MINE]
    theirs = [row for row in rows if row["side"] == THEIRS]
    return [*mine[:_MOST], *theirs[:_MOST]][:_MOST]


def _row(learner: Learner, other: str, world: World) -> dict[str, Any] | None:
    return next((row for row in _rows(learner, world) if row["other"] == other), None)


def _other(row: dict[str, Any]) -> Learner:
    return who.read_document(row["document"]) or Learner()


def _name(row: dict[str, Any], learner: Learner, world: World) -> str:
    return who.called(_other(row), learner, world)


def _label(row: dict[str, Any], learner: Learner, world: World) -> str:
    return who.first_up(_name(row, learner, world))


def _opened(learner: Learner, row: dict[str, Any]) -> Learner:
    if row["side"] == THEIRS:
        return at(learner, THEIRS, row["other"])
    return at(learner, MINE if row["agreed_at"] else ASKED, row["other"])


def _for_theirs(row: dict[str, Any]) -> tuple[str, ...]:
    return ("praise", "end_family", "back")


def _days(row: dict[str, Any], learner: Learner, world: World) -> dict[str, Any]:
    """Days and lessons; never an answer, a chat or a place."""
    other = _other(row)
    name = who.first_up(who.called(other, learner, world))
    return {"Name": name, "days": other.learnt.count, "done": len(other.done)}


def _end(learner: Learner, row: dict[str, Any], world: World) -> Turn:
    name = _name(row, learner, world)
    is_helper = row["side"] == MINE
    key = "family.ended_one" if row["agreed_at"] else "family.declined"
    said = say(learner, world, key, name=name)
    audit = Audit("family_ended", learner.id, row["other"])
    request = EndFamily(row["other"], is_helper=is_helper, agreed=bool(row["agreed_at"]))
    return Turn(resume(learner), (said,), (audit,), (request,))


def _invite(learner: Learner, world: World) -> Turn:
    link, made = tickets.make(world, "family")
    audit = Audit("family_invited", learner.id)
    said = say(learner, world, "family.link", link=link)
    return Turn(resume(learner), (said,), (audit,), (made,))


SCREEN = Screen(show, choose, wish=wish)
