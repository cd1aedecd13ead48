"""What others were told of somebody goes when they are erased: words passed on, and the name."""

import asyncio
import shutil
from pathlib import Path

import msgspec

from bot.conversation.replies import Reply
from store.mentions import NOBODY
from store.sqlite import open_store
from tests.village import Village, village

NAME, WORDS = "Xuyến Chi", "cháu ngoại bác ở Cẩm Phả"


def _traces(folder: Path) -> list[str]:
    marks = (NAME.encode(), WORDS.encode())
    return [file.name for file in folder.iterdir() if any(m in file.read_bytes() for m in marks)]


async def _gone(folder: Path) -> None:
    async with asyncio.timeout(5):
        while _traces(folder):  # noqa: ASYNC110  (files tell nobody that they changed)
            await asyncio.sleep(0.02)


async def _helped(here: Village) -> None:
    """Volunteers in two channels were told of a call, one took it; they wrote to each other."""
    await here.given("minh", role="volunteer", ward="06685", name="Minh", pronouns="anh")
    await here.given("tu", channel="telegram", role="volunteer", ward="06685", name="Tư")
    await here.given("chi", name=NAME)
    await here.given("chien", name=NAME + "ến")
    for name in ("minh", "tu"):
        await here.say(name, "việc tình nguyện", "giờ trực", "thứ ba 8-11 giờ")
    for name in ("chien", "chi"):
        await here.say(name, "gặp người", "1")
        await here.tell("minh", await here.press("minh", "take"))
        await here.say(name, WORDS if name == "chi" else "tôi không mở được máy ảnh")
        await here.say("minh", "dạ em nghe", "xong việc")
        await here.say(name, "1")


async def _lines(here: Village, name: str) -> list[str]:
    rows = await here.store._reader.execute_fetchall(
        "SELECT body FROM history WHERE learner_id = ?1 "
        "UNION ALL SELECT body FROM outbox WHERE learner_id = ?1",
        (here.id_of(name),),
    )
    return [msgspec.json.decode(row[0], type=Reply).text for row in rows]


async def test_name_and_words_go_from_the_helpers_chats(tmp_path: Path) -> None:
    async with village(tmp_path) as here:
        await _helped(here)
        before = {name: await _lines(here, name) for name in ("minh", "tu")}
        assert any(WORDS in line for line in before["minh"])
        assert any(NAME in line for line in before["tu"])
        shutil.copy(tmp_path / "village.db", tmp_path.parent / "of_yesterday.db")
        await here.say("chi", "xóa dữ liệu", "1")
        after = {name: await _lines(here, name) for name in ("minh", "tu")}
        told = [line for lines in after.values() for line in lines]
        assert not any(WORDS in line for line in told)
        # Of the other, whose name only begins alike, everything stays.
        assert sum(NAME + "ến" in line for line in told) == sum(
            NAME + "ến" in line for lines in before.values() for line in lines
        )
        assert any(f"ác {NOBODY}, phường Hồng Gai, cần giúp" in line for line in after["tu"])
        assert len(after["tu"]) == len(before["tu"])


async def test_no_file_has_them_and_a_restored_one_loses_them_again(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    folder.mkdir()
    async with village(folder) as here:
        await _helped(here)
        await here.tell("chien", await here.body("chien", "xóa dữ liệu"))
        await here.say("chien", "1")
        async with here.store.transaction():
            pass
        async with asyncio.timeout(5):
            while (folder / "village.db-wal").stat().st_size:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        shutil.copy(folder / "village.db", tmp_path / "old.db")
        assert _traces(folder)
        await here.say("chi", "xóa dữ liệu", "1")
        await _gone(folder)
    shutil.copy(tmp_path / "old.db", folder / "village.db")
    assert _traces(folder)
    store = await open_store(folder / "village.db", now_ms=lambda: 0)
    assert store.erased_again == 1
    await _gone(folder)
    await store.close()
    assert not _traces(folder)
