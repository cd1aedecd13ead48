"""The doors for channels: nobody without the secret, nothing too long, 200 after the commit."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx
import pytest

from bot.web.webhooks import MAX_UPDATE_BYTES, webhook_routes
from tests.web.conftest import serve
from tests.web.fakes import FakeChat

SECRET = {"x-secret": "right"}


@dataclass
class FakeWebhook:
    """Takes what has the secret; `answer` is a status, or how long it never answers."""

    commit_within_s: float = 10.0
    answer: int | BaseException | None = 200
    bodies: list[bytes] = field(default_factory=list)

    def check_secret(self, headers: Mapping[str, str]) -> bool:
        given = headers.get("x-secret", "").encode("latin-1")
        return secrets.compare_digest(given, b"right")

    async def receive(self, headers: Mapping[str, str], body: bytes) -> int:
        self.bodies.append(body)
        if self.answer is None:
            await asyncio.Event().wait()
        if isinstance(self.answer, BaseException):
            raise self.answer
        assert isinstance(self.answer, int)
        return self.answer


async def _post(webhook: FakeWebhook, headers: list[tuple[bytes, bytes]], body: bytes) -> int:
    routes = webhook_routes({"/webhook/fake/main": webhook})
    async with serve(FakeChat(), more_routes=routes) as url, httpx.AsyncClient() as client:
        answer = await client.post(f"{url}/webhook/fake/main", headers=headers, content=body)
        assert answer.content == b""
        return answer.status_code


@pytest.mark.parametrize(
    ("value", "status"),
    [(b"right", 200), (b"wrong", 401), (b"", 401), ("đúng".encode(), 401), (b"\xff\xfe", 401)],
)
async def test_only_who_has_the_secret_is_heard(value: bytes, status: int) -> None:
    webhook = FakeWebhook()
    assert await _post(webhook, [(b"x-secret", value)], b"{}") == status
    assert webhook.bodies == ([b"{}"] if status == 200 else [])


async def test_no_secret_is_no_entry_and_the_body_stays_unread() -> None:
    webhook = FakeWebhook()
    assert await _post(webhook, [], b"x" * (MAX_UPDATE_BYTES + 1)) == 401
    assert webhook.bodies == []


async def test_a_body_over_a_megabyte_is_refused() -> None:
    webhook = FakeWebhook()
    right = [(b"x-secret", b"right")]
    assert await _post(webhook, right, b"x" * (MAX_UPDATE_BYTES + 1)) == 413
    assert await _post(webhook, right, b"x" * MAX_UPDATE_BYTES) == 200
    assert len(webhook.bodies) == 1


@pytest.mark.parametrize("answer", [None, TimeoutError()])
async def test_what_is_not_on_disk_in_time_is_to_be_sent_again(
    answer: BaseException | None,
) -> None:
    webhook = FakeWebhook(commit_within_s=0.01, answer=answer)
    assert await _post(webhook, [(b"x-secret", b"right")], b"{}") == 503


async def test_the_webhooks_own_status_is_the_answer() -> None:
    assert await _post(FakeWebhook(answer=400), [(b"x-secret", b"right")], b"{") == 400


async def test_there_is_nothing_to_see_at_the_door() -> None:
    routes = webhook_routes({"/webhook/fake/main": FakeWebhook()})
    async with serve(FakeChat(), more_routes=routes) as url, httpx.AsyncClient() as client:
        assert (await client.get(f"{url}/webhook/fake/main")).status_code == 405
        assert (await client.post(f"{url}/webhook/fake/other")).status_code == 404
