"""The real program beside a test: started in a folder of its own, asked, ended."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_S = 60


class Running:
    """A running `hocvuso run`. said: the lines of its start; url: where its chat is."""

    def __init__(self, process: asyncio.subprocess.Process, said: list[str]) -> None:
        self.process = process
        self.said = said
        self.url = said[-1].split(" on ", 1)[1].strip().rstrip("/")

    async def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        if self.process.returncode is None:
            self.process.send_signal(how)
        async with asyncio.timeout(PATIENCE_S):
            return await self.process.wait()


def environment(database: Path, **more: str) -> dict[str, str]:
    return {
        **os.environ,
        "HOCVUSO_DATABASE": str(database),
        "HOCVUSO_PORT": "0",
        "HOCVUSO_LOG_LEVEL": "error",
        **more,
    }


@asynccontextmanager
async def running(
    database: Path, log: Path | None = None, *, arguments: Sequence[str] = ("run",), **more: str
) -> AsyncIterator[Running]:
    """A program on that database; ended with the block. log: where its records go."""
    errors = log.open("wb") if log else None
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments,
        cwd=ROOT, env=environment(database, **more), stdout=asyncio.subprocess.PIPE, stderr=errors,
    )  # fmt: skip
    assert process.stdout is not None
    said: list[str] = []
    async with asyncio.timeout(PATIENCE_S):
        while not said or "chat on http://" not in said[-1]:
            said.append((await process.stdout.readline()).decode())
            assert said[-1], "the program ended before it listened"
    program = Running(process, said)
    try:
        yield program
    finally:
        await program.end()
        if errors:
            errors.close()


async def command(database: Path, *arguments: str, **more: str) -> tuple[int, str, str]:
    """One `hocvuso` command: its exit status, output and errors."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments,
        cwd=ROOT, env=environment(database, **more),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(PATIENCE_S):
        out, errors = await process.communicate()
    return process.returncode or 0, out.decode(), errors.decode()
