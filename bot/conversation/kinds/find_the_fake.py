"""FIND_THE_FAKE: pick the line that gives a message away, or all of them.

One line to find: one press. Several: presses mark lines and «Xong» ends it, or the
numbers or words at once, «1 3», «hai câu cuối». A part of the right lines is nearly right:
those stay picked and what is missing is named.
"""

from bot.conversation.kinds.base import (
    Asked,
    Asking,
    Marked,
    Nearly,
    Outcome,
    Picked,
    joined,
    parts,
)
from bot.conversation.replies import Option
from bot.conversation.understand import Choice, is_in_doubt, read_lines, read_numbers

DONE = "done"


def show(asking: Asking) -> Asked:
    picked = parts(asking.place.picked)
    options = [
        Option(line.id, asking.text(line.line) + (" ✓" if n in picked else ""))
        for n, line in enumerate(asking.question.message)
    ]
    text = asking.text(asking.question.prompt)
    if _several(asking):
        options.append(Option(DONE, asking.words("option.done")))
        numbers = ", ".join(str(n + 1) for n in picked)
        key = "find_the_fake.picked" if picked else "find_the_fake.how"
        text += "\n" + asking.words(key, numbers=numbers)
    return Asked(text, tuple(options))


def choose(asking: Asking, option_id: str) -> Outcome | None:
    picked = parts(asking.place.picked)
    if option_id == DONE and _several(asking):
        if not picked:
            return Picked("", asking.words("find_the_fake.none"))
        return _marked(asking, set(picked))
    at = next((n for n, one in enumerate(asking.question.message) if one.id == option_id), None)
    if at is None:
        return None
    if not _several(asking):
        return _marked(asking, {at})
    toggled = [n for n in picked if n != at] if at in picked else sorted([*picked, at])
    return Picked(joined(toggled))


def hear(asking: Asking, text: str) -> Outcome | None:
    """Several lines in one message, by numbers or by their words."""
    if not _several(asking):
        return None
    count = len(asking.question.message)
    vocab = asking.world.shelf.words
    lines = tuple(
        Choice(str(n), asking.text(one.line)) for n, one in enumerate(asking.question.message)
    )
    if is_in_doubt(text, lines, vocab):
        return None
    told = read_lines(text, lines, vocab)
    if told is None:
        numbers = read_numbers(text, vocab, count) or ()
        return _marked(asking, {n - 1 for n in numbers}) if len(numbers) > 1 else None
    named = {int(one) for one in told.ids}
    if told.whole:
        return _marked(asking, named)
    return Picked(joined(sorted(named | set(parts(asking.place.picked)))))


def answer(asking: Asking) -> str:
    return _quoted(asking, _flagged(asking))


def press(asking: Asking) -> Option | None:
    if _several(asking):
        return None
    line = asking.question.message[min(_flagged(asking))]
    return Option(line.id, asking.text(line.line))


def _several(asking: Asking) -> bool:
    return len(asking.question.flags) > 1


def _flagged(asking: Asking) -> set[int]:
    flags = asking.question.flags
    return {n for n, line in enumerate(asking.question.message) if line.id in flags}


def _quoted(asking: Asking, which: set[int]) -> str:
    lines = asking.question.message
    return ", ".join(f"«{asking.text(lines[n].line).rstrip('.')}»" for n in sorted(which))


def _marked(asking: Asking, picked: set[int]) -> Outcome:
    flagged = _flagged(asking)
    if picked == flagged:
        return Marked(True, asking.text(asking.question.feedback_right))
    if picked < flagged:
        nearly = asking.words("find_the_fake.nearly", missing=_quoted(asking, flagged - picked))
        if not asking.place.tries:
            return Nearly(nearly, joined(sorted(picked)))
        return Marked(False, nearly)
    return Marked(False, asking.text(asking.question.feedback_wrong))
