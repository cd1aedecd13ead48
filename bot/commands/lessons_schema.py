"""`hocvuso lessons schema`: JSON Schema, so that an editor completes a lesson."""

from typing import Annotated, Literal

import typer

from lessons.editor_schema import schema_json


def register(lessons: typer.Typer) -> None:
    lessons.command("schema")(schema)


def schema(
    language: Annotated[
        Literal["vi", "en"], typer.Option(help="Of the Vietnamese or the English file.")
    ] = "vi",
) -> None:
    """The JSON Schema of a lesson's file. Example: hocvuso lessons schema --language en"""
    typer.echo(schema_json(language), nl=False)
