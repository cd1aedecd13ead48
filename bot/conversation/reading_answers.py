"""Answers in people's own words: which option they are most like, weighed by examples.

`wording/answers.yaml` holds what people say when they mean an option ("cái nút bên hông" for
«Nút nguồn ở cạnh máy»). Each word, and each two in a row, speak for an option as far as they
stand in its examples more often than among all that is ever said. The best option must be
far ahead of the next; near it, the tutor asks. A word behind a "not" is another word.

Leads in: `understand`. Source: naive Bayes against a background, each word's part capped.
"""

from functools import lru_cache

from bot.conversation.folding import fold, remembered, words
from bot.conversation.reading_labels import in_order
from bot.conversation.reading_numbers import Choice, Chosen, Reading, Unread, Unsure
from bot.conversation.reading_patterns import spaced
from bot.conversation.reading_weights import Evidence, counted, parts, speaks_for
from bot.conversation.reading_words import mended, spell, variants
from bot.conversation.vocabulary import Vocabulary

_LONGEST = 30  # words
# Found on the sayings in tests/conversation/utterances: how much must speak for an option to
# be taken or asked about, how far ahead of the next it must be, and for which part of the
# words it must be that speaks.
_ENOUGH, _WORTH_ASKING = 5.0, 3.0
_AHEAD = 2.5
_FIRM, _FIRMLY_COVERED = 8.0, 0.65  # from where on it may go before a wish
_RIVAL, _FAR_AHEAD = 2.5, 5.5
_COVERED, _HALF_COVERED = 0.5, 0.3


@remembered
def likely_answer(text: str, choices: tuple[Choice, ...], vocab: Vocabulary) -> Reading:
    """The option that the words are by far most like, those that come near, or none.

    sure: so much speaks for it that it may go before a wish.
    """
    known = [vocab.answers.get(fold(one.label)) for one in choices]
    said = words(text)
    if len(choices) < 2 or not any(known) or not 0 < len(said) <= _LONGEST:
        return Unread()
    said_parts = parts(tuple(variants(mended(said, vocab) or said, vocab))[-1], vocab)
    told = [one for one in said_parts if " " not in one]
    if not told:
        return Unread()
    very = [one.id for one in choices if frozenset(said_parts) in _each(one.label, vocab)]
    if len(very) == 1:
        return Chosen(very[0])
    weights = {
        choice.id: {one: _spoken_for(one, choice.label, vocab) for one in said_parts}
        for choice in choices
    }
    scores = sorted(
        (
            (sum(each.values()), sum(each[one] > 0 for one in told) / len(told), name)
            for name, each in weights.items()
        ),
        reverse=True,
    )
    (best, covered, meant), second = scores[0], max(scores[1][0], 0.0)
    ahead = best - second >= _AHEAD
    # A word that is another option's alone, unless far more speaks for this one.
    rival = best - second < _FAR_AHEAD and any(
        max(each[one] for each in weights.values()) >= _RIVAL and weights[meant][one] < 0
        for one in told
    )
    wavers = vocab.wavering.search(spaced(said)) is not None
    if best >= _ENOUGH and ahead and covered >= _COVERED and not wavers and not rival:
        return Chosen(meant, sure=best >= _FIRM and covered >= _FIRMLY_COVERED)
    if best < _WORTH_ASKING or covered < _HALF_COVERED:
        return Unread()
    if wavers and second > 0:
        return Unsure(in_order((one for _, _, one in scores[:2]), choices))
    near = (one for score, _, one in scores[:2] if best - score < _AHEAD)
    return Unsure(in_order(near, choices))


@lru_cache(maxsize=16384)
def _spoken_for(one: str, label: str, vocab: Vocabulary) -> float:
    return speaks_for(one, _examples(label, vocab), _background(vocab))


@lru_cache(maxsize=1024)
def _examples(label: str, vocab: Vocabulary) -> Evidence:
    """The examples of an option; its own words are two of them."""
    return counted((label, label, *vocab.answers.get(fold(label), ())), vocab)


@lru_cache(maxsize=1024)
def _each(label: str, vocab: Vocabulary) -> frozenset[frozenset[str]]:
    """The examples of an option one by one, but for those of one word."""
    every = (parts(spell(words(one), vocab), vocab) for one in vocab.answers.get(fold(label), ()))
    return frozenset(frozenset(one) for one in every if len(one) > 1)


@lru_cache(maxsize=2)
def _background(vocab: Vocabulary) -> Evidence:
    """All that is said of anything, counted when the first message needs it."""
    lines = (*vocab.answers.values(), *vocab.sayings.values())
    return counted([line for every in lines for line in every], vocab)
