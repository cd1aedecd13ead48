"""Addresses of pictures and recordings: a key that only this installation makes, good until
a day it names.

    /media/KEY      KEY = NAME.UNTIL.SEAL, of letters, digits, _ and -, parted by dots

The key needs no cookie: a messenger fetches the same public address as the web page.
Leads in: channels and delivery (`key`), the web room (`read`).
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from hmac import compare_digest

_SEAL_BYTES = 16  # 22 letters
_KEY = re.compile(r"([A-Za-z0-9_-]{1,1400})\.([0-9a-f]{1,8})\.([A-Za-z0-9_-]{22})")
# Whole days, so that a picture keeps its address for a day and a browser asks once.
GOOD_FOR = timedelta(days=2)


class MediaLinks:
    """Makes and reads the keys of one installation's secret."""

    def __init__(self, secret: bytes) -> None:
        self._base = blake2b(digest_size=_SEAL_BYTES, key=blake2b(secret).digest())

    def key(self, name: str, now: datetime) -> str:
        """The key of a picture or recording, good for two to three days from now."""
        until = int((now.astimezone(UTC) + GOOD_FOR).timestamp()) // 86_400 + 1
        said = f"{_encoded(name.encode())}.{until:x}"
        return f"{said}.{self._seal(said)}"

    def read(self, key: str, now: datetime) -> str | None:
        """The name a key was made for; None for a key that is not ours or past its day."""
        found = _KEY.fullmatch(key)
        if found is None:
            return None
        encoded, until, seal = found.groups()
        if not compare_digest(seal, self._seal(f"{encoded}.{until}")):
            return None
        if int(until, 16) * 86_400 <= now.timestamp():
            return None
        return urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode()

    def _seal(self, said: str) -> str:
        seal = self._base.copy()
        seal.update(b"media/" + said.encode())
        return _encoded(seal.digest())


def _encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
