"""R20: Vietnamese as it is spelt.

Letters in split form (not NFC) are refused already on reading, in `lessons.page`.
Here: words that are no Vietnamese syllables (`đuợc`, `ngừoi`), that lost their marks
(`nguoi`), words known only with other marks (`điên thoại`), and a list of common slips
(`xử dụng`). What is no Vietnamese and right
nevertheless (Zalo, Đắk Lắk, chip) stands in lint_terms.yaml under `foreign`.
"""

import re
from collections.abc import Iterator

from lessons.page import Key
from lessons.rules.addresses import ADDRESS
from lessons.rules.script import Finding, Script, holds, places, sentences, tokens, without_slots
from lessons.rules.terms import Terms
from lessons.syllables import bare, is_syllable, lacks_marks, sound

_WORD = re.compile(r"(?<![\w.@/])[^\W\d_]+(?![\w@/]|\.\w)")
# Letters shown as an example: gõ "cas" thành "cá".
_EXAMPLE = re.compile(r"[\"“«][\x00-\x7f]*?[\"”»]")
# Vietnamese saved in one encoding and opened in another: “MÃ¡y”.
_GARBLED = re.compile(r"\S*[^\W\d_][\xa1-\xaa\xac\xae-\xb1\xb4-\xba\xbc-\xbf]\S*")
_NO_MARKS = 5  # words of a sentence in which not one bears a mark


def spelt_right(script: Script) -> Iterator[Finding]:
    """R20, word by word, each wrong word once a text."""
    foreign = frozenset(word.lower() for word in script.terms.foreign)
    for text in script.texts:
        value = ADDRESS.sub(" ", _EXAMPLE.sub(" ", without_slots(text.value, " ")))
        for word in dict.fromkeys(_WORD.findall(value)):
            if word.lower() not in foreign and not word.isupper() and _is_slip(word.lower()):
                mend = "check its letters and marks; a foreign word goes to lint_terms.yaml"
                yield Finding(text.key, "R20", f"“{word}” is misspelt", mend, said=word)
        garbled = _GARBLED.search(value)
        if garbled:
            message = f"“{garbled[0]}” is garbled"
            yield Finding(text.key, "R20", message, "save the file as UTF-8", said=garbled[0])
        yield from _slips(script.terms, text.key, value)


def _slips(terms: Terms, key: Key, value: str) -> Iterator[Finding]:
    """Slips that only several words together show."""
    words = tokens(value)
    plain = tuple(bare(word) for word in words)
    for wrong, right in terms.misspelt.items():
        if holds(words, tokens(wrong)):
            message = f"“{wrong}” is misspelt"
            yield Finding(key, "R20", message, f"write “{right}”", said=wrong)
    for right in terms.spelt:
        known = tokens(right)
        for at in places(plain, tuple(bare(word) for word in known)):
            said = words[at : at + len(known)]
            if [sound(word) for word in said] != [sound(word) for word in known]:
                wrong = " ".join(said)
                message = f"“{wrong}” is misspelt"
                yield Finding(key, "R20", message, f"write “{right}”", said=wrong)
    for sentence in sentences(value):
        if _lost_every_mark(sentence):
            message = f"no word of “{sentence[:40]}” has marks"
            yield Finding(key, "R20", message, "write them", said=sentence)


def _is_slip(word: str) -> bool:
    if len(word) == 1 or not word.isalpha():  # m² is no word
        return word.isalpha() and not bare(word).isascii()
    if word.isascii():
        return len(word) > 2 and lacks_marks(word)
    # A vowel group shown as such (“ươ” in a typing lesson) has no tone and no consonant.
    return not is_syllable(word) and not (len(word) == 2 and word in ("ươ", "iê", "yê", "uô"))


def _lost_every_mark(sentence: str) -> bool:
    words = [word.lower() for word in _WORD.findall(sentence)]
    long = [word for word in words if len(word) > 2]
    return (
        len(words) >= _NO_MARKS
        and len(long) >= 3
        and all(word.isascii() for word in words)
        and all(is_syllable(word) for word in long)
    )
