"""The entrance: `hocvuso run`, `hocvuso chat`, `hocvuso lessons check`.

A command says what it does with an example in its `--help`; a fault is a sentence for
a person and exit status 2.
"""

import asyncio
import logging
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Annotated, TypeVar

import structlog
import typer

from bot.app import NothingToTeach, Program, open_program
from bot.config import Config, ConfigError, load_config
from lessons import check as lessons_check
from lessons.loader import Fault
from store.base import StoreError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="hocvuso: a chat tutor of everyday digital skills.",
)
lessons_app = typer.Typer(no_args_is_help=True, help="Lessons: check what teachers wrote.")
app.add_typer(lessons_app, name="lessons")

ConfigOption = Annotated[Path | None, typer.Option("--config", help="Another config.yaml.")]
T = TypeVar("T")


@app.command()
def run(config: ConfigOption = None) -> None:
    """Serve the tutor. Example: hocvuso run --config config.yaml"""
    settings = _settings(config)
    _guarded(lambda: _serve(settings))


@app.command()
def chat(config: ConfigOption = None) -> None:
    """The same tutor in this terminal. Example: hocvuso chat"""
    settings = _settings(config)
    _guarded(lambda: _chat(settings))


@lessons_app.command("check")
def check(
    folder: Annotated[Path, typer.Argument(help="The courses folder.")] = Path("lessons/courses"),
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable.")] = False,
) -> None:
    """Name every fault in the lessons at its line. Example: hocvuso lessons check --json"""
    raise typer.Exit(lessons_check.main(folder, as_json))


def main() -> None:
    app()


def _settings(path: Path | None) -> Config:
    try:
        settings = load_config(path)
    except ConfigError as error:
        for fault in error.faults:
            typer.echo(fault, err=True)
        raise typer.Exit(2) from error
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    logging.basicConfig(level=max(level, logging.WARNING), stream=sys.stderr)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    return settings


def _guarded(work: Callable[[], Awaitable[T]]) -> T:
    """Run it; what stops a start is said in a sentence, exit status 2."""

    async def go() -> T:
        return await work()

    try:
        return asyncio.run(go())
    except NothingToTeach as error:
        for fault in error.faults[:50]:
            typer.echo(str(fault), err=True)
        typer.echo("No course can be served: mend the lines above.", err=True)
        raise typer.Exit(2) from error
    except StoreError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


def _show_fault(fault: Fault) -> None:
    typer.echo(str(fault), err=True)


async def _serve(settings: Config) -> None:
    # Imported only here so that `hocvuso chat` and `lessons check` start without a web server.
    from bot.web.server import serve

    async with open_program(settings, on_fault=_show_fault) as program:
        written = program.turns.shelf.library
        typer.echo(
            f"hocvuso: {len(written.lessons['vi'])} of {len(written.index)} lessons, "
            f"database {settings.database}"
        )
        await serve(program.web, settings, program.turns.secret)


async def _chat(settings: Config) -> None:
    async with open_program(settings, on_fault=_show_fault) as program:
        loop = asyncio.get_running_loop()
        ended = asyncio.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, ended.set)
        talk = asyncio.create_task(_talk(program))
        wait = asyncio.create_task(ended.wait())
        await asyncio.wait({talk, wait}, return_when=asyncio.FIRST_COMPLETED)
        for task in (talk, wait):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _talk(program: Program) -> None:
    from bot.channels.terminal import talk

    await talk(program.web)


if __name__ == "__main__":
    main()
