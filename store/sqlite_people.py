"""People of an area and of a family, in SQLite; see `store.people.People`."""

from collections.abc import Sequence
from typing import Any

from store.named import All, Many
from store.people import KeptLearner, Near, NoticeRow


class SqlitePeople:
    """all: the rows of a named query; many: a named query for each of some rows."""

    def __init__(self, all: All, many: Many) -> None:
        self._all = all
        self._many = many

    async def note(self, rows: Sequence[NoticeRow]) -> None:
        await self._many("note", rows)
        await self._many("unnote", [(row.learner_id,) for row in rows if row.kind == "reached"])

    async def near(self, helper_id: str, learner_id: str) -> Near | None:
        rows = await self._all("is_near", helper_id=helper_id, learner_id=learner_id)
        return Near(*rows[0]) if rows else None

    async def keep(self, row: KeptLearner, at: int) -> None:
        kept = {**row._asdict(), "at": at}
        await self._many("keep_learner", [kept])
        await self._many("keep_learner_by", [kept])

    async def kept_document(self, learner_id: str) -> bytes | None:
        rows = await self._all("kept_document", learner_id=learner_id)
        return bytes(rows[0][0]) if rows else None

    async def save_kept(self, learner_id: str, document: bytes, at: int) -> None:
        saved = {"learner_id": learner_id, "document": document, "at": at}
        await self._many("save_kept", [saved])

    async def ask_family(self, learner_id: str, helper_id: str, at: int) -> None:
        await self._many("ask_family", [_pair(learner_id, helper_id, at=at)])

    async def agree_family(self, learner_id: str, helper_id: str, at: int) -> bool:
        return bool(await self._all("agree_family", **_pair(learner_id, helper_id, at=at)))

    async def end_family(self, learner_id: str, helper_id: str) -> bool:
        return bool(await self._all("end_family", **_pair(learner_id, helper_id)))

    async def praise_family(self, learner_id: str, helper_id: str, at: int, before: int) -> bool:
        pair = _pair(learner_id, helper_id, at=at, before=before)
        return bool(await self._all("praise_family", **pair))

    async def family_of(self, learner_id: str) -> list[str]:
        return [str(row[0]) for row in await self._all("family_of", learner_id=learner_id)]


def _pair(learner_id: str, helper_id: str, **more: Any) -> dict[str, Any]:
    return {"learner_id": learner_id, "helper_id": helper_id, **more}
