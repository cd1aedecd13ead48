"""Every golden transcript says what the tutor really says."""

from pathlib import Path

import pytest

from bot.conversation.screens import SCREENS
from tests.play import TRANSCRIPTS, play
from tests.village import VILLAGES

FILES = sorted(TRANSCRIPTS.glob("*.txt"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_tutor_says_what_the_transcript_says(file: Path) -> None:
    script = file.read_text("utf-8")
    assert play(script) == script


@pytest.mark.parametrize("screen", SCREENS)
def test_every_screen_has_a_transcript(screen: str) -> None:
    every = [*FILES, *VILLAGES.glob("*.txt")]
    assert any(file.stem.split("-")[0] == screen for file in every)
