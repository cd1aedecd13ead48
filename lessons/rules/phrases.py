"""R13: what is never said to a learner, and old names of places.

A phrase matches whole words in any case, with its diacritics. A swindler's words in a
FIND_THE_FAKE message or a ROLEPLAY node are quoted and passed over.
Source: curriculum.md section 3.5.
"""

import re
from collections.abc import Iterator

from lessons.rules.script import Finding, Script, Text, holds, places, sentences, tokens

_NEGATED_WITHIN = 4  # tiếng before the phrase
# A day, a month or a year that is over by the time of the merger of July 2025, or “trước đây”.
_PAST = re.compile(
    r"\b(?:19\d\d|20[01]\d|202[0-5])\b|\b\d{1,2}/\d{1,2}\b(?!/)|\btrước\b|\bngày xưa\b|\bhồi\b",
    re.IGNORECASE,
)


def _spoken(script: Script) -> Iterator[Text]:
    return (text for text in script.texts if not text.quoted)


def kind_phrases(script: Script) -> Iterator[Finding]:
    """Contempt, pressure, game shouting, false promises, ways round a block."""
    terms = script.terms
    for text in _spoken(script):
        words = tokens(text.value)
        for phrase in terms.banned_en if script.language == "en" else terms.banned:
            if holds(words, tokens(phrase)):
                message = f"“{phrase}” is not said to learners"
                yield Finding(text.key, "R13", message, "say it kindly", said=phrase)


def no_banned_deed(script: Script) -> Iterator[Finding]:
    """What a learner must not do is said with a “không” before it, or as a wrong option."""
    terms = script.terms
    negators = [tokens(negator) for negator in terms.negators]
    for text in _spoken(script):
        if text.mistaken:
            continue
        for sentence in sentences(text.value):
            words = tokens(sentence)
            for phrase in terms.banned_unless_negated:
                for at in places(words, tokens(phrase)):
                    before = words[max(0, at - _NEGATED_WITHIN) : at]
                    if not any(holds(before, negator) for negator in negators):
                        message = f"“{phrase}” without a “không” before it"
                        mend = "negate it, or leave it out"
                        yield Finding(text.key, "R13", message, mend, said=phrase)


def units_of_today(script: Script) -> Iterator[Finding]:
    """Old units stand only in a sentence with a past date, marked `lint_ok: unit`."""
    for text in _spoken(script):
        for sentence in sentences(text.value):
            words = tokens(sentence)
            old = [unit for unit in script.terms.warn_units if holds(words, tokens(unit))]
            if not old or (text.dated_units and _PAST.search(sentence)):
                continue
            message = f"“{old[0]}” is an old unit"
            mend = "name the ward or commune; in a sentence with a past date add `lint_ok: unit`"
            yield Finding(text.key, "R13", message, mend, "warning", old[0])
