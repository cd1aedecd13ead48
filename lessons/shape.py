"""What a lesson must be beyond its shape: one correct option, ids that exist, known slots.

In: a page that holds a lesson. Out: faults on that page, each at its line.
Source: curriculum.md sections 2 and 3; promises.md P16.
"""

import re
from collections.abc import Collection, Iterable
from pathlib import Path

from lessons.overlay import MARK
from lessons.page import Key, Page, Tree, leaves
from lessons.roleplay import check_roleplay

SLOTS = frozenset(("ban", "Ban", "toi", "Toi", "a", "da", "Da", "missing"))
_SLOT = re.compile(r"\{\{([^{}]*)\}\}|\{\{?[^{}]*\}?|\}\}?")
# Only there does somebody know what the learner's words lacked.
_MISSING = ("feedback_loose", "feedback_near")
_PARTS = ("say", "picture", "ask", "practice")
# How many of each a question may have.
RANGES = {"options": (2, 4), "pairs": (2, 4), "steps": (3, 5), "message": (2, 4)}


def check_slots(page: Page, facts: Collection[str]) -> None:
    """Every `{{…}}` names a slot or a fact that exists."""
    for key, text in leaves(page.tree):
        for slot in _SLOT.finditer(text):
            name = slot[1]
            if name is None:
                begins = slot[0].split()[0]
                message, mend = f"`{begins[:40]}` is no whole slot", "write it as {{ban}}"
                page.blame(key, "slot", message, mend, begins)
            elif name.startswith("fact:"):
                if name[5:] not in facts:
                    mend = "use a key of facts.yaml"
                    page.blame(key, "R22", f"there is no fact `{name[5:]}`", mend, slot[0])
            elif name not in SLOTS:
                known = ", ".join(sorted(SLOTS))
                message = f"unknown slot `{{{{{name}}}}}`"
                page.blame(key, "slot", message, f"use one of: {known}", slot[0])
            elif name == "missing" and key[-1] not in _MISSING:
                mend = f"leave it out; it stands in {' or '.join(_MISSING)}"
                page.blame(key, "slot", "nothing is missing here", mend, slot[0])


def check_lesson(page: Page, name: str, known: Collection[str], facts: Collection[str]) -> None:
    """The lesson of this file: `name` is the file's own, `known` all ids of the index.

    What was refused on reading is passed over, so that one slip is told once.
    """
    tree = page.tree
    if not isinstance(tree, dict):
        return
    if tree.get("id") not in (name, None):
        page.blame(
            ("id",), "id", f"the id is `{tree['id']}`", f"write {name}, as the file is named"
        )
    folder = Path(page.path).parent.name
    if isinstance(tree.get("course"), str) and not folder.startswith(f"{tree['course']}-"):
        message = f"the course is `{tree.get('course')}` in the folder {folder}"
        page.blame(("course",), "course", message, "write the folder's own course")
    for index, need in enumerate(_texts(tree.get("requires"))):
        if need not in known:
            page.blame(("requires", index), "requires", f"no lesson `{need}`", "see index.yaml")
    for index, fact in enumerate(_texts(tree.get("facts"))):
        if fact not in facts:
            page.blame(("facts", index), "R22", f"no fact `{fact}`", "use a key of facts.yaml")
    cards = tree.get("cards")
    cards = cards if isinstance(cards, list) else []
    if page.is_whole() and not any(_says(card) for card in cards):
        page.blame(("cards",), "R03", "no card says or asks anything", "write 3 to 6 cards")
    asked = _check_cards(page, cards)
    for index, item in enumerate(_texts(tree.get("review"))):
        if item not in asked:
            mend = "name a card with `ask` or `practice`"
            page.blame(("review", index), "review", f"`{item}` is no question here", mend)
    for name in ("requires", "review", "facts"):
        _check_named_once(page, _texts(tree.get(name)), (name,))
    check_slots(page, facts)
    if not tree.get("draft"):
        check_written(page)


def check_written(page: Page) -> None:
    """Nothing of a lesson that is taught is still to be written."""
    for key, text in leaves(page.tree):
        if MARK in text:
            mend = f"write it without {MARK}, or keep `draft: true`"
            page.blame(key, "fill", "this text is still to be written", mend)


def check_twice(pages: Iterable[tuple[str, Page]]) -> None:
    """No lesson may stand in two courses."""
    first: dict[str, str] = {}
    for name, page in pages:
        if name in first:
            page.blame(("id",), "id", f"`{name}` stands in {first[name]} too", "keep one of them")
        first.setdefault(name, page.path)


def check_cycles(
    pages: dict[str, Page], requires: dict[str, tuple[str, ...]], order: list[str]
) -> None:
    """No lesson may need itself, straight or through others.

    Every circle has a step forward in the order of teaching: that one is named.
    """
    place = {name: index for index, name in enumerate(order)}
    for start, page in pages.items():
        for index, need in enumerate(requires.get(start, ())):
            is_forward = place.get(need, 0) >= place.get(start, 0)
            if is_forward and start in _all_needed(need, requires):
                message = f"`{start}` needs itself in the end, through `{need}`"
                page.blame(("requires", index), "cycle", message, f"remove `{need}`")


def _all_needed(lesson: str, requires: dict[str, tuple[str, ...]]) -> set[str]:
    """That lesson and all that it needs, straight or through others."""
    todo, seen = [lesson], set()
    while todo:
        need = todo.pop()
        if need not in seen:
            seen.add(need)
            todo += requires.get(need, ())
    return seen


def _says(card: Tree) -> bool:
    return isinstance(card, dict) and any(card.get(part) for part in ("say", "ask", "practice"))


def _texts(tree: Tree) -> list[str]:
    return [part for part in tree if isinstance(part, str)] if isinstance(tree, list) else []


def _check_cards(page: Page, cards: list[Tree]) -> set[str]:
    """The ids of the cards that ask."""
    ids: set[str] = set()
    asked: set[str] = set()
    says = {one.get("id") for one in cards if isinstance(one, dict) and "say" in one}
    for index, card in enumerate(cards):
        if not isinstance(card, dict):
            continue
        key: Key = ("cards", index)
        name = str(card.get("id"))
        if "id" in card:
            _check_id(page, name, ids, (*key, "id"), "write it as c1 or q2")
        parts = [part for part in _PARTS if card.get(part)]
        if card.get("about") and card["about"] not in says:
            message = f"`{card['about']}` is no card with `say` here"
            page.blame((*key, "about"), "about", message, "name the card that teaches it")
        elif card.get("about") and parts == ["say"]:
            message = "only a question is about another card"
            page.blame((*key, "about"), "about", message, "remove it")
        if not page.is_whole(*key):
            asked.add(name)
        elif len(parts) != 1:
            message = f"a card is one of {', '.join(_PARTS)}; this one has {len(parts)}"
            page.blame(key, "card", message, "keep one of them in each card")
        for part in ("ask", "practice"):
            question = card.get(part)
            if isinstance(question, dict):
                asked.add(name)
                if page.is_whole(*key, part):
                    _check_question(page, question, (*key, part))
    return asked


def _check_id(page: Page, name: str, ids: set[str], key: Key, mend: str) -> None:
    """An id is short, plain and its own; `ids` takes it in."""
    if name in ids:
        page.blame(key, "id", f"the id `{name}` is used twice", "give each its own")
    elif not re.fullmatch(r"[a-z][a-z0-9_]{0,15}", name):
        page.blame(key, "id", f"`{name}` is no good id", mend)
    ids.add(name)


def _check_question(page: Page, question: dict[str, Tree], key: Key) -> None:
    for name, (least, most) in RANGES.items():
        part = question.get(name)
        if isinstance(part, list) and not least <= len(part) <= most:
            message = f"{len(part)} {name}; {least} to {most} are allowed"
            page.blame((*key, name), "R04", message, "add or remove some")
    _check_sides(page, question, key)
    _check_typed(page, question, key)
    _check_milestone(page, question, key)
    if question.get("type") == "FIND_THE_FAKE":
        _check_flags(page, question, key)
    if question.get("type") == "REAL_TASK":
        _check_answers(page, question, key)
    if question.get("type") == "ROLEPLAY":
        check_roleplay(page, question, key)
    options = question.get("options")
    if not isinstance(options, list):
        return
    found = [option for option in options if isinstance(option, dict)]
    _check_correct(page, found, (*key, "options"))
    for index, option in enumerate(found):
        if not option.get("feedback"):
            where = (*key, "options", index)
            page.blame(where, "R06", "an option without feedback", "add `feedback:` with a reason")
    _check_distinct(page, [option.get("text") for option in found], (*key, "options"), "text")
    _check_ids(page, found, (*key, "options"))


def _check_correct(page: Page, options: list[dict[str, Tree]], key: Key) -> None:
    """Exactly one option is right; a list of the wrong length is told of that alone."""
    right = [index for index, option in enumerate(options) if option.get("correct") is True]
    least, most = RANGES["options"]
    if not right and least <= len(options) <= most:
        mend = 'add "correct: true" to exactly one'
        page.blame(key, "correct", "no option is marked correct", mend)
    for index in right if len(right) > 1 else ():
        message = f"{len(right)} options are marked correct"
        page.blame((*key, index, "correct"), "correct", message, "keep it at exactly one")


def _check_ids(page: Page, parts: list[dict[str, Tree]], key: Key) -> None:
    ids: set[str] = set()
    for index, part in enumerate(parts):
        _check_id(page, str(part.get("id")), ids, (*key, index, "id"), "write it as a, b or c")


def _check_flags(page: Page, question: dict[str, Tree], key: Key) -> None:
    """A FIND_THE_FAKE: at least one line gives it away, not all do, and each flag is a line."""
    message = question.get("message")
    lines = [one for one in message if isinstance(one, dict)] if isinstance(message, list) else []
    _check_ids(page, lines, (*key, "message"))
    _check_distinct(page, [line.get("line") for line in lines], (*key, "message"), "line")
    ids = [str(line.get("id")) for line in lines]
    flags = _texts(question.get("flags"))
    for index, flag in enumerate(flags):
        where = (*key, "flags", index)
        if flag not in ids:
            mend = "write one of: " + ", ".join(ids)
            page.blame(where, "flags", f"there is no line `{flag}`", mend)
    _check_named_once(page, flags, (*key, "flags"))
    if not flags or set(ids) <= set(flags):
        what = "no line is flagged" if not flags else "every line is flagged"
        page.blame((*key, "flags"), "flags", what, "name the lines that give it away, not all")


def _check_answers(page: Page, question: dict[str, Tree], key: Key) -> None:
    """A REAL_TASK: exactly the answers done, later and help."""
    answers = question.get("answers")
    found = [one for one in answers if isinstance(one, dict)] if isinstance(answers, list) else []
    _check_ids(page, found, (*key, "answers"))
    _check_distinct(page, [one.get("text") for one in found], (*key, "answers"), "text")
    missing = {"done", "later", "help"} - {str(one.get("id")) for one in found}
    for name in sorted(missing):
        message = f"there is no answer `{name}`"
        page.blame((*key, "answers"), "answers", message, f"add one with `id: {name}`")


def _check_milestone(page: Page, question: dict[str, Tree], key: Key) -> None:
    name = question.get("milestone")
    if isinstance(name, str) and not re.fullmatch(r"M(0[1-9]|1[0-4])", name):
        message = f"there is no milestone `{name}`"
        page.blame((*key, "milestone"), "milestone", message, "write one of M01 to M14")


def _check_sides(page: Page, question: dict[str, Tree], key: Key) -> None:
    """The sides of a MATCH and the steps of an ORDER are told apart by their words."""
    pairs = question.get("pairs")
    if isinstance(pairs, list):
        for side in ("left", "right"):
            sides = [pair.get(side) for pair in pairs if isinstance(pair, dict)]
            _check_distinct(page, sides, (*key, "pairs"), side)
    steps = question.get("steps")
    if isinstance(steps, list):
        _check_distinct(page, steps, (*key, "steps"))


def _check_named_once(page: Page, names: list[str], key: Key) -> None:
    for index, name in enumerate(names):
        if name in names[:index]:
            page.blame((*key, index), "twice", f"“{name}” stands twice", "keep one of them")


def _check_distinct(page: Page, texts: list[Tree], key: Key, field: str = "") -> None:
    for index, text in enumerate(texts):
        if text in texts[:index]:
            where = (*key, index, field) if field else (*key, index)
            page.blame(where, "twice", f"“{text}” stands twice", "make them different")


def _check_typed(page: Page, question: dict[str, Tree], key: Key) -> None:
    """A TYPE_TEXT: level 1 or 2, and the words in focus are in the target."""
    if question.get("type") != "TYPE_TEXT":
        return
    if question.get("level", 1) not in (1, 2):
        page.blame((*key, "level"), "level", "there are levels 1 and 2", "write 1 or 2")
    target = str(question.get("target", "")).split()
    for index, word in enumerate(_texts(question.get("focus"))):
        if word not in target:
            message = f"“{word}” is not in the target"
            page.blame((*key, "focus", index), "focus", message, "use a word of the target")
