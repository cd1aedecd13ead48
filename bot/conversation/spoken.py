"""Codes that people say aloud: «hoa sen 27 tre». Pure; chance comes in with the seed.

Three plain syllables and a number, never six digits: learners are taught not to type
those. Read with or without marks, in Telex, with the number in words, run together.
Source: design.md section 4; promises.md P23.
"""

import re
from functools import lru_cache
from hashlib import sha256

import msgspec

from bot.conversation.folding import fold, unkey_word

LEAST, MOST = 10, 99
_SHAPE = 4  # word, word, number, word
_DIGITS = {
    "khong": 0,
    "mot": 1,
    "hai": 2,
    "ba": 3,
    "bon": 4,
    "tu": 4,
    "nam": 5,
    "lam": 5,
    "sau": 6,
    "bay": 7,
    "tam": 8,
    "chin": 9,
}
_RUN_TOGETHER = re.compile(r"([a-z]+)(\d\d)([a-z]+)")


class Spoken(msgspec.Struct, frozen=True):
    """words: what codes are made of. around: folded words that may stand around one
    («dạ, câu nối là hoa sen 27 tre ạ»). Both from `wording/spoken.yaml`."""

    words: tuple[str, ...] = ()
    around: frozenset[str] = frozenset()


def make_code(seed: bytes, spoken: Spoken) -> str:
    """The code of a seed (16 random bytes), as it is shown and said."""
    words = spoken.words
    left = int.from_bytes(seed, "big")
    picked = []
    for _ in range(3):
        left, at = divmod(left, len(words))
        picked.append(words[at])
    number = LEAST + left % (MOST - LEAST + 1)
    return f"{picked[0]} {picked[1]} {number} {picked[2]}"


def read_code(text: str, spoken: Spoken) -> str | None:
    """The code in a message, in its one plain form («hoa sen 27 tre» without marks), or None.

    Only polite words may stand around it.
    """
    known = _plain(spoken.words)
    said = _numbered(_apart(fold(text).split(), known))
    for start in range(len(said) - _SHAPE + 1):
        window = said[start : start + _SHAPE]
        around = [*said[:start], *said[start + _SHAPE :]]
        found = _read(window, known)
        if found and spoken.around.issuperset(around):
            return found
    return None


def code_hash(code: str) -> str:
    """What is stored of a code."""
    return sha256(f"spoken/{fold(code)}".encode()).hexdigest()


@lru_cache(maxsize=4)
def _plain(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(fold, words))


def _apart(said: list[str], known: frozenset[str]) -> list[str]:
    """«hoasen27tre» as four pieces."""
    pieces: list[str] = []
    for word in said:
        found = _RUN_TOGETHER.fullmatch(word)
        front = _two(found[1], known) if found else []
        pieces += [*front, found[2], found[3]] if found and front else [word]
    return pieces


def _two(joined: str, known: frozenset[str]) -> list[str]:
    for at in range(1, len(joined)):
        if joined[:at] in known and joined[at:] in known:
            return [joined[:at], joined[at:]]
    return []


def _numbered(said: list[str]) -> list[str]:
    """«hai bảy», «hai mươi bảy», «mười lăm» as «27», «27», «15»."""
    pieces: list[str] = []
    at = 0
    while at < len(said):
        number, length = _number(said[at : at + 3])
        pieces.append(str(number) if length else said[at])
        at += length or 1
    return pieces


def _number(said: list[str]) -> tuple[int, int]:
    """The number that these words begin with, and how many of them make it."""
    tens = [_DIGITS.get(word) for word in said]
    match said:
        case ["muoi", *_] if len(said) > 1 and tens[1]:
            return 10 + tens[1], 2
        case ["muoi", *_]:
            return 10, 1
        case [_, "muoi", *_] if tens[0] and len(said) > 2 and tens[2]:
            return tens[0] * 10 + tens[2], 3
        case [_, "muoi", *_] if tens[0]:
            return tens[0] * 10, 2
        case [_, _, *_] if tens[0] and tens[1] is not None:
            return tens[0] * 10 + tens[1], 2
        case _:
            return 0, 0


def _read(window: list[str], known: frozenset[str]) -> str | None:
    first, second, number, third = window
    if not (number.isascii() and number.isdigit() and LEAST <= int(number[:4]) <= MOST):
        return None
    meant = [
        word if word in known else fold(unkeyed.full) if (unkeyed := unkey_word(word)) else ""
        for word in (first, second, third)
    ]
    if not all(word in known for word in meant):
        return None
    return f"{meant[0]} {meant[1]} {number} {meant[2]}"
