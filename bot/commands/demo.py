"""`hocvuso demo --learners N`: an empty database gets learners with months of history."""

import asyncio
import gc
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from bot.app import shelf_of, utc_now
from bot.commands.base import ConfigOption, guarded, read_settings
from bot.config import Config
from bot.conversation.days import milliseconds
from bot.demo import Made, make_learners
from bot.secret import load_secret
from store.base import Store, StoreError
from store.sqlite import open_store

_CHUNK = 2000  # learners a transaction


class NotEmpty(StoreError):
    """Made-up learners never go among real ones."""

    code = "demo:not_empty"


def register(app: typer.Typer) -> None:
    app.command()(demo)


def demo(
    learners: Annotated[int, typer.Option(min=1, help="How many.")] = 1000,
    seed: Annotated[int, typer.Option(help="The same seed and day make the same people.")] = 1,
    config: ConfigOption = None,
) -> None:
    """Fill an empty database with made-up learners. Example: hocvuso demo --learners 1000

    They have months of history and go on from there. A database that has anybody in it is
    refused, and so is one that a program runs on.
    """
    settings = read_settings(config)
    told = guarded(lambda: _fill(settings, learners, seed))
    typer.echo(f"{settings.database}: {told}")


async def _fill(settings: Config, learners: int, seed: int) -> str:
    now = utc_now()
    store = await open_store(
        settings.database, now_ms=lambda: milliseconds(now), secret=load_secret(settings)
    )
    try:
        if await store.count("learner"):
            raise NotEmpty(
                f"{settings.database} has learners in it, and made-up ones never go among them; "
                "name another file with HOCVUSO_DATABASE"
            )
        shelf, _ = shelf_of(settings, now)
        accounts = [(one.channel, one.name) for one in settings.accounts]
        made = make_learners(shelf, learners, seed, now, accounts)
        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("learners", total=learners)
            facts = await _keep_all(
                store, made, milliseconds(now), lambda kept: progress.advance(task, kept)
            )
        return f"{learners} learners, {facts} facts"
    finally:
        await asyncio.shield(store.close())


async def _keep_all(
    store: Store, made: Iterator[Made], at: int, progress: Callable[[int], None]
) -> int:
    """Write chunk after chunk while the next one is being made; how many facts."""

    def take() -> list[Made]:
        return list(islice(made, _CHUNK))

    # Millions of small things that all stay: looking for rubbish among them takes a sixth
    # of the time and finds none.
    gc.disable()
    try:
        facts, chunk = 0, await asyncio.to_thread(take)
        while chunk:
            count, following = await asyncio.gather(
                _keep(store, chunk, at), asyncio.to_thread(take)
            )
            progress(len(chunk))
            facts, chunk = facts + count, following
    finally:
        gc.enable()
    return facts


async def _keep(store: Store, chunk: list[Made], at: int) -> int:
    """One transaction; how many facts."""
    facts = [fact for made in chunk for fact in made.facts]
    async with store.transaction() as tx:
        await tx.add_people([made.person for made in chunk], at)
        await tx.save_learners([made.row for made in chunk])
        await tx.add_facts(facts)
    return len(facts)
