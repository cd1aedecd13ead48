"""The real program against another reading of Zalo's pages: people take the courses by
numbers and words alone, each word counts once, and no reading makes it ask without rest.

What people are told is judged as they see it: at most 2,000 letters, nothing raw, never
left without a number to answer. HOCVUSO_CROWD=50 is the full figure: so many people take
every lesson, by webhook and by polling; the seed is printed, HOCVUSO_SEED replays it.
"""

import asyncio
import json
import os
import random
import re
import socket
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import pytest

from tests.conversation.test_courses import bare
from tests.fakes.zalo_otherwise import READINGS, TOKEN, Otherwise, serving
from tests.play import shelf
from tests.running import running

CROWD = int(os.environ.get("HOCVUSO_CROWD", "0"))
LESSONS = len(shelf().library.lessons["vi"])
_OFFERED = re.compile(r"^(\d) (?!nghe )(.+)$", re.MULTILINE)
# Where these lead nobody learns any more; the second ones lead away for a while.
_NEVER = re.compile(r"Xóa|Dừng|English|Không đồng ý|học lại từ đầu", re.IGNORECASE)
_AWAY = re.compile(
    r"Cài đặt|Bài khác|Để (mai|sau)|Khác|Xem thêm|Chưa|Nghỉ|Quay lại|Giữ|Nhờ|Gọi|Thôi"
)
_SAID = ("{}", "{}", "{}", "{}.", "so {}", "Số {} ạ", "chọn {}")
_RECAP = "Nhớ nhé:"
_PATIENCE_S = 20.0


@dataclass
class Pupil:
    """One person who reads what comes and answers it. said: how often they wrote."""

    zalo: Otherwise
    chat: str
    chance: random.Random
    said: int = 0
    read: int = 0
    recaps: set[str] = field(default_factory=set)
    stuck: list[str] = field(default_factory=list)

    async def learn(self, lessons: int) -> None:
        """Until so many lessons have come to their end."""
        answer = "Xin chào"
        while len(self.recaps) < lessons and len(self.stuck) < 9:
            self.said += 1
            await self.zalo.say(self.chat, answer)
            answer = self._answer(await self._question())

    async def _question(self) -> str:
        """The message that asks; "" when nothing came that could be answered."""
        last, tries = "", 3  # a stopped machine lets one pass without any time to answer
        while True:
            try:
                told = await self.zalo.hear(self.chat, self.read, _PATIENCE_S)
            except TimeoutError:
                tries -= 1
                if tries:
                    continue
                self.stuck.append(last)
                return ""
            self.read += len(told)
            self.recaps |= {one for text in told for one in text.split("\n") if _RECAP in one}
            last = told[-1]
            if _OFFERED.search(last):
                return last

    def _answer(self, question: str) -> str:
        offered = [one for one in _OFFERED.findall(question) if not _NEVER.search(one[1])]
        onward = [one for one in offered if not _AWAY.search(one[1])] or offered
        if not onward:
            return "tiếp"
        number, label = onward[0] if len(offered) < 3 else self.chance.choice(onward)
        if self.chance.random() < 0.25 and len(label) > 3 and not _one_of_many(label, offered):
            return self.chance.choice([label, bare(label), label.upper()])
        return self.chance.choice(_SAID).format(number)


def _one_of_many(label: str, offered: list[tuple[str, str]]) -> bool:
    return any(label in other for _, other in offered if other != label)


@pytest.mark.parametrize(
    ("by", "name"),
    [
        *(("webhook", name) for name in ("bare", "listed", "at once")),
        *(("polling", name) for name in ("word", "newest", "circle", "list")),
    ],
)
async def test_people_take_the_courses_under_another_reading(
    tmp_path: Path, by: str, name: str
) -> None:
    seed = int(os.environ.get("HOCVUSO_SEED", random.randrange(1 << 32)))
    print(f"seed {seed}")
    chance, reading = random.Random(seed), READINGS[name]
    slow = by == "polling" and reading.hands != "once"
    zalo = Otherwise(reading)
    pupils = [
        Pupil(zalo, str(8_400_000_000 + n), random.Random(chance.random()))
        for n in range(CROWD or (2 if slow else 4))
    ]
    began, door = monotonic(), _door() if by == "webhook" else {}
    log = tmp_path / "log"
    async with serving(zalo) as url:
        settings = {"ZALO_TOKEN": TOKEN, "ZALO_API_BASE": url, "HOCVUSO_LOG_LEVEL": "debug"}
        unlimited = {"ZALO_SENDS_PER_S": "0", "ZALO_CHAT_SENDS_PER_S": "0", "HOCVUSO_PACING": "0"}
        async with running(tmp_path / "a.db", log, **settings, **unlimited, **door) as program:
            await zalo.until(lambda: bool(zalo.webhook) or not door)
            lessons = LESSONS if CROWD else 1
            await asyncio.gather(*(pupil.learn(lessons) for pupil in pupils))
            await zalo.settled()
            assert await program.end() == 0
    told = sum(bool(text) for texts in zalo.told.values() for text in texts)
    took_s, said = monotonic() - began, sum(one.said for one in pupils)
    print(f"{name}, {by}: {said} said, {told} told, {took_s:.0f} s, calls {dict(zalo.calls)}")
    assert zalo.faults == []
    assert [one.stuck for one in pupils if one.stuck] == []
    heard, named, learnt = _kept(tmp_path / "a.db")
    assert heard == said  # nothing was lost, nothing set aside
    assert named == told  # nobody was answered twice
    assert learnt == {one.chat: lessons for one in pupils}
    assert TOKEN not in log.read_text("utf-8")
    if by == "webhook":
        assert zalo.denied == 6
    else:  # a poll for each update, and in every second a few that bring nothing
        assert zalo.calls["getUpdates"] < 3 * said + 12 * took_s


def _door() -> dict[str, str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    return {"HOCVUSO_PORT": port, "HOCVUSO_PUBLIC_URL": f"http://127.0.0.1:{port}"}


def _kept(database: Path) -> tuple[int, int, dict[str, int]]:
    """Updates that count, messages that went out, and how many lessons each chat knows."""
    with sqlite3.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM quarantine").fetchone() == (0,)
        (heard,) = connection.execute(
            "SELECT count(*) FROM seen WHERE key LIKE 'zalo_bot:main:message:%'"
        ).fetchone()
        (named,) = connection.execute(
            "SELECT count(DISTINCT message_ref) FROM outbox WHERE status = 'sent'"
        ).fetchone()
        rows = connection.execute(
            "SELECT external_id, document FROM contact c "
            "JOIN learner l ON l.learner_id = c.active_learner_id"
        ).fetchall()
    connection.close()
    done = {chat: len(json.loads(document).get("done", ())) for chat, document in rows}
    return int(heard), int(named), done
