"""People who join chats and part them: what they say, what they have learnt, and a village."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from bot.conversation.events import Text
from bot.conversation.learner import Learner, change
from bot.conversation.memory import Memory
from bot.conversation.replies import Attempt
from store.base import FactRow, LearnerRow
from tests.play import shelf
from tests.village import Village, village

LESSONS = sorted(shelf().library.lessons["vi"])


def in_a_village(chats: Mapping[str, str], live: Callable[[Village], Awaitable[None]]) -> None:
    """A life of its own for one example of a property: everybody has agreed already.

    chats: names, and the channel where each is.
    """

    async def lived(folder: Path) -> None:
        async with village(folder) as here:
            for name, channel in chats.items():
                await here.given(name, channel)
            await live(here)

    with TemporaryDirectory() as folder:
        asyncio.run(lived(Path(folder)))


async def said(here: Village, chat: str, *texts: str) -> None:
    for text in texts:
        await here.tell(chat, Text(text))


async def code_of(here: Village, chat: str) -> Text:
    await said(here, chat, "nối máy", "1")
    return Text(here.code)


async def joined(here: Village, giver: str, taker: str) -> None:
    """One gives the code, the other types it and says yes, where that is asked."""
    await here.tell(taker, await code_of(here, giver))
    if (await here.learner(taker)).screen == "join":
        await said(here, taker, "1")


async def learnt(here: Village, chat: str, number: int) -> None:
    """The learner of that chat has finished a lesson and remembers an item."""
    learner = await here.learner(chat)
    lesson = LESSONS[number % len(LESSONS)]
    memory = {**learner.memory, lesson: {f"q{number}": Memory(number + 1, 5, number).number}}
    done = tuple(dict.fromkeys((*learner.done, lesson)))
    wiser = change(learner, done=done, memory=memory)
    person = await here.store.person(here.people[chat])
    assert person is not None
    fact = msgspec.json.encode(Attempt(f"{lesson}/q{number}", True))
    async with here.store.transaction() as tx:
        row = (wiser.id, msgspec.json.encode(wiser), "", "active", None, None, person.contact_id)
        await tx.save_learners([LearnerRow(*row)])
        await tx.add_facts([FactRow(wiser.id, 1, "attempt", fact, 0)])


def progress(learner: Learner) -> set[object]:
    """All that must never be lost, each with what it must not fall below."""
    items = {(lesson, item) for lesson, remembered in learner.memory.items() for item in remembered}
    return {*learner.done, *items}
