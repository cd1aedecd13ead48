"""What a screen is. Screens never call one another: they name the next one in the
learner's document, and `step` shows it.
"""

from collections.abc import Callable
from typing import NamedTuple

from bot.conversation.events import Media
from bot.conversation.learner import Learner
from bot.conversation.policy import Action
from bot.conversation.replies import Reply, Turn
from bot.conversation.understand import Intent
from bot.conversation.world import World


def not_mine(learner: Learner, said: str, world: World) -> Turn | None:
    """A screen that listens to no free words."""
    return None


def no_wish(learner: Learner, intent: Intent, world: World) -> Turn | None:
    """A screen that leaves every standing word to `step`."""
    return None


def never(learner: Learner, world: World) -> bool:
    """A screen on which words of danger always mean danger, and are the learner's own."""
    return False


def no_media(learner: Learner, sent: Media, world: World) -> Turn | None:
    """A screen that waits for no picture or voice message."""
    return None


class Screen(NamedTuple):
    """show: what is asked now; its last reply carries the options.

    choose: an option by id; hear: free words that are this screen's own;
    wish: a standing word that means something special here. None: not mine.
    dictates: are the words typed here meant for others, so that only a few short words that
    lead away from here are heard as such?
    pretend: is an exercise open in which words of danger are only played?
    actions: only for who may do one of these somewhere; none: for everybody.
    media: a picture, a voice message or a sign that is this screen's own.
    holds: what comes from others is said, and nobody is led away from here by it.
    """

    show: Callable[[Learner, World], tuple[Reply, ...]]
    choose: Callable[[Learner, str, World], Turn | None]
    hear: Callable[[Learner, str, World], Turn | None] = not_mine
    wish: Callable[[Learner, Intent, World], Turn | None] = no_wish
    pretend: Callable[[Learner, World], bool] = never
    actions: tuple[Action, ...] = ()
    dictates: Callable[[Learner, World], bool] = never
    media: Callable[[Learner, Media, World], Turn | None] = no_media
    holds: bool = False
