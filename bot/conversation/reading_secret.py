"""Secrets: what looks like a code, a card, a paper or a phone number is never kept.

Numbers that are answers are no secrets: the digits of options, an amount, a year, a time.
Leads in: `understand`. Source: learner-experience.md F table; curriculum.md 3.6 B2.
"""

import re
import unicodedata

from bot.conversation.folding import words
from bot.conversation.reading_words import look_up, spell
from bot.conversation.vocabulary import Vocabulary

_LONG_RUN = re.compile(r"\d(?:[ .\-/]{0,2}\d){8,}")
# An amount of money is written with points too: "150.000.000 đồng".
_AMOUNT = re.compile(
    r"(?<![\d.])\d{1,3}(?:[. ]000)+(?!\d)"
    r"|(?<!\d)\d{1,12}\s*(?:đồng|dong|đ|vnđ|vnd|nghìn|nghin|ngàn|ngan|k|triệu|trieu|tr|tỷ|ty|củ|cu|usd|%)(?!\w)"
)
_DATE = re.compile(r"(?<!\d)\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d(?!\d)")
_NAMED = (
    r"(?:mã|ma|otp|pin|code|password|pass|mật khẩu|mat khau|mk|cvv|cccd|căn cước|can cuoc|cmnd|"
    r"chứng minh|chung minh|stk|tài khoản|tai khoan|số thẻ|so the|bhyt)"
)
_IS_NAMED = re.compile(rf"\b{_NAMED}\b")
# "mã 6 số 1234": how many digits it has is no part of the code.
_COUNT = r"(?:\s+\d{1,2}\s+(?:chữ )?(?:số|so)\b)?"
_CODE = re.compile(rf"\b{_NAMED}\b{_COUNT}\D{{0,24}}?(?<!\d)(?:\d[ .\-]?){{3,7}}\d(?!\d)")
_CODE_BEHIND = re.compile(
    r"(?<!\d)(?:\d[ .\-]?){3,7}\d\D{0,12}\b(?:mã|otp|pin|mật khẩu|mat khau)\b"
)
# A password may hold letters: a word with a digit in it, behind its name.
_PASSWORD = re.compile(
    r"\b(?:password|pass|mật khẩu|mat khau|mk)\b"
    r"(?:\s+(?!là\b|la\b|is\b)\w+){0,4}?\s*(?:[:=]|là\b|la\b|is\b)?\s*"
    r"(?=\S*\d)(?=\S*[^\W\d_])[\w@#$%&*!?.-]{5,}"
)
_AROUND = r"(?:dạ|da|ạ|a|đây|day|nhé|nhe|là|la|cháu|chau|này|nay|nè|ne|số|so|em|con|đó|do|nha|e|á)"
_ALONE = re.compile(
    rf"\W*(?:{_AROUND}\W+)*"
    r"(?P<code>\d{4,8}|\d{3}[ .\-]\d{3}|\d{2}[ .\-]\d{2}[ .\-]\d{2}|\d{4}[ .\-]\d{4})"
    rf"(?:\W+{_AROUND})*\W*"
)
_SPOKEN_CODE = 4  # number words in a row that are a code behind its name


def is_secret(text: str, choices: int, vocab: Vocabulary) -> bool:
    """Whether the text looks like a code, a card or a paper number: never to be kept.

    choices: how many numbered options are open. With some open, digits that could be
    an order of them ("2134") or a key held too long ("2222") are no secret.
    """
    text = unicodedata.normalize("NFKC", text).lower()
    bare = _DATE.sub(" ", _AMOUNT.sub(" ", text))
    if _IS_NAMED.search(text) and _LONG_RUN.search(_DATE.sub(" ", text)):
        return True
    if _LONG_RUN.search(bare) or _CODE.search(bare) or _CODE_BEHIND.search(bare):
        return True
    if _PASSWORD.search(text) or _spoken(text, vocab):
        return True
    alone = _ALONE.fullmatch(bare)
    if alone is None:
        return False
    digits = [int(one) for one in alone["code"] if one.isdigit()]
    ordered = max(digits) <= choices and min(digits) >= 1 and len(set(digits)) in (1, len(digits))
    return not ordered


def _spoken(text: str, vocab: Vocabulary) -> bool:
    """A code in words: "mã là bốn tám hai chín"; or six such words alone."""
    said = spell(words(text), vocab)
    row = longest = 0
    for word in said:
        row = row + 1 if _digit_word(word.full, vocab) else 0
        longest = max(longest, row)
    if longest < _SPOKEN_CODE:
        return False
    named = any(word.plain in ("ma", "otp", "pin", "khau", "code") for word in said)
    return named or (longest >= _SPOKEN_CODE + 2 and longest == len(said))


def _digit_word(full: str, vocab: Vocabulary) -> bool:
    found = look_up(words(full), vocab.numbers)
    return found is not None and len(found) == 1
