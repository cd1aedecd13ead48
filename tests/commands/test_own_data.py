"""One's own data: seen, taken away and erased, in the real program. promises.md P32, P33."""

import asyncio
import json
from pathlib import Path

import httpx

from bot.signing import learner_number
from tests.running import command, running

MARK = "Bà Tám bán xôi ở bến"


class Learner:
    """One learner's browser."""

    def __init__(self, url: str) -> None:
        self.client = httpx.AsyncClient(base_url=url, timeout=20)
        self.after = 0

    @property
    def chat(self) -> str:
        """The chat as the command line names it."""
        return "web:web:" + str(self.client.cookies["hocvuso"]).rpartition(".")[0]

    async def say(self, *words: str) -> list[str]:
        """Say these; what was answered to the last."""
        for text in words:
            answer = await self.client.post("/api/chat/messages", json={"text": text})
            assert answer.status_code == 202
            said = await self.client.get("/api/chat/messages", params={"after": self.after})
            lines = said.json()["messages"]
            self.after = max(line["id"] for line in lines)
        return [line["text"] for line in lines if line["from"] == "bot"]


async def _welcomed(url: str) -> Learner:
    learner = Learner(url)
    await learner.say("xin chào", "1", "1", "hong gai", "sang", MARK)
    return learner


def _traces(folder: Path, *words: str) -> list[str]:
    files = [file for file in folder.rglob("*") if file.is_file()]
    return [
        file.name
        for file in files
        for word in words
        if word.encode() in file.read_bytes()
        or json.dumps(word).strip('"').encode() in file.read_bytes()
    ]


async def _gone(folder: Path, *words: str) -> None:
    async with asyncio.timeout(5):
        while _traces(folder, *words):  # noqa: ASYNC110  (files tell nobody that they changed)
            await asyncio.sleep(0.05)


async def test_seen_taken_away_erased_and_not_brought_back(tmp_path: Path) -> None:
    database, old = tmp_path / "var" / "hocvuso.db", tmp_path / "old.db"
    async with running(database) as program:
        lan, tu = await _welcomed(program.url), await _welcomed(program.url)
        assert _traces(database.parent, MARK)
        link = (await lan.say("dữ liệu của tôi"))[1].split()[-1].rsplit("/data/")[1]
        assert (await lan.client.get(f"/data/{link}")).status_code == 200
        taken = await tu.client.post(f"/data/{link}")  # whoever holds the link, once
        assert MARK in taken.text
        assert taken.json()["learner"][0]["document"]["ward"] == "06685"
        assert (await lan.client.post(f"/data/{link}")).status_code == 404

        status, told, _ = await command(database, "export", lan.chat, "--json")
        assert status == 0
        data = json.loads(told)
        assert [line["body"]["text"] for line in data["history"]].count(MARK) == 1
        number = learner_number(data["learner"][0]["document"]["id"])
        status, told, _ = await command(database, "export", number)
        assert f"người học: {MARK}" in told
        assert "Phường, xã: Hồng Gai" in told

        assert (await command(database, "backup", str(old)))[0] == 0
        await lan.say("xóa dữ liệu", "1")
        status, told, _ = await command(database, "erase", tu.chat, "--yes")
        assert (status, told.startswith("Learner ")) == (0, True)
        names = [one.chat.rpartition(":")[2] for one in (lan, tu)]
        await _gone(database.parent, MARK, *names)
        assert (await command(database, "backup", str(tmp_path / "new.db")))[0] == 0
        assert _traces(tmp_path, MARK) == ["old.db"]
        status, _, told = await command(database, "restore", str(old))
        assert status == 2
        assert str(program.process.pid) in told

    status, told, _ = await command(database, "restore", str(old))
    assert status == 0
    assert "2 of them were erased again" in told
    async with running(database) as program:
        await _gone(database.parent, MARK, *names)
        assert (await command(database, "export", number))[0] == 2
    for one in (lan, tu):
        await one.client.aclose()


async def test_erased_while_nothing_runs(tmp_path: Path) -> None:
    database = tmp_path / "var" / "hocvuso.db"
    async with running(database) as program:
        lan = await _welcomed(program.url)
    status, _, told = await command(database, "erase", "web:web:nobody", "--yes")
    assert status == 2
    assert "there is no learner" in told
    assert (await command(database, "erase", lan.chat, "--yes"))[0] == 0
    assert not _traces(database.parent, MARK)
    await lan.client.aclose()
