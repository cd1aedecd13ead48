"""Help: a person is wanted, or we did not understand three times.

What about is one press; then the call is made, and what is said of who knows of it comes
from the roster alone: nobody on duty is said to be so.
Leads to: talk, once somebody has taken the call; else back to where the learner was.
Wording: `help.*`, `about.*`. Source: learner-experience.md H2, F3, golden chats 4 and 9.
"""

from msgspec.structs import replace

from bot.conversation import who
from bot.conversation.days import VIETNAM
from bot.conversation.events import HelpAsked, HelpComing, HelpDone, HelpLeft, Somebody
from bot.conversation.learner import Learner, Place, change, resume
from bot.conversation.replies import (
    AskHelp,
    CloseHelp,
    Consent,
    HelpRequest,
    Priority,
    Reply,
    Turn,
)
from bot.conversation.screens import talk
from bot.conversation.screens.base import Screen
from bot.conversation.screens.welcome import CONSENT_VERSION
from bot.conversation.speech import say, wording
from bot.conversation.understand import Intent
from bot.conversation.world import World

OFFER, DONE, CONSENT = "offer", "done", "consent"
ABOUT = ("phone", "papers", "other_help")


def show(learner: Learner, world: World) -> tuple[Reply, ...]:
    match learner.place.stage:
        case "offer":
            return (say(learner, world, "help.offer", "person", "later"),)
        case "consent":
            return (say(learner, world, "help.consent", "agree", "rather_not"),)
        case "done":
            return (say(learner, world, "help.was_it", "was_helped", "not_yet"),)
        case _:
            return (say(learner, world, "help.about", *ABOUT),)


def offered(learner: Learner) -> Learner:
    """The learner at the offer to ask a person; afterwards they are where they were."""
    return _at(learner, OFFER)


def choose(learner: Learner, option_id: str, world: World) -> Turn | None:
    match option_id:
        case "person":
            return Turn(change(learner, place=Place()))
        case "later" | "rather_not":
            return Turn(resume(learner), (say(learner, world, "help.later"),))
        case "phone" | "papers" | "other_help":
            return call(learner, option_id)
        case "agree":
            agreed = change(learner, consent="yes")
            said = say(agreed, world, "help.then_again")
            return Turn(resume(agreed), (said,), (Consent(True, CONSENT_VERSION),))
        case "was_helped":
            said = say(learner, world, "help.glad")
            return Turn(resume(learner), (said,), requests=(CloseHelp(True),))
        case "not_yet":
            return Turn(resume(learner), requests=(CloseHelp(False),), ask=False)
        case _:
            return None


def wish(learner: Learner, intent: Intent, world: World) -> Turn | None:
    stage = learner.place.stage
    match intent:
        case Intent.HELP if stage == OFFER:
            return choose(learner, "person", world)
        case Intent.NEXT if stage == DONE:
            return choose(learner, "was_helped", world)
        case Intent.LATER | Intent.BACK | Intent.SKIP if stage == DONE:
            return Turn(resume(learner))
        case Intent.NEXT if stage == OFFER:
            return choose(learner, "person", world)
        case Intent.NEXT | Intent.LATER | Intent.BACK | Intent.SKIP:
            return choose(learner, "later", world)
        case _:
            return None


def call(learner: Learner, about: str) -> Turn:
    """Call for a person about that; what comes of it is said by `asked`.

    Nobody is called for somebody of whom nothing may be kept: they are asked first.
    """
    if learner.consent != "yes":
        return Turn(_at(learner, CONSENT))
    return Turn(resume(learner), facts=(HelpRequest(about),))


def called_for(before: Learner, turn: Turn, world: World) -> Turn:
    """The turn in which a person was wanted, with the call itself: where the learner was and
    what was tried. Who knows of it is said next, and only then what is asked."""
    wanted = next((fact for fact in turn.facts if isinstance(fact, HelpRequest)), None)
    if wanted is None:
        return turn
    if before.consent != "yes":
        said = say(before, world, "help.guest")
        return turn if wanted.urgent else replace(turn, replies=(*turn.replies, said))
    here = before.lesson
    made = AskHelp(wanted.about, wanted.urgent, here.lesson, here.card, here.tries)
    return replace(turn, requests=(*turn.requests, made), ask=False)


def asked(learner: Learner, event: HelpAsked, world: World) -> Turn:
    """Who knows of the call; in danger in the same breath as what to do."""
    in_danger = learner.screen == "danger"
    priority = Priority.PANIC if in_danger else Priority.ANSWER
    if event.taken_by:
        there = learner if in_danger else talk.at(learner, event.call)
        fields = {"by": who.first_up(_called(event.taken_by, learner, world))}
        return Turn(there, (_say(learner, world, "help.taken", priority, fields),))
    if event.again:
        key = "help.danger_others" if in_danger else "help.waiting"
        return Turn(learner, (_say(learner, world, key, priority, {}),))
    if event.family and in_danger and not event.on_duty:
        return Turn(learner, (_family_told(learner, event, world),))
    names = [_called(one, learner, world) for one in event.on_duty]
    fields = {"by": ", ".join(names[:2]), "count": str(len(names)), "until": event.until}
    if names and in_danger:
        key = "help.danger_told"
    elif names:
        key = "help.told_some" if len(names) > 2 else "help.told"
    elif in_danger:
        key = "help.danger_others" if event.others else "help.danger_nobody"
    else:
        key, fields = "help.others" if event.others else "help.nobody", {}
    said = _say(learner, world, key, priority, fields)
    return Turn(learner, (said, *_and_then(learner, event, world, in_danger)))


def _family_told(learner: Learner, event: HelpAsked, world: World) -> Reply:
    """Nobody is on duty, but the family knows."""
    names = ", ".join(_called(one, learner, world) for one in event.family)
    return _say(learner, world, "help.danger_family", Priority.PANIC, {"by": names})


def _and_then(
    learner: Learner, event: HelpAsked, world: World, in_danger: bool
) -> tuple[Reply, ...]:
    """Nobody on duty: when somebody will be, and whom to call by telephone."""
    if event.on_duty or in_danger:
        return ()
    phone = world.shelf.help_phone
    key = "help.phone" if phone else "help.meanwhile"
    next_on = ""
    if event.next_at:
        local = event.next_at.astimezone(VIETNAM)
        day = wording(learner, world, f"day.{local.weekday()}")
        next_on = wording(learner, world, "help.next").replace("{Day}", who.first_up(day))
        next_on = next_on.replace("{hour}", f"{local.hour}:{local.minute:02}") + " "
    return (say(learner, world, key, next=next_on, phone=phone),)


def coming(learner: Learner, event: HelpComing, world: World) -> Turn:
    """Somebody has taken the call: from here on the two can write to each other."""
    fields = {"By": who.first_up(_called(event.by, learner, world))}
    if learner.screen == "danger":
        # They stay at what to do first; what they type besides goes to the helper.
        said = _say(learner, world, "help.coming_now", Priority.PANIC, fields)
        return Turn(learner, (said,), ask=False)
    said = _say(learner, world, "help.coming", Priority.ANSWER, fields)
    return Turn(talk.at(learner, event.call), (said,))


def left(learner: Learner, event: HelpLeft, world: World) -> Turn:
    fields = {"By": who.first_up(_called(event.by, learner, world))}
    back = resume(learner) if learner.screen == "talk" else learner
    key = "help.visit_over" if event.visit else "help.left"
    said = _say(learner, world, key, Priority.ANSWER, fields)
    return Turn(back, (said,), ask=back is not learner)


def done(learner: Learner, event: HelpDone, world: World) -> Turn:
    """The helper says that it is done; only the learner closes a call."""
    fields = {"By": who.first_up(_called(event.by, learner, world))}
    said = _say(learner, world, "help.done", Priority.ANSWER, fields)
    there = learner if learner.screen == "danger" else _at(learner, DONE)
    return Turn(there, (said,), ask=there is not learner)


def _at(learner: Learner, stage: str) -> Learner:
    return change(learner, screen="help", place=Place(stage=stage), guess="", misses=0)


def _called(somebody: Somebody, learner: Learner, world: World) -> str:
    return who.somebody(somebody, learner, world)


def _say(
    learner: Learner, world: World, key: str, priority: Priority, fields: dict[str, str]
) -> Reply:
    return say(learner, world, key, priority=priority, **fields)


SCREEN = Screen(show, choose, wish=wish)
