"""What people say, by what they mean: the examples of `wording/examples/`, from which
`tests.conversation.learning` learns."""

from collections import defaultdict
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, NamedTuple

import yaml

from bot.conversation.folding import fold
from bot.conversation.reading_learnt import DONE, answer_of
from bot.conversation.vocabulary import Vocabulary
from lessons.model import Library
from tests.play import ROOT

WORDING = ROOT / "bot" / "conversation" / "wording"
EXAMPLES = WORDING / "examples"
OTHER, TALK = "other", "none"


class Saying(NamedTuple):
    """One example. meaning: a wish, "!" and a danger, OTHER; or "=" and an answer."""

    meaning: str
    text: str


def read(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load((EXAMPLES / name).read_text("utf-8"), yaml.CBaseLoader)
    return loaded


def checksum() -> str:
    """What `Learnt.examples` must be for these examples."""
    files = sorted(EXAMPLES.glob("*.yaml"))
    return sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def sayings(vocab: Vocabulary) -> Iterator[Saying]:
    wishes = read("wishes.yaml")
    for meaning, lines in wishes.items():
        yield from (Saying(meaning, line) for line in lines.splitlines())
    for entries in vocab.wishes.values():
        # A wish without examples is left to the rules, and to them alone.
        told = ((meaning if meaning in wishes else OTHER, full) for meaning, full in entries)
        yield from (Saying(meaning, " ".join(full)) for meaning, full in told)
    for danger, lines in read("cries.yaml").items():
        meaning = OTHER if danger == TALK else f"!{danger}"
        yield from (Saying(meaning, line) for line in lines.splitlines())
    for label, lines in read("answers.yaml").items():
        told = f"={fold(label)}"
        yield from (Saying(told, line) for line in (label, *lines.splitlines()))
    for statement, sides in read("truths.yaml").items():
        for side, lines in sides.items():
            told = f"={answer_of(statement, side)}"
            yield from (Saying(told, line) for line in lines.splitlines())
    for outcome, lines in read("tasks.yaml").items():
        yield from (Saying(f"={answer_of(DONE, outcome)}", line) for line in lines.splitlines())


def rivals(library: Library) -> dict[str, set[str]]:
    """For each answer all answers to the same questions."""
    asked = [labels for question in _questions(library) for labels in _labels(question)]
    asked += [
        {answer_of(one, side) for side in sides} for one, sides in read("truths.yaml").items()
    ]
    asked.append({answer_of(DONE, outcome) for outcome in read("tasks.yaml")})
    found: defaultdict[str, set[str]] = defaultdict(set)
    for labels in asked:
        for label in labels:
            found[f"={label}"] |= {f"={other}" for other in labels}
    return found


def _questions(library: Library) -> Iterator[Any]:
    for lessons in library.lessons.values():
        for lesson in lessons.values():
            for card in lesson.cards:
                yield card.question
                yield from getattr(card.question, "nodes", {}).values()


def _labels(question: Any) -> Iterator[set[str]]:
    """What is shown together with keys: options, steps, each side of the pairs."""
    for name in ("options", "choices", "answers"):
        yield {fold(one.text) for one in getattr(question, name, ())}
    yield {fold(one.line) for one in getattr(question, "message", ())}
    yield {fold(step) for step in getattr(question, "steps", ())}
    for side in ("left", "right"):
        yield {fold(getattr(pair, side)) for pair in getattr(question, "pairs", ())}
