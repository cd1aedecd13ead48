"""What the commands share: settings read, logging set up, faults said in a sentence."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec
import typer
import uvloop
from rich.console import Console
from rich.table import Table

from bot.app import open_turns
from bot.config import Config, ConfigError, load_config
from bot.content import NothingToTeach
from bot.logs import log_loop_failure, set_up_logs
from bot.orders import Order, answers
from bot.orders.base import OrderRefused
from bot.signing import learner_number
from bot.socket import ask, socket_of
from lessons.loader import Fault
from store.base import StoreError, StoreInUse
from store.looking import Look

ConfigOption = Annotated[Path | None, typer.Option("--config", help="Another config.yaml.")]
LearnerArgument = Annotated[
    str,
    typer.Argument(
        help="A learner's number from the logs, a learner id, or a chat as channel:account:id."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Machine-readable.")]
T = TypeVar("T")


def read_settings(path: Path | None) -> Config:
    """The settings, with logging set up by them; every fault at once and exit status 2."""
    try:
        settings = load_config(path)
    except ConfigError as error:
        for fault in error.faults:
            typer.echo(fault, err=True)
        raise typer.Exit(2) from error
    tokens = [account.token for account in settings.accounts]
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    set_up_logs(level, [*tokens, settings.secret or ""])
    return settings


def guarded(work: Callable[[], Awaitable[T]]) -> T:
    """Run it; what stops a start is said in a sentence, exit status 2."""

    async def go() -> T:
        asyncio.get_running_loop().set_exception_handler(log_loop_failure)
        return await work()

    with sentences(), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(go())


@contextmanager
def sentences() -> Iterator[None]:
    """What goes wrong inside is told in a sentence, exit status 2."""
    try:
        yield
    except NothingToTeach as error:
        for fault in error.faults[:50]:
            typer.echo(str(fault), err=True)
        typer.echo("No course can be served: mend the lines above.", err=True)
        raise typer.Exit(2) from error
    except (StoreError, OrderRefused) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


def find_learner(look: Look, name: str) -> str:
    """The id of a learner named on the command line. Raises OrderRefused for nobody."""
    found = look.learner(name, learner_number)
    if found is None:
        raise OrderRefused(
            f"there is no learner “{name}”; give a learner's number from the logs, "
            "a learner id, or a chat such as telegram:main:4711"
        )
    return found


def show_json(rows: object) -> None:
    """One JSON document on the output, for programs."""
    typer.echo(msgspec.json.format(msgspec.json.encode(rows), indent=2).decode())


def show_rows(
    rows: Sequence[Mapping[str, object]],
    columns: Mapping[str, str],
    *,
    nothing: str,
    as_json: bool,
) -> None:
    """A list, as JSON or as a table. columns: key -> heading; the last one may wrap."""
    if as_json:
        show_json(rows)
        return
    table = Table(box=None, pad_edge=False)
    for number, heading in enumerate(columns.values(), 1):
        table.add_column(heading, no_wrap=number < len(columns))
    for row in rows:
        table.add_row(*(str(row[key]) for key in columns))
    Console(soft_wrap=True).print(table if rows else nothing)


def carry_out(settings: Config, order: Order) -> Any:
    """The result of an order, given to the running program, or done here when none runs."""
    return guarded(lambda: _carry_out(settings, order))


async def _carry_out(settings: Config, order: Order) -> Any:
    line = msgspec.json.encode(order)
    tries = 50
    while (told := await ask(socket_of(settings.database), line)) is None:
        try:
            async with open_turns(settings) as turns:
                # The same way out and back as through the socket.
                told = await answers(turns)(line)
                break
        except StoreInUse:
            # A program that holds the file and does not listen is starting or ending.
            tries -= 1
            if not tries:
                raise
            await asyncio.sleep(0.1)
    answer = msgspec.json.decode(told)
    if "refused" in answer:
        raise OrderRefused(answer["refused"])
    return answer["done"]


def show_fault(fault: Fault) -> None:
    """One slip of a lesson, on the screen of whoever started the program."""
    typer.echo(str(fault), err=True)
