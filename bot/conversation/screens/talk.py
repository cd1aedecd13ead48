"""Talk: a learner and the volunteer who took their call write to each other here.

What is typed, a photo or a voice message goes to the other one, who sees a name and no
account. The bot goes on answering: an option leads away, and the next word of the other
one leads back. A volunteer's words are for the learner: no word of danger in them is a
cry for help.
Comes from: help, calls. Leads to: help (was it done?), calls, back to the lesson.
Wording: `talk.*`. Source: learner-experience.md H2, golden chat 9.
"""

import re
from typing import Any

from msgspec.structs import replace

from bot.conversation import nudge_times, who
from bot.conversation.events import HelpEnded, HelpTaken, Media, Passed, Relayed
from bot.conversation.folding import fold
from bot.conversation.learner import Learner, Place, change, resume
from bot.conversation.policy import Action, Area
from bot.conversation.relaying import passed_name
from bot.conversation.replies import (
    Audit,
    CloseHelp,
    FinishHelp,
    PassOn,
    Priority,
    ReleaseHelp,
    Reply,
    Turn,
)
from bot.conversation.screens.base import Screen
from bot.conversation.speech import say
from bot.conversation.understand import Intent, is_secret
from bot.conversation.understand import wish as read_wish
from bot.conversation.world import World

MY_CALL, CALLS = "my_call", "calls"  # the store queries
HELPER = "helper"
# A dot between letters, as in an address: what another person sends must not be one press
# away from a page that nobody looked at.
_ADDRESS = re.compile(r"(?:https?://)?(?<=\S)?\b[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_LEAVES = {
    Intent.BACK,
    Intent.STOP,
    Intent.MENU,
    Intent.SETTINGS,
    Intent.DELETE,
    Intent.MY_DATA,
    Intent.WORK,
}


def at(learner: Learner, call: int, stage: str = "") -> Learner:
    """The learner (or, at stage HELPER, the volunteer) in the talk of that call."""
    place = Place(stage=stage, picked=str(call))
    return change(learner, screen="talk", place=place, guess="", misses=0)


def show(learner: Learner, world: World) -> tuple[Reply, ...]:
    if _is_helper(learner):
        row = taken(learner, world)
        if row is None:
            return (say(learner, world, "talk.over", "back"),)
        name = who.called(_asker(row), learner, world)
        keys = ("finish", "later") if _is_visit(row) else ("finish", "release", "later")
        return (say(learner, world, "talk.helper", *keys, name=name),)
    row = _mine(learner, world)
    if row is None or not row["taken_by"]:
        return (say(learner, world, "talk.alone", "go_on"),)
    name = who.called(_asker(row), learner, world)
    helped = () if _is_visit(row) else ("was_helped",)
    return (say(learner, world, "talk.learner", *helped, "go_on", name=name),)


def choose(learner: Learner, option_id: str, world: World) -> Turn | None:
    match option_id:
        case "finish" if row := taken(learner, world):
            name = who.called(_asker(row), learner, world)
            audit = _audit("call_finished", learner, row)
            key = "talk.closed" if _is_visit(row) else "talk.finished"
            said = say(learner, world, key, name=name)
            return Turn(_desk(learner, world), (said,), (audit,), (FinishHelp(row["call_id"]),))
        case "release" if (row := taken(learner, world)) and not _is_visit(row):
            audit = _audit("call_released", learner, row)
            said = say(learner, world, "talk.released")
            return Turn(_desk(learner, world), (said,), (audit,), (ReleaseHelp(row["call_id"]),))
        case "later" | "back" if _is_helper(learner):
            return Turn(_desk(learner, world))
        case "was_helped":
            said = say(learner, world, "help.glad")
            return Turn(resume(learner), (said,), requests=(CloseHelp(True),))
        case "go_on":
            return Turn(resume(learner))
        case _:
            return None


def hear(learner: Learner, said: str, world: World) -> Turn | None:
    """Every word goes to the other one, but for the few that lead away, and no code ever."""
    if is_secret(said, len(show(learner, world)[-1].options), world.shelf.words):
        return Turn(learner, (say(learner, world, "safety.secret"),), secret=True)
    intent = read_wish(said, world.shelf.words)
    if intent in _LEAVES or fold(said) in ("7", "0"):
        return None
    if _other(learner, world) is None:
        if not _is_helper(learner):
            return None
        over = say(learner, world, "talk.not_ended")
        return Turn(_desk(learner, world), (over,), (Audit("call_refused", learner.id),))
    text = without_addresses(said)
    return Turn(learner, requests=(PassOn(_call(learner), text),), ask=False)


def media(learner: Learner, sent: Media, world: World) -> Turn | None:
    """A photo or a voice message for the other one; anything else is answered as usual."""
    signs = sent.kind == "sticker" and sent.caption
    if not (signs or sent.kind in ("photo", "voice")) or _other(learner, world) is None:
        return None
    return _passed_media(learner, _call(learner), sent, world)


def media_to_helper(learner: Learner, sent: Media, world: World) -> Turn | None:
    """A photo or voice message of who asked for help, from a screen where they are at what
    to do first; None while nobody has the call."""
    row = _mine(learner, world)
    if sent.kind not in ("photo", "voice") or row is None or not row["taken_by"]:
        return None
    return _passed_media(learner, row["call_id"], sent, world)


def _passed_media(learner: Learner, call: int, sent: Media, world: World) -> Turn:
    """What was sent goes on; a code or a number that stands under it does not."""
    is_kept_back = is_secret(sent.caption, 0, world.shelf.words)
    text = "" if is_kept_back else without_addresses(sent.caption)
    said = (say(learner, world, "safety.secret"),) if is_kept_back else ()
    if sent.kind == "sticker":
        return Turn(learner, said, requests=(PassOn(call, text),) if text else (), ask=False)
    passed = PassOn(call, text, sent.kind, sent.file)
    return Turn(learner, said, requests=(passed,), ask=False, secret=True)


def to_helper(learner: Learner, said: str, world: World) -> Turn | None:
    """Words of who asked for help, from another screen; None while nobody has the call."""
    turn = also_to_helper(Turn(learner, ask=False), said, world)
    return turn if turn.requests else None


def also_to_helper(turn: Turn, said: str, world: World) -> Turn:
    """The turn, and what was said goes to whoever has this learner's call, if somebody has,
    unless a code or a number stands in it."""
    row = _mine(turn.learner, world)
    if row is None or not row["taken_by"] or is_secret(said, 0, world.shelf.words):
        return turn
    passed = PassOn(row["call_id"], without_addresses(said))
    return replace(turn, requests=(*turn.requests, passed))


def wish(learner: Learner, intent: Intent, world: World) -> Turn | None:
    if intent is Intent.BACK:
        return choose(learner, "back" if _is_helper(learner) else "go_on", world)
    return None


def dictates(learner: Learner, world: World) -> bool:
    """A volunteer's words here are the learner's to read."""
    return _is_helper(learner) and taken(learner, world) is not None


def is_taken(learner: Learner, event: HelpTaken, world: World) -> Turn:
    """The call is mine: say to whom I speak now."""
    there = at(learner, event.call, HELPER)
    row = taken(there, world)
    if row is None:
        return Turn(_desk(learner, world))
    if _is_unanswered(row):
        return Turn(there, facts=(_audit("person_written_to", learner, row),))
    said = say(learner, world, "talk.taken", name=who.called(_asker(row), learner, world))
    return Turn(there, (said,), (_audit("call_taken", learner, row),))


def relayed(learner: Learner, event: Relayed, world: World, *, busy: bool) -> Turn:
    """The other one said something. busy: a draft or a decision is open that must stay."""
    if learner.stopped:
        return Turn(learner, ask=False)
    name = who.first_up(who.somebody(event.by, learner, world))
    key = f"talk.{event.kind}" if event.kind else "talk.said"
    shown = say(learner, world, key, Name=name, text=event.text).text
    if event.kind and event.text:
        shown += " " + say(learner, world, "talk.said", Name=name, text=event.text).text
    bare = Reply(shown, priority=Priority.PANIC, calm=True, talk=event.call)
    reply = _with_file(bare, event, learner, world)
    if event.unasked:
        if not nudge_times.is_unasked_free(learner, world.now, world.shelf.nudges):
            return Turn(learner, ask=False)
        learner = nudge_times.unasked(learner, world.now)
        reply = replace(reply, priority=Priority.ANSWER)
    there = at(learner, event.call, HELPER if event.to_helper else "")
    here = learner.screen == "talk" and learner.place == there.place
    stays = busy or learner.screen == "talk"
    if here or not stays:
        return Turn(there, (reply,), ask=not here)
    hint = (say(learner, world, "talk.hint"),) if event.to_helper else ()
    return Turn(learner, (reply, *hint), ask=False)


def _with_file(reply: Reply, event: Relayed, learner: Learner, world: World) -> Reply:
    """The photo or voice message itself; from another account as a picture or recording, with
    the words that stand for it where it is gone or cannot be shown."""
    if not event.kind:
        return reply
    if not event.place:
        return replace(reply, passed_on=f"{event.kind}:{event.file}")
    name = passed_name(event.place, event.file)
    if event.kind == "photo":
        words = say(learner, world, "talk.not_shown").text
        return replace(reply, picture=name, picture_words=words)
    return replace(reply, voice=name, voice_words=say(learner, world, "talk.not_heard").text)


def passed(learner: Learner, event: Passed, world: World) -> Turn:
    if not event.why and learner.screen == "danger":
        return Turn(learner, ask=False)  # what to do now stays the last line
    key = f"talk.not_{event.why}" if event.why else "talk.passed"
    over = event.why == "ended"
    back = learner
    if over and learner.screen == "talk":
        back = _desk(learner, world) if _is_helper(learner) else resume(learner)
    return Turn(back, (say(learner, world, key),), ask=over)


def ended(learner: Learner, event: HelpEnded, world: World) -> Turn:
    """The learner's last word reaches the helper."""
    if learner.stopped:
        return Turn(learner, ask=False)
    key = {True: "talk.helped", False: "talk.not_helped", None: "talk.false_alarm"}[event.helped]
    name = who.first_up(who.somebody(event.who, learner, world))
    said = say(learner, world, key, Name=name)
    was_here = learner.screen in ("talk", "calls") and learner.place.picked == str(event.call)
    return Turn(_desk(learner, world) if was_here else learner, (said,), ask=was_here)


def without_addresses(text: str) -> str:
    """The words with every address in them written apart, so that no chat makes it a link."""
    return _ADDRESS.sub(lambda found: found[0].replace(".", " . ").replace("//", " "), text)


def taken(learner: Learner, world: World) -> dict[str, Any] | None:
    """The call of this talk, while this volunteer has it and may have it."""
    for row in world.rows(CALLS, learner.id):
        area = Area(row["ward"], row["hamlet"])
        if row["call_id"] == _call(learner) and row["taken_by"] == learner.id:
            return row if who.can(learner, Action.TAKE_CALL, area, world) else None
    return None


def _other(learner: Learner, world: World) -> dict[str, Any] | None:
    """The call, if there is somebody at the other end."""
    if _is_helper(learner):
        return taken(learner, world)
    row = _mine(learner, world)
    return row if row and row["taken_by"] else None


def _mine(learner: Learner, world: World) -> dict[str, Any] | None:
    return next(iter(world.rows(MY_CALL, learner.id)), None)


def _is_visit(row: dict[str, Any]) -> bool:
    """Did the volunteer begin the talk?"""
    return bool(row["about"] == "visit")


def _is_unanswered(row: dict[str, Any]) -> bool:
    """Did this volunteer begin the talk, and the learner has not answered yet?"""
    return bool(row["about"] == "visit" and row["answered_at"] is None)


def _asker(row: dict[str, Any]) -> Learner:
    """The other one's document: of who asks, or of who helps."""
    return who.read_document(row["document"]) or Learner()


def _call(learner: Learner) -> int:
    return int(learner.place.picked or 0)


def _is_helper(learner: Learner) -> bool:
    return learner.place.stage == HELPER


def _desk(learner: Learner, world: World) -> Learner:
    """The volunteers' desk; whose role has ended goes back to their own learning."""
    if not who.can_somewhere(learner, Action.TAKE_CALL, world=world):
        return resume(learner)
    return change(learner, screen="work", place=Place(), guess="", misses=0)


def _audit(what: str, learner: Learner, row: dict[str, Any]) -> Audit:
    area = Area(row["ward"], row["hamlet"])
    return Audit(what, learner.id, row["learner_id"], who.where(area))


SCREEN = Screen(show, choose, hear, wish, media=media, dictates=dictates)
