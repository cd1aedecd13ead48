"""What announcements bear: made small, fetched once, kept for every channel."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bot.app import open_program
from bot.config import load_config
from bot.media.attached import (
    Attached,
    NotBorne,
    checked_voice,
    is_aac,
    is_attached,
    kept_name,
    made_small,
    own_file,
)
from store.sqlite import SqliteStore, open_store
from tests.fakes.telegram_server import FakeTelegram

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
OGG = b"OggS and what follows"
SENT = "sent:telegram:main:AgAC-file"


def photo(width: int = 2000, height: int = 1000, kind: str = "JPEG") -> bytes:
    """A photo that says where it was taken."""
    image = Image.new("RGB", (width, height), "#C0392B")
    exif = Image.Exif()
    exif[0x010E] = "at home, 12 Some Street"
    exif[0x0112] = 6  # held upright: it is to be turned
    out = BytesIO()
    more = {"comment": b"a phone of Some Street's"} if kind == "JPEG" else {}
    image.save(out, kind, exif=exif, **more)
    return out.getvalue()


class Channels:
    """Where files were sent to, and how often each was asked for."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.asked: list[tuple[str, str]] = []

    async def fetch(self, place: str, file: str) -> bytes | None:
        self.asked.append((place, file))
        await asyncio.sleep(0)
        return self.files.get(file)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    opened = await open_store(tmp_path / "a.db", now_ms=lambda: 0)
    yield opened
    await opened.close()


def test_a_photo_is_small_upright_and_says_nothing_more() -> None:
    made = made_small(photo())
    assert b"Some Street" not in made
    with Image.open(BytesIO(made)) as image:
        assert (image.format, image.size) == ("JPEG", (640, 1280))
        assert not image.getexif()


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\xff\xd8\xff cut off", OGG])
def test_what_is_no_picture_is_not_taken(content: bytes) -> None:
    with pytest.raises(NotBorne, match="JPEG or PNG"):
        made_small(content)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"RIFF a wave", "it is no recording"), (photo(9, 9), "no recording"), (OGG * 40_000, "KB")],
)
def test_what_messengers_do_not_play_is_not_taken(content: bytes, said: str) -> None:
    with pytest.raises(NotBorne, match=said):
        checked_voice(content)


def test_names_say_what_they_are() -> None:
    kept = kept_name(checked_voice(OGG))
    assert kept.endswith(".ogg")
    assert is_attached(kept)
    assert is_attached(SENT)
    assert not is_attached("asset:speaker")
    assert own_file(SENT, "telegram:main") == "AgAC-file"
    assert own_file(SENT, "telegram:second") == ""
    assert is_aac(kept_name(b"\xff\xf1 recorded"))
    assert not is_aac(kept)


async def test_many_who_want_it_fetch_it_once(store: SqliteStore) -> None:
    there = Channels({"AgAC-file": photo(kind="PNG")})
    attached = Attached(store, there.fetch, lambda: NOW)
    found = await asyncio.gather(*(attached.open(SENT) for _ in range(20)))
    assert {one.content_type for one in found if one} == {"image/jpeg"}
    assert len({one.digest for one in found if one}) == 1
    there.files.clear()  # and it stays, whatever becomes of it there
    assert await Attached(store, there.fetch, lambda: NOW).open(SENT) == found[0]
    assert there.asked == [("telegram:main", "AgAC-file")]


@pytest.mark.parametrize("content", [None, b"<html>not found</html>"])
async def test_what_cannot_be_had_is_nothing(store: SqliteStore, content: bytes | None) -> None:
    there = Channels({"AgAC-file": content} if content else {})
    assert await Attached(store, there.fetch, lambda: NOW).open(SENT) is None
    assert await store.count("attachment") == 0


async def test_it_goes_with_the_announcement(store: SqliteStore) -> None:
    async with store.transaction() as tx:
        await tx.keep_attachment("kept:1", OGG, 1000)
    past = dict.fromkeys(("guests_before", "seen_before", "sent_before", "raw_before"), 0)
    await store.forget(**past, history_before=1000, at=2000, limit=10)
    assert await store.attachment("kept:1") == OGG
    await store.forget(**past, history_before=1001, at=2000, limit=10)
    assert await store.attachment("kept:1") is None


async def test_the_web_page_shows_what_was_sent_in_telegram(tmp_path: Path) -> None:
    async with FakeTelegram() as telegram:
        telegram.bot("1:aaa").files["AgAC-file"] = photo()
        config = load_config(
            None,
            {
                "HOCVUSO_DATABASE": str(tmp_path / "a.db"),
                "TELEGRAM_TOKEN": "1:aaa",
                "TELEGRAM_API_BASE": telegram.url,
            },
        )
        async with open_program(config) as program:
            found = await program.media.open(program.media.key(SENT))
            again = await program.media.open(program.media.key(SENT))
    assert found is not None
    assert (found, found.content_type) == (again, "image/jpeg")
    assert telegram.counts["file"] == 1


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (photo(), "image/jpeg"),
        (OGG, "audio/ogg"),
        (b"\xff\xf1 and more", "audio/aac"),
        *[(raw, None) for raw in (b"", b"<html>", b"<svg onload=x>", b"\x89PNG broken", b"%PDF")],
    ],
)
async def test_what_one_person_sent_to_another_is_fetched_each_time_and_kept_nowhere(
    store: SqliteStore, raw: bytes, kind: str | None
) -> None:
    channels = Channels({"theirs": raw})
    attached = Attached(store, channels.fetch, lambda: NOW)
    for _ in range(2):
        found = await attached.open("passed:telegram:main:theirs")
        assert (found and found.content_type) == kind
        assert found is None or (not found.is_kept and b"Some Street" not in found.content)
    assert channels.asked == [("telegram:main", "theirs")] * 2
    assert await store.count("attachment") == 0
