"""How much each word of a message speaks for a meaning, learnt from examples.

A word, or two in a row, speaks for a meaning as far as it stands in its examples more often
than elsewhere. One word stands for all that mean the same, and a word behind a "not" is
another word. Leads in: `reading_answers`, `reading_cries`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from math import log

import msgspec

from bot.conversation.folding import words
from bot.conversation.reading_labels import denials
from bot.conversation.reading_words import spell
from bot.conversation.vocabulary import Vocabulary, Words, fills

_LEAST, _MOST = -0.8, 3.5  # what one word may say against a meaning, and for it
_UNHEARD = -0.3  # what a word says that stands in no example at all
_PAIR = 0.5  # how much two words in a row count
_PRIOR = 3.0  # examples from elsewhere that stand beside those of a meaning
_DENIED = 2
_CODE = 4  # digits


class Evidence(msgspec.Struct, frozen=True):
    """How many sayings hold a word or pair, and how many sayings there are."""

    seen: Counter[str]
    size: int


def counted(lines: Iterable[str], vocab: Vocabulary) -> Evidence:
    every = [parts(spell(words(line), vocab), vocab) for line in lines]
    return Evidence(Counter(one for parts in every for one in parts), len(every))


def parts(said: Words, vocab: Vocabulary) -> set[str]:
    """The words of a message that count, and its pairs of words ("a b")."""
    row = list(_told(said, vocab))
    return {*row, *(f"{one} {after}" for one, after in pairwise(row))}


def speaks_for(one: str, own: Evidence, elsewhere: Evidence) -> float:
    """What a word or pair says for the meaning of `own`, and against it."""
    pair = " " in one
    if one not in elsewhere.seen and one not in own.seen:
        return 0.0 if pair else _UNHEARD
    usual = max(elsewhere.seen[one], 1) / elsewhere.size
    here = (own.seen[one] + _PRIOR * usual) / (own.size + _PRIOR)
    weight = max(_LEAST, min(_MOST, log(here / usual)))
    return _PAIR * max(weight, 0.0) if pair else weight


def _told(said: Words, vocab: Vocabulary) -> Iterator[str]:
    """The words, one for all that mean the same; "!" before what is denied."""
    for word, denied in zip(said, denials(said, vocab), strict=True):
        if word.full in vocab.negators or fills(word, vocab.empty):
            continue
        # Four digits may be somebody's code: what is said of a word is remembered.
        code = sum(letter.isdigit() for letter in word.plain) >= _CODE
        meant = "#" if code else vocab.same.get(word.plain, word.plain)
        yield f"!{meant}" if denied == _DENIED else meant
