"""What people send: a photo or voice message that an announcement bears or that goes to
another person, or a file given on the command line.

"kept:DIGEST.jpg" is on disk from the start; "sent:CHANNEL:ACCOUNT:FILE" is with the channel
it came through, which shows it there under its own name. For every other channel it is
fetched once and kept from then on. A photo is made small, and loses what a camera writes
into it beside the picture, such as where it was taken. "passed:CHANNEL:ACCOUNT:FILE" is what
one person sent to another: fetched each time that it is wanted, and never kept.
Leads in: `media/shelf.py`. Leads out: the store, `bot/messengers.py`.
"""

import asyncio
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import datetime
from hashlib import blake2b
from io import BytesIO

import msgspec

from bot.conversation.relaying import PREFIX
from store.base import Store, StoreError

MOST_BYTES = 10_000_000  # of a file before it is made small
MOST_VOICE_BYTES = 600_000  # about three minutes as a messenger records them
_SIDE = 1280
_QUALITY = 82
_NAME = re.compile(
    r"(?:kept:[0-9a-f]{32}\.[a-z0-9]{3}|(?:sent|passed):[a-z_]+:[^:]+:.+)", re.DOTALL
)
_KINDS = (
    (b"\xff\xd8\xff", "jpg", "image/jpeg"),
    (b"OggS", "ogg", "audio/ogg"),
    (b"ID3", "mp3", "audio/mpeg"),
    (b"\xff\xfb", "mp3", "audio/mpeg"),
    (b"\xff\xf1", "aac", "audio/aac"),
    (b"\xff\xf9", "aac", "audio/aac"),
)
# (account "telegram:main", the channel's own name of a file) -> the file, None: it is gone.
Fetch = Callable[[str, str], Awaitable[bytes | None]]


class Found(msgspec.Struct, frozen=True):
    """What lies under a name. digest: the same content has the same one. is_kept: may a
    browser keep it? What one person sent to another it may not."""

    content: bytes
    content_type: str
    digest: str
    is_kept: bool = True


class NotBorne(ValueError):
    """That file cannot go with an announcement; the message says what can."""


def is_attached(name: str) -> bool:
    return bool(_NAME.fullmatch(name))


def own_file(name: str, account: str) -> str:
    """What that account's channel calls it, where it came through there; else ""."""
    before = f"sent:{account}:"
    return name.removeprefix(before) if name.startswith(before) else ""


def is_aac(name: str) -> bool:
    """Is that recording in the one format that Zalo plays?"""
    return name.endswith(".aac")


def made_small(content: bytes) -> bytes:
    """A photo as JPEG, upright, at most 1280 to a side, with nothing else in it.

    Raises NotBorne for what is no picture."""
    from PIL import Image, ImageOps, UnidentifiedImageError  # only where there is one to make

    try:
        with Image.open(BytesIO(content)) as image:
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((_SIDE, _SIDE))
            bare = upright.convert("RGB")
            bare.info.clear()  # a comment would go along unasked
            out = BytesIO()
            bare.save(out, "JPEG", quality=_QUALITY, optimize=True)
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        raise NotBorne("it is no picture; give a JPEG or PNG file") from None
    return out.getvalue()


def checked_voice(content: bytes) -> bytes:
    """A recording that messengers can play. Raises NotBorne."""
    if len(content) > MOST_VOICE_BYTES:
        raise NotBorne(f"it has over {MOST_VOICE_BYTES // 1000} KB; give a shorter recording")
    if _kind(content) is None or content.startswith(b"\xff\xd8"):
        raise NotBorne("it is no recording that messengers play; give an .ogg, .mp3 or .aac file")
    return content


def kept_name(content: bytes) -> str:
    """The name under which a checked file is kept."""
    kind = _kind(content)
    assert kind is not None, "it was checked"
    return f"kept:{blake2b(content, digest_size=16).hexdigest()}.{kind[0]}"


class Attached:
    """clock: aware UTC now."""

    def __init__(self, store: Store, fetch: Fetch, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._fetch = fetch
        self._clock = clock
        self._fetching: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def open(self, name: str) -> Found | None:
        """What lies under that name; None: nobody has it, or not just now."""
        content = await self._content(name) if is_attached(name) else None
        kind = _kind(content) if content else None
        if content is None or kind is None:
            return None
        digest = blake2b(content, digest_size=12).hexdigest()
        return Found(content, kind[1], digest, not name.startswith(PREFIX))

    async def _content(self, name: str) -> bytes | None:
        if name.startswith(PREFIX):
            return await self._fetched(name)
        kept = await self._store.attachment(name)
        if kept is not None or not name.startswith("sent:"):
            return kept
        async with self._fetching[name]:  # many want it at once: it is fetched once
            kept = await self._store.attachment(name)
            return kept if kept is not None else await self._fetched_and_kept(name)

    async def _fetched(self, name: str) -> bytes | None:
        """The file from where it lies, a photo made small; None: gone, or too large."""
        _, channel, account, file = name.split(":", 3)
        content = await self._fetch(f"{channel}:{account}", file)
        if content is None or len(content) > MOST_BYTES:
            return None
        try:
            if _kind(content) is None or content.startswith(b"\xff\xd8"):
                content = await asyncio.to_thread(made_small, content)
        except NotBorne:
            return None
        return content

    async def _fetched_and_kept(self, name: str) -> bytes | None:
        content = await self._fetched(name)
        if content is None:
            return None
        at = int(self._clock().timestamp() * 1000)
        try:
            async with self._store.transaction() as tx:
                await tx.keep_attachment(name, content, at)
        except StoreError:
            return content  # the next one who wants it tries again
        self._fetching.pop(name, None)
        return content


def _kind(content: bytes) -> tuple[str, str] | None:
    """(ending, type) by the first bytes."""
    kinds = ((ending, type_) for start, ending, type_ in _KINDS if content.startswith(start))
    return next(kinds, None)
