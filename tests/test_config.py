"""A wrong setting is told with its key and the nearest right one, all at once."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from bot.config import ConfigError, load_config


def _faults(tmp_path: Path, text: str, **environ: str) -> list[str]:
    file = tmp_path / "config.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as refused:
        load_config(file, environ)
    return refused.value.faults


def test_the_shipped_file_holds_the_defaults() -> None:
    shipped, bare = load_config(Path("config.yaml"), {}), load_config(None, {})
    assert shipped == bare


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    faults = _faults(
        tmp_path,
        "langage: vi\nlanguage: fr\nweb: {prot: 1, port: 99999}\nlessons: 3\ntoken: abc\n",
        HOCVUSO_LOG_LEVEL="loud",
    )
    told = "\n".join(faults)
    for part in ("langage", "“language”", "web.prot", "“port”", "99999", "'fr'", "lessons", "loud"):
        assert part in told
    assert "environment" in told
    assert "abc" not in told


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("quiet: 21h-7h", "nudges.quiet"),
        ('quiet: "21:00"', "two times"),
        ('hours: ["08:00", "22:00"]', "22:00 is inside nudges.quiet"),
        ('hours: ["8 sáng"]', "a time like 08:00"),
        ("hours: []", "1 to 4"),
        ("hours: 8", "a list of texts"),
        ("reviews_a_day: 0", "at least 1 question"),
    ],
)
def test_hours_that_are_none_are_told(tmp_path: Path, setting: str, said: str) -> None:
    (fault,) = _faults(tmp_path, f"nudges: {{{setting}}}\n")
    assert said in fault


def test_the_environment_wins(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("web: {port: 1}\n")
    config = load_config(file, {"HOCVUSO_PORT": "2", "HOCVUSO_DATABASE": "/x/y.db"})
    assert (config.web.port, config.database) == (2, Path("/x/y.db"))


def test_a_secret_file_must_be_private(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s")
    secret.chmod(0o644)
    assert "chmod 600" in _faults(tmp_path, "", HOCVUSO_SECRET_FILE=str(secret))[0]


async def _run(*arguments: str, **environ: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, env={**os.environ, **environ},
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(30):
        _, told = await process.communicate()
    return process.returncode or 0, told.decode()


async def test_a_wrong_file_ends_with_2(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("databse: x\n")
    status, told = await _run("run", "--config", str(file))
    assert status == 2
    assert "did you mean “database”?" in told
    assert "Traceback" not in told


async def test_a_second_program_ends_with_2(tmp_path: Path) -> None:
    database = str(tmp_path / "a.db")
    first = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "HOCVUSO_DATABASE": database, "HOCVUSO_PORT": "0"},
    )  # fmt: skip
    assert first.stdout is not None
    while b"http://" not in await first.stdout.readline():
        pass
    status, told = await _run("run", HOCVUSO_DATABASE=database, HOCVUSO_PORT="0")
    assert status == 2
    assert database in told
    assert str(first.pid) in told
    first.terminate()
    assert await first.wait() == 0
