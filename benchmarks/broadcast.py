"""A broadcast within the limits beside a conversation, ours and a peer in one run.

The village allows 30 messages a second a bot (30 saved up) and 1 a second a chat (3
saved up), takes 40 ms a call, and answers 429 above that. Two learners a second write
beside it. Measured over MEASURED_S of a broadcast to learners of `hocvuso demo`, more than
fit: messages sent of those permitted, 429s, and how much longer answers take than without it,
with the same learners and limits. It runs at any hour, by a config of its own.
Source of the claim: design.md section 7, fifth line (there with 100,000 recipients, which is
56 minutes of the same; BROADCAST_S sets another length, BROADCAST_LEARNERS how many learners).
"""

import asyncio
import json
import os
import signal
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from statistics import quantiles

import uvloop

from benchmarks.turns import PEERS, set_up_peers
from benchmarks.village import Village, open_village
from bot.app import load_secret
from bot.broadcasting import Desk
from bot.config import load_config
from bot.conversation.draft import Announcement, Audience, Draft
from bot.conversation.replies import QueueBroadcast
from bot.conversation.who import COMMAND_LINE
from bot.limits import Bucket
from store.sqlite import open_store

LESSONS = Path(__file__).resolve().parent.parent / "lessons"
MEASURED_S = float(os.environ.get("BROADCAST_S", "40"))
LEARNERS = int(os.environ.get("BROADCAST_LEARNERS", "10000"))
SETTLE_S = 8.0  # what was saved up while idle is spent, and the first chunks are written
RATE, BURST, CHAT_RATE, CHAT_BURST = 30.0, 30.0, 1.0, 3.0
WRITE_EVERY_S = 0.5
WRITERS = 40
FIRST_RECIPIENT = 1_000_000
_REFUSED = b'{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 1",\
"parameters":{"retry_after":1}}'


class Town(Village):
    """A village with Telegram's limits, where two people a second write."""

    def __init__(self) -> None:
        super().__init__(learners=0, turns=10**9, warm_up=10**9, latency_s=0.04)
        now = time.perf_counter()
        self.bucket = Bucket(RATE, BURST, now)
        self.chats: dict[str, Bucket] = {}
        self.refused = 0
        self.measuring = False
        self.sends = 0
        self.answers_s: list[float] = []

    async def live(self) -> None:
        """Write in turn until cancelled."""
        number = 0
        while True:
            await asyncio.sleep(WRITE_EVERY_S)
            self._write(1000 + number % WRITERS)
            number += 1

    def _sent(self, method: str, fields: dict[str, str]) -> bytes:
        now, chat_id = time.perf_counter(), fields["chat_id"]
        chat = self.chats.setdefault(chat_id, Bucket(CHAT_RATE, CHAT_BURST, now))
        if self.bucket.wait(now) > 0 or chat.wait(now) > 0:
            self.refused += 1
            return _REFUSED
        self.bucket.take(now)
        chat.take(now)
        self.sends += self.measuring
        return super()._sent(method, fields)

    def _answered(self, chat_id: int, asked_at: float) -> None:
        self._asked_at.pop(chat_id)
        if self.measuring:
            self.answers_s.append(time.perf_counter() - asked_at)


async def _settle_in(folder: Path) -> Path:
    """A config of its own and a database with made-up learners, as `hocvuso demo` makes them.

    The benchmark runs at any hour: it has no quiet ones. Nothing else is due to its
    learners, so that what is sent is the broadcast and the answers.
    """
    config = folder / "config.yaml"
    config.write_text(
        f"database: {folder / 'bench.db'}\n"
        f"lessons: {{folder: {LESSONS / 'courses'}, wards: {LESSONS / 'wards.yaml'}}}\n"
        "accounts: [{channel: telegram, name: main, token_env: TELEGRAM_TOKEN, mode: poll}]\n"
        'nudges: {quiet: "00:00-00:00"}\n'
    )
    command = [sys.executable, "-m", "bot", "demo", "--learners", str(LEARNERS)]
    made = await asyncio.create_subprocess_exec(
        *command, "--config", str(config), stdout=asyncio.subprocess.DEVNULL
    )
    if await made.wait():
        raise SystemExit("hocvuso demo failed")
    with closing(sqlite3.connect(folder / "bench.db")) as database, database:
        database.execute("UPDATE learner SET next_nudge_at = NULL")
    return config


async def _announce(config: Path) -> int:
    """An announcement to all of them whose minute is over; how many would get it."""
    settings = load_config(config, {})
    store = await open_store(settings.database, now_ms=lambda: 0, secret=load_secret(settings))
    try:
        now_ms = time.time_ns() // 1_000_000
        draft = Draft(Audience(), Announcement("Sáng thứ Bảy có lớp ở nhà văn hóa.", ("seen",)))
        async with store.transaction() as tx:
            desk = Desk(tx, now_ms, _nobody, _nobody, store.audience_size)
            news = await desk.queue(QueueBroadcast(draft, 10**9), COMMAND_LINE)
            row = await tx.broadcasts.get(news.number)
            assert row is not None, news.what
            await tx.broadcasts.save(row._replace(send_at=now_ms), "held")
    finally:
        await store.close()
    return news.people


def _nobody(*_: object) -> None:
    """Nobody is told, and nothing waits in memory."""


async def measure(name: str, recipients: int) -> dict[str, float]:
    """One run: answers' p50 and p99 in ms, sends a second, 429s."""
    town = Town()
    server, port = await open_village(town)
    base = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        if name == "hocvuso":
            config = await _settle_in(Path(folder))
            if recipients and await _announce(config) < recipients:
                raise SystemExit(f"{LEARNERS} learners are too few: set BROADCAST_LEARNERS")
            command = [sys.executable, "-m", "bot", "run", "--config", str(config)]
        else:
            python = str(PEERS / "bin" / "python")
            numbers = [str(recipients), str(FIRST_RECIPIENT)]
            command = [python, "-m", "benchmarks.peers.ptb_broadcast", base, *numbers]
        environment = {
            **os.environ,
            "TELEGRAM_TOKEN": "1:a",
            "TELEGRAM_API_BASE": base,
            "HOCVUSO_PORT": "0",
            "HOCVUSO_LOG_LEVEL": "error",
        }
        process = await asyncio.create_subprocess_exec(
            *command,
            env=environment,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=None if name == "hocvuso" else asyncio.subprocess.DEVNULL,
        )
        await town.polled.wait()
        writers = asyncio.create_task(town.live())
        await asyncio.sleep(SETTLE_S)
        town.measuring, started = True, time.perf_counter()
        await asyncio.sleep(MEASURED_S)
        town.measuring, seconds = False, time.perf_counter() - started
        writers.cancel()
        process.send_signal(signal.SIGTERM)
        await process.wait()
        server.close()
    waits = town.answers_s or [float("inf")] * 2
    cuts = quantiles(waits, n=100)
    return {
        "p50_ms": 1000 * cuts[49],
        "p99_ms": 1000 * cuts[98],
        "sends_per_s": town.sends / seconds,
        "of_permitted": town.sends / (RATE * seconds),
        "refused": town.refused,
    }


def main() -> int:
    set_up_peers()
    recipients = int(RATE * (MEASURED_S + SETTLE_S) * 1.2)
    print(f"{'':34}{'p50 ms':>9}{'p99 ms':>10}{'sends/s':>9}{'of permitted':>14}{'429s':>6}")
    told: dict[tuple[str, bool], dict[str, float]] = {}
    for name in ("hocvuso", "python-telegram-bot"):
        for loaded in (False, True):
            one = uvloop.run(measure(name, recipients if loaded else 0))
            told[name, loaded] = one
            print(
                f"{name + (', broadcast' if loaded else ', alone'):34}{one['p50_ms']:>9.1f}"
                f"{one['p99_ms']:>10.1f}{one['sends_per_s']:>9.1f}{one['of_permitted']:>14.3f}"
                f"{one['refused']:>6.0f}"
            )
    alone, beside = told["hocvuso", False], told["hocvuso", True]
    slower = beside["p99_ms"] / alone["p99_ms"]
    met = beside["of_permitted"] >= 0.98 and not beside["refused"] and slower <= 1.2
    print(f"ours: p99 is {slower:.2f} times (bar 1.2), no 429, 98 % of the permitted"
          + ("" if met else "  NOT MET"))  # fmt: skip
    print(json.dumps({"met": met}))
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
