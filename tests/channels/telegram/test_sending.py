"""What a send comes to: every refusal of Telegram's, files, edits, what is said twice."""

import asyncio
from typing import Any

import msgspec
import pytest

from bot.channels.base import Letter, Sending
from bot.conversation.replies import Option, Reply
from store.base import Address
from tests.channels.telegram.conftest import NO, OGG, PNG, YES, Scene
from tests.fakes.telegram_faults import Fault
from tests.fakes.telegram_rules import Refused


async def test_a_reply_is_sent_with_its_keys(play: Scene) -> None:
    sending = await play.send(Reply("Đúng <3\n\nCòn gì?", (YES, NO)))
    (message,) = play.bot.sent
    assert sending == Sending("sent", message_ref=str(message.message_id))
    assert message.text == "Đúng <3\n\nCòn gì?"
    assert message.keys == [("1 Có", "1.a.seal"), ("2 Không", "1.b.seal")]
    assert "<b>Còn gì?</b>" in play.telegram.of("sendMessage")[0].params["text"]


@pytest.mark.parametrize(
    "payload", ["<b>", "</b>", "<script>alert(1)</script>", "&lt;", "& <", "a\x00"]
)
async def test_nothing_of_a_learners_is_live(play: Scene, payload: str) -> None:
    for text in (payload, f"{payload}\n\n{payload}?"):
        sending = await play.send(Reply(text, (Option("a", payload),)))
        assert sending.how == "sent"
        shown = play.bot.sent[-1].text.replace("\x00", "")
        assert shown.startswith(text.replace("\x00", ""))


# --- refusals -----------------------------------------------------------------------------

GONE = Sending("gone")
FAILED = Sending("failed")


@pytest.mark.parametrize(
    ("code", "text", "sending"),
    [
        (403, "Forbidden: bot was blocked by the user", GONE),
        (403, "Forbidden: user is deactivated", GONE),
        (403, "Forbidden: bot was kicked from the group chat", GONE),
        (403, "Forbidden: bot was kicked from the supergroup chat", GONE),
        (403, "Forbidden: bot is not a member of the channel chat", GONE),
        (403, "Forbidden: bot can't initiate conversation with a user", GONE),
        (403, "Forbidden: bot can't send messages to bots", GONE),
        (400, "Bad Request: chat not found", GONE),
        (400, "Bad Request: user not found", GONE),
        (400, "Bad Request: PEER_ID_INVALID", GONE),
        (400, "Bad Request: group chat was deactivated", GONE),
        (400, "Bad Request: USER_IS_BLOCKED", GONE),
        (400, "Bad Request: INPUT_USER_DEACTIVATED", GONE),
        (400, "Bad Request: CHAT_WRITE_FORBIDDEN", GONE),
        (400, "Bad Request: not enough rights to send text messages to the chat", GONE),
        (400, "Bad Request: BUTTON_DATA_INVALID", FAILED),
        (400, "Bad Request: message text is empty", FAILED),
        (400, "Bad Request: something of 2031", FAILED),
        (406, "Not Acceptable: something of 2031", FAILED),
    ],
)
async def test_a_refusal_for_good(play: Scene, code: int, text: str, sending: Sending) -> None:
    play.telegram.script.add(Fault("refuse", error=Refused(code, text)))
    told = await play.send(Reply("Học không ạ?", (YES,)))
    assert told.how == sending.how
    assert told.reason.lower() in text.lower()
    assert told.reason
    assert len(play.telegram.of("sendMessage")) == 1
    assert not play.account.link.is_down


@pytest.mark.parametrize(
    ("fault", "sending"),
    [
        (Fault("refuse", error=Refused(500, "Internal Server Error")), Sending("again")),
        (Fault("refuse", error=Refused(502, "Bad Gateway")), Sending("again")),
        (Fault("refuse", error=Refused(503, "Service Unavailable")), Sending("again")),
        (Fault("refuse", error=Refused(409, "Conflict: whatever")), Sending("again")),
        (Fault("refuse", error=Refused(401, "Unauthorized")), Sending("again", no_answer=True)),
        (Fault("refuse", error=Refused(404, "Not Found")), Sending("again", no_answer=True)),
        (Fault("reset_before"), Sending("again")),
        (Fault("reset_after"), Sending("again")),
        (Fault("half_body"), Sending("again")),
        (Fault("half_json"), Sending("again")),
        (Fault("page", error=Refused(502, "")), Sending("again")),
        (Fault("page", error=Refused(200, "")), Sending("again")),
        (Fault("page", error=Refused(301, "")), Sending("again")),
    ],
)
async def test_trouble_that_passes(play: Scene, fault: Fault, sending: Sending) -> None:
    play.telegram.script.add(fault)
    told = await play.send(Reply("x"))
    assert (told.how, told.no_answer) == (sending.how, sending.no_answer)
    assert play.account.link.is_down is sending.no_answer
    assert (await play.send(Reply("x"))).how == "sent"
    assert not play.account.link.is_down


async def test_nobody_there_is_no_answer(play: Scene) -> None:
    await play.telegram.close()
    told = await play.send(Reply("x"))
    assert (told.how, told.no_answer) == ("again", True)
    assert play.account.link.is_down
    await play.telegram.open()


async def test_resets_one_after_another_are_no_answer_either(play: Scene) -> None:
    play.telegram.refusing = True
    told = [await play.send(Reply("x")) for _ in range(5)]
    assert [one.no_answer for one in told] == [False] * 4 + [True]
    play.telegram.refusing = False


async def test_an_answer_that_does_not_come_is_not_waited_for_long(
    play: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.request.SEND_TIMEOUT_S", 0.05)
    play.telegram.script.add(Fault("slow", seconds=1.0))
    told = await play.send(Reply("x"))
    assert (told.how, told.no_answer) == ("again", True)


# --- limits -------------------------------------------------------------------------------


async def test_a_wait_is_the_bots_or_the_chats(play: Scene) -> None:
    hold = Fault("refuse", error=Refused(429, "Too Many Requests", retry_after=7), times=2)
    play.telegram.script.add(hold)
    first = await play.send(Reply("x"))
    assert first == Sending("wait", wait_s=7, whole_account=True)
    hold.only = lambda params: params["chat_id"] == 43
    assert (await play.send(Reply("x"))).how == "sent"
    hold.only = lambda params: True
    second = await play.send(Reply("x"))
    assert second == Sending("wait", wait_s=7, whole_account=False)
    play.clock.now += 3
    hold.times = 1
    play.telegram.script.add(hold)
    assert (await play.send(Reply("x"))).whole_account


async def test_a_wait_is_obeyed_even_without_its_parameters(play: Scene) -> None:
    told = Refused(429, "Too Many Requests: retry after 9")
    play.telegram.script.add(Fault("refuse", error=told))
    assert (await play.send(Reply("x"))).wait_s == 9


async def test_a_chat_that_moved_says_where(play: Scene) -> None:
    play.bot.chats[-9] = "-1009"
    assert await play.send(Reply("x"), -9) == Sending("moved", "-1009")


async def test_an_address_that_is_no_chat_fails(play: Scene) -> None:
    sending = await play.account.send(Letter(Address("telegram", "main", "x"), Reply("x")))
    assert sending.how == "failed"


# --- mending ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 1',
        "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        "Bad Request: ENTITY_BOUNDS_INVALID",
    ],
)
async def test_formatting_that_is_refused_is_left_out(play: Scene, text: str) -> None:
    refusal = Fault("refuse", error=Refused(400, text), only=lambda params: "parse_mode" in params)
    play.telegram.script.add(refusal)
    assert (await play.send(Reply("1 < 2\n\nPhải không?", (YES,)))).how == "sent"
    assert play.bot.sent[0].text == "1 < 2\n\nPhải không?"
    assert play.bot.sent[0].keys


async def test_what_is_too_long_comes_in_parts_with_the_keys_last(play: Scene) -> None:
    text = "Câu này để dài ra. " * 500
    sending = await play.send(Reply(text.strip(), (YES,)))
    assert [bool(one.keys) for one in play.bot.sent] == [False, False, True]
    assert sending.message_ref == str(play.bot.sent[-1].message_id)
    assert " ".join(one.text for one in play.bot.sent) == text.strip()


async def test_a_server_that_finds_it_too_long_gets_it_shorter(play: Scene) -> None:
    long = Refused(400, "Bad Request: message is too long")
    play.telegram.script.add(
        Fault("refuse", error=long, times=9, only=lambda params: len(params["text"]) > 1100)
    )
    assert (await play.send(Reply("Một câu. " * 300))).how == "sent"
    assert len(play.bot.sent) == 3


@pytest.mark.parametrize("fault", [Fault("refuse"), Fault("reset_before")])
async def test_parts_that_went_out_are_not_said_twice(play: Scene, fault: Fault) -> None:
    seen: list[str] = []
    fault.only = lambda params: len(seen.append(params["text"]) or seen) == 2  # type: ignore[func-returns-value]
    play.telegram.script.add(fault)
    reply = Reply(("Câu này để dài ra. " * 300).strip(), (YES,))
    assert (await play.send(reply)).how == "again"
    assert (await play.send(reply)).how == "sent"
    assert " ".join(one.text for one in play.bot.sent) == reply.text


# --- edits --------------------------------------------------------------------------------


async def test_a_message_is_edited_in_place(play: Scene) -> None:
    ref = (await play.send(Reply("Còn 3.\n\nThôi?", (YES,)))).message_ref
    sending = await play.send(Reply("Còn 2.\n\nThôi?", (YES,)), replaces=ref)
    assert sending == Sending("sent", message_ref=ref)
    assert [one.text for one in play.bot.sent] == ["Còn 2.\n\nThôi?"]
    again = await play.send(Reply("Còn 2.\n\nThôi?", (YES,)), replaces=ref)
    assert again == Sending("sent", message_ref=ref)


@pytest.mark.parametrize("ref", ["999", "nonsense"])
async def test_a_message_that_is_not_there_is_sent_anew(play: Scene, ref: str) -> None:
    sending = await play.send(Reply("Còn 2."), replaces=ref)
    assert sending == Sending("sent", message_ref=str(play.bot.sent[0].message_id))


@pytest.mark.parametrize(
    "text",
    [
        "Bad Request: message to edit not found",
        "Bad Request: message can't be edited",
        "Bad Request: there is no text in the message to edit",
        "Bad Request: MESSAGE_ID_INVALID",
    ],
)
async def test_what_cannot_be_edited_is_sent_anew(play: Scene, text: str) -> None:
    ref = (await play.send(Reply("Còn 3."))).message_ref
    play.telegram.script.add(Fault("refuse", "editMessageText", error=Refused(400, text)))
    assert (await play.send(Reply("Còn 2."), replaces=ref)).how == "sent"
    assert [one.text for one in play.bot.sent] == ["Còn 3.", "Còn 2."]


async def test_an_edit_for_who_is_gone_is_gone(play: Scene) -> None:
    ref = (await play.send(Reply("Còn 3."))).message_ref
    play.bot.chats[42] = "blocked"
    assert (await play.send(Reply("Còn 2."), replaces=ref)).how == "gone"


# --- pictures and voices ------------------------------------------------------------------


async def test_a_picture_is_uploaded_once_and_then_named(play: Scene) -> None:
    play.bot.chats[43] = "open"
    assert (await play.send(Reply("Xem?", (YES,), picture="p"))).how == "sent"
    assert (await play.send(Reply("Xem?", picture="p"), 43)).how == "sent"
    assert [one.text for one in play.bot.sent] == ["Xem?", "Xem?"]
    assert list(play.bot.files) == ["photo-1"]
    (told,) = play.told
    assert told == (next(iter(play.files)), "photo-1")


async def test_a_class_that_gets_a_picture_uploads_it_once(play: Scene) -> None:
    play.bot.chats |= dict.fromkeys(range(100, 120), "open")
    told = await asyncio.gather(*(play.send(Reply("Xem", picture="p"), n) for n in range(100, 120)))
    assert {one.how for one in told} == {"sent"}
    assert len(play.bot.files) == 1


async def test_a_drawing_that_changed_is_uploaded_anew(play: Scene) -> None:
    await play.send(Reply("Xem", picture="p"))
    key = next(iter(play.files))
    play.files[key] = "photo-1"
    play.media["photo/p"] = b"\x89PNG another"
    play.account._letters._uploads._keys.clear()  # as after a new start
    await play.send(Reply("Xem", picture="p"))
    assert len(play.bot.files) == 2
    assert len(play.files) == 2


async def test_a_file_id_that_telegram_forgot_is_replaced(play: Scene) -> None:
    await play.send(Reply("Xem", picture="p"))
    play.bot.files.clear()
    assert (await play.send(Reply("Xem", picture="p"))).how == "sent"
    assert len(play.told) == 2


async def test_a_voice_stands_before_the_picture_and_the_keys_are_last(play: Scene) -> None:
    await play.send(Reply("Nghe?", (YES,), picture="p", voice="v"))
    shown = [(one.method, one.text, bool(one.keys)) for one in play.bot.sent]
    assert shown == [("sendVoice", "", False), ("sendPhoto", "Nghe?", True)]


@pytest.mark.parametrize(
    ("reply", "texts"),
    [
        (Reply("Xem", picture="no such"), ["Xem"]),
        (Reply("Xem", picture="no such", voice="v"), ["", "Xem"]),
        (Reply("Nghe", voice="no such"), ["Nghe"]),
        (Reply("Nghe", voice="no such", picture="p"), ["Nghe"]),
    ],
)
async def test_words_do_not_wait_for_a_picture_that_is_not_there(
    play: Scene, reply: Reply, texts: list[str]
) -> None:
    assert (await play.send(reply)).how == "sent"
    assert [one.text for one in play.bot.sent] == texts


@pytest.mark.parametrize(
    ("reply", "refusal", "methods"),
    [
        (Reply("x", picture="p"), "IMAGE_PROCESS_FAILED", ["sendMessage"]),
        (Reply("x", voice="v"), "VOICE_MESSAGES_FORBIDDEN", ["sendMessage"]),
        (Reply("x", picture="p", voice="v"), "VOICE_MESSAGES_FORBIDDEN", ["sendPhoto"]),
    ],
)
async def test_words_do_not_wait_for_a_file_that_is_refused(
    play: Scene, reply: Reply, refusal: str, methods: list[str]
) -> None:
    error = Refused(400, f"Bad Request: {refusal}")
    method = "sendVoice" if "VOICE" in refusal else "sendPhoto"
    play.telegram.script.add(Fault("refuse", method, error=error, times=9))
    assert (await play.send(reply)).how == "sent"
    assert [one.method for one in play.bot.sent] == methods


@pytest.mark.parametrize(("kind", "method"), [("photo", "sendPhoto"), ("voice", "sendVoice")])
async def test_what_another_person_sent_goes_on_under_its_own_name(
    play: Scene, kind: str, method: str
) -> None:
    play.bot.files["theirs"] = b"a file that Telegram has"
    reply = Reply("Bác Lan gửi ảnh.", passed_on=f"{kind}:theirs")
    assert (await play.send(reply)).how == "sent"
    assert [(one.method, one.text) for one in play.bot.sent] == [(method, "Bác Lan gửi ảnh.")]


async def test_the_words_tell_of_a_file_that_is_gone(play: Scene) -> None:
    error = Refused(400, "Bad Request: wrong file identifier/HTTP URL specified")
    play.telegram.script.add(Fault("refuse", "sendPhoto", error=error, times=9))
    assert (await play.send(Reply("Bác Lan gửi ảnh.", passed_on="photo:x"))).how == "sent"
    assert [one.method for one in play.bot.sent] == ["sendMessage"]


async def test_the_next_message_is_being_written(play: Scene) -> None:
    await play.account.show_typing(Address("telegram", "main", "42"))
    assert play.bot.actions == [42]
    await play.telegram.close()
    await play.account.show_typing(Address("telegram", "main", "42"))
    await play.telegram.open()


async def test_the_limits_are_telegrams_own(play: Scene) -> None:
    account: Any = play.account
    assert (account.channel, account.account) == ("telegram", "main")
    assert (account.text_limit, account.caption_limit) == (4096, 1024)


BORNE = Reply("Lớp mở ở đây.", (YES,), picture="sent:telegram:main:photo-of-mai")
TOLD = msgspec.structs.replace(BORNE, picture_words="(Kèm một tấm ảnh.)")


async def test_a_photo_that_came_through_this_bot_is_not_uploaded(play: Scene) -> None:
    play.bot.files["photo-of-mai"] = PNG
    assert (await play.send(BORNE)).how == "sent"
    (sent,) = play.bot.sent
    assert (sent.method, sent.file_id, sent.text) == ("sendPhoto", "photo-of-mai", BORNE.text)
    assert len(sent.keys) == 1
    assert not play.told


async def test_words_stand_for_a_photo_that_telegram_lost(play: Scene) -> None:
    assert (await play.send(TOLD)).how == "sent"
    (sent,) = play.bot.sent
    assert (sent.method, sent.text) == ("sendMessage", "Lớp mở ở đây.\n(Kèm một tấm ảnh.)")


async def test_a_photo_of_another_bot_is_uploaded(play: Scene) -> None:
    name = "sent:zalo_bot:main:https://x.zdn.vn/1.jpg"
    play.media[f"photo/{name}"] = PNG
    reply = msgspec.structs.replace(BORNE, picture=name)
    assert (await play.send(reply)).how == "sent"
    assert play.bot.sent[0].method == "sendPhoto"
    assert len(play.told) == 1


@pytest.mark.parametrize(("kind", "sent"), [("picture", PNG), ("voice", OGG)])
async def test_what_one_person_sent_to_another_is_uploaded_and_not_remembered(
    play: Scene, kind: str, sent: bytes
) -> None:
    file, name = "photo" if kind == "picture" else "voice", "passed:telegram:second:theirs"
    play.media[f"{file}/{name}"] = sent
    for _ in range(2):
        assert (await play.send(Reply("Bác Lan gửi.", **{kind: name}))).how == "sent"
    assert len(play.bot.files) == 2
    assert (play.files, play.told) == ({}, [])


async def test_a_recording_that_telegram_cannot_play_goes_as_an_address(play: Scene) -> None:
    reply = Reply("Bác Lan gửi tin nói.", voice="passed:zalo_bot:main:https://x.zdn.vn/1")
    assert (await play.send(reply)).how == "sent"
    assert [one.text for one in play.bot.sent] == [
        "Bác Lan gửi tin nói.\nhttps://hoc.example.vn/k.aac"
    ]


async def test_the_words_under_a_photo_are_corrected_in_place(play: Scene) -> None:
    play.bot.files["photo-of-mai"] = PNG
    first = await play.send(BORNE)
    second = msgspec.structs.replace(BORNE, text="Lớp mở ở thôn 3.")
    assert await play.send(second, replaces=first.message_ref) == first
    (sent,) = play.bot.sent
    assert (sent.text, sent.edits) == ("Lớp mở ở thôn 3.", 1)


async def test_what_somebody_sent_is_fetched(play: Scene) -> None:
    play.bot.files["photo-of-mai"] = PNG
    assert await play.account.fetch("photo-of-mai") == PNG
    assert await play.account.fetch("gone") is None
