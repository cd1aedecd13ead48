"""«OTP là gì?», «từ này là gì?»: hard words in plain ones, from `lessons/glossary.yaml`.

Only what the glossary holds is explained; a word it lacks is said to be lacking. Pure.
Leads in: `step`, `screens/lesson.py`. Wording: `meaning.*`. Source: curriculum.md 3.3.
"""

import re
from functools import lru_cache
from typing import NamedTuple

import msgspec

from bot.conversation.folding import Word, agrees
from bot.conversation.folding import words as split
from bot.conversation.learner import Learner
from bot.conversation.reading_words import spell
from bot.conversation.replies import Reply
from bot.conversation.speech import say, wording
from bot.conversation.understand import Vocabulary
from bot.conversation.world import World
from lessons.model import Library, Term

_MOST = 3  # words explained at once
_CAPITALS = re.compile(r"\b[A-Z]{2,}\w*\b|\b[A-Z]\w*[A-Z]\w*\b")  # OTP, VNeID

Words = tuple[Word, ...]


class Question(NamedTuple):
    """A question after a word: its words without those that ask («là gì»); what is left
    when the small ones around are gone too; whether it points at the screen («từ này»)."""

    said: Words
    about: Words
    this: bool


class _Entry(msgspec.Struct, frozen=True):
    """One name of a term, and whether it may be found inside a longer text."""

    said: Words
    key: str
    inside: bool


def meaning(learner: Learner, text: str, shown: str, world: World) -> Reply:
    """The answer to a question after a word. shown: all that stands on the screen."""
    library = world.shelf.library
    question = question_in(text, world.shelf.words)
    asked = _named(question, library) if question else []
    if question is not None and (asked or not question.this):
        if not asked:
            return say(learner, world, "meaning.unknown")
        return say(learner, world, "meaning.is", meaning=_told(learner, asked, world))
    here = _terms_in(split(shown), library)[:_MOST]
    if not here:
        return say(learner, world, "meaning.which")
    return say(learner, world, "meaning.here", meaning=_told(learner, here, world))


def names_a_term(text: str, world: World) -> bool:
    """Whether the text asks after a word that the glossary holds."""
    question = question_in(text, world.shelf.words)
    return question is not None and bool(_named(question, world.shelf.library))


def plain_words(learner: Learner, text: str, world: World) -> str:
    """The hard words of a text with their plain ones, or "" when there are none."""
    return _told(learner, _terms_in(split(text), world.shelf.library)[:_MOST], world)


def question_in(text: str, vocab: Vocabulary) -> Question | None:
    """What is asked after; None when the text does not ask after a meaning.

    As typed first: a word of some region may be half of a term ("biểu" in "biểu tượng").
    """
    said = split(text)
    return _question(said, vocab) or _question(spell(said, vocab), vocab)


def _question(said: Words, vocab: Vocabulary) -> Question | None:
    left, asks = list(said), False
    for phrase in vocab.meaning.asking:
        at = _find(left, phrase)
        if at is not None:
            left, asks = left[:at] + left[at + len(phrase) :], True
    if not asks:
        return None
    plain = tuple(word.plain for word in left)
    around = vocab.meaning.around
    this = any(_find(left, tuple(one.split())) is not None for one in vocab.meaning.this)
    first = next((n for n, word in enumerate(plain) if word not in around), len(plain))
    last = next((n for n in range(len(plain), first, -1) if plain[n - 1] not in around), first)
    about = tuple(left[first:last])
    return Question(
        tuple(left), about, not about or (this and _joined(about) in vocab.meaning.this)
    )


def _find(said: list[Word], phrase: tuple[str, ...]) -> int | None:
    plain = tuple(word.plain for word in said)
    starts = range(len(plain) - len(phrase) + 1)
    return next((at for at in starts if plain[at : at + len(phrase)] == phrase), None)


def _joined(said: Words) -> str:
    return " ".join(word.plain for word in said)


def _named(question: Question, library: Library) -> list[str]:
    """The key of the term asked about: the whole of it, else the longest inside."""
    exact = [one.key for one in _entries(library) if _same(question.about, one.said)]
    return exact[:1] or _terms_in(question.said, library)[:1]


def _terms_in(said: Words, library: Library) -> list[str]:
    """The keys of the terms that stand in a text, the longest first where they overlap."""
    taken: set[int] = set()
    found: list[tuple[int, str]] = []
    for entry in _entries(library):
        many = len(entry.said)
        for at in range(len(said) - many + 1) if entry.inside else ():
            here = set(range(at, at + many))
            if not here & taken and _same(said[at : at + many], entry.said):
                taken |= here
                found.append((at, entry.key))
    return list(dict.fromkeys(key for _, key in sorted(found)))


def _told(learner: Learner, keys: list[str], world: World) -> str:
    glossary = world.shelf.library.glossary
    row = wording(learner, world, "meaning.row")
    told = []
    for key in keys:
        term = glossary[key]
        plain = (term.en_plain or term.en) if learner.language == "en" else term.vi
        told.append(row.replace("{word}", _name(key, term, learner)).replace("{plain}", plain))
    return " ".join(told)


def _name(key: str, term: Term, learner: Learner) -> str:
    """How the term is called to this learner; in English with the Vietnamese beside it."""
    return key if learner.language != "en" or key == term.en else f"{term.en}, {key}"


def _same(typed: Words, meant: Words) -> bool:
    """Whether the words are these, marks left out or not; marks that contradict are not."""
    return len(typed) == len(meant) and all(
        a.plain == b.plain and agrees(a.full, b.full) for a, b in zip(typed, meant, strict=True)
    )


def _entries(library: Library) -> tuple[_Entry, ...]:
    return _entries_of(tuple(library.glossary.items()))


@lru_cache(maxsize=4)
def _entries_of(glossary: tuple[tuple[str, Term], ...]) -> tuple[_Entry, ...]:
    """Every name of every term, longest first: as written, its capitals alone, in English."""
    found: list[_Entry] = []
    for key, term in glossary:
        names = {key, *_CAPITALS.findall(key), *(name.strip() for name in term.en.split("/"))}
        # "AI" without its capitals is "who", "pin" the battery: they count only when they
        # are all that is asked about.
        found += [_Entry(split(name), key, name not in ("AI", "PIN")) for name in sorted(names)]
    return tuple(sorted(found, key=lambda one: -len(one.said)))
