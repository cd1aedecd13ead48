"""A start that finds what an earlier one made understands the same, and trusts no file."""

from pathlib import Path

import msgspec
import pytest

from bot.conversation.vocabulary import Vocabulary
from bot.kept_words import kept_words
from tests.play import shelf


def _same(one: Vocabulary, other: Vocabulary) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in one.__struct_fields__)


class _Start:
    """One start after another in a folder; made: how often the vocabulary was made anew."""

    def __init__(self, folder: Path) -> None:
        self.file, self.source = folder / "words.cache", folder / "words.yaml"
        self.source.write_text("words")
        self.made = 0

    def __call__(self) -> Vocabulary:
        return kept_words(self.file, [self.source], self._make)

    def _make(self) -> Vocabulary:
        self.made += 1
        words = shelf().words
        assert words is not None
        return words


@pytest.fixture
def start(tmp_path: Path) -> _Start:
    return _Start(tmp_path)


def test_the_second_start_makes_nothing_and_understands_the_same(start: _Start) -> None:
    first, second = start(), start()
    assert start.made == 1
    assert second is not first
    assert _same(first, second)
    assert start.file.stat().st_mode & 0o777 == 0o600


def test_other_words_are_made_anew(start: _Start) -> None:
    start()
    start.source.write_text("other words")
    start()
    start()
    assert start.made == 2


def test_a_file_that_does_not_fit_is_passed_over(start: _Start) -> None:
    first = start()
    good = msgspec.msgpack.decode(start.file.read_bytes())
    text, flags, _, groups, names, by_number = good["expressions"][0]
    broken = [[text, flags, [99999, 0], groups, names, by_number], *good["expressions"][1:]]
    for spoilt in (
        b"",
        b"rubbish",
        msgspec.msgpack.encode({**good, "key": b"of another program"}),
        msgspec.msgpack.encode({**good, "expressions": broken}),
        msgspec.msgpack.encode({**good, "expressions": []}),
        msgspec.msgpack.encode({**good, "words": {}}),
    ):
        made = start.made
        start.file.write_bytes(spoilt)
        assert _same(start(), first)
        assert start.made == made + 1
        start()
        assert start.made == made + 1
