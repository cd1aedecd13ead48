"""What people type, where they type it, and what a kind human tutor would take it for.

`utterances/*.yaml`: a file a person; place -> meaning -> one utterance a line. The places
stand in `utterances/contexts.yaml`; or a place is a card of a shipped lesson: `L0105/q1`, and
`L0105.en/q1` in English. A meaning is one of these, several parted by " / ":

    b, agree, 08:00, L0008   the option, ward, hour, form of address or lesson of that id
    pick 2 1 3               these shown options, one after the other
    steps 2 1 3              the steps or pairs, as the lesson's file has them
    exact, loose, near       how a phrase that was to be typed was typed
    next, slower, …          a wish: the names of `Intent`
    !scam                    danger of that kind ("!": of any kind)
    secret, link             nothing that is kept or opened
    ?b,c                     it is asked which of these ("?": any)
    again                    not understood, asked again
    come_back                a learner who stopped is here again

`read` says the same of what the tutor really does: words count as an option when they
lead to the very turn that its key leads to.

The set is split in two halves by a checksum of the words: "tune" may be looked at while
the vocabulary is worked on, "report" only gives its figure. A file in a folder of one of
these names belongs to that half as a whole: what was written and measured first, and then
worked on, stands in `tune`.
`python -m tests.conversation.evaluation` prints both figures and what the first misses.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

import msgspec
import yaml

from bot.conversation.events import Event, Press, Text
from bot.conversation.hearing import wished
from bot.conversation.learner import Learner, Place, change
from bot.conversation.open_question import live_options
from bot.conversation.replies import Attempt, Priority, Turn
from bot.conversation.speech import fill, wording
from bot.conversation.step import step
from bot.conversation.understand import Intent
from bot.conversation.world import Shelf, World
from lessons.model import Card, Lesson, Question
from tests.play import shelf

FOLDER = Path(__file__).parent / "utterances"
_NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
_HALVES = ("tune", "report")


class Utterance(NamedTuple):
    """One thing said: who says it (the file), where, the words, and what may be meant.

    folder: a half of the set that the whole file belongs to, or "".
    """

    who: str
    place: str
    text: str
    meant: tuple[str, ...]
    folder: str

    @property
    def half(self) -> str:
        return self.folder or _HALVES[crc32(f"{self.place}/{self.text}".encode()) % 2]


class Judged(NamedTuple):
    """What was made of an utterance. marked_wrong: it counted as a wrong answer."""

    read: str
    right: bool
    marked_wrong: bool


def utterances() -> Iterator[Utterance]:
    for file in sorted(FOLDER.rglob("*.yaml")):
        if file.name == "contexts.yaml":
            continue
        for place, meanings in _load(file).items():
            for meant, lines in meanings.items():
                for line in lines.splitlines():
                    if line.strip():
                        yield Utterance(
                            file.stem,
                            place,
                            line.strip(),
                            tuple(meant.split(" / ")),
                            file.parent.name if file.parent != FOLDER else "",
                        )


def judge(one: Utterance) -> Judged:
    learner = _learner(one.place)
    world = _world(one.place)
    turn = step(learner, Event(_NOW, Text(one.text)), world)
    said = read(learner, turn, world)
    right = any(_means(learner, turn, said, meant, world) for meant in one.meant)
    marked = any(isinstance(fact, Attempt) and not fact.correct for fact in turn.facts)
    return Judged(said, right, marked and not right)


def read(learner: Learner, turn: Turn, world: World) -> str:
    """A word for what the turn came to, for people to read."""
    after = turn.learner
    texts = [reply.text for reply in turn.replies]
    alarmed = any(reply.priority is Priority.PANIC and not reply.options for reply in turn.replies)
    told = f"danger.{after.place.stage}"
    if after.screen == "danger" and alarmed and texts[0] == wording(after, world, told):
        return f"!{after.place.stage}"
    if wording(after, world, "safety.secret") in texts:
        return "secret"
    if after.screen == "unasked" and learner.screen != "unasked":
        return after.place.stage
    if after.guess and after.guess != learner.guess:
        return f"?{after.guess}"
    unknown = [wording(after, world, f"unknown.{n}") for n in (1, 2)]
    number = wording(after, world, "unknown.number").split("{last}")[0]
    if any(text in unknown or text.startswith(number) for text in texts):
        return "again"
    if learner.stopped and not after.stopped and after.screen == "stop":
        return "come_back"
    if texts and texts[0].startswith(_explaining(after, world)):
        return "word_meaning"
    if after.screen == "stop" and after.place.stage == "unsure" != learner.place.stage:
        return "?stop,go_on"
    typed = _typed(learner, texts, world)
    if typed:
        return typed
    for option in live_options(learner, world):
        if _same(turn, _pressed(learner, (option.id,), world)):
            return option.id
    for intent in Intent:
        if _same(turn, wished(learner, intent, world)):
            return str(intent)
    for name in ("pronouns", "ward", "hour"):
        if getattr(after, name) != getattr(learner, name):
            return str(getattr(after, name))
    if after.lesson.lesson != learner.lesson.lesson:
        return after.lesson.lesson
    if after.lesson.picked:
        return f"picked {after.lesson.picked}"
    return texts[0].split(" ")[0] if texts else "nothing"


def _typed(learner: Learner, texts: list[str], world: World) -> str | None:
    """What was said of a phrase that was to be typed in a shipped lesson, or that its play was
    left."""
    lesson = world.shelf.library.lessons[learner.language].get(learner.lesson.lesson)
    card = lesson.card(learner.lesson.card) if lesson and learner.screen == "lesson" else None
    question = card.question if card else None
    fields = {"exact": "feedback_exact", "loose": "feedback_loose", "near": "feedback_near"}
    for name, field in {**fields, "leave": "stop_say"}.items():
        told = fill(getattr(question, field, ""), learner.pronouns).split("{")[0]
        if told and texts and texts[0].startswith(told):
            return name
    return None


def _explaining(learner: Learner, world: World) -> tuple[str, ...]:
    """How the answers to «… là gì» begin."""
    keys = ("meaning.row", "meaning.here", "meaning.unknown", "meaning.which")
    return tuple(wording(learner, world, key).split("{")[0] for key in keys)


def _means(learner: Learner, turn: Turn, said: str, meant: str, world: World) -> bool:
    if meant in ("?", "!"):
        return said.startswith(meant)
    if said == meant:
        return True
    if meant.startswith("pick "):
        ids = _shown(learner, meant[5:], world)
        # Lines that may all be picked are ended with «Xong».
        each = (ids, (*ids, "done"))
        return any(_same(turn, _pressed(learner, one, world)) for one in each)
    if meant.startswith("steps "):
        steps = [str(int(number) - 1) for number in meant[6:].split()]
        return _same(turn, _pressed(learner, _all_but_last(learner, steps, world), world))
    after = turn.learner
    if meant in (after.pronouns, after.ward, after.hour, after.lesson.lesson):
        return _bare(after) != _bare(learner)
    if meant in {option.id for option in live_options(learner, world)}:
        return _same(turn, _pressed(learner, (meant,), world))
    if meant in set(Intent):
        return _same(turn, wished(learner, Intent(meant), world))
    return False


def _shown(learner: Learner, picks: str, world: World) -> tuple[str, ...]:
    """The ids of options named by their number or their words."""
    options = live_options(learner, world)
    ids = [
        options[int(one) - 1].id
        if one.isdigit()
        else next(option.id for option in options if option.label == one)
        for one in picks.split()
    ]
    return _all_but_last(learner, ids, world)


def _all_but_last(learner: Learner, ids: list[str], world: World) -> tuple[str, ...]:
    """The last step of an order goes in by itself."""
    return tuple(ids[:-1] if len(ids) == len(live_options(learner, world)) else ids)


def _pressed(learner: Learner, ids: tuple[str, ...], world: World) -> Turn:
    turn = Turn(learner)
    for one in ids:
        press = Press(turn.learner.asked, one)
        turn = step(turn.learner, Event(_NOW, press), world)
    return turn


def _same(one: Turn, other: Turn) -> bool:
    """Whether two turns lead to the same place with the same words.

    The other may lack what `step` adds: the card's picture, what is asked now.
    """
    first = {reply.text for reply in other.replies[:1]}
    return (
        _bare(one.learner) == _bare(other.learner)
        and first <= {reply.text for reply in one.replies}
        and one.facts[-1:] == other.facts[-1:]
    )


def _bare(learner: Learner) -> Learner:
    place = msgspec.structs.replace(learner.lesson, mark=0)
    return change(learner, lesson=place, turn=0, asked=0, misses=0, seen_min=0, memory={})


@lru_cache
def _contexts() -> dict[str, Any]:
    return _load(FOLDER / "contexts.yaml")


def _load(file: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(file.read_text("utf-8"), yaml.CBaseLoader)
    return loaded


def _world(place: str) -> World:
    shipped = shelf() if "/" in place else _shelf_of_contexts()
    return World(shipped, _NOW, b"0" * 16)


@lru_cache
def _shelf_of_contexts() -> Shelf:
    shipped = shelf()
    found: dict[str, Lesson] = {}
    for number, title in enumerate(_contexts()["titles"], 1):
        cards = tuple(Card(f"c{n}", say=f"{{{{Ban}}}} xem thẻ {n} nhé.") for n in (1, 2, 3))
        found[f"L{number:04}"] = _lesson(f"L{number:04}", title, cards)
    for name, raw in _contexts()["questions"].items():
        question = msgspec.convert(raw, Question, strict=False)
        cards = (Card("c1", say="Một."), Card("q", ask=question), Card("c2", say="Hai."))
        found[name] = _lesson(name, f"Câu hỏi {name}", cards)
    library = msgspec.structs.replace(shipped.library, lessons={"vi": found, "en": found})
    return msgspec.structs.replace(shipped, library=library)


def _lesson(lesson_id: str, title: str, cards: tuple[Card, ...]) -> Lesson:
    return Lesson(lesson_id, "C01", title, "", 3, cards, "Nhớ nhé.")


@lru_cache
def _learner(place: str) -> Learner:
    fields: dict[str, Any] = {"screen": "lesson", "lesson": {"lesson": place, "card": "q"}}
    if "/" in place:
        lesson, card = place.split("/")
        fields["lesson"] = {"lesson": lesson.removesuffix(".en"), "card": card}
        fields["language"] = "en" if lesson.endswith(".en") else "vi"
    elif place in _contexts()["places"]:
        fields = dict(_contexts()["places"][place])
    elif place.endswith("_en"):
        fields["language"] = "en"
    for name in ("place", "lesson"):
        if name in fields:
            fields[name] = Place(**fields[name])
    if "done" in fields:
        fields["done"] = tuple(fields["done"])
    if "stopped" in fields:
        fields["stopped"] = fields["stopped"] == "true"
    known = {"pronouns": "bac", "ward": "06685", "hour": "08:00", "consent": "yes"}
    return Learner(**{"id": "learner-1", "turn": 5, "asked": 5, **known, **fields})


def main() -> None:
    judged = [(one, judge(one)) for one in utterances()]
    show = sys.argv[1:] or ["tune"]
    for half in _HALVES:
        of = [(one, found) for one, found in judged if one.half == half]
        missed = [(one, found) for one, found in of if not found.right]
        if half in show:
            for one, found in missed:
                meant = " / ".join(one.meant)
                print(f"{one.who:16} {one.place:9} {found.read:14} {meant:22} {one.text}")
        panics = [(one, found) for one, found in of if one.meant[0][0] == "!"]
        lost = sum(not found.read.startswith("!") for _, found in panics)
        false = sum(
            found.read.startswith("!") and not any(m.startswith("!") for m in one.meant)
            for one, found in of
        )
        wrong = sum(found.marked_wrong for _, found in of)
        print(
            f"{half}: {len(of) - len(missed)} of {len(of)} read "
            f"({1 - len(missed) / len(of):.1%}); panics missed {lost} of {len(panics)}; "
            f"false alarms {false}; marked wrong by mistake {wrong}"
        )


if __name__ == "__main__":
    main()
