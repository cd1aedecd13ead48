"""The vocabulary, kept on disk ready for use, with its expressions as Python compiled them.

Making it takes 0.7 s, reading it back 20 ms; the file is written by the first start and lies
beside the database. Python offers no public way to keep a compiled expression, so this leans
on the parts that `re.compile` itself is made of. What is kept counts only for the very Python,
program and words that it was made of, Python checks the code again on reading, and what does
not fit is made anew: without this file a start is only slower.
Source: docs/decisions/0009-kept-words.md.
"""

import os
import re
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec

from bot.conversation import folding, reading_patterns, vocabulary
from bot.conversation.vocabulary import Vocabulary

_MAKERS = (folding, reading_patterns, vocabulary)


class _Expression(msgspec.Struct, frozen=True, array_like=True):
    """One compiled expression: what `_sre.compile` takes."""

    text: str
    flags: int
    code: list[int]
    groups: int
    names: dict[str, int]
    by_number: list[str | None]


class _Kept(msgspec.Struct, frozen=True):
    """words: the `Vocabulary`, in which an expression is its number in `expressions`."""

    key: bytes
    expressions: list[_Expression]
    words: msgspec.Raw


def kept_words(file: Path, sources: Iterable[Path], make: Callable[[], Vocabulary]) -> Vocabulary:
    """What the file holds where it was made of these very sources; else what is made now,
    kept for the next start."""
    key = _key(sources)
    found = _read(file, key)
    if found is None:
        found = make()
        with suppress(Exception):  # a read-only place, another Python: then it is not kept
            _write(file, key, found)
    return found


def _key(sources: Iterable[Path]) -> bytes:
    """The Python, the program and the words."""
    key = blake2b(sys.version.encode(), digest_size=16)
    for source in (*sources, *(Path(str(one.__file__)) for one in _MAKERS)):
        key.update(source.read_bytes())
    return key.digest()


def _read(file: Path, key: bytes) -> Vocabulary | None:
    try:
        kept = msgspec.msgpack.decode(file.read_bytes(), type=_Kept)
        if kept.key != key:
            return None
        built = [_built(one) for one in kept.expressions]
        return msgspec.msgpack.decode(
            kept.words, type=Vocabulary, dec_hook=lambda kind, number: built[number]
        )
    except Exception:  # absent, damaged, or of another Python: all the same
        return None


def _built(kept: _Expression) -> re.Pattern[str]:
    import _sre  # type: ignore[import-not-found]  # the engine behind `re`

    built: re.Pattern[str] = _sre.compile(
        kept.text, kept.flags, kept.code, kept.groups, kept.names, tuple(kept.by_number)
    )
    return built


def _write(file: Path, key: bytes, words: Vocabulary) -> None:
    numbers: dict[str, int] = {}

    def number(expression: re.Pattern[str]) -> int:
        return numbers.setdefault(expression.pattern, len(numbers))

    packed = msgspec.Raw(msgspec.msgpack.encode(words, enc_hook=number))
    kept = _Kept(key, [_taken_apart(text) for text in numbers], packed)
    part = file.with_name(f"{file.name}.{os.getpid()}")
    made = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(made, "wb") as out:
        out.write(msgspec.msgpack.encode(kept))
    part.replace(file)


def _taken_apart(text: str) -> _Expression:
    """As `re.compile` goes about it, up to the last step."""
    compiler: Any = re._compiler  # type: ignore[attr-defined]
    parsed = compiler._parser.parse(text, 0)
    code = [int(one) for one in compiler._code(parsed, 0)]
    names = dict(parsed.state.groupdict)
    by_number: list[str | None] = [None] * parsed.state.groups
    for name, number in names.items():
        by_number[number] = name
    return _Expression(text, parsed.state.flags, code, parsed.state.groups - 1, names, by_number)
