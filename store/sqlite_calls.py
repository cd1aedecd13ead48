"""Calls for a person, in SQLite; see `store.calls.Calls`. Part of a transaction."""

from collections.abc import Sequence
from typing import Any

from store.calls import CallRow, Hours, Moment, NewCall, OnDuty, Wait
from store.named import All, Many


class SqliteCalls:
    """all: the rows of a named query; many: a named query for each of some rows."""

    def __init__(self, all: All, many: Many) -> None:
        self._all = all
        self._many = many

    async def open_call(self, learner_id: str) -> CallRow | None:
        return await self._one("open_call", learner_id=learner_id)

    async def get(self, call_id: int) -> CallRow | None:
        return await self._one("call", call_id=call_id)

    async def add(self, call: NewCall, *, at: int, rise_at: int | None) -> CallRow:
        rows = await self._all("add_call", **call._asdict(), at=at, rise_at=rise_at)
        return CallRow(*rows[0])

    async def hasten(self, call_id: int, about: str, *, rise_at: int) -> CallRow:
        rows = await self._all("hasten_call", call_id=call_id, about=about, rise_at=rise_at)
        return CallRow(*rows[0])

    async def on_duty(self, call: CallRow, now: Moment) -> list[OnDuty]:
        rows = await self._all(
            "on_duty",
            ward=call.ward,
            hamlet=call.hamlet,
            learner_id=call.learner_id,
            weekday=now.weekday,
            minute=now.minute,
        )
        return [OnDuty(*row) for row in rows]

    async def duty_starts(self, call: CallRow) -> list[Moment]:
        rows = await self._all(
            "duty_starts", ward=call.ward, hamlet=call.hamlet, learner_id=call.learner_id
        )
        return [Moment(*row) for row in rows]

    async def next_helper(self, call_id: int) -> str | None:
        rows = await self._all("next_helper", call_id=call_id)
        return str(rows[0][0]) if rows else None

    async def told(self, call_id: int, learner_ids: Sequence[str], at: int) -> None:
        await self._many("told_of_call", [(call_id, one, at) for one in learner_ids])

    async def told_of(self, call_id: int) -> list[str]:
        return [str(row[0]) for row in await self._all("told_of", call_id=call_id)]

    async def forget_told(self, call_id: int, *, but: str) -> None:
        await self._many("forget_told", [{"call_id": call_id, "but": but}])

    async def set_rise(self, call_id: int, rise_at: int | None) -> None:
        await self._many("set_rise", [{"call_id": call_id, "rise_at": rise_at}])

    async def take(self, call_id: int, learner_id: str, at: int, wait: Wait) -> CallRow | None:
        return await self._one(
            "take_call",
            call_id=call_id,
            learner_id=learner_id,
            at=at,
            within=wait.usual_ms,
            urgent_within=wait.urgent_ms,
        )

    async def written(self, call_id: int, at: int) -> None:
        await self._many("write_call", [{"call_id": call_id, "at": at}])

    async def release(self, call_id: int, learner_id: str, at: int) -> CallRow | None:
        return await self._one("release_call", call_id=call_id, learner_id=learner_id, at=at)

    async def finish(self, call_id: int, learner_id: str, at: int) -> CallRow | None:
        return await self._one("finish_call", call_id=call_id, learner_id=learner_id, at=at)

    async def close(self, learner_id: str, *, helped: bool, at: int) -> CallRow | None:
        return await self._one("close_call", learner_id=learner_id, helped=helped, at=at)

    async def answered(self, call_id: int, at: int) -> None:
        await self._many("answer_call", [{"call_id": call_id, "at": at}])

    async def reopen(self, learner_id: str, at: int) -> int | None:
        rows = await self._all("reopen_call", learner_id=learner_id, at=at)
        return int(rows[0][0]) if rows else None

    async def free_of(self, learner_id: str, at: int) -> list[CallRow]:
        await self._many("end_all_duty", [{"learner_id": learner_id}])
        rows = await self._all("free_calls_of", learner_id=learner_id, at=at)
        return [CallRow(*row) for row in rows]

    async def rising(self, at: int, limit: int) -> list[CallRow]:
        return [CallRow(*row) for row in await self._all("rising_calls", at=at, limit=limit)]

    async def keep_duty(self, hours: Hours) -> None:
        await self._many("keep_duty", [hours])

    async def end_duty(self, learner_id: str, weekday: int) -> None:
        await self._many("end_duty", [{"learner_id": learner_id, "weekday": weekday}])

    async def _one(self, query: str, **parameters: Any) -> CallRow | None:
        rows = await self._all(query, **parameters)
        return CallRow(*rows[0]) if rows else None
