"""Erase: «xóa dữ liệu», asked once, then everything is gone. Wording: `erase.*`.

Source: learner-experience.md W1; promises.md P32.
"""

from bot.conversation.learner import Learner, Place, change, resume
from bot.conversation.replies import EraseMe, Reply, Turn
from bot.conversation.screens.base import Screen
from bot.conversation.speech import say
from bot.conversation.understand import Intent
from bot.conversation.world import World


def show(learner: Learner, world: World) -> tuple[Reply, ...]:
    return (say(learner, world, "erase.ask", "erase", "keep"),)


def choose(learner: Learner, option_id: str, world: World) -> Turn | None:
    match option_id:
        case "erase":
            nobody = Learner(id=learner.id, language=learner.language)
            return Turn(
                nobody, (say(learner, world, "erase.done"),), requests=(EraseMe(),), ask=False
            )
        case "keep":
            return Turn(resume(learner), (say(learner, world, "erase.kept"),))
        case _:
            return None


def wish(learner: Learner, intent: Intent, world: World) -> Turn | None:
    # A second «xóa» is the confirmation that an impatient hand types.
    match intent:
        case Intent.DELETE if learner.place.stage == "":
            return choose(learner, "erase", world)
        case Intent.BACK | Intent.SKIP | Intent.LATER:
            return choose(learner, "keep", world)
        case _:
            return None


def ask(learner: Learner) -> Turn:
    return Turn(change(learner, screen="erase", place=Place()))


SCREEN = Screen(show, choose, wish=wish, holds=True)
