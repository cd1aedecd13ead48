"""Calls for a person: who asks, who was told, who took it, who is on duty.

What has a winner is one statement; `Calls` is the part of a transaction that knows them.
Moments are milliseconds UTC, minutes count from local midnight, weekday 0 is Monday.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class NewCall(NamedTuple):
    """A call as it is opened. about, lesson and card: closed words and ids, never the
    learner's words; tried: how often the open question was tried."""

    learner_id: str
    ward: str
    hamlet: str
    about: str
    urgent: bool
    lesson: str
    card: str
    tried: int


class CallRow(NamedTuple):
    """A call. rise_at: when the next person is told, None for nobody more; done_at: when
    the helper said that it is done; helped: the learner's word at the end; answered_at: when
    a learner whom the helper wrote to first answered; written_at: when the helper first wrote
    after taking it."""

    call_id: int
    learner_id: str
    ward: str
    hamlet: str
    about: str
    urgent: bool
    lesson: str
    card: str
    tried: int
    opened_at: int
    rise_at: int | None
    taken_by: str | None
    taken_at: int | None
    done_at: int | None
    closed_at: int | None
    helped: bool | None
    answered_at: int | None = None
    written_at: int | None = None


class OnDuty(NamedTuple):
    """Somebody on duty just now, and until which minute of the day."""

    learner_id: str
    until_minute: int


class Wait(NamedTuple):
    """How long a helper may say nothing, in milliseconds."""

    usual_ms: int
    urgent_ms: int


class Moment(NamedTuple):
    """A minute of the week."""

    weekday: int
    minute: int


class Hours(NamedTuple):
    """A stretch of one weekday in which somebody is on duty."""

    learner_id: str
    weekday: int
    from_minute: int
    to_minute: int


class Calls(Protocol):
    """Calls and duty within one transaction. None, or an empty list: it was not so."""

    async def open_call(self, learner_id: str) -> CallRow | None:
        """The call of a learner that is not closed."""

    async def get(self, call_id: int) -> CallRow | None:
        """An open call by its number."""

    async def add(self, call: NewCall, *, at: int, rise_at: int | None) -> CallRow:
        """A learner has one open call at most: ask `open_call` before."""

    async def hasten(self, call_id: int, about: str, *, rise_at: int) -> CallRow:
        """The open call has become urgent."""

    async def on_duty(self, call: CallRow, now: Moment) -> list[OnDuty]:
        """Who may take it and is on duty, the hamlet's own first."""

    async def duty_starts(self, call: CallRow) -> list[Moment]:
        """When in the week somebody's duty for that call begins."""

    async def next_helper(self, call_id: int) -> str | None:
        """Who is told next: a volunteer, then coordinators; nobody twice."""

    async def told(self, call_id: int, learner_ids: Sequence[str], at: int) -> None: ...

    async def told_of(self, call_id: int) -> list[str]:
        """Everybody who was told."""

    async def forget_told(self, call_id: int, *, but: str) -> None:
        """All of them may be told again, but one."""

    async def set_rise(self, call_id: int, rise_at: int | None) -> None: ...

    async def take(self, call_id: int, learner_id: str, at: int, wait: Wait) -> CallRow | None:
        """Win a free call in an area of one's own role; it rises after that wait without a word
        of theirs."""

    async def written(self, call_id: int, at: int) -> None:
        """Whoever took it wrote to the learner."""

    async def release(self, call_id: int, learner_id: str, at: int) -> CallRow | None:
        """Whoever took it gives it back; the next person is told at `at`."""

    async def finish(self, call_id: int, learner_id: str, at: int) -> CallRow | None:
        """Whoever took it says, once, that it is done."""

    async def close(self, learner_id: str, *, helped: bool, at: int) -> CallRow | None:
        """The learner's own last word."""

    async def answered(self, call_id: int, at: int) -> None:
        """The learner wrote back to whoever wrote to them first."""

    async def reopen(self, learner_id: str, at: int) -> int | None:
        """The learner was not helped yet: free again; its number."""

    async def free_of(self, learner_id: str, at: int) -> list[CallRow]:
        """A role ended: what its holder took, and may not hold any more, is free again;
        their duty ends too."""

    async def rising(self, at: int, limit: int) -> list[CallRow]:
        """Calls whose next person is to be told by now, free or with a silent helper, the urgent
        first."""

    async def keep_duty(self, hours: Hours) -> None: ...

    async def end_duty(self, learner_id: str, weekday: int) -> None: ...
