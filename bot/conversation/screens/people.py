"""My people: who is stuck, who has gone quiet, who reached something; one press to write.

Only learners of one's own areas, three a page; each look at one is in the audit trail.
Comes from: work. Leads to: talk, kept, work. Wording: `people.*`.
Source: learner-experience.md T1, T3; promises.md P34, P35.
"""

from datetime import timedelta
from typing import Any

from bot.conversation import who
from bot.conversation.ago import ago
from bot.conversation.curriculum import lessons
from bot.conversation.learner import Learner, Place, change
from bot.conversation.policy import Action, Area
from bot.conversation.replies import Audit, Option, Reply, Turn, WriteTo
from bot.conversation.screens import work
from bot.conversation.screens.base import Screen
from bot.conversation.speech import say, wording
from bot.conversation.understand import Intent
from bot.conversation.world import World

LISTS = ("stuck", "quiet", "reached")
ONE = "one"
QUIET_AFTER = timedelta(days=7)
_A_PAGE = 3


def show(learner: Learner, world: World) -> tuple[Reply, ...]:
    stage = learner.place.stage
    if stage in LISTS:
        return (_list(learner, stage, world),)
    if stage == ONE:
        kind, _, learner_id = learner.place.picked.partition(":")
        row = _row(learner, kind, learner_id, world)
        if row is None:
            return (say(learner, world, "people.gone", "back"),)
        fields = _fields(learner, kind, row, world)
        return (say(learner, world, "people.one", "write", "back", **fields),)
    options = [Option(kind, _counted(learner, kind, world)) for kind in LISTS]
    return (say(learner, world, "people.ask", *options, "kept"),)


def choose(learner: Learner, option_id: str, world: World) -> Turn | None:
    stage, picked = learner.place.stage, learner.place.picked
    match option_id:
        case "stuck" | "quiet" | "reached" if not stage:
            return Turn(_at(learner, option_id))
        case "kept":
            return Turn(change(learner, screen="kept", place=Place()))
        case "more" if stage in LISTS:
            return Turn(_at(learner, stage, str(int(picked or 0) + 1)))
        case "back" if stage == ONE:
            return Turn(_at(learner, picked.partition(":")[0]))
        case "back":
            return Turn(_at(learner) if stage else work.at(learner))
        case "write" if stage == ONE:
            return Turn(learner, requests=(WriteTo(picked.partition(":")[2]),), ask=False)
        case _ if stage in LISTS:
            return _seen(learner, stage, option_id[1:], world)
        case _:
            return None


def wish(learner: Learner, intent: Intent, world: World) -> Turn | None:
    match intent:
        case Intent.BACK | Intent.LATER:
            return choose(learner, "back", world)
        case _:
            return None


def rows_of(learner: Learner, kind: str, world: World) -> list[dict[str, Any]]:
    """The people of that list whom this volunteer may see."""
    if kind == "quiet":
        before = int((world.now - QUIET_AFTER).timestamp()) // 60 * 60_000
        rows = world.rows("quiet", f'["{learner.id}",{before}]')
    else:
        noticed = world.rows("noticed", learner.id)
        rows = tuple(row for row in noticed if row["kind"] == kind)
    return [row for row in rows if may_see(learner, row, world)]


def may_see(learner: Learner, row: dict[str, Any], world: World) -> bool:
    return who.can(learner, Action.SEE_PEOPLE, Area(row["ward"], row["hamlet"]), world)


def person_of(row: dict[str, Any]) -> Learner:
    return who.read_document(row["document"]) or Learner()


def looked_at(learner: Learner, row: dict[str, Any]) -> Audit:
    """Each look at a person is kept."""
    area = Area(row["ward"], row["hamlet"])
    return Audit("person_seen", learner.id, row["learner_id"], who.where(area))


def _at(learner: Learner, stage: str = "", picked: str = "") -> Learner:
    place = Place(stage=stage, picked=picked)
    return change(learner, screen="people", place=place, guess="", misses=0)


def _counted(learner: Learner, kind: str, world: World) -> str:
    count = len(rows_of(learner, kind, world))
    return f"{wording(learner, world, f'people.{kind}')} ({count})"


def _list(learner: Learner, kind: str, world: World) -> Reply:
    rows, page = rows_of(learner, kind, world), int(learner.place.picked or 0)
    shown = rows[page * _A_PAGE : (page + 1) * _A_PAGE]
    if not shown:
        return say(learner, world, "people.nobody", "back")
    names = [who.named(person_of(row), learner, world) for row in shown]
    options = [Option(f"p{row['learner_id']}", n) for row, n in zip(shown, names, strict=True)]
    last = "more" if len(rows) > (page + 1) * _A_PAGE else "back"
    return say(learner, world, f"people.list_{kind}", *options, last)


def _row(learner: Learner, kind: str, learner_id: str, world: World) -> dict[str, Any] | None:
    rows = (row for row in rows_of(learner, kind, world) if row["learner_id"] == learner_id)
    return next(rows, None)


def _seen(learner: Learner, kind: str, learner_id: str, world: World) -> Turn | None:
    row = _row(learner, kind, learner_id, world)
    if row is None:
        return None
    return Turn(_at(learner, ONE, f"{kind}:{learner_id}"), facts=(looked_at(learner, row),))


def _fields(learner: Learner, kind: str, row: dict[str, Any], world: World) -> dict[str, Any]:
    person = person_of(row)
    at = row["last_seen_at"] if kind == "quiet" else row["at"]
    what = wording(learner, world, f"people.what_{kind}")
    return {
        "Name": who.named(person, learner, world),
        "area": who.area_name(Area(row["ward"], row["hamlet"]), learner, world),
        "done": len(person.done),
        "what": what.replace("{lesson}", _lesson(learner, row.get("what", ""), world)),
        "ago": ago(at, learner, world),
    }


def _lesson(learner: Learner, what: str, world: World) -> str:
    """The title of the lesson that an item or a milestone is of; its name where it is of none."""
    lesson = lessons(learner, world).get(what.partition("/")[0])
    return lesson.title if lesson else what


SCREEN = Screen(show, choose, wish=wish, actions=(Action.SEE_PEOPLE,))
