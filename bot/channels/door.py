"""What every webhook does with an update: the secret first, 200 once it is on disk.

Leads in: `bot/web/webhooks.py`, which asks for the secret before the body is read. Leads
out: the `Ear` of a channel's account. Source: promises.md P29.
"""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import blake2b
from hmac import compare_digest
from typing import Protocol

import structlog

from bot.channels.base import BadUpdate
from bot.channels.json_bytes import is_cut_off
from store.base import StoreError

_LOG = structlog.get_logger("webhook")


class Ear(Protocol):
    """What takes the updates of one account in. Both are on disk on return; both raise
    TimeoutError or StoreError when nothing could be kept."""

    async def take(self, raw: bytes) -> object:
        """One update. Raises BadUpdate when it cannot be read, and has then done nothing."""

    async def keep_aside(self, raw: bytes, kind: str) -> object:
        """Into quarantine with it, once. kind: what is wrong, without anybody's words."""


class Door:
    """One account's door. place: "telegram:main". secret: the installation's own. header:
    where the channel shows the account's, in lower case."""

    commit_within_s = 10.0

    def __init__(self, place: str, secret: bytes, header: str, ear: Ear) -> None:
        self._place = place
        self._header = header
        self._ear = ear
        self.secret_token = secret_token(secret, place)

    def check_secret(self, headers: Mapping[str, str]) -> bool:
        given = headers.get(self._header, "").encode("latin-1", "replace")
        return compare_digest(given, self.secret_token.encode())

    async def receive(self, headers: Mapping[str, str], body: bytes) -> int:
        """200 once it is on disk; 400 for half a body, which the channel sends again."""
        try:
            try:
                await self._ear.take(body)
            except BadUpdate as error:
                if is_cut_off(body):
                    return 400
                digest = blake2b(body, digest_size=8).hexdigest()
                _LOG.error("webhook.malformed", account=self._place, bytes=len(body), hash=digest)
                await self._ear.keep_aside(body, str(error))
        except StoreError as error:
            raise TimeoutError(error.code) from error
        return 200


def secret_token(secret: bytes, place: str) -> str:
    """What the channel shows at the door of that account: 43 letters, digits, _ and -."""
    key = blake2b(secret).digest()
    told = blake2b(f"webhook/{place}".encode(), digest_size=32, key=key)
    return urlsafe_b64encode(told.digest()).decode().rstrip("=")
