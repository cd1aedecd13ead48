"""`hocvuso roles …`: who holds a role, and its end."""

from typing import Annotated

import typer

from bot.commands.base import (
    ConfigOption,
    JsonOption,
    carry_out,
    read_settings,
    sentences,
    show_rows,
)
from bot.orders.roles import EndRoles
from bot.signing import learner_number
from store.looking import look_at


def register(app: typer.Typer) -> None:
    roles = typer.Typer(no_args_is_help=True, help="Volunteers, coordinators, administrators.")
    app.add_typer(roles, name="roles")
    roles.command("list")(show)
    roles.command("end")(end)


def show(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List every role that is held, without names. Example: hocvuso roles list"""
    settings = read_settings(config)
    with sentences(), look_at(settings.database) as look:
        rows = [
            {
                "learner": learner_number(one.learner_id),
                "role": one.role,
                "ward": one.ward,
                "hamlet": one.hamlet,
            }
            for one in look.roles()
        ]
    columns = {key: key for key in ("learner", "role", "ward", "hamlet")}
    show_rows(rows, columns, nothing="Nobody holds a role.", as_json=as_json)


def end(
    learner: Annotated[str, typer.Argument(help="From `roles list`, or channel:account:id.")],
    config: ConfigOption = None,
) -> None:
    """End every role of one person, at once. Example: hocvuso roles end 3f9a01c2de"""
    settings = read_settings(config)
    with sentences(), look_at(settings.database) as look:
        learner_id = look.learner(learner, learner_number)
    if learner_id is None:
        typer.echo(f"{learner}: there is no such learner", err=True)
        raise typer.Exit(2)
    ended = carry_out(settings, EndRoles(learner_id))
    typer.echo(f"ended: {ended}; they are told")
