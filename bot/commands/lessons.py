"""`hocvuso lessons …`: what teachers need to write lessons."""

from pathlib import Path
from typing import Annotated

import typer

from lessons import check as lessons_check


def register(app: typer.Typer) -> None:
    lessons = typer.Typer(no_args_is_help=True, help="Lessons: check what teachers wrote.")
    app.add_typer(lessons, name="lessons")
    lessons.command("check")(check)


def check(
    folder: Annotated[Path, typer.Argument(help="The courses folder.")] = Path("lessons/courses"),
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable.")] = False,
) -> None:
    """Name every fault in the lessons at its line. Example: hocvuso lessons check --json"""
    raise typer.Exit(lessons_check.main(folder, as_json))
