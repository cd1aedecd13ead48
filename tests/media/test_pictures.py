"""Drawings become small PNGs; what is no drawing is nothing; memory has a bound."""

import asyncio
import struct
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bot.media.garden import draw_garden
from bot.media.pictures import Pictures
from tests.play import shelf

SHIPPED = Path("lessons/pictures")
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="{}" height="8"/>'
MOST_BYTES = 20_000  # learner-experience.md A4 allows 60 KB


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for n in range(4):
        (tmp_path / f"drawn_{n}.svg").write_text(SQUARE.format(n + 1) + "</svg>")
    (tmp_path / "broken.svg").write_text("<svg")
    return tmp_path


@pytest.mark.parametrize("file", sorted(SHIPPED.glob("*.svg")), ids=lambda file: file.stem)
async def test_every_shipped_drawing_is_small_enough(file: Path) -> None:
    drawn = await Pictures(SHIPPED).draw(f"asset:{file.stem}")
    assert drawn is not None
    assert size(drawn.png)[0] == 640
    assert len(drawn.png) <= MOST_BYTES


def test_every_picture_named_in_a_lesson_is_drawn() -> None:
    pictures = Pictures(SHIPPED)
    cards = [card for one in shelf().library.lessons["vi"].values() for card in one.cards]
    named = {card.picture.asset for card in cards if card.picture}
    assert {name for name in named if not pictures.knows(f"asset:{name}")} == set()


async def test_letters_are_drawn_the_same_without_fonts_of_the_machine(tmp_path: Path) -> None:
    text = '<text x="20" y="60" font-size="40">Gõ tiếng Việt</text></svg>'
    (tmp_path / "words.svg").write_text(SQUARE.format(0).replace("8 8", "640 100") + text)
    (tmp_path / "none.svg").write_text(SQUARE.format(0).replace("8 8", "640 100") + "</svg>")
    pictures = Pictures(tmp_path)
    words, none = await pictures.draw("asset:words"), await pictures.draw("asset:none")
    assert words is not None
    assert none is not None
    assert len(words.png) > len(none.png) + 500


@pytest.mark.parametrize("plots", ["1", "0", "11010", "1" * 10, "0" * 40])
async def test_a_garden_is_drawn(plots: str, tmp_path: Path) -> None:
    pictures = Pictures(tmp_path)
    assert pictures.knows(f"garden:{plots}")
    drawn = await pictures.draw(f"garden:{plots}")
    assert drawn is not None
    assert size(drawn.png)[0] == 640
    assert len(drawn.png) <= MOST_BYTES


def test_a_plant_grows_for_each_finished_lesson() -> None:
    petals = [draw_garden([True] * n + [False] * (8 - n)).count("<circle") for n in range(9)]
    assert petals == [n * 6 for n in range(9)]


@pytest.mark.parametrize(
    "name",
    [
        "",
        "asset:",
        "asset:none",
        "asset:../facts",
        "asset:..",
        "asset:/etc/passwd",
        "asset:DRAWN_1",
        "garden:",
        "garden:12",
        "garden:" + "1" * 41,
        "photo:drawn_1",
        "drawn_1",
    ],
)
async def test_what_is_no_drawing_is_nothing(folder: Path, name: str) -> None:
    pictures = Pictures(folder)
    assert not pictures.knows(name)
    assert await pictures.draw(name) is None


async def test_a_broken_drawing_is_nothing(folder: Path) -> None:
    assert await Pictures(folder).draw("asset:broken") is None


async def test_an_edited_drawing_is_drawn_anew(folder: Path) -> None:
    pictures = Pictures(folder)
    first = await pictures.draw("asset:drawn_1")
    assert await pictures.draw("asset:drawn_1") == first
    (folder / "drawn_1.svg").write_text(SQUARE.format(7) + "</svg>")
    second = await pictures.draw("asset:drawn_1")
    assert first is not None
    assert second is not None
    assert second.digest != first.digest


async def test_kept_pictures_have_a_bound(folder: Path) -> None:
    drawn = [await Pictures(folder).draw(f"asset:drawn_{n}") for n in range(4)]
    room = sum(len(one.png) for one in drawn if one) // 2
    pictures = Pictures(folder, kept_bytes=room)
    again = await asyncio.gather(*(pictures.draw(f"asset:drawn_{n % 4}") for n in range(12)))
    assert again == drawn * 3
    kept = pictures._kept.values()
    assert 0 < sum(len(one.png) for one in kept) <= room


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("qr:https://hoc.example.vn/i/AAAAAAAAAAAAAAAAAAAABA", True),
        ("qr:https://t.me/hoc_bot?start=AAAAAAAAAAAAAAAAAAAABA", True),
        ("qr:javascript:alert(1)", False),
        ('qr:https://a"/><script>', False),
    ],
)
async def test_a_link_to_point_a_phone_at(name: str, known: bool) -> None:
    pictures = Pictures(Path("lessons/pictures"))
    assert pictures.knows(name) is known
    drawn = await pictures.draw(name)
    assert (drawn is not None) is known
    if drawn:
        with Image.open(BytesIO(drawn.png)) as image:
            dark = image.convert("L").point([255] * 128 + [0] * 128)
            assert image.size == (640, 640)
            edges = dark.getbbox()
            assert edges is not None
            assert edges[0] > 40  # the white edge that a reader needs
