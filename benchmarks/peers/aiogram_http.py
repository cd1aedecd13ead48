"""aiogram over HTTP: its FSM in memory, its own polling loop."""

import asyncio
import sys

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Message

from benchmarks.peers.lesson import CARDS, answer


class Lesson(StatesGroup):
    open = State()


def keyboard(card: int) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=f"{n} {label}", callback_data=f"{card}.{n}")]
            for n, label in enumerate(CARDS[card][1], 1)
        ]
    )


async def main() -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(sys.argv[1]))
    bot, dispatcher = Bot("1:a", session=session), Dispatcher()

    @dispatcher.message(F.text)
    async def hear(message: Message, state: FSMContext) -> None:
        card = (await state.get_data()).get("card", 0)
        following, _ = answer(card, message.text or "")
        await state.set_state(Lesson.open)
        await state.update_data(card=following)
        await message.answer(CARDS[following][0], reply_markup=keyboard(following))

    await dispatcher.start_polling(bot)


asyncio.run(main())
