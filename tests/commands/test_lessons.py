"""What an author has on the command line: check, schema, new, preview."""

import json
import shutil
from datetime import date
from pathlib import Path

import httpx
import msgspec
import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.conversation.speech import fill
from bot.preview import PRONOUNS, lesson_lines
from lessons.check import check
from lessons.editor_schema import FILES, schema_json
from lessons.loader import load_library
from lessons.model import LessonName
from lessons.new import kinds
from lessons.page import read_page
from tests.play import NINE as NOW
from tests.play import shelf
from tests.running import running

SHIPPED = Path("lessons")
INDEX = msgspec.convert(
    read_page(SHIPPED / "index.yaml", tuple[LessonName, ...]).tree, tuple[LessonName, ...]
)
WRITTEN = sorted(file.stem for file in SHIPPED.glob("courses/*/L????.yaml"))
RUN = CliRunner()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped courses."""
    shutil.copytree(SHIPPED / "courses", tmp_path / "courses")
    return tmp_path / "courses"


def _hocvuso(*arguments: str | Path) -> tuple[int, str, str]:
    result = RUN.invoke(app, ["lessons", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


# --- check --------------------------------------------------------------------------


def test_check_ends_with_the_count(folder: Path) -> None:
    status, out, _ = _hocvuso("check", folder)
    assert (status, out) == (0, f"2 courses, {len(WRITTEN)} lessons, 0 errors, 0 warnings\n")


def test_check_names_each_fault_and_exits_with_one(folder: Path) -> None:
    file = folder / "C01-phone" / "L0101.yaml"
    file.write_text(file.read_text("utf-8").replace("title:", "titel:", 1), "utf-8")
    status, out, _ = _hocvuso("check", folder)
    assert status == 1
    assert out.startswith(f"{file}:3: unknown: unknown key `titel`; did you mean `title`?")
    status, out, _ = _hocvuso("check", folder, "--json")
    assert status == 1
    assert json.loads(out) == [
        {
            "path": str(file),
            "line": 3,
            "rule": "unknown",
            "level": "error",
            "message": "unknown key `titel`",
            "mend": "did you mean `title`?",
        }
    ]


def test_warnings_alone_do_not_fail(folder: Path) -> None:
    file = folder / "C01-phone" / "L0101.yaml"
    file.write_text(file.read_text("utf-8").replace("minutes: 3", "minutes: 9", 1), "utf-8")
    status, out, _ = _hocvuso("check", folder)
    assert status == 0
    assert out.endswith("0 errors, 1 warnings\n")


# --- schema -------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_schema_kept_for_editors_is_the_newest(language: str) -> None:
    status, out, _ = _hocvuso("schema", "--language", language)
    assert status == 0
    assert out == schema_json(language)
    kept = SHIPPED / "schema" / FILES[language]
    assert out == kept.read_text("utf-8"), f"hocvuso lessons schema --language {language} > {kept}"


def test_the_schema_knows_and_explains_the_keys() -> None:
    parts = json.loads(schema_json("vi"))["$defs"]
    assert parts["Lesson"]["additionalProperties"] is False
    assert set(parts["Lesson"]["required"]) >= {"id", "title", "cards", "recap"}
    assert parts["Lesson"]["properties"]["minutes"]["description"] == "3 to 5."
    assert parts["Choose"]["properties"]["options"]["maxItems"] == 4
    assert parts["RolePlay"]["properties"]["nodes"]["minProperties"] == 3
    assert "exactly one" in parts["Choose"]["description"]
    assert all(kind in schema_json("vi") for kind in kinds())


# --- new ----------------------------------------------------------------------------


@pytest.mark.parametrize("row", [row for row in INDEX if row.id not in WRITTEN])
def test_a_new_lesson_has_its_shape_and_lacks_only_its_words(
    tmp_path: Path, row: LessonName
) -> None:
    folder = tmp_path / "courses"
    status, out, _ = _hocvuso("new", row.id, "--folder", folder)
    assert status == 0
    (file,) = folder.rglob(f"{row.id}.yaml")
    assert file.parent.name.startswith(f"{row.course}-")
    assert str(file) in out
    checked = check(file.parent)
    assert checked.errors == 0
    assert {fault.rule for fault in checked.faults} == {"fill"}
    library, faults = load_library(folder, on=date(2026, 11, 24), preview=True)
    assert not faults
    assert library.lessons["vi"][row.id].title == row.vi
    assert library.lessons["en"][row.id].title == row.en


def test_a_draft_is_taught_to_nobody(folder: Path) -> None:
    _hocvuso("new", "L0301", "--folder", folder)
    library, faults = load_library(folder, on=date(2026, 11, 24))
    assert not faults
    assert sorted(library.lessons["vi"]) == WRITTEN


def test_without_draft_what_is_still_to_be_written_is_refused(folder: Path) -> None:
    _hocvuso("new", "L0301", "--folder", folder)
    (file,) = folder.rglob("L0301.yaml")
    file.write_text(file.read_text("utf-8").replace("draft: true\n", ""), "utf-8")
    library, faults = load_library(folder, on=date(2026, 11, 24))
    assert {fault.rule for fault in faults} == {"fill"}
    assert sorted(library.lessons["vi"]) == WRITTEN
    assert check(folder).errors > 10


def test_nothing_is_overwritten(folder: Path) -> None:
    before = {file: file.read_bytes() for file in folder.rglob("*.yaml")}
    status, _, errors = _hocvuso("new", "l0105", "--folder", folder)
    assert status == 1
    assert "already there" in errors
    (folder / "C01-phone" / "L0105.yaml").unlink()
    assert _hocvuso("new", "L0105", "--folder", folder)[0] == 1  # the English one is there
    assert not (folder / "C01-phone" / "L0105.yaml").exists()
    assert all(file.read_bytes() == before[file] for file in folder.rglob("*.yaml"))


def test_a_lesson_nobody_named_is_not_begun(folder: Path) -> None:
    status, _, errors = _hocvuso("new", "L9999", "--folder", folder)
    assert status == 2
    assert "add its row there first" in errors


# --- preview ------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", WRITTEN)
def test_a_preview_holds_every_card_of_the_lesson(name: str, language: str) -> None:
    lesson = shelf().library.lessons[language][name]
    out = "\n".join(lesson_lines(lesson, shelf(), language, NOW))
    assert out.startswith(f"{name} · {lesson.title}")
    for card in lesson.cards:
        assert f"── {card.id}" in out
        if card.question:
            assert fill(card.question.hint, PRONOUNS) in out
    assert fill(lesson.recap, PRONOUNS) in out
    assert "{{" not in out.replace("{{missing}}", "")


def test_a_preview_shows_which_option_is_right_and_what_each_is_told() -> None:
    _, out, _ = _hocvuso("preview", "L0105")
    assert "  2 dd\n" in out
    assert "    ✓ dd: Đúng ạ. Hai chữ d liền nhau thành đ.\n" in out
    assert "    hint: Chữ có mũ" in out


def test_a_draft_and_a_lesson_without_english_can_be_looked_at(folder: Path) -> None:
    _hocvuso("new", "L0301", "--folder", folder)
    assert "✎" in _hocvuso("preview", "L0301", "--folder", folder)[1]
    (folder / "C01-phone" / "L0101.en.yaml").unlink()
    status, out, errors = _hocvuso("preview", "L0101", "--folder", folder, "--language", "en")
    assert status == 0
    assert "Làm quen các nút" in out
    assert "R21" in errors


def test_a_lesson_with_a_fault_says_where(folder: Path) -> None:
    file = folder / "C01-phone" / "L0101.yaml"
    file.write_text(file.read_text("utf-8").replace("title:", "titel:", 1), "utf-8")
    status, _, errors = _hocvuso("preview", "L0101", "--folder", folder)
    assert status == 1
    assert "L0101.yaml:3: unknown" in errors
    assert _hocvuso("preview", "L0102", "--folder", folder)[0] == 0


async def test_the_page_begins_at_the_lesson_and_shows_anew_what_is_saved(
    folder: Path, tmp_path: Path
) -> None:
    arguments = ("lessons", "preview", "L0102", "--page", "--folder", str(folder))
    async with running(tmp_path / "unused.db", arguments=arguments) as program:
        assert program.url.endswith("/preview")
        root = program.url.removesuffix("/preview")
        async with httpx.AsyncClient(base_url=root, follow_redirects=True) as browser:
            page = await browser.get("/preview")
            assert "Chạm là đặt nhẹ đầu ngón tay" in page.text
            assert "Cháu nên gọi" not in page.text
            lines = (await browser.get("/api/chat/messages?after=0")).json()["messages"]
            file = folder / "C01-phone" / "L0102.yaml"
            file.write_text(file.read_text("utf-8").replace("Chạm là đặt", "Chạm nhẹ là đặt"))
            later = await browser.get(
                f"/api/chat/messages?after={lines[-1]['id']}&wait=20", timeout=30
            )
            (card,) = later.json()["messages"]
            assert card["text"].startswith("Chạm nhẹ là đặt")
            assert card["options"]
            fresh = await browser.get("/preview")
            assert fresh.text.count("Chạm nhẹ là đặt") == 1
        assert await program.end() == 0
    assert not (tmp_path / "unused.db").exists()
