"""Plays a transcript: replays its `given`, `learner` and `wait` lines and writes down
what the tutor really said. The test is `assert play(script) == script`.

    # What this shows, in a sentence.
    given    screen=lesson lesson=L0105 card=q1 pronouns=bac consent=yes at=2026-11-24T09:00+07:00
    learner  2
    bot      Đúng ạ. …
    keys     [1 Tiếp]
    fact     attempt item=L0105/q1 correct=True tries=1

A learner line is typed words; `[2]` presses the second key of the newest question,
`[old]` presses the first key of the first question again, `(photo)` sends a picture,
`(start)` opens the chat. `lessons=kinds` in `given` teaches the lesson in
`tests/lessons/kinds` that tries each kind, instead of the shipped ones; `due=` names items
that come back today, `slipped=` items that were missed yesterday. `wait 9d`, `wait 3h`.

`nudge` goes on to the moment when the scheduler would come to the learner; `nudge late 3h`
comes that much later; `lost` says that the last nudge did not arrive; `thanks` come from
another learner. Then stands when it is (`at`), what is said or `silence`, and when the next
one comes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from shutil import copy, copytree
from tempfile import TemporaryDirectory

from bot.content import load_shelf
from bot.conversation.days import VIETNAM, day_number, minute_number
from bot.conversation.events import (
    Body,
    Event,
    Media,
    Nudge,
    Press,
    Start,
    Text,
    Told,
    Undelivered,
)
from bot.conversation.learner import Learner, Place, change
from bot.conversation.memory import Memory
from bot.conversation.nudge_times import next_nudge_at
from bot.conversation.open_question import live_options
from bot.conversation.replies import Option, Reply, Turn
from bot.conversation.step import step
from bot.conversation.world import Shelf, World

ROOT = Path(__file__).resolve().parent.parent
TRANSCRIPTS = ROOT / "tests" / "transcripts"
NINE = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
_PLACE = ("lesson", "card", "stage", "tries", "picked")


@lru_cache
def shelf(lessons: str = "") -> Shelf:
    """The shipped lessons and words, facts as of the day the transcripts are played on;
    or the lessons of a folder of `tests/lessons` beside the shipped facts."""
    with TemporaryDirectory() as folder:
        shipped = ROOT / "lessons"
        if lessons:
            courses = Path(folder) / "courses"
            copytree(ROOT / "tests" / "lessons" / lessons, courses)
            for file in shipped.glob("*.yaml"):
                copy(file, folder)
        else:
            courses = shipped / "courses"
        found, faults = load_shelf(
            courses,
            shipped / "wards.yaml",
            on=date(2026, 11, 24),
            public_url="https://hoc.example.vn",
        )
    assert not faults, "\n".join(map(str, faults))
    return found


@dataclass
class Talk:
    """One learner talking, without a store."""

    learner: Learner = field(default_factory=lambda: Learner(id="learner-1"))
    now: datetime = NINE
    said: list[Reply] = field(default_factory=list)
    shelf: Shelf = field(default_factory=shelf)

    def tell(self, body: Body) -> Turn:
        world = World(self.shelf, self.now, b"0" * 16)
        turn = step(self.learner, Event(self.now, body), world)
        self.learner = turn.learner
        self.said += turn.replies
        return turn

    def offered(self) -> tuple[Option, ...]:
        """The keys of the open question, said or not yet."""
        return live_options(self.learner, World(self.shelf, self.now, b""))

    def press(self, number: int) -> Press:
        return Press(self.learner.asked, self.offered()[number - 1].id)


def play(
    script: str, show: Callable[[Turn], list[str]] | None = None, talk: Talk | None = None
) -> str:
    """The script with what the tutor really says; `show` writes a turn down, `talk` is a
    new one."""
    talk, lines = talk or Talk(), []
    show = show or _written
    for line in script.splitlines():
        word, _, rest = line.partition(" ")
        rest = rest.strip()
        if not line.strip() or line.startswith("#"):
            lines.append(line)
        elif word == "given":
            lines.append(line)
            _given(talk, rest)
        elif word == "wait":
            lines.append(line)
            talk.now += _time(rest)
        elif word == "learner":
            lines.append(line)
            lines += show(talk.tell(_body(talk, rest)))
        elif word == "thanks":
            lines.append(line)
            lines += show(talk.tell(Told("thanks", "bac"))) or ["silence"]
        elif word in ("nudge", "lost"):
            lines.append(line)
            lines += _rung(talk, word, rest, show)
    return "\n".join(lines) + "\n"


def _time(said: str) -> timedelta:
    """«9d», «3h», «20m»."""
    unit = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}
    return unit[said[-1]] * int(said[:-1])


def _rung(talk: Talk, word: str, rest: str, show: Callable[[Turn], list[str]]) -> list[str]:
    """The scheduler's event at the learner's moment, and when the next one is."""
    due_at = next_nudge_at(talk.learner, talk.shelf.nudges)
    if word == "lost":
        turn = talk.tell(Undelivered(talk.learner.asked))
    elif due_at is None:
        return ["next     never"]
    else:
        talk.now = max(talk.now, due_at + _time(rest.removeprefix("late ") or "0h"))
        turn = talk.tell(Nudge())
    lines = [f"at       {_clock(talk.now)}", *(show(turn) or ["silence"])]
    after = next_nudge_at(talk.learner, talk.shelf.nudges)
    return [*lines, f"next     {_clock(after) if after else 'never'}"]


def _clock(at: datetime) -> str:
    return at.astimezone(VIETNAM).strftime("%a %Y-%m-%d %H:%M")


def _given(talk: Talk, rest: str) -> None:
    values = dict(pair.split("=", 1) for pair in rest.split())
    if at := values.pop("at", None):
        talk.now = datetime.fromisoformat(at).astimezone(UTC)
    if lessons := values.pop("lessons", None):
        talk.shelf = shelf(lessons)
    place = {name: values.pop(name) for name in _PLACE if name in values}
    fields: dict[str, object] = dict(values)
    for name in ("done", "safe_plays"):
        if name in fields:
            fields[name] = tuple(str(fields[name]).split(","))
    if "slow" in fields:
        fields["slow"] = True
    fields["memory"] = _memory(talk, str(fields.pop("due", "")), str(fields.pop("slipped", "")))
    if place:
        fields["lesson"] = Place(**place)
    if values.get("consent") == "yes":
        seen = {"seen_min": minute_number(talk.now)}
        fields = {"ward": "06685", "hour": "08:00", **seen, **fields}
    talk.learner = change(talk.learner, turn=1, **fields)


def _memory(talk: Talk, due: str, slipped: str) -> dict[str, dict[str, int]]:
    """What the learner remembers: items due since yesterday, items missed yesterday."""
    today = day_number(talk.now)
    known = {item: Memory(20, 5, today - 3).number for item in due.split(",") if item}
    known |= {item: Memory(2, 7, today - 1).number for item in slipped.split(",") if item}
    memory: dict[str, dict[str, int]] = {}
    for item, one in known.items():
        lesson, _, card = item.partition("/")
        memory.setdefault(lesson, {})[card] = one
    return memory


def _body(talk: Talk, said: str) -> Body:
    if said == "(start)":
        return Start()
    if said.startswith("(") and said.endswith(")"):
        return Media(said[1:-1])  # type: ignore[arg-type]  # a wrong kind fails the transcript
    if said == "[old]":
        first = next(reply for reply in talk.said if reply.options)
        return Press(first.turn, first.options[0].id)
    if said.startswith("[") and said.endswith("]"):
        return talk.press(int(said[1:-1]))
    return Text(said)


def _written(turn: Turn) -> list[str]:
    lines: list[str] = []
    for reply in turn.replies:
        first, *more = reply.text.split("\n")
        lines.append(f"bot      {first}")
        lines += [f"         {line}" for line in more]
        if reply.options:
            keys = " ".join(f"[{n} {one.label}]" for n, one in enumerate(reply.options, 1))
            lines.append(f"keys     {keys}")
    for fact in turn.facts:
        values = {name: getattr(fact, name) for name in fact.__struct_fields__}
        told = " ".join(f"{name}={value}" for name, value in values.items() if value != "")
        lines.append(f"fact     {fact.__struct_config__.tag} {told}")
    lines += [f"request  {one.__struct_config__.tag}" for one in turn.requests]
    return lines
