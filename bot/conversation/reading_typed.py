"""A phrase the learner was asked to type: is it that, without its marks, or nearly?

Source: curriculum.md 2.1.
"""

import unicodedata
from typing import Literal

import msgspec
from rapidfuzz.distance import Levenshtein

from bot.conversation.folding import Word, fold, unkey, words

_LETTERS_A_SLIP = 8
_FIRST_SLIP = 4  # shorter targets must be right
_ENDS = " \t\n.,;:!?\"'()«»“”…"
_MANNER = frozenset(
    word.full
    for word in words("dạ ạ nhé nha nhe nghen cháu con em chau a e đây nè đó này vâng da ơi")
)
_GRADES = ("exact", "loose", "near", "far")


class Typed(msgspec.Struct, frozen=True):
    """How what was typed compares with what was to be typed.

    exact: every letter and mark. loose: every letter, marks missing or off. near: one
    wrong letter for each 8. far: something else, so not an answer at all.
    missing: the words of the target to look at again, as the target writes them.
    """

    kind: Literal["exact", "loose", "near", "far"]
    missing: tuple[str, ...] = ()


def compare_typed(
    typed: str, target: str, accept: tuple[str, ...] = (), exact_ascii: bool = False
) -> Typed:
    """Compare with the target and its variants; the kindest reading counts.

    exact_ascii: an address; case, the scheme and a last slash do not matter, all else does.
    """
    compare = _address if exact_ascii else _phrase
    every = [compare(typed, one) for one in (target, *accept)]
    return min(every, key=lambda one: _GRADES.index(one.kind))


def _address(typed: str, target: str) -> Typed:
    ours, theirs = _bare_address(target), _bare_address(typed)
    if ours == theirs:
        return Typed("exact")
    if _marks_off(theirs) == _marks_off(ours):
        return Typed("loose", (target,))
    return Typed("far")


def _bare_address(text: str) -> str:
    text = unicodedata.normalize("NFC", text).lower().strip(_ENDS)
    return text.removeprefix("https://").removeprefix("http://").rstrip("/")


def _marks_off(text: str) -> str:
    parted = unicodedata.normalize("NFD", text.replace("đ", "d"))
    return "".join(one for one in parted if not unicodedata.category(one).startswith("M"))


def _phrase(typed: str, target: str) -> Typed:
    said, meant = words(typed), words(target)
    if not said or not meant:
        return Typed("far")
    said = _without_manner(said, meant)
    typed = " ".join(word.plain for word in said)
    shown = _shown(target, meant)
    if [word.full for word in said] == [word.full for word in meant]:
        return Typed("exact")
    plain, wanted = fold(typed), fold(target)
    if plain == wanted:
        return Typed("loose", _differing(said, meant, shown))
    # Telex or VNI keys that were left standing: every letter is there, no mark is.
    if unkey(plain) == wanted:
        return Typed(
            "loose",
            tuple(one for one, word in zip(shown, meant, strict=True) if word.full != word.plain),
        )
    letters = len(wanted.replace(" ", ""))
    allowed = 0 if letters < _FIRST_SLIP else max(1, letters // _LETTERS_A_SLIP)
    wrong = min(Levenshtein.distance(plain, wanted), Levenshtein.distance(unkey(plain), wanted))
    if wrong > allowed and plain.replace(" ", "") != wanted.replace(" ", ""):
        return Typed("far")
    return Typed("near", _off(said, meant, shown))


def _without_manner(said: tuple[Word, ...], meant: tuple[Word, ...]) -> tuple[Word, ...]:
    """The words without the "dạ" before and the "nhé cháu" behind that the target lacks."""
    theirs = {word.plain for word in meant}
    while len(said) > len(meant) and said[-1].full in _MANNER and said[-1].plain not in theirs:
        said = said[:-1]
    while len(said) > len(meant) and said[0].full in _MANNER and said[0].plain not in theirs:
        said = said[1:]
    return said


def _shown(target: str, meant: tuple[Word, ...]) -> tuple[str, ...]:
    """The target's words as written, one for each folded word."""
    parts = [part.strip(_ENDS) for part in target.split()]
    parts = [part for part in parts if fold(part)]
    same = len(parts) == len(meant)
    return tuple(parts) if same else tuple(word.plain for word in meant)


def _differing(
    said: tuple[Word, ...], meant: tuple[Word, ...], shown: tuple[str, ...]
) -> tuple[str, ...]:
    pairs = zip(said, meant, shown, strict=True)
    return tuple(dict.fromkeys(one for a, b, one in pairs if a.full != b.full))


def _off(
    said: tuple[Word, ...], meant: tuple[Word, ...], shown: tuple[str, ...]
) -> tuple[str, ...]:
    """The words with a wrong letter; the target's first words when only spaces are off."""
    ours, theirs = [word.plain for word in meant], [word.plain for word in said]
    found: list[str] = []
    for step in Levenshtein.opcodes(theirs, ours):
        if step.tag != "equal":
            found += shown[step.dest_start : step.dest_end]
    return tuple(dict.fromkeys(found))
