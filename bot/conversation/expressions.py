"""Expressions, each compiled once in the life of a program.

`KNOWN` may be filled beforehand with what an earlier program compiled
(`bot/kept_expressions.py`): the vocabulary's take 0.6 s, most of a start.
"""

import re

KNOWN: dict[str, re.Pattern[str]] = {}


def compiled(text: str) -> re.Pattern[str]:
    """The expression of that text."""
    found = KNOWN.get(text)
    if found is None:
        found = KNOWN[text] = re.compile(text)
    return found
