"""Danger: words of panic or emergency come before everything else.

One message with what to do now and the numbers from facts.yaml; no quiz, no blame,
no question about the amount, no promise of money back. «Không phải» ends a false
alarm. Leads to: back to where the learner was. Wording: `danger.*`.
Source: learner-experience.md H3, golden chat 8; curriculum.md 3.6 B4.
"""

from bot.conversation.learner import Learner, Place, change, resume
from bot.conversation.replies import DropHelp, HelpRequest, Priority, Reply, Turn
from bot.conversation.screens import talk
from bot.conversation.screens.base import Screen
from bot.conversation.speech import say
from bot.conversation.understand import Choice, Chosen, Intent, read_choice, read_progress
from bot.conversation.understand import wish as standing_wish
from bot.conversation.world import World

AFTER = "after"
PERHAPS = "perhaps"  # something may be wrong: the numbers first, then what it is


def show(learner: Learner, world: World) -> tuple[Reply, ...]:
    if learner.place.picked == AFTER:
        return (say(learner, world, "danger.after", "safe_now", "danger_again"),)
    if learner.place.stage == PERHAPS:
        return (_say(learner, world, "perhaps_ask", "cheated", "emergency", "not_danger"),)
    if learner.place.stage == "scam":
        return (_say(learner, world, "scam_ask", "called", "not_called", "no_number"),)
    return (_say(learner, world, "ask", "called", "not_danger"),)


def choose(learner: Learner, option_id: str, world: World) -> Turn | None:
    kind = learner.place.stage
    after = change(learner, place=Place(stage=kind, picked=AFTER))
    match option_id:
        case "called" if kind == "scam":
            return Turn(after, (_say(learner, world, "called"), _say(learner, world, "blameless")))
        case "called":
            return Turn(after, (_say(learner, world, "stay"),))
        case "not_called" if kind == "scam":
            return Turn(learner, (_say(learner, world, "call_now"),))
        case "not_called":
            return Turn(learner, (_say(learner, world, kind),))
        case "no_number" if kind != "scam":
            return Turn(learner, (_say(learner, world, kind),))
        case "no_number":
            return Turn(
                after, (_say(learner, world, "no_number"), _say(learner, world, "blameless"))
            )
        case "cheated":
            return alarm(learner, "scam", world)
        case "emergency":
            return alarm(learner, "emergency", world)
        case "danger_again":
            return alarm(learner, kind, world)
        case "not_danger":
            false = say(learner, world, "danger.false")
            return Turn(resume(learner), (false,), requests=(DropHelp(),))
        case "safe_now":
            return Turn(resume(learner), (say(learner, world, "danger.back"),))
        case _:
            return None


def hear(learner: Learner, said: str, world: World) -> Turn | None:
    """How the call went, in the learner's words; «không phải» ends a false alarm. What is no
    answer to us is for the person who came to help."""
    words = world.shelf.words
    meant = standing_wish(said, words)
    if learner.place.picked != AFTER:
        if meant is Intent.FALSE_ALARM:
            return choose(learner, "not_danger", world)
        if learner.place.stage == PERHAPS:
            return None
        went = read_progress(said, words)
        turn = choose(learner, went, world) if went else None
        if turn:
            return talk.also_to_helper(turn, said, world)
    choices = tuple(Choice(one.id, one.label) for one in show(learner, world)[-1].options)
    if meant or isinstance(read_choice(said, choices, words), Chosen):
        return None
    return talk.to_helper(learner, said, world)


def wish(learner: Learner, intent: Intent, world: World) -> Turn | None:
    match intent:
        case Intent.FALSE_ALARM:
            return choose(learner, "not_danger", world)
        case Intent.NEXT if learner.place.picked == AFTER:
            return choose(learner, "safe_now", world)
        case Intent.DONT_KNOW | Intent.HELP:
            return Turn(learner, (_say(learner, world, f"{learner.place.stage}"),))
        case _:
            return None


def alarm(learner: Learner, kind: str, world: World) -> Turn:
    """The first answer to a word of danger, from wherever the learner is."""
    here = change(learner, screen="danger", place=Place(stage=kind), guess="", misses=0)
    return Turn(here, (_say(here, world, kind),), (HelpRequest(kind, urgent=True),))


def perhaps(learner: Learner, world: World) -> Turn:
    """Words that we do not understand and that may tell of a danger: the numbers, and a
    question. Nobody is called before the answer."""
    here = change(learner, screen="danger", place=Place(stage=PERHAPS), guess="", misses=0)
    return Turn(here, (_say(here, world, PERHAPS),))


def _say(learner: Learner, world: World, key: str, *options: str) -> Reply:
    return say(learner, world, f"danger.{key}", *options, priority=Priority.PANIC)


SCREEN = Screen(show, choose, hear, wish, media=talk.media_to_helper, holds=True)
