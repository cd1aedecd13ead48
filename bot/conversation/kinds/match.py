"""MATCH: link pairs, asked as one small choice for each left side.

Pairs become choices on every channel (curriculum.md 2.2), so there is one form to
learn. The last pair goes in by itself; the whole is marked at the end.
"""

from bot.conversation.kinds.base import (
    Asked,
    Asking,
    Marked,
    Outcome,
    Picked,
    joined,
    parts,
    shuffled,
)
from bot.conversation.replies import Option
from bot.conversation.understand import read_numbers


def show(asking: Asking) -> Asked:
    picked = parts(asking.place.picked)
    pairs = asking.question.pairs
    lines = [asking.text(asking.question.prompt)]
    lines += [
        f"{asking.text(pairs[left].left)} – {asking.text(pairs[right].right)} ✓"
        for left, right in enumerate(picked)
    ]
    lines.append(asking.words("match.which", left=asking.text(pairs[len(picked)].left)))
    options = tuple(Option(str(right), asking.text(pairs[right].right)) for right in _left(asking))
    return Asked("\n".join(lines), options)


def choose(asking: Asking, option_id: str) -> Outcome | None:
    left = _left(asking)
    if not option_id.isdigit() or int(option_id) not in left:
        return None
    return _with(asking, [int(option_id)])


def hear(asking: Asking, text: str) -> Outcome | None:
    left = _left(asking)
    numbers = read_numbers(text, asking.world.shelf.words, len(left))
    if numbers is None or len(numbers) < 2:
        return None
    return _with(asking, [left[n - 1] for n in numbers])


def answer(asking: Asking) -> str:
    pairs = asking.question.pairs
    return "; ".join(f"{asking.text(p.left)} – {asking.text(p.right)}" for p in pairs)


def _left(asking: Asking) -> list[int]:
    picked = parts(asking.place.picked)
    every = shuffled(len(asking.question.pairs), f"{asking.learner.id}/{asking.item}")
    return [right for right in every if right not in picked]


def _with(asking: Asking, more: list[int]) -> Outcome:
    picked = parts(asking.place.picked) + more
    missing = [right for right in _left(asking) if right not in more]
    if len(missing) > 1:
        return Picked(joined(picked))
    picked += missing
    pairs = asking.question.pairs
    # Two pairs may share a right side: what is read is the words, not the position.
    right = all(pairs[n].right == pairs[chosen].right for n, chosen in enumerate(picked))
    feedback = asking.question.feedback_right if right else asking.question.feedback_wrong
    return Marked(right, asking.text(feedback))
