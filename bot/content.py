"""What is taught and said, loaded at the start and again when a file changes.

In: the courses folder with what stands beside it, and the tutor's own wording. Out: a
`Shelf`; `follow` hands over a new one while the program runs. A course with a fault
keeps its last good version, and every fault is told.

Files are looked at twice a second by time and size, in a thread: a lesson can also be
saved over a network or into a mounted folder, where no notice comes (decision 0008).
Source: design.md section 6; promises.md P16, P18.
"""

import asyncio
import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import structlog
import yaml
from msgspec.structs import replace

from bot.conversation.folding import fold
from bot.conversation.spoken import Spoken
from bot.conversation.understand import LEARNT_FILE, VOCABULARY_FILES, Vocabulary, vocabulary
from bot.conversation.world import Shelf
from bot.kept_words import kept_words
from lessons.fault import Fault
from lessons.loader import beside, files_of, load_library
from lessons.model import Fact, Library
from lessons.page import Reader

LOOK_EVERY_S = 0.5
_LOG = structlog.get_logger("content")
_WORDING = Path(__file__).parent / "conversation" / "wording"
_FACT = re.compile(r"\{\{fact:([a-z0-9_.]+)\}\}")

Seen = tuple[date, tuple[tuple[str, int, int], ...]]


class NothingToTeach(Exception):
    """No course is whole. faults: every fault of the lessons."""

    code = "content:none"

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("no course can be served")
        self.faults = faults


class Content:
    """One folder of courses, as it was when it last could be taught.

    stays: a shelf whose settings (addresses, limits) stay as they are. today: the learners'
    day, by which facts grow stale. cache: where the loaded lessons are kept for a quick
    start. preview: for an author's eyes, drafts too.
    """

    def __init__(
        self,
        folder: Path,
        wards: Path,
        stays: Shelf,
        *,
        today: Callable[[], date],
        cache: Path | None = None,
        preview: bool = False,
    ) -> None:
        self._folder = folder
        self._wards = wards
        self._stays = replace(stays, words=_load_words(cache), spoken=_load_spoken())
        self._today = today
        self._cache = cache
        self._preview = preview
        self._catalogs = _read_catalogs()
        self._read = Reader()
        self._library: Library | None = None
        self._loaded: Seen | None = None
        self._changed: Seen | None = None

    def load(self) -> tuple[Shelf, tuple[Fault, ...]]:
        """All that can be taught and said now, and every fault of what cannot.

        Blocks for as long as the files take. Raises NothingToTeach when no course is
        whole and none was before.
        """
        seen = self._look()
        library, faults = load_library(
            self._folder,
            on=seen[0],
            wards=self._wards,
            cache=self._cache,
            before=self._library,
            read=self._read,
            preview=self._preview,
        )
        faults += self._missing_facts(library)
        self._loaded = seen
        if not library.lessons.get("vi") or self._missing_facts(library):
            raise NothingToTeach(faults)
        self._library = library
        wording = _with_facts(self._catalogs, library.facts, seen[0])
        return replace(self._stays, library=library, wording=wording), faults

    def load_if_changed(self) -> tuple[Shelf, tuple[Fault, ...]] | None:
        """As `load`, once a change has come to rest; None when there is nothing new.

        A file that is still being written has another size at the next look.
        """
        seen = self._look()
        if seen == self._loaded:
            self._changed = None
        elif seen == self._changed:
            return self.load()
        else:
            self._changed = seen
        return None

    def _look(self) -> Seen:
        """The day, and each file with its time and size."""
        found = []
        for file in files_of(self._folder, self._wards):
            with suppress(OSError):
                stat = os.stat(file)
                found.append((file, stat.st_mtime_ns, stat.st_size))
        return self._today(), tuple(found)

    def _missing_facts(self, library: Library) -> tuple[Fault, ...]:
        """The tutor's own words name facts too: without them nothing can be said."""
        texts = (text for catalog in self._catalogs.values() for text in catalog.values())
        named = {key for text in texts for key in _FACT.findall(text)}
        path = str(beside(self._folder, "facts.yaml"))
        return tuple(
            Fault(path, 1, "R22", f"the fact `{key}`, which the tutor says, is gone", "add it")
            for key in sorted(named - set(library.facts))
        )


async def follow(
    content: Content,
    use: Callable[[Shelf], None],
    tell: Callable[[Fault], None],
    *,
    every_s: float = LOOK_EVERY_S,
) -> None:
    """Hand over a new shelf whenever the files change, until cancelled.

    What cannot be taught is told and what was taught goes on.
    """
    while True:
        await asyncio.sleep(every_s)
        try:
            found = await asyncio.to_thread(content.load_if_changed)
        except NothingToTeach as error:
            refuse(error.faults, tell)
        except OSError as error:
            _LOG.error("content.unreadable", reason=error.strerror)
        else:
            if found:
                shelf, faults = found
                refuse(faults, tell)
                use(shelf)
                _LOG.info("content.loaded", lessons=len(shelf.library.lessons["vi"]))


def refuse(faults: tuple[Fault, ...], tell: Callable[[Fault], None]) -> None:
    """Each fault to the log and to whoever started the program."""
    for fault in faults:
        where = f"{fault.path}:{fault.line}"
        _LOG.error(
            "content.refused", where=where, rule=fault.rule, what=fault.message, mend=fault.mend
        )
        tell(fault)


def load_shelf(
    folder: Path, wards: Path, *, on: date, public_url: str, cache: Path | None = None
) -> tuple[Shelf, tuple[Fault, ...]]:
    """All that is taught and said on that day. Raises NothingToTeach."""
    stays = Shelf(Library({}), {}, words=None, public_url=public_url)
    return Content(folder, wards, stays, today=lambda: on, cache=cache).load()


def _load_words(cache: Path | None) -> Vocabulary:
    """What learners say, made ready; cache: a file beside which it is kept."""

    def made() -> Vocabulary:
        files = {name: _read_yaml(name) for name in VOCABULARY_FILES}
        return vocabulary(files, (_WORDING / LEARNT_FILE).read_bytes())

    if cache is None:
        return made()
    sources = [_WORDING / LEARNT_FILE, *(_WORDING / f"{name}.yaml" for name in VOCABULARY_FILES)]
    return kept_words(cache.with_name("words.cache"), sources, made)


def _load_spoken() -> Spoken:
    """What codes that people say aloud are made of."""
    read = _read_yaml("spoken")
    return Spoken(tuple(read["words"]), frozenset(map(fold, read["around"])))


def _read_yaml(name: str) -> dict[str, Any]:
    """One file of `wording/`; every scalar is text."""
    text = (_WORDING / f"{name}.yaml").read_text("utf-8")
    read: dict[str, Any] = yaml.load(text, yaml.CBaseLoader)
    return read


def _read_catalogs() -> dict[str, dict[str, str]]:
    return {language: _read_yaml(language) for language in ("vi", "en")}


def _with_facts(
    catalogs: dict[str, dict[str, str]], facts: Mapping[str, Fact], on: date
) -> dict[str, dict[str, str]]:
    """The catalogs by language, with facts put in as they may be shown on that day."""

    def shown(match: re.Match[str]) -> str:
        return facts[match[1]].shown_on(on)

    return {
        language: {key: _FACT.sub(shown, text) for key, text in texts.items()}
        for language, texts in catalogs.items()
    }
