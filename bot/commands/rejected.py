"""`hocvuso rejected …`: the updates that raised, set aside so that the rest went on."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from bot.commands.base import (
    ConfigOption,
    JsonOption,
    carry_out,
    read_settings,
    sentences,
    show_json,
    show_rows,
)
from bot.orders.replay import Replay
from bot.signing import learner_number
from store.base import RejectedRow
from store.looking import look_at


def register(app: typer.Typer) -> None:
    rejected = typer.Typer(no_args_is_help=True, help="Updates that raised and were set aside.")
    app.add_typer(rejected, name="rejected")
    rejected.command("list")(show)
    rejected.command("replay")(replay)


def show(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List what is set aside, never with a learner's words. Example: hocvuso rejected list"""
    settings = read_settings(config)
    with sentences(), look_at(settings.database) as look:
        rows = [_told(row) for row in look.rejected()]
    columns = {
        "id": "ID",
        "at": "set aside",
        "key": "update",
        "learner": "learner",
        "kind": "what was wrong",
    }
    show_rows(rows, columns, nothing="Nothing is set aside.", as_json=as_json)


def replay(
    number: Annotated[int | None, typer.Argument(help="ID from `rejected list`.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All of them, oldest first.")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send one (or all) through the tutor again. Example: hocvuso rejected replay 7

    What goes through is answered to its learner and leaves the list; what fails again
    stays there with its new reason (exit status 1).
    """
    settings = read_settings(config)
    if (number is None) is not every:
        typer.echo("Say which one: an ID from `hocvuso rejected list`, or --all.", err=True)
        raise typer.Exit(2)
    ids = [] if number is None else [number]
    if every:
        with sentences(), look_at(settings.database) as look:
            ids = [row.id for row in look.rejected()]
    results = carry_out(settings, Replay(tuple(ids))) if ids else []
    if as_json:
        show_json(results)
    for one in [] if as_json else results:
        typer.echo(f"{one['id']}: {_RESULTS[one['result']]}")
    raise typer.Exit(0 if all(one["result"] == "done" for one in results) else 1)


_RESULTS = {
    "done": "went through, and its learner has the answer",
    "failed": "failed again and stays in the list",
    "gone": "is not in the list",
}


def _told(row: RejectedRow) -> dict[str, int | str]:
    at = datetime.fromtimestamp(row.at / 1000, UTC).isoformat(timespec="seconds")
    learner = learner_number(row.learner_id) if row.learner_id else ""
    return {
        "id": row.id,
        "at": at,
        "key": row.key,
        "learner": learner,
        "kind": row.kind,
        "trace": row.trace,
    }
