"""`python -m benchmarks.size`: bytes a learner, memory with a million stored, a second start.

Source of the claims: design.md section 7. Bytes: the learner table with its indexes after
ten lessons, in a file that holds nothing else. Memory: the resident set of the running
program after it has answered, a million learners in its file. Start: from the command to
the first answer in the web chat, 1,000 lessons, the cache of the first start in place.
"""

import asyncio
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

import httpx

from benchmarks.nudges import fill

SAMPLE, MANY, LESSONS = 20_000, 1_000_000, 1_000
MOST_ROW_BYTES, MOST_MEMORY_MB, MOST_START_S = 1024, 200, 1.0
_PATIENCE_S = 60.0


def main() -> int:
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with TemporaryDirectory(prefix="hocvuso-size-") as name:
        folder = Path(name)
        found = (
            ("bytes a learner, with index", row_bytes(folder), MOST_ROW_BYTES),
            ("resident MB, a million stored", memory_mb(folder), MOST_MEMORY_MB),
            (f"second start, {LESSONS} lessons, s", start_s(folder), MOST_START_S),
        )
    for what, value, most in found:
        print(f"{what:36}{value:>9.2f}   at most {most:g}{'' if value <= most else '  NOT MET'}")
    return 0 if all(value <= most for _, value, most in found) else 1


def row_bytes(folder: Path) -> float:
    """The learner table and its indexes alone, divided by its rows."""
    file = folder / "sample.db"
    asyncio.run(fill(file, SAMPLE))
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = OFF")
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (table,) in tables:
        if table != "learner" and not table.startswith("sqlite_"):
            connection.execute(f"DELETE FROM {table}")
    connection.execute("VACUUM")
    with_learners = _pages(connection)
    connection.execute("DELETE FROM learner")
    connection.execute("VACUUM")
    empty = _pages(connection)
    connection.close()
    return (with_learners - empty) / SAMPLE


def _pages(connection: sqlite3.Connection) -> int:
    ((count,),) = connection.execute("PRAGMA page_count").fetchall()
    ((size,),) = connection.execute("PRAGMA page_size").fetchall()
    return int(count) * int(size)


def memory_mb(folder: Path) -> float:
    """The running program's resident set once it has answered a newcomer."""
    file = folder / "many.db"
    asyncio.run(fill(file, MANY))
    with _Running(file) as running:
        running.first_answer()
        status = Path(f"/proc/{running.process.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def start_s(folder: Path) -> float:
    """The second start with generated lessons, from the command to an answer."""
    lessons = folder / "lessons"
    shutil.copytree("lessons", lessons, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    course = lessons / "courses" / "C01-phone"
    for path in (lessons / "courses").glob("*/*.yaml"):
        path.unlink()
    for number in range(LESSONS):
        _lesson(course, f"L{number // 100 + 10:02}{number % 100:02}")
    config = folder / "config.yaml"
    config.write_text("lessons: {folder: lessons/courses, wards: lessons/wards.yaml}\n")
    took = 0.0
    for _ in range(2):
        began = perf_counter()
        with _Running(folder / "start.db", config) as running:
            running.first_answer()
            took = perf_counter() - began
    return took


def _lesson(course: Path, lesson_id: str) -> None:
    """L0101 again, under another id."""
    for ending in (".yaml", ".en.yaml"):
        text = Path(f"lessons/courses/C01-phone/L0101{ending}").read_text("utf-8")
        (course / f"{lesson_id}{ending}").write_text(text.replace("L0101", lesson_id), "utf-8")


class _Running:
    """The program on a free port, ended at the close."""

    def __init__(self, database: Path, config: Path | None = None) -> None:
        command = [sys.executable, "-m", "bot", "run"]
        if config:
            command += ["--config", str(config)]
        self.process = subprocess.Popen(
            command,
            env={**os.environ, "HOCVUSO_DATABASE": str(database), "HOCVUSO_PORT": "0",
                 "HOCVUSO_LOG_LEVEL": "error"},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )  # fmt: skip
        self.base = ""

    def __enter__(self) -> "_Running":
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if "http://" in line:
                self.base = "http://" + line.split("http://", 1)[1].strip().rstrip("/")
                return self
        raise SystemExit("the program did not start")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()

    def first_answer(self) -> None:
        """A newcomer says hello and reads the welcome."""
        with httpx.Client(base_url=self.base, timeout=_PATIENCE_S, trust_env=False) as client:
            client.post("/api/chat/messages", json={"text": "xin chào"}).raise_for_status()
            while not client.get("/api/chat/messages?after=0").json()["messages"]:
                sleep(0.01)


if __name__ == "__main__":
    sys.exit(main())
