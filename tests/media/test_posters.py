"""A volunteer's poster: what is on it, that it fits the paper, and who gets it."""

import io
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import resvg_py
import segno
from PIL import Image

from bot.media.links import MediaLinks
from bot.media.pictures import POSTER_WIDTH, Pictures
from bot.media.posters import HEIGHT, WIDTH, Poster, Posters, as_pdf, as_svg, fonts, lines, squares
from bot.media.printing import Printing
from bot.media.shelf import MediaShelf
from bot.web.printing import poster_route
from tests.play import shelf
from tests.village import Village, village
from tests.web.conftest import serve
from tests.web.fakes import FakeChat

WORDS = shelf().wording["vi"]
LINK = "https://hoc.example.vn/i/MDAwMDAwMDAwMDAwMDAwMA"
POSTERS = [
    Poster(LINK, "phường Hồng Gai", "chị Hoa"),
    Poster(LINK, "khu phố Đồng Tâm mới mở rộng phía nam, phường Hồng Gai", ""),
    Poster("https://" + "a" * 60 + ".example.vn/i/MDAwMDAwMDAwMDAwMDAwMA", "x", "Ng <b>&"),
]


@pytest.mark.parametrize("poster", POSTERS)
def test_every_line_fits_the_paper(poster: Poster) -> None:
    """Measured as it is drawn: nothing dark touches the frame or the edge."""
    drawn = resvg_py.svg_to_bytes(
        svg_string=as_svg(poster, WORDS), width=420, skip_system_fonts=True, font_files=fonts()
    )
    with Image.open(io.BytesIO(drawn)) as image:
        page = image.convert("L")
        inside = [page.getpixel((x, y)) for x in (20, 400) for y in range(30, 560)]
    assert min(inside) > 200  # type: ignore[type-var]
    assert {line.y < HEIGHT and line.size > 2 for line in lines(poster, WORDS)} == {True}


def test_the_code_leads_to_the_link() -> None:
    matrix = segno.make(LINK, error="m", micro=False).matrix
    dark = sum(map(sum, matrix))
    module = squares(POSTERS[0])[0].height
    area = sum(one.width * one.height for one in squares(POSTERS[0]))
    assert round(area / module**2) == dark
    assert all(0 < one.x < WIDTH and one.x + one.width < WIDTH for one in squares(POSTERS[0]))


def test_the_page_to_print_is_one_of_a4() -> None:
    page = as_pdf(POSTERS[0], WORDS)
    assert page.startswith(b"%PDF-")
    assert page.count(b"/Type /Page\n") == 1
    assert b"/MediaBox [0 0 595.28 841.89]" in page


async def test_the_picture_is_drawn_by_its_name() -> None:
    pictures = Pictures(Path("lessons/pictures"), posters=Posters("https://hoc.example.vn", WORDS))
    name = "poster:MDAwMDAwMDAwMDAwMDAwMA|phường Hồng Gai|chị Hoa"
    drawn = await pictures.draw(name)
    assert drawn is not None
    with Image.open(io.BytesIO(drawn.png)) as image:
        assert image.width == POSTER_WIDTH
    assert len(drawn.png) < 200_000
    for wrong in ("poster:short|a|b", "poster:MDAwMDAwMDAwMDAwMDAwMA", "poster:"):
        assert not pictures.knows(wrong)
        assert await pictures.draw(wrong) is None


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Village]:
    async with village(tmp_path) as opened:
        await opened.given("hoa", role="volunteer", ward="06685", name="Hoa", pronouns="chi")
        await opened.given("mai", role="coordinator", ward="06685", name="Mai", pronouns="chi")
        yield opened


async def _printed(here: Village, ticket: str) -> httpx.Response:
    printing = Printing(here.store, shelf, lambda: here.now)
    async with (
        serve(FakeChat(), more_routes=[poster_route(printing)]) as address,
        httpx.AsyncClient(base_url=address, timeout=20) as client,
    ):
        return await client.get(f"/i/{ticket}/poster.pdf")


async def test_whoever_has_the_link_can_print_it(here: Village) -> None:
    await here.say("hoa", "việc tình nguyện", "mời bà con")
    answer = await _printed(here, here.link)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    learner = await here.learner("hoa")
    (reply,) = (one for name, one in here.told if name == "hoa" and one.picture)
    keys = MediaShelf(
        MediaLinks(b"x"), Pictures(Path("."), posters=Posters("", WORDS)), lambda: here.now
    )
    assert keys.key(reply.picture)
    assert learner.name in reply.picture


async def test_no_other_link_has_a_poster(here: Village) -> None:
    await here.say("mai", "việc tình nguyện", "người cùng làm", "1", "1")
    for ticket in (here.link, "A" * 22, "x", "..%2f"):
        assert (await _printed(here, ticket)).status_code == 404
