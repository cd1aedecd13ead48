"""Letters: make any text safe, and make two ways of typing the same word equal.

Three forms of a text are used by `understand`:

- *clean*: what is stored and shown; nothing invisible, no towers of marks;
- *folded*: lower case, no marks, đ as d, words parted by one space ("Dừng lại!" -> "dung lai");
- *canonical*: one word with its marks, the tone moved to its end, so that "thuỷ" and
  "thủy", "oà" and "òa" are the same string.

Leads in: channels (`clean`), `reading_words` and its neighbours (the rest).
Source: learner-experience.md F1; promises.md P20.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache, wraps
from itertools import groupby
from typing import NamedTuple, TypeVar, TypeVarTuple, cast

_Rest = TypeVarTuple("_Rest")
_Made = TypeVar("_Made")

LONGEST = 4096
MARKS_A_LETTER = 2

# Grave, acute, hook above, tilde, dot below: the tones. Hat, breve and horn are not tones,
# they belong to the letter.
TONES = "\u0300\u0301\u0309\u0303\u0323"
_LETTER_MARKS = "\u0302\u0306\u031b"

_WITH_MARKS = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđð"
_WITHOUT = "a" * 17 + "e" * 11 + "i" * 5 + "o" * 17 + "u" * 11 + "y" * 5 + "dd"
_PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\t\n\r\v\f\x1c\x1d\x1e\x1f…–—«»“”‘’·"
_FOLD = str.maketrans(_WITH_MARKS + _PUNCTUATION, _WITHOUT + " " * len(_PUNCTUATION))
_NOT_A_WORD = re.compile(r"[\W_]+")
_BETWEEN_WORDS = re.compile(r"[^\w\u0300-\u036f]+|_+")
_LONGEST_WORD = 64
_TRIPLED = re.compile(r"([^\W\d_])\1{2,}")


# Learners type the same few short words all day. A longer text is a story and only remembered
# until the next one; four digits may be somebody's code and stay in no memory.
_REMEMBERED = 48
_NUMBER = re.compile(r"\d\D?\d\D?\d\D?\d")


def remembered(function: Callable[[str, *_Rest], _Made]) -> Callable[[str, *_Rest], _Made]:
    """Keep what a function made of short texts without long numbers."""
    kept = cast("Callable[[str, *_Rest], _Made]", lru_cache(maxsize=8192)(function))
    latest = cast("Callable[[str, *_Rest], _Made]", lru_cache(maxsize=1)(function))

    @wraps(function)
    def ask(text: str, *args: *_Rest) -> _Made:
        if _NUMBER.search(text):
            return function(text, *args)
        return (latest if len(text) > _REMEMBERED else kept)(text, *args)

    return ask


def clean(text: str) -> str:
    """The text as it may be stored: NFC, at most 4,096 characters, nothing invisible.

    Control, bidi and zero-width characters go; line breaks stay. A lone surrogate
    becomes U+FFFD. At most two combining marks stay on a letter.
    """
    if text.isascii() and text.isprintable():
        return text[:LONGEST]
    # Cut before the costly part; four times the limit leaves room for what goes away.
    text = text[: LONGEST * 4].encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    kept: list[str] = []
    marks = 0
    for letter in unicodedata.normalize("NFD", text):
        kind = unicodedata.category(letter)
        if kind in ("Mn", "Me"):
            marks += 1
            if marks > MARKS_A_LETTER:
                continue
        elif kind in ("Cc", "Cf", "Zl", "Zp"):
            letter = {"\n": "\n", "\t": " ", "\u2028": "\n", "\u2029": "\n"}.get(letter, "")
            marks = 0 if letter else marks
        else:
            marks = 0
        kept.append(letter)
    return unicodedata.normalize("NFC", "".join(kept))[:LONGEST]


@remembered
def fold(text: str) -> str:
    """Lower case without marks or punctuation, words parted by one space.

    A letter that stands three times or more in a row stands once ("dungggg"); digits
    are left alone. Folding twice gives the same.
    """
    text = text.lower().translate(_FOLD)
    if not text.isascii():
        text = _fold_rare(text)
    return " ".join(_TRIPLED.sub(r"\1", text).split())


def _fold_rare(text: str) -> str:
    """The slow way, for loose marks, wide digits, keycaps and other scripts."""
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).lower())
    text = "".join(c for c in text if not unicodedata.category(c).startswith("M"))
    return _NOT_A_WORD.sub(" ", text.lower().translate(_FOLD))


class Word(NamedTuple):
    """One typed word: without marks, and canonical with them."""

    plain: str
    full: str


@remembered
def words(text: str) -> tuple[Word, ...]:
    """The words of a text, in order. The plain ones, joined, are the folded text."""
    text = unicodedata.normalize("NFKC", text.lower()).lower().replace("ð", "đ")
    return tuple(word for part in _BETWEEN_WORDS.split(text) if part for word in _word(part))


@remembered
def _word(part: str) -> tuple[Word, ...]:
    """One word; or several, where a letter comes apart in folding ("㏂")."""
    full = canonical(part[:_LONGEST_WORD])
    plain = fold(full)
    if plain and " " not in plain:
        return (Word(plain, full),)
    return tuple(Word(piece, piece) for piece in plain.split())


@remembered
def canonical(word: str) -> str:
    """One lower-case word with its tone moved to the end, other marks kept in place."""
    tone = ""
    letters: list[str] = []
    for letter in unicodedata.normalize("NFD", word):
        if letter in TONES:
            tone = tone or letter
        elif letter in _LETTER_MARKS and letters:
            letters[-1] = unicodedata.normalize("NFC", letters[-1] + letter)
        elif not unicodedata.category(letter).startswith("M"):
            letters.append(letter)
    squeezed: list[str] = []
    for _, run in groupby(letters, key=lambda one: one.translate(_FOLD)):
        same = list(run)
        long = len(same) > 2 and not same[0].isdigit()
        squeezed += [max(same)] if long else same
    return "".join(squeezed) + tone


_SWAPPED = {"\u0309": "\u0303", "\u0303": "\u0309"}


def agrees(typed: str, meant: str) -> bool:
    """Whether a typed canonical word may stand for another: a mark left out is fine.

    A mark that contradicts is not ("dừng" for "đúng", "chạy" for "cháy"). Hỏi and ngã
    are mixed up in speech and writing, so they pass for each other. Who types a tone types
    the bar of đ too: "dừng" is not "đừng".
    """
    if typed == meant:
        return True
    typed, tone = _part(typed)
    meant, wanted = _part(meant)
    if tone and tone not in (wanted, _SWAPPED.get(wanted)):
        return False
    if tone and typed[:1] == "d" and meant[:1] == "đ":
        return False
    return len(typed) == len(meant) and all(
        a == b or a == fold(b) for a, b in zip(typed, meant, strict=True)
    )


def same_tone(typed: str, meant: str) -> bool:
    """Whether a typed canonical word has the tone of another, or none at all."""
    tone, wanted = _part(typed)[1], _part(meant)[1]
    return not tone or tone in (wanted, _SWAPPED.get(wanted))


def _part(word: str) -> tuple[str, str]:
    return (word[:-1], word[-1]) if word and word[-1] in TONES else (word, "")


# --- Telex and VNI keys that were left standing -----------------------------------------

_ONSET = "(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnpqrstvx])?"
_OPEN = (
    "oai|oay|oeo|uay|uoi|uou|uya|uyu|ieu|yeu|ai|ao|au|ay|eo|eu|ia|iu|oa|oe|oi|ua|ue|ui|"
    "uo|uu|uy|a|e|i|o|u|y"
)
_CLOSED = "(?:uye|ie|ye|oa|oe|uo|ua|ue|uy|a|e|i|o|u|y)(?:ch|ng|nh|[cmnpt])"
_SYLLABLE = re.compile(f"{_ONSET}(?:{_CLOSED}|{_OPEN})")
_TELEX_TONES = dict(zip("fsrxj", TONES, strict=True))
_VNI_TONES = dict(zip("21345", TONES, strict=True))
_VNI_LETTERS = {"6": "\u0302", "8": "\u0306", "7": "\u031b"}


@lru_cache(maxsize=4096)
def is_syllable(plain: str) -> bool:
    """Whether a folded word could be one Vietnamese syllable."""
    return _SYLLABLE.fullmatch(plain) is not None


@lru_cache(maxsize=4096)
def unkey_word(plain: str) -> Word | None:
    """What a folded word says when its Telex or VNI keys are read; None: nothing else.

    "khoong" and "kho6ng" -> "không", "ddungs" -> "đúng", "haii" -> "hai". Words that are
    syllables already are left alone ("cas" is not one, "ca" is).
    """
    if is_syllable(plain) or plain.isdigit() or not 2 <= len(plain) <= 12:
        return None
    for read in (_untelex, _unvni, _undouble):
        full = read(plain)
        if full and is_syllable(fold(full)):
            return Word(fold(full), canonical(full))
    return None


def unkey(text: str) -> str:
    """A folded text with Telex and VNI leftovers read: "tieeps tuc j" -> "tiep tuc j"."""
    found = ((unkey_word(plain), plain) for plain in text.split())
    return " ".join(word.plain if word else plain for word, plain in found)


def _untelex(plain: str) -> str:
    if not plain.isalpha():
        return ""
    tone = ""
    # The tone key stands at the end or just behind the vowel: "tieeps", "tieesp".
    seen = re.fullmatch(r"(.*[aeiouyw][a-z]*?)([sfrxj])([a-z]{0,2})", plain)
    if seen:
        plain, tone = seen[1] + seen[3], _TELEX_TONES[seen[2]]
    text = re.sub("([uiy])\\1(?=[a-z])", r"\1", re.sub("dd", "đ", plain))
    text = re.sub("aa", "â", re.sub("ee", "ê", re.sub("oo", "ô", text)))
    # The w may also stand at the word's end: "dungw", "nguoiw".
    if text.endswith("w") and len(text) > 2 and text[-2] not in "aou":
        text = re.sub(
            "uo|[uoa](?![uoa])", lambda at: at[0][0] + "w" + at[0][1:], text[:-1], count=1
        )
    text = text.replace("uwow", "ươ").replace("uow", "ươ").replace("uwo", "ươ")
    text = text.replace("aw", "ă").replace("ow", "ơ").replace("uw", "ư").replace("w", "ư")
    # "dungd", "tiepe": the doubling key typed at the end of the word.
    if text[0] == "d" and text.endswith("d"):
        text = "đ" + text[1:-1]
    for hat, letter in zip("âêô", "aeo", strict=True):
        if text.endswith(letter) and text.count(letter) == 2 and len(text) > 3:
            text = text[:-1].replace(letter, hat)
    return text + tone


def _unvni(plain: str) -> str:
    keys = re.sub(r"[^1-9]", "", plain)
    if not keys or len(keys) > 3 or not re.match(r"[a-z]+[1-9]", plain):
        return ""
    letters: list[str] = []
    tone = ""
    for one in plain:
        if one in _VNI_TONES:
            tone = _VNI_TONES[one]
        elif one == "9":
            letters[0] = "đ" if letters[0] == "d" else letters[0]
        elif one in _VNI_LETTERS:
            _put_mark(letters, _VNI_LETTERS[one])
        else:
            letters.append(one)
    return "".join(letters) + tone


def _put_mark(letters: list[str], mark: str) -> None:
    """Mark the last letter that can carry it: VNI lets the key stand at the word's end."""
    for at in reversed(range(len(letters))):
        marked = unicodedata.normalize("NFC", letters[at] + mark)
        if len(marked) == 1 and marked in _WITH_MARKS:
            letters[at] = marked
            return


def _undouble(plain: str) -> str:
    return re.sub(r"([a-z])\1", r"\1", plain) if plain.isalpha() else ""
