"""Question kinds: one file each, one line in this table.

A kind shows its question, marks a chosen option, and may read free words. It never
marks what it cannot read: then it returns None and the conversation asks again.
"""

from collections.abc import Callable
from typing import NamedTuple

from bot.conversation.kinds import choose, match, order, true_false, type_text
from bot.conversation.kinds.base import Asked, Asking, Outcome
from lessons.model import Choose, Match, Order, Question, TrueFalse, TypeText


class Kind(NamedTuple):
    """show: what is asked now. choose: an option was picked. hear: words were typed.

    answer: the right answer in words, for the second miss.
    """

    show: Callable[[Asking], Asked]
    choose: Callable[[Asking, str], Outcome | None]
    hear: Callable[[Asking, str], Outcome | None]
    answer: Callable[[Asking], str]


KINDS: dict[type[Question], Kind] = {
    Choose: Kind(choose.show, choose.choose, choose.hear, choose.answer),
    TrueFalse: Kind(true_false.show, true_false.choose, true_false.hear, true_false.answer),
    Order: Kind(order.show, order.choose, order.hear, order.answer),
    Match: Kind(match.show, match.choose, match.hear, match.answer),
    TypeText: Kind(type_text.show, type_text.choose, type_text.hear, type_text.answer),
}
