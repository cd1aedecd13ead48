"""Telegram bringing updates to a webhook: several at a time, each until it hears 2xx."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import aiohttp

from tests.fakes.telegram_bot import FakeBot

_AGAIN_S = 0.05


async def deliver(bot: FakeBot, told: Callable[[], object]) -> None:
    """Bring what waits while a webhook is set, until cancelled. told: after each."""
    news = asyncio.Event()
    bot.on_pushed.append(news.set)
    under_way: dict[int, asyncio.Task[None]] = {}
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as session:
        try:
            while True:
                await news.wait()
                news.clear()
                under_way = {id_: task for id_, task in under_way.items() if not task.done()}
                for update_id, raw in list(bot.queue) if bot.webhook.get("url") else ():
                    if len(under_way) >= bot.webhook["max_connections"]:
                        break
                    if update_id not in under_way:
                        task = asyncio.create_task(_bring(bot, session, update_id, raw))
                        under_way[update_id] = task
                        task.add_done_callback(lambda _: (news.set(), told()))
        finally:
            for task in under_way.values():
                task.cancel()
            await asyncio.gather(*under_way.values(), return_exceptions=True)


async def _bring(bot: FakeBot, session: aiohttp.ClientSession, update_id: int, raw: bytes) -> None:
    """One update, again and again."""
    while (update_id, raw) in bot.queue and bot.webhook.get("url"):
        headers = {
            "content-type": "application/json",
            "x-telegram-bot-api-secret-token": str(bot.webhook["secret_token"]),
        }
        with suppress(aiohttp.ClientError, TimeoutError):
            async with session.post(bot.webhook["url"], data=raw, headers=headers) as answer:
                if answer.status // 100 == 2:
                    bot.queue.remove((update_id, raw))
                    bot.confirmed.append(update_id)
                    return
        await asyncio.sleep(_AGAIN_S)
