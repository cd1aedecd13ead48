"""Pictures: the drawings of lessons and the garden, SVG to PNG, drawn on demand.

A drawing's name is what a `Reply` carries: "asset:NAME" (lessons/pictures/NAME.svg),
"garden:1101", a volunteer's poster, "poster:TICKET|AREA|GUIDE", or a link to point a phone
at, "qr:LINK". Drawn in a thread, kept
in memory by a hash of what was drawn, so that an edited file is drawn anew; the kept ones
have a bound.
Leads in: `media/shelf.py`, delivery. Source: learner-experience.md A4, G1.
"""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from io import BytesIO
from pathlib import Path

import msgspec
import resvg_py
import segno
import structlog

from bot.media.garden import draw_garden
from bot.media.posters import Posters, fonts

WIDTH = 640  # twice a small phone's width, so that lines stay sharp
POSTER_WIDTH = 1240  # A4 at 150 dots an inch: it may be printed as it is
_COLOURS = 64
_PAPER = "#FFF8E7"  # behind a drawing that has no ground of its own
_KEPT_BYTES = 16 * 1024 * 1024
_ASSET = re.compile(r"[a-z0-9_]{1,60}")
_GARDEN = re.compile(r"[01]{1,40}")
_LINK = re.compile(r"https?://[\w.:/?=&%-]{1,200}", re.ASCII)
_LOG = structlog.get_logger("pictures")


class Picture(msgspec.Struct, frozen=True):
    """A drawn picture. digest: of what was drawn; the same drawing has the same one."""

    png: bytes
    digest: str


class Pictures:
    """Draws the pictures of one folder of lessons. `folder` holds the .svg files."""

    def __init__(
        self, folder: Path, kept_bytes: int = _KEPT_BYTES, posters: Posters | None = None
    ) -> None:
        self._folder = folder
        self._fonts = fonts()
        self._posters = posters
        self._kept: OrderedDict[str, Picture] = OrderedDict()
        self._room = kept_bytes
        # Two at once: drawing is the work of a processor, and turns want one too.
        self._drawing = asyncio.Semaphore(2)
        self._kinds: dict[str, Callable[[str], str | None]] = {
            "asset": self._asset,
            "garden": _garden,
            "qr": _qr,
            **({"poster": posters.draw} if posters else {}),
        }

    def knows(self, name: str) -> bool:
        """Is there such a picture? What is named in a lesson may not be drawn yet."""
        kind, _, rest = name.partition(":")
        if kind == "asset":
            return bool(_ASSET.fullmatch(rest)) and self._file(rest).is_file()
        if kind == "poster":
            return self._posters is not None and self._posters.knows(rest)
        if kind == "qr":
            return bool(_LINK.fullmatch(rest))
        return kind == "garden" and bool(_GARDEN.fullmatch(rest))

    async def draw(self, name: str) -> Picture | None:
        """The picture as PNG; None when there is no such picture or it cannot be drawn."""
        svg = await asyncio.to_thread(self._svg, name)
        if svg is None:
            return None
        digest = blake2b(svg.encode(), digest_size=12).hexdigest()
        async with self._drawing:
            kept = self._kept.get(digest)
            if kept is not None:
                self._kept.move_to_end(digest)
                return kept
            png = await asyncio.to_thread(self._png, svg, name)
        return self._keep(Picture(png, digest)) if png else None

    def _svg(self, name: str) -> str | None:
        kind, _, rest = name.partition(":")
        found = self._kinds.get(kind)
        return found(rest) if found else None

    def _asset(self, name: str) -> str | None:
        if not _ASSET.fullmatch(name):
            return None
        try:
            return self._file(name).read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            return None

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.svg"

    def _png(self, svg: str, name: str) -> bytes | None:
        try:
            drawn = resvg_py.svg_to_bytes(
                svg_string=svg,
                width=POSTER_WIDTH if name.startswith("poster:") else WIDTH,
                background=_PAPER,
                skip_system_fonts=True,  # the same letters on every machine
                font_files=self._fonts,
                font_family="DejaVu Sans",
                sans_serif_family="DejaVu Sans",
            )
        except ValueError:
            _LOG.error("picture.not_drawn", name=name)
            return None
        return _smaller(drawn)

    def _keep(self, picture: Picture) -> Picture:
        if picture.digest in self._kept:
            return picture  # drawn twice at the same moment
        self._kept[picture.digest] = picture
        self._room -= len(picture.png)
        while self._room < 0 and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self._room += len(oldest.png)
        return picture


def _smaller(png: bytes) -> bytes:
    """The same drawing in 64 colours: flat drawings lose nothing to the eye, and 30 KB
    become 10, which a village's mobile network feels."""
    from PIL import Image  # not before a picture is drawn: the start is quicker

    with Image.open(BytesIO(png)) as image:
        few = image.convert("RGB").quantize(
            _COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
        )
    out = BytesIO()
    few.save(out, "PNG")  # `optimize` takes 15 ms for a tenth fewer bytes
    return out.getvalue()


def _garden(plots: str) -> str | None:
    return draw_garden([one == "1" for one in plots]) if _GARDEN.fullmatch(plots) else None


def _qr(link: str) -> str | None:
    """The link as a QR with its white edge."""
    if not _LINK.fullmatch(link):
        return None
    return segno.make(link, error="m", micro=False).svg_inline(scale=10, border=4, light="#fff")
