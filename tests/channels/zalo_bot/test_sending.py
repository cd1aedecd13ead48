"""How a send ends, for every answer that Zalo or the network can give."""

import logging

import pytest

from bot.channels.base import Letter, Sending
from bot.channels.zalo_bot.api import _is_zalos
from bot.channels.zalo_bot.sending import Media
from bot.conversation.replies import Option, Reply
from store.base import Address
from tests.channels.zalo_bot.conftest import Bench
from tests.fakes.zalo_server import TOKEN, Fault, Zalo

LAN = Address("zalo_bot", "main", "lan")
ASKED = Reply("Bác chọn nhé?", (Option("a", "Một"), Option("b", "Hai")))


@pytest.fixture(autouse=True)
async def _lan_wrote(zalo: Zalo) -> None:
    await zalo.say("lan", "chào")


async def test_a_reply_arrives(bench: Bench) -> None:
    sending = await (await bench.account()).send(Letter(LAN, ASKED))
    assert sending == Sending("sent", message_ref=f"b{bench.zalo.sent[0].id}")
    assert bench.zalo.said("lan") == ["Bác chọn nhé?\n1 Một\n2 Hai"]
    assert bench.messages == 1


@pytest.mark.parametrize(
    ("kind", "methods"),
    [
        ("photo", ["sendPhoto"]),
        ("voice", ["sendVoice", "sendMessage"]),
    ],
)
async def test_what_another_person_sent_goes_on_from_where_zalo_keeps_it(
    bench: Bench, kind: str, methods: list[str]
) -> None:
    bench.zalo.fetches = False
    reply = Reply("Bác Lan gửi.", passed_on=f"{kind}:https://x.zdn.vn/1.aac")
    assert (await (await bench.account()).send(Letter(LAN, reply))).how == "sent"
    assert [one.method for one in bench.zalo.sent] == methods


async def test_a_recording_that_zalo_cannot_play_goes_as_an_address(bench: Bench) -> None:
    bench.media = Media(listen=lambda name: "https://hoc.example.vn/media/k.ogg" * bool(name))
    reply = Reply("Anh Minh gửi tin nói.", voice="passed:telegram:main:f")
    assert (await (await bench.account()).send(Letter(LAN, reply))).how == "sent"
    assert bench.zalo.said("lan") == ["Anh Minh gửi tin nói.\nhttps://hoc.example.vn/media/k.ogg"]


@pytest.mark.parametrize(
    ("address", "is_zalos"),
    [
        ("https://photo-stal-1.zdn.vn/a.jpg", True),
        ("https://b.f1.zadn.vn/a.jpg", True),
        ("http://photo-stal-1.zdn.vn/a.jpg", False),
        ("https://zdn.vn.example.org/a.jpg", False),
        ("https://evilzdn.vn/a.jpg", False),
        ("https://user@169.254.169.254/latest#.zdn.vn", False),
    ],
)
def test_nothing_is_fetched_but_what_zalo_keeps(address: str, is_zalos: bool) -> None:
    assert _is_zalos(address) is is_zalos


@pytest.mark.parametrize(
    ("fault", "how"),
    [
        (Fault(400, description="Bad Request"), Sending("failed", "refused with 400")),
        (Fault(200, 400, "in the body alone"), Sending("failed", "refused with 400")),
        (Fault(401), Sending("again", "the token is refused", no_answer=True)),
        (Fault(403, description="Forbidden"), Sending("gone", "refused with 403")),
        (Fault(404, description="not found"), Sending("gone", "refused with 404")),
        (
            Fault(403, description="Internal server error"),
            Sending("again", "trouble at Zalo, 403"),
        ),
        (Fault(408), Sending("again", "the answer cannot be read, or it took too long")),
        (
            Fault(429, retry_after=7),
            Sending("wait", "limit or quota", wait_s=7, whole_account=True),
        ),
        (Fault(429), Sending("wait", "limit or quota", wait_s=2, whole_account=True)),
        (Fault(500), Sending("again", "trouble at Zalo, 500")),
        (Fault(502, body="<html>"), Sending("again", "trouble at Zalo, 502")),
        (
            Fault(200, body='{"ok": tr'),
            Sending("again", "the answer cannot be read, or it took too long"),
        ),
    ],
)
async def test_every_no_of_zalo(bench: Bench, fault: Fault, how: Sending) -> None:
    bench.zalo.fail("sendMessage", fault)
    assert await (await bench.account()).send(Letter(LAN, ASKED)) == how


async def test_a_lost_answer_is_repeated_for_nobody_knows(bench: Bench) -> None:
    bench.zalo.fail("sendMessage", Fault(lost=True))
    account = await bench.account()
    assert (await account.send(Letter(LAN, ASKED))).how == "again"
    assert (await account.send(Letter(LAN, ASKED))).how == "sent"
    assert len(bench.zalo.said("lan")) == 2
    assert not account.link.is_down


async def test_a_server_that_is_away_is_told_as_such(bench: Bench) -> None:
    account = await bench.account(api_base="http://127.0.0.1:9")
    assert await account.send(Letter(LAN, ASKED)) == Sending("again", "no answer", no_answer=True)
    assert account.link.is_down


async def test_trouble_with_one_chat_alone_ends_some_day(bench: Bench) -> None:
    bench.zalo.fail("sendMessage", *[Fault(403, description="Internal server error")] * 5)
    account = await bench.account()
    ends = [(await account.send(Letter(LAN, ASKED))).how for _ in range(5)]
    assert ends == ["again"] * 4 + ["gone"]


async def test_nobody_is_gone_while_the_bot_itself_is_unknown(bench: Bench) -> None:
    bench.zalo.fail("sendMessage", Fault(404, description="Not Found"))
    bench.zalo.fail("getMe", Fault(404, description="Not Found"))
    assert (await (await bench.account()).send(Letter(LAN, ASKED))).how == "again"


async def test_the_waits_grow_while_nothing_gets_through(bench: Bench) -> None:
    bench.zalo.fail("sendMessage", *[Fault(429)] * 7)
    account = await bench.account()
    waits = [(await account.send(Letter(LAN, ASKED))).wait_s for _ in range(7)]
    assert waits == [2, 4, 8, 16, 32, 60, 60]


async def test_a_picture_goes_by_its_public_address(bench: Bench) -> None:
    bench.zalo.fetches = False
    bench.media = Media(picture_url=lambda name: f"https://hoc.example.vn/media/{name}")
    reply = Reply("Hình cái loa.", picture="asset:speaker")
    assert (await (await bench.account()).send(Letter(LAN, reply))).how == "sent"
    (sent,) = bench.zalo.sent
    assert sent.method == "sendPhoto"
    assert sent.picture == "https://hoc.example.vn/media/asset:speaker"
    assert sent.text == "Hình cái loa."


async def test_a_picture_that_nobody_can_fetch_leaves_its_words(bench: Bench) -> None:
    bench.media = Media(picture_url=lambda name: "http://127.0.0.1:9/picture.png")
    reply = Reply("Hình cái loa.", picture="asset:speaker")
    assert (await (await bench.account()).send(Letter(LAN, reply))).how == "sent"
    assert bench.zalo.said("lan") == ["Hình cái loa."]


async def test_a_long_reply_goes_on_where_it_stopped(bench: Bench) -> None:
    long = Reply("Câu ngắn ạ. " * 400, ASKED.options)
    bench.zalo.most_sends_a_s = 1  # the second part is refused for a while
    account = await bench.account()
    assert (await account.send(Letter(LAN, long))).how == "wait"
    bench.zalo.most_sends_a_s = 0
    assert (await account.send(Letter(LAN, long))).how == "sent"
    parts = bench.zalo.said("lan")
    assert len(parts) == 3 == bench.messages
    assert parts[-1].endswith("1 Một\n2 Hai")


async def test_typing_is_shown_and_matters_to_nobody(bench: Bench) -> None:
    account = await bench.account()
    bench.zalo.fail("sendChatAction", Fault(500))
    await account.show_typing(LAN)
    await account.show_typing(LAN)
    assert bench.zalo.calls["sendChatAction"] == 2


async def test_the_token_is_in_no_log(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        account = await bench.account()
        bench.zalo.fail("sendMessage", Fault(500), Fault(lost=True), Fault(401))
        for _ in range(3):
            await account.send(Letter(LAN, ASKED))
        far = await bench.account(api_base="http://127.0.0.1:9")
        await far.send(Letter(LAN, ASKED))
    assert TOKEN not in caplog.text
    assert TOKEN.split(":")[1] not in caplog.text


async def test_words_stand_for_what_zalo_cannot_show(bench: Bench) -> None:
    reply = Reply(
        "Lớp mở ở đây.",
        (Option("b1-seen", "Đã rõ"),),
        picture="sent:telegram:main:x",
        voice="kept:y.ogg",
        picture_words="(Kèm một tấm ảnh.)",
        voice_words="(Kèm một đoạn ghi âm.)",
    )
    assert (await (await bench.account()).send(Letter(LAN, reply))).how == "sent"
    assert bench.zalo.said("lan") == [
        "Lớp mở ở đây.\n(Kèm một tấm ảnh.)\n(Kèm một đoạn ghi âm.)\n1 Đã rõ"
    ]
    bench.media = Media(picture_url=lambda name: "http://127.0.0.1:9/picture.jpg")
    seen = Reply("Lớp mở ở đây.", picture="kept:x.jpg", picture_words="(Kèm một tấm ảnh.)")
    assert (await (await bench.account()).send(Letter(LAN, seen))).how == "sent"
    assert bench.zalo.said("lan")[-1] == "Lớp mở ở đây.\n(Kèm một tấm ảnh.)"


async def test_nothing_is_fetched_but_from_a_safe_address(bench: Bench) -> None:
    account = await bench.account()
    for address in ("http://x.zdn.vn/1.jpg", "file:///etc/passwd", "https://127.0.0.1:9/1.jpg"):
        assert await account.fetch(address) is None
