"""Joining and parting learners, in SQLite; see `store.households`. Part of a transaction."""

from store.households import Chat, ChatNow, Code
from store.named import All, Many, Run
from store.personal import PERSONAL


class SqliteHouseholds:
    """all: the rows of a named query; many: a named query for each of some rows; run: a
    named query that changes rows."""

    def __init__(self, all: All, many: Many, run: Run) -> None:
        self._all = all
        self._many = many
        self._run = run

    async def code_tries(self, contact_id: int, since: int) -> int:
        rows = await self._all("code_tries", contact_id=contact_id, since=since)
        return int(rows[0][0]) if rows else 0

    async def count_code_try(self, contact_id: int, since: int, at: int) -> None:
        await self._many("count_code_try", [(contact_id, since, at)])

    async def free_code(self, hash: str, at: int) -> Code | None:
        rows = await self._all("free_code", hash=hash, at=at)
        return Code(*rows[0]) if rows else None

    async def merge(self, kept: str, other: str) -> None:
        for table in PERSONAL.values():
            for name in table.join:
                await self._run(name, kept=kept, other=other)
        # What is left has no place with the kept one, and goes with the other; but updates
        # that nobody could read yet name the chat, and that goes on.
        for table in PERSONAL.values():
            for name in table.erase:
                if name != "erase_unread":
                    await self._run(name, learner_id=other)

    async def chats(self, learner_id: str) -> list[Chat]:
        rows = await self._all("chats_of_learner", learner_id=learner_id)
        return [Chat(*row) for row in rows]

    async def now(self, contact_id: int) -> ChatNow | None:
        rows = await self._all("chat_now", contact_id=contact_id)
        return ChatNow(*rows[0]) if rows else None

    async def add_member(self, contact_id: int, learner_id: str, document: bytes, at: int) -> None:
        row = {
            "learner_id": learner_id,
            "document": document,
            "at": at,
            "contact_id": contact_id,
        }
        await self._many("add_learner", [row])
        await self._many("add_contact_learner", [row])
        await self.hand_over(contact_id, learner_id)

    async def hand_over(self, contact_id: int, learner_id: str) -> bool:
        return bool(await self._all("use_chat", contact_id=contact_id, learner_id=learner_id))

    async def leave(self, contact_id: int, learner_id: str, to: str) -> None:
        for name in ("hand_on_outbox", "hand_on_history"):
            await self._many(name, [(contact_id, learner_id, to)])
        await self._many("leave_chat", [(contact_id, learner_id)])
