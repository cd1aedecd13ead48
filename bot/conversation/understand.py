"""What a learner's words mean: a wish, a danger, a secret, an option, a yes.

Pure: text and vocabulary in, meaning out. The rule above all others: what is not
understood is `Unread` or `Unsure`, never a wrong answer.

    Vocabulary, Intent, vocabulary   reading_words.py   the data and how phrases are found
    read_choice, read_exactly,
    read_numbers, Choice, Reading    reading_choice.py  which option is meant
    compare_typed, Typed             reading_typed.py   a phrase that was to be typed
    the rest                         here

Leads in: `step`, screens, kinds. Source: learner-experience.md 2 to 5; curriculum.md 2.
"""

import re
import unicodedata
from functools import lru_cache

from bot.conversation.folding import words
from bot.conversation.reading_choice import (
    Choice,
    Chosen,
    OutOfRange,
    Reading,
    Unread,
    Unsure,
    read_choice,
    read_exactly,
    read_numbers,
    tells_of_past,
)
from bot.conversation.reading_typed import Typed, compare_typed
from bot.conversation.reading_words import (
    Intent,
    Vocabulary,
    Words,
    fills,
    look_up,
    slipped,
    spaced,
    spans,
    variants,
    vocabulary,
    whole,
)

__all__ = [
    "Choice",
    "Chosen",
    "Intent",
    "OutOfRange",
    "Reading",
    "Typed",
    "Unread",
    "Unsure",
    "Vocabulary",
    "compare_typed",
    "danger_kind",
    "is_secret",
    "read_choice",
    "read_exactly",
    "read_numbers",
    "read_task",
    "read_truth",
    "read_yes_no",
    "tells_of_past",
    "vocabulary",
    "wish",
]

_NOT = {"khong", "chua", "chang", "cha"}
_LONGEST_WISH = 18  # words; longer messages are stories, not wishes
_START_WORDS = 4  # learner-experience.md section 4


def danger_kind(text: str, vocab: Vocabulary) -> str | None:
    """The kind of danger the words tell of, or None.

    "medical", "fire", "child", "violence", "self_harm" or "scam". Never fuzzy: only
    words left without marks, short forms and Telex or VNI keys are read. Harmless
    phrases ("đánh máy", "sợ bị lừa") are taken out before.
    """
    said = words(text)
    for variant in variants(said, vocab):
        line = vocab.harmless.sub(". ", spaced(variant))
        for kind, pattern in vocab.danger:
            if pattern.search(line):
                return kind
    return None


# --- secrets ----------------------------------------------------------------------------

_LONG_RUN = re.compile(r"\d(?:[ .\-]{0,2}\d){8,}")
_CODE = re.compile(
    r"\b(?:mã|ma|otp|pin|code|password|pass|mật khẩu|mat khau|mk)\b\D{0,24}?"
    r"(?<!\d)(?:\d[ .\-]?){3,7}\d(?!\d)"
)
_ALONE = re.compile(
    r"\W*(?:(?:dạ|da|ạ|a|đây|day|nhé|nhe|là|la|cháu|chau|này|nay|số|so)\W+)*"
    r"(?P<code>\d{4,8}|\d{3}[ .\-]\d{3}|\d{2}[ .\-]\d{2}[ .\-]\d{2}|\d{4}[ .\-]\d{4})"
    r"(?:\W+(?:ạ|a|đây|day|nhé|nhe|cháu|chau|đó|do|nha|này|nay|em|con))*\W*"
)


def is_secret(text: str, choices: int) -> bool:
    """Whether the text looks like a code, a card or a paper number: never to be kept.

    choices: how many numbered options are open. With some open, digits that could be
    an order of them ("2134") or a key held too long ("2222") are no secret.
    """
    text = unicodedata.normalize("NFKC", text).lower()
    if _LONG_RUN.search(text) or _CODE.search(text):
        return True
    alone = _ALONE.fullmatch(text)
    if alone is None:
        return False
    digits = [int(one) for one in alone["code"] if one.isdigit()]
    ordered = max(digits) <= choices and min(digits) >= 1 and len(set(digits)) in (1, len(digits))
    return not ordered


# --- wishes -----------------------------------------------------------------------------


# People type the same few short words again and again.
@lru_cache(maxsize=4096)
def wish(text: str, vocab: Vocabulary) -> Intent | None:
    """The standing word in a message: the whole of it, its start, a pattern in it, and
    last the whole with one slip. A message with an option's number is no wish."""
    said = words(text)
    if not said:
        return Intent.NEXT if vocab.signs.get(text.strip("\ufe0f ")) else None
    if len(said) > _LONGEST_WISH:
        return None
    every = tuple(variants(said, vocab))
    for read in (_digit, _whole, _pattern_inside, _start, _slip):
        for variant in every:
            found = read(variant, vocab)
            if found:
                return Intent(found)
    return None


# The same everywhere: learner-experience.md C2.
_DIGITS = {"7": "back", "8": "repeat", "9": "read_aloud", "0": "help"}


def _digit(said: Words, vocab: Vocabulary) -> str | None:
    """ "7", "số 8", "bấm 9 ạ": the digits that always mean the same."""
    for span in spans(said, vocab.answer):
        if len(span) == 1 and span[0].plain in _DIGITS:
            return _DIGITS[span[0].plain]
    return None


def _whole(said: Words, vocab: Vocabulary) -> str | None:
    for span in spans(said, vocab.polite):
        found = look_up(span, vocab.wishes)
        if found:
            return found
    return None


def _start(said: Words, vocab: Vocabulary) -> str | None:
    """A phrase at the start of a short message, with nothing behind it that turns it."""
    first = next((n for n, word in enumerate(said) if not fills(word, vocab.polite.before)), 0)
    for start in range(first, -1, -1):
        rest = said[start:]
        if len(rest) > _START_WORDS:
            continue
        for end in range(len(rest) - 1, 0, -1):
            behind = {word.plain for word in rest[end:]}
            if behind & (vocab.negators | {"gi", "sao", "nao", "ai"}) or _has_digit(rest):
                continue
            found = look_up(rest[:end], vocab.wishes)
            if found and (end > 1 or rest[0].plain in vocab.starts):
                return found
    return None


def _pattern_inside(said: Words, vocab: Vocabulary) -> str | None:
    line = spaced(said)
    # "được không" at the end asks; a "not" before it denies.
    denied = any(word.plain in _NOT for word in said[:-1])
    for name, pattern in vocab.inside:
        if pattern.search(line) and not (denied and name == Intent.NEXT):
            return name
    return None


def _slip(said: Words, vocab: Vocabulary) -> str | None:
    """A phrase with one slip in one of its words. Two phrases equally near: none."""
    for span in spans(said, vocab.polite):
        typed = tuple(word.plain for word in span)
        found = {
            name
            for name, meant in vocab.by_count.get(len(typed), ())
            if _one_slip(typed, meant, vocab)
        }
        if len(found) == 1:
            return found.pop()
    return None


def _one_slip(typed: tuple[str, ...], meant: tuple[str, ...], vocab: Vocabulary) -> bool:
    off = [(a, b) for a, b in zip(typed, meant, strict=True) if a != b]
    if len(off) != 1 or off[0][0] in vocab.known:
        return False
    short = len(off[0][1]) < 5 and len(typed) == 1
    return not short and slipped(*off[0])


def _has_digit(said: Words) -> bool:
    return any(word.plain[0].isdigit() for word in said)


# --- yes and no -------------------------------------------------------------------------


def read_yes_no(text: str, vocab: Vocabulary) -> bool | None:
    """A yes or a no to what was just asked; None when it is neither."""
    return _either(text, vocab, truth=False)


def read_truth(text: str, vocab: Vocabulary) -> bool | None:
    """Đúng or Sai, in words, letters or the numbers 1 and 2; None when unclear.

    "dừng" and "đừng" are not "đúng"; "dung" is, since the question is open.
    """
    return _either(text, vocab, truth=True)


def read_task(text: str, vocab: Vocabulary) -> str | None:
    """How a task went: "done", "later" or "help"; None when it is none of them."""
    if "?" in text:
        return None
    found = whole(text, vocab.tasks, vocab.polite, vocab)
    if found is None:
        match wish(text, vocab):
            case Intent.LATER | Intent.SKIP:
                return "later"
            case Intent.HELP:
                return "help"
    return found


def _either(text: str, vocab: Vocabulary, truth: bool) -> bool | None:
    if not words(text):
        return vocab.signs.get(text.strip("\ufe0f "))
    if "?" in text:
        return None
    table, around = (vocab.truth, vocab.answer) if truth else (vocab.yes_no, vocab.polite)
    found = whole(text, table, around, vocab)
    return None if found is None else found == "yes"
