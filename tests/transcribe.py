"""`make transcripts`: writes every golden transcript anew; the diff is the review."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from tests import village
from tests.play import TRANSCRIPTS, play
from tests.zalo_form import ON_ZALO, play_on_zalo


def main() -> None:
    for file in sorted(TRANSCRIPTS.glob("*.txt")):
        _write(file, play(file.read_text("utf-8")))
    for file in sorted(ON_ZALO.glob("*.txt")):
        _write(file, play_on_zalo(file.read_text("utf-8")))
    for file in sorted(village.VILLAGES.glob("*.txt")):
        with TemporaryDirectory() as folder:
            _write(file, asyncio.run(village.play(file.read_text("utf-8"), Path(folder))))


def _write(file: Path, script: str) -> None:
    file.write_text(script, "utf-8")
    print(file.name)


if __name__ == "__main__":
    main()
