"""What a chat can send, beside words: keys, albums, groups, leaving; and who we are."""

import asyncio
from typing import Any

import pytest

from bot.conversation.events import Media, Text
from tests.channels.telegram.conftest import YES, Reply, Scene
from tests.fakes.telegram_faults import Fault
from tests.fakes.telegram_rules import Refused

GROUP = {"chat": {"id": -9, "type": "supergroup"}, "message_id": 5, "date": 1}
LAN = {"id": 42, "is_bot": False, "first_name": "Lan"}


async def settled(play: Scene) -> None:
    """Until errands are done."""
    await asyncio.gather(*play.account._api._errands)


# --- keys ---------------------------------------------------------------------------------


async def test_a_press_is_acknowledged_and_its_keys_are_taken_away(play: Scene) -> None:
    await play.send(Reply("Học?", (YES,)))
    message = play.bot.sent[0]
    query_id = play.bot.press(42, message.keys[0][1], message.message_id)
    async with play.running():
        await play.heard(1)
        await settled(play)
    assert play.intake.bodies == ["1.a.seal"]
    assert play.bot.queries[query_id] == 1
    assert play.bot.sent[0].keys == []


async def test_keys_stay_where_there_is_no_room(play: Scene) -> None:
    await play.send(Reply("Học?", (YES,)))
    play.room[0] = False
    play.bot.press(42, "1.a.seal", play.bot.sent[0].message_id)
    async with play.running():
        await play.heard(1)
        await settled(play)
    assert play.telegram.of("editMessageReplyMarkup") == []
    assert len(play.telegram.of("answerCallbackQuery")) == 1


async def test_a_press_counts_though_nobody_takes_the_acknowledgement(play: Scene) -> None:
    for n in range(50):
        play.bot.press(42, f"1.{n}.seal")
    refused = Refused(400, "Bad Request: query is too old")
    play.telegram.script.add(Fault("refuse", "answerCallbackQuery", error=refused, times=25))
    play.telegram.script.add(Fault("reset_after", "answerCallbackQuery", times=25))
    async with play.running():
        await play.heard(50)
        await settled(play)
    assert play.intake.bodies == [f"1.{n}.seal" for n in range(50)]
    assert not play.account.link.is_down


async def test_an_acknowledgement_that_would_come_late_is_left(play: Scene) -> None:
    api = play.account._api
    for n in range(40):
        api.errand("answerCallbackQuery", {"callback_query_id": str(n)})
    play.clock.now += 16
    await settled(play)
    assert play.telegram.of("answerCallbackQuery") == []


async def test_acknowledgements_have_a_bound(play: Scene) -> None:
    for n in range(1100):
        play.account._api.errand("answerCallbackQuery", {"callback_query_id": str(n)})
    assert len(play.account._api._errands) == 1000
    await settled(play)


# --- albums -------------------------------------------------------------------------------


async def test_an_album_is_answered_once(play: Scene) -> None:
    for n in range(4):
        more: dict[str, Any] = {"caption": "cháu nội"} if n == 0 else {}
        picture = {"photo": [{"file_id": "x"}], "media_group_id": "13", **more}
        play.bot.push("message", {**play.bot.private(42), **picture})
    play.bot.write(42, "đẹp không")
    async with play.running():
        await play.heard(5)
    more = Media("photo", file="x", more=True)
    assert play.intake.bodies == [
        Media("photo", "cháu nội", "x"),
        *[more] * 3,
        Text("đẹp không"),
    ]


async def test_words_under_a_later_picture_are_heard_too(play: Scene) -> None:
    for n in range(3):
        more: dict[str, Any] = {"caption": "vừa chuyển tiền"} if n == 1 else {}
        picture = {"photo": [{"file_id": "x"}], "media_group_id": "13", **more}
        play.bot.push("message", {**play.bot.private(42), **picture})
    async with play.running():
        await play.heard(3)
    assert play.intake.bodies == [
        Media("photo", file="x"),
        Media("photo", "vừa chuyển tiền", "x"),
        Media("photo", file="x", more=True),
    ]


# --- groups -------------------------------------------------------------------------------


async def test_a_group_is_told_once_where_lessons_are(play: Scene) -> None:
    play.bot.chats[-9] = "open"
    async with play.running():
        await play.telegram.until(lambda: bool(play.telegram.of("setMyCommands")))
        for text in ("chào cả nhà", "@hocvuso_bot ơi", "/help", "@hocvuso_bot ơi"):
            play.bot.push("message", {**GROUP, "from": LAN, "text": text})
        await play.telegram.until(lambda: not play.bot.queue)
        await settled(play)
    (message,) = play.bot.sent
    assert message.chat_id == -9
    assert "https://t.me/hocvuso_bot" in message.text
    assert "cháu" in message.text.lower()
    assert play.intake.heard == []


async def test_a_group_that_wrote_before_we_know_our_name_is_left(play: Scene) -> None:
    play.bot.chats[-9] = "open"
    play.account._hearing.work(
        b'{"update_id":1,"message":{"chat":{"id":-9,"type":"group"},"text":"/help"}}'
    )
    await settled(play)
    assert play.bot.sent == []


async def test_a_key_pressed_in_a_group_is_only_acknowledged(play: Scene) -> None:
    query = {"id": "q", "from": LAN, "message": GROUP, "data": "1.a.seal", "chat_instance": "1"}
    play.bot.queries["q"] = 0
    play.bot.push("callback_query", query)
    async with play.running():
        await play.telegram.until(lambda: play.bot.queries["q"] == 1 and not play.bot.queue)
    assert play.intake.heard == []


# --- leaving and coming back --------------------------------------------------------------


async def test_leaving_is_kept_in_its_place_among_the_words(play: Scene) -> None:
    def change(status: str) -> None:
        body = {"chat": {"id": 42, "type": "private"}, "from": LAN}
        play.bot.push("my_chat_member", {**body, "new_chat_member": {"status": status}})

    play.bot.write(42, "một")
    change("kicked")
    change("member")
    play.bot.write(42, "hai")
    play.bot.push("message", {**GROUP, "migrate_to_chat_id": -1009})
    async with play.running():
        await play.heard(2)
    assert play.intake.bodies == [Text("một"), Text("hai")]
    assert play.intake.happened == [("left", "42"), ("returned", "42"), ("-1009", "-9")]


# --- who we are ---------------------------------------------------------------------------


async def test_the_bot_learns_its_name_and_tells_its_commands(play: Scene) -> None:
    assert play.account.door == ""
    async with play.running():
        await play.telegram.until(lambda: len(play.bot.commands) == 3)
    assert play.account.door == "https://t.me/hocvuso_bot?start="
    assert [one["command"] for one in play.bot.commands["vi"]] == [
        "start",
        "menu",
        "help",
        "stop",
        "privacy",
    ]
    assert play.bot.commands[""] == play.bot.commands["vi"]
    assert play.bot.commands["en"] != play.bot.commands["vi"]


@pytest.mark.parametrize("method", ["deleteWebhook", "getMe", "setMyCommands"])
async def test_a_server_that_knows_only_the_needful_is_enough(play: Scene, method: str) -> None:
    play.bot.write(42, "một")
    for refused in (Refused(404, "Not Found"), Refused(400, "Bad Request: no")):
        play.telegram.script.add(Fault("refuse", method, error=refused, times=99))
    async with play.running():
        await play.heard(1)
    assert not play.account.link.is_down
    assert play.clock.waits == []


async def test_a_call_that_always_breaks_does_not_keep_us_from_polling(play: Scene) -> None:
    play.bot.write(42, "một")
    play.telegram.script.add(Fault("refuse", "deleteWebhook", times=99))
    async with play.running():
        await play.heard(1)
    assert play.clock.now - 1000 < 30
