"""A time of day: read from a learner's words, said back in everyday words.

«7 giờ tối», «19h30», «8 rưỡi sáng», «buổi tối», "at 7 pm" become "19:00", "19:30"…; where
«5 giờ» may be morning or afternoon, the one outside quiet hours is meant.
Wording: `hour.*`. Source: learner-experience.md O1, N2.
"""

import re
import unicodedata

from bot.conversation.learner import Learner
from bot.conversation.quiet import MINUTE, NudgeRules, minutes_of
from bot.conversation.speech import wording
from bot.conversation.understand import Part
from bot.conversation.world import World

_USUAL: dict[Part, str] = {
    "morning": "08:00",
    "noon": "11:30",
    "afternoon": "16:00",
    "evening": "19:30",
}
_NUMBERS = (
    *("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"),
    *("mười", "mười một", "mười hai"),
)
# «tôi» (I) without its mark reads as «tối» (evening): it counts behind a time or «buổi», and
# not in "nhac toi" (remind me).
_PARTS: tuple[tuple[Part, str], ...] = (
    ("morning", "sáng|sang|am|morning"),
    ("noon", "trưa|trua|noon"),
    ("afternoon", "chiều|chieu|afternoon"),
    ("evening", "tối|toi|đêm|dem|pm|evening|night"),
)
_ANY_PART = "|".join(words for _, words in _PARTS)
_CLOCK = re.compile(
    rf"""(?<![\d:])
    (?P<cue>\b(?:lúc|luc|vào|vao|at|around)\s+)?
    (?P<h>\d{{1,2}})\s*(?P<unit>giờ|gio|g|h|:|o'clock)?\s*
    (?P<m>[0-5]\d|rưỡi|ruoi)?(?!\d)\s*(?:giờ|gio)?\s*
    (?:(?:buổi|buoi|in\ the)?\s*(?P<part>{_ANY_PART})\b)?""",
    re.VERBOSE,
)
_BEFORE_PART = "buổi|buoi|in the|every|hẹn|nhắc|nhac|vào|vao"
_ALONE = re.compile(
    rf"\b(?:{_BEFORE_PART})\s+(?!(?<=nh[aắ]c\s)toi\b)(?P<part>{_ANY_PART})\b"
    rf"|^\s*(?P<whole>{_ANY_PART})\s*(?:nhé|nhe|ạ)?\W*$"
)
_HALF = ("rưỡi", "ruoi")
QUIET = "quiet"


def read_hour(text: str, rules: NudgeRules) -> str | None:
    """The time of day that the words name ("19:30"), QUIET where nothing is said then, or
    None where they name none."""
    said = _spelled(text)
    for clock in _CLOCK.finditer(said):
        # A bare number is a time only behind «lúc» or before «rưỡi» or a part of the day.
        if clock["cue"] or clock["unit"] or clock["part"] or clock["m"] in _HALF:
            return _of_clock(clock, rules)
    alone = _ALONE.search(said)
    part = _part_in(alone["part"] or alone["whole"]) if alone else None
    return usual(part, rules) if part else None


def usual(part: Part, rules: NudgeRules) -> str:
    """The hour offered in that part of the day, or the usual one."""
    return next((hour for hour in rules.hours if part_of(hour) == part), _USUAL[part])


def is_quiet(text: str, rules: NudgeRules) -> bool:
    """Do the words name a time at which nothing is said?"""
    return read_hour(text, rules) == QUIET


def part_of(hour: str) -> Part:
    """Which part of the day "19:30" belongs to."""
    minutes = minutes_of(hour)
    if minutes < 11 * 60:
        return "morning"
    if minutes < 13 * 60:
        return "noon"
    return "afternoon" if minutes < 18 * 60 else "evening"


def label(learner: Learner, world: World, hour: str) -> str:
    """What stands on a key: «Tối 19:30»."""
    clock = hour.removeprefix("0")
    return wording(learner, world, f"hour.key_{part_of(hour)}").replace("{clock}", clock)


def spoken(learner: Learner, world: World, hour: str) -> str:
    """As people say it: «7 giờ 30 tối»."""
    hours, minutes = divmod(minutes_of(hour), 60)
    key = "hour.clock" if minutes else "hour.clock_full"
    clock = wording(learner, world, key).replace("{h}", str((hours - 1) % 12 + 1))
    clock = clock.replace("{m}", f"{minutes:02}")
    return wording(learner, world, f"hour.said_{part_of(hour)}").replace("{clock}", clock)


def _spelled(text: str) -> str:
    """Lower case, composed, number words before «giờ» as digits."""
    said = unicodedata.normalize("NFC", text).lower().replace("a.m", "am").replace("p.m", "pm")
    for number, word in reversed(list(enumerate(_NUMBERS, 1))):
        said = re.sub(rf"\b{word}(?=\s*(?:giờ|gio|rưỡi)\b)", str(number), said)
    return said


def _of_clock(clock: re.Match[str], rules: NudgeRules) -> str | None:
    hours = int(clock["h"])
    minutes = 30 if clock["m"] in _HALF else int(clock["m"] or 0)
    if hours > 23:
        return None
    part = _part_in(clock["part"]) if clock["part"] else None
    if part == "noon":
        later = hours < 10
    elif part:
        later = part != "morning" and hours < 12
    else:
        later = hours < 12 and rules.quiet.covers((hours * 60 + minutes) * MINUTE)
    hour = f"{hours + 12 if later else hours:02}:{minutes:02}"
    return QUIET if rules.quiet.covers(minutes_of(hour) * MINUTE) else hour


def _part_in(said: str) -> Part | None:
    return next((name for name, words in _PARTS if said in words.split("|")), None)
