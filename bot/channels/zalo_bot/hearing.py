"""Updates in: what each asks of turns. On disk on return.

Leads in: the poller and the webhook. Leads out: `Intake`. Two kinds of people are answered
without any row: a group is asked to write in private, and whom the account has no room
for is shown another way. Source: design.md section 1; learner-experience.md F.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from hashlib import blake2b
from typing import NamedTuple

from bot.channels.base import Intake
from bot.channels.zalo_bot.api import Api
from bot.channels.zalo_bot.updates import Addressed, Ignored, Said, parse_update
from store.base import Address

_AGAIN_S = 60.0  # a group, or somebody without a place, is told so once a minute
_REMEMBERED = 4096


class Aside(NamedTuple):
    """What is said outside of any lesson. invite: to a group. full: to somebody new when
    the account has no room for them."""

    invite: str
    full: Callable[[], Awaitable[str]]


class Hearing:
    """One account's ear.

    has_room: may somebody new begin here? is_known: has that chat a learner?
    clock: monotonic seconds.
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
        clock: Callable[[], float],
    ) -> None:
        self._account = account
        self._api = api
        self._intake = intake
        self._aside = aside
        self._has_room = has_room
        self._is_known = is_known
        self._clock = clock
        # What was taken since the start, so as to know what comes again. That nothing is
        # counted twice is for the store's keys.
        self._taken: OrderedDict[str, None] = OrderedDict()
        self._known: OrderedDict[str, None] = OrderedDict()
        self._told: OrderedDict[str, float] = OrderedDict()

    async def take(self, raw: bytes) -> bool:
        """One update on disk; False when it was taken before.

        Raises BadUpdate; TimeoutError or StoreError when it could not be kept.
        """
        update = parse_update(raw)
        if isinstance(update, Ignored):
            return True
        key = f"zalo_bot:{self._account}:message:{update.message_id}"
        if key in self._taken:
            return False
        match update:
            case Said():
                await self._said(key, update)
            case Addressed(chat_id=chat_id):
                self._tell(chat_id, self._aside.invite)
        self._remember(self._taken, key)
        return True

    async def keep_aside(self, raw: bytes, kind: str) -> bool:
        """Into quarantine with it; False when it was there before. Raises StoreError."""
        digest = blake2b(raw, digest_size=12).hexdigest()
        key = f"zalo_bot:{self._account}:body:{digest}"
        if key in self._taken:
            return False
        await self._intake.set_aside(key, kind, raw)
        self._remember(self._taken, key)
        return True

    async def _said(self, key: str, update: Said) -> None:
        address = Address("zalo_bot", self._account, update.chat_id)
        if update.chat_id not in self._known:
            if not await self._is_known(address) and not await self._has_room():
                self._tell(update.chat_id, await self._aside.full())
                return
            self._remember(self._known, update.chat_id)
        await self._intake.hear(key, address, update.body)

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

    @staticmethod
    def _remember(kept: OrderedDict[str, None], name: str) -> None:
        kept[name] = None
        if len(kept) > _REMEMBERED:
            kept.popitem(last=False)
