"""Announcements that were made: how far each is, what came of it, what can still be done.

Comes from: broadcast. Leads to: broadcast (an edit, once more, a correction), work.
Wording: `announced.*`. Source: learner-experience.md T2; promises.md P36.
"""

from datetime import UTC, datetime
from typing import Any

import msgspec

from bot.conversation import announcing, who
from bot.conversation.days import VIETNAM
from bot.conversation.learner import Learner, Place, change, resume
from bot.conversation.policy import Action, Area
from bot.conversation.replies import (
    ApproveBroadcast,
    Audit,
    How,
    Option,
    Reply,
    SteerBroadcast,
    Turn,
    as_text,
)
from bot.conversation.screens.base import Screen
from bot.conversation.speech import say, wording
from bot.conversation.understand import Intent
from bot.conversation.world import World

ONE, NAMES = "one", "names"
_A_PAGE = 4
_REASONS = ("cancelled", "stopped", "unreachable", "expired")
_STEERED: dict[str, How] = {
    "cancel_it": "cancel",
    "pause": "pause",
    "go_on_sending": "resume",
    "edit_it": "edit",
}


def at(learner: Learner) -> Learner:
    return change(learner, screen="announced", place=Place(), draft=None, guess="", misses=0)


def one(learner: Learner, number: int, world: World) -> Learner:
    """At that announcement, as it stands now: what is approved here is this text."""
    row = _row(number, world)
    place = Place(stage=ONE, picked=str(number), card=row["digest"] if row else "")
    return change(learner, screen="announced", place=place, guess="", misses=0)


def is_later(number: int, world: World) -> bool:
    """Is it for another hour, and not for after the minute in which it can be taken back?"""
    row = _row(number, world)
    at_once_until = int((world.now + 2 * announcing.HELD).timestamp() * 1000)
    return row is not None and row["send_at"] > at_once_until


def clock(learner: Learner, at_: datetime, world: World) -> str:
    """«8:00 ngày 25/11»."""
    local = at_.astimezone(VIETNAM)
    text = wording(learner, world, "broadcast.clock")
    return text.replace("{time}", f"{local:%H:%M}").replace("{day}", f"{local.day}/{local.month}")


# --- what is asked ----------------------------------------------------------------------


def show(learner: Learner, world: World) -> tuple[Reply, ...]:
    row = _row(_number(learner), world)
    if not learner.place.stage or row is None or not _sees(learner, row, world):
        return (_list(learner, world),)
    if learner.place.stage == NAMES:
        return (_names(learner, world),)
    return (_one(learner, row, world),)


def _list(learner: Learner, world: World) -> Reply:
    mine = [row for row in world.rows("broadcasts", learner.id) if _sees(learner, row, world)]
    # What waits for a yes stands first.
    mine.sort(key=lambda row: row["status"] != "waiting_approval")
    options = [
        Option(f"b{row['broadcast_id']}", _label(learner, row, world)) for row in mine[:_A_PAGE]
    ]
    return say(learner, world, "announced.list" if options else "announced.none", *options, "back")


def _label(learner: Learner, row: dict[str, Any], world: World) -> str:
    status = wording(learner, world, f"announced.is_{row['status']}")
    words = msgspec.json.decode(row["body"])["text"].split()
    return f"{status}: {' '.join(words[:5])}{'…' if len(words) > 5 else ''}"


def _one(learner: Learner, row: dict[str, Any], world: World) -> Reply:
    number = row["broadcast_id"]
    if _is_uncounted(row, world):
        return say(learner, world, "announced.counting", *_meanwhile(row), "back")
    counts, answers = _counts(number, world), _answers(number, world)
    draft = announcing.read_draft(row)
    fields: dict[str, Any] = {
        "people": row["recipients"],
        "letter": as_text(announcing.letter(number, number, draft, learner, world)),
        "at": clock(learner, datetime.fromtimestamp(row["send_at"] / 1000, UTC), world),
        "reached": counts["sent"],
        "missed": counts["missed"],
        "left": counts["left"],
        "why": _why(learner, number, world),
        "answers": _answered(learner, answers, world),
    }
    key, options = _options(learner, row, counts, answers, world)
    said = say(learner, world, key, *options, **fields)
    if row["status"] not in ("waiting_approval", "held"):
        return said
    return announcing.bearing(said, draft.body, learner, world)


def _options(
    learner: Learner,
    row: dict[str, Any],
    counts: dict[str, int],
    answers: dict[str, int],
    world: World,
) -> tuple[str, list[str | Option]]:
    mine = row["made_by"] == learner.id
    area = Area(row["ward"], row["hamlet"])
    own: list[str | Option] = ["edit_it"] if mine else []
    match row["status"]:
        case "waiting_approval" if not mine and who.can(
            learner, Action.APPROVE_ANNOUNCEMENT, area, world
        ):
            yes = say(learner, world, "announced.approve", people=row["recipients"]).text
            return "announced.to_approve", [Option("approve", yes), "cancel_it", "back"]
        case "waiting_approval":
            return "announced.waiting_approval", [*own, "cancel_it", "back"]
        case "held":
            return "announced.held", ["cancel_it", *own, "back"]
        case "running":
            return "announced.running", ["pause", "cancel_it", "look_again", "back"]
        case "paused":
            return "announced.paused", ["go_on_sending", "cancel_it", "back"]
        case _:
            again = say(learner, world, "announced.again", missed=counts["missed"]).text
            return "announced.report", [
                *([Option("again", again)] if counts["missed"] else []),
                *(["correct_it"] if mine and counts["sent"] else []),
                *(["see_names"] if answers.get("come") else []),
                "back",
            ]


def _is_uncounted(row: dict[str, Any], world: World) -> bool:
    """Are the counts that are shown of it not there yet? What nobody got has none."""
    if row["status"] in ("draft", "waiting_approval", "held"):
        return False
    number = str(row["broadcast_id"])
    tallies = [world.rows(query, number) for query in (announcing.RECIPIENTS, announcing.ANSWERS)]
    return any(announcing.UNCOUNTED in rows for rows in tallies)


def _meanwhile(row: dict[str, Any]) -> list[str]:
    """What can be done before it is counted."""
    able = {
        "running": ["pause", "cancel_it", "look_again"],
        "paused": ["go_on_sending", "cancel_it"],
    }
    return able.get(row["status"], [])


def _names(learner: Learner, world: World) -> Reply:
    rows = world.rows("broadcast_coming", str(_number(learner)))
    people = [who.read_document(row["document"]) or Learner() for row in rows]
    seen = [one for one in people if who.can(learner, Action.SEE_PEOPLE, who.area_of(one), world)]
    names = ", ".join(who.called(one, learner, world) for one in seen)
    return say(learner, world, "announced.names", "back", count=len(seen), names=names or "0")


def _counts(number: int, world: World) -> dict[str, int]:
    counts = {"sent": 0, "missed": 0, "left": 0}
    for row in world.rows(announcing.RECIPIENTS, str(number)):
        kind = {"sent": "sent", "waiting": "left", "later": "left"}.get(row["status"], "missed")
        counts[kind] += row["people"]
    return counts


def _why(learner: Learner, number: int, world: World) -> str:
    """«2 đã chặn, 1 mất mạng»: why it did not arrive, in everyday words."""
    why: dict[str, int] = {}
    for row in world.rows(announcing.RECIPIENTS, str(number)):
        if row["status"] in ("failed", "cancelled"):
            name = next((one for one in _REASONS if row["reason"].startswith(one)), "failed")
            why[name] = why.get(name, 0) + row["people"]
    said = [
        say(learner, world, f"announced.why_{name}", count=count).text
        for name, count in why.items()
    ]
    return f" ({', '.join(said)})" if said else ""


def _answers(number: int, world: World) -> dict[str, int]:
    rows = world.rows(announcing.ANSWERS, str(number))
    return {row["answer"]: row["people"] for row in rows}


def _answered(learner: Learner, answers: dict[str, int], world: World) -> str:
    if not answers:
        return wording(learner, world, "announced.no_answer")
    each = ", ".join(
        say(learner, world, f"announced.said_{key}", count=answers[key]).text
        for key in announcing.KEYS
        if key in answers
    )
    return say(learner, world, "announced.answers", count=sum(answers.values()), each=each).text


# --- what is answered -------------------------------------------------------------------


def choose(learner: Learner, option_id: str, world: World) -> Turn | None:
    number = _number(learner)
    row = _row(number, world)
    if option_id[:1] == "b" and option_id[1:].isdigit():
        return Turn(one(learner, int(option_id[1:]), world))
    if option_id == "back":
        return _back(learner)
    if row is None:
        return None
    where = who.where(Area(row["ward"], row["hamlet"]))
    if option_id in _STEERED:
        how = _STEERED[option_id]
        audit = Audit(f"broadcast_{how}:{number}", learner.id, where=where)
        return Turn(learner, (), (audit,), (SteerBroadcast(number, how),), ask=False)
    match option_id:
        case "approve":
            audit = Audit(f"broadcast_approve:{number}", learner.id, where=where)
            approve = ApproveBroadcast(number, learner.place.card)
            return Turn(learner, (), (audit,), (approve,), ask=False)
        case "look_again":
            return Turn(one(learner, number, world))
        case "see_names":
            seen = Audit("people_seen", learner.id, where=where)
            place = msgspec.structs.replace(learner.place, stage=NAMES)
            return Turn(change(learner, place=place), facts=(seen,))
        case "again" | "correct_it":
            return _anew(learner, row, option_id)
        case _:
            return None


def _anew(learner: Learner, row: dict[str, Any], how: str) -> Turn:
    """The same once more to whom it did not reach, or a correction to whom it did."""
    draft = announcing.read_draft(row)
    root, again = row["root"], how == "again"
    audience = msgspec.structs.replace(
        draft.audience,
        course="",
        not_started=False,
        quiet_days=0,
        missed=root if again else 0,
        reached=0 if again else root,
    )
    place = Place(stage="preview" if again else "what")
    anew = msgspec.structs.replace(draft, audience=audience)
    return Turn(change(learner, screen="broadcast", place=place, draft=anew))


def wish(learner: Learner, intent: Intent, world: World) -> Turn | None:
    match intent:
        case Intent.BACK:
            return _back(learner)
        case Intent.STOP if learner.place.stage == ONE:
            # «Hủy», «dừng» here mean the announcement that is open.
            row = _row(_number(learner), world)
            able = row is not None and row["status"] in ("held", "running", "waiting_approval")
            return choose(learner, "cancel_it", world) if able else None
        case Intent.LATER | Intent.NEXT:
            return Turn(resume(learner))
        case _:
            return None


def _back(learner: Learner) -> Turn:
    if learner.place.stage == NAMES:
        return Turn(change(learner, place=msgspec.structs.replace(learner.place, stage=ONE)))
    if learner.place.stage:
        return Turn(at(learner))
    return Turn(change(at(learner), screen="work"))


def _number(learner: Learner) -> int:
    return int(learner.place.picked or 0)


def _row(number: int, world: World) -> dict[str, Any] | None:
    rows = world.rows("broadcast", str(number)) if number else ()
    return rows[0] if rows else None


def _sees(learner: Learner, row: dict[str, Any], world: World) -> bool:
    return who.can(learner, Action.ANNOUNCE, Area(row["ward"], row["hamlet"]), world)


SCREEN = Screen(show, choose, wish=wish, actions=(Action.ANNOUNCE,))
