"""The welcome: consent first, then form of address, ward, hour; then the first lesson.

What is asked is what the document still lacks, so a learner who went away in the
middle comes back to the same question. Before the yes nothing but it is kept.
Leads to: lesson. Wording: `welcome.*`, `address.*`, `ward.*`, `hour.*`.
Source: learner-experience.md O1, golden chat 1; promises.md P31.
"""

from bot.conversation import asking
from bot.conversation.curriculum import begin_next
from bot.conversation.learner import Learner, Place, change, is_welcomed
from bot.conversation.replies import Consent, Reply, Turn
from bot.conversation.screens.base import Screen
from bot.conversation.sharing import taken_name
from bot.conversation.speech import say, with_menu
from bot.conversation.understand import Intent
from bot.conversation.world import World

CONSENT_VERSION = "2026-11"
_UNNAMED = "unnamed"  # the stage of who would rather give no name


def show(learner: Learner, world: World) -> tuple[Reply, ...]:
    if not learner.consent:
        return (say(learner, world, "welcome.consent", "agree", "refuse"),)
    if not learner.pronouns:
        return (asking.ask_address(learner, world),)
    if _is_to_be_named(learner):
        return (say(learner, world, "household.name", "skip"),)
    if not learner.ward:
        return (asking.ask_ward(learner, world),)
    return (asking.ask_hour(learner, world),)


def choose(learner: Learner, option_id: str, world: World) -> Turn | None:
    if not learner.consent:
        if option_id not in ("agree", "refuse"):
            return None
        return _consented(learner, option_id == "agree", world)
    return hear(learner, option_id, world)


def hear(learner: Learner, said: str, world: World) -> Turn | None:
    """Read the answer to whatever is still missing."""
    if not learner.consent:
        return None
    if not learner.pronouns:
        answered = asking.take_address(learner, said, world)
    elif _is_to_be_named(learner):
        named = asking.take_name(learner, said, world)
        if named and (taken := taken_name(named, world)):
            return taken
        answered = named and (named if named.name else _unnamed(named))
    elif not learner.ward:
        answered = asking.take_ward(learner, said, world)
    else:
        answered = asking.take_hour(learner, said, world)
    if answered is None:
        return None
    if answered.ticket and answered.pronouns:
        return Turn(change(answered, screen="ticket", place=Place()))
    if not is_welcomed(answered):
        return Turn(answered)
    if answered.works:
        return Turn(change(answered, screen="work", place=Place()))
    ready = with_menu(say(answered, world, "welcome.ready"), answered, world)
    return Turn(begin_next(answered, world), (ready,))


def _is_to_be_named(learner: Learner) -> bool:
    """Who shares a chat is asked their name, to be told apart."""
    return learner.shared and not learner.name and learner.place.stage != _UNNAMED


def _unnamed(learner: Learner) -> Learner:
    return change(learner, place=Place(stage=_UNNAMED))


def wish(learner: Learner, intent: Intent, world: World) -> Turn | None:
    """«Ừ», «ok», «tiếp» to the consent question is a yes; a reminder word is an hour."""
    if not learner.consent:
        return _consented(learner, True, world) if intent is Intent.NEXT else None
    if learner.pronouns and learner.ward and intent is Intent.NO_REMIND:
        return hear(learner, "none", world)
    # A question of the first day may be passed over; it can be set later.
    if intent in (Intent.SKIP, Intent.NEXT):
        if not learner.pronouns:
            return hear(learner, "bac", world)
        if _is_to_be_named(learner):
            return Turn(_unnamed(learner))
        return (
            hear(change(learner, place=learner.place), "none", world)
            if learner.ward
            else (Turn(change(learner, ward=asking.NO_WARD)))
        )
    return None


def _consented(learner: Learner, given: bool, world: World) -> Turn:
    fact = Consent(given, CONSENT_VERSION)
    ticket = learner.ticket if given else ""
    learner = change(learner, consent="yes" if given else "no", ticket=ticket)
    if given:
        return Turn(learner, facts=(fact,))
    return Turn(begin_next(learner, world), (say(learner, world, "welcome.guest"),), facts=(fact,))


SCREEN = Screen(show, choose, hear, wish, holds=True)
