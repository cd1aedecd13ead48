"""`hocvuso lessons new`: the two files of a lesson, ready to be written."""

import re
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from lessons.loader import beside
from lessons.model import CourseName, LessonName
from lessons.new import INSTEAD, kinds, skeleton
from lessons.page import read_page


def register(lessons: typer.Typer) -> None:
    lessons.command("new")(new)


def new(
    lesson: Annotated[str, typer.Argument(help="A lesson of index.yaml, as L0301.")],
    folder: Annotated[Path, typer.Option(help="The courses folder.")] = Path("lessons/courses"),
) -> None:
    """Begin a lesson; nothing is overwritten. Example: hocvuso lessons new L0301"""
    row = _row(lesson, folder)
    path = _course_folder(row, folder) / f"{row.id}.yaml"
    files = skeleton(row, path)
    there = [str(file) for file in files if file.exists()]
    if there:
        typer.echo(f"{', '.join(there)}: already there, nothing is written", err=True)
        raise typer.Exit(1)
    path.parent.mkdir(parents=True, exist_ok=True)
    for file, text in files.items():
        with file.open("x", encoding="utf-8") as out:
            out.write(text)
        typer.echo(file)
    if row.practice not in kinds():
        typer.echo(f"The exercise is a {INSTEAD}: there is no {row.practice} yet.")
    typer.echo(f"Write what begins with ✎; look at it: hocvuso lessons preview {row.id}")


def _row(lesson: str, folder: Path) -> LessonName:
    page = read_page(beside(folder, "index.yaml"), tuple[LessonName, ...])
    rows = () if page.faults else msgspec.convert(page.tree, tuple[LessonName, ...])
    for row in rows:
        if row.id == lesson.upper():
            return row
    typer.echo(f"there is no lesson {lesson} in {page.path}: add its row there first", err=True)
    raise typer.Exit(2)


def _course_folder(row: LessonName, folder: Path) -> Path:
    """The folder of its course: the one that is there, or one by the course's name."""
    there = sorted(folder.glob(f"{row.course}-*"))
    if there:
        return there[0]
    page = read_page(beside(folder, "courses.yaml"), tuple[CourseName, ...])
    names = () if page.faults else msgspec.convert(page.tree, tuple[CourseName, ...])
    title = next((name.en for name in names if name.id == row.course), "course")
    return folder / f"{row.course}-{re.sub(r'[^a-z0-9]+', '-', title.lower()).strip('-')}"
