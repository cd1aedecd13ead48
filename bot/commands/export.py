"""`hocvuso export LEARNER`: all that is kept about one learner, for that learner."""

from enum import Enum
from typing import Annotated

import typer

from bot.app import local_zone, shelf_of, utc_now
from bot.commands.base import (
    ConfigOption,
    JsonOption,
    LearnerArgument,
    find_learner,
    read_settings,
    sentences,
)
from bot.conversation.days import milliseconds
from bot.own_data import as_json, as_text, own_data
from store.looking import look_at


class Language(Enum):
    vi = "vi"
    en = "en"


def register(app: typer.Typer) -> None:
    app.command()(export)


def export(
    learner: LearnerArgument,
    as_data: JsonOption = False,
    language: Annotated[Language, typer.Option(help="Of the text.")] = Language.vi,
    config: ConfigOption = None,
) -> None:
    """Everything kept about one learner, to hand to them. Example: hocvuso export 5f0c2a91d3"""
    settings = read_settings(config)
    with sentences(), look_at(settings.database) as look:
        rows = look.export(find_learner(look, learner))
        data = own_data(rows, milliseconds(utc_now()))
        if as_data:
            typer.echo(as_json(data))
            return
        shelf, _ = shelf_of(settings, utc_now())
    wards = {ward.code: ward.name for ward in shelf.library.wards}
    words = shelf.wording[language.value]
    typer.echo(as_text(data, words, wards, local_zone(settings.timezone)), nl=False)
