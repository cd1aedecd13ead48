"""Both courses from the greeting to the last lesson over the real channels, by a learner who
knows only what is shown: the web chat's JSON and Telegram; by keys, numbers and words without
marks. Every end of every role play is come to.

`python -m tests.test_walks` walks all twelve ways.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import NamedTuple

import httpx
import pytest

from lessons.model import RolePlay
from tests.conversation.test_courses import bare
from tests.fakes.telegram_server import FakeTelegram
from tests.play import shelf
from tests.running import running
from tests.walker import Walker, full_labels

TOKEN, CHAT = "77:for-a-walk", 501
_TURNS = 1500
_NOT_UNDERSTOOD = ("chưa hiểu", "did not understand", "do not understand")


class Shown(NamedTuple):
    """What came in one turn: every text, the last labels, and what their keys carry."""

    text: str
    labels: list[str]
    presses: list[str]


Say = Callable[[str | None, str | None], Awaitable[Shown]]


async def walk(say: Say, language: str, by: str) -> Walker:
    """To the end of the last lesson. say(text, press): one turn, and what it showed."""
    walker = Walker(language)
    shown = await say("/start", None)
    if language == "en":
        shown = await say("english", None)
    recaps = [lesson.recap for lesson in walker.lessons.values()]
    heard: set[int] = set()
    for _ in range(_TURNS):
        heard |= {n for n, recap in enumerate(recaps) if walker.said(recap) in shown.text}
        if len(heard) == len(recaps):
            return walker
        phrase = walker.typed(shown.text)
        if phrase:
            shown = await say(phrase, None)
            continue
        number = walker.pick(shown.text, shown.labels)
        if by == "keys":
            shown = await say(None, shown.presses[number])
        elif by == "numbers":
            shown = await say(str(number + 1), None)
        else:
            shown = await say(bare(shown.labels[number]), None)
        assert shown.labels, shown
        assert not any(one in shown.text for one in _NOT_UNDERSTOOD), shown
    raise AssertionError(f"no end after {len(heard)} lessons: {shown}")


async def web_walk(folder: Path, language: str, by: str) -> Walker:
    async with (
        running(folder / "hocvuso.db") as program,
        httpx.AsyncClient(base_url=program.url, timeout=30) as browser,
    ):
        after = 0

        async def say(text: str | None, press: str | None) -> Shown:
            nonlocal after
            body = {"text": text} if press is None else {"press": press}
            sent = await browser.post("/api/chat/messages", json=body)
            assert sent.status_code == 202, sent.text
            found = await browser.get(f"/api/chat/messages?after={after}&wait=5")
            lines = found.json()["messages"]
            after = max(line["id"] for line in lines)
            said = [line for line in lines if line["from"] == "bot"]
            keys = next((line["options"] for line in reversed(said) if line["options"]), [])
            return Shown(
                "\n".join(line["text"] for line in said),
                [key["label"] for key in keys],
                [key["press"] for key in keys],
            )

        return await walk(say, language, by)


async def telegram_walk(folder: Path, language: str, by: str) -> Walker:
    async with FakeTelegram(keeps_calls=False) as telegram:
        bot = telegram.bot(TOKEN)
        settings = {
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_API_BASE": telegram.url,
            "TELEGRAM_SENDS_PER_S": "0",
            "TELEGRAM_CHAT_SENDS_PER_S": "0",
            "HOCVUSO_PACING": "0",
        }
        async with running(folder / "hocvuso.db", **settings):
            seen = 0

            async def say(text: str | None, press: str | None) -> Shown:
                nonlocal seen
                if press is None:
                    bot.write(CHAT, text or "")
                else:
                    bot.press(CHAT, press, bot.sent[-1].message_id)
                await telegram.until(lambda: any(one.keys for one in bot.sent[seen:]), 30)
                said, seen = bot.sent[seen:], len(bot.sent)
                words = "\n".join(one.text for one in said)
                keys = next(one for one in reversed(said) if one.keys)
                labels = full_labels(keys.text, [label for label, _ in keys.keys])
                return Shown(words, labels, [data for _, data in keys.keys])

            return await walk(say, language, by)


WALKS = {"web": web_walk, "telegram": telegram_walk}


def every_end() -> dict[str, set[str]]:
    """The ends of the role plays, by lesson."""
    return {
        lesson.id: set(question.ends)
        for lesson in shelf().library.lessons["vi"].values()
        for card in lesson.cards
        if isinstance(question := card.question, RolePlay)
    }


@pytest.mark.parametrize(
    ("channel", "language", "by"), [("web", "vi", "words"), ("telegram", "en", "keys")]
)
async def test_from_the_greeting_to_the_end(
    tmp_path: Path, channel: str, language: str, by: str
) -> None:
    walker = await WALKS[channel](tmp_path, language, by)
    assert walker.ended == every_end()


async def main() -> None:
    for channel, way in WALKS.items():
        for language in ("vi", "en"):
            for by in ("keys", "numbers", "words"):
                begun = monotonic()
                with TemporaryDirectory() as folder:
                    walker = await way(Path(folder), language, by)
                ends = sum(map(len, walker.ended.values()))
                whole = walker.ended == every_end()
                sys.stdout.write(
                    f"{channel} {language} {by}: to the end, {ends} ends of role plays"
                    f"{'' if whole else ' (some missing)'}, {monotonic() - begun:.0f} s\n"
                )
                sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
