"""What every messenger channel gives to delivery, and what can go wrong with it.

Source: style.md section 3; design.md section 1, Delivery.
"""

from typing import ClassVar, Literal, Protocol

import msgspec

from bot.conversation.events import Body
from bot.conversation.replies import Reply
from store.base import Address


class ChannelError(Exception):
    """Something between us and a chat platform failed.

    code: stable `area:reason`, for logs, metrics and the console.
    retry: may the same call succeed later, unchanged?
    """

    code: ClassVar[str] = "channel:unknown"
    retry: ClassVar[bool] = False


class BadUpdate(ChannelError):
    """What arrived cannot be read as an update; it is set aside, the line goes on."""

    code = "channel:bad_update"


class Kept(Protocol):
    """What became of an update that is on disk now. repeated: it was there before."""

    @property
    def repeated(self) -> bool: ...


class Intake(Protocol):
    """What takes updates in: `turns`, as a channel sees it. On disk on return.

    Every method raises TimeoutError or StoreError when nothing could be kept: the update
    is then unconfirmed, and the same call may be made again.
    """

    async def hear(self, key: str, address: Address, body: Body | str) -> Kept:
        """One update of one chat, `str` for a press as received, under its dedupe key.

        Calls made one after another in one go are taken in that order.
        """

    async def set_aside(self, key: str, kind: str, raw: bytes) -> None:
        """An update that cannot be read goes into quarantine, once."""

    async def left(self, address: Address) -> None:
        """The person blocked us: nothing is sent there until they come back."""

    async def returned(self, address: Address) -> None:
        """They can be reached again, though they wrote nothing yet."""

    async def renamed(self, address: Address, external_id: str) -> None:
        """The channel gave that chat another id."""


class Letter(msgspec.Struct, frozen=True):
    """One message to send: what delivery made of the replies that wait for a chat.

    presses: the sealed data of each option of the reply, in order. replaces: the
    message_ref of a message in that chat to edit in place, or "".
    """

    address: Address
    reply: Reply
    presses: tuple[str, ...] = ()
    replaces: str = ""


class Sending(msgspec.Struct, frozen=True):
    """How one send ended.

    "sent": message_ref is the channel's name of the message (of the last part, if it was
    split); "gone": the person blocked us or the chat is no more; "failed": it can never
    be delivered (reason, without the text); "wait": the channel said not before `wait_s`,
    for this chat or for the whole account as far as it tells; "again": the outcome is
    unknown or the channel had trouble, so it is repeated after a while (`no_answer`: it
    could not be reached at all); "moved": the chat has the new external id `reason`, and
    the send may be tried there.
    """

    how: Literal["sent", "gone", "failed", "wait", "again", "moved"]
    reason: str = ""
    message_ref: str = ""
    wait_s: float = 0.0
    whole_account: bool = False
    no_answer: bool = False


class Link(Protocol):
    """Whether a platform can be reached at all, shared by who asks and who sends.

    Moments are monotonic seconds. While it is down one of them at a time tries again:
    `claim` says who. Source: promises.md P9.
    """

    @property
    def is_down(self) -> bool: ...

    def wait(self, now: float) -> float:
        """Seconds until the next try may be claimed; 0 when it works."""

    def claim(self, now: float) -> bool:
        """May this caller try now? Only one is told yes until the outcome is known."""

    def failed(self, now: float) -> None: ...

    def worked(self) -> None: ...


class Sender(Protocol):
    """A channel's account that delivery sends through. Never raises for a failed send.

    text_limit: UTF-16 units of one message; delivery joins replies up to it, and `send`
    splits what is longer at a sentence, the keys on the last part. caption_limit: the
    same beside a picture.
    """

    @property
    def channel(self) -> str: ...

    @property
    def account(self) -> str: ...

    @property
    def link(self) -> Link: ...

    @property
    def text_limit(self) -> int: ...

    @property
    def caption_limit(self) -> int: ...

    async def send(self, letter: Letter) -> Sending:
        """Send one message (a picture or voice of the reply with it)."""

    async def show_typing(self, address: Address) -> None:
        """Best effort: the next message is being written."""
