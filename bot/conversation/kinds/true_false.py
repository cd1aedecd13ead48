"""TRUE_FALSE: does a statement hold? «Dung» typed here means «đúng», never «dừng»."""

from bot.conversation.kinds.base import Asked, Asking, Marked, Outcome
from bot.conversation.replies import Option
from bot.conversation.understand import (
    Chosen,
    likely_side,
    read_of_statement,
    read_truth,
    whole_wish,
)


def show(asking: Asking) -> Asked:
    options = tuple(Option(name, asking.words("option." + name)) for name in ("true", "false"))
    return Asked(asking.text(asking.question.prompt), options)


def choose(asking: Asking, option_id: str) -> Outcome | None:
    if option_id not in ("true", "false"):
        return None
    said = option_id == "true"
    question = asking.question
    feedback = question.feedback_true if said else question.feedback_false
    return Marked(said == question.answer, asking.text(feedback))


def hear(asking: Asking, text: str) -> Outcome | None:
    vocab = asking.world.shelf.words
    said = read_truth(text, vocab)
    if said is None and not whole_wish(text, vocab):
        said = read_of_statement(text, asking.question.prompt, vocab)
        side = likely_side(text, asking.question.prompt, vocab) if said is None else None
        said = side.id == "true" if isinstance(side, Chosen) else said
    return None if said is None else choose(asking, "true" if said else "false")


def answer(asking: Asking) -> str:
    return asking.words("option.true" if asking.question.answer else "option.false")
