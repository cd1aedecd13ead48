"""`make learn`: weighs anew what people say, after a change of the examples.

Reads `bot/conversation/wording/examples/`, finds by linear support vectors how much each part
of a saying speaks for each meaning, and writes `bot/conversation/wording/learnt.bin`; half a
minute. What may be meant anywhere (a wish, a danger) is learnt against all else that is said;
an answer against the others to its question and against what is said anywhere. The numbers
here were found on sayings that are no examples (docs/decisions/0018-learnt-from-examples.md).
"""

from array import array
from collections import Counter
from collections.abc import Iterable
from math import log
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

from bot.conversation.reading_learnt import RARITY, Answer, Learnt, packed, parts_of
from bot.conversation.vocabulary import Vocabulary
from tests.conversation.examples import OTHER, WORDING, Saying, checksum, rivals, sayings
from tests.play import shelf

_LARGEST = 127
_LEAST_WEIGHT = 3  # of 127; less is noise and takes room
_STRICT, _STRICT_ANSWERS = 0.5, 0.5  # how much an example on the wrong side costs
_EVEN = 0.6  # 0: each example counts the same; 1: each meaning does
_ANSWERS_AS_OTHER = 0.1  # what an answer counts as an example of no wish
_RIVAL = 3.0  # what an answer and its rivals count beside one saying of another kind


def learn(said: list[Saying], asked: dict[str, set[str]], vocab: Vocabulary) -> Learnt:
    """Everything that is known of the sayings. asked: `rivals`."""
    parts, rarity, table = _weighed([parts_of(one.text, vocab) for one in said])
    named = np.array([one.meaning for one in said])
    answers = np.char.startswith(named, "=")
    meanings = np.where(answers, OTHER, named)
    count = Counter(meanings.tolist())
    usual = len(said) / len(count)
    even = {meaning: (usual / many) ** _EVEN for meaning, many in count.items()}
    machine = LinearSVC(C=_STRICT, class_weight=even, random_state=0)
    machine.fit(table, meanings, sample_weight=np.where(answers, _ANSWERS_AS_OTHER, 1.0))
    scale, whole = zip(*map(_whole, machine.coef_), strict=True)
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
        {
            name[1:]: _answer(table, named, name, asked)
            for name in sorted({*named[answers].tolist()})
        },
    )


def _weighed(every: list[set[str]]) -> tuple[list[str], list[int], csr_matrix]:
    """The parts that stand in two sayings or more, their rarity, and a row for each saying."""
    seen = Counter(part for parts in every for part in parts)
    parts = sorted(part for part, times in seen.items() if times > 1)
    places = {part: at for at, part in enumerate(parts)}
    rarity = [
        min(255, round(RARITY * (1 + log((len(every) + 1) / (seen[part] + 1))))) for part in parts
    ]
    cells = [
        (row, places[part]) for row, each in enumerate(every) for part in each if part in places
    ]
    rows, columns = np.array(cells).T
    much = [rarity[at] for at in columns]
    table = csr_matrix((much, (rows, columns)), (len(every), len(parts)), dtype=float)
    return parts, rarity, normalize(table)


def _answer(table: csr_matrix, named: np.ndarray, name: str, asked: dict[str, set[str]]) -> Answer:
    """One answer against its rivals and what is said anywhere."""
    mine = named == name
    beside = np.isin(named, list(asked.get(name, {name})))
    answers = np.char.startswith(named, "=")
    among = mine | beside | ~answers
    weights = np.where(mine | beside, _RIVAL, 1.0)
    machine = LinearSVC(C=_STRICT_ANSWERS, random_state=0)
    machine.fit(table[among], mine[among], sample_weight=weights[among])
    scale, kept = _whole(machine.coef_[0])
    at = [n for n, weight in enumerate(kept) if weight]
    return Answer(
        float(machine.intercept_[0]),
        scale / _LARGEST,
        array("I", at).tobytes(),
        array("b", [kept[n] for n in at]).tobytes(),
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
