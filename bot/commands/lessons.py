"""`hocvuso lessons …`: what teachers need to write lessons. A file each, like the commands."""

import typer

from bot.commands import lessons_check, lessons_new, lessons_preview, lessons_schema

COMMANDS = (lessons_check, lessons_new, lessons_preview, lessons_schema)


def register(app: typer.Typer) -> None:
    lessons = typer.Typer(
        no_args_is_help=True, help="Lessons: begin one, look at it, check what was written."
    )
    app.add_typer(lessons, name="lessons")
    for command in COMMANDS:
        command.register(lessons)
