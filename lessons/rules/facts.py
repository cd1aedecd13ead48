"""R22: a fact that may not be shown has something to say instead.

That a fact exists at all is looked at by `lessons.shape`, before a course is served.
"""

import re
from collections.abc import Iterator

from lessons.rules.script import Finding, Script

FACT_SLOT = re.compile(r"\{\{fact:([a-z0-9_.]+)\}\}")


def facts_can_be_shown(script: Script) -> Iterator[Finding]:
    """A slot never names an unverified or unknown value without a `fallback:` of its own."""
    for text in script.texts:
        for slot in FACT_SLOT.finditer(text.value):
            fact = script.facts.get(slot[1])
            if fact is None or fact.fallback or not fact.is_hidden:
                continue
            what = "has no value yet" if fact.value is None else "is not verified"
            mend = "leave it out, or give the fact a `fallback:` in facts.yaml"
            message = f"the fact `{fact.key}` {what}"
            yield Finding(text.key, "R22", message, mend, said=slot[0])
