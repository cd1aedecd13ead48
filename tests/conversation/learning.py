"""`make learn`: weighs anew what people say, after a change of the examples.

Reads `bot/conversation/wording/examples/`, finds by linear support vectors how much each part
of a saying speaks for each meaning, and writes `bot/conversation/wording/learnt.bin`; some ten
seconds. What may be meant anywhere (a wish, a danger) is learnt against all else that is said;
an answer against the others to its question and against what is said anywhere. The numbers
here were found on sayings that are no examples (docs/decisions/0018-learnt-from-examples.md).
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from hashlib import sha256
from math import log
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from bot.conversation.folding import fold
from bot.conversation.reading_learnt import (
    DONE,
    RARITY,
    Answer,
    Learnt,
    answer_of,
    packed,
    parts_of,
)
from bot.conversation.vocabulary import Vocabulary
from lessons.model import Library
from tests.play import ROOT, shelf

WORDING = ROOT / "bot" / "conversation" / "wording"
EXAMPLES = WORDING / "examples"
OTHER, TALK = "other", "none"
_LARGEST = 127
_LEAST_WEIGHT = 3  # of 127; less is noise and takes room
_STRICT, _STRICT_ANSWERS = 0.5, 0.5  # how much an example on the wrong side costs
_EVEN = 0.6  # 0: each example counts the same; 1: each meaning does
_ANSWERS_AS_OTHER = 0.1  # what an answer counts as an example of no wish
_RIVAL = 3.0  # what an answer and its rivals count beside one saying of another kind


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


def learn(said: list[Saying], asked: dict[str, set[str]], vocab: Vocabulary) -> Learnt:
    # Only here: nothing else of hocvuso needs it.
    import numpy as np
    from scipy.sparse import csr_matrix
    from sklearn.preprocessing import normalize
    from sklearn.svm import LinearSVC

    every = [parts_of(one.text, vocab) for one in said]
    seen = Counter(part for parts in every for part in parts)
    parts = sorted(part for part, times in seen.items() if times > 1)
    places = {part: at for at, part in enumerate(parts)}
    rarity = [
        min(255, round(RARITY * (1 + log((len(said) + 1) / (seen[part] + 1))))) for part in parts
    ]
    cells = [
        (row, places[part]) for row, each in enumerate(every) for part in each if part in places
    ]
    rows, columns = np.array(cells).T
    table = csr_matrix(
        ([rarity[at] for at in columns], (rows, columns)), (len(said), len(parts)), dtype=float
    )
    table = normalize(table)
    named = np.array([one.meaning for one in said])
    answers = np.char.startswith(named, "=")

    meanings = np.where(answers, OTHER, named)
    count = Counter(meanings.tolist())
    usual = len(said) / len(count)
    even = {meaning: (usual / many) ** _EVEN for meaning, many in count.items()}
    machine = LinearSVC(C=_STRICT, class_weight=even, random_state=0)
    machine.fit(table, meanings, sample_weight=np.where(answers, _ANSWERS_AS_OTHER, 1.0))
    scale, whole = zip(*map(_whole, machine.coef_), strict=True)

    def one_answer(answer: str) -> Answer:
        mine = named == answer
        beside = np.isin(named, list(asked.get(answer, {answer})))
        among = mine | beside | ~answers
        weights = np.where(mine | beside, _RIVAL, 1.0)
        single = LinearSVC(C=_STRICT_ANSWERS, random_state=0)
        single.fit(table[among], mine[among], sample_weight=weights[among])
        size, kept = _whole(single.coef_[0])
        at = [n for n, weight in enumerate(kept) if weight]
        return Answer(
            float(single.intercept_[0]),
            size / _LARGEST,
            array("I", at).tobytes(),
            array("b", [kept[n] for n in at]).tobytes(),
        )

    ends, whose, weights = array("I"), bytearray(), array("b")
    for each in zip(*whole, strict=True):
        for meaning, weight in enumerate(each):
            if weight:
                whose.append(meaning)
                weights.append(weight)
        ends.append(len(whose))
    return Learnt(
        checksum(),
        "\n".join(parts),
        bytes(rarity),
        tuple(machine.classes_.tolist()),
        tuple(machine.intercept_.tolist()),
        tuple(one / _LARGEST for one in scale),
        ends.tobytes(),
        bytes(whose),
        weights.tobytes(),
        {name[1:]: one_answer(name) for name in sorted({*named[answers].tolist()})},
    )


def _whole(weights: Iterable[float]) -> tuple[float, list[int]]:
    """The largest weight, and all of them in parts of it; what is nearly nothing is."""
    every = [float(one) for one in weights]
    largest = max(map(abs, every))
    near = [round(_LARGEST * one / largest) for one in every]
    return largest, [one if abs(one) >= _LEAST_WEIGHT else 0 for one in near]


def main() -> None:
    taught = shelf()
    learnt = learn([*sayings(taught.words)], rivals(taught.library), taught.words)
    file: Path = WORDING / "learnt.bin"
    file.write_bytes(packed(learnt))
    print(f"{file.name}: {len(learnt.parts.splitlines())} parts, {file.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
