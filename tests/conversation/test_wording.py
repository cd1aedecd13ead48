"""The catalogs say the same things in both languages, each thing once."""

import re
from pathlib import Path

import pytest

import bot.conversation
from tests.play import shelf

WORDING = Path(bot.conversation.__file__).parent / "wording"
KEY = re.compile(r"^([\w.\d]+):", re.MULTILINE)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_key_stands_twice(language: str) -> None:
    keys = KEY.findall((WORDING / f"{language}.yaml").read_text("utf-8"))
    assert [key for key in set(keys) if keys.count(key) > 1] == []


def test_both_languages_say_everything() -> None:
    assert shelf().wording["vi"].keys() == shelf().wording["en"].keys()
