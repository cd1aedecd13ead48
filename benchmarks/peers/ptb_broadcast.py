"""python-telegram-bot with its own rate limiter: a broadcast beside a conversation.

Arguments: the API's address, how many recipients (0: none), the first recipient's id.
"""

import asyncio
import contextlib
import sys

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import TelegramError
from telegram.ext import AIORateLimiter, Application, ContextTypes, MessageHandler, filters

from benchmarks.peers.lesson import CARDS

KEYS = InlineKeyboardMarkup([[InlineKeyboardButton("1 Tiếp", callback_data="1")]])


async def hear(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    await context.bot.send_message(update.effective_chat.id, CARDS[0][0], reply_markup=KEYS)


async def announce(application: Application) -> None:
    recipients, first = int(sys.argv[2]), int(sys.argv[3])

    async def one(chat_id: int) -> None:
        with contextlib.suppress(TelegramError):
            await application.bot.send_message(chat_id, "Sáng thứ Bảy có lớp ở nhà văn hóa.")

    async def everybody() -> None:
        await asyncio.gather(*(one(first + n) for n in range(recipients)))

    application.create_task(everybody())


def main() -> None:
    application = (
        Application.builder()
        .token("1:a")
        .base_url(f"{sys.argv[1]}/bot")
        .rate_limiter(AIORateLimiter(max_retries=10))
        .post_init(announce)
        .build()
    )
    application.add_handler(MessageHandler(filters.TEXT, hear))
    application.run_polling()


main()
