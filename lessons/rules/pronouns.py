"""R19: the learner and the tutor are named by slots, so that everybody is addressed rightly."""

import re
from collections.abc import Iterator
from functools import lru_cache

from lessons.rules.script import Finding, Script

_RAW = re.compile(r"\b(bác|cháu|bạn)\b", re.IGNORECASE)
_QUOTE = re.compile(r"\"[^\"]*\"|“[^”]*”|«[^»]*»|‘[^’]*’|(?<!\w)'[^']*'(?!\w)")


def pronouns_are_slots(script: Script) -> Iterator[Finding]:
    """No written-out «bác», «cháu», «bạn» outside quotes, examples and fixed compounds."""
    compounds = _compounds(script.terms.pronoun_exceptions)
    for text in script.texts:
        if text.quoted:
            continue
        target = text.part.get("target")
        bare = text.value.replace(target, " ") if isinstance(target, str) and target else text.value
        raw = _RAW.search(compounds.sub(" ", _QUOTE.sub(" ", bare)))
        if raw:
            slot = "{{toi}}" if raw[0].lower() == "cháu" else "{{ban}}"
            message = f"“{raw[0]}” is written out"
            yield Finding(text.key, "R19", message, f"write {slot}", said=raw[0])


@lru_cache
def _compounds(phrases: tuple[str, ...]) -> re.Pattern[str]:
    every = "|".join(re.escape(phrase) for phrase in phrases) or r"(?!)"
    return re.compile(rf"\b(?:{every})\b", re.IGNORECASE)
