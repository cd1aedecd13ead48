"""The entrance: `hocvuso COMMAND`, or `python -m bot COMMAND`.

Every command is a file in `bot/commands`; each says what it does with an example in
its `--help`, and a fault is a sentence for a person and exit status 2.
"""

import typer

from bot.commands import (
    backup,
    broadcast,
    chat,
    demo,
    doctor,
    erase,
    export,
    invite,
    lessons,
    nudges,
    rejected,
    restore,
    roles,
    run,
)

COMMANDS = (
    *(run, chat, lessons, invite, roles, broadcast, nudges),
    *(export, erase, rejected, backup, restore, demo, doctor),
)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="hocvuso: a chat tutor of everyday digital skills.",
)
for command in COMMANDS:
    command.register(app)


def main() -> None:
    app()


if __name__ == "__main__":
    main()
