"""`hocvuso chat`: the tutor in this terminal."""

import asyncio
import signal
from contextlib import suppress

import typer

from bot.app import open_program
from bot.channels.terminal import talk
from bot.commands.base import ConfigOption, guarded, read_settings, show_fault
from bot.config import Config


def register(app: typer.Typer) -> None:
    app.command()(chat)


def chat(config: ConfigOption = None) -> None:
    """The same tutor in this terminal. Example: hocvuso chat"""
    settings = read_settings(config)
    guarded(lambda: _chat(settings))


async def _chat(settings: Config) -> None:
    async with open_program(settings, on_fault=show_fault, channels=False) as program:
        loop = asyncio.get_running_loop()
        ended = asyncio.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, ended.set)
        talking = asyncio.create_task(talk(program.web))
        wait = asyncio.create_task(ended.wait())
        await asyncio.wait({talking, wait}, return_when=asyncio.FIRST_COMPLETED)
        for task in (talking, wait):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
