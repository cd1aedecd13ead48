"""python-telegram-bot: a ConversationHandler with one SQLite commit a turn."""

import asyncio
import json
import time

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, ContextTypes, ConversationHandler, MessageHandler, filters
from telegram.request import BaseRequest

from benchmarks.peers.lesson import CARDS, Kept, answer
from benchmarks.updates import PEER_TURNS, raw_updates

ME = b'{"ok":true,"result":{"id":1,"is_bot":true,"first_name":"b","username":"b_bot"}}'
SENT = b'{"ok":true,"result":{"message_id":1,"date":1,"chat":{"id":1,"type":"private"},"text":"x"}}'


class Stub(BaseRequest):
    """A transport that answers at once."""

    read_timeout = 5

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_request(self, url, method, request_data=None, **timeouts):
        if request_data is not None:
            request_data.json_payload  # noqa: B018  # the outgoing body
        return 200, ME if url.endswith("getMe") else SENT


def keyboard(card: int) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(f"{n} {label}", callback_data=f"{card}.{n}")]
         for n, label in enumerate(CARDS[card][1], 1)]
    )  # fmt: skip


async def main() -> None:
    kept = Kept()
    await kept.open()

    def hear(card: int):
        async def handler(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
            following, asked = answer(card, update.message.text)
            await kept.keep(update.update_id, update.effective_user.id, {"card": following}, asked)
            await context.bot.send_message(
                update.effective_chat.id, CARDS[following][0], reply_markup=keyboard(following)
            )
            return following

        return handler

    application = (
        Application.builder().token("1:a").request(Stub()).get_updates_request(Stub()).build()
    )
    text = filters.TEXT
    application.add_handler(
        ConversationHandler(
            entry_points=[MessageHandler(text, hear(0))],
            states={card: [MessageHandler(text, hear(card))] for card in range(len(CARDS))},
            fallbacks=[],
        )
    )
    await application.initialize()
    updates = raw_updates(PEER_TURNS)
    started = time.perf_counter()
    for raw in updates:
        await application.process_update(Update.de_json(json.loads(raw), application.bot))
    seconds = time.perf_counter() - started
    await application.shutdown()
    await kept.close()
    print(json.dumps({"name": "python-telegram-bot", "turns": PEER_TURNS, "seconds": seconds}))


asyncio.run(main())
