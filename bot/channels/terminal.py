"""`hocvuso chat`: the same tutor in a terminal, one line at a time.

One learner, kept like a web chat under the visitor "terminal"; options are numbered
and typed, as on Zalo. Ends with an empty Ctrl-D.
"""

import asyncio
import sys
import threading
from itertools import count
from os import urandom

from bot.channels.web import Line, WebChannel

VISITOR = "terminal"


async def talk(web: WebChannel) -> None:
    """Show what was said last, then answer line by line until the input ends."""
    lines = _read_lines()
    run, number = urandom(6).hex(), count()
    if await web.knows(VISITOR):
        seen = _show(list(await web.latest(VISITOR, 3)), 0)
    else:
        await web.say(VISITOR, text=None, press=None, start="", key=f"terminal:{run}:start")
        seen = _show(list(await web.messages(VISITOR, 0)), 0)
    while (line := await lines.get()) is not None:
        if not line.strip():
            continue
        key = f"terminal:{run}:{next(number)}"
        await web.say(VISITOR, text=line, press=None, start=None, key=key)
        seen = _show(list(await web.messages(VISITOR, seen)), seen)


def _show(lines: list[Line], seen: int) -> int:
    for line in lines:
        seen = max(seen, line.id)
        if line.sender == "bot":
            print(f"\n{line.plain or line.text}")
            for number, (label, _) in enumerate(line.options, 1):
                print(f"  {number} {label}")
    print("> ", end="", flush=True)
    return seen


def _read_lines() -> "asyncio.Queue[str | None]":
    """Lines from the keyboard, read beside the loop; None when the input ends.

    A thread of our own that dies with the program: a read of the keyboard cannot be
    cancelled, and the loop's own threads would hold up the exit for it.
    """
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str | None] = asyncio.Queue()

    def read() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(lines.put_nowait, line.rstrip("\n"))
        loop.call_soon_threadsafe(lines.put_nowait, None)

    threading.Thread(target=read, daemon=True).start()
    return lines
