"""The words of the pages and of the refusals, from `wording/vi.yaml` and `wording/en.yaml`.

Leads in: the two files, read once. Leads out: templates, scripts (as data attributes),
error answers. What the tutor says inside the chat is not here.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import yaml

LANGUAGES = ("vi", "en")


def load_words() -> dict[str, Mapping[str, str]]:
    """Read every language. Raises ValueError when one lacks a key of another."""
    folder = Path(__file__).with_name("wording")
    words: dict[str, Mapping[str, str]] = {}
    for language in LANGUAGES:
        text = (folder / f"{language}.yaml").read_text("utf-8")
        words[language] = MappingProxyType(dict(yaml.safe_load(text)))
    first = words[LANGUAGES[0]].keys()
    for language, entries in words.items():
        if odd := first ^ entries.keys():
            raise ValueError(f"bot/web/wording/{language}.yaml: {sorted(odd)} not in both files")
    return words


WORDS = load_words()


def words_for(language: str) -> Mapping[str, str]:
    """The words of that language, Vietnamese where we have none."""
    return WORDS.get(language, WORDS["vi"])
