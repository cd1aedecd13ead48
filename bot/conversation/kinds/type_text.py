"""TYPE_TEXT: type a phrase. Without marks it is accepted at level 1 and the words that
lack a mark are named; something of another kind is not an answer at all.

Source: curriculum.md 2.1.
"""

from bot.conversation.kinds.base import Asked, Asking, Marked, Nearly, Outcome
from bot.conversation.replies import Option
from bot.conversation.understand import compare_typed


def show(asking: Asking) -> Asked:
    text = asking.text(asking.question.prompt)
    if asking.question.keys_hint and asking.place.tries:
        text += "\n" + asking.words("type_text.keys", keys=asking.question.keys_hint)
    return Asked(text, (Option("skip", asking.words("option.skip")),))


def choose(asking: Asking, option_id: str) -> Outcome | None:
    return None


def hear(asking: Asking, text: str) -> Outcome | None:
    question = asking.question
    typed = compare_typed(text, question.target, question.accept, question.exact_ascii)
    missing = ", ".join(typed.missing)
    match typed.kind:
        case "exact":
            return Marked(True, asking.text(question.feedback_exact))
        case "loose":
            told = asking.text(question.feedback_loose).replace("{{missing}}", missing)
            return Marked(True, told) if question.level == 1 else Nearly(told)
        case "near":
            return Nearly(asking.text(question.feedback_near).replace("{{missing}}", missing))
        case _:
            return None


def answer(asking: Asking) -> str:
    return str(asking.question.target)
