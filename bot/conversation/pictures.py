"""A lesson's drawing as a message: its words always, its name for channels that show it."""

from bot.conversation.learner import Learner
from bot.conversation.replies import Reply
from bot.conversation.speech import fill, wording
from bot.conversation.world import World
from lessons.model import Card


def drawn(learner: Learner, card: Card | None, world: World) -> tuple[Reply, ...]:
    """The message of a picture card; none where there is no card or no picture on it."""
    if card is None or card.picture is None:
        return ()
    alt = fill(card.picture.alt, learner.pronouns)
    text = wording(learner, world, "lesson.picture").replace("{alt}", alt)
    return (Reply(text, picture=f"asset:{card.picture.asset}"),)
