"""A lesson file as the rules see it: every text with what a rule may ask about it.

In: the tree of a page (it may lack parts that were refused). Out: a `Script`.
"""

import re
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache

import msgspec

from lessons.fault import Level
from lessons.model import Fact
from lessons.overlay import TEXTS
from lessons.page import Key, Tree, leaves
from lessons.rules.terms import Terms

_SLOT = re.compile(r"\{\{([^{}]*)\}\}")
_WORD = re.compile(r"[^\W_]")
_END = re.compile(r"(?<=[.!?…])[\"”»’)]*\s+|\n+")
_QUOTE = re.compile(r"\"[^\"]*\"|“[^”]*”|«[^»]*»|‘[^’]*’|(?<!\w)'[^']*'(?!\w)")
_FEWEST_WORDS = 4  # to tell a language by
# What a learner types is no text of ours, yet no place for a real number or address.
_TYPED = frozenset(("target", "accept", "keys_hint"))


class Text(msgspec.Struct, frozen=True):
    """One text of a lesson. `field` names its place (`say`, `prompt`, `feedback`, …).

    card: its card's position, -1 outside the cards. part: what holds the text there.
    quoted: a swindler's words. mistaken: words that show a mistake.
    """

    key: Key
    field: str
    value: str
    card: int = -1
    part: dict[str, Tree] = {}
    quoted: bool = False
    mistaken: bool = False
    dated_units: bool = False


class Finding(msgspec.Struct, frozen=True):
    """What a rule found, at a place of the tree. said: the very words, where it is about some."""

    key: Key
    rule: str
    message: str
    mend: str
    level: Level = "error"
    said: str = ""


class Script(msgspec.Struct):
    """One lesson in one language.

    whole: nothing of it was refused. met: hard words of earlier lessons of the course.
    anew: the texts that must be written anew for their words.
    """

    language: str
    tree: dict[str, Tree]
    texts: tuple[Text, ...]
    typed: tuple[Text, ...]
    terms: Terms
    facts: dict[str, Fact]
    whole: bool
    met: frozenset[str] = frozenset()
    anew: frozenset[Key] = frozenset()

    @property
    def cards(self) -> list[dict[str, Tree]]:
        return _dicts(self.tree.get("cards"))

    def most(self, what: str) -> int:
        """The limit of that name in this language; none is written: none holds."""
        limits = self.terms.limits_en if self.language == "en" else self.terms.limits
        return limits.get(what, sys.maxsize)

    def by_card(self) -> dict[int, list[Text]]:
        """The texts of each card by its position; -1 holds those outside the cards."""
        cards: dict[int, list[Text]] = {}
        for text in self.texts:
            cards.setdefault(text.card, []).append(text)
        return cards

    def questions(self) -> Iterator[tuple[Key, dict[str, Tree]]]:
        """Every `ask` and `practice` with its place."""
        for index, card in enumerate(self.cards):
            for part in ("ask", "practice"):
                question = card.get(part)
                if isinstance(question, dict):
                    yield ("cards", index, part), question


Rule = Callable[[Script], Iterator[Finding]]


def script(
    tree: Tree, language: str, terms: Terms, facts: dict[str, Fact], *, whole: bool = True
) -> Script:
    """The script of a lesson's tree. whole: nothing of it was refused."""
    found = tree if isinstance(tree, dict) else {}
    texts, typed = [], []
    for key, value in leaves(found):
        field = next((part for part in reversed(key) if isinstance(part, str)), "")
        if field in TEXTS and not _is_in(key, "review", "facts", "requires"):
            texts.append(_text(found, key, field, value))
        elif field in _TYPED:
            typed.append(_text(found, key, field, value))
    return Script(language, found, tuple(texts), tuple(typed), terms, facts, whole)


def _text(tree: dict[str, Tree], key: Key, field: str, value: str) -> Text:
    around = _around(tree, key)
    part = around[-1]
    answer_is_no = field == "prompt" and part.get("answer") is False
    is_wrong_option = field == "text" and part.get("correct") is False
    return Text(
        key,
        field,
        value,
        card=key[1] if key[0] == "cards" and isinstance(key[1], int) else -1,
        part=part,
        quoted=_is_in(key, "message", "nodes") and all(one.get("quote", True) for one in around),
        mistaken=is_wrong_option or answer_is_no,
        dated_units=any(one.get("lint_ok") == "unit" for one in around[1:] or around),
    )


def _around(tree: dict[str, Tree], key: Key) -> list[dict[str, Tree]]:
    """The mappings around that place, from the lesson inwards."""
    around: list[dict[str, Tree]] = []
    part: Tree = tree
    for step in key:
        if isinstance(part, dict):
            around.append(part)
            part = part.get(str(step))
        elif isinstance(part, list) and isinstance(step, int):
            part = part[step]
    return around


def _is_in(key: Key, *names: str) -> bool:
    return any(part in names for part in key)


def _dicts(tree: Tree) -> list[dict[str, Tree]]:
    return [part for part in tree if isinstance(part, dict)] if isinstance(tree, list) else []


def own_words(text: Text) -> str:
    """The text without what it quotes and without the phrase to type."""
    target = text.part.get("target")
    bare = text.value.replace(target, " ") if isinstance(target, str) and target else text.value
    return _QUOTE.sub(" ", bare)


def reads_as_vietnamese(text: str) -> bool:
    """Do most of at least four words bear marks?"""
    words = [word for word in tokens(text) if word != "_"]
    return len(words) >= _FEWEST_WORDS and sum(not word.isascii() for word in words) * 2 > len(
        words
    )


def options_of(question: dict[str, Tree]) -> list[dict[str, Tree]]:
    """The options of a question that has them."""
    return _dicts(question.get("options"))


def without_slots(text: str, put: str = "x") -> str:
    """The text with every slot as one word, the particle `{{a}}` as none."""
    return _SLOT.sub(lambda slot: "" if slot[1] == "a" else put, text)


def count_words(text: str) -> int:
    """Tiếng: tokens between spaces that hold a letter or digit; a slot counts as one."""
    return sum(bool(_WORD.search(word)) for word in without_slots(text).split())


def sentences(text: str) -> list[str]:
    """The sentences of a text: they end at . ! ? … or with the line."""
    return [part.strip() for part in _END.split(text) if part.strip()]


@lru_cache(maxsize=4096)
def tokens(text: str) -> tuple[str, ...]:
    """The words of a text in lower case, slots as `_`, without punctuation."""
    return tuple(re.findall(r"[^\W_]+|_", without_slots(text, " _ ").lower()))


def places(words: tuple[str, ...], phrase: tuple[str, ...]) -> Iterator[int]:
    """Where the phrase stands among the words."""
    at = -1
    while phrase and phrase[0] in words[at + 1 :]:
        at = words.index(phrase[0], at + 1)
        if words[at : at + len(phrase)] == phrase:
            yield at


def holds(words: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    """Does the phrase stand among the words?"""
    return next(places(words, phrase), None) is not None
