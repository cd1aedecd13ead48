"""aiogram: its FSM with one SQLite commit a turn."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.base import BaseSession
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.methods import TelegramMethod
from aiogram.types import Chat, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update

from benchmarks.peers.lesson import CARDS, Kept, answer
from benchmarks.updates import PEER_TURNS, raw_updates


class Stub(BaseSession):
    """A transport that makes the outgoing body and answers at once."""

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[Any],
        timeout: int | None = None,  # noqa: ASYNC109
    ) -> Any:
        json.dumps(method.model_dump(exclude_none=True, exclude_unset=True), default=str)
        return Message(message_id=1, date=datetime.now(UTC), chat=Chat(id=1, type="private"))

    async def close(self) -> None: ...

    async def stream_content(self, *args: Any, **options: Any) -> AsyncGenerator[bytes, None]:
        yield b""


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
    kept = Kept()
    await kept.open()
    bot, dispatcher = Bot("1:a", session=Stub()), Dispatcher()

    @dispatcher.message(F.text)
    async def hear(message: Message, state: FSMContext, event_update: Update) -> None:
        card = (await state.get_data()).get("card", 0)
        following, asked = answer(card, message.text or "")
        await state.set_state(Lesson.open)
        await state.update_data(card=following)
        assert message.from_user is not None
        await kept.keep(event_update.update_id, message.from_user.id, {"card": following}, asked)
        await message.answer(CARDS[following][0], reply_markup=keyboard(following))

    updates = raw_updates(PEER_TURNS)
    started = time.perf_counter()
    for raw in updates:
        await dispatcher.feed_raw_update(bot, json.loads(raw))
    seconds = time.perf_counter() - started
    await kept.close()
    print(json.dumps({"name": "aiogram", "turns": PEER_TURNS, "seconds": seconds}))


asyncio.run(main())
