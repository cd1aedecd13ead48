"""What a course is made of: pure data, read from YAML by `lessons.loader`.

A course holds lessons, a lesson holds cards, and a card is one of: something said
(`say`), a picture, a question inside the lesson (`ask`), or the lesson's one
exercise (`practice`). An *item* is what can be asked and remembered: the card's id
names it, and the whole name is `lesson/card` ("L0105/q1").

Adding a field here changes the YAML that teachers may write and the exported JSON
Schema; adding a question kind is one struct here and one file in
`bot/conversation/kinds`.

Source: curriculum.md sections 2 and 5.
"""

from datetime import date
from functools import cached_property
from typing import ClassVar, Literal

import msgspec

Id = str


class Option(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to choose. `feedback` gives the reason, right or wrong."""

    id: Id
    text: str
    correct: bool = False
    feedback: str = ""


class Pair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    left: str
    right: str


class Choose(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="CHOOSE"):
    """Pick one of two to four options; exactly one is correct."""

    prompt: str
    options: tuple[Option, ...]
    hint: str = ""
    explain: str = ""


class TrueFalse(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="TRUE_FALSE"):
    """Say whether a statement holds."""

    prompt: str
    answer: bool
    feedback_true: str
    feedback_false: str
    hint: str = ""
    explain: str = ""


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="ORDER"):
    """Put three to five steps in order. `steps` stand in the right order here."""

    prompt: str
    steps: tuple[str, ...]
    feedback_right: str
    feedback_wrong: str
    hint: str = ""
    explain: str = ""
    milestone: str | None = None


class Match(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="MATCH"):
    """Link each left side with its right side (two to four pairs)."""

    prompt: str
    pairs: tuple[Pair, ...]
    feedback_right: str
    feedback_wrong: str
    hint: str = ""
    explain: str = ""


class TypeText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="TYPE_TEXT"):
    """Type a phrase. Level 1 takes it without marks, level 2 wants every mark.

    `feedback_loose` and `feedback_near` may use `{{missing}}`: the words to look at
    again. `exact_ascii` is for addresses: no near miss is taken.
    Source: curriculum.md 2.1.
    """

    prompt: str
    target: str
    feedback_exact: str
    feedback_loose: str
    feedback_near: str
    feedback_skip: str
    accept: tuple[str, ...] = ()
    level: int = 1
    focus: tuple[str, ...] = ()
    keys_hint: str = ""
    exact_ascii: bool = False
    hint: str = ""
    explain: str = ""
    milestone: str | None = None


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of a message, as its sender wrote it. quote: a swindler's words (R13)."""

    id: Id
    line: str
    quote: bool = True


class FindTheFake(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="FIND_THE_FAKE"):
    """Pick the line, or all the lines, that give a message away. `flags`: their ids."""

    prompt: str
    message: tuple[Line, ...]
    flags: tuple[Id, ...]
    feedback_right: str
    feedback_wrong: str
    hint: str = ""
    explain: str = ""


class RoleChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to answer the played caller; `go` names the next node or an end."""

    id: Id
    text: str
    go: Id


class RoleNode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One turn of the played caller. `them_again`: other words for it in a replay.

    quote: a swindler's words, which the linter's R13 and R19 pass over.
    """

    them: str
    choices: tuple[RoleChoice, ...]
    them_again: str = ""
    quote: bool = True


class RoleEnd(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a role play came out: safe, stopped in time (near), or lost. `say`: the debrief."""

    result: Literal["safe", "near", "lost"]
    say: str


class RolePlay(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="ROLEPLAY"):
    """Answer a swindler whom the tutor plays, in three to six turns.

    start: the first node's id. replay: whether playing again is offered at the end.
    Source: curriculum.md 2.3.
    """

    hint: ClassVar[str] = ""
    explain: ClassVar[str] = ""

    role: Literal[
        "police_fake", "bank_fake", "relative_fake", "job_fake", "telecom_fake", "prize_fake"
    ]
    intro: str
    start: Id
    nodes: dict[Id, RoleNode]
    ends: dict[Id, RoleEnd]
    stop_say: str
    replay: bool = True


class TaskAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the three ways to say how a task went."""

    id: Literal["done", "later", "help"]
    text: str
    feedback: str


class RealTask(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="REAL_TASK"):
    """Do a thing on the phone, then say how it went: done, later, or a person is needed."""

    prompt: str
    answers: tuple[TaskAnswer, ...]
    hint: str = ""
    explain: str = ""
    milestone: str | None = None


Question = Choose | TrueFalse | Order | Match | TypeText | FindTheFake | RolePlay | RealTask


class Picture(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A drawing, by the name of its asset; `alt` says in words all that it shows."""

    asset: str
    alt: str


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One teaching message or one question: exactly one of the four is set.

    id: short, and never changed later; learners are found again by it. say: one idea, at
    most 50 tiếng. ask: a question on the way. practice: the lesson's one exercise.
    lint_ok: `unit` lets an old place name stand in a sentence with a past date.
    about: on a question, the card that teaches what it asks, where that is not the card
        with `say` right before it.
    """

    id: Id
    about: Id | None = None
    lint_ok: Literal["unit"] | None = None
    say: str | None = None
    picture: Picture | None = None
    ask: Question | None = None
    practice: Question | None = None

    @property
    def question(self) -> Question | None:
        """The thing asked here, if this card asks."""
        return self.ask or self.practice


class Lesson(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """Three to five minutes that end in something the learner can do.

    objective: what the learner can do afterwards. minutes: 3 to 5. recap: the main points,
    at most 40 tiếng. requires: lessons that come before. core: one that everybody learns.
    review: cards whose questions are asked again on later days. draft: still being
    written; it is checked and previewed, and taught to nobody. lint_ok: as on a card, for
    title, objective and recap. facts: keys of facts.yaml that the lesson rests on.
    """

    id: Id
    course: Id
    title: str
    objective: str
    minutes: int
    cards: tuple[Card, ...]
    recap: str
    requires: tuple[Id, ...] = ()
    core: bool = False
    review: tuple[Id, ...] = ()
    draft: bool = False
    lint_ok: Literal["unit"] | None = None
    facts: tuple[str, ...] = ()

    @cached_property
    def places(self) -> dict[Id, int]:
        """Where each card stands; asked several times a turn."""
        return {card.id: at for at, card in enumerate(self.cards)}

    def card(self, card_id: Id) -> Card | None:
        """The card of that id, or None when it is no longer in the lesson."""
        at = self.places.get(card_id)
        return None if at is None else self.cards[at]

    def taught_by(self, card_id: Id) -> Card | None:
        """The card that teaches what this one asks: the one it names, else the one before."""
        asked = self.card(card_id)
        if asked is not None and asked.about:
            return self.card(asked.about)
        says = None
        for card in self.cards:
            if card.id == card_id:
                break
            says = card if card.say else says
        return says


class LessonName(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row of `index.yaml`: every lesson of the curriculum, written or not."""

    id: Id
    course: Id
    vi: str
    en: str
    objective_vi: str
    objective: str
    minutes: int
    practice: str
    requires: tuple[Id, ...] = ()
    core: bool = False
    facts: tuple[str, ...] = ()


class Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A thing that can change (a number, a rule), with its source and review date.

    `value` None means: not known yet. What a learner sees is `shown_on(day)`.
    Source of the rules: curriculum.md 4.1.
    """

    key: str
    value: str | None
    source: str
    risk: Literal["high", "medium", "low"]
    status: Literal["verified", "rule", "unverified"]
    review_by: date
    as_of: str | None = None
    show: bool = True
    stale: Literal["warn", "fallback"] = "warn"
    fallback: str = ""
    note: str = ""

    @property
    def is_hidden(self) -> bool:
        """Not known or not verified: learners are shown the fallback."""
        return self.value is None or not self.show or self.status == "unverified"

    def shown_on(self, day: date) -> str:
        """What may be printed for a learner on that day: the value, or the fallback."""
        if self.is_hidden or (self.stale == "fallback" and day > self.review_by):
            phone = self.key.startswith(("hotline.", "phone."))
            return self.fallback or ("hỏi công an phường, xã" if phone else "hỏi người hướng dẫn")
        return self.value or ""


class Ward(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A commune-level unit. `code` is the five-digit unit code of July 2025."""

    name: str
    kind: Literal["ward", "commune"]
    code: str


class CourseName(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row of `courses.yaml`: every course of the curriculum, written or not."""

    id: Id
    vi: str
    en: str


class Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A hard word of `glossary.yaml`: plain words for it, its English, plain words in that."""

    vi: str
    en: str
    en_plain: str = ""


class Library(msgspec.Struct, frozen=True, dict=True):
    """Everything there is to teach, as one turn sees it.

    lessons: language ("vi", "en") -> lesson id -> lesson, in teaching order. The two
        languages hold the same ids; texts still carry the slots `{{ban}}`, `{{toi}}`,
        `{{a}}`, `{{da}}` and `{{fact:key}}`.
    index: every lesson named in the curriculum, in order, written or not; courses alike.
    glossary: hard word -> plain words.
    marks, gone: what changed underfoot, see `lessons.changes`.
    """

    lessons: dict[str, dict[Id, Lesson]]
    index: tuple[LessonName, ...] = ()
    facts: dict[str, Fact] = {}
    wards: tuple[Ward, ...] = ()
    courses: tuple[CourseName, ...] = ()
    glossary: dict[str, Term] = {}
    marks: dict[str, dict[str, int]] = {}
    gone: dict[Id, dict[Id, Id]] = {}

    @cached_property
    def taught(self) -> dict[str, dict[Id, list[Lesson]]]:
        """Language -> course -> its lessons; courses and lessons in teaching order."""
        found: dict[str, dict[Id, list[Lesson]]] = {}
        for language, written in self.lessons.items():
            courses = found.setdefault(language, {})
            for lesson in written.values():
                courses.setdefault(lesson.course, []).append(lesson)
        return found

    def lesson(self, language: str, lesson_id: Id) -> Lesson | None:
        """The lesson in that language, in Vietnamese where it lacks, else None."""
        found = self.lessons.get(language, {}).get(lesson_id)
        return found or self.lessons.get("vi", {}).get(lesson_id)
