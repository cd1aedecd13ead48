"""What `hocvuso run` shows when it starts: where it can be reached, what is on and why not.

Plain lines where nobody looks; a terminal gets colour. The line with the chat's address
comes last and alone, once it listens: others wait for it.
"""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.text import Text

from bot.app import Program
from bot.config import Config
from lessons.loader import Fault
from store.base import StoreError


async def show_opening(program: Program, settings: Config, faults: Sequence[Fault]) -> None:
    """Everything but the chat's address."""
    console = Console(highlight=False, soft_wrap=True)
    lines = [
        *_channels(program),
        _lessons(program, faults),
        await _database(program, settings),
    ]
    width = max(len(heading) for heading, _, _ in lines) + 2
    for heading, words, style in lines:
        line = Text(f"hocvuso: {heading:<{width}}")
        console.print(line.append(words, style))


def _channels(program: Program) -> list[tuple[str, str, str]]:
    lines = [("web", "on", "green")]
    for place, messenger in program.messengers.on.items():
        how = "on, by webhook" if messenger.webhook else "on, asks for updates"
        lines.append((place, how, "green"))
    off: Mapping[str, str] = program.messengers.off
    return lines + [(place, f"off: {why}", "yellow") for place, why in off.items()]


def _lessons(program: Program, faults: Sequence[Fault]) -> tuple[str, str, str]:
    library = program.turns.shelf.library
    written = library.lessons["vi"]
    courses = len({lesson.course for lesson in written.values()})
    told = f"{len(written)} of {len(library.index)} in {courses} courses"
    if not faults:
        return "lessons", told, ""
    return "lessons", f"{told}; {len(faults)} faults above: hocvuso lessons check", "yellow"


async def _database(program: Program, settings: Config) -> tuple[str, str, str]:
    try:
        learners = f", {await program.store.count('contact'):,} chats"
    except StoreError:
        learners = ""
    return "database", f"{settings.database}{learners}", ""
