"""The line of a YAML slip as a person would point at it.

libyaml names the place where it could not go on; an unclosed quote or bracket is
noticed lines later. In: the text and its error. Out: the line to look at, from 1.
"""

from collections.abc import Iterator

import yaml


def slip_line(text: str, error: yaml.YAMLError) -> int:
    """The line on which the slip was most likely made."""
    problem = _line(getattr(error, "problem_mark", None))
    context = _line(getattr(error, "context_mark", None))
    what = str(getattr(error, "context", "") or "")
    if "escape" in str(getattr(error, "problem", "")):
        return problem or 1
    if "quoted scalar" in what or "simple key" in what:
        return context or problem or 1
    mark = getattr(error, "problem_mark", None)
    before = [token for token in _scanned(text) if mark and token.start_mark.index < mark.index]
    if before and (_is_quoted_over_lines(before[-1]) or "flow" in what):
        return _starts(before[-1])
    if "scanning" in what:
        return problem or context or 1
    return _outdented(text.splitlines(), problem or context or 1)


def _outdented(lines: list[str], problem: int) -> int:
    """The line itself, or the one above it when that one alone stands too far left."""
    above = [at for at in range(1, problem) if lines[at - 1].strip()]
    if len(above) < 2 or problem > len(lines):
        return problem
    depth = _depth(lines[problem - 1])
    if _depth(lines[above[-1] - 1]) < depth:
        around = [_depth(lines[at - 1]) for at in above[:-1] if _depth(lines[at - 1]) <= depth]
        if around and around[-1] == depth:
            return above[-1]
    return problem


def _depth(line: str) -> int:
    """Where the name on a line begins; `- ` counts as indentation."""
    return len(line) - len(line.lstrip(" -"))


def _scanned(text: str) -> Iterator[yaml.Token]:
    """The tokens up to where reading stops."""
    try:
        yield from yaml.scan(text, Loader=yaml.CBaseLoader)
    except yaml.YAMLError:
        return


def _is_quoted_over_lines(token: yaml.Token) -> bool:
    """A quote closed on another line: in a lesson it was forgotten where it began."""
    is_text = isinstance(token, yaml.ScalarToken) and token.style in ("'", '"')
    return is_text and token.end_mark.line > token.start_mark.line


def _starts(token: yaml.Token) -> int:
    return int(token.start_mark.line) + 1


def _line(mark: yaml.Mark | None) -> int | None:
    return int(mark.line) + 1 if mark is not None else None
