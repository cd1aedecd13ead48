"""REAL_TASK: do a thing on the phone, then say how it went: done, later, or help.

Nothing is checked and nothing is proved: what the learner says holds. «Later» lets the
lesson finish and is asked about kindly on a later day; «help» writes a call for a person
and says honestly what happens now.
Source: curriculum.md 1.2 and 2.
"""

from bot.conversation.days import day_number
from bot.conversation.kinds.base import Asked, Asking, Outcome, Told
from bot.conversation.learner import Learner, PutOff, change
from bot.conversation.milestones import reached
from bot.conversation.replies import Attempt, Fact, HelpRequest, Option
from bot.conversation.understand import likely_outcome, read_task, wish


def show(asking: Asking) -> Asked:
    options = tuple(Option(one.id, asking.text(one.text)) for one in asking.question.answers)
    return Asked(asking.text(asking.question.prompt), options)


def choose(asking: Asking, option_id: str) -> Outcome | None:
    answer = next((one for one in asking.question.answers if one.id == option_id), None)
    if answer is None:
        return None
    said = (asking.text(answer.feedback),)
    if option_id == "help":
        # One message: the recap and home come right behind it.
        said = (f"{said[0]} {asking.words('help.calling')}",)
        return Told(said, (HelpRequest("task"),), _later(asking))
    if option_id == "later":
        return Told(said, learner=_later(asking))
    facts: tuple[Fact, ...] = (Attempt(asking.item, True, asking.place.tries + 1),)
    facts += reached(asking)
    put_off = asking.learner.put_off
    asked_about = put_off is not None and put_off.item == asking.item
    return Told(said, facts, change(asking.learner, put_off=None) if asked_about else None)


def hear(asking: Asking, text: str) -> Outcome | None:
    vocab = asking.world.shelf.words
    said = read_task(text, vocab)
    if said is None and wish(text, vocab) is None:
        said = likely_outcome(text, vocab)
    return choose(asking, said) if said else None


def answer(asking: Asking) -> str:
    return asking.text(asking.question.prompt)


def _later(asking: Asking) -> Learner:
    put_off = PutOff(asking.item, day_number(asking.world.now))
    return change(asking.learner, put_off=put_off)
