"""Every golden transcript has a Zalo form: short enough, bare, each question with numbers."""

import re
from pathlib import Path

import pytest

from bot.conversation.replies import Reply, Turn, utf16_units
from tests import village
from tests.play import TRANSCRIPTS, play
from tests.zalo_form import LIMIT, ON_ZALO, messages, play_on_zalo

TOLD = sorted(TRANSCRIPTS.glob("*.txt"))
STORED = sorted(ON_ZALO.glob("*.txt"))
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


@pytest.mark.parametrize("file", sorted(village.VILLAGES.glob("*.txt")), ids=lambda file: file.stem)
async def test_a_village_on_zalo(file: Path, tmp_path: Path) -> None:
    told: list[Reply] = []
    await village.play(file.read_text("utf-8"), tmp_path, told)
    assert [fault for reply in told for fault in faults((reply,), False)] == []


@pytest.mark.parametrize("file", STORED, ids=lambda file: file.stem)
def test_what_zalo_shows_is_what_is_stored(file: Path) -> None:
    script = file.read_text("utf-8")
    assert play_on_zalo(script) == script


def test_some_are_stored() -> None:
    assert "golden-12-numbers" in {file.stem for file in STORED}
