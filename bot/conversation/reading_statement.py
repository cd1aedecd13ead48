"""Đúng or Sai, told by the words of the statement itself: "không an toàn", "sai, nóng lắm".

A verdict at the start counts whatever reason follows it. Else the words must be those of
what the statement says of its subject: with a "not" that the statement lacks they are a
no, without it a yes. Two verdicts that do not agree say nothing.

Leads in: `understand`. Source: learner-experience.md F2; curriculum.md 2.
"""

import re

from bot.conversation.folding import Word, agrees, remembered, words
from bot.conversation.reading_parts import STOP, stopped
from bot.conversation.reading_patterns import spaced, word_at
from bot.conversation.reading_words import look_up, spell, variants
from bot.conversation.vocabulary import Vocabulary, Words, fills

_LONGEST = 20  # words; a longer answer is a story
_LONGEST_VERDICT = 3  # words ("không đúng đâu")
_REACH = 3  # words behind a "not" that it denies
_LONG_ENOUGH = 5  # letters of a warning that is none of many words without its marks
_ASKING = re.compile(r"(?:đúng hay sai|true or false)", re.IGNORECASE)
_SAYS_OF = frozenset(word.full for one in ("thì", "là", "is", "are") for word in words(one))
# "đúng" without its marks may be «đừng»; "phải trả" is must; "có an toàn" is there is.
_NO_VERDICT = {"phai", "co"}
(_WHERE,) = words("đâu")  # "có an toàn đâu", "đâu có an toàn": a "not" without a "not"


@remembered
def read_of_statement(text: str, statement: str, vocab: Vocabulary) -> bool | None:
    """Whether the words call a statement true or false; None when they say neither.

    statement: the question as it stands, with "Đúng hay sai?" at its end.
    """
    said = tuple(variants(stopped(text), vocab))[-1]
    if "?" in text or not 1 <= len(said) <= _LONGEST or _asks(said, vocab):
        return None
    verdict, rest = _verdict(said, vocab)
    echo = _echo(rest, statement, vocab)
    if verdict is None and echo is None:
        # "không trả, ai đặt đâu mà đòi": the reason behind the first stop is left aside.
        first = said[: said.index(STOP)] if STOP in said else said
        echo = _warning(first, statement, vocab)
        echo = _echo(first, statement, vocab) if echo is None else echo
    return echo if verdict is None else verdict if echo in (None, verdict) else None


def _warning(said: Words, statement: str, vocab: Vocabulary) -> bool | None:
    """A warning in few words, which a careful statement shares and another does not."""
    stated = {word.plain for word in words(_ASKING.split(statement)[0])}
    told = [word for word in said if _counts(word, vocab) or _warns(word, vocab)]
    warnings = [no for word, no in _denied(said, vocab) if _warns(word, vocab)]
    others = [
        word
        for word in told
        if not _warns(word, vocab) and word.full not in vocab.negators and word.plain not in stated
    ]
    if not warnings or len(set(warnings)) > 1 or len(others) > 1:
        return None
    predicate = _predicate(statement, vocab)
    if told[0].plain in stated - {word.plain for word in predicate}:
        return None  # "tin giả" may be any of the two messages that are spoken of
    careful = any(word.full in vocab.negators or _warns(word, vocab) for word in predicate)
    return careful != warnings[0]


def _warns(word: Word, vocab: Vocabulary) -> bool:
    exact = word.full in vocab.warning.get(word.plain, ())
    return exact or (len(word.plain) >= _LONG_ENOUGH and fills(word, vocab.warning))


def _asks(said: Words, vocab: Vocabulary) -> bool:
    """Whether a message ends in a question ("an toàn hay không", "có an toàn không nhỉ")."""
    told = [word for word in said if word != STOP and not fills(word, vocab.empty)]
    return len(told) > 1 and told[-1].plain in ("khong", "chua")


def _verdict(said: Words, vocab: Vocabulary) -> tuple[bool | None, Words]:
    """A verdict at the start that nothing behind it takes back, and what stands behind it."""
    first = next(
        (n for n, w in enumerate(said) if not fills(w, vocab.empty) or look_up((w,), vocab.truth)),
        len(said),
    )
    said = said[first:]
    for many in range(min(_LONGEST_VERDICT, len(said)), 0, -1):
        found = look_up(said[:many], vocab.truth)
        if not found:
            continue
        rest = said[many:]
        # "hai giây" is no second option.
        counts = look_up(said[:1], vocab.numbers) is not None
        opens = (
            counts
            or said[0].full in vocab.negators
            or said[0].plain in _NO_VERDICT
            or _where(said[0])
        )
        vague = opens or len(said[0].plain) < 2 or any(w.full in vocab.twofold for w in said[:many])
        other = any(look_up((word,), vocab.truth) not in (None, found) for word in rest)
        return (None, said) if rest and (vague or other) else (found == "yes", rest)
    return None, said


def _echo(said: Words, statement: str, vocab: Vocabulary) -> bool | None:
    """What the statement says of its subject, said again with or without a "not"."""
    stated = _denied(_predicate(statement, vocab), vocab)
    firm = [(word, no) for word, no in stated if _counts(word, vocab)] or stated
    wanted = {word.plain: (word.full, denied) for word, denied in firm}
    sides: set[bool] = set()
    for word, denied in _denied(spell(said, vocab, vocab.opposites), vocab):
        if word.plain in wanted and agrees(word.full, wanted[word.plain][0]):
            sides.add(denied == wanted[word.plain][1])
        elif _counts(word, vocab):
            return None
    return sides.pop() if len(sides) == 1 else None


def _predicate(statement: str, vocab: Vocabulary) -> Words:
    """The words behind the last "thì", "là" or "is" of a statement; all of them without one."""
    told = words(_ASKING.split(statement)[0])
    at = max((n for n, word in enumerate(told) if word.full in _SAYS_OF), default=-1)
    return spell(told[at + 1 :], vocab, vocab.opposites)


def _denied(said: Words, vocab: Vocabulary) -> list[tuple[Word, bool]]:
    """The words without those that only deny, and whether a "not" reaches each."""
    nots = [n for n, word in enumerate(said) if word.full in vocab.negators]
    vain = vocab.in_vain.search(spaced(said))
    said = said[: word_at(spaced(said), vain.start())] if vain else said
    every = not nots and (vain is not None or any(map(_where, said)))
    found, left = [], 0
    for word in said:
        if word.full in vocab.negators:
            left = _REACH
        elif word == STOP:
            left = 0
        elif not _where(word):
            found.append((word, every or left > 0))
            left -= 1
    return found


def _where(word: Word) -> bool:
    return agrees(word.full, _WHERE.full)


def _counts(word: Word, vocab: Vocabulary) -> bool:
    return not fills(word, vocab.empty) and not fills(word, vocab.light)
