"""The vocabulary's expressions, kept on disk as Python compiled them.

Compiling the vocabulary takes 0.6 s, reading the result back 14 ms; the file is made by the
first start and lies beside the database. Python offers no public way to keep a compiled
expression, so this leans on the parts that `re.compile` itself is made of. What is kept
counts only for the very Python that wrote it, Python checks the code again on reading, and
anything that does not fit is compiled as usual: without this file a start is only slower.
Source: docs/decisions/0009-kept-expressions.md.
"""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec

from bot.conversation.expressions import KNOWN


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    """One compiled expression: what `_sre.compile` takes."""

    text: str
    flags: int
    code: list[int]
    groups: int
    names: dict[str, int]
    by_number: list[str | None]


class _File(msgspec.Struct, frozen=True):
    python: str
    expressions: list[_Kept]


@contextmanager
def kept_expressions(file: Path) -> Iterator[None]:
    """What is compiled in the block is known beforehand, and kept for the next start."""
    read = _read(file)
    KNOWN.update(read)
    yield
    if KNOWN.keys() - read.keys():
        with suppress(Exception):  # a read-only place, another Python: then it is not kept
            _write(file)


def _read(file: Path) -> dict[str, re.Pattern[str]]:
    try:
        kept = msgspec.msgpack.decode(file.read_bytes(), type=_File)
        return {one.text: _built(one) for one in kept.expressions if kept.python == sys.version}
    except Exception:  # absent, damaged, or of another Python: all the same
        return {}


def _built(kept: _Kept) -> re.Pattern[str]:
    import _sre  # type: ignore[import-not-found]  # the engine behind `re`

    built: re.Pattern[str] = _sre.compile(
        kept.text, kept.flags, kept.code, kept.groups, kept.names, tuple(kept.by_number)
    )
    return built


def _write(file: Path) -> None:
    kept = _File(sys.version, [_taken_apart(text) for text in KNOWN])
    part = file.with_name(f"{file.name}.{os.getpid()}")
    made = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(made, "wb") as out:
        out.write(msgspec.msgpack.encode(kept))
    part.replace(file)


def _taken_apart(text: str) -> _Kept:
    """As `re.compile` goes about it, up to the last step."""
    compiler: Any = re._compiler  # type: ignore[attr-defined]
    parsed = compiler._parser.parse(text, 0)
    code = [int(one) for one in compiler._code(parsed, 0)]
    names = dict(parsed.state.groupdict)
    by_number: list[str | None] = [None] * parsed.state.groups
    for name, number in names.items():
        by_number[number] = name
    return _Kept(text, parsed.state.flags, code, parsed.state.groups - 1, names, by_number)
