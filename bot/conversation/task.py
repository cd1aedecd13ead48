"""The task that a learner put off: when to ask about it, kindly and once.

Leads in: `screens/task.py`, and whoever decides what a nudge asks.
"""

from datetime import datetime

from bot.conversation.days import day_number
from bot.conversation.learner import Learner


def task_to_ask(learner: Learner, now: datetime) -> str | None:
    """The item ("L0103/p1") to ask about today; None before the day after it was put off."""
    put_off = learner.put_off
    if put_off is None or day_number(now) <= put_off.on:
        return None
    return put_off.item
