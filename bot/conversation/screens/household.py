"""Household: several learners on one chat, each with their own place, name and consent.

Who is learning is asked only where there are several: at the first word after a pause, and
by «đổi người». Danger and «dừng» do not wait for it.
Comes from: settings, «thêm người học», «đổi người», a pause. Leads to: where each was.
Wording: `household.*`, `name.*`. Source: design.md section 3; promises.md P21, P31.
"""

from datetime import timedelta

import msgspec

from bot.conversation import asking, who
from bot.conversation.days import minute_number
from bot.conversation.events import (
    Event,
    HandedOver,
    HelpComing,
    HelpDone,
    HelpLeft,
    Media,
    NewHere,
    Nudge,
    Relayed,
    Start,
    Text,
    Told,
)
from bot.conversation.folding import fold
from bot.conversation.kinds.base import NUDGE
from bot.conversation.learner import Learner, Place, change, resume
from bot.conversation.replies import AddLearner, HandOver, Option, Reply, Turn
from bot.conversation.screens import join
from bot.conversation.screens.base import Screen
from bot.conversation.sharing import last_seen_at, members, taken_name
from bot.conversation.speech import say, wording
from bot.conversation.understand import Intent, danger_kind
from bot.conversation.understand import wish as wish_of
from bot.conversation.world import World

PAUSE = timedelta(minutes=30)
MOST = 4  # as many as a question has answers (learner-experience.md C1)
OWN_NAME, WHO = "own_name", "who"
_AFTER_PRONOUN = {"a", "day", "hoc", "nhe"}  # «ông ạ», «bà đây»
_OF_WHO_STOPPED = (Intent.DELETE, Intent.MY_DATA, Intent.PRIVACY)
_PARTS = " "  # between the words of the stage that remembers what was asked before


def show(learner: Learner, world: World) -> tuple[Reply, ...]:
    stage = learner.place.stage
    if stage == OWN_NAME:
        return (say(learner, world, "household.own_name", "skip"),)
    if is_asked(learner):
        options = (Option(one.id, name) for one, name in _named(learner, world))
        return (say(learner, world, "household.who", *options),)
    several = ("change_learner",) if len(members(learner, world)) > 1 else ()
    return (say(learner, world, "household.ask", "join", "add_learner", *several, "keep"),)


def choose(learner: Learner, option_id: str, world: World) -> Turn | None:
    stage = learner.place.stage
    if stage == OWN_NAME:
        return hear(learner, option_id, world)
    if is_asked(learner):
        return _is(learner, option_id, world)
    match option_id:
        case "join":
            return join.at(learner)
        case "add_learner":
            return add(learner, world)
        case "change_learner":
            return change_over(learner, world)
        case "keep":
            return Turn(resume(learner))
        case _:
            return None


def hear(learner: Learner, said: str, world: World) -> Turn | None:
    if is_asked(learner):
        return _called_so(learner, said, world)
    if learner.place.stage != OWN_NAME:
        return None
    named = asking.take_name(learner, said, world)
    taken = named and taken_name(named, world)
    return taken or (_added(named) if named else None)


def wish(learner: Learner, intent: Intent, world: World) -> Turn | None:
    if learner.place.stage == OWN_NAME and intent in (Intent.SKIP, Intent.NEXT, Intent.LATER):
        return _added(learner)
    if intent in (Intent.BACK, Intent.SKIP, Intent.LATER):
        return Turn(_back(learner))
    return None


def add(learner: Learner, world: World) -> Turn:
    """«Thêm người học»: the one who is here gets a name first, to be told apart."""
    if len(members(learner, world)) >= MOST:
        return Turn(resume(learner), (say(learner, world, "household.full"),))
    if learner.consent == "yes" and not learner.name:
        there = Place(stage=OWN_NAME)
        return Turn(change(learner, screen="household", place=there, guess="", misses=0))
    return _added(learner)


def change_over(learner: Learner, world: World) -> Turn:
    """«Đổi người»."""
    if len(members(learner, world)) < 2:
        return Turn(resume(learner), (say(learner, world, "household.alone"),))
    return Turn(_asked(learner))


def ask_first(learner: Learner, event: Event, world: World) -> Turn | None:
    """The question who is learning, where it comes before what was said; else None.

    After a pause; and once one of them has stopped, for the next word may be another's.
    """
    if not learner.shared or is_asked(learner):
        return None
    if not isinstance(event.body, Text | Media | Start) or _is_urgent(event, world):
        return None
    if learner.place.why == NUDGE:  # a nudge says itself whom it is for
        return None
    stopped = learner.stopped and not _is_of_who_stopped(learner, event, world)
    if not (stopped or _was_away(learner, world)):
        return None
    return Turn(_asked(learner)) if len(members(learner, world)) > 1 else None


def is_asked(learner: Learner) -> bool:
    """Is «ai đang học» the open question?"""
    return learner.screen == "household" and learner.place.stage.split(_PARTS)[0] == WHO


def _called_so(learner: Learner, said: str, world: World) -> Turn | None:
    """«Ông», «bà đây»: enough where one alone is called so."""
    words = fold(said).split()
    fitting = [one.id for one in members(learner, world) if one.pronouns in words[:1]]
    if len(fitting) != 1 or not set(words[1:]) <= _AFTER_PRONOUN:
        return None
    return _is(learner, fitting[0], world)


def _is_of_who_stopped(learner: Learner, event: Event, world: World) -> bool:
    """Is it what somebody wants who has just stopped: their data, or to be erased?"""
    text = event.body.text if isinstance(event.body, Text) else ""
    return learner.screen == "erase" or wish_of(text, world.shelf.words) in _OF_WHO_STOPPED


def _was_away(learner: Learner, world: World) -> bool:
    """Has the chat been silent for long? Of who agreed to nothing, their row alone knows."""
    seen_at = learner.seen_at or last_seen_at(learner, world)
    return seen_at is not None and world.now - seen_at >= PAUSE


def outcome(learner: Learner, event: NewHere | HandedOver, world: World) -> Turn:
    """The chat has this learner now."""
    if isinstance(event, NewHere):
        return Turn(learner, (say(learner, world, "household.new"),))
    here = _back(learner)
    if here.consent == "yes":
        here = change(here, seen_min=minute_number(world.now), stopped=False)
    return Turn(here, (_hello(here, world),))


def addressed(learner: Learner, turn: Turn, event: Event, world: World) -> Turn:
    """What nobody asked for says whom it is for, where several read it."""
    if not (learner.shared and learner.name and turn.replies):
        return turn
    if not isinstance(event.body, Nudge | Told | HelpComing | HelpLeft | HelpDone | Relayed):
        return turn
    first, *more = turn.replies
    to = wording(learner, world, "household.to").replace(
        "{name}", who.called(learner, learner, world)
    )
    said = msgspec.structs.replace(first, text=f"{to} {first.text}")
    return msgspec.structs.replace(turn, replies=(said, *more))


def _is_urgent(event: Event, world: World) -> bool:
    body, words = event.body, world.shelf.words
    if not isinstance(body, Text):
        # Who sent what the channel withholds could not answer the question either.
        withheld = isinstance(body, Media) and body.kind == "withheld"
        return withheld or (isinstance(body, Media) and bool(danger_kind(body.caption, words)))
    return bool(danger_kind(body.text, words)) or wish_of(body.text, words) is Intent.STOP


def _is(learner: Learner, learner_id: str, world: World) -> Turn | None:
    """Somebody said who they are."""
    if learner_id == learner.id:
        here = change(_back(learner), stopped=False)
        return Turn(here, (_hello(here, world),))
    if learner_id not in {one.id for one in members(learner, world)}:
        return None
    return Turn(_back(learner), requests=(HandOver(learner_id),), ask=False)


def _hello(learner: Learner, world: World) -> Reply:
    name = who.called(learner, learner, world) if learner.name else ""
    if not name:
        return say(learner, world, "word.greeting")
    return say(learner, world, "household.hello", name=name)


def _named(learner: Learner, world: World) -> list[tuple[Learner, str]]:
    """Everybody of this chat with what they are called; never two the same."""
    nameless = wording(learner, world, "household.nameless")
    told: list[tuple[Learner, str]] = []
    for n, one in enumerate(members(learner, world), 1):
        name = who.named(one, learner, world) if one.name else nameless.replace("{n}", str(n))
        is_told = any(name.casefold() == other.casefold() for _, other in told)
        told.append((one, f"{name} ({n})" if is_told else name))
    return told


def _added(learner: Learner) -> Turn:
    here = change(resume(learner), shared=True)
    return Turn(here, requests=(AddLearner(),), ask=False)


def _asked(learner: Learner) -> Learner:
    """At the question who is learning; what was asked before is remembered in the stage."""
    before = _PARTS.join((WHO, learner.screen, learner.place.stage))
    there = msgspec.structs.replace(learner.place, stage=before)
    return change(learner, screen="household", place=there, guess="", misses=0)


def _back(learner: Learner) -> Learner:
    """Where the learner was before the question."""
    if learner.screen != "household":
        return learner
    word, _, rest = learner.place.stage.partition(_PARTS)
    screen, _, stage = rest.partition(_PARTS)
    if word != WHO or not screen or screen == "household":
        return resume(learner)
    place = msgspec.structs.replace(learner.place, stage=stage)
    return change(learner, screen=screen, place=place, guess="", misses=0)


SCREEN = Screen(show, choose, hear, wish)
