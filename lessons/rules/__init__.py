"""The writing rules R01–R24: one small function a rule, in the two tables below.

A rule takes a `Script` (one lesson file as its learner would read it) and yields what
it finds. To add one: write its function in the file of its family, put it in a table,
describe it in docs/authors.md. Limits and words: lessons/lint_terms.yaml.
Source: curriculum.md sections 3.1 and 3.5.
"""

from lessons.page import Key
from lessons.rules.addresses import only_known_addresses, only_known_phones, only_made_up_digits
from lessons.rules.choices import correct_is_not_longest, correct_moves_about
from lessons.rules.facts import facts_can_be_shown
from lessons.rules.jargon import few_new_words, hard_words_are_explained
from lessons.rules.lengths import (
    feedback_has_a_reason,
    minutes_are_true,
    one_exercise,
    recap_is_short,
    sentences_are_short,
    texts_are_short,
    three_to_six_cards,
    two_to_four_come_back,
)
from lessons.rules.loudness import one_emoji, one_exclamation, words_are_not_shouted
from lessons.rules.phrases import kind_phrases, no_banned_deed, units_of_today
from lessons.rules.pronouns import pronouns_are_slots
from lessons.rules.script import Finding, Rule, Script
from lessons.rules.spelling import spelt_right
from lessons.rules.unfinished import is_english, still_to_write

_EITHER: tuple[Rule, ...] = (
    still_to_write,
    sentences_are_short,
    texts_are_short,
    recap_is_short,
    kind_phrases,
    only_known_addresses,
    only_known_phones,
    only_made_up_digits,
    one_exclamation,
    words_are_not_shouted,
    one_emoji,
    facts_can_be_shown,
)
RULES: dict[str, tuple[Rule, ...]] = {
    "vi": (
        *_EITHER,
        three_to_six_cards,
        one_exercise,
        two_to_four_come_back,
        feedback_has_a_reason,
        hard_words_are_explained,
        no_banned_deed,
        units_of_today,
        pronouns_are_slots,
        spelt_right,
        minutes_are_true,
        correct_is_not_longest,
        correct_moves_about,
    ),
    "en": (*_EITHER, is_english),
}
# They pass over what the others want written anew.
_COUNTS: dict[str, tuple[Rule, ...]] = {"vi": (few_new_words,), "en": ()}

# A text that must be written anew for another reason is not measured or explained first:
# one slip is told once.
_WORDING = frozenset(("R13", "R14", "R15", "R16", "R19", "R20"))
_ALL_OF_IT = ("fill", "R21")  # nothing else is said of such a text
_GIVES_WAY = {"R12": _WORDING, "R24": _WORDING | {"R05", "R01"}}


def findings(script: Script) -> list[Finding]:
    """All that the rules of that language find in one lesson."""
    wording = [one for rule in RULES[script.language] for one in rule(script)]
    script.anew = frozenset(one.key for one in wording if one.rule in _WORDING)
    found = [*wording, *(one for rule in _COUNTS[script.language] for one in rule(script))]
    rules: dict[Key, set[str]] = {}
    for one in found:
        rules.setdefault(one.key, set()).add(one.rule)
    return [one for one in found if not _gives_way(one, rules[one.key])]


def _gives_way(finding: Finding, rules: set[str]) -> bool:
    """Is there something else to be done about that text first?"""
    for rule in _ALL_OF_IT:
        if rule in rules:
            return finding.rule != rule
    return bool(rules & _GIVES_WAY.get(finding.rule, frozenset()))


__all__ = ["RULES", "Finding", "Rule", "Script", "findings"]
