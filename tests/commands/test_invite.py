"""`hocvuso invite` and `hocvuso roles`, as typed, beside nothing and beside a running one."""

import json
from pathlib import Path

import httpx

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


async def _say(client: httpx.AsyncClient, text: str) -> list[str]:
    """Type that, and what the page then shows."""
    sent = await client.post("/api/chat/messages", json={"text": text})
    assert sent.status_code == 202
    lines = await client.get("/api/chat/messages", params={"after": 0, "wait": 2})
    return [line["text"] for line in lines.json()["messages"]]


async def test_from_the_link_to_the_desk_and_back(tmp_path: Path) -> None:
    """A volunteer is made over the web, brings their poster, and ceases to be one."""
    database = tmp_path / "hocvuso.db"
    async with (
        running(database) as program,
        httpx.AsyncClient(base_url=program.url, timeout=20) as client,
    ):
        _, out, _ = await command(
            database, "invite", "--role", "volunteer", "--ward", "Hồng Gai", "--json"
        )
        ticket = json.loads(out)["link"].rpartition("/")[2]
        assert (await client.get(f"/i/{ticket}")).status_code == 200
        await client.post(f"/i/{ticket}", headers={"origin": program.url})
        for text in ("1", "chị", "nhận lời", "Hoa"):
            await _say(client, text)
        said = await _say(client, "mời bà con")
        link = next(text for text in said if "/i/" in text).rpartition("/i/")[2].split()[0]
        poster = await client.get(f"/i/{link}/poster.pdf")
        assert poster.headers["content-type"] == "application/pdf"
        _, out, _ = await command(database, "roles", "list", "--json")
        (held,) = json.loads(out)
        assert (held["role"], held["ward"]) == ("volunteer", "06685")
        status, _, errors = await command(database, "roles", "end", held["learner"])
        assert status == 0, errors
        assert "không còn là tình nguyện viên" in " ".join(await _say(client, "giờ trực"))
        assert (await client.get(f"/i/{link}/poster.pdf")).status_code == 404
        _, out, _ = await command(database, "roles", "list", "--json")
        assert json.loads(out) == []
