"""What can go wrong between us and a chat platform. Source: style.md section 3."""

from typing import ClassVar


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
