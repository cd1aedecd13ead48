"""python-telegram-bot over HTTP: a ConversationHandler in memory, its own polling loop."""

import sys

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, ContextTypes, ConversationHandler, MessageHandler, filters

from benchmarks.peers.lesson import CARDS, answer


def keyboard(card: int) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(f"{n} {label}", callback_data=f"{card}.{n}")]
         for n, label in enumerate(CARDS[card][1], 1)]
    )  # fmt: skip


def hear(card: int):
    async def handler(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
        following, _ = answer(card, update.message.text)
        await context.bot.send_message(
            update.effective_chat.id, CARDS[following][0], reply_markup=keyboard(following)
        )
        return following

    return handler


def main() -> None:
    application = Application.builder().token("1:a").base_url(f"{sys.argv[1]}/bot").build()
    application.add_handler(
        ConversationHandler(
            entry_points=[MessageHandler(filters.TEXT, hear(0))],
            states={card: [MessageHandler(filters.TEXT, hear(card))] for card in range(len(CARDS))},
            fallbacks=[],
        )
    )
    application.run_polling()


main()
