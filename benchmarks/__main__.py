"""`make bench`: every claim of speed, one after another; ends with 1 when a bar is not met.

Each is a module of this folder with a `main() -> int`; alone: `python -m benchmarks.turns`.
"""

import sys
from collections.abc import Callable

from benchmarks import broadcast, nudges, reading, size, telegram_http, turns

CLAIMS: dict[str, Callable[[], int]] = {
    "durable turns a second": turns.main,
    "long and fresh texts": reading.main,
    "turns over HTTP": telegram_http.main,
    "a broadcast beside a conversation": broadcast.main,
    "the nudge tick": nudges.main,
    "size and start": size.main,
}


def main() -> int:
    missed = []
    for name, claim in CLAIMS.items():
        print(f"\n== {name}", flush=True)
        if claim():
            missed.append(name)
    print("\nevery bar is met" if not missed else f"\nNOT MET: {', '.join(missed)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
