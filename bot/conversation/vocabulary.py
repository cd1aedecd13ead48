"""The vocabulary: the files of `wording/` that hold what people say, compiled.

    words.yaml     what is understood, and the small words around it
    spelling.yaml  short forms, words of a region, words that mean the same
    danger.yaml    how danger is told
    learnt.bin     what words are most like, from `examples/` (see `reading_learnt`)

Leads in: `reading_words` and the other `reading_*` files, which find it in messages.
"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any

import msgspec

from bot.conversation.folding import Word, agrees, canonical, fold, is_syllable, words
from bot.conversation.reading_patterns import Sets, pattern, spaced

Words = tuple[Word, ...]
# What a phrase stands for, and its canonical words; looked up by its letters alone.
Table = dict[str, tuple[tuple[str, tuple[str, ...]], ...]]
# What a pattern stands for, and the pattern, in the order in which they are tried.
Patterns = tuple[tuple[str, re.Pattern[str]], ...]
# Phrases with a word left out (""): the word, and what the phrase stands for.
Slips = dict[tuple[str, ...], tuple[tuple[str, str], ...]]
# Words by their first: the rest of the phrase, and what it is spelled out to.
Spelling = dict[str, tuple[tuple[tuple[str, ...], Words], ...]]


class Intent(StrEnum):
    """What a learner may want at any moment: the closed list."""

    BACK = "back"
    REPEAT = "repeat"
    SLOWER = "slower"
    READ_ALOUD = "read_aloud"
    LETTERS = "letters"
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
    RELATIVES = "relatives"
    END_RELATIVES = "end_relatives"
    GREETING = "greeting"
    INVITE = "invite"
    SEND_LINK = "send_link"
    JOIN = "join"
    PART = "part"
    ADD_LEARNER = "add_learner"
    CHANGE_LEARNER = "change_learner"
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
    """How one kind of danger is told: by frames, or by a phrase that says it all; not where
    a frame of `unless` is."""

    kind: str
    frames: tuple[Frame, ...]
    signs: re.Pattern[str] | None
    unless: tuple[Frame, ...]


class Vocabulary(msgspec.Struct, frozen=True, eq=False):
    """`words.yaml`, ready for use. Made by `vocabulary`; the fields follow that file."""

    wishes: Table
    cores: Table
    slips: Slips
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
    cues: Fillers
    counted: Fillers
    between: Fillers
    negators: frozenset[str]
    against: Fillers
    failed: frozenset[str]
    doubt: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    turns: re.Pattern[str]
    contrasts: re.Pattern[str]
    calls: re.Pattern[str]
    parts: re.Pattern[str]
    joins: re.Pattern[str]
    times: Patterns
    all_of: Table
    ends: Table
    all_but: re.Pattern[str]
    pairing: Fillers
    numbers: Table
    letters: Table
    ordinals: Table
    ordinal_cues: frozenset[str]
    yes_no: Table
    truth: Table
    warning: Fillers
    in_vain: re.Pattern[str]
    tasks: Table
    meaning: Meaning
    sides: dict[str, bool]
    signs: dict[str, bool]
    alike: dict[str, tuple[int, str]]
    spelling: Spelling
    opposites: Spelling
    progress: Patterns
    day_parts: Patterns
    elsewhere: re.Pattern[str]
    commands: dict[str, str]
    happened: re.Pattern[str]
    met: re.Pattern[str]
    denying: frozenset[str]
    denying_over: frozenset[str]
    soft: tuple[Frame, ...]
    harmless: re.Pattern[str]
    hints: Rule
    verdict: re.Pattern[str]
    ideas: dict[str, tuple[bool, re.Pattern[str]]]
    danger: tuple[Rule, ...]
    known: frozenset[str]
    foreign: frozenset[str]
    wavering: re.Pattern[str]
    learnt: bytes


# The files of `wording/` that hold the vocabulary.
VOCABULARY_FILES = ("words", "spelling", "danger")
LEARNT_FILE = "learnt.bin"


def vocabulary(files: Mapping[str, Mapping[str, Any]], learnt: bytes) -> Vocabulary:
    """Compile the vocabulary: `VOCABULARY_FILES` by name, as read from their YAML, and what
    stands in `LEARNT_FILE`.

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
        slips=_slips(say),
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
        cues=_fillers(raw["cues"]),
        counted=_fillers(raw["counted"]),
        between=_fillers(raw["between"]),
        negators=frozenset(map(canonical, raw["negators"])),
        against=_fillers(raw["against"]),
        failed=_set(raw["failed"]),
        doubt=tuple(_around(one) for one in raw["doubt"]),
        turns=pattern(raw["turns"], sets),
        contrasts=pattern(raw["contrasts"], sets),
        calls=pattern(raw["calls"], sets),
        parts=pattern([*raw["parts"], *raw["calls"]], sets),
        joins=pattern(raw["joins"], sets),
        times=_patterns(raw["times"], sets),
        all_of=_table({"all": raw["all_of"]}),
        ends=_table(raw["ends"]),
        all_but=pattern(raw["all_but"], sets),
        pairing=_fillers(raw["pairing"]),
        numbers=_table(raw["numbers"]),
        letters=_table(raw["letters"]),
        ordinals=_table(raw["ordinals"]),
        ordinal_cues=_set(raw["ordinal_cues"]),
        yes_no=_table({"yes": raw["agreeing"], "no": raw["refusing"]}),
        truth=_table({"yes": raw["right"], "no": raw["wrong"]}),
        warning=_fillers(raw["warning"]),
        in_vain=pattern(raw["in_vain"], sets),
        tasks=_table(raw["tasks"]),
        meaning=_meaning(raw["meaning"]),
        sides={one: side == "yes" for side in ("yes", "no") for one in raw["sides"][side]},
        signs={sign: meaning == "agree" for sign, meaning in raw["signs"].items()},
        alike=_alike(raw["alike"]),
        spelling=_spelling({**raw["teencode"], **raw["dialect"]}),
        opposites=_spelling(raw["opposites"]),
        progress=_patterns(raw["progress"], sets),
        day_parts=_patterns(raw["day_parts"], sets),
        elsewhere=pattern(raw["elsewhere"], sets),
        commands=raw["commands"],
        happened=pattern(danger["happened"], sets),
        met=pattern(danger["met"], sets),
        denying=_as_spaced(danger["denying"]),
        denying_over=_as_spaced(danger["denying_over"]),
        soft=tuple(map(_frame, danger["soft"])),
        harmless=pattern(danger["harmless"], sets),
        verdict=pattern(danger["verdict"], sets),
        hints=_rule({"kind": "perhaps", **danger["hints"]}, sets),
        ideas={
            name.rstrip("!"): (name.endswith("!"), pattern(lines, sets))
            for name, lines in danger["ideas"].items()
        },
        danger=tuple(_rule(rule, sets) for rule in danger["rules"]),
        known=frozenset(
            word.plain for every in say.values() for phrase in every for word in words(phrase)
        )
        | _set(raw["polite_before"])
        | _set(raw["polite_after"]),
        foreign=_foreign([*say.values(), *raw["ordinals"].values()], raw["foreign"]),
        wavering=pattern(raw["wavering"], sets),
        learnt=learnt,
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


def _as_spaced(every: Iterable[str]) -> frozenset[str]:
    """Words in the letters in which `spaced` writes them."""
    return frozenset(spaced(words(one)).strip() for one in every)


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


def _slips(say: Mapping[Intent, Iterable[str]]) -> Slips:
    """The phrases long enough to be known with one slip in one of their words."""
    found: Slips = {}
    for name, every in say.items():
        for phrase in every:
            plain = tuple(fold(phrase).split())
            if len("".join(plain)) < (6 if len(plain) > 1 else 5):
                continue
            for at, word in enumerate(plain):
                key = (*plain[:at], "", *plain[at + 1 :])
                found[key] = (*found.get(key, ()), (word, str(name)))
    return found


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
    frames, unless = (tuple(map(_frame, raw.get(part, ()))) for part in ("frames", "unless"))
    return Rule(raw["kind"], frames, signs, unless)


def _frame(line: str) -> Frame:
    """ "sent money happened - supposing news"."""
    every, _, unless = line.partition(" - ")
    return Frame(tuple(every.split()), tuple(unless.split()))


def _foreign(phrases: Iterable[Iterable[str]], more: str) -> frozenset[str]:
    """The words of four letters and more that are no Vietnamese syllables."""
    every = [one for each in phrases for one in each]
    found = {word.plain for one in (*every, more) for word in words(one)}
    return frozenset(
        one for one in found if len(one) > 3 and one.isalpha() and not is_syllable(one)
    )


def core(said: Words, empty: Fillers) -> Words:
    """The words that count, without those that are only manner and address."""
    return tuple(word for word in said if not fills(word, empty))


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
