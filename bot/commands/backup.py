"""`hocvuso backup FILE`: a whole copy, taken while the program runs."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from bot.commands.base import ConfigOption, read_settings, sentences
from bot.secret import secret_file
from store.backup import back_up


def register(app: typer.Typer) -> None:
    app.command()(backup)


def backup(
    file: Annotated[Path, typer.Argument(help="Where to; it must not be there yet.")],
    config: ConfigOption = None,
) -> None:
    """Copy the database, running or not. Example: hocvuso backup /backup/hocvuso-2027-03-02.db

    The file gets its name only after it was opened, checked and counted; mode 0600.
    """
    settings = read_settings(config)
    with sentences(), Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("copying")
        rows = back_up(
            settings.database,
            file,
            lambda done, all: progress.update(task, completed=done, total=all),
        )
    typer.echo(f"{file}: checked, {rows['learner']} learners, {sum(rows.values())} rows")
    if not settings.secret:
        typer.echo(
            f"Keep {secret_file(settings.database).name} too, in another place: without it "
            "the cookies and links that learners hold are worth nothing.",
            err=True,
        )
