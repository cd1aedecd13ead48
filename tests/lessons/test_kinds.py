"""The three kinds about swindlers and real tasks: an author's slip is named at its line."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from lessons.loader import load_library
from lessons.model import FindTheFake, RealTask, RolePlay

ON = date(2026, 11, 24)
TRIED = Path("tests/lessons/kinds")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The lesson with one of each kind, beside the shipped facts and index."""
    shutil.copytree(TRIED, tmp_path / "courses")
    for file in Path("lessons").glob("*.yaml"):
        shutil.copy(file, tmp_path)
    return tmp_path / "courses"


def test_each_kind_is_read_in_both_languages(folder: Path) -> None:
    library, faults = load_library(folder, on=ON)
    assert not faults
    for language, mark in (("vi", "[Đóng vai]"), ("en", "[Roleplay]")):
        lesson = library.lessons[language]["L1205"]
        kinds = {card.id: card.question for card in lesson.cards if card.question}
        assert isinstance(kinds["q1"], FindTheFake)
        assert isinstance(kinds["p1"], RolePlay)
        assert isinstance(kinds["p2"], RealTask)
        assert kinds["q1"].flags == ("b",)
        assert kinds["p1"].nodes["n1"].them_again.startswith(mark)
        assert kinds["p1"].nodes["n1"].choices[1].go == "n2"
        assert kinds["p1"].ends["end_lost"].result == "lost"
        assert [one.id for one in kinds["p2"].answers] == ["done", "later", "help"]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("flags: [b]\n", "flags: [d]\n", "flags"),
        ("flags: [b]\n", "flags: []\n", "flags"),
        ("flags: [b, c]", "flags: [a, b, c]", "flags"),
        ("flags: [b, c]", "flags: [b, b]", "twice"),
        ('- {id: c, line: "Bà mang', '- {id: a, line: "Bà mang', "id"),
        ("start: n1", "start: n9", "start"),
        ('biết đâu.", go: n2', 'biết đâu.", go: n7', "go"),
        ('tôi không kể với ai.", go: n3', 'tôi không kể với ai.", go: n1', "reach"),
        ('Tôi gọi con tôi đã.", go: end_near', 'Tôi gọi con tôi đã.", go: n1', "safe"),
        ("role: police_fake", "role: police", "type"),
        ("result: lost", "result: dead", "type"),
        ('"[Đóng vai] {{Ban}} không được', '"{{Ban}} không được', "roleplay"),
        ('them_again: "[Đóng vai] Công', 'them_again: "Công', "roleplay"),
        ("go: end_lost", "go: end_gone", "go"),
        ("- {id: later, text", "- {id: never, text", "type"),
        ("- {id: later, text", "- {id: done, text", "id"),
        ("milestone: M01", "milestone: M99", "milestone"),
        ("stop_say:", "stopsay:", "unknown"),
        ("them:", "thems:", "unknown"),
    ],
)
def test_a_slip_is_named_at_its_line(folder: Path, old: str, new: str, rule: str) -> None:
    file = folder / "C12-tried" / "L1205.yaml"
    text = file.read_text("utf-8")
    assert old in text
    at = text.index(old)
    file.write_text(text.replace(old, new, 1), "utf-8")
    line = text.count("\n", 0, at) + 1
    library, faults = load_library(folder, on=ON)
    assert library.lessons["vi"] == {}
    found = [fault for fault in faults if fault.rule == rule and fault.path.endswith("L1205.yaml")]
    assert found, faults
    near = min(abs(fault.line - line) for fault in found)
    assert near <= (9 if rule in ("reach", "safe") else 1)
    assert all(fault.mend for fault in found)


def test_a_ring_without_a_way_out_is_named(folder: Path) -> None:
    file = folder / "C12-tried" / "L1205.yaml"
    text = file.read_text("utf-8")
    text = text.replace('đã.", go: end_near', 'đã.", go: n2').replace("go: end_lost", "go: n2")
    text = text.replace('Tôi tắt máy.", go: end_safe', 'Tôi tắt máy.", go: n3')
    file.write_text(text, "utf-8")
    _, faults = load_library(folder, on=ON)
    rules = [fault.rule for fault in faults]
    assert rules.count("cycle") == 2
    assert rules.count("safe") == 2
    assert rules.count("reach") == 2  # the ends that nothing leads to any more


@pytest.mark.parametrize(
    ("old", "rule"),
    [
        ('            - {id: b, text: "Yes, I will tell no one."}\n', "R21"),
        ('        end_near: {say: "You stopped in time. Next time hang up sooner."}\n', "R21"),
        (
            '          them_again: "[Roleplay] Police here. There is a warrant in your name."\n',
            "R21",
        ),
        ("[Roleplay] You must", "roleplay"),
        (
            '- {id: b, line: "Transfer the money first, then you get the gift."}\n        ',
            "R21",
        ),
    ],
)
def test_a_slip_in_english_is_named(folder: Path, old: str, rule: str) -> None:
    file = folder / "C12-tried" / "L1205.en.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, old.replace("[Roleplay] ", "") if rule == "roleplay" else ""))
    _, faults = load_library(folder, on=ON)
    assert rule in {fault.rule for fault in faults}
    assert all(fault.path.endswith(".en.yaml") for fault in faults)
