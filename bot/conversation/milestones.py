"""Milestones: what a question brings a learner nearer to in real life, and when it is reached.

A question names its milestone. Where several lessons name one (M01: the letters set in
L0103, a number saved and called in L0107), the last of them reaches it, in whatever order;
a task that was put off has not brought anybody there yet.
Source: curriculum.md 1.2.
"""

from bot.conversation.curriculum import lessons
from bot.conversation.kinds.base import Asking
from bot.conversation.replies import Milestone


def reached(asking: Asking) -> tuple[Milestone, ...]:
    """The milestone that a right answer to this item, or its task done, reaches."""
    name = getattr(asking.question, "milestone", None)
    if not name:
        return ()
    learner, put_off = asking.learner, asking.learner.put_off
    for lesson in lessons(learner, asking.world).values():
        for card in lesson.cards:
            item = f"{lesson.id}/{card.id}"
            asked = card.practice or card.ask
            if item == asking.item or getattr(asked, "milestone", None) != name:
                continue
            if lesson.id not in learner.done or (put_off and put_off.item == item):
                return ()
    return (Milestone(name),)
