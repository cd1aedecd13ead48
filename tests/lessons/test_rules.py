"""Each writing rule finds its own slip, at its line, and nothing else is blamed for it."""

import ast
import re
from pathlib import Path

import pytest

from lessons.check import check
from tests.lessons.spoiling import found, spoil

CARD = "Muốn có ă, ơ, ư thì dùng chữ w. Gõ aw thành ă. Gõ ow thành ơ. Gõ uw thành ư."
SAY = f'say: "{CARD}"'
HINT = "Chữ có mũ hay có gạch thường gõ hai chữ giống nhau."
RIGHT = "Đúng{{a}}. Hai chữ d liền nhau thành đ."
RECAP = "Gõ hai chữ giống nhau: â, ê, ô, đ. Chữ w cho ă, ơ, ư. Chữ s, f, r, x, j là năm dấu."
FIFTEEN = "Gõ thêm chữ w vào sau chữ thì có chữ mới đẹp và dễ đọc."
ENGLISH = "L0105.en.yaml"
LONG = "Gõ chữ cho vui nhé. " * 8

Slip = tuple[str, str, str]
SAID: list[Slip] = [
    ("R01", "Gõ aw thành ă.", FIFTEEN.replace("Gõ thêm", "Gõ thêm một")),
    ("R02", CARD, LONG + LONG),
    ("R13", "Gõ aw thành ă.", "Việc này dễ ợt."),
    ("R13", "Gõ aw thành ă.", "Nhanh lên nào."),
    ("R13", "Gõ aw thành ă.", "Có người bảo {{ban}} gửi mã OTP (số bí mật)."),
    ("R13", "Gõ aw thành ă.", "Không sao đâu. Nhờ {{ban}} nộp phí."),
    ("R13", "Gõ aw thành ă.", "Nhà ở thành phố Hạ Long."),
    ("R13", "Gõ aw thành ă.", "Năm 2020 nhà ở huyện."),
    ("R13", "Gõ aw thành ă.", "Nhờ {{ban}} cho xin mật khẩu."),
    ("R14", "Gõ aw thành ă.", "Xem https://abc.example nhé."),
    ("R14", "Gõ aw thành ă.", "Xem dichvucong-gov.vn nhé."),
    ("R14", "Gõ aw thành ă.", "Xem dichvucong.gov.vn.abc.top nhé."),
    ("R14", "Gõ aw thành ă.", "Xem quangninh.gov.vn nhé."),
    ("R14", "Gõ aw thành ă.", "Xem bit.ly/3xYz nhé."),
    ("R14", "Gõ aw thành ă.", "Xem ngan-hang-gia.example nhé."),
    ("R14", "Gõ aw thành ă.", "Xem dang.nhap.nganhang nhé."),
    ("R14", "Gõ aw thành ă.", "Gửi tới abc@gmail.com nhé."),
    ("R15", "Gõ aw thành ă.", "Gọi 1900 1234 nhé."),
    ("R15", "Gõ aw thành ă.", "Gọi (0203) 3825 123 nhé."),
    ("R15", "Gõ aw thành ă.", "Gọi 119 nhé."),
    ("R15", "Gõ aw thành ă.", "Gọi số 0912.345.678 nhé."),
    ("R15", "Gõ aw thành ă.", "Gọi 1900 6769 nhé."),
    ("R15", "Gõ aw thành ă.", "Số máy +84 912 345 678 nhé."),
    ("R14", "Gõ aw thành ă.", "Xem vneid-gov.vn nhé."),
    ("R14", "Gõ aw thành ă.", "Xem vneid.gov.vn.abc.top nhé."),
    ("R14", "Gõ aw thành ă.", "Xem dịchvụcông.vn nhé."),
    ("R15", "Gõ aw thành ă.", "Gọi 113 hoặc 119 nhé."),
    ("R15", "Gõ aw thành ă.", "Gọi 113, 114 và 118 nhé."),
    ("R15", "Gõ aw thành ă.", "Bấm 117 nhé."),
    ("R16", "Gõ aw thành ă.", "Gõ 022 301 004 567 nhé."),
    ("R16", "Gõ aw thành ă.", "Gõ 1234567890123 nhé."),
    ("R16", "Gõ aw thành ă.", "Mã là 482913 nhé."),
    ("R17", "Gõ aw thành ă.", "Gõ đi nào! Hay lắm!"),
    ("R17", "Gõ aw thành ă.", "Gõ CHỮ NÀY trước đã."),
    ("R18", "Gõ aw thành ă.", "Gõ aw thành ă 🌱🌷."),
    ("R19", "Gõ aw thành ă.", "Bác gõ aw thành ă."),
    ("R19", "Gõ aw thành ă.", "Để cháu gõ aw thành ă."),
    ("R20", "Gõ aw thành ă.", "Chữ này gõ đuợc ngay."),
    ("R20", "Gõ aw thành ă.", "Nhờ ngừoi nhà gõ."),
    ("R20", "Gõ aw thành ă.", "Khôngg sao đâu."),
    ("R20", "Gõ aw thành ă.", "Tay cầm điên thoại."),
    ("R20", "Gõ aw thành ă.", "Nhờ nguoi nhà gõ."),
    ("R20", "Gõ aw thành ă.", "Ban mo may len cho sang."),
    ("R20", "Gõ aw thành ă.", "Nhờ người giúp đở."),
    ("R20", "Gõ aw thành ă.", "Khong sao đâu."),
    ("R20", "Gõ aw thành ă.", "Tay cầm thoãi mái."),
    ("R20", "Gõ aw thành ă.", "Nhà ở Hoành Bố."),
    ("R20", "Gõ aw thành ă.", "Gõ trên mÃ¡y nhé."),
    ("R20", "Gõ aw thành ă.", "Gõ \u200baw nhé."),
    ("R20", "Gõ aw thành ă.", "T\ufffdi gõ aw."),
    ("R22", "Gõ aw thành ă.", "Gọi {{fact:hotline.evnnpc}} nhé."),
    ("R22", "Gõ aw thành ă.", "Gọi {{fact:hotline.none}} nhé."),
    ("R22", "Gõ aw thành ă.", "Gọi {{fact:hotline.113}} nhé."),
    ("R12", "Gõ aw thành ă.", "Mở trình duyệt ra."),
]
FINE: list[str] = [
    FIFTEEN,
    "Không ai được gửi mã OTP (số bí mật).",
    "Mở dichvucong.gov.vn nhé.",
    "Gọi 1900 9068 nhé.",
    "Gọi 113, 114 hoặc 115 nhé.",
    "Gọi 113, có 160 triệu đồng.",
    "Bấm 2 lần, bấm 100 lần cũng được.",
    "Mở vneid.gov.vn, vneid.gov.vn.",
    "VNeID (ứng dụng căn cước của Bộ Công an) đây.",
    "Xem VTV, HTV nhé.",
    "Gõ 'chào bạn' nhé.",
    "Nhà rộng 20 m², có «cá», có “cà”.",
    "Có số 1900 lạ thu 8.000 đồng một phút.",
    "Hôm nay mua 129.000.000 đồng.",
    "Ngày 12/5/2025 mua 160 triệu đồng.",
    "Gõ đi nào! 👨‍👩‍👧 Hay.",
    "Gõ chữ SIM và OTP.",
    "Hỏi bác sĩ, con cháu, bạn bè.",
    "Gõ «chào bạn» nhé.",
    "Nhà ở phường Hồng Gai, Hạ Long.",
    "Gõ Zalo, video, wifi (mạng trong nhà).",
    "Hoà hay hòa, thuỷ hay thủy đều được.",
    "Trình duyệt là chương trình để xem trang trên mạng.",
    "Hình nhỏ (biểu tượng) ở đây.",
    "Vào mục Cài đặt là thấy.",
]
ELSEWHERE: list[Slip] = [
    ("R05", 'text: "dd"', f'text: "{"gõ " * 13}"'),
    ("R06", RIGHT, "Đúng{{a}}."),
    ("R06", RIGHT, "Đúng rồi{{a}}. Giỏi quá!"),
    ("R06", RIGHT, LONG),
    ("R06", f', feedback: "{RIGHT}"', ""),
    ("R07", "Muốn có chữ", LONG + "Muốn có chữ"),
    ("R08", HINT, LONG),
    ("R09", RECAP, LONG + RECAP),
    ("R10", "Gõ tiếng Việt có dấu", "Gõ tiếng Việt có dấu cho đẹp và dễ đọc"),
    ("R13", HINT, "Sai rồi, gõ hai chữ giống nhau."),
    ("R14", "Muốn có chữ", "Mở dichvucong.gov.vn. Muốn có chữ"),
    ("R20", "Gõ được một câu", "Gõ đuợc một câu"),
    ("R14", 'keys_hint: "chucs car nhaf ngur ngon"', 'keys_hint: "abc.com"'),
    ("R22", "facts: [typing.telex]", "facts: [typing.none]"),
    ("review", "review: [q1, q2, p1]", "review: [q1]"),
    ("review", "review: [q1, q2, p1]", "review: []"),
    ("picture", "asset: kb_delete_mic", "asset: kb_delete_mik"),
    ("R23", "minutes: 5", "minutes: 7"),
    ("R23", "minutes: 5", "minutes: 2"),
    ("R24", 'text: "dd"', 'text: "Gõ hai chữ dd"'),
    ("objective", "Gõ được một câu ngắn", "Gõ được một câu ngắn" + " và dài" * 9),
]


@pytest.mark.parametrize(("rule", "old", "new"), SAID)
def test_what_is_said_in_a_card(lessons: Path, rule: str, old: str, new: str) -> None:
    line = spoil(lessons, old, new)
    assert found(lessons) == [("L0105.yaml", line, rule)]


@pytest.mark.parametrize("text", FINE)
def test_what_may_be_said(lessons: Path, text: str) -> None:
    spoil(lessons, "Gõ aw thành ă.", text)
    assert check(lessons).faults == ()


@pytest.mark.parametrize(("rule", "old", "new"), ELSEWHERE)
def test_what_stands_elsewhere(lessons: Path, rule: str, old: str, new: str) -> None:
    line = spoil(lessons, old, new)
    assert found(lessons) == [("L0105.yaml", line, rule)]


def test_minutes_that_the_words_do_not_fill_are_named(lessons: Path) -> None:
    spoil(lessons, CARD, "Gõ chữ w nhé.")
    for card in ("Cách gõ này tên là Telex", "Gõ xong chữ rồi mới gõ dấu", "Gõ mà không ra dấu"):
        text = (lessons / "C01-phone/L0105.yaml").read_text("utf-8")
        said = re.search(rf'say: "({card}.*)"', text)
        assert said
        spoil(lessons, said[1], "Gõ chữ w nhé.")
    assert found(lessons) == [("L0105.yaml", 5, "R23")]


def test_five_options_are_one_too_many(lessons: Path) -> None:
    more = "".join(
        f"{{id: {name}, text: {name}, feedback: Chữ này dùng cho dấu khác.}}\n        - "
        for name in ("d", "e")
    )
    line = spoil(lessons, "{id: c, text", more + "{id: c, text")
    assert found(lessons) == [("L0105.yaml", line - 3, "R04")]


def test_a_question_without_its_feedback_is_named_at_the_question(lessons: Path) -> None:
    line = spoil(lessons, "feedback_right:", "# feedback_right:")
    assert found(lessons) == [("L0105.yaml", line - 7, "R06")]


def test_the_line_of_a_text_over_several_lines(lessons: Path) -> None:
    line = spoil(lessons, SAY, 'say:\n      "Việc này dễ ợt."')
    assert found(lessons) == [("L0105.yaml", line + 1, "R13")]


def test_the_line_inside_a_mapping_over_several_lines(lessons: Path) -> None:
    old = '{id: b, text: "dd", correct: true, feedback: "' + RIGHT + '"}'
    new = (
        '{id: b,\n           text: "dd",\n           correct: true,\n           feedback: "Đúng."}'
    )
    line = spoil(lessons, old, new)
    assert found(lessons) == [("L0105.yaml", line + 3, "R06")]


def test_the_line_of_a_block_text(lessons: Path) -> None:
    line = spoil(lessons, SAY, "say: |\n      Gõ aw thành ă.\n      Việc này dễ ợt.")
    assert found(lessons) == [("L0105.yaml", line + 2, "R13")]


def test_one_card_of_fifty_with_one_long_sentence_is_one_slip(lessons: Path) -> None:
    sixteen = FIFTEEN.replace("Gõ thêm", "Gõ thêm một")
    line = spoil(lessons, CARD, f"{sixteen} {FIFTEEN} {FIFTEEN} Gõ chữ w nhé.")
    assert found(lessons) == [("L0105.yaml", line, "R01")]


def test_an_old_unit_with_its_past_date_and_mark_may_stand(lessons: Path) -> None:
    spoil(lessons, SAY, 'lint_ok: unit\n    say: "Năm 2020, nhà ở thị trấn Trới."')
    assert check(lessons).faults == ()


def test_a_year_after_the_merger_is_no_past_date(lessons: Path) -> None:
    line = spoil(lessons, SAY, 'lint_ok: unit\n    say: "Năm 2026, nhà ở thị trấn Trới."')
    assert found(lessons) == [("L0105.yaml", line + 1, "R13")]


def test_a_listed_fact_may_be_printed(lessons: Path) -> None:
    spoil(lessons, "facts: [typing.telex]", "facts: [typing.telex, hotline.113]")
    spoil(lessons, "Gõ aw thành ă.", "Gọi {{fact:hotline.113}} nhé.")
    assert check(lessons).faults == ()


def test_hard_words_of_a_text_to_be_written_anew_are_not_counted(lessons: Path) -> None:
    spoil(lessons, "Gõ xong chữ", "Tên miền (địa chỉ trang). Gõ xong chữ")
    line = spoil(lessons, "Gõ aw thành ă.", "Dễ ợt: trình duyệt (xem trang trên mạng).")
    assert found(lessons) == [("L0105.yaml", line, "R13")]


def test_the_mark_alone_does_not_let_an_old_unit_stand(lessons: Path) -> None:
    line = spoil(lessons, SAY, 'lint_ok: unit\n    say: "Nhà ở thị trấn Trới."')
    assert found(lessons) == [("L0105.yaml", line + 1, "R13")]


def test_a_wrong_option_may_show_the_mistake_and_the_right_one_may_not(lessons: Path) -> None:
    spoil(lessons, 'text: "ds"', 'text: "Bấm vào link"')
    assert check(lessons).faults == ()
    line = spoil(lessons, 'text: "dd"', 'text: "Bấm vào link"')
    assert ("L0105.yaml", line, "R13") in found(lessons)


def test_too_few_and_too_many_cards(lessons: Path) -> None:
    line = spoil(
        lessons, "cards:\n", "cards:\n  - id: c0\n    say: Chào.\n  - id: c9\n    say: Chào.\n"
    )
    spoil(
        lessons,
        "cards:\n",
        "cards:\n  - id: c0\n    say: Hi.\n  - id: c9\n    say: Hi.\n",
        ENGLISH,
    )
    assert found(lessons) == [("L0105.yaml", line, "R03")]


def test_three_new_hard_words_are_one_too_many(lessons: Path) -> None:
    text = "Trình duyệt (xem trang trên mạng). Tên miền (địa chỉ trang)."
    line = spoil(lessons, CARD, text)  # and Telex before them
    assert found(lessons) == [("L0105.yaml", line, "R11")]


def test_a_hard_word_that_loses_its_plain_words_is_named(lessons: Path) -> None:
    line = spoil(lessons, "Telex (gõ dấu bằng chữ cái)", "Telex")
    assert found(lessons) == [("L0105.yaml", line, "R12")]


@pytest.mark.parametrize(
    ("rule", "new"),
    [
        ("R01", "Words " + "and words " * 13 + "end."),
        ("R02", "Words and words. " * 30),
        ("R13", "Hurry up now."),
        ("R14", "See www.example.com now."),
        ("R15", "Call 0912 345 678 now."),
        ("R16", "Type 022301004567 now."),
        ("R17", "Now! And now!"),
        ("R18", "Now 🌱 🌷."),
    ],
)
def test_the_english_text_is_looked_at_too(lessons: Path, rule: str, new: str) -> None:
    line = spoil(lessons, "aw makes ă, ow makes ơ, uw makes ư.", new, ENGLISH)
    assert found(lessons) == [(ENGLISH, line, rule)]


def test_a_text_that_lacks_in_english_is_named(lessons: Path) -> None:
    spoil(lessons, '      hint: "A hat or a bar is usually two equal letters."\n', "", ENGLISH)
    assert {(name, rule) for name, _, rule in found(lessons)} == {(ENGLISH, "R21")}


def test_english_may_quote_vietnamese_and_ask_to_type_it(lessons: Path) -> None:
    spoil(lessons, "chúc cả nhà ngủ ngon (good night, everyone)", "chúc cả nhà ngủ ngon", ENGLISH)
    spoil(lessons, "aw makes ă, ow makes ơ, uw makes ư.", "Type “bán cá ở chợ nhé”.", ENGLISH)
    assert check(lessons).faults == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('hint: "A hat or a bar is usually two equal letters."', 'hint: ""'),
        ('hint: "A hat or a bar is usually two equal letters."', 'hint: "  "'),
        ('hint: "A hat or a bar is usually two equal letters."', "hint:"),
        ('title: "Typing Vietnamese with diacritics"', "title: null"),
        ('hint: "A hat or a bar is usually two equal letters."', f'hint: "{HINT}"'),
        ("For ă, ơ, ư use the letter w. aw makes ă, ow makes ơ, uw makes ư.", CARD),
        ('explain: "dd makes đ, just', 'explain: "Gõ được rồi đấy nhé." # "dd makes'),
    ],
)
def test_what_is_empty_or_vietnamese_in_english_is_named(lessons: Path, old: str, new: str) -> None:
    line = spoil(lessons, old, new, ENGLISH)
    assert found(lessons) == [(ENGLISH, line, "R21")]


def test_every_rule_stands_in_the_authors_guide() -> None:
    guide = Path("docs/authors.md").read_text("utf-8")
    rows = re.findall(r"^\| ([\w, ]+) \|", guide, re.M)
    told = {name for row in rows for name in row.split(", ")}
    used = {name for file in Path("lessons").rglob("*.py") for name in _rules_in(file)}
    assert used >= {"cycle", "R01", "R24"}
    assert used <= told


def _rules_in(file: Path) -> set[str]:
    """The rule names that a file blames somebody by."""
    place = {"blame": 1, "blame_line": 1, "Finding": 1, "Fault": 2}
    named: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and re.fullmatch(r"R\d\d", str(node.value)):
            named.add(str(node.value))
        if isinstance(node, ast.Call):
            called = (
                node.func.attr
                if isinstance(node.func, ast.Attribute)
                else getattr(node.func, "id", "")
            )
            at = place.get(called, len(node.args))
            rule = node.args[at] if at < len(node.args) else None
            if isinstance(rule, ast.Constant):
                named.add(str(rule.value))
    return named
