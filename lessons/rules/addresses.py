"""R14–R16: no address, phone number or private-looking digits beyond what is known.

A run of digits is looked at once: as a phone number when it is shaped or called like
one (R15), else as an identity card, account or one-time code (R16).
"""

import re
from collections.abc import Iterator

from lessons.page import Key
from lessons.rules.script import Finding, Script, Text, without_slots

_ENDINGS = (
    "vn|com|net|org|gov|edu|info|biz|io|me|co|cc|tv|ly|gl|to|tk|ml|ga|cf|gq|top|xyz|click|link|shop|"
    "store|site|online|app|web|live|life|club|vip|pro|icu|win|bet|asia|mobi|name|page|dev|fun|"
    "space|world|today|work|us|uk|eu|cn|ru|kr|jp|hk|sg|th|la|kh|example|test|invalid|local"
)
ADDRESS = re.compile(
    rf"(?:https?://|www\.)[^\s\"”»)]+"
    rf"|(?<![\w.-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:{_ENDINGS})(?![\w-]|\.\w)(?:/[^\s\"”»)]*)?"
    # with Vietnamese letters: only where a sentence could not run into the next
    r"|(?<![\w.-])(?:[^\W_](?:[\w-]*[^\W_])?\.)+(?:vn|com|net|org|info|xyz|vip|club)(?![\w-]|\.\w)"
    r"|(?<![\w.-])(?:[a-z0-9-]{2,}\.){2,}[a-z]{2,}(?![\w-]|\.\w)"
    rf"|(?<![\d.])\d{{1,3}}(?:\.\d{{1,3}}){{3}}(?:[:/][^\s\"”»)]*)",
    re.IGNORECASE,
)
_HOST = re.compile(r"^(?:https?://)?(?:[^/@]*@)?(?:www\.)?([^/:?#]+)", re.IGNORECASE)
# Whole runs only: not part of a date (12/5/2025), a share (96%) or a name (4G, C02).
_RUN = re.compile(
    r"(?<![\w/])\+?\d(?:[ \u00a0.-]?\d)*(?![ \u00a0.-]?\d|\s?%|/)(?!(?![đĐkK₫])[^\W\d_])"
)
_THOUSANDS = re.compile(r"\d{1,3}(?:[ .]\d{3})+")
_PHONE = re.compile(r"(?:84|0)[35789]\d{8}|02\d{8,9}|069\d{7}|842\d{8,9}|1[89]00\d{4,6}")
_CALLED = re.compile(
    r"(?:\bgọi|\btổng đài|\bđường dây nóng|\bhotline|\bsố máy|\bđiện thoại|\bnhắn|\bsố|\bbấm|"
    r"\bquay|\bcall|\bdial|\bring|\btext|\bpress|\bnumber)\W*(?:(?:là|số|lại|ngay|tin|đến|tới|cho|the|number)\W*){0,3}$",
    re.IGNORECASE,
)
# What stands between the numbers of a list: “gọi 113 hoặc 114”.
_LISTED = re.compile(
    r"\s*(?:,|,?\s*(?:hoặc|hay|và|or|and))\s*(?:gọi|số|call|dial)?\s*", re.IGNORECASE
)
# “Quyết định số 757”, “nhà số 123”: a number, not one to call.
_NUMBERED = re.compile(
    r"\b(?:định|tư|luật|quyết|điều|nhà|phòng|ngõ|trang|bài|chữ|mục|con|house|page|room)\W+số\W*$",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"^\s*(?:đồng|đ\b|vnđ|₫|nghìn|ngàn|triệu|tỷ|tỉ|trăm|phút|giây|giờ|ngày|tháng|năm|tuổi|người|"
    r"lần|bài|trang|từ|chữ|số|MB|GB|k\b|km|kg|minutes?|seconds?|hours?|days?|times|people|million|"
    r"thousand|dong)",
    re.IGNORECASE,
)
_CODE = re.compile(r"\b(?:mã|code|otp|pin)\b(?:\W+\w+){0,4}\W*$", re.IGNORECASE)
_PREFIXES = frozenset(("1800", "1900"))
_DOES = frozenset(("TYPE_TEXT", "REAL_TASK"))  # exercises in which an address is used
_LONG_RUN = 9
_CODE_RUN = 6


class _Digits:
    """A run of digits in a text, with what stands around it. before: the run before it."""

    def __init__(self, value: str, match: re.Match[str], before: "_Digits | None") -> None:
        self.shown = match[0]
        self.bare = re.sub(r"\D", "", match[0])
        self.end = match.end()
        self._before, self._after = value[: match.start()], value[match.end() :]
        listed = before and _LISTED.fullmatch(value, before.end, match.start())
        self._is_listed = bool(before and listed and before.is_phone)

    @property
    def is_counted(self) -> bool:
        """Money, time, people: `8.000 đồng`, `60 phút`."""
        return bool(_COUNTED.match(self._after))

    @property
    def is_code(self) -> bool:
        is_long = len(self.bare) >= _CODE_RUN and not _PHONE.fullmatch(self.bare)
        return is_long and bool(_CODE.search(self._before))

    @property
    def is_phone(self) -> bool:
        if self.is_code or self.is_counted:
            return False
        if _PHONE.fullmatch(self.bare):
            return True
        is_called = _CALLED.search(self._before) and not _NUMBERED.search(self._before)
        return (
            bool(is_called or self._is_listed)
            and 3 <= len(self.bare) < _LONG_RUN
            and self.bare not in _PREFIXES
        )

    @property
    def is_private(self) -> bool:
        money = self.is_counted and _THOUSANDS.fullmatch(self.shown)
        return self.is_code or (len(self.bare) >= _LONG_RUN and not self.is_phone and not money)


def only_known_addresses(script: Script) -> Iterator[Finding]:
    """R14: an address is on the allow-list, and stands in no question."""
    asks = {
        key
        for key, question in script.questions()
        if key[-1] == "ask" or question.get("type") not in _DOES
    }
    for text in (*script.texts, *script.typed):
        for match in ADDRESS.finditer(text.value):
            if _is_asked(text.key, asks):
                message, mend = f"an address in a question: {match[0]}", "say it in words"
                yield Finding(text.key, "R14", message, mend, said=match[0])
            elif not _is_allowed(match[0], script.terms.domains_allowed):
                message = f"the address {match[0]} is not on the allow-list"
                mend = "leave it out, or say its name in words"
                yield Finding(text.key, "R14", message, mend, said=match[0])


def only_known_phones(script: Script) -> Iterator[Finding]:
    """R15: a phone number is one that facts.yaml may show."""
    known = _known_phones(script)
    for text, digits in _digits(script):
        if digits.is_phone and digits.bare not in known:
            message = f"the phone number {digits.shown} is not in facts.yaml"
            mend = "write {{fact:hotline.…}}, or leave it out"
            yield Finding(text.key, "R15", message, mend, said=digits.shown)


def only_made_up_digits(script: Script) -> Iterator[Finding]:
    """R16: nothing that looks like an identity card, an account or a one-time code."""
    for text, digits in _digits(script):
        if digits.is_private:
            message = "digits that look like a card, an account or a code"
            yield Finding(text.key, "R16", message, "leave them out", said=digits.shown)


def _digits(script: Script) -> Iterator[tuple[Text, _Digits]]:
    for text in (*script.texts, *script.typed):
        value = ADDRESS.sub(" ", without_slots(text.value, "_"))
        digits = None
        for match in _RUN.finditer(value):
            digits = _Digits(value, match, digits)
            yield text, digits


def _is_asked(key: Key, asks: set[Key]) -> bool:
    return any(key[: len(ask)] == ask for ask in asks)


def _is_allowed(address: str, allowed: tuple[str, ...]) -> bool:
    host = _HOST.match(address)
    return host is not None and host[1].lower().rstrip(".,;") in allowed


def _known_phones(script: Script) -> set[str]:
    shown = [
        fact.value or ""
        for fact in script.facts.values()
        if fact.key.startswith(("hotline.", "phone.")) and not fact.is_hidden
    ]
    return {re.sub(r"\D", "", run) for value in shown for run in _RUN.findall(value)}
