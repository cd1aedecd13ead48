"""A message in parts: sentences, what is said to somebody, what is taken back.

People greet, excuse themselves and then answer: "Chào cháu. Bác nghĩ mãi rồi, chọn 2".
Each part is read by itself when the whole says nothing. Leads in: `reading_choice`,
`reading_wish`.
"""

import re
from itertools import islice

from bot.conversation.folding import Word, words
from bot.conversation.reading_patterns import spaced, word_at
from bot.conversation.reading_words import spell
from bot.conversation.vocabulary import Vocabulary, Words

# A comma or a point between digits belongs to the number.
_STOPS = re.compile(r"[!?;\n…]+|[.,:](?!\d)")
_STOPS_AND_DASHES = re.compile(_STOPS.pattern + r"|[-–=]?>|→|\+|\s[-–]\s")
MOST = 12  # parts of one message that are looked at
STOP = Word(",", ",")


def parts(text: str, vocab: Vocabulary) -> tuple[Words, ...]:
    """The parts of a message, spelled out, at most twelve; one part: the message itself."""
    found: list[Words] = []
    for sentence in _STOPS.split(text):
        found += cut(spell(words(sentence), vocab), vocab.parts)
        if len(found) >= MOST:
            break
    return tuple(found[:MOST])


def pieces(text: str, vocab: Vocabulary) -> list[Words]:
    """The pieces of a message that may tell of several things, spelled out: parted by stops,
    dashes and joining words ("rồi", "với")."""
    every = (one for sentence in sentences(text, vocab) for one in cut(sentence, vocab.joins))
    return list(islice(every, MOST))


def sentences(text: str, vocab: Vocabulary) -> list[Words]:
    """The message cut at its stops and dashes alone."""
    every = (spell(words(one), vocab) for one in _STOPS_AND_DASHES.split(text))
    return list(islice(filter(None, every), MOST))


def stopped(text: str) -> Words:
    """The words with a `STOP` between sentences: a "not" reaches no further."""
    found: list[Word] = []
    for sentence in _STOPS.split(text):
        said = words(sentence)
        found += (STOP, *said) if found and said else said
    return tuple(found)


def without_calls(said: Words, vocab: Vocabulary) -> Words:
    """The words without "cháu ơi" and its like: "bà ơi" is no answer, and no three."""
    return tuple(word for piece in cut(said, vocab.calls) for word in piece)


def taken_back(said: Words, vocab: Vocabulary) -> Words | None:
    """What was said behind the last "à nhầm", "à không"; None where nothing is taken back."""
    return next((behind for _, behind in _around(said, vocab.turns)), None)


def contrasted(said: Words, vocab: Vocabulary) -> list[tuple[Words, Words]]:
    """What stands before and behind each "chứ", "mà là"; the last first."""
    return _around(said, vocab.contrasts)


def _around(said: Words, between: re.Pattern[str]) -> list[tuple[Words, Words]]:
    line = spaced(said)
    return [
        (said[: word_at(line, found.start())], said[word_at(line, found.end()) :])
        for found in reversed(list(between.finditer(line)))
    ]


def cut(said: Words, between: re.Pattern[str]) -> list[Words]:
    """The words without what stands between them, piece by piece."""
    line = spaced(said)
    pieces, start = [], 0
    for found in between.finditer(line):
        pieces.append(said[start : word_at(line, found.start())])
        start = word_at(line, found.end())
    pieces.append(said[start:])
    return [piece for piece in pieces if piece]
