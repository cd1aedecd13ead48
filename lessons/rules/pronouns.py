"""R19: the learner and the tutor are named by slots, so that everybody is addressed rightly."""

import re
from collections.abc import Iterator
from functools import lru_cache

from lessons.rules.script import Finding, Script, own_words

_RAW = re.compile(r"\b(bác|cháu|bạn)\b", re.IGNORECASE)


def pronouns_are_slots(script: Script) -> Iterator[Finding]:
    """No written-out «bác», «cháu», «bạn» outside quotes, examples and fixed compounds."""
    compounds = _compounds(script.terms.pronoun_exceptions)
    for text in script.texts:
        if text.quoted:
            continue
        raw = _RAW.search(compounds.sub(" ", own_words(text)))
        if raw:
            slot = "{{toi}}" if raw[0].lower() == "cháu" else "{{ban}}"
            message = f"“{raw[0]}” is written out"
            yield Finding(text.key, "R19", message, f"write {slot}", said=raw[0])


@lru_cache
def _compounds(phrases: tuple[str, ...]) -> re.Pattern[str]:
    every = "|".join(re.escape(phrase) for phrase in phrases) or r"(?!)"
    return re.compile(rf"\b(?:{every})\b", re.IGNORECASE)
