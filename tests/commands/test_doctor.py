"""Each thing that may be set up wrong is named with its mend, beside a running program too."""

import asyncio
import json
import socket
import sqlite3
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.config import load_config
from bot.examining import Finding, examine
from tests.running import command, running

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


def _look(database: Path, now: datetime = NOW, **environ: str) -> list[Finding]:
    environ = {"HOCVUSO_DATABASE": str(database), "HOCVUSO_PORT": "0", **environ}
    return list(examine(load_config(Path("config.yaml"), environ), now))


def _bad(database: Path, now: datetime = NOW, **environ: str) -> dict[str, Finding]:
    faults = [one for one in _look(database, now, **environ) if one.state == "fault"]
    assert all(one.mend for one in faults)
    return {one.what: one for one in faults}


@pytest.mark.parametrize(
    ("environ", "what", "mend"),
    [
        ({"TELEGRAM_TOKEN": "abc"}, "telegram:main", "TELEGRAM_TOKEN whole"),
        ({"ZALO_TOKEN": "12345:short"}, "zalo_bot:main", "ZALO_TOKEN whole"),
        ({"HOCVUSO_PUBLIC_URL": "http://hoc.example.vn"}, "address", "https"),
        (
            {"HOCVUSO_PUBLIC_URL": "http://hoc.example.vn", "TELEGRAM_TOKEN": TOKEN},
            "telegram:main",
            "mode: poll",
        ),
        ({"HOCVUSO_HOST": "0.0.0.0"}, "address", "HOCVUSO_PUBLIC_URL"),
        ({"HOCVUSO_SECRET": "short"}, "secret", "openssl"),
    ],
)
def test_a_wrong_setting_is_named_with_its_mend(
    tmp_path: Path, environ: dict[str, str], what: str, mend: str
) -> None:
    found = _bad(tmp_path / "a.db", **environ)
    assert mend in found[what].mend
    told = " ".join(found[what])
    assert all(value not in told for name, value in environ.items() if "TOKEN" in name)


def test_a_webhook_without_an_address_is_named(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(
        "accounts:\n  - {channel: telegram, token_env: T, mode: webhook}\n"
        "lessons: {folder: nowhere}\n"
    )
    config = load_config(file, {"T": TOKEN, "HOCVUSO_DATABASE": str(tmp_path / "a.db")})
    found = {one.what: one for one in examine(config, NOW) if one.state == "fault"}
    assert "HOCVUSO_PUBLIC_URL" in found["telegram:main"].mend
    assert "nowhere" in found["lessons"].found


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert "HOCVUSO_DATABASE" in _bad(tmp_path / "file" / "a.db")["folder"].mend


async def test_the_database_is_looked_at(tmp_path: Path) -> None:
    database = tmp_path / "var" / "a.db"
    assert (await command(database, "demo", "--learners", "20"))[0] == 0
    today = datetime.now(UTC)
    assert _bad(database, today) == {}
    assert (
        "behind the newest answer"
        in _bad(database, datetime(2026, 1, 2, tzinfo=UTC))["clock"].found
    )
    database.chmod(0o644)
    (database.parent / "a.db.secret").write_text("")
    found = _bad(database, today)
    assert f"chmod 600 {database}" in found["file modes"].mend
    assert "empty" in found["secret"].found
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    assert "newer" in _bad(database, today)["database"].found
    database.write_bytes(b"not a database" * 1000)
    assert "database" in _bad(database, today)


HOLD = """
import sqlite3, sys
c = sqlite3.connect(sys.argv[1], isolation_level=None)
c.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


async def test_another_program_that_holds_the_write_lock_is_named(tmp_path: Path) -> None:
    database = tmp_path / "a.db"
    assert (await command(database, "demo", "--learners", "5"))[0] == 0
    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLD, str(database),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert holder.stdout is not None
    assert await holder.stdout.readline() == b"held\n"
    # In a process of its own: this one's connections would share their locks.
    status, told, _ = await command(database, "doctor", "--json")
    assert status == 1
    assert any(f"program {holder.pid} holds" in one["found"] for one in json.loads(told))
    holder.kill()
    await holder.communicate()


async def test_beside_a_running_program_all_is_well(tmp_path: Path) -> None:
    database = tmp_path / "var" / "a.db"
    async with running(database) as program:
        status, told, _ = await command(database, "doctor", "--json")
        findings = json.loads(told)
        assert status == 0, told
        assert any(f"pid {program.process.pid}" in one["found"] for one in findings)
        assert {"state", "what", "found", "mend"} == findings[0].keys()
    status, told, _ = await command(database, "doctor")
    assert status == 0
    assert "no program runs on it" in told


async def test_a_port_that_is_taken_and_settings_that_are_wrong(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert "HOCVUSO_PORT" in _bad(tmp_path / "a.db", HOCVUSO_PORT=port)["port"].mend
    status, told, _ = await command(tmp_path / "a.db", "doctor", HOCVUSO_PORT="99999")
    assert status == 1
    assert "99999" in told
