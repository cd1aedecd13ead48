"""What the commands share: settings read, logging set up, faults said in a sentence."""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import structlog
import typer

from bot.app import NothingToTeach
from bot.config import Config, ConfigError, load_config
from lessons.loader import Fault
from store.base import StoreError

ConfigOption = Annotated[Path | None, typer.Option("--config", help="Another config.yaml.")]
T = TypeVar("T")


def read_settings(path: Path | None) -> Config:
    """The settings, with logging set up by them; every fault at once and exit status 2."""
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


def guarded(work: Callable[[], Awaitable[T]]) -> T:
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


def show_fault(fault: Fault) -> None:
    """One slip of a lesson, on the screen of whoever started the program."""
    typer.echo(str(fault), err=True)
