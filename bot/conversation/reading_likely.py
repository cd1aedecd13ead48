"""Likely wishes: what words that no rule reads are most like, weighed by examples.

`wording/sayings.yaml` holds what people have said, by what they meant. Each word, and each
two in a row, speak for the meanings that they were said with and against the others; the
sum must be far ahead of the next best. Answers, cries and nonsense stand there as well, as
`other`: what is most like them is no wish. Nothing here marks an answer or alarms anybody.

Leads in: `understand`. Source: multinomial naive Bayes, each word's part of it capped.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from math import log

import msgspec

from bot.conversation.folding import fold, remembered, words
from bot.conversation.reading_words import variants
from bot.conversation.vocabulary import Intent, Vocabulary

OTHER = "other"
_LONGEST, _SHORTEST = 18, 2  # words
# Found on one half of tests/conversation/utterances.
_AHEAD, _FIRMLY_AHEAD = 2.0, 5.0  # how far the best must be ahead of the next
# What ends something or is answered with condolence: a guess would hurt.
_SERIOUS = frozenset(
    (Intent.STOP, Intent.SICK, Intent.MOURNING, Intent.DELETE, Intent.NO_REMIND, Intent.MY_DATA)
)
_COVERED = 0.6  # the part of a message that was said with that meaning before
_LEAST, _MOST = -2.0, 5.0  # what one word may say against a meaning, and for it
_PAIR = 0.6  # how much two words in a row count
_SMOOTH, _PRIOR = 0.15, 10.0


class _Evidence(msgspec.Struct, frozen=True):
    """seen: how many sayings hold a word or pair. by_meaning: the same, for each meaning.
    sizes: how many sayings each meaning has."""

    seen: Counter[str]
    by_meaning: dict[str, Counter[str]]
    sizes: dict[str, int]


@remembered
def likely_wish(text: str, vocab: Vocabulary, answering: bool = False) -> Intent | None:
    """The wish that the words are by far most like, or None.

    answering: a question is open, so that more must speak for a wish.
    """
    said = words(text)
    if not _SHORTEST <= len(said) <= _LONGEST:
        return None
    spelled = tuple(variants(said, vocab))[-1]
    evidence = _evidence(vocab)
    parts = _parts((word.plain for word in spelled), vocab)
    known = [one for one in parts if one in evidence.seen]
    if sum(" " not in one for one in known) < _SHORTEST:
        return None
    each = [_spoken_for(one, vocab) for one in known]
    scores = sorted(
        zip(map(sum, zip(_prior(evidence), *each, strict=True)), evidence.sizes, strict=True)
    )
    (second, _), (best, meaning) = scores[-2:]
    firmly = answering or meaning in _SERIOUS
    ahead = best - second >= (_FIRMLY_AHEAD if firmly else _AHEAD)
    told = [one for one in parts if " " not in one]
    theirs = sum(one in evidence.by_meaning[meaning] for one in told)
    much = theirs >= _COVERED * len(told)
    return Intent(meaning) if ahead and much and meaning != OTHER else None


def _prior(evidence: _Evidence) -> list[float]:
    every = sum(evidence.sizes.values())
    return [log((size + _PRIOR) / every) for size in evidence.sizes.values()]


@lru_cache(maxsize=8192)
def _spoken_for(one: str, vocab: Vocabulary) -> tuple[float, ...]:
    """What a word or a pair says for each meaning, in their order, and against it."""
    evidence = _evidence(vocab)
    every, seen = sum(evidence.sizes.values()), evidence.seen[one]
    weight = _PAIR if " " in one else 1.0
    found = []
    for meaning, size in evidence.sizes.items():
        with_it = evidence.by_meaning[meaning][one]
        here = (with_it + _SMOOTH) / (size + 2 * _SMOOTH)
        elsewhere = (seen - with_it + _SMOOTH) / (every - size + 2 * _SMOOTH)
        found.append(weight * max(_LEAST, min(_MOST, log(here / elsewhere))))
    return tuple(found)


def _parts(plain: Iterable[str], vocab: Vocabulary) -> set[str]:
    """The words of a message and its pairs of words, its start and end among them."""
    row = ["^", *_told(plain, vocab), "$"]
    return {*row[1:-1], *(f"{one} {after}" for one, after in pairwise(row))}


def _told(plain: Iterable[str], vocab: Vocabulary) -> Iterator[str]:
    """The words; who speaks and who is spoken to say nothing but that they are there."""
    before = ""
    for word in plain:
        one = "#" if word.isdecimal() else word
        one = "<me>" if one in vocab.speaker else "<you>" if one in vocab.spoken_to else one
        if one != before:
            yield one
        before = one


@lru_cache(maxsize=2)
def _evidence(vocab: Vocabulary) -> _Evidence:
    """The examples and the phrases of the wishes counted, when the first message needs them:
    some 20 ms."""
    by_meaning = {
        meaning: [_parts(fold(line).split(), vocab) for line in lines]
        for meaning, lines in vocab.sayings.items()
    }
    for entries in vocab.wishes.values():
        for meaning, full in entries:
            name = meaning if meaning in by_meaning else OTHER
            by_meaning[name].append(_parts(map(fold, full), vocab))
    counts = {
        meaning: Counter(one for parts in every for one in parts)
        for meaning, every in by_meaning.items()
    }
    seen: Counter[str] = Counter()
    for count in counts.values():
        seen.update(count)
    return _Evidence(seen, counts, {meaning: len(every) for meaning, every in by_meaning.items()})
