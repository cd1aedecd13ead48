"""Every picture that a lesson names is there, can be drawn, and is light enough to send.

Source: learner-experience.md A4.
"""

import re
from pathlib import Path
from struct import unpack
from xml.etree import ElementTree

import matplotlib
import pytest
import resvg_py

from tests.play import shelf

PICTURES = Path("lessons/pictures")
FONT = f"{matplotlib.get_data_path()}/fonts/ttf/DejaVuSans.ttf"
MOST_BYTES = 60 * 1024
WIDTH = 640
_EMOJI = re.compile("[\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff]")


def _named() -> dict[str, str]:
    """Asset -> the first lesson that shows it."""
    found: dict[str, str] = {}
    for lesson in shelf().library.lessons["vi"].values():
        for card in lesson.cards:
            if card.picture:
                found.setdefault(card.picture.asset, lesson.id)
    return found


def _draw(asset: str) -> bytes:
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=(PICTURES / f"{asset}.svg").read_text("utf-8"),
            width=WIDTH,
            skip_system_fonts=True,
            font_files=[FONT],
        )
    )


@pytest.mark.parametrize("asset", sorted(_named()))
def test_a_named_picture_is_drawn_and_light(asset: str) -> None:
    image = _draw(asset)
    assert unpack(">I", image[16:20]) == (WIDTH,)
    assert len(image) <= MOST_BYTES


@pytest.mark.parametrize("asset", sorted(_named()))
def test_a_picture_says_little_in_letters_that_the_font_has(asset: str) -> None:
    text = (PICTURES / f"{asset}.svg").read_text("utf-8")
    assert not _EMOJI.search(text)
    sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)"', text)]
    assert min(sizes, default=99) >= 26, "13 pixels high on a small phone, no less"
    words = "".join(ElementTree.fromstring(text).itertext()).split()
    assert len([word for word in words if len(word) > 1]) <= 18


def test_a_picture_points_with_one_ring_and_an_arrow() -> None:
    """Both, because colour alone tells some people nothing."""
    for asset in _named():
        text = (PICTURES / f"{asset}.svg").read_text("utf-8")
        assert 'stroke="#C62828"' in text, asset  # the ring
        assert 'fill="#C62828"' in text, asset  # the arrow


def test_every_picture_is_shown_somewhere() -> None:
    assert {file.stem for file in PICTURES.glob("*.svg")} == set(_named())


def test_every_lesson_has_a_picture_at_least() -> None:
    for lesson in shelf().library.lessons["vi"].values():
        assert any(card.picture for card in lesson.cards), lesson.id
