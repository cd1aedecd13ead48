"""R17, R18: nobody is shouted at, and one picture sign is enough."""

import re
from collections.abc import Iterator

from lessons.rules.script import Finding, Script, without_slots
from lessons.syllables import bare

_SIGN = "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u231a\u231b\u23e9-\u23fa\u3030\u303d]"
# Flags, keycaps, and signs joined or coloured by what follows count as one.
_EMOJI = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}"
    "|[0-9#*]\ufe0f?\u20e3"
    f"|{_SIGN}[\ufe0f\U0001f3fb-\U0001f3ff]*(?:\u200d{_SIGN}[\ufe0f\U0001f3fb-\U0001f3ff]*)*"
)
_VOWELS = frozenset("aeiouy")
_LETTERS = re.compile(r"(?<![\w-])[^\W\d_]+(?![\w-])")


def one_exclamation(script: Script) -> Iterator[Finding]:
    """R17: at most one `!` in a text."""
    for text in script.texts:
        count = text.value.count("!") + text.value.count("！")
        if count > 1:
            yield Finding(text.key, "R17", f"{count} “!”", "keep one at most", "warning")


def words_are_not_shouted(script: Script) -> Iterator[Finding]:
    """R17: fewer than two words in capitals, acronyms aside."""
    acronyms = set(script.terms.acronyms)
    for text in script.texts:
        shouted = _shouted(_LETTERS.findall(without_slots(text.value, " ")), acronyms)
        if len(shouted) > 1:
            message = f"words in capitals: {', '.join(shouted[:4])}"
            mend = "write them small, or add acronyms to lint_terms.yaml"
            yield Finding(text.key, "R17", message, mend, "warning")


def _shouted(words: list[str], acronyms: set[str]) -> list[str]:
    """The words in capitals; a lone letter only beside one («CHÚ Ý»), none without a vowel
    («HTV»)."""
    loud = [
        len(word) > 1 and word.isupper() and word not in acronyms and _can_be_said(word)
        for word in words
    ]
    beside = [any(loud[max(0, at - 1) : at + 2]) for at in range(len(words))]
    return [
        word
        for word, is_loud, is_beside in zip(words, loud, beside, strict=True)
        if is_loud or (is_beside and len(word) == 1 and word.isupper())
    ]


def _can_be_said(word: str) -> bool:
    return not _VOWELS.isdisjoint(bare(word.lower()))


def one_emoji(script: Script) -> Iterator[Finding]:
    """R18: at most one emoji in a text."""
    for text in script.texts:
        count = len(_EMOJI.findall(text.value))
        if count > 1:
            yield Finding(text.key, "R18", f"{count} emoji", "keep one at most", "warning")
