"""One slip of a role play, of the English file or of a file as a whole is told once, at its
very line, and never as a second fault somewhere else."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lessons.check import check
from tests.lessons.spoiling import found, spoil

PLAY, ENGLISH = "L0902.yaml", "L0902.en.yaml"
LETTER = (
    'say: "Cần làm việc, công an gửi giấy mời. Giấy có thể đưa tận tay hoặc qua công an phường, '
    'xã. Mọi việc làm tại trụ sở, không làm qua điện thoại."'
)


@pytest.mark.parametrize(
    ("name", "old", "new", "below", "rule"),
    [
        # a text over several lines: the line of the words themselves
        (
            PLAY,
            LETTER,
            "say: >-\n      Công an gửi giấy mời.\n      Việc này dễ\n      ợt.",
            2,
            "R13",
        ),
        (PLAY, LETTER, "say: |-\n      Công an mời.\n      Gọi 0912 345 678 nhé.", 2, "R15"),
        (PLAY, LETTER, "say: |\n      Công an mời.\n      Hỏi {{ai}} nhé.", 2, "slot"),
        (
            ENGLISH,
            'say: "If they need you, police send',
            'say: "If they need {{x}}, police send',
            0,
            "slot",
        ),
        # a play that jumps: what only the unreached leads to is not told too
        (PLAY, 'kể với ai.", go: n3', 'kể với ai.", go: n4', 1, "reach"),
        (PLAY, 'kể với ai.", go: n3', 'kể với ai.", go: n1', 1, "reach"),
        (
            PLAY,
            '            - {id: b, text: "Rửa tiền gì? Tôi có biết đâu.", go: n2}\n',
            "",
            -2,
            "choices",
        ),
        # what English calls otherwise
        (ENGLISH, "  - id: c2\n", "  - id: c22\n", 0, "R21"),
        (ENGLISH, "        n2:\n", "        n22:\n", 0, "R21"),
        (ENGLISH, "    practice:\n", "    ask:\n", 0, "R21"),
        (ENGLISH, "        - {id: b, line:", "        - {id: d, line:", 0, "R21"),
        # what stands where it does not belong
        (PLAY, "  - id: c2\n", "  - id: c2\n    about: c1\n", 1, "about"),
        (
            PLAY,
            "  - id: q1\n    about: c4\n",
            '  - id: q1\n    about: c4\n    say: "Hỏi."\n',
            0,
            "card",
        ),
        (
            PLAY,
            "  - id: c4\n    say:",
            "  - id: c4\n    picture: {asset: x, alt: Tay}\n    say:",
            0,
            "card",
        ),
        (
            PLAY,
            "[Đóng vai] {{Ban}} bật hình lên. Thẻ ngành của tôi đây, lệnh bắt đây.",
            "[Đóng vai] Tôi gọi có hình cho {{ban}} xem thẻ ngành và lệnh bắt.",
            0,
            "twice",
        ),
        # what English lacks is not blamed for the Vietnamese that stands in
        (ENGLISH, 'them: "[Roleplay] I will video-call', 'them: "" # "', 0, "R21"),
        # split letters on one line of several; a card that others are about; options to compare
        (PLAY, LETTER, "say: >-\n      Công an mời.\n      Gia\u0302\u0301y mời.", 2, "R20"),
        (PLAY, 'say: "{{Ban}} nhớ ba điều.', 'say: # "', 0, "missing"),
        ("L0101.yaml", 'text: "Giữ thật lâu nút nguồn"', 'text: "Nút to, nhỏ tiếng"', 0, "twice"),
        (PLAY, 'objective: "Nhận', 'objective: null # "Nhận', 0, "missing"),
    ],
)
def test_one_slip_is_told_once(
    lessons: Path, name: str, old: str, new: str, below: int, rule: str
) -> None:
    line = spoil(lessons, old, new, name)
    assert found(lessons) == [(name, line + below, rule)]


def test_a_lesson_without_an_exercise_is_named_at_its_cards(lessons: Path) -> None:
    for name in ("L0101.yaml", "L0101.en.yaml"):
        spoil(lessons, "    practice:", "    ask:", name)
    assert found(lessons) == [("L0101.yaml", 8, "practice")]


def test_a_second_exercise_is_named_where_it_stands(lessons: Path) -> None:
    line = spoil(
        lessons, "ask:\n      type: FIND_THE_FAKE", "practice:\n      type: FIND_THE_FAKE", PLAY
    )
    spoil(lessons, "  - id: q2\n    ask:", "  - id: q2\n    practice:", ENGLISH)
    play = next(lessons.rglob(PLAY)).read_text("utf-8")
    role_play = play.count("\n", 0, play.index("type: ROLEPLAY"))
    assert line < role_play
    assert found(lessons) == [(PLAY, role_play, "practice")]


def test_a_role_play_has_at_most_three_ends(lessons: Path) -> None:
    """Two words for the same end are one too many."""
    spoil(lessons, "go: end_near}", "go: end_last}", PLAY)
    end = "        end_last: {result: near, say: "
    said = '"{{Ban}} dừng kịp, tiền vẫn còn."}\n'
    spoil(lessons, "      stop_say:", f"{end}{said}      stop_say:", PLAY)
    spoil(
        lessons, "      stop_say:", '        end_last: {say: "In time."}\n      stop_say:', ENGLISH
    )
    play = next(lessons.rglob(PLAY)).read_text("utf-8")
    line = play.count("\n", 0, play.index("      ends:")) + 1
    assert found(lessons) == [(PLAY, line, "ends")]


@pytest.mark.parametrize(
    "saved",
    [
        lambda raw: b"\xef\xbb\xbf" + raw,  # with a byte order mark
        lambda raw: raw.replace(b"\n", b"\r\n"),  # as Windows ends its lines
        lambda raw: raw.replace(b"minutes: 5", b'minutes: "5" # 0912345678'),
        lambda raw: raw.replace(b"core: true\n", b"core: true\t\n"),
    ],
)
def test_the_ways_in_which_editors_save_are_no_slip(
    lessons: Path, saved: Callable[[bytes], bytes]
) -> None:
    file = next(lessons.rglob(PLAY))
    file.write_bytes(saved(file.read_bytes()))
    assert check(lessons).faults == ()
