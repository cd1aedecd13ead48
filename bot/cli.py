"""The entrance: `hocvuso COMMAND`, or `python -m bot COMMAND`.

Every command is a file in `bot/commands`; each says what it does with an example in
its `--help`, and a fault is a sentence for a person and exit status 2.
"""

import gc
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

COMMANDS = (
    *("run", "chat", "lessons", "invite", "roles", "broadcast", "nudges"),
    *("export", "erase", "rejected", "backup", "restore", "demo", "doctor"),
)


class _Commands(TyperGroup):
    """Loads the file of the command that is asked for, and no other."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        part = typer.Typer()
        # What is loaded stays: to look through it for rubbish again and again took a sixth
        # of the start.
        gc.disable()
        import_module(f"bot.commands.{cmd_name}").register(part)
        gc.freeze()
        gc.enable()
        return get_group(part).commands[cmd_name]


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="hocvuso: a chat tutor of everyday digital skills.",
)


@app.callback()
def _program() -> None:
    """hocvuso: a chat tutor of everyday digital skills."""


def main() -> None:
    app()


if __name__ == "__main__":
    main()
