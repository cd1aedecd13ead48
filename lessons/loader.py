"""Load all that is taught: courses, facts, index, glossary, wards.

In: the courses folder, with facts.yaml, index.yaml, courses.yaml and glossary.yaml beside
it. Out: a `Library`, and every fault found. A course with a fault is left out as a whole;
the rest serves.
A cache keyed by the files' contents makes a second start quick.
Source: design.md section 6; promises.md P16, P17.
"""

import re
from collections.abc import Collection
from contextlib import suppress
from datetime import date
from hashlib import blake2b
from pathlib import Path

import msgspec

from lessons.fault import Fault
from lessons.model import CourseName, Fact, Lesson, LessonName, Library, Term, Ward
from lessons.overlay import LessonText, lay_over
from lessons.page import Page, Tree, read_page
from lessons.roleplay import check_marks, plays
from lessons.shape import check_cycles, check_lesson, check_twice

__all__ = ["Fault", "load_library", "load_pages"]

_FACT = re.compile(r"\{\{fact:([a-z0-9_.]+)\}\}")
_CACHE_VERSION = 1


class Pages(msgspec.Struct):
    """A course folder as read: lesson id -> Vietnamese page, laid English page."""

    vietnamese: dict[str, Page] = {}
    english: dict[str, Page] = {}

    def faults(self) -> list[Fault]:
        every = [*self.vietnamese.values(), *self.english.values()]
        return [fault for page in every for fault in page.faults]


class _Kept(msgspec.Struct):
    """What the cache file holds."""

    key: bytes
    library: Library
    faults: tuple[Fault, ...]


def load_library(
    folder: Path, *, on: date, wards: Path | None = None, cache: Path | None = None
) -> tuple[Library, tuple[Fault, ...]]:
    """Everything that can be taught on that day, and every fault of what cannot.

    Facts are put into the texts as they may be shown on `on`.
    """
    key = _key(folder, wards, on)
    kept = _read_cache(cache, key) if cache else None
    if kept is None:
        kept = _Kept(key, *_load(folder, on, wards))
        if cache:
            _write_cache(cache, kept)
    return kept.library, kept.faults


def beside(folder: Path, name: str) -> Path:
    """A file that stands beside the courses folder, else the one of this package."""
    own = folder.parent / name
    return own if own.exists() else Path(__file__).parent / name


def load_pages(folder: Path, only: str = "") -> tuple[dict[str, Pages], list[Page]]:
    """Every course folder as pages with their faults, and the files beside them.

    only: the one course folder to read, for a quick look at it.
    """
    facts_page = read_page(beside(folder, "facts.yaml"), tuple[Fact, ...])
    index_page = read_page(beside(folder, "index.yaml"), tuple[LessonName, ...])
    facts = _named(facts_page, "key")
    known = _named(index_page, "id")
    courses = {
        place.name: _read_course(place, known, facts)
        for place in sorted(folder.iterdir() if folder.is_dir() else [])
        if place.is_dir() and only in ("", place.name)
    }
    check_twice(
        (name, page) for pages in courses.values() for name, page in pages.vietnamese.items()
    )
    every = {name: page for pages in courses.values() for name, page in pages.vietnamese.items()}
    check_cycles(every, {name: _requires(page) for name, page in every.items()}, list(known))
    names_page = read_page(beside(folder, "courses.yaml"), tuple[CourseName, ...])
    _named(names_page, "id")
    glossary_page = read_page(beside(folder, "glossary.yaml"), dict[str, Term])
    return courses, [facts_page, index_page, names_page, glossary_page]


def _load(folder: Path, on: date, wards: Path | None) -> tuple[Library, tuple[Fault, ...]]:
    courses, others = load_pages(folder)
    facts_page, index_page, names_page, glossary_page = others
    wards_page = read_page(wards or beside(folder, "wards.yaml"), tuple[Ward, ...])
    faults = [fault for page in (*others, wards_page) for fault in page.faults]
    facts = (
        {}
        if facts_page.faults
        else {fact.key: fact for fact in msgspec.convert(facts_page.tree, tuple[Fact, ...])}
    )
    index = () if index_page.faults else msgspec.convert(index_page.tree, tuple[LessonName, ...])
    names = () if names_page.faults else msgspec.convert(names_page.tree, tuple[CourseName, ...])
    glossary = {} if glossary_page.faults else msgspec.convert(glossary_page.tree, dict[str, Term])
    lessons: dict[str, dict[str, Lesson]] = {"vi": {}, "en": {}}
    for pages in courses.values():
        found = pages.faults()
        faults += found
        if found or facts_page.faults:
            continue
        for language, texts in (("vi", pages.vietnamese), ("en", pages.english)):
            for name, page in texts.items():
                lessons[language][name] = msgspec.convert(_with_facts(page.tree, facts, on), Lesson)
    places = () if wards_page.faults else msgspec.convert(wards_page.tree, tuple[Ward, ...])
    library = Library(lessons, index, facts, places, names, glossary)
    return library, tuple(faults)


def _read_course(place: Path, known: Collection[str], facts: Collection[str]) -> Pages:
    pages = Pages({}, {})
    for file in sorted(place.glob("*.yml")):
        page = pages.vietnamese[file.stem] = Page(str(file), faults=[], lines={})
        page.blame_line(1, "file", "the file ends in .yml", "name it .yaml")
    for file in sorted(place.glob("*.yaml")):
        name = file.name.removesuffix(".yaml")
        if name.endswith(".en"):
            if not (place / f"{name.removesuffix('.en')}.yaml").exists():
                stray = Page(str(file), faults=[], lines={})
                stray.blame_line(
                    1, "R21", "there is no Vietnamese file beside it", "write it first"
                )
                pages.english[name] = stray
            continue
        page = pages.vietnamese[name] = read_page(file, Lesson)
        check_lesson(page, name, known, facts)
        pages.english[name] = _english(place / f"{name}.en.yaml", page)
    return pages


def _english(file: Path, source: Page) -> Page:
    if not file.exists():
        page = Page(str(file), faults=[], lines={})
        page.blame_line(1, "R21", "the English file is missing", f"write {file.name} in one shape")
        return page
    words = read_page(file, LessonText)
    if words.faults or source.faults:
        return words
    laid = lay_over(source, words)
    name = words.tree.get("id") if isinstance(words.tree, dict) else None
    if name != (source.tree.get("id") if isinstance(source.tree, dict) else None):
        laid.blame_line(words.line(("id",)), "id", f"the id is `{name}`", "write the lesson's id")
    for key, play in plays(laid.tree):
        check_marks(laid, play, key, "en")
    return laid


def _named(page: Page, field: str) -> dict[str, None]:
    """The keys or ids of a list file in order; one that stands twice is a fault."""
    names: dict[str, None] = {}
    for index, row in enumerate(page.tree if isinstance(page.tree, list) else []):
        name = str(row.get(field)) if isinstance(row, dict) else ""
        if name in names:
            page.blame((index, field), "id", f"`{name}` is written twice", "keep one of them")
        names[name] = None
    return names


def _requires(page: Page) -> tuple[str, ...]:
    needs = page.tree.get("requires") if isinstance(page.tree, dict) else None
    return tuple(str(need) for need in needs) if isinstance(needs, list) else ()


def _with_facts(tree: Tree, facts: dict[str, Fact], on: date) -> Tree:
    if isinstance(tree, str):
        return _FACT.sub(lambda slot: facts[slot[1]].shown_on(on), tree)
    if isinstance(tree, list):
        return [_with_facts(part, facts, on) for part in tree]
    if isinstance(tree, dict):
        return {name: _with_facts(part, facts, on) for name, part in tree.items()}
    return tree


def _key(folder: Path, wards: Path | None, on: date) -> bytes:
    """Names and contents of every file read, the day, and the program's own version."""
    names = ("facts.yaml", "index.yaml", "wards.yaml", "courses.yaml", "glossary.yaml")
    files = [*sorted(folder.rglob("*.y*ml")), *(beside(folder, name) for name in names)]
    key = blake2b(f"{_CACHE_VERSION}/{on}".encode(), digest_size=16)
    for file in [*files, *([wards] if wards else [])]:
        key.update(f"{file}\0".encode())
        with suppress(OSError):
            key.update(file.read_bytes())
    for part in sorted(Path(__file__).parent.glob("*.py")):
        key.update(part.read_bytes())
    return key.digest()


def _read_cache(cache: Path, key: bytes) -> _Kept | None:
    try:
        kept = msgspec.msgpack.decode(cache.read_bytes(), type=_Kept)
    except (OSError, msgspec.MsgspecError):
        return None
    return kept if kept.key == key else None


def _write_cache(cache: Path, kept: _Kept) -> None:
    """A cache that cannot be written is only a slower next start."""
    part = cache.with_name(cache.name + ".part")
    with suppress(OSError):
        part.write_bytes(msgspec.msgpack.encode(kept))
        part.replace(cache)
