"""What the rules look for: the shape of `lessons/lint_terms.yaml`."""

import msgspec


class Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Limits and words of the writing rules.

    jargon: hard word -> what it means in plain words. limits: tiếng in Vietnamese,
    words in English (`limits_en`). verdicts: words that give no reason. foreign: right though no
    Vietnamese syllables. spelt: words known only with these marks. misspelt: wrong
    words -> right ones.
    """

    jargon: dict[str, str] = {}
    banned: tuple[str, ...] = ()
    banned_en: tuple[str, ...] = ()
    banned_unless_negated: tuple[str, ...] = ()
    negators: tuple[str, ...] = ()
    verdicts: tuple[str, ...] = ()
    warn_units: tuple[str, ...] = ()
    pronoun_exceptions: tuple[str, ...] = ()
    limits: dict[str, int] = {}
    limits_en: dict[str, int] = {}
    domains_allowed: tuple[str, ...] = ()
    domains_pending: tuple[str, ...] = ()
    acronyms: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    spelt: tuple[str, ...] = ()
    misspelt: dict[str, str] = {}
