"""Đúng or Sai in the words of what is stated; what asks or says something else is neither."""

import pytest

from bot.conversation.understand import read_of_statement
from tests.play import shelf

WORDS = shelf().words
PILLOW = "Sạc điện thoại dưới gối khi ngủ là an toàn. Đúng hay sai{{a}}?"
PARCEL = "Gói hàng cả nhà không ai đặt thì không trả tiền. Đúng hay sai{{a}}?"
BANK = "Tin nằm cùng chỗ với tin thật của ngân hàng thì chắc là thật. Đúng hay sai{{a}}?"
CODE = "Người gọi xưng nhà mạng thì đọc mã cho họ được. Đúng hay sai{{a}}?"
SAFE = "Charging under a pillow is safe. True or false?"

SAID: list[tuple[str, str, bool | None]] = [
    (PILLOW, "không an toàn", False),
    (PILLOW, "ko an toàn đâu", False),
    (PILLOW, "đâu có an toàn", False),
    (PILLOW, "nguy hiểm lắm", False),
    (PILLOW, "an toàn mà", True),
    (PILLOW, "sai vì nóng máy", False),
    (PILLOW, "đúng thế còn gì", True),
    (PILLOW, "dung de duoi goi", None),  # «đúng» or «đừng»
    (PILLOW, "an toàn hay không nhỉ", None),
    (PILLOW, "không biết có an toàn không", None),
    (PILLOW, "đúng mà cũng sai", None),
    (PILLOW, "mình vẫn để dưới gối", None),
    (PARCEL, "không trả tiền", True),
    (PARCEL, "phải trả tiền", False),
    (BANK, "giả đấy", False),
    (BANK, "là thật", True),
    (BANK, "tin giả", None),
    (CODE, "đừng đọc mã cho họ", False),
    (CODE, "đọc mã được", True),
    (SAFE, "no it's dangerous", False),
    (SAFE, "yes it is safe", True),
    (SAFE, "no, it is safe", None),
]


@pytest.mark.parametrize(("statement", "said", "meant"), SAID)
def test_a_statement_is_answered_in_its_own_words(
    statement: str, said: str, meant: bool | None
) -> None:
    assert read_of_statement(said, statement, WORDS) is meant
