"""What a role play must be beyond its shape: every way leads to an end, and in every node
one answer ends well at once.

In: a page and the place of a ROLEPLAY on it. Out: faults on that page, each at its line.
Source: curriculum.md 2.3.
"""

import re

from lessons.page import Key, Page, Tree

MARKS = {"vi": "[Đóng vai]", "en": "[Roleplay]"}
NODES = (3, 6)
CHOICES = (2, 3)
ENDS = (1, 3)
_ID = re.compile(r"[a-z][a-z0-9_]{0,15}")

Ways = dict[str, list[str]]


def check_roleplay(page: Page, play: dict[str, Tree], key: Key) -> None:
    """The Vietnamese role play: its shape, its ways and how its caller speaks."""
    nodes, ends = _table(play.get("nodes")), _table(play.get("ends"))
    if not NODES[0] <= len(nodes) <= NODES[1]:
        message = f"{len(nodes)} nodes; {NODES[0]} to {NODES[1]} are allowed"
        page.blame((*key, "nodes"), "nodes", message, "add or remove some")
    if not ENDS[0] <= len(ends) <= ENDS[1]:
        message = f"{len(ends)} ends; {ENDS[0]} to {ENDS[1]} are allowed"
        page.blame((*key, "ends"), "ends", message, "add or remove some")
    for name, node in nodes.items():
        if node.get("them") and node.get("them_again") == node.get("them"):
            where = (*key, "nodes", name, "them_again")
            page.blame(where, "twice", "it says the same again", "say it in other words")
    for name in (*nodes, *ends):
        part = "nodes" if name in nodes else "ends"
        if not _ID.fullmatch(name):
            page.blame((*key, part, name), "id", f"`{name}` is no good id", "write it as n1")
        if name in nodes and name in ends:
            message = f"`{name}` is a node and an end"
            page.blame((*key, "ends", name), "id", message, "give the end a name of its own")
    check_marks(page, play, key, "vi")
    ways = {name: _choices(page, node, (*key, "nodes", name)) for name, node in nodes.items()}
    if _names_exist(page, play, ways, ends, key) and page.is_whole(*key):
        _check_ways(page, str(play.get("start")), ways, ends, key)


def check_marks(page: Page, play: dict[str, Tree], key: Key, language: str) -> None:
    """Everything the played caller says begins with the mark, in each language."""
    mark = MARKS[language]
    for name, node in _table(play.get("nodes")).items():
        for field in ("them", "them_again"):
            said = node.get(field)
            where = (*key, "nodes", name, field)
            if not isinstance(said, str) or not said or page.is_lent(where):
                continue
            if not said.startswith(mark):
                message = f"the caller's line does not begin with {mark}"
                page.blame(where, "roleplay", message, f"begin it with {mark}")


def plays(tree: Tree) -> list[tuple[Key, dict[str, Tree]]]:
    """The role plays of a lesson with their places."""
    cards = tree.get("cards") if isinstance(tree, dict) else None
    found: list[tuple[Key, dict[str, Tree]]] = []
    for index, card in enumerate(cards if isinstance(cards, list) else []):
        for part in ("ask", "practice"):
            question = card.get(part) if isinstance(card, dict) else None
            if isinstance(question, dict) and question.get("type") == "ROLEPLAY":
                found.append((("cards", index, part), question))
    return found


def _table(tree: Tree) -> dict[str, dict[str, Tree]]:
    parts = tree.items() if isinstance(tree, dict) else ()
    return {name: part if isinstance(part, dict) else {} for name, part in parts}


def _choices(page: Page, node: dict[str, Tree], key: Key) -> list[str]:
    """Where each choice of a node goes."""
    listed = node.get("choices")
    choices = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    if not CHOICES[0] <= len(choices) <= CHOICES[1]:
        message = f"{len(choices)} choices; {CHOICES[0]} to {CHOICES[1]} are allowed"
        page.blame((*key, "choices"), "choices", message, "add or remove some")
    for field, rule, mend in (("id", "id", "give each its own"), ("text", "twice", "change one")):
        seen: list[Tree] = []
        for index, choice in enumerate(choices):
            if choice.get(field) in seen:
                message = f"“{choice.get(field)}” stands twice"
                page.blame((*key, "choices", index, field), rule, message, mend)
            seen.append(choice.get(field))
    for index, choice in enumerate(choices):
        if not _ID.fullmatch(str(choice.get("id"))):
            where = (*key, "choices", index, "id")
            page.blame(where, "id", f"`{choice.get('id')}` is no good id", "write it as a or b")
    return [str(choice.get("go")) for choice in choices]


def _names_exist(
    page: Page, play: dict[str, Tree], ways: Ways, ends: dict[str, dict[str, Tree]], key: Key
) -> bool:
    """Whether `start` names a node and every `go` a node or an end."""
    known = ", ".join((*ways, *ends))
    start = str(play.get("start"))
    good = start in ways
    if not good:
        mend = "write one of: " + ", ".join(ways)
        page.blame((*key, "start"), "start", f"there is no node `{start}`", mend)
    for name, goes in ways.items():
        for index, go in enumerate(goes):
            if go not in ways and go not in ends:
                good = False
                where = (*key, "nodes", name, "choices", index, "go")
                page.blame(where, "go", f"there is no node or end `{go}`", f"write one of: {known}")
    return good


def _check_ways(
    page: Page, start: str, ways: Ways, ends: dict[str, dict[str, Tree]], key: Key
) -> None:
    reached = _reached(start, ways)
    # What only something unreached leads to is not told too.
    led_to = {go for name, goes in ways.items() for go in goes if go != name}
    well = {name for name, end in ends.items() if end.get("result") in ("safe", "near")}
    for name, goes in ways.items():
        where = (*key, "nodes", name)
        if name not in reached and name not in led_to:
            page.blame(where, "reach", f"no way leads to `{name}`", "let a choice go there")
        if not _reached(name, ways) & set(ends):
            message = f"from `{name}` no way leads to an end"
            page.blame(where, "cycle", message, "let a choice go to an end")
        if not well & set(goes):
            message = f"no choice in `{name}` ends well"
            page.blame(where, "safe", message, "let one choice go to an end that is safe or near")
    for name in ends:
        if name not in reached and name not in led_to:
            page.blame((*key, "ends", name), "reach", f"no way leads to `{name}`", "remove it")


def _reached(start: str, ways: Ways) -> set[str]:
    """Every node and end that can be come to from a node, itself included."""
    todo, seen = [start], set()
    while todo:
        here = todo.pop()
        if here not in seen:
            seen.add(here)
            todo += ways.get(here, ())
    return seen
