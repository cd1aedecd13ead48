"""Updates in: what each asks of turns and, beside that, of Telegram at once.

Leads in: the poller and the webhook. Leads out: `Intake`, on disk on return; a press is
acknowledged before that, best effort, for its sender looks at a turning wheel.
Source: design.md sections 1 and 4; learner-experience.md F.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from bot.channels.base import BadUpdate, Intake
from bot.channels.telegram.api import Api
from bot.channels.telegram.updates import (
    NOBODY,
    Addressed,
    Ignored,
    Left,
    Renamed,
    Returned,
    Said,
    Tapped,
    parse_update,
    update_id_of,
)
from bot.conversation.events import Body, Media
from store.base import Address

_GROUP_EVERY_S = 60.0
_REMEMBERED = 1000


class Work(NamedTuple):
    """One update's part. update_id: None when it bears none. do: the writing; after it the
    update may be confirmed. alone: what came before it must be on disk first."""

    raw: bytes
    update_id: int | None
    do: Callable[[], Awaitable[object]]
    alone: bool = False
    unreadable: bool = False


class Hearing:
    """One account's ear.

    room: may something beside the replies be sent to that chat now? (It takes the token.)
    invite: what is said to a group, with `{link}`. clock: monotonic seconds.
    """

    def __init__(
        self,
        account: str,
        api: Api,
        intake: Intake,
        *,
        room: Callable[[Address], bool],
        invite: str,
        clock: Callable[[], float],
    ) -> None:
        self.me = NOBODY
        self._account = account
        self._api = api
        self._intake = intake
        self._room = room
        self._invite = invite
        self._clock = clock
        self._albums: OrderedDict[str, int] = OrderedDict()
        self._invited: OrderedDict[int, float] = OrderedDict()

    def work(self, raw: bytes) -> Work:
        """What this update asks for. What Telegram is to be told at once is under way."""
        try:
            update = parse_update(raw, self.me)
        except BadUpdate:
            return self.set_aside(raw, "BadUpdate")
        id_ = update.update_id
        match update:
            case Said():
                return Work(raw, id_, lambda: self._said(update))
            case Tapped():
                self._acknowledge(update.query_id)
                return Work(raw, id_, lambda: self._tapped(update))
            case Left(chat_id=chat_id):
                return Work(raw, id_, lambda: self._intake.left(self._address(chat_id)), alone=True)
            case Returned(chat_id=chat_id):
                return Work(raw, id_, lambda: self._intake.returned(self._address(chat_id)))
            case Renamed(chat_id=chat_id, new_chat_id=new):
                address = self._address(chat_id)
                return Work(raw, id_, lambda: self._intake.renamed(address, str(new)), alone=True)
            case Addressed():
                self._answer_group(update)
            case Ignored(query_id=query_id) if query_id:
                self._acknowledge(query_id)
        return Work(raw, id_, _nothing)

    async def take(self, raw: bytes) -> object:
        """One update of a webhook. Raises BadUpdate."""
        work = self.work(raw)
        if work.unreadable:
            raise BadUpdate("BadUpdate")
        return await work.do()

    async def keep_aside(self, raw: bytes, kind: str) -> object:
        return await self.set_aside(raw, kind).do()

    def set_aside(self, raw: bytes, kind: str) -> Work:
        """Into quarantine with it, under its own id if it bears one."""
        update_id = update_id_of(raw)
        key = self._key(update_id) if update_id is not None else self._key_of_body(raw)
        kept = self._intake.set_aside
        return Work(raw, update_id, lambda: kept(key, kind, raw), unreadable=True)

    async def _said(self, update: Said) -> object:
        key, body = self._key_of_said(update), update.body
        if update.album:
            key, body = self._of_album(update)
        return await self._intake.hear(key, self._address(update.chat_id), body)

    async def _tapped(self, update: Tapped) -> object:
        address = self._address(update.chat_id)
        key = f"{self._key(update.update_id)}.{update.query_id}"
        outcome = await self._intake.hear(key, address, update.data)
        if update.message_id and not self._api.link.is_down and self._room(address):
            pressed = {"chat_id": update.chat_id, "message_id": update.message_id}
            self._api.errand("editMessageReplyMarkup", pressed)
        return outcome

    def _of_album(self, update: Said) -> tuple[str, Body]:
        """One key for the first picture of an album, so that it is answered once; the others
        say that they are more of it. A caption under a later one is heard for itself."""
        name = f"{update.chat_id}:{update.album}"
        first = self._albums.setdefault(name, update.update_id)
        if len(self._albums) > _REMEMBERED:
            self._albums.popitem(last=False)
        body = update.body
        if first == update.update_id or not isinstance(body, Media):
            return f"telegram:{self._account}:album:{name}", body
        more = body if body.caption else msgspec.structs.replace(body, more=True)
        return self._key_of_said(update), more

    def _acknowledge(self, query_id: str) -> None:
        self._api.errand("answerCallbackQuery", {"callback_query_id": query_id})

    def _answer_group(self, update: Addressed) -> None:
        """One sentence, at most once a minute: lessons are given in private."""
        now = self._clock()
        last = self._invited.get(update.chat_id)
        if not self.me.username or (last is not None and now - last < _GROUP_EVERY_S):
            return
        self._invited[update.chat_id] = now
        self._invited.move_to_end(update.chat_id)
        if len(self._invited) > _REMEMBERED:
            self._invited.popitem(last=False)
        text = self._invite.replace("{link}", f"https://t.me/{self.me.username}")
        answered = {"message_id": update.message_id, "allow_sending_without_reply": True}
        self._api.errand(
            "sendMessage",
            {"chat_id": update.chat_id, "text": text, "reply_parameters": answered},
        )

    def _address(self, chat_id: int) -> Address:
        return Address("telegram", self._account, str(chat_id))

    def _key_of_said(self, update: Said) -> str:
        """Ids of updates start again at random; with the message's own, what is new is
        never taken for what was heard under the same number before."""
        return f"{self._key(update.update_id)}.{update.message_id}"

    def _key(self, update_id: int) -> str:
        return f"telegram:{self._account}:update:{update_id}"

    def _key_of_body(self, raw: bytes) -> str:
        return f"telegram:{self._account}:body:{blake2b(raw, digest_size=12).hexdigest()}"


async def _nothing() -> None:
    """Nothing is kept of this update."""
