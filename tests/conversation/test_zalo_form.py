"""Every golden transcript has a Zalo form: short enough, bare, each question with numbers,
and each number typed back does what its key would do."""

import re
from pathlib import Path

import pytest

from bot.conversation.events import Event, Press, Text
from bot.conversation.open_question import live_options
from bot.conversation.replies import Reply, Turn, utf16_units
from bot.conversation.step import step
from bot.conversation.world import World
from tests import village
from tests.play import TRANSCRIPTS, Talk, play
from tests.zalo_form import LIMIT, ON_ZALO, messages, play_on_zalo

TOLD = sorted(TRANSCRIPTS.glob("*.txt"))
STORED = sorted(ON_ZALO.glob("*.txt"))
_KEY = re.compile(r"^(\w+ +)\[(\d)\]$", re.MULTILINE)  # somebody presses a key
# What another person asks in their own words is answered in words.
_SOMEBODY_ELSES = re.compile(r"[«“].*\?[»”]")
# Tags, entities, Markdown's stars and brackets, slots that nobody filled.
_RAW = re.compile(r"<[/a-z]|&[a-z]+;|\*\*|__|```|\]\(|\{|\}")


def faults(replies: tuple[Reply, ...], asks: bool) -> list[str]:
    """What of this turn could not be sent to Zalo, or not be answered there.

    asks: does the turn end with what is asked now?
    """
    found = []
    sent = messages(replies)
    for text in sent:
        if not 1 <= utf16_units(text) <= LIMIT:
            found.append(f"{utf16_units(text)} letters: {text[:40]}")
        if _RAW.search(text):
            found.append(f"raw: {text}")
    for reply in replies:
        lines = messages((reply,))[-1].split("\n")
        for number, option in enumerate(reply.options, 1):
            if f"{number} {option.label}" not in lines:
                found.append(f"option {number} is not numbered: {lines}")
    questions = any(text.split("\n")[0].rstrip().endswith("?") for text in sent)
    if asks and questions and "\n1 " not in sent[-1]:
        found.append(f"a question without numbers: {sent[-1]}")
    return found


@pytest.mark.parametrize("file", TOLD, ids=lambda file: file.stem)
def test_a_transcript_on_zalo(file: Path) -> None:
    found: list[str] = []

    def check(turn: Turn) -> list[str]:
        found.extend(faults(turn.replies, turn.ask))
        return []

    play(file.read_text("utf-8"), check)
    assert found == []


@pytest.mark.parametrize("file", TOLD, ids=lambda file: file.stem)
def test_a_number_typed_is_its_key(file: Path) -> None:
    talk = Talk()

    def check(turn: Turn) -> list[str]:
        world = World(talk.shelf, talk.now, b"0" * 16)
        options = live_options(turn.learner, world) if turn.ask else ()
        for number, option in enumerate(options, 1):
            typed = step(turn.learner, Event(talk.now, Text(str(number))), world)
            press = Press(turn.learner.asked, option.id)
            assert typed == step(turn.learner, Event(talk.now, press), world)
        return []

    play(file.read_text("utf-8"), check, talk)


@pytest.mark.parametrize("file", sorted(village.VILLAGES.glob("*.txt")), ids=lambda file: file.stem)
async def test_a_village_on_zalo(file: Path, tmp_path: Path) -> None:
    """By numbers alone everybody is told the very same."""
    script = _KEY.sub(r"\1\2", file.read_text("utf-8"))
    told: list[Reply] = []
    assert await village.play(script, tmp_path, told) == script
    found = []
    for reply, after in zip(told, [*told[1:], Reply("")], strict=True):
        # What was not understood is said first, and then the question again.
        asks = not (after.options or _SOMEBODY_ELSES.search(reply.text))
        found += faults((reply,), asks)
    assert found == []


@pytest.mark.parametrize("file", STORED, ids=lambda file: file.stem)
def test_what_zalo_shows_is_what_is_stored(file: Path) -> None:
    script = file.read_text("utf-8")
    assert play_on_zalo(script) == script


def test_some_are_stored() -> None:
    assert "golden-12-numbers" in {file.stem for file in STORED}
