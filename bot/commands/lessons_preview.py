"""`hocvuso lessons preview`: a lesson as a learner sees it, here or in the real page."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Literal
from uuid import uuid4

import msgspec
import typer

from bot.app import Program, content_of, open_program, utc_now
from bot.commands.base import guarded, sentences, show_fault
from bot.config import Config, Lessons, Web
from bot.conversation.curriculum import first_card
from bot.conversation.days import milliseconds
from bot.conversation.events import Again, Start
from bot.conversation.world import Shelf
from bot.preview import lesson_lines, placed
from lessons.fault import Fault
from lessons.loader import beside
from lessons.model import Lesson
from store.base import Address, Person

_LOOK_EVERY_S = 0.2
Language = Literal["vi", "en"]


def register(lessons: typer.Typer) -> None:
    lessons.command("preview")(preview)


def preview(
    lesson: Annotated[str, typer.Argument(help="A lesson that is there, as L0105.")],
    language: Annotated[Language, typer.Option(help="In Vietnamese or English.")] = "vi",
    page: Annotated[bool, typer.Option("--page", help="In the real chat page.")] = False,
    port: Annotated[int, typer.Option(help="Of the page; 0: any that is free.")] = 0,
    folder: Annotated[Path, typer.Option(help="The courses folder.")] = Path("lessons/courses"),
) -> None:
    """A lesson as a learner sees it, drafts too; the page shows anew what is saved.
    Example: hocvuso lessons preview L0105 --page"""
    with TemporaryDirectory(prefix="hocvuso-preview-") as place:
        settings = Config(
            language=language,
            database=Path(place) / "preview.db",
            web=Web(host="localhost", port=port),
            lessons=Lessons(folder, beside(folder, "wards.yaml")),
        )
        if page:
            guarded(lambda: _serve(settings, lesson.upper()))
        else:
            with sentences():
                _show(settings, lesson.upper())


def _show(settings: Config, name: str) -> None:
    shelf, faults = content_of(settings, utc_now, preview=True).load()
    lesson = _lesson(shelf, name, settings.language, faults)
    for line in lesson_lines(lesson, shelf, settings.language, utc_now()):
        typer.echo(line)
    for fault in _of(name, faults):
        show_fault(fault)


def _lesson(shelf: Shelf, name: str, language: str, faults: tuple[Fault, ...]) -> Lesson:
    """The lesson; without it, its faults are shown and the program ends."""
    lesson = shelf.library.lesson(language, name)
    if lesson is None:
        for fault in _of(name, faults):
            show_fault(fault)
        typer.echo(f"there is no lesson {name} that can be shown", err=True)
        raise typer.Exit(1)
    return lesson


def _of(name: str, faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
    return tuple(fault for fault in faults if Path(fault.path).name.startswith(f"{name}."))


async def _serve(settings: Config, name: str) -> None:
    # Imported only here so that the terminal starts without a web server.
    from bot.web.media import media_route
    from bot.web.preview import preview_route
    from bot.web.server import serve

    told: list[Fault] = []

    def tell(fault: Fault) -> None:
        told.append(fault)
        if _of(name, (fault,)):
            show_fault(fault)

    async with open_program(settings, on_fault=tell, channels=False, preview=True) as program:
        _lesson(program.turns.shelf, name, settings.language, tuple(told))
        visitors: list[str] = []

        async def begin() -> str:
            visitors.append(await _newcomer(program, name, settings.language))
            return visitors[-1]

        again = asyncio.create_task(_show_again(program, visitors), name="preview")
        try:
            routes = [media_route(program.media), preview_route(begin, program.turns.secret)]
            await serve(program.web, settings, program.turns.secret, routes, path="preview")
        finally:
            again.cancel()


async def _newcomer(program: Program, name: str, language: str) -> str:
    """A new visitor who was welcomed long ago and stands at the start of the lesson."""
    shelf = program.turns.shelf
    lesson = _lesson(shelf, name, language, ())
    learner = placed(lesson, first_card(lesson).id, language, shelf.library.wards[0].code)
    learner = msgspec.structs.replace(learner, id=uuid4().hex[:24])
    address = Address("web", "web", uuid4().hex)
    person = Person(uuid4().int >> 66, address, learner.id, msgspec.json.encode(learner))
    async with program.store.transaction() as tx:
        await tx.add_people([person], milliseconds(utc_now()))
    await program.submit(f"preview:{uuid4().hex}", address, Start())
    return address.external_id


async def _show_again(program: Program, visitors: list[str]) -> None:
    """Whenever a lesson was saved, every open preview shows its card anew."""
    seen = program.turns.shelf
    while True:
        await asyncio.sleep(_LOOK_EVERY_S)
        if program.turns.shelf is not seen:
            seen = program.turns.shelf
            for visitor in visitors:
                address = Address("web", "web", visitor)
                await program.submit(f"preview:{uuid4().hex}", address, Again())
