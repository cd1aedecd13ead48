"""The socket beside the database: private, bounded, never in the way of a start."""

import asyncio
import contextlib
from pathlib import Path

import pytest

from bot.socket import MAX_BYTES, ask, listening, socket_of


async def _shout(line: bytes) -> bytes:
    return line.strip().upper()


async def test_it_answers_line_by_line(tmp_path: Path) -> None:
    path = socket_of(tmp_path / "a.db")
    async with listening(path, _shout):
        assert path.stat().st_mode & 0o777 == 0o600
        assert await asyncio.gather(*(ask(path, b"xin") for _ in range(20))) == [b"XIN"] * 20
    assert await ask(path, b"xin") is None
    assert not path.exists()


async def test_one_left_behind_is_replaced(tmp_path: Path) -> None:
    path = socket_of(tmp_path / "a.db")
    program = await asyncio.create_subprocess_exec(
        "python3", "-c", "import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])", path
    )
    assert await program.wait() == 0
    assert path.is_socket()
    assert await ask(path, b"xin") is None
    async with listening(path, _shout):
        assert await ask(path, b"xin") == b"XIN"


async def test_a_path_too_long_for_the_kernel_works_all_the_same(tmp_path: Path) -> None:
    folder = tmp_path / ("a" * 100) / ("b" * 100)
    folder.mkdir(parents=True)
    path = socket_of(folder / "c.db")
    async with listening(path, _shout):
        assert await ask(path, b"xin") == b"XIN"


@pytest.mark.parametrize("sent", [b"", b"no end of line", b"x" * (2 * MAX_BYTES)])
async def test_nonsense_is_hung_up_on_and_others_are_answered(tmp_path: Path, sent: bytes) -> None:
    path = socket_of(tmp_path / "a.db")
    async with listening(path, _shout):
        reader, writer = await asyncio.open_unix_connection(path)
        writer.write(sent)
        if writer.can_write_eof():
            writer.write_eof()
        with contextlib.suppress(ConnectionResetError):
            assert await reader.read() == b""
        writer.close()
        assert await ask(path, b"xin") == b"XIN"
