"""`make bench`: durable turns a second, ours beside two peers, in one run.

Source of the claim: design.md section 7, first line: 10 times python-telegram-bot's
ConversationHandler and 15 times aiogram's FSM, each with one SQLite commit a turn.
"""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from statistics import median

PEERS = Path(".venv-bench")
ROUNDS = 3
BARS = {"python-telegram-bot": 10, "aiogram": 15}


def main() -> int:
    set_up_peers()
    theirs = str(PEERS / "bin" / "python")
    runs = {
        "hocvuso": [sys.executable, "-m", "benchmarks.ours"],
        "python-telegram-bot": [theirs, "-m", "benchmarks.peers.ptb"],
        "aiogram": [theirs, "-m", "benchmarks.peers.aiogram_fsm"],
    }
    speeds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, command in runs.items():
            told = json.loads(_output(command))
            speeds[name].append(told["turns"] / told["seconds"])
    ours = median(speeds["hocvuso"])
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"median of {ROUNDS} rounds; every turn on disk (synchronous=FULL)"
    )
    print(f"{'':22}{'turns/s':>10}{'ours is':>10}{'bar':>7}")
    print(f"{'hocvuso':22}{ours:>10.0f}")
    met = True
    for name, bar in BARS.items():
        speed = median(speeds[name])
        met = met and ours / speed >= bar
        print(f"{name:22}{speed:>10.0f}{ours / speed:>9.1f}x{bar:>6}x")
    parts = json.loads(_output([sys.executable, "-m", "benchmarks.ours", "--parts"]))
    print("\nwhere a turn's microseconds go (a run of its own, with clocks around the parts)")
    for name, took in sorted(parts.items(), key=lambda part: -part[1]):
        print(f"{name:26}{took:>8.1f}")
    print(f"{'together':26}{sum(parts.values()):>8.1f}")
    print("\nthe bars are met" if met else "\nA BAR IS NOT MET")
    return 0 if met else 1


def set_up_peers() -> None:
    if not (PEERS / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", str(PEERS)], check=True)
        pip = [str(PEERS / "bin" / "python"), "-m", "pip", "install", "-q"]
        subprocess.run([*pip, "-r", "benchmarks/peers/requirements.lock"], check=True)
        (PEERS / "ready").touch()


def _output(command: list[str]) -> str:
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.splitlines()[-1]


if __name__ == "__main__":
    sys.exit(main())
