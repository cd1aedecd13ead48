"""Duty: the hours of the week in which a volunteer is there, by keys or typed.

«Tôi trực thứ hai 8–11 giờ» is understood as a whole. Only who is on duty is named to a
learner who calls. Comes from: work. Leads to: work. Wording: `duty.*`, `day.*`.
"""

import re

from bot.conversation import who
from bot.conversation.folding import fold
from bot.conversation.learner import Learner, Place, change
from bot.conversation.policy import Action
from bot.conversation.replies import Audit, EndDuty, KeepDuty, Option, Reply, Turn
from bot.conversation.screens import work
from bot.conversation.screens.base import Screen
from bot.conversation.speech import say, wording
from bot.conversation.understand import Intent
from bot.conversation.world import World

DUTY = "duty"  # the store query
DAY, HOURS, OFF = "day", "hours", "off"
_PARTS = {"morning": (8, 11), "afternoon": (14, 17), "evening": (19, 21)}
_A_PAGE = 3
_DAYS = {
    **{f"thu {n}": n - 2 for n in range(2, 8)},
    **{f"t{n}": n - 2 for n in range(2, 8)},
    **{f"thu {word}": n for n, word in enumerate(("hai", "ba", "tu", "nam", "sau", "bay"))},
    "chu nhat": 6,
    "cn": 6,
    **{
        word: n
        for n, word in enumerate(
            ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
        )
    },
}
_HOURS = re.compile(
    r"(?P<from>\d{1,2})(?:[:hg](?P<from_m>[0-5]\d)?)?(?: ?giờ| ?h)?\s*(?:-|–|—|đến|tới|to|until)\s*"
    r"(?P<to>\d{1,2})(?:[:hg](?P<to_m>[0-5]\d)?)?",
    re.IGNORECASE,
)


def show(learner: Learner, world: World) -> tuple[Reply, ...]:
    match learner.place.stage:
        case "day" | "off":
            return (_ask_day(learner, world),)
        case "hours":
            day = who.first_up(wording(learner, world, f"day.{learner.place.picked}"))
            parts = (Option(part, _part(part, learner, world)) for part in _PARTS)
            return (say(learner, world, "duty.which_hours", *parts, "back", day=day),)
    hours = _hours(learner, world)
    if not hours:
        return (say(learner, world, "duty.none", "add_hours", "back"),)
    return (say(learner, world, "duty.ask", "add_hours", "drop_day", "back", hours=hours),)


def choose(learner: Learner, option_id: str, world: World) -> Turn | None:
    stage, picked = learner.place.stage, learner.place.picked
    match option_id:
        case "add_hours":
            return Turn(_at(learner, DAY))
        case "drop_day":
            return Turn(_at(learner, OFF))
        case "more":
            return Turn(_at(learner, stage, str(int(picked or 0) + 1)))
        case "back":
            return Turn(_at(learner) if stage else work.at(learner))
        case "morning" | "afternoon" | "evening" if stage == HOURS:
            start, end = _PARTS[option_id]
            return _keep(learner, int(picked), start * 60, end * 60, world)
        case _ if stage == DAY:
            return Turn(_at(learner, HOURS, option_id[1:]))
        case _ if stage == OFF:
            return _drop(learner, int(option_id[1:]), world)
        case _:
            return None


def hear(learner: Learner, said: str, world: World) -> Turn | None:
    """«Thứ hai 8–11 giờ», a day alone, or hours alone where the day is known."""
    day, hours = _read_day(said), read_hours(said)
    if day is None and learner.place.stage == HOURS:
        day = int(learner.place.picked)
    if day is not None and hours:
        return _keep(learner, day, *hours, world)
    if day is not None and learner.place.stage in ("", DAY):
        return Turn(_at(learner, HOURS, str(day)))
    if day is not None and learner.place.stage == OFF:
        return _drop(learner, day, world)
    return None


def wish(learner: Learner, intent: Intent, world: World) -> Turn | None:
    return choose(learner, "back", world) if intent in (Intent.BACK, Intent.LATER) else None


def read_hours(said: str) -> tuple[int, int] | None:
    """Minutes of «8–11 giờ», «19h30 đến 21h», "14:00 to 17:00"; None for what is no stretch."""
    found = _HOURS.search(said)
    if found is None:
        return None
    start = int(found["from"]) * 60 + int(found["from_m"] or 0)
    end = int(found["to"]) * 60 + int(found["to_m"] or 0)
    return (start, end) if start < end <= 24 * 60 else None


def _read_day(said: str) -> int | None:
    folded = f" {fold(said)} "
    found = [day for name, day in _DAYS.items() if f" {name} " in folded]
    return found[0] if len(set(found)) == 1 else None


def _at(learner: Learner, stage: str = "", picked: str = "") -> Learner:
    place = Place(stage=stage, picked=picked)
    return change(learner, screen="duty", place=place, guess="", misses=0)


def _ask_day(learner: Learner, world: World) -> Reply:
    """Three days a page; to drop one, only the days that there are."""
    kept = sorted({row["weekday"] for row in world.rows(DUTY, learner.id)})
    days = kept if learner.place.stage == OFF else list(range(7))
    page = int(learner.place.picked or 0)
    shown = days[page * _A_PAGE : (page + 1) * _A_PAGE]
    names = (who.first_up(wording(learner, world, f"day.{day}")) for day in shown)
    options = [Option(f"d{day}", name) for day, name in zip(shown, names, strict=True)]
    last = "more" if len(days) > (page + 1) * _A_PAGE else "back"
    key = "duty.which_off" if learner.place.stage == OFF else "duty.which_day"
    return say(learner, world, key, *options, last)


def _part(part: str, learner: Learner, world: World) -> str:
    start, end = _PARTS[part]
    name = wording(learner, world, f"duty.{part}")
    return name.replace("{from}", str(start)).replace("{to}", str(end))


def _hours(learner: Learner, world: World) -> str:
    """«thứ Hai 8:00–11:00; thứ Năm 14:00–17:00»."""
    stretches = []
    for row in world.rows(DUTY, learner.id):
        day = wording(learner, world, f"day.{row['weekday']}")
        hours = f"{_clock(row['from_minute'])}–{_clock(row['to_minute'])}"
        stretches.append(f"{day} {hours}")
    return "; ".join(stretches)


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"


def _keep(learner: Learner, day: int, start: int, end: int, world: World) -> Turn:
    kept = say(
        learner,
        world,
        "duty.kept",
        day=wording(learner, world, f"day.{day}"),
        hours=f"{_clock(start)}–{_clock(end)}",
    )
    audit = Audit(f"duty_kept:{day}", learner.id)
    return Turn(work.at(learner), (kept,), (audit,), (KeepDuty(day, start, end),))


def _drop(learner: Learner, day: int, world: World) -> Turn:
    dropped = say(learner, world, "duty.dropped", day=wording(learner, world, f"day.{day}"))
    audit = Audit(f"duty_ended:{day}", learner.id)
    return Turn(work.at(learner), (dropped,), (audit,), (EndDuty(day),))


SCREEN = Screen(show, choose, hear, wish, actions=(Action.STAND_DUTY,), holds=True)
