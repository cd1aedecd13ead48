"""`hocvuso invite` and `hocvuso roles`, as typed, beside nothing and beside a running one."""

import json
from pathlib import Path

from tests.running import command, running


async def test_a_link_without_a_running_program(tmp_path: Path) -> None:
    database, picture = tmp_path / "hocvuso.db", tmp_path / "qr.png"
    status, out, errors = await command(
        database, "invite", "--role", "administrator", "--png", str(picture),
        HOCVUSO_PUBLIC_URL="https://hoc.example.vn",
    )  # fmt: skip
    assert status == 0, errors
    assert "https://hoc.example.vn/i/" in out
    assert "█" in out or "▀" in out
    assert picture.read_bytes().startswith(b"\x89PNG")


async def test_a_link_from_a_running_program(tmp_path: Path) -> None:
    database = tmp_path / "hocvuso.db"
    async with running(database, HOCVUSO_PUBLIC_URL="https://hoc.example.vn"):
        status, out, _ = await command(
            database, "invite", "--role", "volunteer", "--ward", "06685", "--json"
        )
        assert status == 0
        made = json.loads(out)
        assert made["where"] == "06685"
        assert made["link"].startswith("https://hoc.example.vn/i/")
        status, out, _ = await command(database, "roles", "list", "--json")
        assert (status, json.loads(out)) == (0, [])


async def test_what_cannot_be_invited_is_said_in_a_sentence(tmp_path: Path) -> None:
    database = tmp_path / "hocvuso.db"
    for arguments, said in [
        (("--role", "king"), "there is no such role"),
        (("--role", "volunteer"), "give --ward"),
        (("--role", "volunteer", "--ward", "Hồng Gái"), "did you mean"),
    ]:
        status, _, errors = await command(database, "invite", *arguments)
        assert status == 2
        assert said in errors
