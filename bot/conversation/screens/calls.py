"""Calls: who of my area wants a person, danger on top, then whoever waits longest.

Comes from: work, and from a call that has just been made. Leads to: talk, work.
Wording: `calls.*`, `about.*`. Source: learner-experience.md T1, H2.
"""

from typing import Any

from bot.conversation import who
from bot.conversation.ago import ago
from bot.conversation.curriculum import lessons
from bot.conversation.events import HelpGone, HelpWanted
from bot.conversation.learner import Learner, Place, change
from bot.conversation.policy import Action, Area
from bot.conversation.replies import Audit, Option, Priority, Reply, TakeHelp, Turn
from bot.conversation.screens import talk, work
from bot.conversation.screens.base import Screen
from bot.conversation.speech import say, wording
from bot.conversation.understand import Intent
from bot.conversation.world import World

ONE = "one"
_A_PAGE = 3


def at(learner: Learner, call: int) -> Learner:
    """The learner at one call."""
    place = Place(stage=ONE, picked=str(call))
    return change(learner, screen="calls", place=place, guess="", misses=0)


def show(learner: Learner, world: World) -> tuple[Reply, ...]:
    if learner.place.stage == ONE:
        row = _free(learner, int(learner.place.picked), world)
        if row is None:
            # The keys stay: whoever presses «Nhận giúp» now is told who was faster.
            return (say(learner, world, "calls.gone", "take", "back"),)
        return (_one(row, learner, world),)
    rows, page = waiting(learner, world), int(learner.place.picked or 0)
    shown = rows[page * _A_PAGE : (page + 1) * _A_PAGE]
    if not shown:
        return (say(learner, world, "calls.none", "back"),)
    options = [Option(f"c{row['call_id']}", _label(row, learner, world)) for row in shown]
    last = "more" if len(rows) > (page + 1) * _A_PAGE else "back"
    return (say(learner, world, "calls.list", *options, last, count=len(rows)),)


def choose(learner: Learner, option_id: str, world: World) -> Turn | None:
    match option_id:
        case "take":
            call = int(learner.place.picked)
            return Turn(learner, requests=(TakeHelp(call),), ask=False)
        case "more":
            page = int(learner.place.picked or 0) + 1
            return Turn(change(learner, place=Place(picked=str(page))))
        case "back" if learner.place.stage == ONE:
            return Turn(change(learner, place=Place()))
        case "back":
            return Turn(work.at(learner))
        case _:
            return _chosen(learner, option_id, world)


def wish(learner: Learner, intent: Intent, world: World) -> Turn | None:
    match intent:
        case Intent.BACK | Intent.LATER:
            return choose(learner, "back", world)
        case Intent.NEXT if learner.place.stage == ONE:
            return choose(learner, "take", world)
        case _:
            return None


def waiting(learner: Learner, world: World) -> list[dict[str, Any]]:
    """The calls that this volunteer has, then those that they may take."""
    rows = world.rows(talk.CALLS, learner.id)
    return [
        row
        for row in rows
        if who.can(learner, Action.TAKE_CALL, Area(row["ward"], row["hamlet"]), world)
    ]


def wanted(learner: Learner, event: HelpWanted, world: World, *, busy: bool) -> Turn:
    """Somebody calls: shown at once, unless a draft, a decision or a talk is open; danger
    goes before a talk."""
    row = next((one for one in waiting(learner, world) if one["call_id"] == event.call), None)
    if row is None or learner.stopped:
        return Turn(learner, ask=False)
    if busy or (learner.screen == "talk" and not row["urgent"]):
        key = "calls.meanwhile_urgent" if row["urgent"] else "calls.meanwhile"
        said = say(learner, world, key, **_fields(row, learner, world))
        return Turn(learner, (_first(said, row),), ask=False)
    return Turn(at(learner, event.call), facts=(_seen(row, learner),))


def gone(learner: Learner, event: HelpGone, world: World) -> Turn:
    """Another was faster, or it is closed: told to who tried, and to who looks at it now."""
    if event.late:
        return _late(learner, event, world)
    facts = (Audit("call_refused", learner.id),) if event.tried else ()
    looks = learner.screen == "calls" and learner.place.picked == str(event.call)
    if learner.stopped or not (event.tried or (looks and learner.place.stage == ONE)):
        return Turn(learner, ask=False)
    listed = change(learner, screen="calls", place=Place(), guess="", misses=0)
    if event.by is None:
        return Turn(listed, (say(learner, world, "calls.over"),), facts)
    by = who.first_up(who.somebody(event.by, learner, world))
    return Turn(listed, (say(learner, world, "calls.taken", By=by),), facts)


def _late(learner: Learner, event: HelpGone, world: World) -> Turn:
    """A call of theirs went to others, for they had said nothing to it."""
    audit = (Audit("call_given_up", learner.id),)
    if learner.stopped:
        return Turn(learner, facts=audit, ask=False)
    was_here = learner.screen == "talk" and learner.place.picked == str(event.call)
    here = work.at(learner) if was_here else learner
    return Turn(here, (say(learner, world, "calls.late"),), audit, ask=was_here)


def _chosen(learner: Learner, option_id: str, world: World) -> Turn | None:
    rows = (row for row in waiting(learner, world) if f"c{row['call_id']}" == option_id)
    row = next(rows, None)
    if row is None:
        return None
    seen = (_seen(row, learner),)
    if row["taken_by"] == learner.id:
        return Turn(talk.at(learner, row["call_id"], talk.HELPER), facts=seen)
    return Turn(at(learner, row["call_id"]), facts=seen)


def _free(learner: Learner, call: int, world: World) -> dict[str, Any] | None:
    rows = (row for row in waiting(learner, world) if row["call_id"] == call)
    return next((row for row in rows if row["taken_by"] is None), None)


def _one(row: dict[str, Any], learner: Learner, world: World) -> Reply:
    key = "calls.urgent" if row["urgent"] else "calls.one"
    fields = _fields(row, learner, world)
    return _first(say(learner, world, key, "take", "back", **fields), row)


def _first(reply: Reply, row: dict[str, Any]) -> Reply:
    """A call for help goes before everything else."""
    calm = not row["urgent"]
    return Reply(reply.text, reply.options, priority=Priority.PANIC, calm=calm)


def _label(row: dict[str, Any], learner: Learner, world: World) -> str:
    fields = _fields(row, learner, world)
    urgent = wording(learner, world, "calls.urgent_mark") if row["urgent"] else ""
    mine = wording(learner, world, "calls.mine_mark") if row["taken_by"] else ""
    return f"{urgent}{fields['name']}: {fields['about']}{mine}"


def _fields(row: dict[str, Any], learner: Learner, world: World) -> dict[str, Any]:
    """Name, area, what about, where in the lessons, how long ago: never the learner's words."""
    asker = who.read_document(row["document"]) or Learner()
    name = who.called(asker, learner, world)
    lesson = lessons(learner, world).get(row["lesson"])
    where = ""
    if lesson:
        where = say(learner, world, "calls.where", title=lesson.title).text + " "
    if row["tried"]:
        where += say(learner, world, "calls.tried", count=row["tried"]).text + " "
    return {
        "name": name,
        "Name": who.first_up(name),
        "area": who.area_name(Area(row["ward"], row["hamlet"]), learner, world),
        "about": wording(learner, world, f"about.{row['about']}"),
        "where": where,
        "ago": ago(row["opened_at"], learner, world),
    }


def _seen(row: dict[str, Any], learner: Learner) -> Audit:
    area = Area(row["ward"], row["hamlet"])
    return Audit("call_seen", learner.id, row["learner_id"], who.where(area))


SCREEN = Screen(show, choose, wish=wish, actions=(Action.TAKE_CALL,))
