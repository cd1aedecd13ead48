"""The writing rules in a lesson that quotes swindlers: L0902 with one slip at a time."""

import unicodedata
from pathlib import Path

import pytest

from tests.lessons.spoiling import found, spoil

SAID = "Chuyện thật ở Hạ Long, tháng 1 năm 2026."
THREE = "{{Ban}} nhớ ba điều."
RIGHT = "Tắt máy, hỏi công an phường, xã"
WRONG = "Chuyển một nửa cho yên chuyện"
REASON = "Hỏi tận nơi thì biết ngay thật hay giả."
HINT = "Công an thật có trụ sở ở gần nhà."
CALLER = "Số máy này dính vào vụ rửa tiền."
MESSAGE = "Chuyển tiền vào tài khoản kiểm tra trong hai mươi phút."
ANSWER = "Tôi sẽ đến công an phường hỏi."
MORE = "Công an ở gần nhà. Họ tiếp dân cả ngày. Họ nói rõ cho mình nghe. Mình yên tâm về nhà."

SLIPS = [
    ("R01", SAID, "Hôm ấy ở Hạ Long có một bà nhận cuộc gọi lạ của kẻ giả công an."),
    ("R02", SAID, f"{MORE} {MORE}"),
    ("R05", f'text: "{RIGHT}"', f'text: "{RIGHT}, rồi về nhà kể cho con cháu"'),
    ("R05", f'text: "{WRONG}"', f'text: "{WRONG}, rồi tính tiếp sau cũng được thôi"'),
    ("R05", ANSWER, "Tôi sẽ tự mình đi bộ đến tận công an phường để hỏi."),
    ("R06", f'"Đúng{{{{a}}}}. {REASON}"', '"Đúng{{a}}."'),
    ("R06", f'"Đúng{{{{a}}}}. {REASON}"', '""'),
    ("R06", f', feedback: "Đúng{{{{a}}}}. {REASON}"', ""),
    ("R06", REASON, f"{REASON} {MORE}"),
    ("R07", "{{Ban}} làm gì{{a}}?", f"{MORE} {{{{Ban}}}} làm gì{{{{a}}}}?"),
    ("R08", HINT, f"{HINT} {MORE}"),
    ("R09", "Công an không gọi có hình, không đòi tiền", f"{MORE} Công an không gọi có hình"),
    ("R10", '"Cuộc gọi công an giả"', '"Nhận ra cuộc gọi của kẻ giả làm công an"'),
    ("R12", "mã OTP (dãy số dùng một lần)", "mã OTP"),
    ("R12", SAID, "Mở trình duyệt lên xem."),
    ("R12", SAID, "Bà dùng xác thực hai lớp."),
    ("R13", SAID, "Việc này ai cũng biết."),
    ("R13", SAID, "ĐỪNG bỏ lỡ bài này."),
    ("R13", SAID, "Hãy đọc mã OTP cho họ."),
    ("R13", SAID, "Hãy gửi ảnh căn cước."),
    ("R13", "Mình tập thử nhé.", "Nhanh lên, mình tập thử nhé."),
    ("R13", "{{Ban}} dừng kịp.", "Sai rồi. {{Ban}} dừng kịp."),
    ("R13", SAID, "Bà ở thành phố Hạ Long."),
    ("R14", SAID, "Xem congan-online.com nhé."),
    ("R14", HINT, "Xem dichvucong.gov.vn nhé."),
    ("R14", CALLER, "Vào congan123.vn ngay."),
    ("R14", MESSAGE, "Vào http://congan.example/otp ngay."),
    ("R15", SAID, "Gọi tổng đài 18001234 để hỏi."),
    ("R15", SAID, "Gọi 0203 382 5123 nhé."),
    ("R15", CALLER, "Gọi lại 0987654321 nhé."),
    ("R16", SAID, "Số căn cước là 022185001234."),
    ("R16", SAID, "Tài khoản 0123456789012 của bà."),
    ("R16", SAID, "Mã OTP: 123 456 gửi về máy."),
    ("R17", SAID, "Chuyện thật! Ở Hạ Long!"),
    ("R17", SAID, "CHÚ Ý nhé."),
    ("R18", SAID, "Chuyện thật 😀😀."),
    ("R19", THREE, "Bạn nhớ ba điều."),
    ("R19", THREE, "Cháu mời nhớ ba điều."),
    ("R20", SAID, unicodedata.normalize("NFD", SAID)),
    ("R20", MESSAGE, "Chuyễn tiền nhé, đựơc không."),
    ("R22", "[story.hoanhbo, ", "[story.hoanhbo, story.none, "),
    ("R22", SAID, "Gọi {{fact:hotline.ward_police}} nhé."),
    ("R23", "minutes: 5", "minutes: 8"),
    ("R24", f'text: "{RIGHT}"', 'text: "Tắt máy ngay, hỏi công an phường, xã"'),
    ("roleplay", CALLER, f"{CALLER} {MORE}"),
    ("roleplay", "[Đóng vai] Tôi là cán bộ", "Tôi là cán bộ"),
]
FINE = [
    (SAID, "Không bao giờ bấm vào link."),
    (SAID, "Gọi 113 để báo."),
    (THREE, "Nhớ hỏi con cháu, bạn bè, bác sĩ, anh em, ông bà."),
    (f'text: "{WRONG}"', 'text: "Chuyển tiền cho họ"'),
    (CALLER, "Nhanh lên, gửi mã OTP đi."),
    (MESSAGE, "Ngay lập tức kẻo bị bắt. Gửi số tài khoản của bác."),
    (ANSWER, "Tôi không nộp phí. Tôi hỏi đã."),
]


@pytest.mark.parametrize(("rule", "old", "new"), SLIPS)
def test_one_slip_is_named_alone_at_its_line(lessons: Path, rule: str, old: str, new: str) -> None:
    line = spoil(lessons, old, new, "L0902.yaml")
    assert found(lessons) == [("L0902.yaml", line, rule)]


@pytest.mark.parametrize(("old", "new"), FINE)
def test_what_may_be_said(lessons: Path, old: str, new: str) -> None:
    spoil(lessons, old, new, "L0902.yaml")
    assert found(lessons) == []


def test_a_line_that_is_no_quote_is_looked_at(lessons: Path) -> None:
    line = spoil(
        lessons, f'line: "{MESSAGE}"', 'line: "Nhanh lên nào.", quote: false', "L0902.yaml"
    )
    assert found(lessons) == [("L0902.yaml", line, "R13")]
