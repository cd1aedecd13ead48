"""The linter: what the loader refuses, and the writing rules R01–R24.

`main` prints every finding with its line and ends with a count; `hocvuso lessons check`
calls it. Source: curriculum.md sections 3.1 and 3.5.
"""

import re
from pathlib import Path

import msgspec
import yaml

from lessons.fault import Fault, Level
from lessons.loader import load_pages
from lessons.page import Key, Page, Tree, leaves

_SENTENCE = re.compile(r"(?<=[.!?:;])\s+")
_WORD = re.compile(r"\w", re.UNICODE)
_SLOT = re.compile(r"\{\{(\w+)\}\}")
_EMOJI = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]")
_LINK = re.compile(r"https?://|www\.|\b[\w-]+\.(?:vn|com|net|org|gov)\b")
_RAW = re.compile(r"\b(bác|cháu|bạn)\b", re.IGNORECASE)
_QUOTED = re.compile(r"\"[^\"]*\"|«[^»]*»")
# A swindler's own words, in FIND_THE_FAKE and ROLEPLAY: R13 passes them over (3.5).
_QUOTED_FIELDS = ("line", "them", "them_again")
_LIMITS: dict[str, tuple[str, int, Level]] = {
    "say": ("R02", 50, "error"),
    "text": ("R05", 12, "error"),
    "feedback": ("R06", 30, "error"),
    "feedback_true": ("R06", 30, "error"),
    "feedback_false": ("R06", 30, "error"),
    "feedback_right": ("R06", 30, "error"),
    "feedback_wrong": ("R06", 30, "error"),
    "prompt": ("R07", 25, "error"),
    "hint": ("R08", 20, "warning"),
    "recap": ("R09", 40, "error"),
    "title": ("R10", 8, "warning"),
}


class Terms(msgspec.Struct):
    """lint_terms.yaml: what the rules look for."""

    banned: list[str] = []
    banned_unless_negated: list[str] = []
    negators: list[str] = []
    pronoun_exceptions: list[str] = []
    domains_allowed: list[str] = []


def count_words(text: str) -> int:
    """Tiếng: tokens between spaces that hold a letter or digit; a slot counts as one."""
    bare = _SLOT.sub(lambda slot: "" if slot[1] == "a" else "x", text)
    return sum(bool(_WORD.search(word)) for word in bare.split())


def check(folder: Path) -> tuple[list[Fault], int, int]:
    """Every finding in the courses folder, with the number of courses and lessons."""
    courses, others = load_pages(folder, folder.parent)
    found = [fault for page in others for fault in page.faults]
    terms = _terms(folder.parent / "lint_terms.yaml")
    lessons = 0
    for pages in courses.values():
        lessons += len(pages.vietnamese)
        for page in pages.vietnamese.values():
            if not page.faults:
                _lint(page, terms)
        found += pages.faults()
    found.sort(key=lambda fault: (fault.path, fault.line, fault.rule))
    return found, len(courses), lessons


def main(folder: Path, as_json: bool) -> int:
    """Print what was found; 0 without errors, else 1."""
    found, courses, lessons = check(folder)
    errors = sum(fault.level == "error" for fault in found)
    if as_json:
        rows = [
            {name: getattr(fault, name) for name in ("path", "line", "rule", "message", "mend")}
            for fault in found
        ]
        print(msgspec.json.format(msgspec.json.encode(rows), indent=2).decode())
        return int(errors > 0)
    for fault in found:
        print(fault)
    warnings = len(found) - errors
    print(f"{courses} courses, {lessons} lessons, {errors} errors, {warnings} warnings")
    return int(errors > 0)


def _terms(file: Path) -> Terms:
    read = yaml.load(file.read_text("utf-8"), yaml.CBaseLoader) if file.exists() else {}
    known = {name: list(read.get(name, ())) for name in Terms.__struct_fields__}
    return msgspec.convert(known, Terms)


def _lint(page: Page, terms: Terms) -> None:
    """The writing rules of one Vietnamese lesson."""
    tree = page.tree
    assert isinstance(tree, dict)
    cards = tree.get("cards")
    said = (
        [one for one in cards if isinstance(one, dict) and (one.get("say") or one.get("picture"))]
        if isinstance(cards, list)
        else []
    )
    if not 3 <= len(said) <= 6:
        _blame(page, ("cards",), "R03", f"{len(said)} cards", "write 3 to 6 beside the questions")
    for key, text in leaves(tree):
        name = next((part for part in reversed(key) if isinstance(part, str)), "")
        if name in (
            "id",
            "course",
            "requires",
            "review",
            "facts",
            "asset",
            "milestone",
            "type",
            "target",
            "accept",
            "focus",
            "keys_hint",
        ):
            continue
        _lint_text(page, key, name, text, terms, wrong=_is_wrong_option(tree, key))


def _lint_text(page: Page, key: Key, name: str, text: str, terms: Terms, *, wrong: bool) -> None:
    words = count_words(text)
    if name in _LIMITS:
        rule, most, level = _LIMITS[name]
        if words > most:
            _blame(page, key, rule, f"{words} tiếng; {most} at most", "shorten it", level)
    if name in ("say", "recap"):
        for sentence in _SENTENCE.split(text):
            if count_words(sentence) > 15:
                message = f"a sentence of {count_words(sentence)} tiếng; 15 at most"
                _blame(page, key, "R01", message, f"cut it in two: “{sentence[:40]}…”")
    low = " " + re.sub(r"[^\w]+", " ", text.lower()) + " "
    quoted = name in _QUOTED_FIELDS
    for phrase in terms.banned if not quoted else ():
        if f" {phrase.lower()} " in low:
            _blame(page, key, "R13", f"“{phrase}” is not said to learners", "say it kindly")
    for phrase in terms.banned_unless_negated if not (wrong or quoted) else ():
        at = low.find(f" {phrase.lower()} ")
        if at >= 0 and not set(low[:at].split()[-4:]) & set(terms.negators):
            _blame(page, key, "R13", f"“{phrase}” without a “không”", "negate it or leave it out")
    link = _LINK.search(text)
    if link and not any(domain in text for domain in terms.domains_allowed):
        _blame(page, key, "R14", "an address that is not allowed", "leave it out")
    if re.search(r"\d{9}", re.sub(r"[ .-](?=\d)", "", text)) or re.search(r"mã \d{6}\b", low):
        _blame(page, key, "R16", "digits that look like a real number", "leave them out")
    if text.count("!") > 1:
        _blame(page, key, "R17", "more than one “!”", "keep one at most", "warning")
    if len(_EMOJI.findall(text)) > 1:
        _blame(page, key, "R18", "more than one emoji", "keep one at most", "warning")
    bare = _QUOTED.sub(" ", text)
    for exception in terms.pronoun_exceptions:
        bare = re.sub(re.escape(exception), " ", bare, flags=re.IGNORECASE)
    raw = _RAW.search(bare)
    if raw:
        _blame(page, key, "R19", f"“{raw[0]}” is written out", "use {{ban}} or {{toi}}")


def _is_wrong_option(tree: Tree, key: Key) -> bool:
    """Is this the text of an option that shows a mistake?"""
    part = tree
    for step in key[:-1]:
        if isinstance(part, dict):
            part = part.get(str(step))
        elif isinstance(part, list) and isinstance(step, int):
            part = part[step]
    return isinstance(part, dict) and part.get("correct") is False


def _blame(
    page: Page, key: Key, rule: str, message: str, mend: str, level: Level = "error"
) -> None:
    page.faults.append(Fault(page.path, page.line(key), rule, message, mend, level))
