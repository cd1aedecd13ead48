"""Numbers that stand for options: "2", "câu hai nhé", "cái cuối", "2 rồi 1 rồi 3".

Never fuzzy: a digit is that digit, and a number beside other words is asked about.
Leads in: `reading_choice`, `understand`. Source: learner-experience.md C2, F1.
"""

from collections.abc import Iterator, Sequence

import msgspec

from bot.conversation.folding import Word, fold, words
from bot.conversation.reading_words import look_up, variants
from bot.conversation.vocabulary import Vocabulary, Words, fills

_LETTERS = ("a", "b", "c", "d")


class Choice(msgspec.Struct, frozen=True):
    """One thing offered. `extra`: other words for the same."""

    id: str
    label: str
    extra: tuple[str, ...] = ()


class Chosen(msgspec.Struct, frozen=True):
    """This one, and no other. sure: by its number or its very words, not by part of them."""

    id: str
    sure: bool = True


class Unsure(msgspec.Struct, frozen=True):
    """Perhaps this one, or one of these: ask. denied: those that are left when another is
    said not to be meant ("không phải 1")."""

    ids: tuple[str, ...]
    denied: bool = False


class OutOfRange(msgspec.Struct, frozen=True):
    """A number that is not offered."""

    number: int


class Unread(msgspec.Struct, frozen=True):
    """None of them: not understood, never wrong."""


Reading = Chosen | Unsure | OutOfRange | Unread


def by_number(said: Words, choices: Sequence[Choice], vocab: Vocabulary) -> Reading | None:
    """The choice that a number, a letter or a place names, with only answer words around."""
    said = _unglued(said, vocab)
    for variant in variants(said, vocab):
        spelt = _digit_by_digit(variant, choices, vocab)
        if spelt:
            return spelt
        for span, behind, before in _middles(variant, vocab):
            number = _named(span, before, len(choices), vocab)
            if number is None:
                continue
            reading = _offered(number, choices)
            if (behind and behind.plain == "oi") or (before and before.plain == "co"):
                return None  # "bà ơi", "có 2 con"
            if behind and fills(behind, vocab.counted):
                # "2 con" may be two children.
                return Unsure((reading.id,)) if isinstance(reading, Chosen) else None
            return reading
    return _several(list(variants(said, vocab))[-1], choices, vocab)


def beside(
    said: Words, choices: Sequence[Choice], ours: set[str], vocab: Vocabulary
) -> tuple[Words, str] | None:
    """A number beside other words ("2 tấm ảnh"): the other words, and what it names.

    Only a number at an end of the message or behind a cue, and only one. ours: the words
    of the labels; "ba" in "mo danh ba" is one of them, and no three.
    """
    numbers = [
        one for one in _numbers_in(said, vocab) if said[one[1]].plain not in ours or one[0] > 9
    ]
    if len(numbers) != 1 or not 1 <= numbers[0][0] <= len(choices):
        return None
    at = numbers[0][1]
    if at not in (0, len(said) - 1) and not _cued(said, at, vocab):
        return None
    return said[:at] + said[at + 1 :], choices[numbers[0][0] - 1].id


def picked(said: Words, choices: Sequence[Choice], vocab: Vocabulary) -> str | None:
    """The choice named by the one number of a longer message that stands right behind
    "chọn", "đáp án" and their like."""
    numbers = _numbers_in(said, vocab)
    if len(numbers) != 1 or not 1 <= numbers[0][0] <= len(choices):
        return None
    number, at = numbers[0]
    counts = any(fills(word, vocab.counted) for word in said[at + 1 : at + 2])
    return choices[number - 1].id if _cued(said, at, vocab) and not counts else None


def _cued(said: Words, at: int, vocab: Vocabulary) -> bool:
    return at > 0 and fills(said[at - 1], vocab.cues)


def _unglued(said: Words, vocab: Vocabulary) -> Words:
    """ "cau2" -> "cau 2", "2nhe" -> "2 nhe"; VNI words stay whole."""
    found: list[Word] = []
    for word in said:
        plain = word.plain
        letters, digits = plain.strip("0123456789"), "".join(filter(str.isdigit, plain))
        both = letters and digits and letters.isalpha() and len(digits) <= 2
        if both and plain == letters + digits and letters in vocab.answer.before:
            found += [Word(letters, letters), Word(digits, digits)]
        elif both and plain == digits + letters and letters in vocab.answer.after:
            found += [Word(digits, digits), Word(letters, letters)]
        else:
            found.append(word)
    return tuple(found)


def _middles(said: Words, vocab: Vocabulary) -> Iterator[tuple[Words, Word | None, Word | None]]:
    """One to three words with only answer words around; the word behind; the word before."""
    count, before, after = len(said), vocab.answer.before, vocab.answer.after
    for start in range(count):
        if any(not fills(word, before) for word in said[:start]):
            return
        for end in range(min(start + 3, count), start, -1):
            if all(fills(word, after) for word in said[end:]):
                behind = said[end] if end < count else None
                yield said[start:end], behind, said[start - 1] if start else None


def _named(span: Words, before: Word | None, count: int, vocab: Vocabulary) -> int | None:
    """The number that a digit, a number word, a letter or an ordinal names."""
    if len(span) == 1:
        word = span[0].plain
        if word.isdecimal() and (len(word) <= 3 or len(set(word)) == 1):
            return int(word[:3])
        if span[0].full in _LETTERS and _LETTERS.index(word) < count:
            # "da a" may be "dạ ạ": the letter a needs to stand alone or behind a cue.
            alone = word != "a" or before is None or fills(before, vocab.cues)
            return _LETTERS.index(word) + 1 if alone else None
        found = look_up(span, vocab.numbers)
        if found:
            return int(found)
        letter = _letter(span[0], before, vocab)
        if letter in _LETTERS[:count]:
            return _LETTERS.index(letter) + 1
        very = before is None and any(
            span[0].full in full for _, full in vocab.ordinals.get(word, ())
        )
        cued = before is not None and before.plain in vocab.ordinal_cues
        if not cued and len(word) < 6 and not very:
            return None
    if any(word.full in vocab.against.get(word.plain, ()) for word in span):
        return None  # "đâu" is where, and "đầu" without its tone
    found = look_up(span, vocab.ordinals)
    if found is None:
        return None
    if found == "0":
        return (count + 1) // 2 if count % 2 else None
    return count if found == "-1" else int(found)


def _letter(word: Word, before: Word | None, vocab: Vocabulary) -> str | None:
    """The letter itself, or what its name says with its marks or behind a cue ("câu be")."""
    if word.full in _LETTERS:
        return word.full
    names = vocab.letters.get(word.plain, ())
    marked = any((word.full,) == name for _, name in names) and word.full != word.plain
    cued = before is not None and fills(before, vocab.cues)
    return look_up((word,), vocab.letters) if marked or cued else None


def _digit_by_digit(said: Words, choices: Sequence[Choice], vocab: Vocabulary) -> Reading | None:
    """ "một một bốn" is 114, where a label has that number."""
    row = "".join(look_up((word,), vocab.numbers) or " " for word in said).strip()
    if not 3 <= len(row) <= 6 or not row.isdecimal():
        return None
    holds = [one.id for one in choices if row in fold(one.label).split()]
    return Chosen(holds[0]) if len(holds) == 1 else None


def _offered(number: int, choices: Sequence[Choice]) -> Reading:
    """The choice of that number; or the one whose label alone holds it ("113")."""
    if 1 <= number <= len(choices):
        return Chosen(choices[number - 1].id)
    holds = [one.id for one in choices if str(number) in fold(one.label).split()]
    if len(holds) == 1:
        return Chosen(holds[0]) if number > 9 else Unsure((holds[0],))
    digits = set(str(number))
    if len(digits) == 1 and number > 9 and 1 <= int(digits.pop()) <= len(choices):
        return Unsure((choices[number % 10 - 1].id,))  # a key held too long
    return OutOfRange(number)


def _numbers_in(said: Words, vocab: Vocabulary) -> list[tuple[int, int]]:
    """The numbers of a message in order, each with its place."""
    found = []
    for at, word in enumerate(said):
        if word.plain.isdecimal() and len(word.plain) <= 3:
            found.append((int(word.plain), at))
        else:
            number = look_up((word,), vocab.numbers)
            if number:
                found.append((int(number), at))
    return found


def _several(said: Words, choices: Sequence[Choice], vocab: Vocabulary) -> Reading | None:
    """ "1 hay 2": both, to be asked. Only where nothing else was said."""
    numbers = list(dict.fromkeys(number for number, _ in _numbers_in(said, vocab)))
    year = any(word.plain.isdecimal() and len(word.plain) > 3 for word in said)
    if year or not _all_small(said, vocab):
        return None
    inside = [choices[number - 1].id for number in numbers if 1 <= number <= len(choices)]
    if len(numbers) >= 2:
        return Unsure(tuple(inside)) if inside and len(inside) == len(numbers) else None
    twice = len(numbers) == 1 and len(_numbers_in(said, vocab)) > 1
    return Chosen(inside[0]) if twice and inside else None


def _all_small(said: Words, vocab: Vocabulary) -> bool:
    """Whether there are only numbers, letters, and words that may stand around them."""
    around = (vocab.between, vocab.answer.before, vocab.answer.after)
    return all(
        word.plain.isdecimal()
        or look_up((word,), vocab.numbers)
        or _letter(word, before, vocab) in _LETTERS
        or any(fills(word, fillers) for fillers in around)
        for before, word in zip((None, *said), said, strict=False)
    )


def read_numbers(text: str, vocab: Vocabulary, count: int) -> tuple[int, ...] | None:
    """The numbers of an order ("2 1 3", "213", "b c", "hai một ba nhé"): each of 1…count at
    most once, at least one. None when anything else was said."""
    every = variants(_unglued(words(text), vocab), vocab)
    said = next((one for one in every if _all_small(one, vocab)), ())
    if not said or "?" in text:
        return None
    numbers: list[int] = []
    # "4 1 3 2 a": behind digits it is «ạ».
    lettered = not any(_digits(word, vocab) for word in said)
    for at, word in enumerate(said):
        here = _digits(word, vocab)
        letter = _letter(word, said[at - 1] if at else None, vocab)
        if lettered and letter in _LETTERS[:count]:
            here = [_LETTERS.index(letter) + 1]
        if max(here, default=0) > count and fills(word, vocab.between):
            continue  # "sau" is after, and six without its mark
        behind = said[at + 1 : at + 2]
        counted = bool(behind) and fills(behind[0], vocab.counted)
        counted = counted and not _cued(said, at, vocab)
        if here and counted and not _digits(behind[0], vocab):
            return None
        numbers += here
    fits = len(set(numbers)) == len(numbers) and all(1 <= n <= count for n in numbers)
    return tuple(numbers) if numbers and fits else None


def _digits(word: Word, vocab: Vocabulary) -> list[int]:
    """The numbers a word says, digit by digit: "213" is 2, 1, 3."""
    if word.plain.isdecimal():
        return [int(digit) for digit in word.plain]
    number = look_up((word,), vocab.numbers)
    return [int(number)] if number else []
