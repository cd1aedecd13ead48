"""A real server on a free port around a tutor in memory."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.web.app import create_app
from bot.web.chat import Chat
from tests.web.fakes import FakeChat

SECRET = b"a secret for tests only, 32 bytes"


@asynccontextmanager
async def serve(
    chat: Chat,
    public_url: str | None = None,
    more_routes: Sequence[BaseRoute] = (),
    port: int = 0,
) -> AsyncIterator[str]:
    """The address of a running page; stops with the block."""
    app = create_app(chat, secret=SECRET, public_url=public_url, more_routes=more_routes)
    async with listen(app, port) as address:
        yield address


@asynccontextmanager
async def listen(app: Starlette, port: int = 0) -> AsyncIterator[str]:
    """The address of any application that runs; stops with the block."""
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, log_level="error", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    # Listening first: the port is known, and connections queue until the loop turns.
    socket = config.bind_socket()
    socket.listen()
    running = asyncio.create_task(server.serve(sockets=[socket]))
    try:
        yield f"http://127.0.0.1:{socket.getsockname()[1]}"
    finally:
        server.should_exit = True
        await running
        socket.close()


@pytest.fixture
def chat() -> FakeChat:
    return FakeChat()


@pytest.fixture
async def url(chat: FakeChat) -> AsyncIterator[str]:
    async with serve(chat) as address:
        yield address


@pytest.fixture
async def client(url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=url, timeout=20) as browser:
        yield browser
