"""A message in parts: sentences, what is said to somebody, what is taken back.

People greet, excuse themselves and then answer: "Chào cháu. Bác nghĩ mãi rồi, chọn 2".
Each part is read by itself when the whole says nothing. Leads in: `reading_choice`,
`reading_wish`.
"""

import re

from bot.conversation.folding import words
from bot.conversation.reading_patterns import spaced
from bot.conversation.reading_words import Vocabulary, Words, spell

# A comma or a point between digits belongs to the number.
_STOPS = re.compile(r"[!?;\n…]+|[.,:](?!\d)")
MOST = 12  # parts of one message that are looked at


def parts(text: str, vocab: Vocabulary) -> tuple[Words, ...]:
    """The parts of a message, spelled out, at most twelve; one part: the message itself."""
    found: list[Words] = []
    for sentence in _STOPS.split(text):
        found += _cut(spell(words(sentence), vocab), vocab.parts)
        if len(found) >= MOST:
            break
    return tuple(found[:MOST])


def without_calls(said: Words, vocab: Vocabulary) -> Words:
    """The words without "cháu ơi" and its like: "bà ơi" is no answer, and no three."""
    return tuple(word for piece in _cut(said, vocab.calls) for word in piece)


def taken_back(said: Words, vocab: Vocabulary) -> tuple[Words, Words] | None:
    """What was said before and after "à nhầm", "mà là"; None where nothing is taken back."""
    line = spaced(said)
    found = list(vocab.turns.finditer(line))
    if not found:
        return None
    last = found[-1]
    return said[: _at(line, last.start())], said[_at(line, last.end()) :]


def _cut(said: Words, between: re.Pattern[str]) -> list[Words]:
    line = spaced(said)
    pieces, start = [], 0
    for found in between.finditer(line):
        pieces.append(said[start : _at(line, found.start())])
        start = _at(line, found.end())
    pieces.append(said[start:])
    return [piece for piece in pieces if piece]


def _at(line: str, place: int) -> int:
    """The number of words before a place in `spaced(words)`."""
    return line.count(" ", 0, place) - 1
