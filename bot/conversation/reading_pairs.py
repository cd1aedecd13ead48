"""Pairs told in words: "ét là sắc, ép là huyền", "sắc thì s", whole or in part.

A word that only one left side has, or the name of its letter, begins a pair; what stands
beside it is read against the right sides. Nothing is taken twice.

Leads in: the kind MATCH. Source: learner-experience.md F1; curriculum.md 2.
"""

import re
from collections.abc import Mapping, Sequence

from bot.conversation.folding import Word, agrees, words
from bot.conversation.reading_choice import is_in_doubt
from bot.conversation.reading_numbers import Choice
from bot.conversation.reading_parts import pieces
from bot.conversation.reading_several import LONGEST, Meant, meant, settled
from bot.conversation.reading_words import look_up, spell
from bot.conversation.vocabulary import Vocabulary, Words, fills

_OWNED = re.compile(r"(?<=\w)['’]s\b")  # the s of "it's" is no letter


def read_pairs(
    text: str, lefts: tuple[Choice, ...], rights: tuple[Choice, ...], vocab: Vocabulary
) -> dict[str, str]:
    """For each left side that is told for sure, the id of its right side."""
    if len(words(text)) > LONGEST or is_in_doubt(text, (*lefts, *rights), vocab):
        return {}
    names = _names(lefts, rights, vocab)
    beside = _beside(pieces(_OWNED.sub(" ", text), vocab), names, vocab)
    labels = {one.id: {word.plain for word in words(one.label)} for one in (*lefts, *rights)}
    theirs = set().union(*(labels[one.id] for one in rights))
    read: dict[str, Meant] = {}
    for left, every in beside:
        own = labels[left] - theirs
        read[left] = _right([_bare(one, own, vocab) for one in every], rights, vocab)
    sure = zip(read, settled(list(read.values())), strict=True)
    told = {left: one[0] for left, one in sure if one and len(one) == 1}
    return {left: one for left, one in told.items() if [*told.values()].count(one) == 1}


def _names(
    lefts: Sequence[Choice], rights: Sequence[Choice], vocab: Vocabulary
) -> dict[str, frozenset[Word]]:
    """For each left side the words by which it is named: those that no other side has."""
    every = {one.id: frozenset(spell(words(one.label), vocab)) for one in lefts}
    plain = [{word.plain for word in said} for said in every.values()]
    plain += [{word.plain for word in spell(words(one.label), vocab)} for one in rights]
    return {
        name: frozenset(
            word
            for word in said
            if sum(word.plain in each for each in plain) == 1
            and (len(said) == 1 or not fills(word, vocab.light))
        )
        for name, said in every.items()
    }


def _named(word: Word, names: Mapping[str, frozenset[Word]], vocab: Vocabulary) -> str | None:
    """The left side that a word names, by itself or as the name of its letter."""
    letter = look_up((word,), vocab.letters)
    for name, own in names.items():
        for one in own:
            same = word.plain == one.plain and agrees(word.full, one.full)
            if same or (letter is not None and spell(words(letter), vocab) == (one,)):
                return name
    return None


def _asks_what(before: Word | None, word: Word, vocab: Vocabulary) -> bool:
    """ "là gì", "dấu gì" ask; they do not name the letter j."""
    return word.plain == "gi" and before is not None and fills(before, vocab.pairing)


def _beside(
    every: Sequence[Words], names: Mapping[str, frozenset[Word]], vocab: Vocabulary
) -> list[tuple[str, list[Words]]]:
    """Each left side with the pieces that stand beside it. A piece that names none goes on
    with what stands before it."""
    found: list[tuple[str, list[Words]]] = []
    for piece in every:
        named = [
            None if _asks_what(before, word, vocab) else _named(word, names, vocab)
            for before, word in zip((None, *piece), piece, strict=False)
        ]
        rows = _rows(named)
        if not rows and found:
            found[-1][1].append(piece)
        # "sắc là s huyền là f": what is told of a left side stands before it.
        behind = bool(rows) and all(fills(word, vocab.pairing) for word in piece[: rows[0][0]])
        for n, (start, end) in enumerate(rows):
            first = 0 if n == 0 else (start if behind else rows[n - 1][1])
            last = len(piece) if n == len(rows) - 1 else (rows[n + 1][0] if behind else end)
            found.append((str(named[start]), [piece[first:start] + piece[end:last]]))
    return found


def _rows(named: Sequence[str | None]) -> list[tuple[int, int]]:
    """Where a left side is named, by one word or several: each time from and to."""
    found: list[tuple[int, int]] = []
    for at, name in enumerate(named):
        if name is None:
            continue
        if found and named[found[-1][0]] == name:
            found[-1] = (found[-1][0], at + 1)
        else:
            found.append((at, at + 1))
    return found


def _bare(said: Words, own: set[str], vocab: Vocabulary) -> Words:
    """What is told of a left side, without its other words and without "là", "đi với"."""
    said = tuple(word for word in said if word.plain not in own)
    while said and fills(said[0], vocab.pairing):
        said = said[1:]
    while said and fills(said[-1], vocab.pairing):
        said = said[:-1]
    return said


def _right(every: Sequence[Words], rights: tuple[Choice, ...], vocab: Vocabulary) -> Meant:
    """The right side that is told in the pieces together, or in the first alone."""
    together = meant(tuple(word for one in every for word in one), rights, vocab)
    if together and len(together) == 1:
        return together
    return meant(every[0], rights, vocab)
