"""Words for one learner: the catalog's text with the slots of their own address.

Texts carry `{{ban}}`, `{{toi}}`, `{{a}}`, `{{da}}` (and capitals) for the pair that the
learner chose, and `{name}` for what a screen fills in. Filled texts are kept, because
eight pairs times the catalog is little and a turn is short.
Source: curriculum.md 3.4; learner-experience.md P1.
"""

import re
from functools import lru_cache
from typing import NamedTuple

import msgspec

from bot.conversation.learner import Learner
from bot.conversation.replies import Option, Priority, Reply
from bot.conversation.world import World


class Pair(NamedTuple):
    """How we speak with one learner: their word, ours, the polite particle, the yes."""

    ban: str
    toi: str
    a: str
    da: str


PAIRS: dict[str, Pair] = {
    "": Pair("cô bác", "cháu", " ạ", "Dạ"),
    "bac": Pair("bác", "cháu", " ạ", "Dạ"),
    "ong": Pair("ông", "cháu", " ạ", "Dạ"),
    "ba": Pair("bà", "cháu", " ạ", "Dạ"),
    "co": Pair("cô", "cháu", " ạ", "Dạ"),
    "chu": Pair("chú", "cháu", " ạ", "Dạ"),
    "anh": Pair("anh", "em", " ạ", "Dạ"),
    "chi": Pair("chị", "em", " ạ", "Dạ"),
    "ban": Pair("bạn", "mình", "", "Vâng"),
}

_SLOT = re.compile(r"\{\{(ban|Ban|toi|Toi|a|da|Da)\}\}")


@lru_cache(maxsize=20_000)
def fill(text: str, pronouns: str) -> str:
    """The text with its slots filled for that pair; an unknown pair reads as not chosen."""
    pair = PAIRS.get(pronouns, PAIRS[""])
    values = {
        "ban": pair.ban,
        "Ban": pair.ban[0].upper() + pair.ban[1:],
        "toi": pair.toi,
        "Toi": pair.toi[0].upper() + pair.toi[1:],
        "a": pair.a,
        "da": pair.da.lower(),
        "Da": pair.da,
    }
    return _SLOT.sub(lambda slot: values[slot[1]], text)


def wording(learner: Learner, world: World, key: str) -> str:
    """The catalog's text in the learner's language, slots filled."""
    catalog = world.shelf.wording
    text = catalog.get(learner.language, {}).get(key) or catalog["vi"][key]
    return fill(text, learner.pronouns)


def option(learner: Learner, world: World, name: str) -> Option:
    """One of the standing options: `option.next` and its like, by the last word."""
    return Option(name, wording(learner, world, "option." + name))


def say(
    learner: Learner,
    world: World,
    key: str,
    *options: str | Option,
    priority: Priority = Priority.ANSWER,
    **fields: object,
) -> Reply:
    """One message from the catalog; options by name or ready made."""
    text = wording(learner, world, key)
    for name, value in fields.items():
        text = text.replace("{" + name + "}", str(value))
    shown = tuple(option(learner, world, one) if isinstance(one, str) else one for one in options)
    return Reply(text, shown, priority=priority)


def with_menu(reply: Reply, learner: Learner, world: World) -> Reply:
    """The reply, and with it the few standing words that stay in reach."""
    words = tuple(wording(learner, world, f"menu.{name}") for name in ("learn", "list", "help"))
    return msgspec.structs.replace(reply, menu=words)


def sentences(text: str) -> list[str]:
    """The text cut after each sentence end, for learners who asked us to go slower."""
    return [part for part in re.split(r"(?<=[.!?])\s+", text) if part]
