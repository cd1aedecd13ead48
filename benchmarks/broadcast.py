"""A broadcast within the limits beside a conversation, ours and a peer in one run.

The village allows 30 messages a second a bot (30 saved up) and 1 a second a chat (3
saved up), takes 40 ms a call, and answers 429 above that. Two learners a second write
beside it. Measured over MEASURED_S of a broadcast that has far more recipients than fit:
messages sent of those permitted, 429s, and how much longer answers take than without it.
Source of the claim: design.md section 7, fifth line (there with 100,000 recipients,
which is 56 minutes of the same; BROADCAST_S sets another length).
"""

import asyncio
import json
import os
import signal
import sys
import tempfile
import time
from pathlib import Path
from statistics import quantiles

import msgspec
import uvloop

from benchmarks.turns import PEERS, set_up_peers
from benchmarks.village import Village, open_village
from bot.conversation.learner import Learner
from bot.conversation.replies import Reply
from bot.limits import Bucket
from store.base import Address, OutboxRow, Person
from store.sqlite import open_store

MEASURED_S = float(os.environ.get("BROADCAST_S", "40"))
SETTLE_S = 4.0
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


async def _fill(database: Path, recipients: int) -> None:
    """A store in which a broadcast's rows wait, as they would after its expansion."""
    store = await open_store(database, now_ms=lambda: 0)
    try:
        for first in range(0, recipients, 1000):
            numbers = range(first, min(first + 1000, recipients))
            people = [
                Person(
                    10**6 + n,
                    Address("telegram", "main", str(FIRST_RECIPIENT + n)),
                    f"recipient-{n}",
                    msgspec.json.encode(Learner(id=f"recipient-{n}", consent="yes")),
                )
                for n in numbers
            ]
            body = msgspec.json.encode(Reply("Sáng thứ Bảy có lớp ở nhà văn hóa."))
            rows = [
                OutboxRow(one.contact_id, one.learner_id, "telegram:main", 1, 3, body, 0)
                for one in people
            ]
            async with store.transaction() as tx:
                await tx.add_people(people, 0)
                await tx.add_outbox(rows)
    finally:
        await store.close()


async def measure(name: str, recipients: int) -> dict[str, float]:
    """One run: answers' p50 and p99 in ms, sends a second, 429s."""
    town = Town()
    server, port = await open_village(town)
    base = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "bench.db"
        if name == "hocvuso":
            await _fill(database, recipients)
            command = [sys.executable, "-m", "bot", "run"]
        else:
            python = str(PEERS / "bin" / "python")
            numbers = [str(recipients), str(FIRST_RECIPIENT)]
            command = [python, "-m", "benchmarks.peers.ptb_broadcast", base, *numbers]
        environment = {
            **os.environ,
            "TELEGRAM_TOKEN": "1:a",
            "TELEGRAM_API_BASE": base,
            "HOCVUSO_PORT": "0",
            "HOCVUSO_DATABASE": str(database),
            "HOCVUSO_LOG_LEVEL": "error",
        }
        process = await asyncio.create_subprocess_exec(
            *command,
            env=environment,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=None if name == "hocvuso" else asyncio.subprocess.DEVNULL,
        )
        writers = asyncio.create_task(town.live())
        await town.polled.wait()
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
    recipients = int(RATE * (MEASURED_S + SETTLE_S) * 2)
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
