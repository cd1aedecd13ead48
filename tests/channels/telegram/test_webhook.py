"""Receiving by webhook: nothing without the secret, 200 only after the commit."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
from structlog.testing import capture_logs

from bot.channels.door import secret_token
from bot.conversation.events import Text
from bot.web.webhooks import webhook_routes
from store.base import StoreUnavailable
from tests.channels.telegram.conftest import Scene, scene
from tests.fakes.telegram_server import FakeTelegram
from tests.web.conftest import serve
from tests.web.fakes import FakeChat

PATH = "/webhook/telegram/main"
UPDATE = {"update_id": 7, "message": {"chat": {"id": 42, "type": "private"}, "text": "một"}}


@dataclass
class Door:
    """An account behind its door, and somebody who knocks."""

    play: Scene
    client: httpx.AsyncClient

    async def knock(self, body: bytes | dict[str, object], secret: bytes | None = None) -> int:
        webhook = self.play.account.webhook
        assert webhook is not None
        given = webhook.secret_token.encode() if secret is None else secret
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = [(b"x-telegram-bot-api-secret-token", given)] if given != b"none" else []
        answer = await self.client.post(PATH, content=content, headers=headers)
        assert answer.content == b""
        return answer.status_code


@pytest.fixture
async def door(telegram: FakeTelegram) -> AsyncIterator[Door]:
    async with scene(telegram, webhook_url="set below") as play:
        assert play.account.webhook is not None
        routes = webhook_routes({PATH: play.account.webhook})
        async with serve(FakeChat(), more_routes=routes) as url:
            play.account._webhook_url = url + PATH
            async with httpx.AsyncClient(base_url=url) as client:
                yield Door(play, client)


async def test_telegram_brings_what_was_said(door: Door) -> None:
    play = door.play
    play.bot.write(42, "trước")
    async with play.running():
        for n in range(150):
            play.bot.write(42 + n, str(n))
        await play.heard(151)
    assert {str(body) for body in play.intake.bodies} == {
        str(Text(text)) for text in ["trước", *map(str, range(150))]
    }
    (told,) = play.telegram.of("setWebhook")
    assert told.params["secret_token"] == secret_token(b"installation", "telegram:main")
    assert told.params["drop_pending_updates"] is False
    assert play.telegram.of("getUpdates", "deleteWebhook") == []


async def test_what_is_not_on_disk_is_brought_again(door: Door) -> None:
    play = door.play
    play.intake.fails = [TimeoutError("busy"), StoreUnavailable("disk full")]
    play.bot.write(42, "một")
    async with play.running():
        await play.heard(1)
    assert play.intake.bodies == [Text("một")]


async def test_a_webhook_that_somebody_took_is_set_again(door: Door) -> None:
    play = door.play
    with capture_logs() as logs:
        async with play.running():
            await play.telegram.until(lambda: bool(play.telegram.of("setWebhook")))
            play.bot.call("deleteWebhook", {}, {})
            await play.telegram.until(lambda: len(play.telegram.of("setWebhook")) == 2)
    assert [line["event"] for line in logs].count("channel.webhook_lost") == 1


async def test_what_keeps_telegram_from_the_webhook_is_told_once(door: Door) -> None:
    play = door.play
    trouble = {"last_error_date": 7, "last_error_message": "SSL error {certificate expired}"}
    play.bot.webhook_trouble.update(trouble)
    with capture_logs() as logs:
        async with play.running():
            await play.telegram.until(lambda: len(play.telegram.of("getWebhookInfo")) == 3)
    told = [line["reason"] for line in logs if line["event"] == "channel.webhook_failing"]
    assert told == ["SSL error {certificate expired}"]


@pytest.mark.parametrize("secret", [b"none", b"", b"wrong", "đúng".encode(), b"\xff" * 43])
async def test_forged_posts_leave_nothing(door: Door, secret: bytes) -> None:
    for n in range(20):
        assert await door.knock({**UPDATE, "update_id": n}, secret) == 401
    assert (door.play.intake.heard, door.play.intake.aside) == ([], [])


async def test_another_accounts_secret_does_not_open(door: Door) -> None:
    assert await door.knock(UPDATE, secret_token(b"installation", "telegram:other").encode()) == 401
    assert await door.knock(UPDATE, secret_token(b"another", "telegram:main").encode()) == 401
    assert await door.knock(UPDATE) == 200


@pytest.mark.parametrize(
    ("body", "status", "aside"),
    [
        (b"", 400, 0),
        (b'{"update_id": 7, "mess', 400, 0),
        (b'{"update_id": 7, "message": {"chat": {"id": 42}, "text": "a', 400, 0),
        (b"{'update_id': 7}", 200, 1),
        (b"hello", 200, 1),
        (b"\xff\xfe", 200, 1),
        (b"[]", 200, 1),
        (b'{"update_id": 7, "new_kind": {}}', 200, 1),
        (b'{"update_id": 7, "x": ' + b"[" * 90_000 + b"]" * 90_000 + b"}", 200, 1),
        (b" " * 1_000_001, 413, 0),
    ],
)
async def test_a_body_that_is_no_update(door: Door, body: bytes, status: int, aside: int) -> None:
    assert await door.knock(body) == status
    assert await door.knock(body) == status
    assert len(door.play.intake.aside) == aside


async def test_the_same_update_twice_counts_once(door: Door) -> None:
    assert [await door.knock(UPDATE) for _ in range(3)] == [200, 200, 200]
    assert len(door.play.intake.heard) == 1


async def test_a_secret_is_letters_that_telegram_allows() -> None:
    token = secret_token(b"installation", "telegram:main")
    assert len(token) == 43
    assert token.replace("-", "").replace("_", "").isalnum()
