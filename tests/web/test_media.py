"""`/media/KEY` serves what the key names, to whoever has it, and nothing else."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from bot.media.links import MediaLinks
from bot.media.pictures import Pictures
from bot.media.shelf import MediaShelf
from bot.web.media import media_route
from tests.web.conftest import serve
from tests.web.fakes import FakeChat

NOW = datetime(2027, 3, 2, 2, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shelf(clock: Clock) -> MediaShelf:
    return MediaShelf(MediaLinks(b"a secret"), Pictures(Path("lessons/pictures")), clock)


@pytest.fixture
async def media_client(chat: FakeChat, shelf: MediaShelf) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        serve(chat, more_routes=[media_route(shelf)]) as address,
        httpx.AsyncClient(base_url=address, timeout=20) as client,
    ):
        yield client


async def test_a_picture_comes_without_a_cookie(
    media_client: httpx.AsyncClient, shelf: MediaShelf
) -> None:
    answer = await media_client.get(f"/media/{shelf.key('garden:110')}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "private, max-age=86400, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.content.startswith(b"\x89PNG")
    same = {"if-none-match": answer.headers["etag"]}
    again = await media_client.get(f"/media/{shelf.key('garden:110')}", headers=same)
    assert again.status_code == 304


@pytest.mark.parametrize(
    "key", ["garden:110", "x", "a.b.c", "..%2Ffacts", "%F0%9F%8C%B1", "a" * 900]
)
async def test_what_is_no_key_is_not_found(media_client: httpx.AsyncClient, key: str) -> None:
    assert (await media_client.get(f"/media/{key}")).status_code == 404


async def test_a_key_past_its_day_is_not_found(
    media_client: httpx.AsyncClient, shelf: MediaShelf, clock: Clock
) -> None:
    key = shelf.key("garden:110")
    clock.now += timedelta(days=3)
    assert (await media_client.get(f"/media/{key}")).status_code == 404


def test_a_picture_that_is_not_drawn_has_no_key(shelf: MediaShelf) -> None:
    assert shelf.key("asset:nobody_drew_this") == ""
    assert shelf.key("") == ""


async def test_a_line_gives_the_address_of_its_picture(
    client: httpx.AsyncClient, chat: FakeChat
) -> None:
    await client.post("/api/chat/messages", json={"text": "chào"})
    visitor = chat.said[0][0]
    chat.add(visitor, "bot", "(Hình: một cái cây)", picture="a.1.b")
    lines = (await client.get("/api/chat/messages?after=0")).json()["messages"]
    assert [line["picture"] for line in lines][-2:] == [None, "/media/a.1.b"]
