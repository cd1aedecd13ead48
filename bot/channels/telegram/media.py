"""Pictures and recordings on their way to Telegram: uploaded once, then by their file id.

A file is known by what is in it, so that a drawing that changed is uploaded anew.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, MutableMapping
from hashlib import blake2b

from telegram import InputFile
from telegram.error import BadRequest

from bot.channels.telegram.api import Api
from bot.channels.telegram.errors import is_bad_file
from bot.channels.telegram.format import Call
from bot.conversation.relaying import PREFIX

# (parameter "photo" or "voice", name in the reply) -> the file, or None: there is none.
Media = Callable[[str, str], Awaitable[bytes | None]]
_NAMES = {"photo": "picture.png", "voice": "voice.ogg"}
_STARTS = {b"\xff\xd8\xff": "picture.jpg", b"ID3": "voice.mp3", b"\xff\xfb": "voice.mp3"}


class NoFile(Exception):
    """There is no such picture or recording here; the words go without it."""


class Uploads:
    """own_file: what Telegram calls a file that somebody sent here, or "". files: media key
    -> file id, as it is on disk. uploaded: told of each new one."""

    def __init__(
        self,
        api: Api,
        media: Media,
        own_file: Callable[[str], str],
        files: MutableMapping[str, str],
        uploaded: Callable[[str, str], None],
    ) -> None:
        self._api = api
        self._media = media
        self._own_file = own_file
        self._files = files
        self._uploaded = uploaded
        self._keys: dict[tuple[str, str], str] = {}
        self._uploading: defaultdict[tuple[str, str], asyncio.Lock] = defaultdict(asyncio.Lock)

    async def send(self, call: Call) -> object:
        """The call with its file. Raises NoFile, TelegramError."""
        place = call.file, call.media
        own = self._own_file(call.media)
        if own:
            return await self._by_own(call, own)
        if call.media.startswith(PREFIX):
            return await self._sent_anew(call, await self._read((call.file, call.media)))
        file_id = self._files.get(self._keys.get(place, ""))
        if file_id is None:
            # The first of a class that gets a picture uploads it, the others wait for it.
            async with self._uploading[place]:
                file_id = self._files.get(await self._key(place))
                if file_id is None:
                    return await self._upload(call)
        try:
            return await self._api.call(call.method, {**call.params, call.file: file_id})
        except BadRequest as error:
            if not is_bad_file(error):
                raise
            self._files.pop(self._keys[place], None)
            return await self._upload(call)

    async def _by_own(self, call: Call, file_id: str) -> object:
        """A file that came through this very bot: nothing is uploaded."""
        try:
            return await self._api.call(call.method, {**call.params, call.file: file_id})
        except BadRequest as error:
            if not is_bad_file(error):
                raise
            raise NoFile from None

    async def _key(self, place: tuple[str, str]) -> str:
        """The media key; the file is read once in a program's life."""
        if place not in self._keys:
            self._keys[place] = _key(place, await self._read(place))
        return self._keys[place]

    async def _read(self, place: tuple[str, str]) -> bytes:
        content = await self._media(*place)
        if content is None:
            raise NoFile
        return content

    async def _sent_anew(self, call: Call, content: bytes) -> object:
        """The call with the file itself; what one person sent to another is remembered
        nowhere, so that is all of it."""
        named = (name for start, name in _STARTS.items() if content.startswith(start))
        file = InputFile(content, filename=next(named, _NAMES[call.file]))
        return await self._api.call(call.method, call.params, {call.file: file})

    async def _upload(self, call: Call) -> object:
        place = call.file, call.media
        content = await self._read(place)
        sent = await self._sent_anew(call, content)
        file_id = _file_id(sent)
        if file_id:
            key = _key(place, content)
            self._files[key] = file_id
            self._uploaded(key, file_id)
        return sent


def _key(place: tuple[str, str], content: bytes) -> str:
    return f"{place[0]}/{place[1]}/{blake2b(content, digest_size=8).hexdigest()}"


def _file_id(sent: object) -> str:
    """What Telegram calls the file of a message it has just taken, or ""."""
    message = sent if isinstance(sent, dict) else {}
    found = message.get("photo") or message.get("voice") or message.get("audio")
    largest = found[-1] if isinstance(found, list) and found else found
    file_id = largest.get("file_id") if isinstance(largest, dict) else None
    return file_id if isinstance(file_id, str) else ""
