"""How long ago something was, in everyday words: «vừa mới đây», «3 giờ trước», "5 days ago"."""

from bot.conversation.learner import Learner
from bot.conversation.speech import wording
from bot.conversation.world import World

_SPANS = ((1440, "ago.days"), (60, "ago.hours"), (1, "ago.minutes"))


def ago(at_ms: int, reader: Learner, world: World) -> str:
    """Of a moment in milliseconds UTC."""
    minutes = int(world.now.timestamp() * 1000 - at_ms) // 60_000
    for size, key in _SPANS:
        if minutes >= size:
            return wording(reader, world, key).replace("{n}", str(minutes // size))
    return wording(reader, world, "ago.just_now")
