"""Finding what the vocabulary holds in the words of a message.

A message is looked at as typed; with short forms and words of a region spelled out; with
the keys of Telex and VNI read. A phrase is found as the whole message, polite words left
aside, or with one slip of a finger. Leads in: the other `reading_*` files.
"""

from collections.abc import Iterator
from functools import lru_cache

from rapidfuzz.distance import OSA

from bot.conversation.folding import Word, agrees, is_syllable, unkey_word
from bot.conversation.vocabulary import Around, Spelling, Table, Vocabulary, Words, fills


def variants(said: Words, vocab: Vocabulary) -> Iterator[Words]:
    """The words as typed; with short forms and dialect spelled out; with Telex and VNI
    keys read. Words with four digits may be somebody's code and stay in no memory."""
    digits = sum(letter.isdigit() for word in said for letter in word.plain)
    return iter((_variants if digits < 4 else _variants.__wrapped__)(said, vocab))


@lru_cache(maxsize=64)
def _variants(said: Words, vocab: Vocabulary) -> tuple[Words, ...]:
    return tuple(_spelled(said, vocab))


def _spelled(said: Words, vocab: Vocabulary) -> Iterator[Words]:
    yield said
    spelled = spell(said, vocab)
    if spelled != said:
        yield spelled
    unkeyed = tuple(
        word if word.plain in vocab.known else unkey_word(word.plain) or word for word in said
    )
    if unkeyed != said:
        read = spell(unkeyed, vocab)
        if read != spelled:
            yield read


def mended(said: Words, vocab: Vocabulary) -> Words | None:
    """The words with slips in English ones mended ("repaet", "secnd"); None: there is none."""
    fixed = tuple(_mended(word, vocab) for word in said)
    return fixed if fixed != said else None


@lru_cache(maxsize=4096)
def _mended(word: Word, vocab: Vocabulary) -> Word:
    """A word that is no Vietnamese syllable as the one English word that it is one slip from."""
    plain = word.plain
    odd = len(plain) > 3 and plain.isascii() and plain.isalpha() and not is_syllable(plain)
    if not odd or plain in vocab.foreign or unkey_word(plain):
        return word
    near = [one for one in vocab.foreign if slipped_once(plain, one)]
    return Word(near[0], near[0]) if len(near) == 1 else word


def spell(said: Words, vocab: Vocabulary, by: Spelling | None = None) -> Words:
    """Short forms ("ko", "dc") and words of a region ("hổng", "mần") as the books have them.

    by: another table than that of short forms.
    """
    table = vocab.spelling if by is None else by
    found: list[Word] = []
    at = 0
    while at < len(said):
        for rest, full in table.get(said[at].full, ()):
            behind = said[at + 1 : at + 1 + len(rest)]
            if tuple(word.full for word in behind) == rest:
                found += full
                at += len(rest)
                break
        else:
            found.append(said[at])
        at += 1
    return tuple(found)


def spans(said: Words, around: Around) -> Iterator[Words]:
    """Parts of the message with only polite words around them; the longest first."""
    count = len(said)
    first = next((n for n, word in enumerate(said) if not fills(word, around.before)), count)
    last = next((n for n in range(count, 0, -1) if not fills(said[n - 1], around.after)), 0)
    found = [
        (start, end)
        for start in range(min(first, count - 1) + 1)
        for end in range(max(last, 1), count + 1)
        if start < end
    ]
    for start, end in sorted(found, key=lambda at: (at[0] - at[1], at[0])):
        yield said[start:end]


def look_up(said: Words, table: Table) -> str | None:
    """What a phrase stands for in a table, if its marks allow; the closest marks first."""
    entries = table.get("".join(word.plain for word in said))
    if not entries:
        return None
    found = [(cost, meaning) for meaning, full in entries if (cost := _clash(said, full)) < 2]
    return min(found)[1] if found else None


def _clash(said: Words, full: tuple[str, ...]) -> float:
    """0 for the very marks, under 1 for marks left out, 1 for one word of several
    with a mark that contradicts, 2 for another phrase."""
    if len(said) != len(full):
        # Typed without its spaces ("hoctiep"), or with too many.
        return 0.9 if len("".join(full)) >= 6 or len(full) > len(said) + 1 else 2
    wrong = sum(not agrees(word.full, meant) for word, meant in zip(said, full, strict=True))
    if wrong:
        return 1 if wrong == 1 and len(full) > 1 and len("".join(full)) >= 6 else 2
    same = sum(word.full == meant for word, meant in zip(said, full, strict=True))
    return 0.5 * (1 - same / len(full))


def whole(said: Words, table: Table, around: Around, vocab: Vocabulary) -> str | None:
    """What the whole message stands for, polite words left aside."""
    if not 0 < len(said) <= 16:
        return None
    for variant in variants(said, vocab):
        for span in spans(variant, around):
            found = look_up(span, table)
            if found:
                return found
    return None


@lru_cache(maxsize=8192)
def slipped(typed: str, meant: str) -> bool:
    """Whether a folded word may be another with one slip: five letters at least, or a
    word that is no Vietnamese syllable at all ("tiwp")."""
    if abs(len(typed) - len(meant)) > 1 or len(meant) < 3 or not typed.isalpha():
        return False
    if len(typed) < 5 and is_syllable(typed):
        return False
    return slipped_once(typed, meant)


def slipped_once(typed: str, meant: str) -> bool:
    """Whether one letter is left out, put in, changed, or changed places with the next."""
    return int(OSA.distance(typed, meant, score_cutoff=1)) == 1
