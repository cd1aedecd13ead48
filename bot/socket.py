"""The socket beside the database, on which commands ask the running program.

One line of JSON in, one line out, then the connection ends. Only the user that runs the
program may open it: mode 0600, set before it listens. The program that holds the
database file owns the name, so a socket that a dead one left behind is replaced.
Source: design.md section 5.
"""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import structlog

MAX_BYTES = 1 << 22  # a picture and a recording fit in
ASKED_WITHIN_S = 10.0
_NAME_BYTES = 107  # what fits into the kernel's sockaddr_un
_LOG = structlog.get_logger("socket")


def socket_of(database: Path) -> Path:
    """Where the program that runs on that database listens."""
    return database.with_name(database.name + ".sock")


@asynccontextmanager
async def listening(path: Path, answer: Callable[[bytes], Awaitable[bytes]]) -> AsyncIterator[None]:
    """Answer each line that arrives while the block runs; the caller holds the database."""

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Whoever asks may go away at any moment, or say too much: their loss alone.
        with suppress(OSError, TimeoutError, ValueError):
            async with asyncio.timeout(ASKED_WITHIN_S):
                line = await reader.readline()
            if line.endswith(b"\n"):
                writer.write(await answer(line) + b"\n")
                await writer.drain()
        writer.close()

    try:
        server = await asyncio.start_unix_server(hear, sock=_bound(path), limit=MAX_BYTES)
    except OSError as error:
        _LOG.warning("socket.unavailable", reason=error.strerror)
        yield
        return
    try:
        yield
    finally:
        server.close()
        path.unlink(missing_ok=True)


async def ask(path: Path, line: bytes) -> bytes | None:
    """The running program's answer; None when nothing runs there."""
    try:
        with _short(path) as name:
            reader, writer = await asyncio.open_unix_connection(name, limit=MAX_BYTES)
    except (FileNotFoundError, NotADirectoryError, ConnectionRefusedError):
        return None
    try:
        writer.write(line + b"\n")
        await writer.drain()
        return (await reader.readline()).rstrip(b"\n") or None
    finally:
        writer.close()


def _bound(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)
    bound = socket.socket(socket.AF_UNIX)
    try:
        with _short(path) as name:
            bound.bind(name)
        # Nobody can connect before it listens, so there is no moment at another mode.
        path.chmod(0o600)
    except OSError:
        bound.close()
        raise
    return bound


@contextmanager
def _short(path: Path) -> Iterator[str]:
    """A name that the kernel takes: the path, or the same by way of its open folder."""
    if len(os.fsencode(path)) <= _NAME_BYTES:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
