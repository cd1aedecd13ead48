"""A message weighed against the labels of the options, word by word.

A word that only one label has weighs most, a word of mere manner little, a word that no
label has is a stranger. A "not" must stand on both sides or on neither: a label that says
the opposite is out, and what the others share with it then counts as their own. Words
may be near: the same meaning, one slip, the same sound.

Leads in: `reading_choice`. Source: learner-experience.md F1; curriculum.md 2.2.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from bot.conversation.folding import Word, agrees, is_syllable, same_tone, words
from bot.conversation.reading_numbers import Choice, Chosen, Reading, Unsure
from bot.conversation.reading_words import slipped, slipped_once, variants
from bot.conversation.vocabulary import Vocabulary, Words, fills, sound

# How near a typed word is to one of a label: marks that contradict, a word that means the
# same, one slip, a slip in a short word or one that makes another, the same sound.
_OFF, _ALIKE, _SLIP, _VAGUE, _SOUND = 0.45, 0.8, 0.8, 0.6, 0.65
_LONG_ENOUGH = 5  # letters of a word that one slip does not change into another
# What a word of mere manner weighs, one that only stands near a "not", and what the
# beginning of a label adds.
_LIGHT, _NEAR_NOT, _BEGINS = 0.3, 0.3, 0.75
# Found on one half of tests/conversation/utterances: what one label must have to itself,
# how far ahead it must be, how near another with words of its own may come, and from where
# on it is worth asking.
_OWN, _AHEAD, _RIVAL, _WORTH_ASKING = 0.7, 0.55, 0.65, 0.5
# With strangers in the message, so much of the label or of its own words must be there.
_COVERED, _MUCH = 0.4, 1.5
_CLAUSE = re.compile(r"[,;:.]\s")
_ADDRESS = re.compile(r"\w\.[a-z]{2,}")
_FREE, _AFTER_NOT, _DENIED = 0, 1, 2


class Token(NamedTuple):
    """One word of a label or a message.

    denied: right behind a "not" (2), a little later (1), or not at all. weight: 1, or less
    for mere manner. owners: the choices whose labels have it. strict: part of an address,
    where one letter makes another place.
    """

    word: Word
    denied: int
    weight: float
    owners: frozenset[str] = frozenset()
    strict: bool = False


# The labels of each choice, by its id.
Board = dict[str, tuple[tuple[Token, ...], ...]]


class _Score(NamedTuple):
    """How a message fits one choice. own: the part that no other choice shares, those that are
    said not to be meant left aside; firm: the same with those; known: how many of its words
    the label has, very: one of them the very word; covered: the part of the label that was
    said; begins: what being its beginning adds to total and own."""

    total: float
    own: float
    firm: float
    known: int
    very: bool
    covered: float
    begins: float
    id: str


def weighed(said: Words, choices: tuple[Choice, ...], vocab: Vocabulary) -> Reading | None:
    """The choice that the words fit by far best, or those that they may mean."""
    labels = board(choices, vocab)
    typed = _typed(said, labels, vocab)
    if not typed:
        return None
    out = {one for one, every in labels.items() if all(_opposed(typed, x, vocab) for x in every)}
    begun = max(_begun(typed, label, vocab) for every in labels.values() for label in every)
    begun = 0 if begun and _is_shared(typed, begun, choices, labels, vocab) else begun
    scores = sorted(
        (
            max(_scored(one, typed, label, out, begun, vocab) for label in every)
            for one, every in labels.items()
            if one not in out
        ),
        reverse=True,
    )
    scores = [score for score in scores if score.known]
    if not scores:
        return None
    if all(one.weight < 1.0 for one in typed):
        # A lone "không" begins «Không ai»; among other words it says nothing.
        alone = len(said) == 1 and len(scores) == 1 and said[0].full in vocab.negators
        return Unsure((scores[0].id,)) if alone else None
    strangers = sum(
        2 if one.word.plain.isdecimal() else 1  # a number that no label has means another thing
        for one in typed
        if one.weight == 1.0 and not any(_near(one, word, vocab) for word in _every(labels))
    )
    return _judged(scores, strangers, bool(out), begun > 0, choices)


@lru_cache(maxsize=512)
def board(choices: tuple[Choice, ...], vocab: Vocabulary) -> Board:
    """The labels of each choice, word by word."""
    owners: dict[str, set[str]] = {}
    for choice in choices:
        for label in labels_of(choice):
            for word in label:
                owners.setdefault(word.plain, set()).add(choice.id)
    return {
        choice.id: tuple(
            tuple(
                Token(
                    word,
                    denied,
                    _weight(word, vocab),
                    frozenset(owners[word.plain]),
                    _ADDRESS.search(choice.label) is not None,
                )
                for word, denied in zip(label, _label_denials(written, vocab), strict=True)
            )
            for written in (choice.label, *choice.extra)
            if (label := words(written))
        )
        for choice in choices
    }


def labels_of(choice: Choice) -> list[Words]:
    return [said for said in map(words, (choice.label, *choice.extra)) if said]


def in_order(ids: Iterable[str], choices: Sequence[Choice]) -> tuple[str, ...]:
    wanted = set(ids)
    return tuple(choice.id for choice in choices if choice.id in wanted)


def says_more(text: str, label: str, question: str, vocab: Vocabulary) -> bool:
    """Whether a message holds words that neither the label nor the question has."""
    # "bank" is an English word here and a short form there: read on both sides alike.
    ours = {
        word.plain
        for one in (label, question)
        for said in variants(words(one), vocab)
        for word in said
    }
    manner = (vocab.empty, vocab.light, vocab.answer.before, vocab.answer.after)
    return any(
        word.plain not in ours
        and word.full not in vocab.negators
        and not any(fills(word, each) for each in manner)
        for word in list(variants(words(text), vocab))[-1]
    )


# --- the message and the labels as tokens -----------------------------------------------


def _weight(word: Word, vocab: Vocabulary) -> float:
    manner = any(word.full in each.get(word.plain, ()) for each in (vocab.light, vocab.empty))
    return _LIGHT if manner or word.full in vocab.negators else 1.0


def _typed(said: Words, labels: Board, vocab: Vocabulary) -> tuple[Token, ...]:
    """The words of a message that count, and those of manner that a label has too."""
    found = []
    manner = (vocab.empty, vocab.answer.before, vocab.answer.after)
    for word, denied in zip(said, denials(said, vocab), strict=True):
        named = any(_same_meaning(word, one.word, vocab) for one in _every(labels))
        negator = word.full in vocab.negators
        filler = negator or any(fills(word, each) for each in manner)
        if filler and not named and denied != _DENIED:
            continue
        # "anh" may be the learner, and "ảnh" without its mark: alone it is the picture.
        address = fills(word, vocab.empty) and len(said) > 1
        light = negator or address or (not named and fills(word, vocab.light))
        found.append(Token(word, denied, _LIGHT if light else 1.0))
    return tuple(found)


def denials(said: Words, vocab: Vocabulary) -> list[int]:
    """For each word whether a "not" stands before it, or "không được" behind it."""
    found, left = [], 0
    direct = False
    for at, word in enumerate(said):
        if word.full in vocab.negators:
            found.append(_FREE)
            left, direct = 3, True
            behind = said[at + 1].plain if at + 1 < len(said) else ""
            if at and behind in vocab.failed and found[at - 1] == _FREE:
                found[at - 1] = _DENIED  # "gọi không được", "gọi không ai nghe"
        elif direct and (fills(word, vocab.light) or word.plain == "t"):
            found.append(_FREE)  # "không phải cái loa", "don't": the "not" reaches further
        else:
            found.append(_DENIED if direct else _AFTER_NOT if left else _FREE)
            direct = False
            left = max(left - 1, 0)
    return found


def _label_denials(label: str, vocab: Vocabulary) -> list[int]:
    """A "not" in a label reaches to the next comma: «Không nộp, rời nhóm»."""
    clauses = [denials(words(one), vocab) for one in _CLAUSE.split(label)]
    return [denied for clause in clauses for denied in clause]


def _every(labels: Board) -> Iterator[Token]:
    return (one for every in labels.values() for label in every for one in label)


# --- how near, how much -----------------------------------------------------------------


def _opposed(typed: Sequence[Token], label: Sequence[Token], vocab: Vocabulary) -> bool:
    """Whether one says "not" of a word and the other does not."""
    return any(
        (one.weight == 1.0 or one.denied == _DENIED)
        and {one.denied, meant.denied} == {_FREE, _DENIED}
        and _near(one, meant, vocab) >= _SOUND
        for one in typed
        for meant in label
    ) and not any(
        one.denied == meant.denied and one.word.plain == meant.word.plain and one.weight == 1.0
        for one in typed
        for meant in label
        if meant.denied == _DENIED
    )


def _scored(
    choice_id: str,
    typed: Sequence[Token],
    label: Sequence[Token],
    out: set[str],
    begun: int,
    vocab: Vocabulary,
) -> _Score:
    """The fit of a message with one label. out: choices that are said not to be meant;
    begun: how many first words the message shares with any label."""
    left = list(label)
    total = own = firm = said = 0.0
    known = 0
    very = False
    for one in typed:
        near, at = max(
            ((_near(one, each, vocab), -n) for n, each in enumerate(left)), default=(0.0, 0)
        )
        if not near:
            continue
        meant = left.pop(-at)
        owners = meant.owners - out
        part = near * min(one.weight, meant.weight) / max(len(owners), 1)
        if {one.denied, meant.denied} == {_FREE, _AFTER_NOT}:
            part *= _NEAR_NOT
        total += part
        said += meant.weight
        known += 1
        very = very or (near == 1.0 and one.weight == 1.0)
        own += part if owners <= {choice_id} else 0.0
        both_not = one.denied == meant.denied == _DENIED
        firm += part if meant.owners <= {choice_id} or both_not else 0.0
    begins = _BEGINS if begun and _begun(typed, label, vocab) == begun else 0.0
    covered = said / sum(one.weight for one in label)
    firm += begins
    return _Score(total + begins, own + begins, firm, known, very, covered, begins, choice_id)


def _judged(
    scores: Sequence[_Score],
    strangers: int,
    opposed: bool,
    begun: bool,
    choices: Sequence[Choice],
) -> Reading | None:
    """opposed: some choice is said not to be meant; then the others need words of their
    own. begun: the message is the beginning of a label."""
    best, second = scores[0], scores[1].total if len(scores) > 1 else 0.0
    much = best.own >= _MUCH or best.covered >= _COVERED
    enough = not strangers or (best.known >= strangers and much)
    rival = len(scores) > 1 and _is_rival(scores[1], best)
    # One word that only means the same or looks alike is not enough to be marked.
    enough = enough and (best.very or best.known > 1 or best.covered >= _COVERED)
    # What is left when another is denied was not named: that is asked.
    enough = enough and best.firm >= _OWN
    if best.own >= _OWN and best.total - second >= _AHEAD and enough and not rival:
        return Chosen(best.id, sure=begun and not strangers)
    vague = best.own < _OWN and (strangers or opposed)
    if best.total < _WORTH_ASKING or strangers > best.known or vague:
        return None
    near = [one.id for one in scores if best.total - one.total < _AHEAD]
    return Unsure(in_order(near, choices))


def _is_rival(second: _Score, best: _Score) -> bool:
    """Whether another choice was named as well, the beginnings left aside."""
    own, total = second.own - second.begins, second.total - second.begins
    return own >= _OWN and total >= _RIVAL * (best.total - best.begins)


def _begun(typed: Sequence[Token], label: Sequence[Token], vocab: Vocabulary) -> int:
    """How many words a message begins with as the label does: two at least."""
    same = 0
    for one, meant in zip(typed, label, strict=False):
        if one.denied != meant.denied or _near(one, meant, vocab) < _SLIP:
            break
        same += 1
    return same if same > 1 else 0


def _is_shared(
    typed: Sequence[Token],
    begun: int,
    choices: Sequence[Choice],
    labels: Board,
    vocab: Vocabulary,
) -> bool:
    """Whether all that was said begins one label and stands in another behind a comma:
    «Không đóng, …» and «Thoát ra, không đóng»."""
    starts = {
        (choice.id, at)
        for choice in choices
        for at in _clause_starts(choice.label)
        if _begun(typed, labels[choice.id][0][at:], vocab) == begun == len(typed)
    }
    return len({one for one, _ in starts}) > 1


def _clause_starts(label: str) -> list[int]:
    """The places of the words that begin a label or stand behind its commas."""
    counts = [len(words(one)) for one in _CLAUSE.split(label)]
    return [sum(counts[:at]) for at in range(len(counts))]


def _near(one: Token, label: Token, vocab: Vocabulary) -> float:
    """How near a typed word is to a word of a label, from 0 to 1."""
    typed, meant = one.word, label.word
    if typed.plain == meant.plain:
        return 1.0 if agrees(typed.full, meant.full) else _OFF
    if _same_meaning(typed, meant, vocab):
        return _ALIKE
    if label.strict or len(meant.plain) < 3 or typed.plain in vocab.known:
        return 0.0
    if slipped(typed.plain, meant.plain):
        another = is_syllable(typed.plain) and not slipped(typed.full, meant.full)
        vague = another or len(meant.plain) < _LONG_ENOUGH
        return _VAGUE if vague else _SLIP
    if _one_short(typed, meant):
        return _VAGUE
    alike = sound(typed.plain) == sound(meant.plain) and same_tone(typed.full, meant.full)
    return _SOUND if alike else 0.0


def _one_short(typed: Word, meant: Word) -> bool:
    """A letter left out in a word typed with its very tone: "ngồn" for "nguồn"."""
    marked = typed.full[-1:] == meant.full[-1:] and not typed.full[-1:].isalpha()
    one = len(meant.plain) == len(typed.plain) + 1 and len(meant.plain) >= _LONG_ENOUGH
    return marked and one and slipped_once(typed.full, meant.full)


def _same_meaning(typed: Word, meant: Word, vocab: Vocabulary) -> bool:
    """Whether two words are one, or stand for one another ("hình" and "ảnh")."""
    if typed.plain == meant.plain:
        return True
    ours, theirs = vocab.alike.get(meant.plain), vocab.alike.get(typed.plain)
    if ours is None or theirs is None or ours[0] != theirs[0]:
        return False
    return agrees(typed.full, theirs[1]) and agrees(meant.full, ours[1])


def denied(said: Words, vocab: Vocabulary) -> bool:
    """Whether the words hold a "not", or take something back."""
    return any(word.full in vocab.negators or fills(word, vocab.against) for word in said)


def spelled_out(said: Words, vocab: Vocabulary) -> list[Words]:
    """The ways to read the words; short forms may hide a "not" ("k dong y"), and then only
    the spelled ones count."""
    every = list(variants(said, vocab))
    nots = [sum(word.full in vocab.negators for word in one) for one in every]
    return every[1:] if nots[-1] > nots[0] else every
