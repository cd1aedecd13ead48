"""Load all that is taught: courses, facts, index, glossary, wards.

In: the courses folder, with facts.yaml, index.yaml, courses.yaml and glossary.yaml beside
it. Out: a `Library`, and every fault found. A course with a fault is left out as a whole;
the rest serves.
A cache keyed by the files' contents makes a second start quick.
Source: design.md section 6; promises.md P16, P17.
"""

import os
import re
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

import msgspec

from lessons.changes import gone, marks
from lessons.fault import Fault
from lessons.model import CourseName, Fact, Lesson, LessonName, Library, Term, Ward
from lessons.overlay import LessonText, lay_over
from lessons.page import Page, Tree, read_page
from lessons.roleplay import check_marks, plays
from lessons.shape import check_cycles, check_lesson, check_slots, check_twice, check_written

__all__ = ["Fault", "load_library", "load_pages"]

_FACT = re.compile(r"\{\{fact:([a-z0-9_.]+)\}\}")
_CACHE_VERSION = 2
T = TypeVar("T")


class Pages(msgspec.Struct):
    """A course folder as read: lesson id -> Vietnamese page, laid English page."""

    vietnamese: dict[str, Page] = {}
    english: dict[str, Page] = {}

    def to_preview(self) -> "Pages":
        """What an author may look at: each lesson of whole shape, written to the end or not.
        What English lacks shows in Vietnamese."""
        whole = {name: page for name, page in self.vietnamese.items() if _has_only(page, "fill")}
        english = {
            name: page
            for name, page in self.english.items()
            if name in whole and page.tree and _has_only(page, "fill", "R21")
        }
        return Pages(whole, english)

    def to_teach(self) -> "Pages":
        """What learners are taught: every lesson but drafts."""
        drafts = {
            name
            for name, page in self.vietnamese.items()
            if isinstance(page.tree, dict) and page.tree.get("draft")
        }
        return Pages(
            {name: page for name, page in self.vietnamese.items() if name not in drafts},
            {name: page for name, page in self.english.items() if name not in drafts},
        )

    def faults(self) -> list[Fault]:
        every = [*self.vietnamese.values(), *self.english.values()]
        return [fault for page in every for fault in page.faults]


def _has_only(page: Page, *rules: str) -> bool:
    return all(fault.rule in rules for fault in page.faults)


class _Kept(msgspec.Struct):
    """What the cache file holds."""

    key: bytes
    folder: str
    library: Library
    faults: tuple[Fault, ...]


Read = Callable[[Path, object], Page]


def load_library(
    folder: Path,
    *,
    on: date,
    wards: Path | None = None,
    cache: Path | None = None,
    before: Library | None = None,
    read: Read = read_page,
    preview: bool = False,
) -> tuple[Library, tuple[Fault, ...]]:
    """Everything that can be taught on that day, and every fault of what cannot.

    Facts are put into the texts as they may be shown on `on`. before: what was taught
    until now, else what the cache kept of this folder. read: `read_page` or a `Reader`.
    preview: for an author's eyes, with drafts, lesson by lesson (`Pages.to_preview`).
    """
    key = _key(folder, wards, on)
    kept = _read_cache(cache, folder) if cache else None
    if kept is None or kept.key != key:
        last = before or (kept.library if kept else None) or Library({})
        kept = _Kept(key, str(folder.absolute()), *_load(folder, on, wards, last, read, preview))
        if cache:
            _write_cache(cache, kept)
    return kept.library, kept.faults


def files_of(folder: Path, wards: Path | None = None) -> list[str]:
    """Every file from which the library is made, as the system wants its name: a thousand
    lessons are two thousand files, looked at twice a second."""
    names = ("facts.yaml", "index.yaml", "courses.yaml", "glossary.yaml")
    others = [beside(folder, name) for name in names]
    found = sorted(
        os.path.join(place, name)
        for place, _, files in os.walk(folder)
        for name in files
        if name.endswith((".yaml", ".yml"))
    )
    return [*found, *map(str, (*others, wards or beside(folder, "wards.yaml")))]


def beside(folder: Path, name: str) -> Path:
    """A file that stands beside the courses folder, else the one of this package."""
    own = folder.parent / name
    return own if own.exists() else Path(__file__).parent / name


def load_pages(
    folder: Path, *, only: str = "", read: Read = read_page
) -> tuple[dict[str, Pages], list[Page]]:
    """Every course folder as pages with their faults, and the files beside them.

    only: the one course folder to read, for a quick look at it.
    """
    facts_page = read(beside(folder, "facts.yaml"), tuple[Fact, ...])
    index_page = read(beside(folder, "index.yaml"), tuple[LessonName, ...])
    facts = _named(facts_page, "key")
    known = _named(index_page, "id")
    courses = {
        place.name: _read_course(place, known, facts, read)
        for place in sorted(folder.iterdir() if folder.is_dir() else [])
        if place.is_dir() and only in ("", place.name)
    }
    check_twice(
        (name, page) for pages in courses.values() for name, page in pages.vietnamese.items()
    )
    every = {name: page for pages in courses.values() for name, page in pages.vietnamese.items()}
    check_cycles(every, {name: _requires(page) for name, page in every.items()}, list(known))
    names_page = read(beside(folder, "courses.yaml"), tuple[CourseName, ...])
    _named(names_page, "id")
    glossary_page = read(beside(folder, "glossary.yaml"), dict[str, Term])
    return courses, [facts_page, index_page, names_page, glossary_page]


def read_wards(file: Path, read: Read = read_page) -> Page:
    """The wards served, each under its own code of five digits."""
    page = read(file, tuple[Ward, ...])
    for index, code in enumerate(_named(page, "code")):
        if not re.fullmatch(r"[0-9]{5}", code):
            mend = "write the five digits of July 2025, in quotes"
            page.blame((index, "code"), "id", f"`{code}` is no code of a ward", mend)
    return page


def _load(
    folder: Path, on: date, wards: Path | None, last: Library, read: Read, preview: bool
) -> tuple[Library, tuple[Fault, ...]]:
    courses, others = load_pages(folder, read=read)
    facts_page, index_page, names_page, glossary_page = others
    wards_page = read_wards(wards or beside(folder, "wards.yaml"), read)
    faults = [fault for page in (*others, wards_page) for fault in page.faults]
    rows = _good(facts_page, tuple[Fact, ...], tuple(last.facts.values()))
    facts = {fact.key: fact for fact in rows}
    lessons: dict[str, dict[str, Lesson]] = {"vi": {}, "en": {}}
    for course, pages in courses.items():
        faults += pages.faults()
        shown = pages.to_preview() if preview else pages.to_teach()
        is_refused = bool(facts_page.faults or (pages.faults() and not preview))
        for language, texts in (("vi", shown.vietnamese), ("en", shown.english)):
            if is_refused or preview:
                lessons[language] |= _lessons_of(course, last.lessons.get(language, {}))
            for name, page in texts.items() if not is_refused else ():
                lessons[language][name] = msgspec.convert(_with_facts(page.tree, facts, on), Lesson)
    library = Library(
        lessons,
        _good(index_page, tuple[LessonName, ...], last.index),
        facts,
        _good(wards_page, tuple[Ward, ...], last.wards),
        _good(names_page, tuple[CourseName, ...], last.courses),
        _good(glossary_page, dict[str, Term], last.glossary),
        marks(lessons),
        gone(last.gone, last.lessons.get("vi", {}), lessons["vi"]),
    )
    return library, tuple(faults)


def _good(page: Page, kind: type[T], last: T) -> T:
    """What the page holds, or what it held when it last was without a fault."""
    return last if page.faults else msgspec.convert(page.tree, kind)


def _lessons_of(course: str, lessons: dict[str, Lesson]) -> dict[str, Lesson]:
    """The lessons of the course in that folder (`C01-phone`)."""
    return {
        name: lesson for name, lesson in lessons.items() if course.startswith(f"{lesson.course}-")
    }


def _read_course(place: Path, known: Collection[str], facts: Collection[str], read: Read) -> Pages:
    pages = Pages({}, {})
    for file in sorted(place.glob("*.yml")):
        page = pages.vietnamese[file.name] = Page(str(file), faults=[], lines={})
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
        page = pages.vietnamese[name] = read(file, Lesson)
        check_lesson(page, name, known, facts)
        pages.english[name] = _english(place / f"{name}.en.yaml", page, facts, read)
    return pages


def _english(file: Path, source: Page, facts: Collection[str], read: Read) -> Page:
    if not file.exists():
        page = Page(str(file), faults=[], lines={})
        page.blame_line(1, "R21", "the English file is missing", f"write {file.name} in one shape")
        return page
    words = read(file, LessonText)
    if words.faults or source.faults:
        return words
    check_slots(words, facts)
    laid = lay_over(source, words)
    laid.faults[:0] = words.faults
    name = words.tree.get("id") if isinstance(words.tree, dict) else None
    if name != (source.tree.get("id") if isinstance(source.tree, dict) else None):
        laid.blame_line(words.line(("id",)), "id", f"the id is `{name}`", "write the lesson's id")
    for key, play in plays(laid.tree):
        check_marks(laid, play, key, "en")
    if isinstance(source.tree, dict) and not source.tree.get("draft"):
        check_written(laid)
    return laid


class _Unread(dict[str, None]):
    """The names of a file that could not be read: that one is mended first, so any will do."""

    def __contains__(self, name: object) -> bool:
        return True


def _named(page: Page, field: str) -> dict[str, None]:
    """The keys or ids of a list file in order; one that stands twice is a fault."""
    names: dict[str, None] = {} if isinstance(page.tree, list) else _Unread()
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
    key = blake2b(f"{_CACHE_VERSION}/{on}".encode(), digest_size=16)
    for file in files_of(folder, wards):
        key.update(f"{file}\0".encode())
        with suppress(OSError), open(file, "rb", buffering=0) as read:
            key.update(read.readall())
    for part in sorted(Path(__file__).parent.glob("*.py")):
        key.update(part.read_bytes())
    return key.digest()


def _read_cache(cache: Path, folder: Path) -> _Kept | None:
    """What was kept of this folder, whole or not the newest."""
    try:
        kept = msgspec.msgpack.decode(cache.read_bytes(), type=_Kept)
    except (OSError, msgspec.MsgspecError):
        return None
    return kept if kept.folder == str(folder.absolute()) else None


def _write_cache(cache: Path, kept: _Kept) -> None:
    """A cache that cannot be written is only a slower next start."""
    part = cache.with_name(cache.name + ".part")
    with suppress(OSError):
        part.write_bytes(msgspec.msgpack.encode(kept))
        part.replace(cache)
