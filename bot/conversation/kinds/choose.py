"""CHOOSE: pick one of two to four options.

After two misses in a row, and for an easy question after a long time away, fewer
choices: the right one and one other (learner-experience.md F3, N1).
"""

from bot.conversation.kinds.base import EASY, Asked, Asking, Marked, Outcome
from bot.conversation.replies import Option
from lessons.model import Option as Answer


def show(asking: Asking) -> Asked:
    options = tuple(Option(one.id, asking.text(one.text)) for one in _offered(asking))
    return Asked(asking.text(asking.question.prompt), options)


def choose(asking: Asking, option_id: str) -> Outcome | None:
    for one in asking.question.options:
        if one.id == option_id:
            return Marked(one.correct, asking.text(one.feedback))
    return None


def hear(asking: Asking, text: str) -> Outcome | None:
    """Words are read against the options by `step`; nothing more to hear."""
    return None


def answer(asking: Asking) -> str:
    return asking.text(_right(asking).text)


def press(asking: Asking) -> Option:
    right = _right(asking)
    return Option(right.id, asking.text(right.text))


def _right(asking: Asking) -> Answer:
    right: Answer = next(one for one in asking.question.options if one.correct)
    return right


def _offered(asking: Asking) -> list[Answer]:
    options = list(asking.question.options)
    if asking.learner.misses < 2 and asking.place.why != EASY:
        return options
    other = next(one for one in options if not one.correct)
    return [one for one in options if one.correct or one is other]
