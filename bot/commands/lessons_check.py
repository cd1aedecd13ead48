"""`hocvuso lessons check`: every fault in the lessons, at its line."""

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.base import JsonOption
from lessons import check as linter


def register(lessons: typer.Typer) -> None:
    lessons.command("check")(check)


def check(
    place: Annotated[
        Path, typer.Argument(help="The courses folder, one course in it, or one lesson.")
    ] = Path("lessons/courses"),
    as_json: JsonOption = False,
) -> None:
    """Name every fault in the lessons at its line. Example: hocvuso lessons check --json"""
    raise typer.Exit(linter.main(place, as_json))
