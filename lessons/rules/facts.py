"""R22: a fact that is printed is listed by its lesson, and has something to say while hidden.

That a fact exists at all is looked at by `lessons.shape`, before a course is served.
"""

import re
from collections.abc import Iterator

from lessons.rules.script import Finding, Script

FACT_SLOT = re.compile(r"\{\{fact:([a-z0-9_.]+)\}\}")


def facts_can_be_shown(script: Script) -> Iterator[Finding]:
    """A slot never names an unverified or unknown value without a `fallback:` of its own."""
    listed = script.tree.get("facts")
    names = listed if isinstance(listed, list) else []
    is_listed = script.language == "vi" and bool(names or script.whole)
    for text in script.texts:
        for slot in FACT_SLOT.finditer(text.value):
            fact = script.facts.get(slot[1])
            if fact is None:
                continue
            if fact.is_hidden and not fact.fallback:
                what = "has no value yet" if fact.value is None else "is not verified"
                mend = "leave it out, or give the fact a `fallback:` in facts.yaml"
                message = f"the fact `{fact.key}` {what}"
                yield Finding(text.key, "R22", message, mend, said=slot[0])
            elif is_listed and fact.key not in names:
                message = f"the fact `{fact.key}` is not listed by this lesson"
                yield Finding(text.key, "R22", message, "add it to `facts:`", said=slot[0])
