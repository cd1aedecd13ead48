"""R24: the right option is not given away by its length or by where it stands."""

from collections import Counter
from collections.abc import Iterator

from lessons.page import Key, Tree
from lessons.rules.script import Finding, Script, count_words, options_of

_LONGEST_SHARE = 0.6
_FEWEST_TO_COMPARE = 3


def _right(options: list[dict[str, Tree]]) -> int | None:
    """Where the one correct option stands."""
    found = [index for index, option in enumerate(options) if option.get("correct") is True]
    return found[0] if len(found) == 1 else None


def _is_longest(options: list[dict[str, Tree]], right: int) -> bool:
    lengths = [count_words(str(option.get("text", ""))) for option in options]
    others = lengths[:right] + lengths[right + 1 :]
    return bool(others) and lengths[right] > max(others)


def _choices(script: Script) -> list[tuple[Key, list[dict[str, Tree]], int]]:
    """Every question with options: its place, its options, where the right one stands.

    None while something was refused: what is mended there changes the comparison.
    """
    found = []
    for key, question in script.questions() if script.whole else ():
        options = options_of(question)
        right = _right(options)
        if right is not None:
            found.append((key, options, right))
    return found


def correct_is_not_longest(script: Script) -> Iterator[Finding]:
    """In at most 60 % of a lesson's questions may the right option have the most tiếng."""
    every = _choices(script)
    longest = [(key, right) for key, options, right in every if _is_longest(options, right)]
    if len(longest) <= _LONGEST_SHARE * len(every):
        return
    for key, right in longest:
        message = f"the right option is the longest in {len(longest)} of {len(every)} questions"
        place = (*key, "options", right, "text")
        yield Finding(place, "R24", message, "shorten it, or make another longer", "warning")


def correct_moves_about(script: Script) -> Iterator[Finding]:
    """Three questions or more do not all have their right option at the same place."""
    every = _choices(script)
    stands = Counter(right for _, _, right in every)
    if len(every) < _FEWEST_TO_COMPARE or len(stands) > 1:
        return
    key, _, right = every[-1]
    message = f"the right option is number {right + 1} in all {len(every)} questions"
    yield Finding((*key, "options"), "R24", message, "put it at another place in some", "warning")
