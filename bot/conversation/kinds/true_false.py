"""TRUE_FALSE: does a statement hold? «Dung» typed here means «đúng», never «dừng»."""

from bot.conversation.kinds.base import Asked, Asking, Marked, Outcome
from bot.conversation.replies import Option
from bot.conversation.understand import read_truth


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
    said = read_truth(text, asking.world.shelf.words)
    return None if said is None else choose(asking, "true" if said else "false")


def answer(asking: Asking) -> str:
    return asking.words("option.true" if asking.question.answer else "option.false")
