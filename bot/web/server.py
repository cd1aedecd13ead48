"""Serving the web room: uvicorn under our own signals, closed within five seconds.

Source: design.md section 8, Start and stop.
"""

import asyncio
import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import typer
import uvicorn
from starlette.routing import BaseRoute

from bot.config import Config
from bot.web.app import create_app
from bot.web.chat import Chat
from store.base import StoreError


class CannotListen(StoreError):
    """The address is taken or not ours."""

    code = "web:cannot_listen"


class _Server(uvicorn.Server):
    """uvicorn that leaves the signals to us."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(
    chat: Chat,
    settings: Config,
    secret: bytes,
    more_routes: Sequence[BaseRoute] = (),
    *,
    path: str = "",
) -> None:
    """Serve until SIGTERM or SIGINT; started turns are finished by the caller's close.

    path: of the page to open first.
    """
    host, port = settings.web.host, settings.web.port
    stopping = asyncio.Event()
    app = create_app(
        chat,
        secret=secret,
        public_url=settings.web.public_url,
        more_routes=more_routes,
        stopping=stopping,
    )
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=3,
        server_header=False,
        lifespan="off",
    )
    listening = _listen(host, port)
    server = _Server(config)
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, _stop, server, stopping)
    shown = listening.getsockname()[1]
    typer.echo(f"hocvuso: chat on http://{host}:{shown}/{path}")
    await server.serve(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        # Before its address is shown: whoever reads it connects at once.
        listening.listen(2048)
    except OSError as error:
        listening.close()
        raise CannotListen(
            f"cannot listen on {host}:{port} ({error.strerror}); "
            "set another HOCVUSO_PORT or stop the other program"
        ) from error
    return listening


def _stop(server: uvicorn.Server, stopping: asyncio.Event) -> None:
    stopping.set()
    # A second signal does not wait for the open pages.
    server.force_exit = server.should_exit
    server.should_exit = True
