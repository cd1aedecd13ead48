"""What a plan of Zalo's Bot Platform allows, and how near an account is to it. Pure.

Zalo's free plan: 3,000 messages a month, 50 people a bot; both are settings, 0 for none.
Nothing is held back at a limit: Zalo itself refuses then, and `doctor` warns before.
"""

from typing import NamedTuple

NEAR = 0.8


class Plan(NamedTuple):
    """messages: a month. people: a bot. 0: no limit."""

    messages: int = 3000
    people: int = 50


class Use(NamedTuple):
    """What one account has used of its plan: messages this month, people in all."""

    account: str
    messages: int
    people: int


def has_room(people: int, plan: Plan) -> bool:
    """Does one more person fit?"""
    return not plan.people or people < plan.people


def warnings(used: Use, plan: Plan) -> list[str]:
    """What whoever runs this ought to know, a sentence each with its mend."""
    told = []
    if plan.messages and used.messages >= NEAR * plan.messages:
        told.append(
            f"{used.account}: {used.messages} of {plan.messages} messages of this month are "
            "used; at the limit Zalo sends nothing more until next month: take a larger plan, "
            "then set zalo_bot.messages_a_month"
        )
    if not has_room(used.people, plan):
        told.append(
            f"{used.account}: full, the next person will not fit ({used.people} of "
            f"{plan.people}); add a second account under `accounts`, or take a larger plan"
        )
    elif plan.people and used.people >= NEAR * plan.people:
        told.append(
            f"{used.account}: {used.people} of {plan.people} people; at {plan.people} the next "
            "one will not fit: add a second account under `accounts`, or take a larger plan"
        )
    return told
