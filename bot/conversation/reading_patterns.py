"""The little language in which `wording/words.yaml` writes patterns.

    (a|b) either   (a)? perhaps   * up to three words   ** up to eight
    ^ start   $ end   {name} a set named under `sets`
    word any marks or none   =word these marks or none   !word these marks exactly

Who types the tone of a "=word" types the marks of its letters too ("bán" is no "bắn"); the
letters' marks without the tone pass ("đươc").

A pattern is searched in `spaced(words)`: canonical words with a space on both sides. It
takes the space before each of its words, so that the search can leap from space to space.
Leads in: `vocabulary`, which compiles it, and `reading_danger`.
"""

import re
from collections.abc import Iterable, Mapping

from bot.conversation.folding import TONES, Word, canonical, fold

_PIECE = re.compile(r"\(|\)\??|\||\*\*?|\$|\^|[^\s()|*$^]+")
_SET = re.compile(r"\{(\w+)\}")
# Patterns are written in letters below U+0100: above it, the compiler of expressions takes
# 60 µs for each set of letters, and a start half a second.
_NARROW = str.maketrans("ăơưứđ" + TONES, "ãõùúð" + "°±²³´"[: len(TONES)])
_SAME = {"a": "aăâ", "e": "eê", "o": "oôơ", "u": "uưứ", "d": "dđ"}
_SIGNS = {
    "(": "(?:",
    ")": ")",
    ")?": ")?",
    "|": "|",
    "*": r"(?: \S+){0,3}",
    "**": r"(?: \S+){0,8}",
    "$": r"(?= \Z)",
    "^": r"\A",
}

Sets = Mapping[str, str]


def pattern(lines: Iterable[str], sets: Sets) -> re.Pattern[str]:
    """One expression out of many lines. Raises KeyError for a set that is not there."""
    written = (_SET.sub(lambda at: f"({sets[at[1]]})", line) for line in lines)
    either = "|".join(f"(?:{_line(line)})" for line in written)
    return re.compile(f"(?:{either})(?= )".translate(_NARROW))


def spaced(said: Iterable[Word]) -> str:
    """The canonical words as one string that patterns are searched in."""
    return (" " + "".join(word.full + " " for word in said)).translate(_NARROW)


def word_at(line: str, place: int) -> int:
    """The number of the word before which a place in `spaced(words)` stands."""
    return line.count(" ", 0, place)


def _line(line: str) -> str:
    return "".join(_SIGNS.get(piece) or _word(piece) for piece in _PIECE.findall(line))


def _word(piece: str) -> str:
    """One word of a pattern, with the space before it."""
    if "\\" in piece:
        return " " + piece
    mode, bare = (piece[0], piece[1:]) if piece[0] in "=!" else ("", piece)
    word = canonical(bare.lower())
    tone = word[-1] if word[-1] in TONES else ""
    letters = word[:-1] if tone else word
    if mode == "!":
        return " " + letters + tone
    if mode == "=":
        every = "".join(one if one == fold(one) else f"[{one}{fold(one)}]" for one in letters)
        return f" (?:{letters}{tone}|{every}(?![{TONES}]))" if tone else " " + every
    every = "".join(f"[{_SAME[fold(one)]}]" if fold(one) in _SAME else one for one in letters)
    return f" {every}[{TONES}]?"
