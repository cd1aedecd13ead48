"""What is said only where one types and has no keys: how to answer, what always works.

Every question carries it (`Reply.tail`); channels with keys leave it out.
Source: learner-experience.md C2.
"""

from bot.conversation.learner import Learner
from bot.conversation.replies import Reply
from bot.conversation.speech import say, wording
from bot.conversation.world import World

_FIRST_STANDING_DIGIT = 7  # from there on digits mean the same everywhere, if they are free


def tail(learner: Learner, options: int, world: World) -> str:
    """The last line under a question: «9 nghe · 0 người giúp», or «Trả lời 1, 2 hoặc 3».

    Before the yes, and in danger, the standing words are of no use; where the digits are
    answers themselves, the words stand for them.
    """
    if not learner.consent or learner.screen in ("welcome", "danger"):
        return wording(learner, world, "typed.answer").replace(
            "{numbers}", numbers(learner, options, world)
        )
    key = "typed.tail" if options < _FIRST_STANDING_DIGIT else "typed.tail_words"
    return wording(learner, world, key)


def numbers(learner: Learner, options: int, world: World) -> str:
    """«1», «1 hoặc 2», «1, 2 hoặc 3»."""
    every = [str(number) for number in range(1, options + 1)]
    *before, last = every
    either = wording(learner, world, "typed.or")
    return f"{', '.join(before)} {either} {last}" if before else last


def withheld(learner: Learner, world: World) -> Reply:
    """The channel kept from us what was sent: how else we can be reached."""
    shelf = world.shelf
    # Without a public address there is nothing that a phone could open.
    key = "media.withheld" if shelf.is_public else "media.withheld_here"
    return say(learner, world, key, link=shelf.public_url)
