"""Zalo's door: the secret first, 200 after the commit, a probe let through, once each."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
import pytest

from bot.channels.door import secret_token
from bot.channels.zalo_bot.account import ZaloAccount
from bot.conversation.events import Text
from bot.web.webhooks import webhook_routes
from store.base import StoreUnavailable
from tests.channels.zalo_bot.conftest import SECRET, Bench, until
from tests.channels.zalo_bot.test_updates import update
from tests.web.conftest import serve
from tests.web.fakes import FakeChat

RIGHT = {"x-bot-api-secret-token": secret_token(SECRET, "zalo_bot:main")}
PATH = "/webhook/zalo-bot/main"


@asynccontextmanager
async def door(bench: Bench) -> AsyncIterator[tuple[str, ZaloAccount]]:
    """The address of a running door, and the account behind it."""
    account = await bench.account(webhook_url="http://to-be-known")
    assert account.webhook is not None
    async with serve(FakeChat(), more_routes=webhook_routes({PATH: account.webhook})) as url:
        account._webhook_url = url + PATH
        yield url + PATH, account


async def post(url: str, body: bytes, headers: dict[str, str] = RIGHT) -> int:
    async with httpx.AsyncClient() as client:
        return (await client.post(url, content=body, headers=headers)).status_code


@pytest.mark.parametrize("wraps", [True, False])
async def test_set_at_start_and_every_update_counts_once(bench: Bench, wraps: bool) -> None:
    bench.zalo.wraps, bench.zalo.doubled = wraps, True
    async with door(bench) as (_, account):
        running = asyncio.create_task(account.run())
        async with asyncio.timeout(10):
            await until(lambda: bool(bench.zalo.webhook))
        for n in range(5):
            await bench.zalo.say("lan", f"tin {n}")
        await bench.zalo.until_posted()
        running.cancel()
    assert sorted(str(body) for _, body in bench.heard.said.values()) == [
        str(Text(f"tin {n}")) for n in range(5)
    ]
    assert bench.zalo.violations == []


@pytest.mark.parametrize("wrap", [lambda some: some, lambda some: {"ok": True, "result": some}])
async def test_several_in_one_body(bench: Bench, wrap: Callable[[object], object]) -> None:
    some = [update(text=f"tin {n}", message_id=f"m{n}") for n in range(3)]
    bench.heard.fails = [StoreUnavailable("disk full")]
    async with door(bench) as (url, _):
        body = json.dumps(wrap(some)).encode()
        assert [await post(url, body) for _ in range(3)] == [503, 200, 200]
    assert [body for _, body in bench.heard.said.values()] == [Text(f"tin {n}") for n in range(3)]
    assert len(bench.heard.calls) == 4


async def test_what_could_not_be_kept_comes_again(bench: Bench) -> None:
    bench.heard.fails = [StoreUnavailable("disk full"), TimeoutError()]
    async with door(bench) as (url, _):
        body = json.dumps(update(text="chào")).encode()
        assert [await post(url, body) for _ in range(4)] == [503, 503, 200, 200]
    assert len(bench.heard.said) == 1


@pytest.mark.parametrize(
    ("body", "status", "aside"),
    [
        (b"", 200, 0),
        (b'{"ok": true, "result": {"mess', 400, 0),
        (b"nonsense", 200, 1),
        (b'{"event_name": "bot.added"}', 200, 0),
        (b'{"message": {"text": "no id"}}', 200, 1),
        (b'[{"message": {"text": "no id"}}, {"event_name": "bot.added"}]', 200, 1),
    ],
)
async def test_strange_bodies(bench: Bench, body: bytes, status: int, aside: int) -> None:
    async with door(bench) as (url, _):
        assert await post(url, body) == status
    assert len(bench.heard.aside) == aside
    assert bench.heard.said == {}


@pytest.mark.parametrize("secret", [None, "", "wrong", "x" * 43])
async def test_nobody_enters_without_the_secret(bench: Bench, secret: str | None) -> None:
    headers = {} if secret is None else {"x-bot-api-secret-token": secret}
    async with door(bench) as (url, _):
        assert await post(url, json.dumps(update(text="chào")).encode(), headers) == 401
    assert bench.heard.calls == []


async def test_each_account_has_a_secret_of_its_own() -> None:
    assert secret_token(SECRET, "zalo_bot:main") != secret_token(SECRET, "zalo_bot:second")
    assert 8 <= len(secret_token(SECRET, "zalo_bot:main")) <= 256
