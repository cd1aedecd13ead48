"""The vocabulary: `wording/words.yaml` compiled, and how phrases are found with it.

A phrase is found in four ways, from sure to less sure: as the whole message (polite
words around it do not count), by the words that count in it, with one slip of a finger,
and as it sounds. Leads in: `understand` and the other `reading_*` files.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any

import msgspec
from rapidfuzz.distance import OSA

from bot.conversation.folding import Word, agrees, canonical, fold, is_syllable, unkey_word, words
from bot.conversation.reading_patterns import Sets, pattern, spaced

Words = tuple[Word, ...]
# What a phrase stands for, and its canonical words; looked up by its letters alone.
Table = dict[str, tuple[tuple[str, tuple[str, ...]], ...]]
# What a pattern stands for, and the pattern, in the order in which they are tried.
Patterns = tuple[tuple[str, re.Pattern[str]], ...]
# Words by their first: the rest of the phrase, and what it is spelled out to.
Spelling = dict[str, tuple[tuple[tuple[str, ...], Words], ...]]


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
    PRIVACY = "privacy"
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
    FAMILY = "family"
    MOURNING = "mourning"
    QUESTION = "question"
    UPSET = "upset"
    CHAT = "chat"


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


class Frame(msgspec.Struct, frozen=True):
    """A danger told by several ideas that stand near each other, in any order.

    every: the ideas that must be there. unless: those that make it harmless.
    """

    every: tuple[str, ...]
    unless: tuple[str, ...]


class Rule(msgspec.Struct, frozen=True):
    """How one kind of danger is told: by frames, or by a phrase that says it all."""

    kind: str
    frames: tuple[Frame, ...]
    signs: re.Pattern[str] | None


class Vocabulary(msgspec.Struct, frozen=True, eq=False):
    """`words.yaml`, ready for use. Made by `vocabulary`; the fields follow that file."""

    wishes: Table
    cores: Table
    by_count: dict[int, tuple[tuple[str, tuple[str, ...]], ...]]
    by_sound: dict[str, frozenset[str]]
    inside: Patterns
    starts: frozenset[str]
    twofold: frozenset[str]
    leaning: Fillers
    small_talk: frozenset[str]
    polite: Around
    answer: Around
    empty: Fillers
    light: Fillers
    cues: frozenset[str]
    counted: frozenset[str]
    between: Fillers
    negators: frozenset[str]
    against: Fillers
    failed: frozenset[str]
    doubt: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    turns: re.Pattern[str]
    calls: re.Pattern[str]
    parts: re.Pattern[str]
    numbers: Table
    ordinals: Table
    ordinal_cues: frozenset[str]
    yes_no: Table
    truth: Table
    tasks: Table
    meaning: Meaning
    sides: dict[str, bool]
    signs: dict[str, bool]
    alike: dict[str, tuple[int, str]]
    spelling: Spelling
    progress: Patterns
    day_parts: Patterns
    elsewhere: re.Pattern[str]
    commands: dict[str, str]
    happened: re.Pattern[str]
    denying: frozenset[str]
    harmless: re.Pattern[str]
    ideas: tuple[tuple[str, bool, re.Pattern[str]], ...]
    danger: tuple[Rule, ...]
    known: frozenset[str]


# The files of `wording/` that hold the vocabulary.
VOCABULARY_FILES = ("words", "spelling", "danger")


def vocabulary(files: Mapping[str, Mapping[str, Any]]) -> Vocabulary:
    """Compile the vocabulary: `VOCABULARY_FILES` by name, as read from their YAML.

    Raises KeyError on a missing part.
    """
    raw = {**files["words"], **files["spelling"]}
    danger = files["danger"]
    sets: Sets = {**raw["sets"], **danger["sets"]}
    intents: dict[str, dict[str, list[str]]] = raw["intents"]
    say = {Intent(name): part.get("say", ()) for name, part in intents.items()}
    empty = _fillers(raw["empty"])
    return Vocabulary(
        wishes=_table(say),
        cores=_cores(say, empty),
        by_count=_by_count(say),
        by_sound=_by_sound(say),
        inside=_patterns(
            {name: part["inside"] for name, part in intents.items() if "inside" in part}, sets
        ),
        starts=_set(raw["starts"]),
        twofold=frozenset(raw["twofold"]),
        leaning=_fillers(raw["leaning"]),
        small_talk=frozenset(raw["small_talk"]),
        polite=Around(_fillers(raw["polite_before"]), _fillers(raw["polite_after"])),
        answer=Around(_fillers(raw["answer_before"]), _fillers(raw["answer_after"])),
        empty=empty,
        light=_fillers(raw["light"]),
        cues=_set(raw["cues"]),
        counted=_set(raw["counted"]),
        between=_fillers(raw["between"]),
        negators=frozenset(map(canonical, raw["negators"])),
        against=_fillers(raw["against"]),
        failed=_set(raw["failed"]),
        doubt=tuple(_around(one) for one in raw["doubt"]),
        turns=pattern(raw["turns"], sets),
        calls=pattern(raw["calls"], sets),
        parts=pattern([*raw["parts"], *raw["calls"]], sets),
        numbers=_table(raw["numbers"]),
        ordinals=_table(raw["ordinals"]),
        ordinal_cues=_set(raw["ordinal_cues"]),
        yes_no=_table({"yes": raw["agreeing"], "no": raw["refusing"]}),
        truth=_table({"yes": raw["right"], "no": raw["wrong"]}),
        tasks=_table(raw["tasks"]),
        meaning=_meaning(raw["meaning"]),
        sides={one: side == "yes" for side in ("yes", "no") for one in raw["sides"][side]},
        signs={sign: meaning == "agree" for sign, meaning in raw["signs"].items()},
        alike=_alike(raw["alike"]),
        spelling=_spelling({**raw["teencode"], **raw["dialect"]}),
        progress=_patterns(raw["progress"], sets),
        day_parts=_patterns(raw["day_parts"], sets),
        elsewhere=pattern(raw["elsewhere"], sets),
        commands=raw["commands"],
        happened=pattern(danger["happened"], sets),
        denying=frozenset(spaced(words(one)).strip() for one in danger["denying"]),
        harmless=pattern(danger["harmless"], sets),
        ideas=tuple(
            (name.rstrip("!"), name.endswith("!"), pattern(lines, sets))
            for name, lines in danger["ideas"].items()
        ),
        danger=tuple(_rule(rule, sets) for rule in danger["rules"]),
        known=frozenset(
            word.plain for every in say.values() for phrase in every for word in words(phrase)
        )
        | _set(raw["polite_before"])
        | _set(raw["polite_after"]),
    )


def _patterns(lines: Mapping[str, Iterable[str]], sets: Sets) -> Patterns:
    return tuple((name, pattern(every, sets)) for name, every in lines.items())


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
            _enter(table, str(meaning), words(phrase))
    return table


def _enter(table: Table, meaning: str, said: Words) -> None:
    key = "".join(word.plain for word in said)
    entry = (meaning, tuple(word.full for word in said))
    table[key] = (*table.get(key, ()), entry)


def _cores(say: Mapping[Intent, Iterable[str]], empty: Fillers) -> Table:
    """The phrases by the words that count in them, two at least."""
    table: Table = {}
    for meaning, every in say.items():
        for phrase in every:
            counting = core(words(phrase), empty)
            if len(counting) > 1:
                _enter(table, str(meaning), counting)
    return table


def _by_count(
    say: Mapping[Intent, Iterable[str]],
) -> dict[int, tuple[tuple[str, tuple[str, ...]], ...]]:
    """The phrases long enough to be known with one slip, by their number of words."""
    found: dict[int, list[tuple[str, tuple[str, ...]]]] = {}
    for name, every in say.items():
        for phrase in every:
            plain = tuple(fold(phrase).split())
            if len("".join(plain)) >= (6 if len(plain) > 1 else 5):
                found.setdefault(len(plain), []).append((str(name), plain))
    return {count: tuple(every) for count, every in found.items()}


def _by_sound(say: Mapping[Intent, Iterable[str]]) -> dict[str, frozenset[str]]:
    """The phrases by how they sound; what two wishes share says nothing."""
    found: dict[str, set[str]] = {}
    for name, every in say.items():
        for phrase in every:
            plain = fold(phrase).split()
            if len("".join(plain)) >= (5 if len(plain) > 1 else 4):
                found.setdefault(" ".join(map(sound, plain)), set()).add(str(name))
    return {key: frozenset(names) for key, names in found.items()}


def _alike(groups: Iterable[Iterable[str]]) -> dict[str, tuple[int, str]]:
    """Words that stand for one another: folded word -> its group and its own marks."""
    return {
        word.plain: (number, word.full)
        for number, every in enumerate(groups)
        for one in every
        for word in words(one)
    }


def _spelling(short: Mapping[str, str]) -> Spelling:
    found: Spelling = {}
    for typed, full in short.items():
        first, *rest = (canonical(part) for part in typed.split())
        entry = (tuple(rest), words(full))
        found[first] = tuple(
            sorted((*found.get(first, ()), entry), key=lambda one: len(one[0]), reverse=True)
        )
    return found


def _around(phrase: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """ "có phải … không": what stands before and after; without "…" only after."""
    before, _, after = phrase.rpartition("…")
    return tuple(fold(before).split()), tuple(fold(after).split())


def _rule(raw: Mapping[str, Any], sets: Sets) -> Rule:
    signs = pattern(raw["signs"], sets) if "signs" in raw else None
    return Rule(raw["kind"], tuple(map(_frame, raw.get("frames", ()))), signs)


def _frame(line: str) -> Frame:
    """ "sent money happened - supposing news"."""
    every, _, unless = line.partition(" - ")
    return Frame(tuple(every.split()), tuple(unless.split()))


# --- variants and spans -----------------------------------------------------------------


def variants(said: Words, vocab: Vocabulary) -> Iterator[Words]:
    """The words as typed; with short forms and dialect spelled out; with Telex and VNI
    keys read."""
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


def spell(said: Words, vocab: Vocabulary) -> Words:
    """Short forms ("ko", "dc") and words of a region ("hổng", "mần") as the books have them."""
    found: list[Word] = []
    at = 0
    while at < len(said):
        for rest, full in vocab.spelling.get(said[at].full, ()):
            behind = said[at + 1 : at + 1 + len(rest)]
            if tuple(word.full for word in behind) == rest:
                found += full
                at += len(rest)
                break
        else:
            found.append(said[at])
        at += 1
    return tuple(found)


def core(said: Words, empty: Fillers) -> Words:
    """The words that count, without those that are only manner and address."""
    return tuple(word for word in said if not fills(word, empty))


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


# --- one slip of a finger, and how it sounds --------------------------------------------


@lru_cache(maxsize=8192)
def slipped(typed: str, meant: str) -> bool:
    """Whether a folded word may be another with one slip: five letters at least, or a
    word that is no Vietnamese syllable at all ("tiwp")."""
    if abs(len(typed) - len(meant)) > 1 or len(meant) < 3 or not typed.isalpha():
        return False
    if len(typed) < 5 and is_syllable(typed):
        return False
    return int(OSA.distance(typed, meant, score_cutoff=1)) == 1


_ONSETS = (
    ("ngh", "ng"),
    ("gh", "g"),
    ("tr", "ch"),
    ("ph", "f"),
    ("qu", "kw"),
    ("gi", "j"),
    ("k", "c"),
    ("l", "n"),
    ("x", "s"),
    ("p", "b"),
    ("r", "j"),
    ("v", "j"),
    ("z", "j"),
)
_CODAS = (("nh", "n"), ("ng", "n"), ("ch", "t"), ("c", "t"))


@lru_cache(maxsize=8192)
def sound(plain: str) -> str:
    """A folded word as it sounds where people mix l with n, x with s, tr with ch, and
    the last letters of words. Two words that sound alike have the same key."""
    if not plain.isalpha() or not plain.isascii() or len(plain) < 2:
        return plain
    for written, heard in _ONSETS:
        if plain.startswith(written) and len(plain) > len(written):
            plain = heard + plain[len(written) :]
            break
    for written, heard in _CODAS:
        if plain.endswith(written) and len(plain) > len(written) + 1:
            plain = plain[: -len(written)] + heard
            break
    return plain[0] + plain[1:].replace("y", "i")
