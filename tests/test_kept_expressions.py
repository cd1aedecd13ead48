"""A start that finds what an earlier one compiled understands the same, and trusts no file."""

import re
from pathlib import Path

import msgspec
import pytest

from bot import kept_expressions as room
from bot.conversation import expressions
from bot.conversation.expressions import compiled

TEXTS = (r" (?:xin )?chào ", r"(?P<mark>[°±])|\Z", "ầ|(?<= )b{2,8}", r"(?:\S+ ){0,3}$")
SAID = " xin chào bbb ° chào "


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> dict[str, re.Pattern[str]]:
    """Nothing is compiled yet, as in a fresh program."""
    empty: dict[str, re.Pattern[str]] = {}
    monkeypatch.setattr(expressions, "KNOWN", empty)
    monkeypatch.setattr(room, "KNOWN", empty)
    return empty


def _start(file: Path, known: dict[str, re.Pattern[str]]) -> tuple[set[str], list[object]]:
    """What was known before anything was compiled, and what the expressions find."""
    known.clear()
    with room.kept_expressions(file):
        before = set(known)
        found = [
            [(at.span(), at.groupdict()) for at in compiled(text).finditer(SAID)] for text in TEXTS
        ]
    return before, found


def test_the_second_start_compiles_nothing_and_finds_the_same(
    tmp_path: Path, known: dict[str, re.Pattern[str]]
) -> None:
    file = tmp_path / "words.cache"
    none, first = _start(file, known)
    every, second = _start(file, known)
    assert (none, every) == (set(), set(TEXTS))
    assert first == second
    assert file.stat().st_mode & 0o777 == 0o600
    assert {text: found.groups for text, found in known.items()} == {
        text: re.compile(text).groups for text in TEXTS
    }


def test_a_file_that_does_not_fit_is_passed_over(
    tmp_path: Path, known: dict[str, re.Pattern[str]]
) -> None:
    file = tmp_path / "words.cache"
    _, first = _start(file, known)
    good = msgspec.msgpack.decode(file.read_bytes())
    other = {**good, "python": "4.0"}
    wrong = {**good, "expressions": [[TEXTS[0], 32, [99999, 0], 0, {}, []]]}
    for spoilt in (b"", b"rubbish", msgspec.msgpack.encode(other), msgspec.msgpack.encode(wrong)):
        file.write_bytes(spoilt)
        assert _start(file, known) == (set(), first)
        assert _start(file, known)[0] == set(TEXTS)
