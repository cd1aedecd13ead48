"""`hocvuso invite`: a link that gives a role, with its QR picture."""

from pathlib import Path
from typing import Annotated

import segno
import typer

from bot.commands.base import ConfigOption, JsonOption, carry_out, read_settings, show_json
from bot.conversation.policy import Role
from bot.orders.invite import Invite

_ROLES = [role.value for role in Role if role is not Role.LEARNER]


def register(app: typer.Typer) -> None:
    app.command()(invite)


def invite(
    role: Annotated[str, typer.Option(help="volunteer, coordinator or administrator.")],
    ward: Annotated[str, typer.Option(help="Unit code or name, as in lessons/wards.yaml.")] = "",
    hamlet: Annotated[str, typer.Option(help="One hamlet of that ward.")] = "",
    days: Annotated[int, typer.Option(min=1, max=90, help="How long the link holds.")] = 7,
    png: Annotated[Path | None, typer.Option(help="Also write the QR as this picture.")] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a link that gives a role to whoever opens it first.

    The first administrator comes from here: hocvuso invite --role administrator.
    A volunteer of a ward: hocvuso invite --role volunteer --ward 06685
    """
    if role not in _ROLES:
        typer.echo(f'--role "{role}": there is no such role; write {", ".join(_ROLES)}', err=True)
        raise typer.Exit(2)
    settings = read_settings(config)
    made = carry_out(settings, Invite(Role(role), ward, hamlet, days))
    code = segno.make(made["link"], error="m", micro=False)
    if png is not None:
        try:
            code.save(str(png), kind="png", scale=12, border=4)
        except OSError as error:
            typer.echo(f"{png}: the picture was not written ({error.strerror})", err=True)
            raise typer.Exit(2) from error
    if as_json:
        show_json(made)
        return
    place = made["where"] or "everywhere"
    typer.echo(f"{role}, {place}: for one person, until {made['until']}")
    typer.echo(made["link"])
    code.terminal(compact=True)
