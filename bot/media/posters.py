"""A volunteer's poster: A4, large and plain, with a QR that leads learners to them.

One layout in millimetres, shown twice: as SVG for the picture in the chat, as PDF for
printing. Leads in: `media/pictures.py` (by name), the web room (`/i/TICKET/poster.pdf`).
"""

import re
from collections.abc import Mapping
from html import escape
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import segno

from bot.conversation.tickets import link_to

WIDTH, HEIGHT = 210.0, 297.0  # A4
_MARGIN = 14.0
_QR = 132.0
_QR_TOP = 62.0
# How wide a letter of DejaVu Sans is at most on average, in parts of its size: what is
# longer than the paper is written smaller.
_LETTER = 0.62
_NAME = re.compile(r"([A-Za-z0-9_-]{22})\|([^|]{1,80})\|([^|]{0,60})")
_QUIET_MODULES = 4  # the white edge that a reader needs


class Poster(NamedTuple):
    """What it says. link: where the QR leads; area: «phường Hồng Gai»; guide: «chị Hoa», or
    "" where the volunteer has left no name."""

    link: str
    area: str
    guide: str


class Line(NamedTuple):
    """One centred line: its baseline and size in millimetres."""

    text: str
    y: float
    size: float
    bold: bool = False


class Square(NamedTuple):
    """A dark stretch of the QR, in millimetres."""

    x: float
    y: float
    width: float
    height: float


def lines(poster: Poster, words: Mapping[str, str]) -> list[Line]:
    """The words from top to bottom. words: the catalog, keys `poster.*`."""
    key = "poster.guide" if poster.guide else "poster.area"
    helper = words[key].replace("{guide}", poster.guide).replace("{area}", poster.area)
    written = [
        Line(words["poster.title"], 38, 17, bold=True),
        Line(words["poster.subtitle"], 55, 8.5),
        Line(words["poster.how"], 208, 8.5, bold=True),
        Line(words["poster.then"], 221, 8.5),
        Line(helper, 238, 10, bold=True),
        Line(poster.link, 252, 5.5),
        Line(words["poster.warning"], 270, 7.5, bold=True),
        Line(words["poster.class"], 282, 5.5),
    ]
    return [line._replace(size=min(line.size, _fitting(line.text))) for line in written]


def squares(poster: Poster) -> list[Square]:
    """The QR: its dark stretches, row by row."""
    matrix = segno.make(poster.link, error="m", micro=False).matrix
    module = _QR / (len(matrix) + 2 * _QUIET_MODULES)
    left, top = (WIDTH - _QR) / 2 + _QUIET_MODULES * module, _QR_TOP + _QUIET_MODULES * module
    found: list[Square] = []
    for row, modules in enumerate(matrix):
        start = None
        for column, dark in enumerate([*modules, 0]):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                x, width = left + start * module, (column - start) * module
                found.append(Square(x, top + row * module, width, module))
                start = None
    return found


def as_svg(poster: Poster, words: Mapping[str, str]) -> str:
    """The poster as a drawing."""
    texts = "".join(
        f'<text x="{WIDTH / 2}" y="{line.y}" font-size="{line.size:.2f}" text-anchor="middle"'
        f' font-weight="{"bold" if line.bold else "normal"}">{escape(line.text)}</text>'
        for line in lines(poster, words)
    )
    # A hair more than a module each, so that no white line shows between two.
    dark = "".join(
        f"M{one.x:.3f} {one.y:.3f}h{one.width:.3f}v{one.height + 0.02:.3f}h-{one.width:.3f}z"
        for one in squares(poster)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
        f'<rect x="6" y="6" width="{WIDTH - 12}" height="{HEIGHT - 12}" rx="6" fill="none"'
        f' stroke="#0B5D3B" stroke-width="2"/>'
        f'<path d="{dark}" fill="#000"/>'
        f'<g font-family="DejaVu Sans" fill="#1A1A1A">{texts}</g></svg>'
    )


def as_pdf(poster: Poster, words: Mapping[str, str]) -> bytes:
    """The poster as one page to print. Takes about a third of a second: call it in a thread."""
    # A third of what the whole program takes to load, for what few ever print.
    from fpdf import FPDF

    page = FPDF(orientation="portrait", unit="mm", format="A4")
    page.set_auto_page_break(False)
    for style, file in zip(("", "B"), fonts(), strict=True):
        page.add_font("DejaVu", style, file)
    page.add_page()
    page.set_title(words["poster.title"])
    page.set_draw_color(11, 93, 59)
    page.set_line_width(2)
    page.rect(6, 6, WIDTH - 12, HEIGHT - 12, round_corners=True, corner_radius=6)
    page.set_fill_color(0, 0, 0)
    for one in squares(poster):
        page.rect(one.x, one.y, one.width, one.height, style="F")
    page.set_text_color(26, 26, 26)
    for line in lines(poster, words):
        page.set_font("DejaVu", "B" if line.bold else "", line.size * 72 / 25.4)
        page.text((WIDTH - page.get_string_width(line.text)) / 2, line.y, line.text)
    out = BytesIO()
    page.output(out)
    return out.getvalue()


def fonts() -> list[str]:
    """DejaVu Sans, plain and bold, as it comes with matplotlib, found without importing that."""
    spec = find_spec("matplotlib")
    places = list(spec.submodule_search_locations or ()) if spec else []
    folder = Path(places[0]) / "mpl-data" / "fonts" / "ttf" if places else Path()
    found = [folder / "DejaVuSans.ttf", folder / "DejaVuSans-Bold.ttf"]
    return [str(font) for font in found if font.is_file()]


class Posters:
    """Draws the poster that a reply names: "TICKET|AREA|GUIDE". words: the catalog."""

    def __init__(self, public_url: str, words: Mapping[str, str]) -> None:
        self._public_url = public_url
        self._words = words

    def knows(self, name: str) -> bool:
        return bool(_NAME.fullmatch(name))

    def draw(self, name: str) -> str | None:
        """The SVG; None for what is no poster's name."""
        found = _NAME.fullmatch(name)
        if found is None:
            return None
        ticket, area, guide = found.groups()
        return as_svg(Poster(link_to(ticket, self._public_url), area, guide), self._words)


def _fitting(text: str) -> float:
    return (WIDTH - 2 * _MARGIN) / (_LETTER * max(len(text), 1))
