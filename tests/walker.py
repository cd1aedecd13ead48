"""A learner who knows nothing but what is shown: reads the last question and its keys, and
answers as the lessons teach; in a role play goes every way once, by playing again.

In: the words and keys that a channel showed. Out: which key, or what to type.
"""

import re
from collections.abc import Iterator, Sequence

from bot.conversation.speech import fill
from lessons.model import (
    Choose,
    FindTheFake,
    Match,
    Order,
    Question,
    RealTask,
    RolePlay,
    TrueFalse,
    TypeText,
)
from tests.conversation.test_courses import ways
from tests.play import shelf

AGAIN = {"Tập lại", "Play again"}
BACK = {"Tiếp", "Next"}
_NUMBERED = re.compile(r"^(\d+)[ .)]+(.+)$", re.MULTILINE)


class Walker:
    """ended: the ends of role plays that were reached, by lesson."""

    def __init__(self, language: str, pronouns: str = "bac") -> None:
        self.language, self.pronouns = language, pronouns
        self.lessons = shelf().library.lessons[language]
        self.ended: dict[str, set[str]] = {}
        self._todo: dict[str, list[tuple[str, ...]]] = {}
        self._way: list[str] = []

    def typed(self, text: str) -> str | None:
        """What is to be typed, where a phrase is asked for."""
        for question, _ in self._questions():
            if isinstance(question, TypeText) and self.said(question.prompt) in text:
                return question.target
        return None

    def pick(self, text: str, labels: Sequence[str]) -> int:
        """The key to press: the right one of a question, the first one elsewhere."""
        for question, lesson in self._questions():
            found = self._answer(question, lesson, text, labels)
            if found is not None:
                return found
        return 0

    def _answer(
        self, question: Question, lesson: str, text: str, labels: Sequence[str]
    ) -> int | None:
        plain = [label.removesuffix(" ✓") for label in labels]
        match question:
            case Choose() if self.said(question.prompt) in text:
                right = next(one.text for one in question.options if one.correct)
                return plain.index(self.said(right))
            case TrueFalse() if self.said(question.prompt) in text:
                return 0 if question.answer else 1
            case Order() if self.said(question.prompt) in text:
                steps = [self.said(step) for step in question.steps]
                return min(range(len(plain)), key=lambda n: steps.index(plain[n]))
            case Match() if self.said(question.prompt) in text:
                pairs = [(self.said(one.left), self.said(one.right)) for one in question.pairs]
                if not set(plain) <= {right for _, right in pairs}:
                    return None  # another lesson asks in the same words
                asked = re.findall("[«“](.+?)[»”]", text.rpartition("✓")[2])
                return next(plain.index(right) for left, right in pairs if left in asked)
            case FindTheFake() if self.said(question.prompt) in text:
                lines = {one.id: self.said(one.line) for one in question.message}
                left = [lines[one] for one in question.flags if lines[one] in labels]
                return plain.index(left[0]) if left else len(labels) - 1
            case RealTask() if self.said(question.prompt) in text:
                return [one.id for one in question.answers].index("done")
            case RolePlay():
                return self._played(question, lesson, text, labels)
        return None

    def _played(self, play: RolePlay, lesson: str, text: str, labels: Sequence[str]) -> int | None:
        if AGAIN & set(labels):
            if not any(self.said(end.say) in text for end in play.ends.values()):
                return None
            left = self._todo.get(lesson)
            return list(labels).index(next(iter((AGAIN if left else BACK) & set(labels))))
        for node in play.nodes.values():
            if not any(self.said(one) in text for one in (node.them, node.them_again) if one):
                continue
            if not self._way:
                todo = self._todo.setdefault(lesson, list(ways(play, play.start)))
                *self._way, end = todo.pop(0)
                self.ended.setdefault(lesson, set()).add(end)
            wanted = self._way.pop(0)
            return [one.id for one in node.choices].index(wanted)
        return None

    def _questions(self) -> Iterator[tuple[Question, str]]:
        for lesson in self.lessons.values():
            for card in lesson.cards:
                if card.question is not None:
                    yield card.question, lesson.id

    def said(self, raw: str) -> str:
        """A text of a lesson as this learner sees it."""
        return fill(raw, self.pronouns)


def full_labels(text: str, keys: Sequence[str]) -> list[str]:
    """The labels of keys; where one bears only its first words, the line that it stands for."""
    lines = dict(_NUMBERED.findall(text))
    return [lines.get(key.split(" ")[0], re.sub(r"^\d+ ", "", key)) for key in keys]
