"""The real program on Zalo as whoever runs it and whoever meets it sees it: what its start
says, a plan that comes to its end, a group, a sender whose words Zalo keeps from us."""

import json
import signal
from pathlib import Path

from tests.fakes.zalo_server import TOKEN, Zalo, serving
from tests.running import ROOT, command, running

_SECOND = "99887766554:a-second-account-that-has-room"
_LESSONS = f"lessons: {{folder: {ROOT}/lessons/courses, wards: {ROOT}/lessons/wards.yaml}}\n"
_CONFIG = """
accounts:
  - {channel: zalo_bot, name: main, token_env: ZALO_TOKEN}
  - {channel: zalo_bot, name: second, token_env: ZALO_TOKEN_2, link: "https://zalo.me/lop-hai"}
zalo_bot: {people_a_bot: 2, messages_a_month: 5, sends_per_s: 0, chat_sends_per_s: 0}
delivery: {pacing: false}
"""


async def test_a_plan_that_comes_to_its_end(tmp_path: Path) -> None:
    zalo, database, file = Zalo(), tmp_path / "a.db", tmp_path / "config.yaml"
    file.write_text(_LESSONS + _CONFIG, "utf-8")
    async with serving(zalo) as url:
        settings = {"ZALO_TOKEN": TOKEN, "ZALO_TOKEN_2": _SECOND, "ZALO_API_BASE": url}
        asked = ("--config", str(file), "--json")

        async def noted() -> list[str]:
            _, out, _ = await command(database, "doctor", *asked, **settings)
            found = [one for one in json.loads(out) if one["what"] == "zalo_bot:main"]
            return [one["found"] for one in found if one["state"] == "note"]

        arguments = ("run", "--config", str(file))
        log = tmp_path / "log"
        more = {**settings, "HOCVUSO_LOG_LEVEL": "debug"}
        async with running(database, log, arguments=arguments, **more) as program:
            await zalo.say("lan", "xin chào")
            await zalo.until("lan", 1)
            assert await noted() == []
            await zalo.say("tu", "xin chào")
            await zalo.until("tu", 1)
            await zalo.say("ba", "xin chào")
            (full,) = await zalo.until("ba", 1)
            assert "https://zalo.me/lop-hai" in full
            for number in (2, 3):
                await zalo.say("lan", "1")
                await zalo.until("lan", number)
            await program.end(signal.SIGTERM)
        assert await noted() == [
            "5 of 5 messages of this month are used",
            "full, the next person will not fit (2 of 2)",
        ]
    told = log.read_text("utf-8")
    assert "channel.polling" in told
    assert "web.public_url" in told
    assert "channel.no_pictures" in told
    for secret in (TOKEN, _SECOND, "xin chào"):
        assert secret not in told
    assert zalo.violations == []


async def test_a_group_and_a_sender_whose_words_are_withheld(tmp_path: Path) -> None:
    zalo = Zalo()
    async with serving(zalo) as url:
        settings = {
            "ZALO_TOKEN": TOKEN,
            "ZALO_API_BASE": url,
            "HOCVUSO_PACING": "0",
            "HOCVUSO_PUBLIC_URL": "https://hoc.example.vn",
        }
        config = tmp_path / "config.yaml"
        config.write_text(
            _LESSONS
            + "accounts: [{channel: zalo_bot, name: main, token_env: ZALO_TOKEN, mode: poll}]\n"
        )
        arguments = ("run", "--config", str(config))
        async with running(tmp_path / "a.db", arguments=arguments, **settings):
            await zalo.say("nhom", "@Học số bài tiếp", group=True)
            (invited,) = await zalo.until("nhom", 1)
            assert "riêng" in invited
            await zalo.say("nhom", "@Học số 1", group=True)
            await zalo.say("be", event="message.unsupported.received")
            (kind,) = await zalo.until("be", 1)
            assert "https://hoc.example.vn" in kind
            await zalo.say("be", event="message.unsupported.received")
            assert "https://hoc.example.vn" in (await zalo.until("be", 2))[-1]
            assert len(zalo.said("nhom")) == 1
    assert zalo.violations == []
