"""The garden as a drawing: one plant a finished lesson, an empty plot for each other.

Pure: which lessons are done in, SVG out. No letters and no ranking; the words are in the
message beside it. Source: learner-experience.md G1, A4.
"""

from collections.abc import Sequence

_A_ROW = 5
_PLOT_W, _PLOT_H, _EDGE = 120, 160, 20
# Three kinds of flower in turn, so that a bed looks like a bed.
_FLOWERS = ("#E07A5F", "#F2B134", "#8E6BBF")


def draw_garden(grown: Sequence[bool]) -> str:
    """The drawing, 640 wide; its height grows with the rows of five plots."""
    rows = [grown[at : at + _A_ROW] for at in range(0, len(grown), _A_ROW)]
    width = _A_ROW * _PLOT_W + 2 * _EDGE
    height = len(rows) * _PLOT_H + 2 * _EDGE + 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">',
        f'<rect width="{width}" height="{height}" fill="#FFF8E7"/>',
    ]
    for row, plots in enumerate(rows):
        left = (width - len(plots) * _PLOT_W) // 2
        top = _EDGE + row * _PLOT_H
        parts.append(_soil(left - 10, top + _PLOT_H - 42, len(plots) * _PLOT_W + 20))
        for at, is_grown in enumerate(plots):
            middle = left + at * _PLOT_W + _PLOT_W // 2
            number = row * _A_ROW + at
            ground = top + _PLOT_H - 34
            parts.append(_plant(middle, ground, number) if is_grown else _plot(middle, ground))
    parts.append("</svg>")
    return "".join(parts)


def _soil(x: int, y: int, width: int) -> str:
    return f'<rect x="{x}" y="{y}" width="{width}" height="40" rx="20" fill="#8A6648"/>'


def _plot(x: int, y: int) -> str:
    """An empty plot: a little heap of earth, waiting."""
    return (
        f'<ellipse cx="{x}" cy="{y}" rx="40" ry="14" fill="#6E4F36"/>'
        f'<ellipse cx="{x}" cy="{y - 4}" rx="26" ry="8" fill="#9A7656"/>'
    )


def _plant(x: int, y: int, number: int) -> str:
    """A stem with two leaves and a flower."""
    flower = _FLOWERS[number % len(_FLOWERS)]
    top = y - 78 - (number % 3) * 6
    petals = "".join(
        f'<circle cx="{x + dx}" cy="{top + dy}" r="11" fill="{flower}"/>'
        for dx, dy in ((0, -14), (13, -4), (8, 12), (-8, 12), (-13, -4))
    )
    return (
        f'<ellipse cx="{x}" cy="{y}" rx="40" ry="14" fill="#6E4F36"/>'
        f'<path d="M{x} {y} C{x - 4} {y - 30} {x + 4} {y - 50} {x} {top}"'
        ' fill="none" stroke="#3F7D4E" stroke-width="7" stroke-linecap="round"/>'
        f'<path d="M{x} {y - 22} q-34 -2 -38 -30 q32 -2 38 30 Z" fill="#4C9A5B"/>'
        f'<path d="M{x} {y - 34} q32 -4 34 -32 q-30 0 -34 32 Z" fill="#5BAE6B"/>'
        f'{petals}<circle cx="{x}" cy="{top}" r="9" fill="#FFE9A8"/>'
    )
