"""Receiving by polling: the offset moves only past what is on disk, whatever goes wrong."""

import pytest
from structlog.testing import capture_logs

from bot.conversation.events import Start, Text
from store.base import StoreUnavailable
from tests.channels.telegram.conftest import Scene, scene
from tests.fakes.telegram_faults import Fault
from tests.fakes.telegram_rules import Refused
from tests.fakes.telegram_server import FakeTelegram


def offsets(telegram: FakeTelegram) -> list[object]:
    return [one.params.get("offset") for one in telegram.of("getUpdates")]


async def test_what_was_said_is_heard_in_order_and_confirmed(play: Scene) -> None:
    for text in ("/start abc", "một", "hai"):
        play.bot.write(42, text)
    async with play.running():
        await play.heard(3)
    assert play.intake.bodies == [Start("abc"), Text("một"), Text("hai")]
    assert [key for key, _, _ in play.intake.heard] == [
        f"telegram:main:update:{1000 + n}.{n + 1}" for n in range(3)
    ]
    assert play.bot.confirmed == [1000, 1001, 1002]


async def test_the_long_poll_bears_no_offset(play: Scene) -> None:
    play.bot.write(42, "một")
    async with play.running():
        await play.heard(1)
        await play.telegram.until(lambda: play.bot.polls == 3)
    polls = [(one.params.get("offset"), one.params["timeout"]) for one in _polls(play)]
    assert polls[:2] == [(None, 25), (1001, 0)]
    assert play.bot.allowed == ("message", "edited_message", "callback_query", "my_chat_member")


async def test_ids_that_start_again_lower_are_followed_down(play: Scene) -> None:
    async with play.running():
        for first in (5000, 7, 900, 7):
            play.bot.next_update_id = first
            for text in ("một", "hai"):
                play.bot.write(42, text)
            await play.heard(len(play.bot.confirmed) + len(play.bot.queue))
            count = play.bot.polls
            await play.telegram.until(lambda seen=count: play.bot.polls > seen)
    assert len(play.intake.heard) == 8
    assert play.bot.polls < 20


async def test_an_answer_that_is_not_on_disk_is_not_confirmed(play: Scene) -> None:
    play.bot.write(42, "một")
    play.bot.write(43, "hai")
    play.intake.fails = [TimeoutError("busy"), StoreUnavailable("disk full"), TimeoutError("busy")]
    async with play.running():
        await play.heard(2)
    assert play.intake.bodies == [Text("hai"), Text("một")]
    assert play.clock.waits[:2] == [0.5, 1.0]
    assert offsets(play.telegram)[:2] == [None, 1002]


async def test_a_kill_before_the_commit_loses_nothing(play: Scene) -> None:
    play.bot.write(42, "một")
    play.intake.fails = [TimeoutError("busy")] * 1000
    async with play.running():
        await play.clock.until(lambda: play.intake.calls >= 3)
    assert len(play.bot.queue) == 1
    play.intake.fails = []
    async with play.running():
        await play.heard(1)


@pytest.mark.parametrize("how", ["reset_before", "half_body", "half_json", "refuse", "page"])
async def test_a_call_that_failed_keeps_its_offset(play: Scene, how: str) -> None:
    play.bot.write(42, "một")
    confirming = Fault(how, "getUpdates", only=lambda params: "offset" in params)  # type: ignore[arg-type]
    play.telegram.script.add(confirming)
    async with play.running():
        await play.telegram.until(lambda: len(offsets(play.telegram)) >= 3)
    assert offsets(play.telegram)[:3] == [None, 1001, 1001]
    assert play.intake.bodies == [Text("một")]


@pytest.mark.parametrize("how", ["reset_before", "reset_after", "half_body", "half_json", "page"])
async def test_updates_come_through_broken_answers(play: Scene, how: str) -> None:
    for n in range(250):
        play.bot.write(42 + n % 7, str(n))
    play.telegram.script.add(Fault(how, "getUpdates", times=3, probability=0.5))  # type: ignore[arg-type]
    async with play.running():
        await play.heard(250)
    assert play.intake.bodies == [Text(str(n)) for n in range(250)]
    assert play.intake.aside == []


async def test_repeats_and_disorder_are_heard_once(play: Scene) -> None:
    play.bot.disorder = lambda raws: [*reversed(raws), *raws]
    for n in range(5):
        play.bot.push("message", {**play.bot.private(42), "text": str(n)}, times=3)
    async with play.running():
        await play.telegram.until(lambda: not play.bot.queue)
    assert sorted(str(body) for body in play.intake.bodies) == [str(Text(str(n))) for n in range(5)]


# --- poison -------------------------------------------------------------------------------


POISON = [
    b'{"update_id":%d}',
    b'{"update_id":%d,"new_kind":{}}',
    b'{"update_id":%d,"message":{"text":"no chat"}}',
    b'{"update_id":%d,"message":{"chat":{"id":1e400},"text":"x"}}',
    b'{"update_id":%d,"message":{"chat":{"id":"x"},"text":"x"}}',
    b'{"update_id":%d,"message":{"chat":{"id":1},"text":"\xff"}}',
    b'{"update_id":%d,"message":{"chat":{"id":1},"text":1' + b"0" * 5000 + b"}}",
    b'{"update_id":%d,"deep":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    b'{"update_id":%d,"message":01}',
]


async def test_poison_in_a_batch_costs_nobody_theirs(play: Scene) -> None:
    for n in range(91):
        if n % 10 == 0 and n // 10 < len(POISON):
            play.bot.push_raw(POISON[n // 10])
        play.bot.write(42, str(n))
    async with play.running():
        await play.heard(91 + len(POISON))
    assert play.intake.bodies == [Text(str(n)) for n in range(91)]
    assert len(play.intake.aside) == len(POISON)
    assert all(key.startswith("telegram:main:update:") for key, _, _ in play.intake.aside)
    assert play.bot.polls <= 5


async def test_what_raises_while_it_is_kept_is_set_aside(play: Scene) -> None:
    def takes(body: object) -> None:
        if body == Text("poison"):
            raise ValueError("words of a learner")

    play.intake.takes = takes
    for text in ("một", "poison", "hai"):
        play.bot.write(42, text)
    async with play.running():
        await play.heard(3)
    assert play.intake.bodies == [Text("một"), Text("hai")]
    assert [(key, kind) for key, kind, _ in play.intake.aside] == [
        ("telegram:main:update:1001", "ValueError")
    ]


async def test_an_answer_that_never_comes_whole_is_set_aside_in_the_end(play: Scene) -> None:
    play.bot.push_raw(b'{"update_id":%d,"message":{"text":"unclosed')
    async with play.running():
        await play.heard(1)
        play.bot.write(42, "hai")
        await play.heard(2)
    assert play.intake.bodies == [Text("hai")]
    assert play.intake.aside[0][:2] == ("telegram:main:update:1000", "BadAnswer")
    assert play.clock.waits == [1, 2, 4, 8, 16]


async def test_an_update_without_an_id_is_not_asked_for_hotly(play: Scene) -> None:
    play.bot.push_raw(b'{"update_id":"x"}', 1000)
    async with play.running():
        await play.telegram.until(lambda: play.bot.polls >= 8)
    assert len(play.intake.aside) == 1
    assert play.clock.waits[:6] == [1, 2, 4, 8, 16, 25]


# --- a server that is away or says no -----------------------------------------------------


async def test_an_hour_away_costs_few_attempts_and_loses_nothing(play: Scene) -> None:
    play.bot.write(42, "một")
    async with play.running():
        await play.heard(1)
        play.telegram.refusing = True
        for connection in list(play.telegram._connections):
            connection.cut()
        began = play.clock.now
        await play.clock.until(lambda: play.clock.now - began >= 3600)
        assert play.telegram.cut <= 150
        play.bot.write(42, "hai")
        play.telegram.refusing = False
        await play.heard(2)
    assert play.intake.bodies == [Text("một"), Text("hai")]


@pytest.mark.parametrize(
    ("refused", "code", "words"),
    [
        (Refused(401, "Unauthorized"), "channel.unauthorized", "TELEGRAM_TOKEN"),
        (Refused(404, "Not Found"), "channel.unauthorized", "TELEGRAM_TOKEN"),
        (
            Refused(409, "Conflict: terminated by other getUpdates request"),
            "channel.conflict",
            "polls",
        ),
        (
            Refused(409, "Conflict: can't use getUpdates method while webhook is active"),
            "channel.conflict",
            "webhook",
        ),
    ],
)
async def test_a_wrong_set_up_is_told_once_and_tried_seldom(
    play: Scene, refused: Refused, code: str, words: str
) -> None:
    play.bot.write(42, "một")
    method = "" if refused.code in (401, 404) else "getUpdates"
    play.telegram.script.add(Fault("refuse", method, error=refused, times=7))
    began = play.clock.now
    with capture_logs() as logs:
        async with play.running():
            await play.heard(1)
    told = [line for line in logs if line["event"] == code]
    assert len(told) == 1
    assert words in told[0]["mend"]
    assert play.clock.now - began >= 40


async def test_a_token_that_is_refused_is_tried_seldom_from_the_start() -> None:
    async with FakeTelegram() as telegram, scene(telegram) as play:
        telegram.bots["78:other"] = telegram.bots.pop(play.bot.token)
        async with play.running():
            await telegram.until(lambda: len(telegram.calls) >= 5)
        assert play.clock.now - 1000 >= 40


async def test_telegrams_wait_is_obeyed(play: Scene) -> None:
    play.telegram.script.add(
        Fault("refuse", "getUpdates", error=Refused(429, "Too Many Requests", retry_after=17))
    )
    play.bot.write(42, "một")
    async with play.running():
        await play.heard(1)
    assert play.clock.waits == [17]


async def test_empty_answers_at_once_do_not_make_it_hot(play: Scene) -> None:
    play.telegram.script.add(Fault("empty", "getUpdates", times=6))
    async with play.running():
        await play.telegram.until(lambda: play.bot.polls >= 1)
        play.bot.write(42, "một")
        await play.heard(1)
    assert play.clock.waits == [1, 2, 4, 8, 16, 25]


async def test_what_waits_at_telegram_is_never_dropped(play: Scene) -> None:
    play.bot.write(42, "một")
    play.bot.call("setWebhook", {"url": "https://old.example.org/"}, {})
    async with play.running():
        await play.heard(1)
    assert play.intake.bodies == [Text("một")]
    assert play.telegram.of("deleteWebhook")[0].params == {"drop_pending_updates": False}


async def test_several_bots_in_one_program_are_each_their_own() -> None:
    async with (
        FakeTelegram() as telegram,
        scene(telegram, "a", "1:a") as one,
        scene(telegram, "b", "2:b") as two,
        one.running(),
        two.running(),
    ):
        one.bot.write(42, "một")
        two.bot.write(42, "hai")
        await one.heard(1)
        await two.heard(1)
        assert one.intake.heard == [("telegram:a:update:1000.1", "42", Text("một"))]
        assert two.intake.heard == [("telegram:b:update:1000.1", "42", Text("hai"))]


def _polls(play: Scene):  # type: ignore[no-untyped-def]
    return play.telegram.of("getUpdates")
