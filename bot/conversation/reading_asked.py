"""Answers about the learner: a part of the day, a form of address, a place that is not shown,
how a call for help went.

Leads in: `asking`, the danger screen.
"""

from collections.abc import Mapping
from typing import Literal, cast

from bot.conversation.folding import agrees, remembered, words
from bot.conversation.reading_parts import parts
from bot.conversation.reading_patterns import spaced
from bot.conversation.reading_words import variants
from bot.conversation.vocabulary import Vocabulary, Words, fills

Part = Literal["morning", "noon", "afternoon", "evening"]
# "a" is how people write "anh" in a hurry; behind these a form of address is named.
_SHORT = {"a": "anh", "c": "chi"}
_CALLS = {"goi", "xung", "bang", "la", "call", "keu"}


@remembered
def read_part(text: str, vocab: Vocabulary) -> Part | Literal["none"] | None:
    """The one part of the day that is named, "none" for no reminder at all, or None."""
    for variant in variants(words(text), vocab):
        line = spaced(variant)
        found = {part for part, pattern in vocab.day_parts if pattern.search(line)}
        if "none" in found:
            return "none"
        if len(found) == 1:
            return cast("Part", found.pop())
        if found:
            return None
    return None


@remembered
def says_elsewhere(text: str, vocab: Vocabulary) -> bool:
    """Whether none of the places shown is meant ("không có ở đây", "chỗ khác")."""
    return any(vocab.elsewhere.search(spaced(one)) for one in variants(words(text), vocab))


@remembered
def read_progress(text: str, vocab: Vocabulary) -> str | None:
    """How the call for help went: "called", "not_called", "no_number" or "not_danger"."""
    if "?" in text:
        return None
    for variant in variants(words(text), vocab):
        line = spaced(variant)
        for name, pattern in vocab.progress:
            if pattern.search(line):
                return name
    return None


def read_pair(text: str, pairs: Mapping[str, str], vocab: Vocabulary) -> str | None:
    """The form of address that is asked for: "bà", "gọi là bà", "đừng gọi bác, gọi ông".

    pairs: name -> the word with its marks. A message that tells of other things names
    nobody ("để bà hỏi con đã").
    """
    for variant in (*variants(words(text), vocab), *parts(text, vocab)[:1]):
        called = max((n for n, word in enumerate(variant) if word.plain in _CALLS), default=-1)
        named = _named(variant[called + 1 :], pairs, vocab)
        if called >= 0 and named:
            return named[0]
        said = _named(variant, pairs, vocab)
        if said and called < 0 and _nothing_else(variant, pairs, vocab):
            return said[-1]
    return None


def _named(said: Words, pairs: Mapping[str, str], vocab: Vocabulary) -> list[str]:
    found = []
    for at, word in enumerate(said):
        name = _SHORT.get(word.full, word.plain)
        denied = any(one.full in vocab.negators for one in said[max(0, at - 2) : at])
        fits = name in pairs and agrees(word.full, words(pairs[name])[0].full)
        if not denied and (fits or word.full in _SHORT):
            found.append(name)
    return found


def _nothing_else(said: Words, pairs: Mapping[str, str], vocab: Vocabulary) -> bool:
    around = (vocab.empty, vocab.answer.before, vocab.answer.after)
    return all(
        word.plain in pairs or word.full in _SHORT or any(fills(word, each) for each in around)
        for word in said
    )
