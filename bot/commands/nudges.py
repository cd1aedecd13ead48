"""`hocvuso nudges`: who is asked next, seen beside a running program."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, NamedTuple

import typer
from rich.console import Console
from rich.table import Table

from bot.app import shelf_of, utc_now
from bot.commands.base import ConfigOption, JsonOption, read_settings, sentences, show_json
from bot.conversation.days import VIETNAM, milliseconds
from bot.conversation.events import Event, Nudge
from bot.conversation.learner import Learner, read_document
from bot.conversation.nudge_times import LATE, next_nudge_at, passed_over
from bot.conversation.replies import Nudged, Turn
from bot.conversation.step import step
from bot.conversation.world import Shelf, World
from bot.signing import learner_number
from store.looking import look_at

DAY = timedelta(days=1)
_BY_ITSELF = (
    "The running program asks by itself, every learner at their own hour: there is nothing to "
    "start. To see who comes next: hocvuso nudges --dry-run"
)


class Coming(NamedTuple):
    """One question that lies ahead. learner: as the logs name them; at: ISO 8601, +07:00."""

    learner: str
    channel: str
    at: str
    item: str
    wording: str


def register(app: typer.Typer) -> None:
    app.command()(nudges)


def nudges(
    at: Annotated[
        str | None, typer.Option("--at", help="A moment, +07:00 when it names no zone; else now.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say who comes next.")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Who would be asked what. Example: hocvuso nudges --at 2026-11-25T08:00 --dry-run --json

    Lists each learner's question whose moment lies in the 24 hours from --at on, or in the two
    hours before it (a late one is still asked), as things stand now and if nobody writes until
    then. Nothing is sent and nothing changes.
    """
    settings = read_settings(config)
    if not dry_run:
        typer.echo(_BY_ITSELF, err=True)
        raise typer.Exit(2)
    now = utc_now()
    moment = now if at is None else _moment(at)
    with sentences():
        shelf, _ = shelf_of(settings, now)
        with look_at(settings.database) as look:
            until = milliseconds(moment + DAY)
            found = [
                (str(learner_id), str(channel), read_document(document))
                for learner_id, channel, document in look.rows("nudged_until", until=until)
            ]
    rows = sorted(_coming(found, moment, now, shelf), key=lambda one: (one.at, one.learner))
    if as_json:
        show_json([one._asdict() for one in rows])
        return
    _show(rows)


def _moment(said: str) -> datetime:
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        typer.echo(f"--at: {said!r} is no moment; write it as 2026-11-25T08:00", err=True)
        raise typer.Exit(2) from None
    return at if at.tzinfo else at.replace(tzinfo=VIETNAM)


def _coming(
    found: list[tuple[str, str, Learner]], at: datetime, now: datetime, shelf: Shelf
) -> Iterator[Coming]:
    for learner_id, channel, learner in found:
        coming = _next(learner, at, now, shelf)
        if coming is None:
            continue
        due_at, turn = coming
        item = next(fact.item for fact in turn.facts if isinstance(fact, Nudged))
        local = due_at.astimezone(VIETNAM).isoformat(timespec="seconds")
        text = turn.replies[-1].text
        yield Coming(learner_number(learner_id), channel, local, item, text)


def _next(
    learner: Learner, at: datetime, now: datetime, shelf: Shelf
) -> tuple[datetime, Turn] | None:
    """The learner's first question of that day, when those before it go without a word."""
    rules = shelf.nudges
    due_at = next_nudge_at(learner, rules)
    # What was missed while nothing ran is skipped, as the tick would skip it.
    missed = due_at is not None and due_at + LATE <= min(at, now)
    learner = passed_over(learner, min(at, now)) if missed else learner
    while (due_at := next_nudge_at(learner, rules)) is not None and due_at < at + DAY:
        turn = step(learner, Event(due_at, Nudge()), World(shelf, due_at, b""))
        if due_at > at - LATE and turn.replies:
            return due_at, turn
        learner = turn.learner
    return None


def _show(rows: list[Coming]) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in Coming._fields:
        table.add_column(heading, no_wrap=heading != "wording")
    for row in rows:
        table.add_row(*row)
    Console(soft_wrap=True).print(table if rows else "Nobody is asked in that day.")
