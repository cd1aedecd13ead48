"""Read one YAML file into a plain tree that remembers the line of each part.

In: a path and the msgspec type that the file must have. Out: a `Page` with the tree
(dict, list, str, int, bool, None), the lines, and every fault found. A page without
faults converts to its type. Nothing is guessed: a scalar is text unless the type asks
for a number or a boolean, so `no`, `010` and `12:30` arrive as written.

What is more than plain YAML is refused by `lessons.plain` first.
Source: promises.md P16, P17.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

import msgspec
import yaml
from msgspec import inspect
from msgspec.structs import replace

from lessons import plain
from lessons.fault import Fault, did_you_mean
from lessons.syntax import slip_line

MAX_FAULTS = 50  # of one file; the rest shows once these are mended

Key = tuple[str | int, ...]
Tree = dict[str, "Tree"] | list["Tree"] | str | int | bool | None

_LOST = "\ufffd"  # stands where a letter could not be read
# Soft hyphen, zero width space, signs of direction. A joiner stands inside an emoji.
_UNSEEN = re.compile("[\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufffd]")
_WHOLE_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,8})")


class Page(msgspec.Struct):
    """One file as read. `lines` maps a place in the tree to its line in the file.

    A text stands where it begins, a mapping or list where its name stands. `rows`: a text
    over several lines, as the file has it. `broken`: the places of the tree that have a fault
    of shape, in them or below. `lent`: those of an English page where the Vietnamese stands
    in for what lacks.
    """

    path: str
    tree: Tree = None
    lines: dict[Key, int] = {}
    faults: list[Fault] = []
    broken: set[Key] = set()
    rows: dict[Key, str] = {}
    lent: set[Key] = set()

    def line(self, key: Key, said: str = "") -> int:
        """The line of that place, or of the nearest thing around it; in a text over several
        lines the one on which `said` begins."""
        while key and key not in self.lines:
            key = key[:-1]
        first = self.lines.get(key, 1)
        if not said or key not in self.rows:
            return first
        sought = re.compile(r"\s+".join(map(re.escape, said.split())), re.IGNORECASE)
        found = sought.search(self.rows[key])
        return first + self.rows[key].count("\n", 0, found.start()) if found else first

    def blame(self, key: Key, rule: str, message: str, mend: str, said: str = "") -> None:
        """Note one fault at a place of the tree; `said`: at these words there."""
        self.break_at(key)
        self.blame_line(self.line(key, said), rule, message, mend)

    def break_at(self, key: Key) -> None:
        """Something was refused there: nothing around it is whole."""
        self.broken.update(key[:size] for size in range(len(key) + 1))

    def blame_line(self, line: int, rule: str, message: str, mend: str) -> None:
        """Note one fault at a line."""
        self.note(Fault(self.path, line, rule, message, mend))

    def note(self, fault: Fault) -> None:
        """Keep a fault; past `MAX_FAULTS` no more are kept."""
        if not self.is_full:
            self.faults.append(fault)

    def is_whole(self, *key: str | int) -> bool:
        """Was nothing refused in that part of the tree?"""
        return key not in self.broken

    def is_lent(self, key: Key) -> bool:
        """Does Vietnamese stand in for English there?"""
        return any(key[:size] in self.lent for size in range(1, len(key) + 1))

    @property
    def is_full(self) -> bool:
        """Are there as many faults as are told at once?"""
        return len(self.faults) >= MAX_FAULTS


def leaves(tree: Tree, key: Key = ()) -> Iterator[tuple[Key, str]]:
    """Every text of a tree with its place, in order."""
    if isinstance(tree, str):
        yield key, tree
    elif isinstance(tree, dict):
        for name, part in tree.items():
            yield from leaves(part, (*key, name))
    elif isinstance(tree, list):
        for index, part in enumerate(tree):
            yield from leaves(part, (*key, index))


def read_page(path: Path, kind: object) -> Page:
    """Read a file as `kind`. Never raises for what a file holds: faults are on the page."""
    page = Page(str(path), faults=[], lines={}, broken=set(), rows={})
    try:
        _read(plain.read_bytes(path), kind, page)
    except plain.Refused as refused:
        page.blame_line(*refused.slip)
    return page


class Reader:
    """Reads pages again and again: a file whose bytes are as before is not parsed anew."""

    def __init__(self) -> None:
        self._read: dict[Path, tuple[bytes, Page]] = {}

    def __call__(self, path: Path, kind: object) -> Page:
        """As `read_page`; the page is the caller's own to put faults on."""
        try:
            digest = blake2b(plain.read_bytes(path), digest_size=16).digest()
        except plain.Refused:
            return read_page(path, kind)
        known = self._read.get(path)
        if known is None or known[0] != digest:
            known = self._read[path] = (digest, read_page(path, kind))
        page = known[1]
        return replace(page, faults=list(page.faults), broken=set(page.broken))


def _read(raw: bytes, kind: object, page: Page) -> None:
    text = plain.decode(raw)
    try:
        found, is_safe = plain.slips(text)
        for slip in found:
            page.blame_line(*slip)
        if not is_safe:
            return
        node = yaml.compose(text, Loader=yaml.CBaseLoader)
    except yaml.YAMLError as error:
        problem = getattr(error, "problem", None) or "cannot be read as YAML"
        mend = "look at the quotes, brackets, colons and indentation of this line"
        page.blame_line(slip_line(text, error), "yaml", problem, mend)
        return
    if node is None:
        page.blame_line(1, "empty", "the file is empty", "write the lesson or remove the file")
        return
    page.lines[()] = _line(node)
    page.tree = _Walker(page, text.splitlines()).value(node, _type_info(kind), ())


@lru_cache
def _type_info(kind: object) -> inspect.Type:
    return inspect.type_info(kind)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _is_plain(node: yaml.Node, *values: str) -> bool:
    """Is it an unquoted scalar of one of these values?"""
    return isinstance(node, yaml.ScalarNode) and not node.style and node.value in values


class _Walker:
    """Walks (node, type) together, fills the page's lines and faults, returns the tree."""

    def __init__(self, page: Page, written: list[str]) -> None:
        self.page = page
        self.written = written

    def blame(
        self, key: Key, rule: str, message: str, mend: str, node: yaml.Node | None = None
    ) -> None:
        """Note a fault at a place of the tree; `node`: at this very line."""
        self.page.break_at(key)
        line = self.page.line(key) if node is None else _line(node)
        self.page.blame_line(line, rule, message, mend)

    def blame_empty(self, key: Key) -> None:
        rule = _missing_rule(str(key[-1]) if key else "")
        self.blame(key, rule, f"`{_name(key)}` is empty", "write the text")

    def value(self, node: yaml.Node, kind: inspect.Type, key: Key) -> Tree:
        """The tree of one node under the type it must have."""
        match kind:
            case inspect.UnionType():
                return self.union(node, kind, key)
            case inspect.StructType():
                return self.struct(node, kind, key)
            case inspect.DictType(value_type=value_type):
                return self.table(node, value_type, key)
            case inspect.VarTupleType(item_type=item) | inspect.ListType(item_type=item):
                return self.items(node, item, key)
        if not isinstance(node, yaml.ScalarNode):
            mend = 'write it on one line, in quotes: "..."'
            self.blame(key, "type", f"`{_name(key)}` must be {_wanted(kind)}", mend)
            return None
        return self.scalar(node, kind, key)

    def scalar(self, node: yaml.ScalarNode, kind: inspect.Type, key: Key) -> Tree:
        text = str(node.value)
        first, last = int(node.start_mark.line), int(node.end_mark.line)
        if last > first:
            self.page.rows[key] = "\n".join(self.written[first : last + 1])
        if not unicodedata.is_normalized("NFC", text):
            mend = "save the text in Unicode NFC (precomposed Vietnamese letters)"
            split = [word for word in text.split() if not unicodedata.is_normalized("NFC", word)]
            message = f"`{_name(key)}` has split diacritics"
            self.page.blame(key, "R20", message, mend, "".join(split[:1]))
            text = unicodedata.normalize("NFC", text)
        hidden = _UNSEEN.search(text)
        if hidden:
            message = f"a character that nobody sees (U+{ord(hidden[0]):04X})"
            if hidden[0] == _LOST:
                message = f"a letter was lost (U+{ord(_LOST):04X})"
            self.page.blame(key, "R20", message, "delete it and write the word anew", hidden[0])
        match kind:
            case inspect.StrType():
                return "" if _is_plain(node, "null", "~") else text
            case inspect.BoolType() if text in ("true", "false"):
                return text == "true"
            case inspect.IntType() if _WHOLE_NUMBER.fullmatch(text):
                return int(text)
            case inspect.DateType() if _is_date(text):
                return text
            case inspect.LiteralType(values=values) if text in values:
                return text
        mend = f"write {_wanted(kind)}"
        self.blame(key, "type", f"`{_name(key)}` cannot be {text[:40]!r}", mend)
        return None

    def items(self, node: yaml.Node, kind: inspect.Type, key: Key) -> Tree:
        if not isinstance(node, yaml.SequenceNode):
            mend = "write [a, b] or lines of `- `"
            self.blame(key, "type", f"`{_name(key)}` must be a list", mend)
            return []
        found: list[Tree] = []
        for index, part in enumerate(node.value):
            if self.page.is_full:
                break
            self.page.lines[(*key, index)] = _line(part)
            found.append(self.filled(part, kind, (*key, index)))
        return found

    def filled(self, node: yaml.Node, kind: inspect.Type, key: Key) -> Tree:
        """As `value`, and a quoted text of nothing is a fault too."""
        value = self.value(node, kind, key)
        if isinstance(value, str) and not value.strip():
            self.blame_empty(key)
        return value

    def table(self, node: yaml.Node, kind: inspect.Type, key: Key) -> Tree:
        pairs = self.pairs(node, key)
        return {name: self.filled(part, kind, (*key, name)) for name, (_, part) in pairs.items()}

    def union(self, node: yaml.Node, kind: inspect.UnionType, key: Key) -> Tree:
        parts = [part for part in kind.types if not isinstance(part, inspect.NoneType)]
        if len(parts) < len(kind.types) and _is_plain(node, "null", "~"):
            return None
        if len(parts) == 1:
            return self.filled(node, parts[0], key)
        structs = [part for part in parts if isinstance(part, inspect.StructType)]
        if not isinstance(node, yaml.MappingNode):
            return self.value(node, structs[0], key)
        return self.tagged(node, structs, key)

    def tagged(self, node: yaml.MappingNode, kinds: list[inspect.StructType], key: Key) -> Tree:
        """One of several structs, told apart by `type:`."""
        by_tag = {str(kind.tag): kind for kind in kinds}
        for name, part in node.value:
            if isinstance(name, yaml.ScalarNode) and name.value == "type":
                tag = part.value if isinstance(part, yaml.ScalarNode) else ""
                if tag in by_tag:
                    return self.struct(node, by_tag[tag], key)
                near = did_you_mean(str(tag), list(by_tag))
                mend = near if near.startswith("write") else f"{near} ({', '.join(by_tag)})"
                self.blame(key, "kind", f"unknown type {str(tag)[:40]!r}", mend, part)
                return None
        mend = "add `type:` with one of: " + ", ".join(by_tag)
        self.blame(key, "kind", f"`{_name(key)}` has no type", mend)
        return None

    def struct(self, node: yaml.Node, kind: inspect.StructType, key: Key) -> Tree:
        found: dict[str, Tree] = {}
        pairs = self.pairs(node, key)
        fields = {field.encode_name: field for field in kind.fields}
        names = [kind.tag_field, *fields] if kind.tag_field else list(fields)
        meant: set[str] = set()
        for name, (name_node, part) in pairs.items():
            if name == kind.tag_field:
                found[name] = str(part.value)
            elif name not in fields:
                mend = did_you_mean(name, names)
                meant.add(mend)  # what is misspelt is not missing too
                self.blame(key, "unknown", f"unknown key `{name[:40]}`", mend, name_node)
            elif fields[name].default == "":
                found[name] = self.value(part, fields[name].type, (*key, name))
            else:
                found[name] = self.filled(part, fields[name].type, (*key, name))
        if isinstance(node, yaml.MappingNode):
            for name, field in fields.items():
                if field.required and name not in pairs and _meant(name) not in meant:
                    where = f" in `{_name(key)}`" if key else ""
                    message, mend = f"`{name}` is missing{where}", f"add `{name}:`"
                    self.blame(key, _missing_rule(name), message, mend)
        return found

    def pairs(self, node: yaml.Node, key: Key) -> dict[str, tuple[yaml.Node, yaml.Node]]:
        """The keys of a mapping with their nodes; repeated and merge keys are faults."""
        found: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        if not isinstance(node, yaml.MappingNode):
            what = f"`{_name(key)}`" if key else "the file"
            self.blame(key, "type", f"{what} must be `name: value` pairs", "write `name: value`")
            return found
        for name_node, part in node.value:
            if not isinstance(name_node, yaml.ScalarNode):
                message, mend = "a name must be one word", "write `name: value`"
                self.blame(key, "type", message, mend, name_node)
            elif name_node.value == "<<":
                message, mend = "merge keys (<<) are not allowed", "write it out"
                self.blame(key, "merge", message, mend, name_node)
            elif name_node.value in found:
                message = f"`{name_node.value[:40]}` is written twice"
                self.blame(key, "repeated", message, "keep one of them", name_node)
            else:
                found[name_node.value] = (name_node, part)
                at = part if isinstance(part, yaml.ScalarNode) else name_node
                self.page.lines[(*key, name_node.value)] = _line(at)
        return found


def _name(key: Key) -> str:
    """The place in words: `cards[2].say`, counted from 1 as people do."""
    words = ""
    for part in key:
        words += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return words.lstrip(".") or "file"


def _meant(name: str) -> str:
    """The mend for a misspelling of that name."""
    return did_you_mean(name, [name])


def _missing_rule(name: str) -> str:
    """Feedback that lacks is a writing rule of its own."""
    return "R06" if name.startswith("feedback") else "missing"


def _wanted(kind: inspect.Type) -> str:
    match kind:
        case inspect.BoolType():
            return "true or false"
        case inspect.IntType():
            return "a whole number, as 3"
        case inspect.DateType():
            return "a date, as 2027-02-28"
        case inspect.LiteralType(values=values):
            return "one of: " + ", ".join(str(value) for value in values)
    return "text"


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
