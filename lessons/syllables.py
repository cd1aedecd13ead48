"""Which letters make a Vietnamese syllable: onset + rhyme + tone, each in its place.

Pure tables. `is_syllable("được")` holds; `đuợc`, `ngừoi`, `khôngg` and `tóan` do not:
a rhyme that does not exist, a tone on the wrong letter, a letter too many. Both ways
to place the tone in oa, oe, uy (hoà, hòa) are right.
"""

import unicodedata
from functools import lru_cache

_TONES = {"\u0300": "huyền", "\u0301": "sắc", "\u0303": "ngã", "\u0309": "hỏi", "\u0323": "nặng"}

# Each vowel group with the codas it may take; "-" is none.
_RHYMES: dict[str, str] = {
    "a": "- c ch i m n ng nh o p t u y",
    "ă": "c m n ng p t",
    "â": "c m n ng p t u y",
    "e": "- c m n ng o p t",
    "ê": "- ch m n nh p t u",
    "i": "- ch m n nh p t u",
    "o": "- c i m n ng p t",
    "ô": "- c i m n ng p t",
    "ơ": "- i m n p t",
    "u": "- c i m n ng p t",
    "ư": "- c i m ng t u",
    "y": "-",
    "ia": "-",
    "iê": "c m n ng p t u",
    "yê": "m n ng t u",
    "oa": "- c ch i m n ng nh o p t y",
    "oă": "c m n ng t",
    "oe": "- m n o t",
    "oo": "c ng",
    "ua": "-",
    "uâ": "n ng t y",
    "uê": "- ch n nh",
    "uô": "c i m n ng t",
    "uơ": "-",
    "uy": "- ch n nh p t u",
    "uya": "-",
    "uyê": "n t",
    "ưa": "-",
    "ươ": "c i m n ng p t u",
}
# After qu- the glide is written in the onset: quá, quý, quyền, quốc.
_AFTER_QU: dict[str, str] = {
    "a": "- c ch i n ng nh o p t u y",
    "ă": "c m n ng p t",
    "â": "n t y",
    "e": "- n o t",
    "ê": "- ch n nh t u",
    "i": "- t",
    "ô": "c",
    "ơ": "- i",
    "y": "- ch nh t",
    "yê": "n t",
}
_BEFORE_I_E = frozenset(("gh", "k", "ngh"))  # written only before i, e, ê, y
_NOT_BEFORE_I_E = frozenset(("c", "ng"))
_ANYWHERE = frozenset(
    (
        "b",
        "ch",
        "d",
        "đ",
        "h",
        "kh",
        "l",
        "m",
        "n",
        "nh",
        "p",
        "ph",
        "r",
        "s",
        "t",
        "th",
        "tr",
        "v",
        "x",
    )
)
_Y_FOR_I = frozenset(("", "h", "k", "l", "m", "s", "t", "v", "th", "nh"))  # lý, mỹ, kỹ


def _rhymes(table: dict[str, str]) -> dict[str, str]:
    """Rhyme -> its vowel group."""
    return {
        vowels + coda.replace("-", ""): vowels
        for vowels, codas in table.items()
        for coda in codas.split()
    }


_ALL = _rhymes(_RHYMES)
_QU = _rhymes(_AFTER_QU)
_G_RHYMES = {"i": "i", "in": "i", "iêc": "iê", "iêng": "iê", "iêt": "iê", "iêu": "iê"}


def _split(base: str) -> list[tuple[str, str, str]]:
    """The ways to read toneless letters as (onset, rhyme, vowels of the rhyme)."""
    found = []
    if base.startswith("qu") and base[2:] in _QU:
        found.append(("qu", base[2:], _QU[base[2:]]))
    if base.startswith("gi") and base[2:] in _ALL and base[2] not in "iy":
        found.append(("gi", base[2:], _ALL[base[2:]]))
    if base.startswith("g") and base[1:] in _G_RHYMES:
        found.append(("g", base[1:], _G_RHYMES[base[1:]]))
    for size in range(min(3, len(base)) + 1):
        onset, rhyme = base[:size], base[size:]
        if rhyme in _ALL and _agree(onset, rhyme):
            found.append((onset, rhyme, _ALL[rhyme]))
    return found


def _agree(onset: str, rhyme: str) -> bool:
    """May this onset stand before this rhyme?"""
    first = rhyme[0]
    if rhyme == "y" or rhyme.startswith("yê"):
        return onset in _Y_FOR_I if rhyme == "y" else onset == ""
    if onset == "":
        return not rhyme.startswith(("iê", "ia")) or rhyme == "ia"
    if onset == "g":
        return first not in "ieêy"
    if onset in _BEFORE_I_E:
        return first in "ieêy"
    if onset in _NOT_BEFORE_I_E:
        return first not in "ieêy"
    return onset in _ANYWHERE


def _tone_places(vowels: str, has_coda: bool) -> tuple[int, ...]:
    """Where in the vowels the tone may stand."""
    marked = [index for index, letter in enumerate(vowels) if letter in "ăâêôơ"]
    if marked:
        return (marked[-1],)
    if "ư" in vowels:
        return (vowels.index("ư"),)
    if vowels in ("oa", "oe", "uy"):
        return (1,) if has_coda else (0, 1)
    if vowels == "oo":
        return (0, 1)
    return (1,) if vowels == "uya" else (0,)


def _apart(word: str) -> tuple[str, list[int]]:
    """Toneless letters, and which of them bear a tone."""
    letters: list[str] = []
    toned: list[int] = []
    for mark in unicodedata.normalize("NFD", word):
        if mark in _TONES:
            toned.append(len(letters) - 1)
        elif unicodedata.combining(mark) and letters:
            letters[-1] = unicodedata.normalize("NFC", letters[-1] + mark)
        else:
            letters.append(mark)
    return "".join(letters), toned


def _has_tone(word: str, kinds: tuple[str, ...]) -> bool:
    return any(_TONES.get(mark) in kinds for mark in unicodedata.normalize("NFD", word))


@lru_cache(maxsize=8192)
def is_syllable(word: str) -> bool:
    """Could this lower-case word stand in a Vietnamese text?"""
    base, toned = _apart(word)
    if len(toned) > 1:
        return False
    for onset, rhyme, vowels in _split(base):
        coda = rhyme[len(vowels) :]
        if coda in ("c", "ch", "p", "t") and not _has_tone(word, ("sắc", "nặng")):
            continue
        places = _tone_places(vowels, bool(coda))
        if not toned or toned[0] - len(onset) in places:
            return True
    return False


def sound(word: str) -> tuple[str, str]:
    """Toneless letters and tone: the same for hoà and hòa."""
    tones = [mark for mark in unicodedata.normalize("NFD", word) if mark in _TONES]
    return _apart(word)[0], "".join(tones)


@lru_cache(maxsize=8192)
def lacks_marks(word: str) -> bool:
    """Is this plain lower-case word a Vietnamese syllable that lost its marks (`nguoi`)?"""
    return word.isascii() and word in _bare_syllables() and not is_syllable(word)


@lru_cache
def _bare_syllables() -> frozenset[str]:
    """Every syllable without any mark: khong, nguoi, duoc, …"""
    onsets = ["", "qu", "gi", "g", "c", "ng", *_BEFORE_I_E, *_ANYWHERE]
    every = (onset + rhyme for onset in onsets for rhyme in (*_ALL, *_QU, *_G_RHYMES))
    return frozenset(bare(word) for word in every if _split(word))


@lru_cache(maxsize=8192)
def bare(word: str) -> str:
    """The word without any mark, đ as d."""
    apart = unicodedata.normalize("NFD", word)
    return "".join(mark for mark in apart if not unicodedata.combining(mark)).replace("đ", "d")
