"""The peers' lesson and their store: the same cards, one SQLite commit a turn.

What a turn keeps is what ours keeps: the dedupe key, where the learner is, the attempt.
"""

import json
import tempfile
from pathlib import Path

import aiosqlite

CARDS = [
    ("Chữ không dấu dễ đọc nhầm. Hôm nay cháu cùng bác tập gõ có dấu ạ.", ["Tiếp"], 0),
    ("Gõ aa thành â, ee thành ê, oo thành ô. Gõ dd thành đ.", ["Tiếp"], 0),
    ("Muốn có chữ đ thì gõ gì ạ?", ["dd", "dw", "ds"], 0),
    ("Gõ xong chữ rồi mới gõ dấu. Chữ s là sắc, f là huyền.", ["Tiếp"], 0),
    ("Nhớ nhé: gõ hai chữ giống nhau thì có mũ. Học tiếp không ạ?", ["Bài mới", "Để sau"], 0),
]


class Kept:
    """One open database with one commit a turn, synchronous=FULL as ours."""

    async def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory(dir=".")
        self.db = await aiosqlite.connect(Path(self.folder.name) / "peer.db", isolation_level=None)
        for statement in (
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            "CREATE TABLE learner (id INTEGER PRIMARY KEY, document TEXT)",
            "CREATE TABLE seen (key INTEGER PRIMARY KEY)",
            "CREATE TABLE fact (id INTEGER PRIMARY KEY, learner INTEGER, body TEXT)",
        ):
            await self.db.execute(statement)

    async def keep(self, update_id: int, learner: int, state: dict[str, int], fact: bool) -> None:
        """One turn, on disk when this returns."""
        await self.db.execute("BEGIN")
        await self.db.execute("INSERT OR IGNORE INTO seen VALUES (?)", (update_id,))
        await self.db.execute(
            "INSERT INTO learner VALUES (?, ?) ON CONFLICT DO UPDATE "
            "SET document = excluded.document",
            (learner, json.dumps(state)),
        )
        if fact:
            await self.db.execute(
                "INSERT INTO fact (learner, body) VALUES (?, ?)", (learner, '{"correct": true}')
            )
        await self.db.execute("COMMIT")

    async def close(self) -> None:
        await self.db.close()
        self.folder.cleanup()


def answer(card: int, text: str) -> tuple[int, bool]:
    """The next card, and whether a question was answered."""
    options = CARDS[card][1]
    if not text.isdigit() or not 1 <= int(text) <= len(options):
        return card, False
    return (card + 1) % len(CARDS), len(options) == 3
