"""A file as plain text: what is refused before it is looked at as a lesson.

In: the bytes of a file. Out: its text, and slips (line, rule, what, mend) for size,
encoding, anchors, aliases, tags, deep nests and second documents. Events are looked at
before nodes are built: an alias or a deep nest can cost nothing. Source: promises.md P16.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

MAX_BYTES = 1_000_000
MAX_LEVELS = 20
# Texts, lists, mappings: a long lesson has 500, an index of 1,000 lessons 25,000.
MAX_PARTS = 50_000
MAX_ALIASES = 50  # told at once

Slip = tuple[int, str, str, str]

# Not printable in YAML, or a line break that an editor does not count as one.
_BAD_CHARACTER = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
# Where an anchor, alias, tag, directive or document might begin; also inside a text.
_SUSPICIOUS = re.compile(r"(?:^|[\s\[\]{},:?-])[&*!]|^(?:---|\.\.\.|%)|\?\s", re.MULTILINE)
_SMALL = 60_000  # characters: too few for too many parts


class Refused(Exception):
    """The file is no text that can be read; `slip` says why."""

    def __init__(self, *slip: *tuple[int, str, str, str]) -> None:
        super().__init__(slip[2])
        self.slip: Slip = slip


def read_bytes(path: Path) -> bytes:
    """The file's bytes; raises Refused when it is too large or cannot be read."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise Refused(1, "size", "the file is larger than 1 MB", "split it")
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or "unreadable"
        message, mend = f"cannot be read ({reason})", "check that the file is there"
        raise Refused(1, "file", message, mend) from error


def decode(raw: bytes) -> str:
    """The text; raises Refused at the line of a wrong byte or hidden character."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Refused(line, "encoding", "the file is not UTF-8", "save it as UTF-8") from error
    bad = _BAD_CHARACTER.search(text)
    if bad:
        line = text.count("\n", 0, bad.start()) + 1
        name = f"U+{ord(bad.group()):04X}"
        raise Refused(line, "encoding", f"a hidden control character ({name})", "delete it")
    return text


def slips(text: str) -> tuple[list[Slip], bool]:
    """Everything that is more than plain YAML, and whether it is safe to read on.

    Raises Refused where reading must stop, yaml.YAMLError for what is no YAML.
    """
    found: list[Slip] = []
    depth = documents = aliases = 0
    for parts, event in enumerate(() if _is_surely_plain(text) else _events(text)):
        line = event.start_mark.line + 1 if event.start_mark else 1
        tag = getattr(event, "tag", None)
        if isinstance(event, yaml.AliasEvent):
            found.append((line, "alias", "anchors and aliases are not allowed", "write it out"))
            aliases += 1
        elif getattr(event, "anchor", None):
            found.append((line, "anchor", "anchors and aliases are not allowed", "write it out"))
        if tag:
            found.append((line, "tag", f"the tag {tag} is not allowed", "remove it"))
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        if documents == 2:
            raise Refused(line, "yaml", "a second document starts here", "remove the `---`")
        if depth > MAX_LEVELS:
            raise Refused(line, "deep", f"more than {MAX_LEVELS} levels deep", "nest less")
        if parts > MAX_PARTS:
            raise Refused(line, "size", f"more than {MAX_PARTS} parts", "split the file")
        if aliases > MAX_ALIASES:
            break
    return found, not aliases


def _events(text: str) -> Iterator[yaml.Event]:
    return yaml.parse(text, Loader=yaml.CBaseLoader)


def _is_surely_plain(text: str) -> bool:
    """A quick look that spares a lesson the slow one (half of the reading); a doubt is no."""
    if len(text) > _SMALL or _SUSPICIOUS.search(text):
        return False
    open_brackets = deepest = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        open_brackets += 1 if bracket in "[{" else -1
        deepest = max(deepest, abs(open_brackets))
    indented = max((len(line) - len(line.lstrip(" -")) for line in text.splitlines()), default=0)
    return deepest + indented <= MAX_LEVELS
