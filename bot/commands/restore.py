"""`hocvuso restore FILE`: put a backup in the database's place."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.app import utc_now
from bot.commands.base import ConfigOption, guarded, read_settings, sentences
from bot.config import Config
from bot.conversation.days import milliseconds
from bot.secret import load_secret
from store.backup import restore as put_back
from store.sqlite import open_store


def register(app: typer.Typer) -> None:
    app.command()(restore)


def restore(
    file: Annotated[Path, typer.Argument(help="A backup made by `hocvuso backup`.")],
    config: ConfigOption = None,
) -> None:
    """Put a backup in the database's place. Example: hocvuso restore /backup/hocvuso.db

    Stop the program first. A damaged or newer file is refused. The database that was there
    is kept beside it. Whoever was erased since the backup is erased from it again.
    """
    settings = read_settings(config)
    now = utc_now()
    kept = settings.database.with_name(f"{settings.database.name}.before-{now:%Y%m%dT%H%M%S}.bak")
    with sentences():
        rows = put_back(file, settings.database, kept)
    again = guarded(lambda: _open_once(settings))
    typer.echo(f"{settings.database}: restored from {file}, {rows['learner']} learners in it")
    if again:
        typer.echo(f"{again} of them were erased again: they had been erased since that backup")
    if kept.exists():
        typer.echo(f"The database that was there is kept for 30 days as {kept}")


async def _open_once(settings: Config) -> int:
    """Upgrade it and erase again whoever was erased since; how many."""
    now_ms = milliseconds(utc_now())
    store = await open_store(settings.database, now_ms=lambda: now_ms, secret=load_secret(settings))
    try:
        return store.erased_again
    finally:
        await asyncio.shield(store.close())
