"""Receiving by webhook: Telegram posts each update and repeats it until it hears 200.

Leads in: `bot/web/webhooks.py`, which asks for the secret before the body is read.
Source: core.telegram.org/bots/api#setwebhook; promises.md P29.
"""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import blake2b
from hmac import compare_digest

import structlog

from bot.channels.telegram.hearing import Hearing
from bot.channels.telegram.updates import is_cut_off
from store.base import StoreError

_LOG = structlog.get_logger("webhook")
_HEADER = "x-telegram-bot-api-secret-token"


class TelegramWebhook:
    """One account's door. secret: the installation's own."""

    commit_within_s = 10.0

    def __init__(self, account: str, secret: bytes, hearing: Hearing) -> None:
        self._account = account
        self._hearing = hearing
        self.secret_token = secret_token(secret, account)

    def check_secret(self, headers: Mapping[str, str]) -> bool:
        given = headers.get(_HEADER, "").encode("latin-1", "replace")
        return compare_digest(given, self.secret_token.encode())

    async def receive(self, headers: Mapping[str, str], body: bytes) -> int:
        """200 once it is on disk; 400 for half a body, which Telegram sends again."""
        work = self._hearing.work(body)
        if work.unreadable:
            if is_cut_off(body):
                return 400
            digest = blake2b(body, digest_size=8).hexdigest()
            _LOG.error(
                "webhook.malformed",
                account=f"telegram:{self._account}",
                bytes=len(body),
                hash=digest,
            )
        try:
            await work.do()
        except StoreError as error:
            raise TimeoutError(error.code) from error
        return 200


def secret_token(secret: bytes, account: str) -> str:
    """What Telegram shows at the door of that account: 43 letters, digits, _ and -."""
    key = blake2b(secret).digest()
    told = blake2b(f"telegram-webhook/{account}".encode(), digest_size=32, key=key)
    return urlsafe_b64encode(told.digest()).decode().rstrip("=")
