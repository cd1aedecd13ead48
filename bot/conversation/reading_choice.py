"""Which of the offered options is meant, from a number, a letter or words.

Sure readings come first: a number, then a whole label. Else the words are weighed against
the labels (`reading_labels`). What is not sure enough becomes `Unsure`, so that the tutor
asks instead of marking. Last, a message in several sentences is read part by part.

Leads in: `understand`. Source: learner-experience.md C2, F1, F2; curriculum.md 2.2.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise, zip_longest

from bot.conversation.folding import agrees, remembered, words
from bot.conversation.reading_danger import happened
from bot.conversation.reading_labels import (
    denied,
    in_order,
    labels_of,
    spelled_out,
    weighed,
)
from bot.conversation.reading_likeness import by_likeness
from bot.conversation.reading_numbers import (
    Choice,
    Chosen,
    OutOfRange,
    Reading,
    Unread,
    Unsure,
    beside,
    by_number,
    picked,
)
from bot.conversation.reading_parts import contrasted, parts, taken_back, without_calls
from bot.conversation.reading_patterns import spaced
from bot.conversation.reading_words import mended, spans, variants
from bot.conversation.vocabulary import Vocabulary, Words, fills

_LONGEST_ANSWER = 25  # words
(_FORBIDS,) = words("đừng")
_EITHER = {word.full for word in words("hay hoặc or")}
_WHAT = {word.full for word in words("gì gi j nào sao what which không khong ko k")}
_MUST = {word.full for word in words("phải phai")}
_OF_COURSE = {"chu", "con"}  # "số 2 chứ gì" is sure
_BELOW_NONE = re.compile(r"\s*[-−–]\s*\d+\s*")  # "-1" is no option, and not the first one
_HELD_DOWN = re.compile(r"\W*([^\W\d_])\1{3,}\W*", re.IGNORECASE)  # "aaaaaa" is no letter


@remembered
def read_choice(text: str, choices: tuple[Choice, ...], vocab: Vocabulary) -> Reading:
    """Which choice the words mean. Never guesses between two, never reads a "not"."""
    if not choices or _HELD_DOWN.fullmatch(text):
        return Unread()
    if _BELOW_NONE.fullmatch(text):
        return OutOfRange(0)
    asks = "?" in text
    reading = _read(words(text), asks, choices, vocab)
    if isinstance(reading, Chosen):
        return reading
    pieces = parts(text, vocab)
    by_parts = _of_parts(pieces, asks, choices, vocab) if len(pieces) > 1 else None
    if isinstance(by_parts, Chosen) or isinstance(reading, Unread):
        reading = by_parts or reading
    said = words(text)
    fits = isinstance(reading, Unread) and len(said) <= _LONGEST_ANSWER
    fixed = mended(said, vocab) if fits else None
    return _read(fixed, asks, choices, vocab) if fixed else reading


@remembered
def read_label(text: str, choices: tuple[Choice, ...], vocab: Vocabulary) -> Reading:
    """Which choice is meant by the words on it alone: for lists whose numbers mean nothing."""
    for said in (words(text), *parts(text, vocab)):
        if not said or len(said) > _LONGEST_ANSWER:
            continue
        reading = _by_label(said, choices, vocab) or _by_words(said, choices, vocab)
        if reading:
            return reading
    return Unread()


def _by_words(said: Words, choices: tuple[Choice, ...], vocab: Vocabulary) -> Reading | None:
    for variant in variants(said, vocab):
        reading = weighed(variant, choices, vocab)
        if reading:
            return reading
    return by_likeness(said, choices, vocab)


@remembered
def read_exactly(text: str, choices: tuple[Choice, ...], vocab: Vocabulary) -> str | None:
    """The id of the choice named by its number, letter, place or whole label; else None.

    So sure that it may go before danger and standing words.
    """
    # The same digit for the same options is typed all day; three letters are nobody's story.
    read = _exactly_remembered if len(text) <= 3 else _exactly
    return read(text, choices, vocab)


def _exactly(text: str, choices: tuple[Choice, ...], vocab: Vocabulary) -> str | None:
    said = words(text)
    if not said or len(said) > _LONGEST_ANSWER or not choices:
        return None
    if _BELOW_NONE.fullmatch(text) or _HELD_DOWN.fullmatch(text):
        return None
    reading = _exact(said, choices, vocab)
    if not isinstance(reading, Chosen) or _asks_about("?" in text, choices, reading.id):
        return None
    return None if tells_of_past(text, choices, reading.id, vocab) else reading.id


_exactly_remembered = lru_cache(maxsize=4096)(_exactly)


def tells_of_past(text: str, choices: tuple[Choice, ...], chosen: str, vocab: Vocabulary) -> bool:
    """Whether words that the chosen label lacks make it something that has happened
    ("đọc mã rồi"), which is no answer."""
    label = next(one.label for one in choices if one.id == chosen)
    if not happened(text, vocab):
        return False
    theirs = {word.plain for word in words(label)}
    rest = " ".join(word.full for word in words(text) if word.plain not in theirs)
    return not happened(label, vocab) or happened(rest, vocab)


def _asks_about(asks: bool, choices: tuple[Choice, ...], chosen: str) -> bool:
    """Whether a question asks about the choice; a label that is one itself is not asked."""
    return asks and "?" not in next(one.label for one in choices if one.id == chosen)


def read_piece(said: Words, choices: tuple[Choice, ...], vocab: Vocabulary) -> Reading:
    """Which choice one piece of a message means, where each piece may name another."""
    return _read(said, False, choices, vocab)


def is_in_doubt(text: str, choices: tuple[Choice, ...], vocab: Vocabulary) -> bool:
    """Whether a message asks or wavers, in words that no label has."""
    said = words(text)
    labels = {word.full for one in choices for label in labels_of(one) for word in label}
    wavers = any(word.full in _EITHER - labels for word in said)
    rest, doubt = _without_doubt(said, vocab)
    friendly = [word.full for word in said[len(rest) :] if not fills(word, vocab.empty)] == ["ha"]
    return "?" in text or wavers or (doubt and not friendly)


def _read(said: Words, asks: bool, choices: tuple[Choice, ...], vocab: Vocabulary) -> Reading:
    """One message or one part of it."""
    said = _with_forbidding(said, choices)
    said, doubt = _without_doubt(without_calls(said, vocab), vocab)
    doubt = doubt or _perhaps_not(said, vocab) or _wavers(said, choices, vocab)
    if not said or len(said) > _LONGEST_ANSWER:
        return Unread()
    reading = _exact(said, choices, vocab)
    if not isinstance(reading, Chosen):
        corrected = _corrected(said, choices, vocab)
        if not isinstance(reading, Unsure):
            reading = corrected or _other_words(said, choices, vocab) or reading
        elif isinstance(corrected, Chosen):
            reading = corrected
    if reading is None:
        return _not_that(said, choices, vocab)
    if not isinstance(reading, Chosen):
        return reading
    doubt = doubt or _asks_about(asks, choices, reading.id)
    return Unsure((reading.id,)) if doubt else reading


def _of_parts(
    pieces: Sequence[Words], asks: bool, choices: tuple[Choice, ...], vocab: Vocabulary
) -> Reading | None:
    """What the parts of a message come to: the one choice that they name, or the choices."""
    found: dict[str, None] = {}
    others: tuple[str, ...] = ()
    sure = True
    for said in pieces:
        match _read(said, asks, choices, vocab):
            case Chosen(id=one):
                if vocab.turns.search(spaced(said)):
                    found.clear()
                found[one] = None
            case Unsure(denied=True, ids=ids):
                others = ids
            case Unsure(ids=ids):
                found.update(dict.fromkeys(ids))
                sure = False
            case OutOfRange():
                return None
            case Unread():
                # "à nhầm": what was said before no longer counts.
                if found and vocab.turns.search(spaced(said)):
                    found.clear()
    if not found:
        return Unsure(others, denied=True) if others else None
    ids = tuple(found)
    return Chosen(ids[0], sure=False) if len(ids) == 1 and sure else Unsure(ids)


def _corrected(said: Words, choices: tuple[Choice, ...], vocab: Vocabulary) -> Reading | None:
    """ "2 à nhầm 3": what stands behind the turn counts, whatever stood before it."""
    for variant in variants(said, vocab):
        turned = taken_back(variant, vocab)
        if turned is not None:
            behind = _read(turned, False, choices, vocab)
            if isinstance(behind, Chosen) and _perhaps_denied(variant, turned, vocab):
                return Unsure((behind.id,))
            return Chosen(behind.id, sure=False) if isinstance(behind, Chosen) else Unread()
        for before, after in contrasted(variant, vocab):
            behind = _read(after, False, choices, vocab)
            if isinstance(behind, Chosen):
                return Chosen(behind.id, sure=False)
            if isinstance(behind, Unread) and denied(after, vocab):
                # "3 chứ không phải 2"
                first = _read(before, False, choices, vocab)
                return first if isinstance(first, Chosen) else None
    return None


def _perhaps_denied(said: Words, behind: Words, vocab: Vocabulary) -> bool:
    """ "à không phải 3" takes back what was said before, or the three itself."""
    nots = [word.full in vocab.negators for word in said[: len(said) - len(behind)][-2:]]
    return nots[-1:] == [True] and nots != [True, True] and behind[0].full in _MUST


def _exact(said: Words, choices: tuple[Choice, ...], vocab: Vocabulary) -> Reading | None:
    number = by_number(said, choices, vocab)
    label = _by_label(said, choices, vocab)
    if isinstance(label, Chosen) and len(said) > 3:
        return label  # a whole sentence, in which a word may be a number too ("no one")
    if isinstance(label, Chosen) and len(said) > 1 and _is_label(said, choices):
        return label  # "mo danh ba" is all of «Mở Danh bạ», and no three
    if isinstance(number, Chosen) and said[0].plain.isalpha() and isinstance(label, Chosen):
        # "ba" is three, and "bà" without its mark.
        return number if number == label else Unsure((number.id, label.id))
    if isinstance(number, Chosen) and len(said) > 1 and not _has_digit(said):
        # "muc mot" is item one, and how "Mực một nắng" begins; "danh ba" is in "Mở Danh bạ".
        holds = {one.id for one in choices if any(_holds(label, said) for label in labels_of(one))}
        if holds - {number.id}:
            return Unsure(in_order(holds | {number.id}, choices))
    if isinstance(number, OutOfRange | None) and label:
        return label
    return number


def _is_label(said: Words, choices: Sequence[Choice]) -> bool:
    """Whether a label was typed from end to end, with marks or without."""
    plain = [word.plain for word in said]
    return any(
        [word.plain for word in label] == plain for one in choices for label in labels_of(one)
    )


def _has_digit(said: Words) -> bool:
    return any(word.plain[0].isdigit() for word in said)


def _without_doubt(said: Words, vocab: Vocabulary) -> tuple[Words, bool]:
    """The words without "phải không" at their end, and whether it stood there."""
    plain = [word.plain for word in said]
    while plain and plain[-1] in ("a", "chau", "em", "con", "nhi"):
        plain.pop()
    for before, after in vocab.doubt:
        start, end = len(before), len(plain) - len(after)
        if start < end and tuple(plain[:start]) == before and tuple(plain[end:]) == after:
            return said[start:end], True
    return said, False


def _wavers(said: Words, choices: Sequence[Choice], vocab: Vocabulary) -> bool:
    """ "loa hay ảnh nhỉ", "link gì", "số 2 không": one is named, and it is asked whether it is
    the one."""
    labels = {word.full for one in choices for label in labels_of(one) for word in label}
    either = any(word.full in _EITHER - labels for word in said[1:-1])
    while len(said) > 1 and fills(said[-1], vocab.empty):
        said = said[:-1]
    what = len(said) > 1 and said[-1].full in _WHAT - labels
    return either or (what and said[-2].plain not in _OF_COURSE)


def _with_forbidding(said: Words, choices: Sequence[Choice]) -> Words:
    """ "dung ke" is «đừng kể» where a label forbids that very thing."""
    if not any(word.full == "dung" for word in said[:-1]):
        return said
    forbidden = {
        after.plain
        for one in choices
        for label in labels_of(one)
        for word, after in pairwise(label)
        if word.full == _FORBIDS.full
    }
    following = [word.plain for word in said[1:]]
    return tuple(
        _FORBIDS if word.full == "dung" and after in forbidden else word
        for word, after in zip_longest(said, following)
    )


def _perhaps_not(said: Words, vocab: Vocabulary) -> bool:
    """ "dung" without marks before other words: "đừng gọi" as likely as "đúng"."""
    at = next((n for n, word in enumerate(said) if word.full == "dung"), len(said))
    return any(not fills(word, vocab.answer.after) for word in said[at + 1 :])


# --- whole labels -----------------------------------------------------------------------


def _by_label(said: Words, choices: Sequence[Choice], vocab: Vocabulary) -> Reading | None:
    """A whole label. Marks decide where they are typed; two that fit are asked."""
    for variant in variants(said, vocab):
        for span in spans(variant, vocab.answer):
            same, fits, clash = set(), set(), set()
            for choice in choices:
                for label in labels_of(choice):
                    if [one.plain for one in label] != [one.plain for one in span]:
                        if _is_glued(span, label):
                            fits.add(choice.id)
                        continue
                    same |= {choice.id} if label == span else set()
                    clash.add(choice.id)
                    if all(agrees(a.full, b.full) for a, b in zip(span, label, strict=True)):
                        fits.add(choice.id)
            reading = _one_of(same or fits, choices)
            if reading:
                return reading
            if clash:
                # Marks that contradict: enough words make up for one slip of a mark.
                one = len(clash) == 1 and len(span) > 1
                ids = in_order(clash, choices)
                return Chosen(ids[0]) if one else Unsure(ids)
    return None


def _is_glued(said: Words, label: Words) -> bool:
    """Whether a label, or its beginning, was typed without spaces or letter by letter."""
    typed, meant = _glued(said), _glued(label)
    if typed == meant:
        return len(typed) > 4 or all(len(word.plain) == 1 for word in said)
    start = next((n for n in range(2, len(label)) if _glued(label[:n]) == typed), 0)
    return len(said) == 1 and len(typed) > 5 and start > 0


def _glued(said: Words) -> str:
    return "".join(word.plain for word in said)


def _one_of(ids: set[str], choices: Sequence[Choice]) -> Reading | None:
    if not ids:
        return None
    return Chosen(next(iter(ids))) if len(ids) == 1 else Unsure(in_order(ids, choices))


def _holds(label: Words, said: Words) -> bool:
    """Whether a label has the words in a row."""
    return any(
        all(a.plain == b.plain and agrees(a.full, b.full) for a, b in zip(said, row, strict=True))
        for at in range(len(label) - len(said) + 1)
        if (row := label[at : at + len(said)])
    )


# --- words of a label -------------------------------------------------------------------


def _other_words(said: Words, choices: tuple[Choice, ...], vocab: Vocabulary) -> Reading | None:
    """An option in part of its words or nearly its words."""
    if len(said) > 2 and len({word.plain for word in said}) == 1:
        return None  # "cham cham cham": a finger that slipped
    every = spelled_out(said, vocab)
    asked: Reading | None = None
    for variant in every:
        reading = _beside_number(variant, choices, vocab) or weighed(variant, choices, vocab)
        if isinstance(reading, Chosen) and variant != said and _is_short(said):
            reading = Unsure((reading.id,))  # "nx" is "nữa", and how nonsense looks
        if isinstance(reading, Chosen):
            return reading
        asked = asked or reading
    return asked or by_likeness(every[-1], choices, vocab)


def _not_that(said: Words, choices: tuple[Choice, ...], vocab: Vocabulary) -> Reading:
    """ "không phải 1", "not the loudspeaker": it is asked which of the others."""
    for variant in variants(said, vocab):
        rest = next((n for n, one in enumerate(variant) if one.full not in vocab.negators), 0)
        told = next((n for n in range(rest, len(variant)) if not fills(variant[n], vocab.light)), 0)
        named = _read(variant[told or rest :], False, choices, vocab) if rest else None
        several = named.ids if isinstance(named, Unsure) and told > rest else ()
        out = (named.id,) if isinstance(named, Chosen) else several
        others = tuple(one.id for one in choices if one.id not in out)
        if out and others and len(choices) > 2:
            return Unsure(others, denied=True)
    return Unread()


def _is_short(said: Words) -> bool:
    return len(said) == 1 and len(said[0].plain) < 4


def _beside_number(said: Words, choices: tuple[Choice, ...], vocab: Vocabulary) -> Reading | None:
    """A number and words: both must name the same choice."""
    if denied(said, vocab):
        return None
    ours = {word.plain for one in choices for label in labels_of(one) for word in label}
    found = beside(said, choices, ours, vocab)
    if found:
        label = _by_label(found[0], choices, vocab) or weighed(found[0], choices, vocab)
        if isinstance(label, Chosen):
            same = label.id == found[1]
            return Chosen(label.id, sure=False) if same else Unsure((found[1], label.id))
    named = picked(said, choices, vocab)
    return Chosen(named, sure=False) if named else None
