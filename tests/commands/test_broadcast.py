"""`hocvuso broadcast`, as typed, beside nothing and beside a running program."""

import json
from pathlib import Path

import msgspec
from PIL import Image

from bot.conversation.draft import Announcement
from store.base import Address, LearnerRow, Person
from store.sqlite import open_store
from tests.running import command, running

SEND = ("broadcast", "send", "--ward", "06685", "--text", "Thứ Bảy 8 giờ ở nhà văn hóa.")


async def _people(database: Path, count: int) -> None:
    store = await open_store(database, now_ms=lambda: 0)
    document = b'{"consent":"yes","ward":"06685","hour":"08:00","turn":1}'
    async with store.transaction() as tx:
        for number in range(count):
            name = f"learner-{number}"
            address = Address("web", "web", name)
            await tx.add_people([Person(number, address, name, document)], 0)
            row = LearnerRow(name, document, "06685", "active", None, 0, number)
            await tx.save_learners([row])
    await store.close()


async def test_a_preview_changes_nothing(tmp_path: Path) -> None:
    database = tmp_path / "hocvuso.db"
    await _people(database, 3)
    status, out, errors = await command(database, *SEND, "--keys", "come,busy")
    assert status == 0, errors
    assert "Thứ Bảy 8 giờ" in out
    assert "1 Tôi sẽ đến" in out
    assert "3 people (web 3: 1 min)" in out
    status, out, _ = await command(database, "broadcast", "list", "--json")
    assert (status, json.loads(out)) == (0, [])


async def test_queued_paused_and_cancelled_beside_a_running_program(tmp_path: Path) -> None:
    database = tmp_path / "hocvuso.db"
    await _people(database, 3)
    async with running(database):
        status, out, errors = await command(database, *SEND, "--yes", "--json")
        assert status == 0, errors
        assert json.loads(out) == {"number": 1, "status": "held", "people": 3}
        assert (await command(database, "broadcast", "pause", "1"))[0] == 0
        assert (await command(database, "broadcast", "resume", "1"))[0] == 0
        assert (await command(database, "broadcast", "cancel", "1"))[0] == 0
        status, _, errors = await command(database, "broadcast", "resume", "1")
        assert status == 2
        assert "not in a state for that" in errors
        status, out, _ = await command(database, "broadcast", "list", "--json")
        (row,) = json.loads(out)
        assert (row["status"], row["reached"]) == ("cancelled", 0)


async def test_to_many_it_waits_for_a_second_person(tmp_path: Path) -> None:
    database = tmp_path / "hocvuso.db"
    await _people(database, 51)
    status, out, errors = await command(database, *SEND, "--yes", "--json")
    assert status == 0, errors
    assert json.loads(out)["status"] == "waiting"


async def test_a_picture_and_a_recording_go_with_it(tmp_path: Path) -> None:
    database = tmp_path / "hocvuso.db"
    await _people(database, 3)
    picture, voice = tmp_path / "hall.png", tmp_path / "hall.ogg"
    Image.effect_noise((1500, 900), 90).save(picture)
    voice.write_bytes(b"OggS" + bytes(1000))
    borne = ("--picture", str(picture), "--voice", str(voice))
    lesson = ("--keys", "come,busy,lesson", "--lesson", "L0101")
    status, out, errors = await command(database, *SEND, *borne, *lesson)
    assert status == 0, errors
    assert "(Tin này có kèm một tấm ảnh, ở đây chưa xem được.)" in out
    assert "3 Học bài này" in out
    async with running(database):
        status, out, errors = await command(database, *SEND, *borne, *lesson, "--yes", "--json")
    assert status == 0, errors
    store = await open_store(database, now_ms=lambda: 0)
    async with store.transaction() as tx:
        row = await tx.broadcasts.get(json.loads(out)["number"])
    assert row is not None
    body = msgspec.json.decode(row.body, type=Announcement)
    kept = await store.attachment(body.picture), await store.attachment(body.voice)
    await store.close()
    assert kept[0] is not None
    assert kept[0].startswith(b"\xff\xd8\xff")
    assert kept[1] == voice.read_bytes()
    assert body.lesson == "L0101"


async def test_what_cannot_be_announced_is_said_in_a_sentence(tmp_path: Path) -> None:
    database = tmp_path / "hocvuso.db"
    for more, said in [
        (("--keys", "come,dance"), "up to three of"),
        (("--at", "soon"), "2027-03-02T08:00"),
        (("--yes",), "nobody would get it"),
        (("--lesson", "L9999", "--keys", "lesson"), "there is no lesson L9999"),
        (("--lesson", "L0101"), "add lesson to --keys"),
        (("--picture", str(tmp_path / "none.png")), "No such file"),
        (("--picture", __file__), "it is no picture"),
        (("--voice", __file__), "it is no recording"),
    ]:
        status, _, errors = await command(database, *SEND, *more)
        assert status == 2
        assert said in errors
