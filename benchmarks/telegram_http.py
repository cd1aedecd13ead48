"""Turns a second over real HTTP on loopback, 50 learners, ours beside two peers in one run.

Ours is the whole program (`hocvuso run`), every turn on disk before its update is
confirmed, its own limits off; python-telegram-bot and aiogram keep their state in memory.
Source of the claims: design.md section 7, second and third lines.
"""

import asyncio
import json
import os
import platform
import signal
import sys
import tempfile
import time
from pathlib import Path
from statistics import quantiles

import uvloop
import yaml

from benchmarks.turns import PEERS, set_up_peers
from benchmarks.village import Village, open_village

LEARNERS = 50
# (seconds a call takes, what ours must be at least: times aiogram, p50 under so many ms)
LINES = ((0.0, 3.0, None), (0.04, 2.0, 80.0))
# Messages that ours may have under way: more than there are learners. With the default 32,
# 50 who all press at once wait for one another, and 40 ms away 800 a second is the most.
IN_FLIGHT = 64
# Turns in all, and how many of them are not measured: in so many the 50 have met every
# lesson, and each picture is drawn and uploaded once.
TURNS = {"hocvuso": (15_000, 7_000), "python-telegram-bot": (1_000, 300), "aiogram": (2_000, 600)}


def command(name: str, base: str, config: str) -> list[str]:
    if name == "hocvuso":
        return [sys.executable, "-m", "bot", "run", "--config", config]
    module = {"python-telegram-bot": "ptb_http", "aiogram": "aiogram_http"}[name]
    return [str(PEERS / "bin" / "python"), "-m", f"benchmarks.peers.{module}", base]


async def measure(
    name: str, latency_s: float, turns: int, warm_up: int, in_flight: int = IN_FLIGHT
) -> dict[str, float]:
    """Turns a second, the middle and the slowest hundredth wait in ms, calls a turn."""
    village = Village(learners=LEARNERS, turns=turns, warm_up=warm_up, latency_s=latency_s)
    server, port = await open_village(village)
    base = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "TELEGRAM_TOKEN": "1:a",
            "TELEGRAM_API_BASE": base,
            "TELEGRAM_SENDS_PER_S": "0",
            "TELEGRAM_CHAT_SENDS_PER_S": "0",
            "HOCVUSO_PACING": "0",
            "HOCVUSO_PORT": "0",
            "HOCVUSO_DATABASE": str(Path(folder) / "bench.db"),
            "HOCVUSO_LOG_LEVEL": "error",
        }
        config = Path(folder) / "config.yaml"
        given = yaml.safe_load(Path("config.yaml").read_text("utf-8"))
        given["delivery"]["in_flight"] = in_flight
        # They are found from where the file lies.
        given["lessons"] = {key: str(Path(at).resolve()) for key, at in given["lessons"].items()}
        config.write_text(yaml.safe_dump(given, allow_unicode=True), "utf-8")
        process = await asyncio.create_subprocess_exec(
            *command(name, base, str(config)),
            env=environment,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=None if name == "hocvuso" else asyncio.subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(120):
                await village.ended.wait()
        except TimeoutError:
            print(f"{name}: only {village.answered} of {turns} in two minutes", file=sys.stderr)
            village.ended_at = time.perf_counter()
        finally:
            process.send_signal(signal.SIGTERM)
            await process.wait()
            server.close()
    seconds = village.ended_at - village.started_at
    cuts = quantiles(village.waits_s, n=100)
    return {
        "turns_per_s": (village.answered - village.warm_up) / seconds,
        "p50_ms": 1000 * cuts[49],
        "p99_ms": 1000 * cuts[98],
        "sends_a_turn": (village.calls.get("sendMessage", 0) + village.calls.get("sendPhoto", 0))
        / village.answered,
    }


def main() -> int:
    set_up_peers()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    met = True
    for latency_s, times, p50_ms in LINES:
        print(
            f"\n{LEARNERS} learners, {1000 * latency_s:.0f} ms to the API and back, "
            f"delivery.in_flight {IN_FLIGHT}"
        )
        print(f"{'':22}{'turns/s':>9}{'p50 ms':>9}{'p99 ms':>9}{'sends/turn':>12}")
        told = {}
        for name, (turns, warm_up) in TURNS.items():
            told[name] = uvloop.run(measure(name, latency_s, turns, warm_up))
            one = told[name]
            print(
                f"{name:22}{one['turns_per_s']:>9.0f}{one['p50_ms']:>9.1f}{one['p99_ms']:>9.1f}"
                f"{one['sends_a_turn']:>12.2f}"
            )
        reached = told["hocvuso"]["turns_per_s"] / told["aiogram"]["turns_per_s"]
        good = reached >= times and (p50_ms is None or told["hocvuso"]["p50_ms"] < p50_ms)
        print(
            f"ours is {reached:.1f} times aiogram (bar {times:g})" + ("" if good else "  NOT MET")
        )
        met = met and good
    print(json.dumps({"met": met}))
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
