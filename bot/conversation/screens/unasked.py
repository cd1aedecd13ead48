"""Unasked: a picture, a link or a forwarded message that came out of the blue.

Nothing of it is looked at, opened or kept. A picture: what is it about? A message or a
link: «Khoan bấm ạ», and together we look for the four signs, from what the learner says.
Comes from: `step`. Leads to: back to where the learner was. Wording: `unasked.*`.
Source: learner-experience.md section 3, golden chat 5; facts scam.four_signs.
"""

from bot.conversation.learner import Learner, Place, change, resume
from bot.conversation.replies import Reply, Turn
from bot.conversation.screens import help
from bot.conversation.screens.base import Screen
from bot.conversation.speech import say
from bot.conversation.understand import Intent
from bot.conversation.world import World

PHOTO, PASS_ON = "photo", "pass_on"
LINK, SIGNS = "link", "signs"
_ASKED = {
    PHOTO: ("about_photo", "sent_by_mistake"),
    PASS_ON: ("agree", "rather_not"),
    LINK: ("check", "sent_by_mistake"),
    SIGNS: ("has_sign", "no_sign", "not_sure"),
}


def at(learner: Learner, stage: str) -> Learner:
    """The learner at the question about what came."""
    return change(learner, screen="unasked", place=Place(stage=stage), guess="", misses=0)


def show(learner: Learner, world: World) -> tuple[Reply, ...]:
    stage = learner.place.stage if learner.place.stage in _ASKED else LINK
    return (say(learner, world, f"unasked.{stage}", *_ASKED[stage]),)


def choose(learner: Learner, option_id: str, world: World) -> Turn | None:
    back = resume(learner)
    match option_id:
        case "about_photo":
            return Turn(at(learner, PASS_ON))
        case "agree":
            return help.call(learner, "photo")
        case "rather_not" | "sent_by_mistake":
            return Turn(back, (say(learner, world, "unasked.dropped"),))
        case "check":
            return Turn(at(learner, SIGNS))
        case "has_sign" | "no_sign" | "not_sure":
            return Turn(back, (say(learner, world, f"unasked.{option_id}"),))
        case _:
            return None


def wish(learner: Learner, intent: Intent, world: World) -> Turn | None:
    """«Nhầm», «thôi», «tiếp»: back to the lesson; not knowing is an answer too."""
    match intent:
        case Intent.FALSE_ALARM | Intent.NEXT | Intent.BACK | Intent.SKIP | Intent.LATER:
            return choose(learner, "sent_by_mistake", world)
        case Intent.DONT_KNOW if learner.place.stage == SIGNS:
            return choose(learner, "not_sure", world)
        case _:
            return None


SCREEN = Screen(show, choose, wish=wish)
