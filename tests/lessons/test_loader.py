"""An author's slip is named at its line with its mend; the other courses still serve."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from lessons.check import check
from lessons.loader import load_library

ON = date(2026, 11, 24)
SHIPPED = Path("lessons")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped lessons that a test may spoil."""
    shutil.copytree(SHIPPED / "courses", tmp_path / "courses")
    for file in SHIPPED.glob("*.yaml"):
        shutil.copy(file, tmp_path)
    return tmp_path / "courses"


def _shipped() -> list[str]:
    """The ids of every lesson that comes with the program."""
    return sorted(file.stem for file in SHIPPED.glob("courses/*/L????.yaml"))


def _spoil(folder: Path, old: str, new: str, file: str = "L0101.yaml") -> int:
    """Replace a text once; the line where it now begins."""
    path = folder / "C01-phone" / file
    text = path.read_text("utf-8")
    assert old in text
    at = text.index(old)
    path.write_text(text.replace(old, new, 1), "utf-8")
    return text.count("\n", 0, at) + 1


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("title:", "titel:", "unknown"),
        ("minutes: 3", "minutes: ba", "type"),
        ("core: true", "core: yes", "type"),
        ("core: true", "core: true\ncore: true", "repeated"),
        ("requires: []", "requires: [L9999]", "requires"),
        ("facts: []", "facts: [no.such]", "R22"),
        ("review: [q1, p1]", "review: [c1]", "review"),
        ("about: c1", "about: q1", "about"),
        ("type: CHOOSE", "type: CHOSE", "kind"),
        ("id: c3", "id: c1", "id"),
        ("id: L0101", "id: L0102", "id"),
        ("requires: []", "requires: &a []", "anchor"),
        ("requires: []", "requires: *a", "alias"),
        ("minutes: 3", "<<: {minutes: 3}", "merge"),
        ("minutes: 3", "minutes: !!int 3", "tag"),
        ("minutes: 3", "minutes: 3 : 4", "yaml"),
        ("course: C01", "course: C02", "course"),
        ('left: "Nút âm lượng"', 'left: "Nút nguồn"', "twice"),
        ("{{toi}} cùng", "{{ai}} cùng", "slot"),
        ("{{toi}} cùng", "{{fact:no.such}} cùng", "R22"),
        ("{{toi}} cùng", "{{toi cùng", "slot"),
    ],
)
def test_a_slip_is_named_at_its_line(folder: Path, old: str, new: str, rule: str) -> None:
    line = _spoil(folder, old, new)
    library, faults = load_library(folder, on=ON)
    assert not [name for name in library.lessons["vi"] if name.startswith("L01")]
    found = [fault for fault in faults if fault.rule == rule and fault.path.endswith("L0101.yaml")]
    assert found, faults
    assert abs(found[0].line - line) <= new.count("\n") + 1
    assert found[0].mend


def test_no_correct_option_is_named(folder: Path) -> None:
    _spoil(folder, "correct: true", "correct: false")
    _, faults = load_library(folder, on=ON)
    assert [fault.rule for fault in faults] == ["correct"]


def test_a_lesson_in_two_courses_is_named(folder: Path) -> None:
    other = folder / "C02-net"
    shutil.copytree(folder / "C01-phone", other)
    for file in other.glob("L????.yaml"):
        file.write_text(file.read_text("utf-8").replace("course: C01", "course: C02"), "utf-8")
    library, faults = load_library(folder, on=ON)
    assert {fault.rule for fault in faults} == {"id"}
    assert sorted(library.lessons["vi"]) == _shipped()


def test_a_file_with_the_wrong_ending_is_named(folder: Path) -> None:
    (folder / "C01-phone" / "L0199.yml").write_text("id: L0199\n")
    _, faults = load_library(folder, on=ON)
    assert [fault.rule for fault in faults] == ["file"]


def test_a_file_with_the_wrong_ending_is_named_beside_the_right_one(folder: Path) -> None:
    (folder / "C01-phone" / "L0101.yml").write_text("id: L0101\n")
    assert [(fault.rule, Path(fault.path).name) for fault in check(folder).faults] == [
        ("file", "L0101.yml")
    ]


@pytest.mark.parametrize("name", ["facts.yaml", "index.yaml"])
def test_a_file_that_cannot_be_read_is_named_alone(folder: Path, name: str) -> None:
    (folder.parent / name).write_text("- id: 'L0101\n")
    faults = check(folder).faults
    assert [(fault.rule, Path(fault.path).name) for fault in faults] == [("yaml", name)]


@pytest.mark.parametrize("code", ["6652", "'066520'", "'06658'"])
def test_a_ward_has_its_own_code(folder: Path, code: str) -> None:
    wards = folder.parent / "wards.yaml"
    wards.write_text(wards.read_text("utf-8").replace("'06652'", code), "utf-8")
    assert [Path(fault.path).name for fault in check(folder).faults] == ["wards.yaml"]
    assert load_library(folder, on=ON)[1]


def test_a_missing_translation_is_named(folder: Path) -> None:
    _spoil(folder, '      hint: "Volume means loud or quiet."\n', "", "L0101.en.yaml")
    _, faults = load_library(folder, on=ON)
    assert [fault.rule for fault in faults] == ["R21"]


def test_a_faulty_course_is_left_out_and_the_rest_serves(folder: Path) -> None:
    other = folder / "C02-net"
    other.mkdir()
    (other / "L0201.yaml").write_text("id: L0201\nnonsense\n")
    library, faults = load_library(folder, on=ON)
    assert sorted(library.lessons["vi"]) == _shipped()
    assert {Path(fault.path).parent.name for fault in faults} == {"C02-net"}


@pytest.mark.parametrize("text", ["no", "010", "12:30", "1e3", "null đây", "~ ơi", "true"])
def test_text_stays_text(folder: Path, text: str) -> None:
    _spoil(folder, '"Làm quen các nút và màn hình"', text)
    library, faults = load_library(folder, on=ON)
    assert not faults
    assert library.lessons["vi"]["L0101"].title == text


def test_an_alias_bomb_costs_nothing(folder: Path) -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(12)
    )
    (folder / "C01-phone" / "L0101.yaml").write_text(bomb)
    _, faults = load_library(folder, on=ON)
    assert any(fault.rule == "alias" for fault in faults)


def test_the_cache_gives_the_same_and_a_broken_one_is_ignored(folder: Path) -> None:
    cache = folder.parent / "cache"
    first = load_library(folder, on=ON, cache=cache)
    assert load_library(folder, on=ON, cache=cache) == first
    cache.write_bytes(b"broken")
    assert load_library(folder, on=ON, cache=cache) == first
    _spoil(folder, "title:", "titel:")
    assert load_library(folder, on=ON, cache=cache)[1]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("Bấm thử không làm hỏng máy.", "Bấm " * 16 + "máy.", "R01"),
        ("Bấm thử không làm hỏng máy.", "Sai rồi.", "R13"),
        ("Bấm thử không làm hỏng máy.", "Xem https://abc.example.vn nhé.", "R14"),
        ("Bấm thử không làm hỏng máy.", "Gọi 0912 345 678 nhé.", "R15"),
        ("Bấm thử không làm hỏng máy.", "Bác bấm thử nhé.", "R19"),
        ('"Nút nguồn ở cạnh máy"', '"' + "nút " * 13 + '"', "R05"),
    ],
)
def test_the_writing_rules(folder: Path, old: str, new: str, rule: str) -> None:
    line = _spoil(folder, old, new)
    checked = check(folder)
    assert checked.courses == len(list(folder.iterdir()))
    assert checked.lessons == len(_shipped())
    assert (rule, line) in {(fault.rule, fault.line) for fault in checked.faults}


def test_the_shipped_lessons_are_clean() -> None:
    assert check(SHIPPED / "courses").faults == ()
