"""The vocabulary: `wording/words.yaml` compiled, and how phrases are found with it.

A phrase is found in three ways, from sure to less sure: as the whole message (polite
words around it do not count), as a pattern inside it, and with one slip of a finger.
Leads in: `understand` and the other `reading_*` files.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any

import msgspec
from rapidfuzz.distance import OSA

from bot.conversation.folding import (
    TONES,
    Word,
    agrees,
    canonical,
    fold,
    is_syllable,
    unkey_word,
    words,
)

Words = tuple[Word, ...]
# What a phrase stands for, and its canonical words; looked up by its letters alone.
Table = dict[str, tuple[tuple[str, tuple[str, ...]], ...]]


class Intent(StrEnum):
    """What a learner may want at any moment: the closed list."""

    BACK = "back"
    REPEAT = "repeat"
    SLOWER = "slower"
    READ_ALOUD = "read_aloud"
    HELP = "help"
    STOP = "stop"
    NEXT = "next"
    REMIND = "remind"
    NO_REMIND = "no_remind"
    MENU = "menu"
    GARDEN = "garden"
    REVIEW = "review"
    VIETNAMESE = "vietnamese"
    ENGLISH = "english"
    MY_DATA = "my_data"
    DELETE = "delete"
    SETTINGS = "settings"
    ADDRESS = "address"
    WARD = "ward"
    SKIP = "skip"
    LATER = "later"
    DONT_KNOW = "dont_know"
    START_AGAIN = "start_again"
    WHO_ARE_YOU = "who_are_you"
    THANKS = "thanks"
    THANK_PERSON = "thank_person"
    WORK = "work"
    GREETING = "greeting"
    INVITE = "invite"
    SEND_LINK = "send_link"
    WORD_MEANING = "word_meaning"
    FALSE_ALARM = "false_alarm"
    SICK = "sick"


# Words that do not count where they stand: folded word -> its canonical forms.
Fillers = dict[str, tuple[str, ...]]


class Around(msgspec.Struct, frozen=True):
    """Words that may stand before and after what counts."""

    before: Fillers
    after: Fillers


def fills(word: Word, fillers: Fillers) -> bool:
    """Whether a word is one of the fillers; marks that contradict count ("có" is not "cô")."""
    return any(agrees(word.full, full) for full in fillers.get(word.plain, ()))


class Meaning(msgspec.Struct, frozen=True):
    """Folded words around a word whose meaning is asked: what asks, what does not count,
    and what points at the screen («từ này»)."""

    asking: tuple[tuple[str, ...], ...]
    around: frozenset[str]
    this: frozenset[str]


class Vocabulary(msgspec.Struct, frozen=True, eq=False):
    """`words.yaml`, ready for use. Made by `vocabulary`; the fields follow that file."""

    wishes: Table
    by_count: dict[int, tuple[tuple[str, tuple[str, ...]], ...]]
    inside: tuple[tuple[str, re.Pattern[str]], ...]
    starts: frozenset[str]
    polite: Around
    answer: Around
    cues: frozenset[str]
    counted: frozenset[str]
    between: Fillers
    negators: frozenset[str]
    doubt: tuple[tuple[str, ...], ...]
    numbers: Table
    ordinals: Table
    ordinal_cues: frozenset[str]
    yes_no: Table
    truth: Table
    tasks: Table
    meaning: Meaning
    signs: dict[str, bool]
    teencode: dict[str, Words]
    harmless: re.Pattern[str]
    danger: tuple[tuple[str, re.Pattern[str]], ...]
    known: frozenset[str]


def vocabulary(raw: Mapping[str, Any]) -> Vocabulary:
    """Compile the vocabulary, as read from `words.yaml`. Raises KeyError on a missing part."""
    intents: dict[str, dict[str, list[str]]] = raw["intents"]
    wishes = _table({Intent(name): part.get("say", ()) for name, part in intents.items()})
    danger = {kind: part for kind, part in raw["danger"].items() if kind != "harmless"}
    return Vocabulary(
        wishes=wishes,
        by_count=_by_count(intents),
        inside=tuple(
            (name, _pattern(part["inside"])) for name, part in intents.items() if "inside" in part
        ),
        starts=_set(raw["starts"]),
        polite=Around(_fillers(raw["polite_before"]), _fillers(raw["polite_after"])),
        answer=Around(_fillers(raw["answer_before"]), _fillers(raw["answer_after"])),
        cues=_set(raw["cues"]),
        counted=_set(raw["counted"]),
        between=_fillers(raw["between"]),
        negators=_set(raw["negators"]),
        doubt=tuple(tuple(fold(one).split()) for one in raw["doubt"]),
        numbers=_table(raw["numbers"]),
        ordinals=_table(raw["ordinals"]),
        ordinal_cues=_set(raw["ordinal_cues"]),
        yes_no=_table({"yes": raw["agreeing"], "no": raw["refusing"]}),
        truth=_table({"yes": raw["right"], "no": raw["wrong"]}),
        tasks=_table(raw["tasks"]),
        meaning=_meaning(raw["meaning"]),
        signs={sign: meaning == "agree" for sign, meaning in raw["signs"].items()},
        teencode={canonical(short): words(full) for short, full in raw["teencode"].items()},
        harmless=_pattern(raw["danger"]["harmless"]),
        danger=tuple((kind, _pattern(part)) for kind, part in danger.items()),
        known=frozenset(
            word.plain
            for part in intents.values()
            for phrase in part.get("say", ())
            for word in words(phrase)
        )
        | _set(raw["polite_before"])
        | _set(raw["polite_after"]),
    )


def _meaning(raw: Mapping[str, Iterable[str]]) -> Meaning:
    asking = sorted((tuple(fold(one).split()) for one in raw["asking"]), key=len, reverse=True)
    return Meaning(tuple(asking), _set(raw["around"]), _set(raw["this"]))


def _set(phrases: Iterable[str]) -> frozenset[str]:
    return frozenset(fold(phrase) for phrase in phrases)


def _fillers(every: Iterable[str]) -> Fillers:
    found: Fillers = {}
    for one in every:
        for word in words(one):
            found[word.plain] = (*found.get(word.plain, ()), word.full)
    return found


def _table(phrases: Mapping[Any, Iterable[str]]) -> Table:
    table: Table = {}
    for meaning, every in phrases.items():
        for phrase in every:
            said = words(phrase)
            key = "".join(word.plain for word in said)
            entry = (str(meaning), tuple(word.full for word in said))
            table[key] = (*table.get(key, ()), entry)
    return table


def _by_count(
    intents: Mapping[str, Mapping[str, Iterable[str]]],
) -> dict[int, tuple[tuple[str, tuple[str, ...]], ...]]:
    """The phrases long enough to be known with one slip, by their number of words."""
    found: dict[int, list[tuple[str, tuple[str, ...]]]] = {}
    for name, part in intents.items():
        for phrase in part.get("say", ()):
            plain = tuple(fold(phrase).split())
            if len("".join(plain)) >= (6 if len(plain) > 1 else 5):
                found.setdefault(len(plain), []).append((name, plain))
    return {count: tuple(every) for count, every in found.items()}


# --- patterns ---------------------------------------------------------------------------

_PIECE = re.compile(r"\(|\)\??|\||\*|\$|\^|[^\s()|*$^]+")
# Patterns are written in letters below U+0100: above it, the compiler of expressions takes
# 60 µs for each set of letters, and a start half a second.
_NARROW = str.maketrans("ăơưứđ" + TONES, "ãõùúð" + "°±²³´"[: len(TONES)])
_SAME = {"a": "aăâ", "e": "eê", "o": "oôơ", "u": "uưứ", "d": "dđ"}


def _pattern(lines: Iterable[str]) -> re.Pattern[str]:
    """One expression out of many lines of the little language of `words.yaml`.

    It is searched in `spaced(words)`: each word canonical, with a space on both sides.
    """
    return re.compile("|".join(f"(?:{_line(line)})" for line in lines).translate(_NARROW))


def _line(line: str) -> str:
    signs = {
        "(": "(?:",
        ")": ")",
        ")?": ")?",
        "|": "|",
        "*": r"(?:\S+ ){0,3}",
        "$": r"\Z",
        "^": r"\A ",
    }
    pieces = [signs.get(piece) or _word(piece) for piece in _PIECE.findall(line)]
    return ("" if line.startswith("^") else "(?<= )") + "".join(pieces)


def _word(piece: str) -> str:
    """One word of a pattern, with the space behind it."""
    if "\\" in piece:
        return piece + " "
    mode, bare = (piece[0], piece[1:]) if piece[0] in "=!" else ("", piece)
    word = canonical(bare.lower())
    tone = word[-1] if word[-1] in TONES else ""
    letters = word[:-1] if tone else word
    if mode == "!":
        return letters + tone + " "
    if mode == "=":
        every = "".join(one if one == fold(one) else f"[{one}{fold(one)}]" for one in letters)
        return every + (f"[{tone}]?" if tone else "") + " "
    every = "".join(f"[{_SAME[fold(one)]}]" if fold(one) in _SAME else one for one in letters)
    return every + f"[{TONES}]? "


def spaced(said: Iterable[Word]) -> str:
    """The canonical words as one string that patterns are searched in."""
    return (" " + "".join(word.full + " " for word in said)).translate(_NARROW)


# --- variants and spans -----------------------------------------------------------------


def variants(said: Words, vocab: Vocabulary) -> Iterator[Words]:
    """The words as typed; with short forms spelled out; with Telex and VNI keys read."""
    yield said
    spelled: list[Word] = []
    for word in said:
        spelled += vocab.teencode.get(word.full, (word,))
    if tuple(spelled) != said:
        yield tuple(spelled)
    read = tuple(
        word if word.plain in vocab.known else unkey_word(word.plain) or word for word in spelled
    )
    if read != tuple(spelled):
        yield read


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


def whole(text: str, table: Table, around: Around, vocab: Vocabulary) -> str | None:
    """What the whole message stands for, polite words left aside."""
    said = words(text)
    if not 0 < len(said) <= 16:
        return None
    for variant in variants(said, vocab):
        for span in spans(variant, around):
            found = look_up(span, table)
            if found:
                return found
    return None


# --- one slip of a finger ---------------------------------------------------------------


@lru_cache(maxsize=8192)
def slipped(typed: str, meant: str) -> bool:
    """Whether a folded word may be another with one slip: five letters at least, or a
    word that is no Vietnamese syllable at all ("tiwp")."""
    if abs(len(typed) - len(meant)) > 1 or len(meant) < 3 or not typed.isalpha():
        return False
    if len(typed) < 5 and is_syllable(typed):
        return False
    return int(OSA.distance(typed, meant, score_cutoff=1)) == 1
