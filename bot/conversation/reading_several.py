"""Several things told in one message: steps in their order, lines that give a message away.

A message is cut where people part things ("rồi", "xong", "với", a comma), and each piece is
read by itself. A piece that may mean one of two means the one that no other piece names. What
is not read ends what is sure: nothing behind it is taken for an answer.

Leads in: the kinds ORDER and FIND_THE_FAKE. Source: learner-experience.md F1; curriculum.md 2.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bot.conversation.folding import words
from bot.conversation.reading_answers import likely_answer
from bot.conversation.reading_choice import is_in_doubt, read_piece
from bot.conversation.reading_numbers import Choice, Chosen, Unread, Unsure
from bot.conversation.reading_parts import pieces, sentences, taken_back
from bot.conversation.reading_patterns import spaced, word_at
from bot.conversation.reading_words import look_up, spans, variants
from bot.conversation.vocabulary import Vocabulary, Words, fills

LONGEST = 50  # words; a longer message is a story
_LONGEST_PIECE = 14  # words, in which two steps are looked for that nothing parts
_THEN = {word.full for word in words("thì thi then")}

# What a piece may mean: one thing, one of several, nothing; None: something that is not read.
Meant = tuple[str, ...] | None


class Told(NamedTuple):
    """What a message tells of several things. whole: nothing of it was left unread."""

    ids: tuple[str, ...]
    whole: bool


class _Timed(NamedTuple):
    """A piece and when it comes: "first", "last", "early", "later" than the next, or ""."""

    said: Words
    when: str = ""


# --- steps in their order ---------------------------------------------------------------


def read_steps(text: str, steps: tuple[Choice, ...], vocab: Vocabulary) -> Told | None:
    """The steps that a message names one after the other, from the first on, as far as it is
    sure. None where it names fewer than two."""
    if len(words(text)) > LONGEST or is_in_doubt(text, steps, vocab):
        return None
    timed = [one for piece in _standing(text, vocab) for one in _timed(piece, vocab)]
    every = [two for one in _in_time(timed) for two in _apart(one.said, steps, vocab)]
    named = settled([meant(one, steps, vocab) for one in every])
    told = _each_once(one[0] for one in named if one and len(one) == 1)
    if len(told) < 2:
        return None
    if len(told) == len(steps):
        return Told(told, whole=True)
    gap = next((n for n in range(len(named)) if _is_gap(n, named)), len(named))
    sure = _each_once(one[0] for one in named[:gap] if one)
    return Told(sure, whole=sure == told)


def _is_gap(at: int, named: Sequence[Meant]) -> bool:
    """Whether a piece is not sure; nor is it where another names the same step, while some
    step is not named at all."""
    one = named[at]
    return one is None or len(one) > 1 or (len(one) == 1 and one in named[at + 1 :])


def _standing(text: str, vocab: Vocabulary) -> list[Words]:
    """The pieces of a message without those that are taken back."""
    found: list[Words] = []
    for piece in pieces(text, vocab):
        behind = taken_back(piece, vocab)
        if behind is None:
            found.append(piece)
            continue
        turn = vocab.turns.search(spaced(piece))
        if turn and not word_at(spaced(piece), turn.start()):
            found = found[:-1]
        found += [behind] if behind else []
    return found


def _apart(said: Words, steps: tuple[Choice, ...], vocab: Vocabulary) -> list[Words]:
    """A piece cut in two where nothing but its words tell of two steps ("gõ tên gõ số")."""
    for at in range(2, len(said) - 1 if len(said) <= _LONGEST_PIECE else 0):
        halves = [read_piece(one, steps, vocab) for one in (said[:at], said[at:])]
        if len({one.id for one in halves if isinstance(one, Chosen)}) == 2:
            return [said[:at], said[at:]]
    return [said]


def _timed(said: Words, vocab: Vocabulary) -> list[_Timed]:
    """A piece, or two of them, with when it comes."""
    line = spaced(said)
    for name, pattern in vocab.times:
        found = pattern.search(line)
        if found:
            before = said[: word_at(line, found.start())]
            behind = said[word_at(line, found.end()) :]
            return [one for one in _around(name, before, behind) if one.said]
    return [_Timed(said)]


def _around(name: str, before: Words, behind: Words) -> list[_Timed]:
    """What stands before and behind a word of time, in the order in which it is done, where
    the message itself tells it in another ("trước khi vuốt thì bấm nguồn")."""
    if name in ("before_of", "after_of") and not before:
        at = next((n for n, word in enumerate(behind) if word.full in _THEN), len(behind))
        first, then = _Timed(behind[:at], "" if at < len(behind) else "later"), _Timed(behind[at:])
        return [then, first] if name == "before_of" else [_Timed(behind[:at]), then]
    match name:
        case "before_of":
            return [_Timed(before), _Timed(behind)]
        case "after_of":
            return [_Timed(behind), _Timed(before)]
        case "first" | "last":
            return [_Timed(before, "" if behind else name), _Timed(behind, name)]
        case "before":
            return [_Timed(before, "early"), _Timed(behind)]
        case _:
            return [_Timed(before, "later"), _Timed(behind)]


def _in_time(every: Sequence[_Timed]) -> list[_Timed]:
    """The pieces in the order in which they are to be done."""
    found = list(every)
    for at in range(len(found) - 1):
        behind = found[at + 1].when == "early" and len(found) == 2
        if found[at].when == "later" or behind:
            found[at], found[at + 1] = found[at + 1]._replace(when=""), found[at]._replace(when="")
    ranks = {"first": -1, "last": 1}
    return sorted(found, key=lambda one: ranks.get(one.when, 0))


# --- lines of a message -----------------------------------------------------------------


def read_lines(text: str, lines: tuple[Choice, ...], vocab: Vocabulary) -> Told | None:
    """The lines that a message names: "câu bê với câu xê", "2 câu cuối", "hết luôn", "trừ câu
    3 ra". None where it names fewer than two."""
    if len(words(text)) > LONGEST:
        return None
    for said in variants(words(text), vocab):
        together = _all_of(said, lines, vocab) or _all_but(said, lines, vocab)
        together = together or _at_an_end(said, lines, vocab)
        if together:
            return Told(together, whole=True)
    joined = [_told(every, lines, vocab) for every in (pieces(text, vocab), sentences(text, vocab))]
    best = max(joined, key=lambda one: (one.whole, len(one.ids)))
    return best if len(best.ids) > 1 else None


def _told(every: Sequence[Words], lines: tuple[Choice, ...], vocab: Vocabulary) -> Told:
    named = settled([meant(one, lines, vocab) for one in every])
    whole = all(one is not None and len(one) < 2 for one in named)
    return Told(_each_once(one[0] for one in named if one and len(one) == 1), whole)


def _all_of(said: Words, lines: Sequence[Choice], vocab: Vocabulary) -> tuple[str, ...]:
    """All of them: "tất cả", "hết luôn", "cả 3 câu"."""
    every = tuple(one.id for one in lines)
    for span in spans(said, vocab.answer):
        told = tuple(word for word in span if not _is_number(word.plain, len(lines), vocab))
        rest = tuple(word for word in told if not fills(word, vocab.cues))
        if look_up(span, vocab.all_of) or (told != span and look_up(rest, vocab.all_of)):
            return every
    return ()


def _is_number(plain: str, number: int, vocab: Vocabulary) -> bool:
    return _number(words(plain), vocab) == number


def _number(said: Words, vocab: Vocabulary) -> int:
    """The number that one word says, or 0."""
    if len(said) == 1 and said[0].plain.isdecimal() and len(said[0].plain) == 1:
        return int(said[0].plain)
    return int(look_up(said, vocab.numbers) or 0)


def _all_but(said: Words, lines: tuple[Choice, ...], vocab: Vocabulary) -> tuple[str, ...]:
    """All but one: "trừ câu 3 ra"."""
    line = spaced(said)
    found = vocab.all_but.search(line)
    if not found or any(
        not fills(one, vocab.empty) for one in said[: word_at(line, found.start())]
    ):
        return ()
    behind = said[word_at(line, found.end()) :]
    while behind and fills(behind[-1], vocab.light):
        behind = behind[:-1]
    out = meant(behind, lines, vocab)
    return tuple(one.id for one in lines if one.id not in out) if out and len(out) == 1 else ()


def _at_an_end(said: Words, lines: Sequence[Choice], vocab: Vocabulary) -> tuple[str, ...]:
    """ "2 câu đầu", "hai cái cuối", "the last two"."""
    around = (vocab.answer.before, vocab.answer.after, vocab.empty, vocab.cues)
    told = [word for word in said if _number((word,), vocab) or _end((word,), vocab)]
    rest = [word for word in said if word not in told]
    if len(told) != 2 or any(not any(fills(one, each) for each in around) for one in rest):
        return ()
    many = next((n for word in told if (n := _number((word,), vocab))), 0)
    end = next((one for word in told if (one := _end((word,), vocab))), "")
    if not end or not 1 < many < len(lines):
        return ()
    return tuple(one.id for one in (lines[:many] if end == "first" else lines[-many:]))


def _end(said: Words, vocab: Vocabulary) -> str | None:
    return look_up(said, vocab.ends)


# --- pieces -----------------------------------------------------------------------------


def meant(said: Words, choices: tuple[Choice, ...], vocab: Vocabulary) -> Meant:
    """What one piece of a message may mean."""
    reading = read_piece(said, choices, vocab)
    if not isinstance(reading, Chosen):
        likely = likely_answer(" ".join(word.full for word in said), choices, vocab)
        reading = reading if isinstance(likely, Unread) else likely
    match reading:
        case Chosen(id=one):
            return (one,)
        case Unsure(ids=ids, denied=False):
            return ids
    around = (vocab.empty, vocab.light, vocab.answer.before, vocab.answer.after, vocab.between)
    says = any(not any(fills(word, each) for each in around) for word in said)
    return None if says else ()


def settled(named: Sequence[Meant]) -> list[Meant]:
    """What each piece means when no two of them mean the same, as far as that decides it."""
    found = list(named)
    while True:
        taken = {one[0] for one in found if one and len(one) == 1}
        left = [
            one if one is None or len(one) < 2 else tuple(each for each in one if each not in taken)
            for one in found
        ]
        if left == found:
            return found
        found = left


def _each_once(ids: Iterable[str]) -> tuple[str, ...]:
    """Of what is named twice the later one counts."""
    return tuple(dict.fromkeys(reversed(list(ids))))[::-1]
