"""Bad files: each slip of shape is named alone, at the line a person would point at."""

import time
from pathlib import Path

import pytest

from lessons.check import check
from tests.lessons.spoiling import found, spoil

TITLE = 'title: "Gõ tiếng Việt có dấu"'
SAY = 'say: "Cách gõ này tên'
PICTURE = "picture: {asset: kb_delete_mic, alt: "
DD = '- {id: b, text: "dd", correct: true'
NEXT_LINE = 1

# rule, what stood there, what stands there now, and how many lines below the slip is
SYNTAX = [
    ("yaml", TITLE, TITLE[:-1], 0),
    ("yaml", TITLE, "title: 'Gõ tiếng Việt", 0),
    ("yaml", TITLE, 'title:"Gõ tiếng Việt"', 0),
    ("yaml", TITLE, 'title "Gõ tiếng Việt"', 0),
    ("yaml", TITLE, "title: Gõ: tiếng Việt", 0),
    ("yaml", TITLE, 'title: "Gõ" tiếng Việt', 0),
    ("yaml", TITLE, "title: {{ban}} gõ", 0),
    ("yaml", TITLE, "title: @gõ", 0),
    ("yaml", TITLE, "title: `gõ`", 0),
    ("yaml", TITLE, 'title: "Gõ \\ấ"', 0),
    ("yaml", "minutes: 5", "minutes 5", 0),
    ("yaml", "minutes: 5", "  minutes: 5", 0),
    ("yaml", "requires: [L0102]", "requires: [L0102", 0),
    ("yaml", "requires: [L0102]", "requires: {L0102", 0),
    ("yaml", "facts: [typing.telex]", "facts: [typing.telex", 0),
    ("yaml", "  - id: c3\n", " - id: c3\n", 0),
    ("yaml", "  - id: c3\n", "   - id: c3\n", 0),
    ("yaml", f"    {SAY}", f"   {SAY}", 0),
    ("yaml", f"    {SAY}", f"     {SAY}", 0),
    ("yaml", f"    {SAY}", f"\t{SAY}", 0),
    ("yaml", '\\"Ban ca\\" là', '"Ban ca" là', 0),
    ("yaml", 'liền nhau thành đ."}', 'liền nhau thành đ."', 0),
    ("yaml", 'liền nhau thành đ."}', "liền nhau thành đ.}", 0),
    ("yaml", DD, DD.replace("b, text", "b text"), 0),
    ("yaml", DD, DD.replace("{", ""), 0),
    ("yaml", "      hint: ", "     hint: ", 0),
    ("yaml", "      hint: ", "    hint: ", 0),
    ("yaml", "cards:\n", "cards\n", 0),
    ("yaml", "    ask:\n", "    ask\n", 0),
    ("yaml", 'focus: ["chúc", "cả"', 'focus: ["chúc" "cả"', 0),
    ("yaml", "core: true", "core: true\nnonsense", NEXT_LINE),
    ("yaml", "core: true", "core: true\n}", NEXT_LINE),
    ("yaml", "core: true", "core: true\n---", NEXT_LINE),
    ("alias", "requires: [L0102]", "requires: *needs", 0),
    ("anchor", "requires: [L0102]", "requires: &needs [L0102]", 0),
    ("merge", "minutes: 5", "minutes: 5\n<<: {core: true}", NEXT_LINE),
    ("tag", "minutes: 5", "minutes: !!int 5", 0),
    ("tag", TITLE, "title: !go tiếng", 0),
    ("repeated", "core: true", "core: true\ncore: false", NEXT_LINE),
    ("repeated", "{id: b, text: ", "{id: b, id: b, text: ", 0),
    ("deep", "core: true", "core: " + "[" * 21 + "]" * 21, 0),
    ("encoding", "core: true", "core: true # \x07", 0),
]
SHAPE = [
    ("unknown", "title:", "titel:", 0),
    ("unknown", "recap:", "recaps:", 0),
    ("unknown", "core: true", "core: true\nauthor: Lan", NEXT_LINE),
    ("unknown", "{id: b, text: ", "{id: b, txt: ", 0),
    ("unknown", '    say: "Muốn có ă', '    sya: "Muốn có ă', 0),
    ("unknown", PICTURE, PICTURE.replace("alt", "atl"), 0),
    ("missing", f"{TITLE}\n", "", -2),
    ("missing", PICTURE, PICTURE.replace("asset: kb_delete_mic, ", ""), 0),
    ("missing", "{id: b, ", "{", 0),
    ("missing", TITLE, 'title: ""', 0),
    ("missing", TITLE, "title:", 0),
    ("missing", '      target: "chúc cả nhà ngủ ngon"\n', "", -3),
    ("type", "minutes: 5", "minutes: năm", 0),
    ("type", "minutes: 5", "minutes: 5.5", 0),
    ("type", "minutes: 5", "minutes: [5]", 0),
    ("type", "core: true", "core: yes", 0),
    ("type", "requires: [L0102]", "requires: L0102", 0),
    ("type", "correct: true", "correct: đúng", 0),
    ("type", TITLE, "title:\n  vi: Gõ", 0),
    ("type", "level: 1", "level: một", 0),
    ("kind", "type: CHOOSE", "type: CHOSE", 0),
    ("kind", "      type: CHOOSE\n", "", -1),
    (
        "card",
        '    say: "Muốn có ă',
        '    picture: {asset: a, alt: Tay gõ}\n    say: "Muốn có ă',
        -1,
    ),
    ("id", "id: L0105", "id: L0106", 0),
    ("id", "- id: c4", "- id: c1", 0),
    ("id", "- id: c4", "- id: C4 x", 0),
    ("id", "{id: b, text", "{id: a, text", 0),
    ("course", "course: C01", "course: C02", 0),
    ("requires", "requires: [L0102]", "requires: [L0102, L9999]", 0),
    ("requires", "requires: [L0102]", "requires:\n  - L0102\n  - L9999", 2),
    ("cycle", "requires: [L0102]", "requires: [L0105]", 0),
    ("review", "review: [q1, q2, p1]", "review: [q1, c1]", 0),
    ("correct", "correct: true", "correct: false", -2),
    ("twice", 'text: "ds"', 'text: "dw"', 0),
    ("twice", 'right: "nặng"', 'right: "sắc"', 0),
    ("level", "level: 1", "level: 3", 0),
    ("focus", '"ngủ"]', '"ngon", "sáng"]', 0),
    ("milestone", "milestone: M02", "milestone: M99", 0),
    ("slot", "{{toi}} cùng", "{{ai}} cùng", 0),
    ("slot", "{{toi}} cùng", "{{toi cùng", 0),
    ("slot", "{{toi}} cùng", "{toi} cùng", 0),
    ("slot", "{{toi}} cùng", "{{toi} cùng", 0),
    ("slot", "{{toi}} cùng", "{{missing}} cùng", 0),
    ("twice", "requires: [L0102]", "requires: [L0102, L0102]", 0),
    ("twice", "review: [q1, q2, p1]", "review: [q1, q2, q1]", 0),
    ("twice", "facts: [typing.telex]", "facts: [typing.telex, typing.telex]", 0),
    ("R22", "facts: [typing.telex]", "facts: [typing.tlex]", 0),
]


@pytest.mark.parametrize(("rule", "old", "new", "below"), SYNTAX + SHAPE)
def test_a_slip_of_shape(lessons: Path, rule: str, old: str, new: str, below: int) -> None:
    line = spoil(lessons, old, new)
    began = time.perf_counter()
    assert found(lessons) == [("L0105.yaml", line + below, rule)]
    assert time.perf_counter() - began < 2  # promises.md P16


def test_two_right_options_are_both_named(lessons: Path) -> None:
    line = spoil(lessons, "correct: false", "correct: true")
    assert found(lessons) == [("L0105.yaml", line, "correct"), ("L0105.yaml", line + 1, "correct")]


def test_the_line_of_a_side_that_stands_twice(lessons: Path) -> None:
    old = '- {left: "f", right: "huyền"}'
    line = spoil(lessons, old, '- left: "f"\n          right: "sắc"')
    assert found(lessons) == [("L0105.yaml", line + 1, "twice")]


def test_a_circle_is_named_at_the_step_forward(lessons: Path) -> None:
    line = spoil(lessons, "requires: []", "requires: [L0105]", "L0101.yaml")
    assert found(lessons) == [("L0101.yaml", line, "cycle")]


def test_every_fault_is_told_at_once(lessons: Path) -> None:
    lines = [
        spoil(lessons, TITLE, "titel: Gõ"),
        spoil(lessons, "minutes: 5", "minutes: năm"),
        spoil(lessons, "Gõ aw thành ă.", "Việc này dễ ợt."),
        spoil(lessons, "review: [q1, q2, p1]", "review: [c1]"),
    ]
    rules = ["unknown", "type", "R13", "review"]
    assert found(lessons) == [
        ("L0105.yaml", line, rule) for line, rule in zip(lines, rules, strict=True)
    ]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "empty"),
        (b"# nothing\n", "empty"),
        (b"- a\n- b\n", "type"),
        (b"a: " + b"[" * 100_000, "deep"),
        (b"x" * 1_000_001, "size"),
        (b"id: L0105\ntitle: \xff\xfe\n", "encoding"),
        (b"a: &a [x]\n" + b"b: [*a, *a]\n" * 5000, "alias"),
    ],
)
def test_a_file_that_is_no_lesson_costs_little(lessons: Path, content: bytes, rule: str) -> None:
    (lessons / "C01-phone/L0105.yaml").write_bytes(content)
    began = time.perf_counter()
    rules = {one.rule for one in check(lessons).faults if one.path.endswith("L0105.yaml")}
    assert time.perf_counter() - began < 2  # promises.md P16
    assert rule in rules


@pytest.mark.parametrize("ending", ["L0105.yaml", "L0105.en.yaml"])
def test_one_file_or_one_course_can_be_looked_at(lessons: Path, ending: str) -> None:
    spoil(lessons, "title:", "titel:", ending)
    spoil(lessons, "title:", "titel:", "L0101.yaml")
    whole = check(lessons)
    assert [Path(one.path).name for one in whole.faults] == ["L0101.yaml", ending]
    assert str(whole) == "2 courses, 4 lessons, 2 errors, 0 warnings"
    course = check(lessons / "C01-phone")
    assert str(course) == "1 courses, 3 lessons, 2 errors, 0 warnings"
    one = check(lessons / "C01-phone" / ending)
    assert [Path(fault.path).name for fault in one.faults] == [ending]


def test_a_place_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    assert check(tmp_path / "nowhere").errors == 1
