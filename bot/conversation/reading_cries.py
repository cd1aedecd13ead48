"""Likely cries: dangers that no rule of `reading_danger` tells, weighed by examples.

`wording/cries.yaml` holds what people have said in danger, by its kind, and talk that is none.
What is far more like a cry than like talk, answers and wishes is heard as one.

Leads in: `understand`. Source: learner-experience.md H3.
"""

from functools import lru_cache

import msgspec

from bot.conversation.folding import remembered, words
from bot.conversation.reading_weights import Evidence, counted, parts, speaks_for
from bot.conversation.reading_words import variants
from bot.conversation.vocabulary import Vocabulary

TALK = "none"
_LONGEST, _SHORTEST = 60, 3  # words
# Found on the sayings in tests/conversation/utterances: how much must speak for a danger to
# ask whether it is one, and to be sure.
_ENOUGH, _FIRM = 7.0, 10.0


class Cry(msgspec.Struct, frozen=True):
    """The kind of danger, and whether so much speaks for it that it need not be asked."""

    kind: str
    firm: bool


@remembered
def likely_danger(text: str, vocab: Vocabulary) -> Cry | None:
    """The danger that the words are by far more like than talk, or None."""
    said = words(text)
    if not _SHORTEST <= len(said) <= _LONGEST:
        return None
    told = parts(tuple(variants(said, vocab))[-1], vocab)
    score, kind = max(
        (sum(_spoken_for(one, kind, vocab) for one in told), kind)
        for kind in vocab.cries
        if kind != TALK
    )
    return Cry(kind, score >= _FIRM) if score >= _ENOUGH else None


@lru_cache(maxsize=16384)
def _spoken_for(one: str, kind: str, vocab: Vocabulary) -> float:
    return speaks_for(one, _examples(kind, vocab), _talk(vocab))


@lru_cache(maxsize=16)
def _examples(kind: str, vocab: Vocabulary) -> Evidence:
    return counted(vocab.cries[kind], vocab)


@lru_cache(maxsize=2)
def _talk(vocab: Vocabulary) -> Evidence:
    """All that is said and is no cry; counted when the first message needs it."""
    every = (vocab.cries[TALK], *vocab.sayings.values(), *vocab.answers.values())
    return counted([line for lines in every for line in lines], vocab)
