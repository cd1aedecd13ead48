"""Lay the English texts over a Vietnamese lesson.

In: the Vietnamese page and the English page (`L0105.en.yaml`), which has the same shape
and holds only texts. Cards, options and lines are matched by id, the nodes and ends of a
role play by their key, pairs and steps by position.
Out: the whole English tree with its lines; what lacks a text is fault R21.
What a learner types (`target`, `accept`, `focus`, `keys_hint`) stays Vietnamese.
"""

import msgspec

from lessons.page import Key, Page, Tree

# What stands before a text that is still to be written (`hocvuso lessons new`).
MARK = "✎"
# The keys that hold words for the learner, in every kind of card.
TEXTS = frozenset(
    (
        *("title", "objective", "recap", "say", "alt", "prompt", "text", "feedback", "hint"),
        *("feedback_true", "feedback_false", "feedback_right", "feedback_wrong"),
        *("feedback_exact", "feedback_loose", "feedback_near", "feedback_skip"),
        *("explain", "left", "right", "steps", "line"),
        *("intro", "them", "them_again", "stop_say"),
    )
)
_ASKS = ("ask", "practice")
_NESTED = frozenset(("picture", "ask", "practice"))
_BY_KEY = frozenset(("nodes", "ends"))
_BY_ID = frozenset(("cards", "options", "message", "choices", "answers"))
_BY_PLACE = frozenset(("pairs", "steps"))


class OptionText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    text: str = ""
    feedback: str = ""


class PairText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    left: str = ""
    right: str = ""


class PictureText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    alt: str = ""


class LineText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    line: str = ""


class RoleNodeText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    them: str = ""
    them_again: str = ""
    choices: tuple[OptionText, ...] = ()


class RoleEndText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    say: str = ""


class QuestionText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of a question of any kind."""

    prompt: str = ""
    options: tuple[OptionText, ...] = ()
    pairs: tuple[PairText, ...] = ()
    steps: tuple[str, ...] = ()
    message: tuple[LineText, ...] = ()
    answers: tuple[OptionText, ...] = ()
    intro: str = ""
    nodes: dict[str, RoleNodeText] = {}
    ends: dict[str, RoleEndText] = {}
    stop_say: str = ""
    feedback_true: str = ""
    feedback_false: str = ""
    feedback_right: str = ""
    feedback_wrong: str = ""
    feedback_exact: str = ""
    feedback_loose: str = ""
    feedback_near: str = ""
    feedback_skip: str = ""
    hint: str = ""
    explain: str = ""


class CardText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    say: str = ""
    picture: PictureText | None = None
    ask: QuestionText | None = None
    practice: QuestionText | None = None


class LessonText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shape of an English file."""

    id: str
    title: str = ""
    objective: str = ""
    recap: str = ""
    cards: tuple[CardText, ...] = ()


def lay_over(source: Page, english: Page) -> Page:
    """The English lesson as a page of its own; its faults are those of the laying."""
    laid = Page(english.path, faults=[], lines={}, rows={}, lent=set())
    laid.tree = _Layer(english, laid).value(source.tree, english.tree, (), ())
    return laid


class _Layer:
    """Walks the Vietnamese tree; `key` is a place there, `at` the place in English."""

    def __init__(self, english: Page, laid: Page) -> None:
        self.english = english
        self.laid = laid

    def note(self, key: Key, at: Key) -> None:
        """What stands at a place of the Vietnamese tree stands there in English."""
        self.laid.lines[key] = self.english.line(at)
        if at in self.english.rows:
            self.laid.rows[key] = self.english.rows[at]

    def blame(self, at: Key, message: str, mend: str) -> None:
        self.laid.blame_line(self.english.line(at), "R21", message, mend)

    def value(self, source: Tree, words: Tree, key: Key, at: Key) -> Tree:
        self.note(key, at)
        if not isinstance(source, dict):
            return words if isinstance(words, str) else source
        words = words if isinstance(words, dict) else {}
        asked = self.asked_otherwise(source, words, at)
        found: dict[str, Tree] = {}
        for name, part in source.items():
            there = asked if asked and name in _ASKS else name
            found[name] = self.part(name, part, words.get(there), (*key, name), (*at, there))
        for name in words:
            if name not in source and words[name] and name != asked:
                mend = "remove it, or write it in the Vietnamese file first"
                self.blame((*at, name), f"`{name}` is not in the Vietnamese file", mend)
        return found

    def asked_otherwise(self, source: dict[str, Tree], words: dict[str, Tree], at: Key) -> str:
        """The name under which English has the one question, where it is the other one."""
        ours = [name for name in _ASKS if source.get(name)]
        theirs = [name for name in _ASKS if words.get(name)]
        if len(ours) != 1 or len(theirs) != 1 or ours == theirs:
            return ""
        message = f"`{theirs[0]}` is `{ours[0]}` in the Vietnamese file"
        self.blame((*at, theirs[0]), message, f"write `{ours[0]}:`")
        return theirs[0]

    def part(self, name: str, source: Tree, words: Tree, key: Key, at: Key) -> Tree:
        self.note(key, at)
        if name in _BY_PLACE and isinstance(source, list):
            return self.by_place(name, source, words, key, at)
        if name in _BY_ID and isinstance(source, list):
            return self.by_id(source, words, key, at)
        if name in _NESTED and isinstance(source, dict):
            return self.value(source, words, key, at)
        if name in _BY_KEY and isinstance(source, dict):
            return self.by_key(source, words, key, at)
        if name in TEXTS and source:
            if isinstance(words, str) and words.strip():
                return words
            self.laid.lent.add(key)
            self.blame(at, f"no English for {_place(key)}", f"add `{name}:` in English")
        return source

    def by_place(self, name: str, source: list[Tree], words: Tree, key: Key, at: Key) -> Tree:
        words = words if isinstance(words, list) else []
        if len(words) != len(source):
            message = f"{_place(key)} has {len(words)} in English, {len(source)} in Vietnamese"
            self.blame(at, message, f"write the same number of {name}")
            self.laid.lent.add(key)
            return source
        found: list[Tree] = []
        for index, (part, word) in enumerate(zip(source, words, strict=True)):
            found.append(self.value(part, word, (*key, index), (*at, index)))
        return found

    def by_key(self, source: dict[str, Tree], words: Tree, key: Key, at: Key) -> Tree:
        words = words if isinstance(words, dict) else {}
        found: dict[str, Tree] = {}
        strange = [name for name in words if name not in source]
        lacking = [name for name in source if name not in words]
        renamed = strange[0] if len(strange) == len(lacking) == 1 else ""
        for name, part in source.items():
            here = (*key, name)
            there = name if name in words else renamed
            if there:
                found[name] = self.value(part, words[there], here, (*at, there))
            else:
                self.laid.lines[here] = self.english.line(at)
                self.laid.lent.add(here)
                self.blame(at, f"no English for `{name}` in {_place(key)}", f"add `{name}:`")
                found[name] = part
        for name in words:
            if name not in source:
                message = f"`{name}` is not in the Vietnamese file"
                mend = f"write {lacking[0]}" if renamed else "remove it, or use its key there"
                self.blame((*at, name), message, mend)
        return found

    def by_id(self, source: list[Tree], words: Tree, key: Key, at: Key) -> Tree:
        places = self.places(words, at)
        renamed = self.renamed(source, words, places, at)
        found: list[Tree] = []
        for index, part in enumerate(source):
            here = (*key, index)
            name = part.get("id") if isinstance(part, dict) else None
            place = places.pop(name, renamed) if isinstance(name, str) else None
            if place is None or not isinstance(words, list):
                self.laid.lines[here] = self.english.line(at)
                self.laid.lent.add(here)
                self.blame(at, f"no English for `{name}` in {_place(key)}", f"add `id: {name}`")
                found.append(part)
            else:
                found.append(self.value(part, words[place], here, (*at, place)))
        for name, place in places.items():
            message = f"`{name}` is not in the Vietnamese file"
            self.blame((*at, place), message, "remove it, or use the id of the Vietnamese file")
        return found

    def renamed(
        self, source: list[Tree], words: Tree, places: dict[str, int], at: Key
    ) -> int | None:
        """The place of the one id that is written otherwise in English: told once, there."""
        ids = [part.get("id") for part in source if isinstance(part, dict)]
        lacking = [name for name in ids if isinstance(name, str) and name not in places]
        strange = [name for name in places if name not in ids]
        same = isinstance(words, list) and len(words) == len(source)
        if not same or len(lacking) != 1 or len(strange) != 1:
            return None
        message = f"`{strange[0]}` is not in the Vietnamese file"
        place = places.pop(strange[0])
        self.blame((*at, place), message, f"write {lacking[0]}")
        return place

    def places(self, words: Tree, at: Key) -> dict[str, int]:
        """Where each id stands in the English list; a second one of the same id is a fault."""
        found: dict[str, int] = {}
        for index, word in enumerate(words if isinstance(words, list) else []):
            name = str(word.get("id")) if isinstance(word, dict) else ""
            if name in found:
                message, mend = f"the id `{name}` is used twice", "give each its own id"
                self.laid.blame_line(self.english.line((*at, index)), "id", message, mend)
            found[name] = index
        return found


def _place(key: Key) -> str:
    return "`" + ".".join(str(part + 1 if isinstance(part, int) else part) for part in key) + "`"
