"""The linter: what the loader refuses, and the writing rules of `lessons.rules`.

`main` prints every finding with its line and ends with a count; `hocvuso lessons check`
calls it. Source: curriculum.md sections 3.1 and 3.5; promises.md P16.
"""

from pathlib import Path

import msgspec

from lessons.fault import Fault, did_you_mean
from lessons.loader import Pages, beside, load_pages, read_wards
from lessons.model import Fact
from lessons.page import Page, leaves, read_page
from lessons.rules import Script, findings
from lessons.rules.jargon import terms_used
from lessons.rules.script import reads_as_vietnamese, script
from lessons.rules.terms import Terms


class Checked(msgspec.Struct, frozen=True):
    """What was found, and in how many courses and lessons."""

    faults: tuple[Fault, ...]
    courses: int
    lessons: int

    @property
    def errors(self) -> int:
        return sum(fault.level == "error" for fault in self.faults)

    def __str__(self) -> str:
        warnings = len(self.faults) - self.errors
        return (
            f"{self.courses} courses, {self.lessons} lessons, "
            f"{self.errors} errors, {warnings} warnings"
        )


def check(place: Path) -> Checked:
    """Every finding in a courses folder, or in the one course or lesson that is named."""
    if not place.exists():
        missing = Fault(str(place), 1, "file", "there is no such folder", "name the courses folder")
        return Checked((missing,), 0, 0)
    courses, others, folder = _load(place)
    terms_page = read_page(beside(folder, "lint_terms.yaml"), Terms)
    others.append(read_wards(beside(folder, "wards.yaml")))
    terms = Terms() if terms_page.faults else msgspec.convert(terms_page.tree, Terms)
    facts = _facts(others[0])
    for pages in courses.values():
        _check_course(pages, terms, facts)
        _check_pictures(pages, beside(folder, "pictures"))
    found = [fault for page in (*others, terms_page) for fault in page.faults]
    found += [fault for pages in courses.values() for fault in pages.faults()]
    lessons = sum(len(pages.vietnamese) for pages in courses.values())
    if place.is_file():
        stem = place.name.removesuffix(".yaml").removesuffix(".en")
        found = [fault for fault in found if Path(fault.path).name.startswith(f"{stem}.")]
        lessons = 1
    found.sort(key=lambda fault: (fault.path, fault.line, fault.rule))
    return Checked(tuple(dict.fromkeys(found)), len(courses), lessons)


def main(place: Path, as_json: bool) -> int:
    """Print what was found; 0 without errors, else 1."""
    checked = check(place)
    if as_json:
        names = ("path", "line", "rule", "level", "message", "mend")
        rows = [{name: getattr(fault, name) for name in names} for fault in checked.faults]
        print(msgspec.json.format(msgspec.json.encode(rows), indent=2).decode())
    else:
        for fault in checked.faults:
            print(fault)
        print(checked)
    return int(checked.errors > 0)


def _load(place: Path) -> tuple[dict[str, Pages], list[Page], Path]:
    """The pages of that place, and the courses folder in which it stands."""
    if place.is_file():
        course = place.parent
    elif any(place.glob("*.yaml")):
        course = place
    else:
        return (*load_pages(place), place)
    return (*load_pages(course.parent, only=course.name), course.parent)


def _check_course(pages: Pages, terms: Terms, facts: dict[str, Fact]) -> None:
    """The writing rules of every lesson of a course, in teaching order."""
    met: frozenset[str] = frozenset()
    for name, page in pages.vietnamese.items():
        source = script(page.tree, "vi", terms, facts, whole=not page.faults)
        source.met = met
        met |= terms_used(source)
        _apply(source, page)
        english = pages.english.get(name)
        if english is not None:
            text = script(english.tree, "en", terms, facts, whole=not english.faults)
            texts = {one.key: one.value for one in source.texts}
            text.typed = ()  # they are those of the Vietnamese file
            text.texts = tuple(
                one
                for one in text.texts
                if not english.is_lent(one.key)
                and (texts.get(one.key) != one.value or reads_as_vietnamese(one.value))
            )
            _apply(text, english)


def _check_pictures(pages: Pages, drawings: Path) -> None:
    """Every picture of a lesson that is no draft is drawn."""
    drawn = sorted(file.stem for file in drawings.glob("*.svg"))
    for page in pages.vietnamese.values():
        for key, value in leaves({} if _is_draft(page) else page.tree):
            is_asset = key[-2:] == ("picture", "asset") and page.is_whole(*key[:-2])
            if is_asset and value not in drawn:
                near = did_you_mean(value, drawn)
                mend = near if near.endswith("?") else f"draw {drawings.name}/{value}.svg"
                page.blame_line(page.line(key), "picture", f"there is no drawing {value}.svg", mend)


def _is_draft(page: Page) -> bool:
    return isinstance(page.tree, dict) and bool(page.tree.get("draft"))


def _apply(text: Script, page: Page) -> None:
    for one in findings(text):
        line = page.line(one.key, one.said)
        page.note(Fault(page.path, line, one.rule, one.message, one.mend, one.level))


def _facts(page: Page) -> dict[str, Fact]:
    """The facts that could be read, those with a fault left out."""
    found = {}
    for row in page.tree if isinstance(page.tree, list) else []:
        try:
            fact = msgspec.convert(row, Fact)
        except msgspec.ValidationError:
            continue
        found[fact.key] = fact
    return found
