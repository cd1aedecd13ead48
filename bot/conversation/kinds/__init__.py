"""Question kinds: one file each, one line in this table.

A kind shows its question, marks a chosen option, and may read free words. It never
marks what it cannot read: then it returns None and the conversation asks again.
"""

from collections.abc import Callable
from typing import NamedTuple

from bot.conversation.kinds import (
    choose,
    find_the_fake,
    match,
    order,
    real_task,
    roleplay,
    true_false,
    type_text,
)
from bot.conversation.kinds.base import Asked, Asking, Outcome
from bot.conversation.replies import Option
from lessons.model import (
    Choose,
    FindTheFake,
    Match,
    Order,
    Question,
    RealTask,
    RolePlay,
    TrueFalse,
    TypeText,
)


def no_press(asking: Asking) -> Option | None:
    """A kind whose answer is shown whole, not pressed."""
    return None


class Kind(NamedTuple):
    """show: what is asked now. choose: an option was picked. hear: words were typed.

    answer: the right answer in words, for the second miss; press: the one option to
    press then, where the answer is one.
    pretend: danger words are part of the exercise, so that a typed option comes first.
    """

    show: Callable[[Asking], Asked]
    choose: Callable[[Asking, str], Outcome | None]
    hear: Callable[[Asking, str], Outcome | None]
    answer: Callable[[Asking], str]
    press: Callable[[Asking], Option | None] = no_press
    pretend: bool = False


KINDS: dict[type[Question], Kind] = {
    Choose: Kind(choose.show, choose.choose, choose.hear, choose.answer, choose.press),
    TrueFalse: Kind(true_false.show, true_false.choose, true_false.hear, true_false.answer),
    Order: Kind(order.show, order.choose, order.hear, order.answer),
    Match: Kind(match.show, match.choose, match.hear, match.answer),
    TypeText: Kind(type_text.show, type_text.choose, type_text.hear, type_text.answer),
    FindTheFake: Kind(
        find_the_fake.show,
        find_the_fake.choose,
        find_the_fake.hear,
        find_the_fake.answer,
        find_the_fake.press,
        pretend=True,
    ),
    RolePlay: Kind(roleplay.show, roleplay.choose, roleplay.hear, roleplay.answer, pretend=True),
    RealTask: Kind(real_task.show, real_task.choose, real_task.hear, real_task.answer),
}
