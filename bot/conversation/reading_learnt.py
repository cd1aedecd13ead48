"""What a message is most like, by weights that were learnt from examples.

`wording/examples/` holds what people say for a wish, a danger, an option. `make learn` finds
how much each word, each pair of words and each part of a word speaks for and against every
meaning, and writes it to `wording/learnt.bin`. How like a meaning a message is goes from about
-1 (not at all) over 0 (as like as not) to 1 (like its examples).

Leads in: `reading_likely`, `reading_answers`, `reading_cries`; tests/conversation/learning.py,
which learns. Source: linear support vectors, one meaning against the rest
(docs/decisions/0018-learnt-from-examples.md).
"""

import zlib
from array import array
from bisect import bisect_left
from functools import lru_cache
from itertools import pairwise
from math import sqrt

import msgspec

from bot.conversation.folding import fold, remembered, words
from bot.conversation.reading_words import variants
from bot.conversation.vocabulary import Vocabulary

_LONGEST = 80  # words; what stands behind them in a longer story is not weighed
_CODE = 4  # digits: somebody's code is no word
_LETTERS = (2, 3, 4)  # how long the parts of a word are
RARITY = 16  # a part's rarity is kept in sixteenths
DONE = "task"  # all tasks are told of in the same words


class Answer(msgspec.Struct, frozen=True):
    """How much parts speak for one answer: their places in order (32 bits each), and how
    much each speaks, in `scale`. least: how like it is what holds none of them."""

    least: float
    scale: float
    places: bytes
    weights: bytes


class Learnt(msgspec.Struct, frozen=True):
    """`learnt.bin`. examples: a checksum of what it was learnt from.

    parts: all that speak for anything, a line each. rarity: of each, in sixteenths.
    meanings: what may be meant anywhere; least, scale: of each, as in `Answer`. rows: for
    each part where its row ends in `whose`, which names a meaning for each of `weights`.
    answers: what only an open question can mean.
    """

    examples: str
    parts: str
    rarity: bytes
    meanings: tuple[str, ...]
    least: tuple[float, ...]
    scale: tuple[float, ...]
    rows: bytes
    whose: bytes
    weights: bytes
    answers: dict[str, Answer]


class Message(msgspec.Struct, frozen=True):
    """A message as weights see it. parts: the known ones by place, and how much of the
    message each is. known: which part of its words is known at all."""

    parts: tuple[tuple[int, float], ...]
    known: float


def parts_of(text: str, vocab: Vocabulary) -> set[str]:
    """The words of a text, its pairs of neighbours and of next but one, and parts of words.

    Short forms, words of a region, Telex and VNI keys are spelled out, marks left aside.
    """
    said = tuple(variants(words(text)[:_LONGEST], vocab))[-1]
    row = ["^", *(_word(word.plain) for word in said), "$"]
    found = set(row[1:-1])
    found |= {f"{one} {after}" for one, after in pairwise(row)}
    found |= {f"{one}_{after}" for one, after in zip(row, row[2:], strict=False)}
    for word in row[1:-1]:
        edged = f"<{word}>"
        for many in _LETTERS:
            found |= {f"~{edged[at : at + many]}" for at in range(len(edged) - many + 1)}
    return found


def _word(plain: str) -> str:
    return "#" if sum(letter.isdigit() for letter in plain) >= _CODE else plain


@remembered
def message(text: str, vocab: Vocabulary) -> Message:
    ready = _ready(vocab)
    said = parts_of(text, vocab)
    found = [ready.places[part] for part in said if part in ready.places]
    much = [ready.learnt.rarity[at] for at in found]
    length = sqrt(sum(one * one for one in much)) or 1.0
    told = [part for part in said if part[0] != "~" and " " not in part and "_" not in part]
    known = sum(part in ready.places for part in told) / max(len(told), 1)
    weighed = ((at, one / length) for at, one in zip(found, much, strict=True))
    return Message(tuple(weighed), known)


@remembered
def likeness(text: str, vocab: Vocabulary) -> dict[str, float]:
    """How like each meaning a message is, the most like first."""
    ready = _ready(vocab)
    learnt = ready.learnt
    sums = [0.0] * len(learnt.meanings)
    for at, much in message(text, vocab).parts:
        for n in range(ready.rows[at - 1] if at else 0, ready.rows[at]):
            sums[learnt.whose[n]] += much * ready.weights[n]
    found = (
        (least + scale * one, name)
        for least, scale, one, name in zip(
            learnt.least, learnt.scale, sums, learnt.meanings, strict=True
        )
    )
    return {name: like for like, name in sorted(found, reverse=True)}


@remembered
def like_answer(text: str, answer: str, vocab: Vocabulary) -> float | None:
    """How like an answer a message is; None where nothing was learnt of that answer."""
    ready = _ready(vocab)
    weighed = ready.learnt.answers.get(answer)
    if weighed is None:
        return None
    places, weights = ready.answers[answer]
    told = 0.0
    for at, much in message(text, vocab).parts:
        n = bisect_left(places, at)
        if n < len(places) and places[n] == at:
            told += much * weights[n]
    return weighed.least + weighed.scale * told


def answer_of(statement: str, answer: str) -> str:
    """The name of an answer that means another thing at every question."""
    return f"{fold(statement)}/{answer}"


def packed(learnt: Learnt) -> bytes:
    return zlib.compress(msgspec.msgpack.encode(learnt), 9)


def unpacked(raw: bytes) -> Learnt:
    return msgspec.msgpack.decode(zlib.decompress(raw), type=Learnt)


class _Ready:
    """What was learnt, and where each part stands in it."""

    def __init__(self, raw: bytes) -> None:
        self.learnt = unpacked(raw)
        self.places = {part: at for at, part in enumerate(self.learnt.parts.split("\n"))}
        self.rows = array("I", self.learnt.rows)
        self.weights = array("b", self.learnt.weights)
        self.answers = {
            name: (array("I", one.places), array("b", one.weights))
            for name, one in self.learnt.answers.items()
        }


@lru_cache(maxsize=2)
def _ready(vocab: Vocabulary) -> _Ready:
    """Unpacked when the first message needs it: some 30 ms."""
    return _Ready(vocab.learnt)
