"""Join: a code said aloud makes the chats of one person one learner; and parts one off again.

One phone shows the code, the other types it, wherever it is. The store alone knows whether
it is good. Who only has a refusal here is asked first; roles never move, so who holds one
gives the code and does not take one.
Comes from: «nối máy», household, a code typed anywhere. Leads to: where the learner was.
Wording: `join.*`. Source: design.md section 4; promises.md P23, P31.
"""

from bot.conversation import tickets
from bot.conversation.events import CodeFits, CodeRefused, Joined, NotParted, Parted
from bot.conversation.learner import Learner, Place, change, resume
from bot.conversation.replies import (
    Audit,
    Consent,
    Fact,
    MergeInto,
    Milestone,
    PartChat,
    Reply,
    TryCode,
    Turn,
)
from bot.conversation.screens.base import Screen
from bot.conversation.screens.welcome import CONSENT_VERSION
from bot.conversation.speech import say
from bot.conversation.spoken import code_hash, read_code
from bot.conversation.understand import Intent
from bot.conversation.world import World

CHATS = "chats"  # the store query
PLAYS_DONE = "M13"  # three exercises with a swindler that ended safe
ENTER, CONSENT, SURE, PART = "enter", "consent", "sure", "part"


def show(learner: Learner, world: World) -> tuple[Reply, ...]:
    match learner.place.stage:
        case "enter":
            return (say(learner, world, "join.enter", "keep"),)
        case "consent":
            return (say(learner, world, "join.consent", "agree", "refuse"),)
        case "sure":
            key = "join.sure" if learner.consent == "yes" else "join.sure_guest"
            return (say(learner, world, key, "yes", "rather_not"),)
        case "part":
            return (say(learner, world, "join.part_ask", "part_yes", "keep"),)
        case _:
            parts = ("part",) if len(world.rows(CHATS, learner.id)) > 1 else ()
            return (say(learner, world, "join.ask", "make_code", "enter_code", *parts, "keep"),)


def choose(learner: Learner, option_id: str, world: World) -> Turn | None:
    match option_id:
        case "make_code":
            return give_code(learner, world)
        case "enter_code":
            return at(learner, ENTER)
        case "agree":
            agreed = change(learner, consent="yes")
            fact = Consent(True, CONSENT_VERSION)
            return _given(agreed, world, fact)
        case "yes" if learner.place.stage == SURE:
            merge = MergeInto(learner.place.picked)
            return Turn(resume(learner), requests=(merge,), ask=False)
        case "part":
            return at(learner, PART)
        case "part_yes":
            return Turn(resume(learner), requests=(PartChat(),), ask=False)
        case "keep" | "refuse" | "rather_not":
            return Turn(resume(learner))
        case _:
            return None


def wish(learner: Learner, intent: Intent, world: World) -> Turn | None:
    match intent:
        case Intent.BACK | Intent.SKIP | Intent.LATER:
            return Turn(resume(learner))
        case Intent.NEXT if learner.place.stage in (SURE, CONSENT, PART):
            meant = {SURE: "yes", CONSENT: "agree", PART: "part_yes"}[learner.place.stage]
            return choose(learner, meant, world)
        case _:
            return None


def at(learner: Learner, stage: str = "", picked: str = "") -> Turn:
    there = Place(stage=stage, picked=picked)
    return Turn(change(learner, screen="join", place=there, guess="", misses=0))


def give_code(learner: Learner, world: World) -> Turn:
    """A code for the other phone; who agreed to nothing is asked first."""
    return _given(learner, world) if learner.consent == "yes" else at(learner, CONSENT)


def part(learner: Learner, world: World) -> Turn:
    """«Tách máy này ra»: asked once."""
    if len(world.rows(CHATS, learner.id)) > 1:
        return at(learner, PART)
    return Turn(learner, (say(learner, world, "join.alone"),))


def typed(learner: Learner, text: str, world: World) -> Turn | None:
    """A code, if these words are one: whether it is good, the store says."""
    code = read_code(text, world.shelf.spoken)
    if code is None:
        return None
    return Turn(learner, requests=(TryCode(code_hash(code)),), ask=False, secret=True)


def outcome(
    learner: Learner, event: CodeFits | CodeRefused | Joined | Parted | NotParted, world: World
) -> Turn:
    """What the store said of a code; and what became of the chat."""
    match event:
        case CodeFits():
            return _fits(learner, event, world)
        case CodeRefused(often=often):
            key = "join.often" if often else "join.refused"
            here = resume(learner) if learner.screen == "join" else learner
            return Turn(here, (say(here, world, key),), (Audit("code_refused", learner.id),))
        case Joined(plays=plays):
            here = resume(change(learner, stopped=False))
            facts: tuple[Fact, ...] = (Audit("joined"),)
            facts += (Milestone(PLAYS_DONE),) if plays else ()
            return Turn(here, (say(here, world, "join.done", done=len(here.done)),), facts)
        case Parted():
            here = resume(learner)
            return Turn(here, (say(here, world, "join.parted"),), (Audit("parted"),))
        case NotParted():
            return Turn(learner, (say(learner, world, "join.alone"),))


def _fits(learner: Learner, event: CodeFits, world: World) -> Turn:
    if event.own or learner.works:
        here = resume(learner) if learner.screen == "join" else learner
        key = "join.own" if event.own else "join.works"
        return Turn(here, (say(here, world, key),))
    if not learner.consent:
        # Nothing of them is here yet: the code is the first thing that they say.
        return Turn(learner, requests=(MergeInto(event.hash),), ask=False)
    return at(learner, SURE, event.hash)


def _given(learner: Learner, world: World, *facts: Fact) -> Turn:
    code, made = tickets.say_aloud(world, "join")
    told = say(learner, world, "join.code", code=code)
    return Turn(resume(learner), (told,), facts, (made,), ask=False)


SCREEN = Screen(show, choose, wish=wish)
