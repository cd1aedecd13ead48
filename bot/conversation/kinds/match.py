"""MATCH: link pairs, asked as one small choice for each left side.

Pairs become choices on every channel (curriculum.md 2.2), so there is one form to learn;
told in words («ét là sắc, ép là huyền») they may come in any order. The last pair goes in
by itself; the whole is marked at the end.
"""

from bot.conversation.kinds.base import (
    Asked,
    Asking,
    Marked,
    Outcome,
    Picked,
    shuffled,
)
from bot.conversation.replies import Option
from bot.conversation.understand import Choice, read_numbers, read_pairs

_OPEN = "-"  # in `picked`: a left side that is still asked, before one that is not


def show(asking: Asking) -> Asked:
    picked = _picked(asking)
    pairs = asking.question.pairs
    lines = [asking.text(asking.question.prompt)]
    lines += [
        f"{asking.text(pairs[left].left)} – {asking.text(pairs[right].right)} ✓"
        for left, right in sorted(picked.items())
    ]
    lines.append(asking.words("match.which", left=asking.text(pairs[_open(asking)[0]].left)))
    options = tuple(Option(str(right), asking.text(pairs[right].right)) for right in _left(asking))
    return Asked("\n".join(lines), options)


def choose(asking: Asking, option_id: str) -> Outcome | None:
    left = _left(asking)
    if not option_id.isdigit() or int(option_id) not in left:
        return None
    return _with(asking, {_open(asking)[0]: int(option_id)})


def hear(asking: Asking, text: str) -> Outcome | None:
    left = _left(asking)
    vocab = asking.world.shelf.words
    numbers = read_numbers(text, vocab, len(left)) or ()
    if len(numbers) > 1:
        told = zip(_open(asking), (left[n - 1] for n in numbers), strict=False)
        return _with(asking, dict(told))
    pairs = asking.question.pairs
    lefts = tuple(Choice(str(n), asking.text(pairs[n].left)) for n in range(len(pairs)))
    rights = tuple(Choice(str(n), asking.text(pairs[n].right)) for n in _every(asking))
    read = {int(one): int(right) for one, right in read_pairs(text, lefts, rights, vocab).items()}
    return _with(asking, read) if read else None


def answer(asking: Asking) -> str:
    pairs = asking.question.pairs
    return "; ".join(f"{asking.text(p.left)} – {asking.text(p.right)}" for p in pairs)


def _picked(asking: Asking) -> dict[int, int]:
    """What has been picked so far: "2,-,0" is a right side for the first and the third."""
    picked = enumerate(asking.place.picked.split(","))
    return {left: int(right) for left, right in picked if right.isdigit()}


def _open(asking: Asking) -> list[int]:
    """The left sides that are still asked."""
    picked = _picked(asking)
    return [left for left in range(len(asking.question.pairs)) if left not in picked]


def _every(asking: Asking) -> tuple[int, ...]:
    return shuffled(len(asking.question.pairs), f"{asking.learner.id}/{asking.item}")


def _left(asking: Asking) -> list[int]:
    picked = _picked(asking).values()
    return [right for right in _every(asking) if right not in picked]


def _with(asking: Asking, more: dict[int, int]) -> Outcome:
    """With what was told now; a right side that is told anew leaves where it was."""
    before = {left: right for left, right in _picked(asking).items() if right not in more.values()}
    picked = {**before, **more}
    pairs = asking.question.pairs
    still = [left for left in range(len(pairs)) if left not in picked]
    if len(still) > 1:
        last = max(picked, default=-1)
        return Picked(",".join(str(picked.get(left, _OPEN)) for left in range(last + 1)))
    for left in still:
        picked[left] = next(right for right in _every(asking) if right not in picked.values())
    # Two pairs may share a right side: what is read is the words, not the position.
    right = all(pairs[n].right == pairs[chosen].right for n, chosen in picked.items())
    feedback = asking.question.feedback_right if right else asking.question.feedback_wrong
    return Marked(right, asking.text(feedback))
