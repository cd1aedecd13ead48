"""Every transcript of several people says what each of them is really told."""

from pathlib import Path

import pytest

from tests.village import VILLAGES, play

FILES = sorted(VILLAGES.glob("*.txt"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
async def test_everybody_is_told_what_the_transcript_says(file: Path, tmp_path: Path) -> None:
    script = file.read_text("utf-8")
    assert await play(script, tmp_path) == script
