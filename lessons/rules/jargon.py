"""R11, R12: few hard words, each explained where the lesson first says it.

A word counts as explained by «word (plain words)», by «plain words (word)», by most of
its plain wording in the same card, or by a picture that shows it. What a swindler says,
and the name of a menu as the phone writes it («mục Cài đặt»), need no explanation.
Source: curriculum.md section 3.3.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from lessons.rules.addresses import ADDRESS
from lessons.rules.script import Finding, Script, Text, holds, tokens, without_slots

_ENOUGH = 0.6  # share of the plain wording's words that must stand in the card
_RECAP = -1
# The brackets in which the word before them is explained.
_GLOSS = re.compile(r"(?: \w+){0,2}[\"”»]?\s*\([^)]*\)")


def few_new_words(script: Script) -> Iterator[Finding]:
    """R11: at most two hard words that no earlier lesson of the course has used.

    What a picture of the lesson shows is not counted, nor what a text says that must be
    written anew. A part that was refused may hold what explains a word: such a lesson is
    looked at once it is whole.
    """
    if not script.whole:
        return
    most = script.most("jargon_new_per_lesson")
    known = script.met | _shown(script)
    new: list[str] = []
    for text in _said(script):
        for term in _terms_in(text, script) if text.key not in script.anew else ():
            if term in known or term in new:
                continue
            new.append(term)
            if len(new) > most:
                message = f"“{term}” is hard word number {len(new)} of this lesson; {most} at most"
                yield Finding(text.key, "R11", message, "say it in plain words", said=term)


def hard_words_are_explained(script: Script) -> Iterator[Finding]:
    """R12: the first card that says a hard word also says what it means."""
    if not script.whole:
        return
    known = set(_shown(script))
    cards = script.by_card()
    for text in _said(script):
        for term in _terms_in(text, script):
            if term in known:
                continue
            known.add(term)
            card = [text] if text.card == _RECAP else cards[text.card]
            if not _is_explained(term, script.terms.jargon[term], card):
                mend = f"add its plain words: {term} ({_senses(script.terms.jargon[term])[0]})"
                yield Finding(text.key, "R12", f"“{term}” is not explained", mend, said=term)


def terms_used(script: Script) -> frozenset[str]:
    """The hard words that this lesson says: later lessons of the course know them."""
    return frozenset(term for text in _said(script) for term in _terms_in(text, script))


def _shown(script: Script) -> frozenset[str]:
    """The hard words that a picture of this lesson shows."""
    alts = (text for text in script.texts if text.field == "alt")
    return frozenset(term for text in alts for term in _terms_in(text, script))


def _said(script: Script) -> Iterator[Text]:
    """What the tutor says in the cards and the recap, in order."""
    for text in script.texts:
        if text.field in ("title", "objective", "alt") or text.quoted:
            continue
        yield text


def _terms_in(text: Text, script: Script) -> list[str]:
    """The hard words of a text in order; in «kho ứng dụng» there is no «ứng dụng».

    Nor is there one in an address, or in the plain wording of the word before:
    «VNeID (ứng dụng căn cước của Bộ Công an)».
    """
    jargon = script.terms.jargon
    by_name = {term.lower(): term for term in jargon}
    value = ADDRESS.sub("_", without_slots(text.value, "_"))
    found: list[str] = []
    glossed, gloss_ends = "", 0
    for match in _pattern(tuple(jargon)).finditer(value):
        term = by_name[match[0].lower()]
        is_acronym = term.isupper() and match[0] != term
        is_label = term[0].islower() and _is_label(value, match)
        is_gloss = match.start() < gloss_ends and term in jargon[glossed]
        if is_acronym or is_label or is_gloss:
            continue
        if term not in found:
            found.append(term)
        gloss = _GLOSS.match(value, match.end())
        if gloss:
            glossed, gloss_ends = term, gloss.end()
    return found


@lru_cache
def _pattern(terms: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(terms, key=len, reverse=True)
    every = "|".join(re.escape(term) for term in longest_first) or r"(?!)"
    return re.compile(rf"(?<!\w)(?:{every})(?!\w)", re.IGNORECASE)


def _is_label(value: str, match: re.Match[str]) -> bool:
    """Is it a name on the screen: one that begins with a capital inside a sentence?"""
    before = value[: match.start()].rstrip(' "“«(')
    starts = not before or before[-1] in ".!?…:\n"
    word = match[0]
    return not starts and word[0].isupper() and word[1:].islower()


def _is_explained(term: str, plain: str, card: list[Text]) -> bool:
    name = re.escape(term)
    after = rf"(?<!\w){name}(?: \w+){{0,2}}[\"”»]?\s*\([^)]*\w[^)]*\)"
    inside = rf"\w\s*\([^()]*(?<!\w){name}(?!\w)[^()]*\)"
    glossed = re.compile(f"{after}|{inside}", re.IGNORECASE)
    whole = " . ".join(without_slots(text.value, "_") for text in card)
    if glossed.search(whole):
        return True
    rest = tokens(re.sub(rf"(?<!\w){name}(?!\w)", " . ", whole, flags=re.IGNORECASE))
    return any(_says(rest, tokens(sense)) for sense in _senses(plain))


def _senses(plain: str) -> list[str]:
    """What a word means, sense by sense, each without its afterthought."""
    return [sense.strip().removeprefix("hoặc ").split(",")[0] for sense in plain.split(";")]


def _says(words: tuple[str, ...], sense: tuple[str, ...]) -> bool:
    if len(set(sense)) <= 2:
        return holds(words, sense)
    return len(set(sense) & set(words)) >= _ENOUGH * len(set(sense))
