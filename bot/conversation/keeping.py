"""A learner without a phone, or sharing one, on a volunteer's list: a document without a chat.

Pure. What the two learnt together is marked by the volunteer; the document is the same as
everybody's, so that it can go on if the learner gets a chat one day.
"""

from datetime import datetime

from bot.conversation.days import day_number
from bot.conversation.learner import Learner, Tally, change


def kept(learner_id: str, name: str, pronouns: str, ward: str, hamlet: str, guide: str) -> Learner:
    """Somebody who agreed by word of mouth, and is asked nothing by anybody's phone."""
    return Learner(
        id=learner_id,
        name=name,
        pronouns=pronouns,
        ward=ward,
        hamlet=hamlet,
        guide=guide,
        hour="none",
        consent="yes",
        screen="home",
    )


def learnt_together(learner: Learner, lesson: str, now: datetime) -> Learner:
    """The document after that lesson was done with a volunteer."""
    if lesson in learner.done:
        return learner
    today, days = day_number(now), learner.learnt
    count = days.count if days.on == today else days.count + 1
    return change(learner, done=(*learner.done, lesson), learnt=Tally(today, count))
