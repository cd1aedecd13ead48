"""Lessons that change while the tutor runs: the next batch teaches the new version, a course
with a fault keeps its last good one, and nobody in the middle of a lesson is moved."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest

from bot.app import open_program
from bot.config import Config, Lessons
from bot.content import Content, NothingToTeach, follow
from bot.conversation.events import Body, Text
from bot.conversation.learner import Learner
from bot.conversation.replies import Reply
from bot.conversation.world import Shelf
from bot.passing import Incoming, Pressed
from bot.turns import Turns
from lessons.fault import Fault
from lessons.model import Library
from store.base import Address
from store.sqlite import SqliteStore, open_store

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
SHIPPED = Path("lessons")
STAYS = Shelf(Library({}), {}, words=None)
TITLE = "Làm quen các nút và màn hình"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped lessons that a test may edit."""
    shutil.copytree(SHIPPED / "courses", tmp_path / "lessons" / "courses")
    for file in SHIPPED.glob("*.yaml"):
        shutil.copy(file, tmp_path / "lessons")
    return tmp_path / "lessons" / "courses"


def _content(folder: Path, cache: Path | None = None, day: date = date(2026, 11, 24)) -> Content:
    wards = folder.parent / "wards.yaml"
    return Content(folder, wards, STAYS, today=lambda: day, cache=cache)


def _edit(folder: Path, old: str, new: str, name: str = "L0101.yaml") -> None:
    (file,) = folder.parent.rglob(name)
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def _title(shelf: Shelf) -> str:
    return shelf.library.lessons["vi"]["L0101"].title


def _after_change(content: Content) -> tuple[Shelf, tuple[Fault, ...]]:
    """A change is taken once it has come to rest: at the second look."""
    assert content.load_if_changed() is None
    found = content.load_if_changed()
    assert found is not None
    return found


def test_a_changed_lesson_is_taken_at_rest_and_only_once(folder: Path) -> None:
    content = _content(folder)
    content.load()
    assert content.load_if_changed() is None
    _edit(folder, TITLE, "Các nút")
    shelf, faults = _after_change(content)
    assert (_title(shelf), faults) == ("Các nút", ())
    assert content.load_if_changed() is None


def test_a_file_still_being_written_is_waited_for(folder: Path) -> None:
    content = _content(folder)
    content.load()
    for title in ("Các", "Các nút", "Các nút máy"):
        _edit(folder, "title: ", f"title: {title} #")
        assert content.load_if_changed() is None
    found = content.load_if_changed()
    assert found is not None
    assert _title(found[0]) == "Các nút máy"


def test_a_course_with_a_fault_keeps_its_last_good_version(folder: Path) -> None:
    content = _content(folder)
    before, _ = content.load()
    _edit(folder, "title:", "titel:")
    _edit(folder, "Bốn dấu hiệu", "Bốn dấu hiệu lừa", "L0901.yaml")
    shelf, faults = _after_change(content)
    assert [(Path(one.path).name, one.rule) for one in faults] == [("L0101.yaml", "unknown")]
    assert shelf.library.lessons["vi"]["L0101"] == before.library.lessons["vi"]["L0101"]
    assert shelf.library.lessons["vi"]["L0901"].title.startswith("Bốn dấu hiệu lừa")
    assert list(shelf.library.lessons["vi"]) == list(before.library.lessons["vi"])
    _edit(folder, "titel:", "title: Nút #")
    assert _title(_after_change(content)[0]) == "Nút"


def test_at_a_first_start_a_course_with_a_fault_is_left_out(folder: Path) -> None:
    _edit(folder, "title:", "titel:")
    shelf, faults = _content(folder).load()
    assert len(faults) == 1
    assert {name[:3] for name in shelf.library.lessons["vi"]} == {"L09"}


def test_after_a_restart_the_last_good_version_goes_on(folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "lessons.cache"
    _content(folder, cache).load()
    _edit(folder, "title:", "titel:")
    for _ in range(2):
        shelf, faults = _content(folder, cache).load()
        assert _title(shelf) == TITLE
        assert len(faults) == 1


def test_the_cache_of_another_folder_is_no_last_version(folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "lessons.cache"
    _content(folder, cache).load()
    other = tmp_path / "other" / "courses"
    shutil.copytree(folder.parent, other.parent)
    _edit(other, "title:", "titel:")
    assert "L0101" not in _content(other, cache).load()[0].library.lessons["vi"]


def test_when_nothing_is_left_the_start_says_so_and_a_running_tutor_goes_on(
    folder: Path,
) -> None:
    content = _content(folder)
    content.load()
    shutil.rmtree(folder)
    assert content.load_if_changed() is None
    with pytest.raises(NothingToTeach):
        content.load_if_changed()
    assert content.load_if_changed() is None  # told once
    with pytest.raises(NothingToTeach):
        _content(folder).load()


def test_facts_that_the_tutor_itself_says_cannot_be_taken_away(folder: Path) -> None:
    content = _content(folder)
    content.load()
    _edit(folder, "- key: hotline.113", "- key: hotline.none", "facts.yaml")
    assert content.load_if_changed() is None
    with pytest.raises(NothingToTeach) as refused:
        content.load_if_changed()
    assert any("hotline.113" in fault.message for fault in refused.value.faults)


def test_a_new_day_is_a_change(folder: Path) -> None:
    days = [date(2026, 11, 24)]
    content = Content(folder, SHIPPED / "wards.yaml", STAYS, today=lambda: days[-1])
    content.load()
    days.append(date(2026, 11, 25))
    assert _after_change(content)[1] == ()


async def test_the_running_program_takes_the_change_and_tells_the_faults(folder: Path) -> None:
    content = _content(folder)
    content.load()
    shelves: asyncio.Queue[Shelf] = asyncio.Queue()
    told: list[Fault] = []
    work = asyncio.create_task(follow(content, shelves.put_nowait, told.append, every_s=0.001))
    try:
        _edit(folder, TITLE, "Các nút")
        async with asyncio.timeout(10):
            assert _title(await shelves.get()) == "Các nút"
            _edit(folder, "minutes:", "minute:")
            assert _title(await shelves.get()) == "Các nút"
        assert [fault.rule for fault in told] == ["unknown"]
    finally:
        work.cancel()


async def test_the_program_follows_its_folder(folder: Path, tmp_path: Path) -> None:
    lessons = Lessons(folder, folder.parent / "wards.yaml")
    config = Config(database=tmp_path / "hocvuso.db", lessons=lessons)
    told: asyncio.Queue[Fault] = asyncio.Queue()
    async with open_program(config, clock=lambda: NOW, on_fault=told.put_nowait) as program:
        assert _title(program.turns.shelf) == TITLE
        _edit(folder, TITLE, "Các nút")
        _edit(folder, "title:", "titel:", "L0901.yaml")
        async with asyncio.timeout(20):
            assert (await told.get()).rule == "unknown"
        # The fault is told just before the new shelf is used, in one go.
        assert _title(program.turns.shelf) == "Các nút"


# --- people in the middle of a lesson (P18) -----------------------------------------


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    opened = await open_store(tmp_path / "hocvuso.db", now_ms=lambda: 0)
    yield opened
    await opened.close()


async def test_a_hundred_reloads_move_nobody(folder: Path, store: SqliteStore) -> None:
    content = _content(folder)
    turns = Turns(store, content.load()[0], secret=b"test", clock=lambda: NOW)
    people = [Address("web", "web", f"visitor-{number}") for number in range(200)]
    await _welcome(turns, people)
    places = await _places(store, people)
    assert {place.partition("/")[0] for place in places} == {"L0101"}
    for round_ in range(100):
        _edit(folder, "title: ", f"title: Bài {round_} #")
        turns.shelf = _after_change(content)[0]
        await _all_say(turns, people[round_::100], Text("nhắc lại"), f"round {round_}")
    assert await _places(store, people) == places
    assert await store.count("quarantine") == 0


async def _welcome(turns: Turns, people: list[Address]) -> None:
    """Everybody at the first card of the first lesson."""
    for number, words in enumerate(("xin chào", "1", "1", "hong gai", "sang")):
        await _all_say(turns, people, Text(words), f"welcome {number}")


async def _all_say(turns: Turns, people: list[Address], body: Body | Pressed, key: str) -> None:
    await turns.run_batch([Incoming(f"{key} {who}", who, NOW, body) for who in people])


async def _places(store: SqliteStore, people: list[Address]) -> list[str]:
    places = []
    for who in people:
        person = await store.person(who)
        assert person is not None
        learner = msgspec.json.decode(person.document, type=Learner)
        places.append(f"{learner.lesson.lesson}/{learner.lesson.card}")
    return places


async def test_a_batch_sees_one_version(folder: Path, store: SqliteStore) -> None:
    content = _content(folder)
    first = content.load()[0]
    turns = Turns(store, first, secret=b"test", clock=lambda: NOW)
    lan = Address("web", "web", "lan")
    await _welcome(turns, [lan])
    _edit(folder, "Nút nguồn thường ở cạnh máy.", "Nút nguồn ở trên.")
    second = _after_change(content)[0]

    swapping = Turns(store, first, secret=b"test", clock=lambda: NOW)

    def swap() -> bytes:
        """A new version arrives while the batch is under way."""
        swapping.shelf = second
        return b"0" * 16

    swapping.seed = swap
    said = [Incoming(f"two {n}", lan, NOW, Text("nhắc lại")) for n in range(2)]
    await swapping.run_batch(said)
    lines = await store.history_after(lan, 0, 1000)
    texts = [msgspec.json.decode(line.body, type=Reply).text for line in lines]
    assert not any("Nút nguồn ở trên." in text for text in texts)
    await _all_say(swapping, [lan], Text("nhắc lại"), "then")
    lines = await store.history_after(lan, 0, 1000)
    assert "Nút nguồn ở trên." in msgspec.json.decode(lines[-1].body, type=Reply).text


def test_five_hundred_lessons_reload_within_two_seconds(tmp_path: Path) -> None:
    folder = _many(tmp_path, 500)
    content = _content(folder)
    content.load()
    _edit(folder, "title: ", "title: Mới #", "L2001.yaml")
    assert content.load_if_changed() is None
    content.load_if_changed()  # reads every file once; from now on only what changed
    _edit(folder, "title: ", "title: Mới hơn #", "L2001.yaml")
    assert content.load_if_changed() is None
    began = time.process_time()
    assert content.load_if_changed() is not None
    assert time.process_time() - began < 2  # promises.md P18


def _many(tmp_path: Path, count: int) -> Path:
    """A folder of that many lessons: ten courses of one lesson again and again."""
    folder = tmp_path / "many" / "courses"
    source = SHIPPED / "courses" / "C01-phone"
    rows = []
    for number in range(count):
        course, name = f"C{20 + number * 10 // count}", f"L{2000 + number}"
        place = folder / f"{course}-many"
        place.mkdir(parents=True, exist_ok=True)
        for ending in (".yaml", ".en.yaml"):
            text = (source / f"L0105{ending}").read_text("utf-8").replace("L0105", name)
            text = text.replace("course: C01", f"course: {course}")
            (place / f"{name}{ending}").write_text(text, "utf-8")
        rows.append(
            f"- {{id: {name}, course: {course}, vi: A, en: A, objective_vi: A, objective: A, "
            "minutes: 3, practice: CHOOSE}"
        )
    index = (SHIPPED / "index.yaml").read_text("utf-8") + "\n".join(rows) + "\n"
    (folder.parent / "index.yaml").write_text(index, "utf-8")
    shutil.copy(SHIPPED / "wards.yaml", folder.parent)
    return folder
