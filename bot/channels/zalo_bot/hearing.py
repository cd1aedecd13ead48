"""Updates in: what each asks of turns. On disk on return.

Leads in: the poller and the webhook. Leads out: `Intake`. Two kinds of people are answered
without any row: a group is asked to write in private, and whom the account has no room
for is shown another way. Source: design.md section 1; learner-experience.md F.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from hashlib import blake2b
from typing import NamedTuple

from bot.channels.base import BadUpdate, Intake
from bot.channels.zalo_bot.api import Api
from bot.channels.zalo_bot.updates import Addressed, Ignored, Said, parse_body, parse_update
from store.base import Address

_AGAIN_S = 60.0  # a group, or somebody without a place, is told so once a minute
_REMEMBERED = 4096


class Aside(NamedTuple):
    """What is said outside of any lesson. invite: to a group. full: to somebody new when
    the account has no room for them."""

    invite: str
    full: Callable[[], Awaitable[str]]


class Taken(NamedTuple):
    """An update that was taken in. name: what it is known by when it comes again; "" for
    one that says nothing to us. is_new: is it on disk since just now?"""

    name: str
    is_new: bool


class Hearing:
    """One account's ear.

    has_room: may somebody new begin here? is_known: has that chat a learner? on_message:
    told of each message that is said aside, for the plan counts it too. clock: monotonic seconds.
    """

    def __init__(
        self,
        account: str,
        api: Api,
        intake: Intake,
        *,
        aside: Aside,
        has_room: Callable[[], Awaitable[bool]],
        is_known: Callable[[Address], Awaitable[bool]],
        on_message: Callable[[], None],
        clock: Callable[[], float],
    ) -> None:
        self._account = account
        self._api = api
        self._intake = intake
        self._aside = aside
        self._has_room = has_room
        self._is_known = is_known
        self._on_message = on_message
        self._clock = clock
        # What was taken since the start, so as to know what comes again. That nothing is
        # counted twice is for the store's keys.
        self._taken: OrderedDict[str, None] = OrderedDict()
        self._known: OrderedDict[str, None] = OrderedDict()
        self._told: OrderedDict[str, float] = OrderedDict()

    async def take(self, raw: bytes) -> None:
        """A webhook's body on disk. Of several updates, one that cannot be read is set aside.

        Raises BadUpdate; TimeoutError or StoreError when it could not be kept.
        """
        updates = parse_body(raw)
        for update in updates:
            try:
                await self.take_one(update)
            except BadUpdate as error:
                if len(updates) == 1:
                    raise
                await self.keep_aside(update, str(error))

    async def take_one(self, raw: bytes) -> Taken:
        """One update on disk. Raises as `take`."""
        update = parse_update(raw)
        key = f"zalo_bot:{self._account}:message:{update.message_id}"
        if isinstance(update, Ignored):
            return Taken(update.message_id, False)
        if key in self._taken:
            return Taken(update.message_id, False)
        is_new = True
        match update:
            case Said():
                is_new = await self._said(key, update)
            case Addressed(chat_id=chat_id):
                self._tell(chat_id, self._aside.invite)
        self._remember(self._taken, key)
        return Taken(update.message_id, is_new)

    async def keep_aside(self, raw: bytes, kind: str) -> None:
        """Into quarantine with it, once. Raises StoreError."""
        digest = blake2b(raw, digest_size=12).hexdigest()
        key = f"zalo_bot:{self._account}:body:{digest}"
        if key not in self._taken:
            await self._intake.set_aside(key, kind, raw)
            self._remember(self._taken, key)

    async def _said(self, key: str, update: Said) -> bool:
        """On disk, or told that there is no room; False when it was on disk before."""
        address = Address("zalo_bot", self._account, update.chat_id)
        if update.chat_id not in self._known:
            if not await self._is_known(address) and not await self._has_room():
                self._tell(update.chat_id, await self._aside.full())
                return True
            self._remember(self._known, update.chat_id)
        return not (await self._intake.hear(key, address, update.body)).repeated

    def _tell(self, chat_id: str, text: str) -> None:
        """One sentence of ours, best effort, at most once a minute."""
        now = self._clock()
        last = self._told.get(chat_id)
        if last is not None and now - last < _AGAIN_S:
            return
        self._told[chat_id] = now
        self._told.move_to_end(chat_id)
        if len(self._told) > _REMEMBERED:
            self._told.popitem(last=False)
        self._api.errand("sendMessage", {"chat_id": chat_id, "text": text})
        self._on_message()

    @staticmethod
    def _remember(kept: OrderedDict[str, None], name: str) -> None:
        kept[name] = None
        if len(kept) > _REMEMBERED:
            kept.popitem(last=False)
