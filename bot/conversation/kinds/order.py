"""ORDER: put steps in order, one press a step, or all at once: «2 1 3», «bấm nguồn rồi vuốt lên».

The steps are shuffled by learner and item, so that the same learner sees the same
order again. The last step goes in by itself. The first wrong place is told.
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
from bot.conversation.understand import Choice, read_numbers, read_steps


def show(asking: Asking) -> Asked:
    picked = parts(asking.place.picked)
    lines = [asking.text(asking.question.prompt)]
    lines += [
        f"{n}. {asking.text(asking.question.steps[step])} ✓" for n, step in enumerate(picked, 1)
    ]
    key = "order.first" if not picked else "order.next"
    lines.append(asking.words(key))
    options = tuple(
        Option(str(step), asking.text(asking.question.steps[step])) for step in _left(asking)
    )
    return Asked("\n".join(lines), options)


def choose(asking: Asking, option_id: str) -> Outcome | None:
    left = _left(asking)
    if not option_id.isdigit() or int(option_id) not in left:
        return None
    return _with(asking, [int(option_id)])


def hear(asking: Asking, text: str) -> Outcome | None:
    left = _left(asking)
    vocab = asking.world.shelf.words
    numbers = read_numbers(text, vocab, len(left))
    if numbers and len(numbers) > 1:
        return _with(asking, [left[n - 1] for n in numbers])
    # What is picked already may be told again.
    every = [*left, *parts(asking.place.picked)]
    steps = tuple(Choice(str(step), asking.text(asking.question.steps[step])) for step in every)
    told = read_steps(text, steps, vocab)
    if told is None:
        return None
    more = [int(one) for one in told.ids if int(one) in left]
    return _with(asking, more) if more else Picked(asking.place.picked, _one_by_one(asking))


def _one_by_one(asking: Asking) -> str:
    return asking.words("order.one_by_one")


def answer(asking: Asking) -> str:
    return " → ".join(asking.text(step) for step in asking.question.steps)


def _left(asking: Asking) -> list[int]:
    picked = parts(asking.place.picked)
    every = shuffled(len(asking.question.steps), f"{asking.learner.id}/{asking.item}")
    return [step for step in every if step not in picked]


def _with(asking: Asking, more: list[int]) -> Outcome:
    picked = parts(asking.place.picked) + more
    missing = [step for step in _left(asking) if step not in more]
    if len(missing) > 1:
        return Picked(joined(picked))
    picked += missing
    wrong = next((n for n, step in enumerate(picked) if step != n), None)
    question = asking.question
    if wrong is None:
        return Marked(True, asking.text(question.feedback_right))
    told = asking.words("order.wrong_at", n=wrong + 1)
    return Marked(False, f"{asking.text(question.feedback_wrong)} {told}")
