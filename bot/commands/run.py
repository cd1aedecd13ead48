"""`hocvuso run`: serve the tutor on every channel that is set up."""

import typer

from bot.app import open_program
from bot.commands.base import ConfigOption, guarded, read_settings, show_fault
from bot.commands.opening import show_opening
from bot.config import Config
from lessons.loader import Fault


def register(app: typer.Typer) -> None:
    app.command()(run)


def run(config: ConfigOption = None) -> None:
    """Serve the tutor. Example: hocvuso run --config config.yaml"""
    settings = read_settings(config)
    guarded(lambda: _serve(settings))


async def _serve(settings: Config) -> None:
    # Imported only here so that `hocvuso chat` and `lessons check` start without a web server.
    from bot.web.media import media_route
    from bot.web.metrics import metrics_route
    from bot.web.printing import poster_route
    from bot.web.server import serve
    from bot.web.webhooks import webhook_routes

    faults: list[Fault] = []
    tell = faults.append

    def tell_now(fault: Fault) -> None:
        tell(fault)

    async with open_program(settings, on_fault=tell_now) as program:
        for fault in faults[:50]:
            show_fault(fault)
        await show_opening(program, settings, faults)
        tell = show_fault  # of lessons that are saved while it runs
        routes = [
            media_route(program.media),
            metrics_route(program.metrics_text),
            poster_route(program.printing),
            *webhook_routes(program.messengers.webhooks),
        ]
        await serve(program.web, settings, program.turns.secret, routes)
