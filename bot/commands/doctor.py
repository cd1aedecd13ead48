"""`hocvuso doctor`: is everything set up well, and how is it mended?"""

from collections.abc import Sequence

import typer
from rich.console import Console
from rich.text import Text

from bot.app import utc_now
from bot.commands.base import ConfigOption, JsonOption, show_json
from bot.config import ConfigError, load_config
from bot.examining import Finding, examine

_SIGNS = {"ok": ("ok   ", "green"), "note": ("note ", "yellow"), "fault": ("FAULT", "bold red")}


def register(app: typer.Typer) -> None:
    app.command()(doctor)


def doctor(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Look at everything that may be set up wrong. Example: hocvuso doctor

    Changes nothing, and works beside a running program. Exit status 1 when something
    has to be mended, else 0.
    """
    try:
        settings = load_config(config)
    except ConfigError as error:
        findings = [Finding("fault", "settings", fault, "") for fault in error.faults]
    else:
        findings = list(examine(settings, utc_now()))
    if as_json:
        show_json([one._asdict() for one in findings])
    else:
        _show(findings)
    raise typer.Exit(1 if any(one.state == "fault" for one in findings) else 0)


def _show(findings: Sequence[Finding]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    width = max(len(one.what) for one in findings)
    for one in findings:
        sign, style = _SIGNS[one.state]
        line = Text(f"{sign} ", style).append(f"{one.what:<{width}}  ", "bold")
        console.print(line.append(one.found, ""))
        if one.mend:
            console.print(Text(" " * (width + 8) + f"→ {one.mend}"))
