"""Answers in people's own words: which option they are most like, weighed by examples.

`wording/answers.yaml` holds what people say when they mean an option ("cái nút bên hông" for
«Nút nguồn ở cạnh máy»). Each word, and each two in a row, speak for an option as far as they
stand in its examples more often than among all that is ever said. The best option must be
far ahead of the next; near it, the tutor asks. A word behind a "not" is another word.

Leads in: `understand`. Source: naive Bayes against a background, each word's part capped.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from math import log

import msgspec

from bot.conversation.folding import fold, remembered, words
from bot.conversation.reading_labels import denials
from bot.conversation.reading_numbers import Choice, Chosen, Reading, Unread, Unsure
from bot.conversation.reading_patterns import spaced
from bot.conversation.reading_words import spell, variants
from bot.conversation.vocabulary import Vocabulary, Words, fills

_LONGEST = 30  # words
# Found on the sayings in tests/conversation/utterances: how much must speak for an option to
# be taken or asked about, how far ahead of the next it must be, and for which part of the
# words it must be that speaks.
_ENOUGH, _WORTH_ASKING = 5.0, 3.0
_AHEAD = 2.5
_FIRM, _FIRMLY_COVERED = 8.0, 0.65  # from where on it may go before a wish
_COVERED, _HALF_COVERED = 0.5, 0.3
_LEAST, _MOST = -0.8, 3.5  # what one word may say against an option, and for it
_UNHEARD = -0.3  # what a word says that stands in no example at all
_PAIR = 0.5  # how much two words in a row count
_PRIOR = 3.0  # sayings of the background that stand beside the examples of an option
_DENIED = 2


class _Evidence(msgspec.Struct, frozen=True):
    """How many sayings hold a word or pair, and how many sayings there are."""

    seen: Counter[str]
    size: int


@remembered
def likely_answer(text: str, choices: tuple[Choice, ...], vocab: Vocabulary) -> Reading:
    """The option that the words are by far most like, those that come near, or none.

    sure: so much speaks for it that it may go before a wish.
    """
    known = [vocab.answers.get(fold(one.label)) for one in choices]
    said = words(text)
    if len(choices) < 2 or not any(known) or not 0 < len(said) <= _LONGEST:
        return Unread()
    parts = _parts(tuple(variants(said, vocab))[-1], vocab)
    told = [one for one in parts if " " not in one]
    if not told:
        return Unread()
    scores = []
    for choice in choices:
        weights = {one: _spoken_for(one, choice.label, vocab) for one in parts}
        covered = sum(weights[one] > 0 for one in told) / len(told)
        scores.append((sum(weights.values()), covered, choice.id))
    scores.sort(reverse=True)
    (best, covered, meant), second = scores[0], max(scores[1][0], 0.0)
    ahead = best - second >= _AHEAD
    wavers = vocab.wavering.search(spaced(said)) is not None
    if best >= _ENOUGH and ahead and covered >= _COVERED and not wavers:
        return Chosen(meant, sure=best >= _FIRM and covered >= _FIRMLY_COVERED)
    if best < _WORTH_ASKING or covered < _HALF_COVERED:
        return Unread()
    if wavers and second > 0:
        return Unsure(tuple(one for _, _, one in scores[:2]))
    return Unsure(tuple(one for score, _, one in scores[:2] if best - score < _AHEAD))


@lru_cache(maxsize=16384)
def _spoken_for(one: str, label: str, vocab: Vocabulary) -> float:
    """What a word or pair says for an option, and against it."""
    background, own = _background(vocab), _examples(label, vocab)
    pair = " " in one
    if one not in background.seen and one not in own.seen:
        return 0.0 if pair else _UNHEARD
    usual = max(background.seen[one], 1) / background.size
    here = (own.seen[one] + _PRIOR * usual) / (own.size + _PRIOR)
    weight = max(_LEAST, min(_MOST, log(here / usual)))
    if pair:
        return _PAIR * max(weight, 0.0)
    return weight


def _parts(said: Words, vocab: Vocabulary) -> set[str]:
    row = list(_told(said, vocab))
    return {*row, *(f"{one} {after}" for one, after in pairwise(row))}


def _told(said: Words, vocab: Vocabulary) -> Iterator[str]:
    """The words that count, one for all that mean the same; "!" before what is denied."""
    for word, denied in zip(said, denials(said, vocab), strict=True):
        if word.full in vocab.negators or fills(word, vocab.empty):
            continue
        meant = vocab.same.get(word.plain, word.plain)
        yield f"!{meant}" if denied == _DENIED else meant


@lru_cache(maxsize=1024)
def _examples(label: str, vocab: Vocabulary) -> _Evidence:
    """The examples of an option; its own words are two of them."""
    return _counted((label, label, *vocab.answers.get(fold(label), ())), vocab)


@lru_cache(maxsize=2)
def _background(vocab: Vocabulary) -> _Evidence:
    """All that is said of anything, counted when the first message needs it."""
    lines = (*vocab.answers.values(), *vocab.sayings.values())
    return _counted([line for every in lines for line in every], vocab)


def _counted(lines: Iterable[str], vocab: Vocabulary) -> _Evidence:
    every = [_parts(spell(words(line), vocab), vocab) for line in lines]
    return _Evidence(Counter(one for parts in every for one in parts), len(every))
