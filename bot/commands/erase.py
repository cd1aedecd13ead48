"""`hocvuso erase LEARNER`: nothing is kept about that learner any more."""

from typing import Annotated

import typer

from bot.commands.base import (
    ConfigOption,
    LearnerArgument,
    carry_out,
    find_learner,
    read_settings,
    sentences,
)
from bot.orders.erase import Erase
from bot.signing import learner_number
from store.looking import look_at


def register(app: typer.Typer) -> None:
    app.command()(erase)


def erase(
    learner: LearnerArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
    config: ConfigOption = None,
) -> None:
    """Erase one learner for good. Example: hocvuso erase telegram:main:4711

    Every row, waiting reply, link and place on the web goes within seconds, and a restored
    backup loses them again. Nothing brings them back.
    """
    settings = read_settings(config)
    with sentences(), look_at(settings.database) as look:
        learner_id = find_learner(look, learner)
    number = learner_number(learner_id)
    if not yes:
        typer.confirm(f"Erase learner {number} for good?", abort=True)
    carry_out(settings, Erase(learner_id))
    typer.echo(f"Learner {number} is erased.")
