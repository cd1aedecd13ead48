"""Calls for a person through the real turns and the real database: who is told, who wins,
what never crosses a ward or a night."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.carrying.calls import SILENT_FOR
from bot.conversation.events import Media, Text
from bot.conversation.policy import Action, Area, Grant, Person, Role, may
from bot.conversation.replies import Priority
from bot.conversation.screens.duty import read_hours
from bot.conversation.screens.talk import without_addresses
from bot.orders.roles import EndRoles
from bot.passing import Pressed
from scheduler.help import HelpDesk
from store.base import RoleRow
from store.calls import CallRow, NewCall
from store.named import QUERIES
from tests.village import Village, village

NIGHT = timedelta(hours=13)  # from nine in the morning to ten in the evening


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Village]:
    async with village(tmp_path) as opened:
        await opened.given("minh", role="volunteer", ward="06685", name="Minh", pronouns="anh")
        await opened.given("hoa", role="volunteer", ward="06685", name="Hoa", pronouns="chi")
        await opened.given("xa", role="volunteer", ward="06658", name="Xa", pronouns="chi")
        await opened.given("lan", name="Lan")
        yield opened


async def _on_duty(here: Village, *names: str) -> None:
    for name in names:
        await here.say(name, "việc tình nguyện", "giờ trực", "thứ ba 8-11 giờ")


async def _rise(here: Village) -> None:
    await HelpDesk(here.turns).tick()
    await here.gather()


async def _call(here: Village) -> CallRow | None:
    async with here.store.transaction() as tx:
        return await tx.calls.open_call(here.id_of("lan"))


def _told_of_lan(here: Village, name: str) -> int:
    return sum("Lan" in text and "cần giúp" in text for text in here.said_to(name))


async def test_two_take_the_same_call_in_one_batch(here: Village) -> None:
    await _on_duty(here, "minh", "hoa")
    await here.say("lan", "gặp người", "1")
    press = {name: await here.press(name, "take") for name in ("minh", "hoa")}
    await here.tell_at_once(("hoa", press["hoa"]), ("minh", press["minh"]))
    call = await _call(here)
    assert call is not None
    assert call.taken_by == here.id_of("hoa")
    assert "Chị nhận giúp bác Lan rồi, cảm ơn chị ạ." in here.said_to("hoa")
    assert "Chị Hoa nhận việc này rồi ạ." in here.said_to("minh")
    assert here.said_to("lan")[-2:][0] == "Chị Hoa nhận giúp bác rồi ạ."
    assert "call_refused" in [one.what for one in await here.audits()]


async def test_nobody_of_another_ward_hears_of_it(here: Village) -> None:
    await _on_duty(here, "xa")
    await here.say("lan", "gặp người", "1")
    assert not _told_of_lan(here, "xa")
    await here.say("xa", "việc tình nguyện", "cần giúp")
    assert here.said_to("xa")[-1] == "Lúc này không có ai cần giúp ạ."
    assert "không có ai trực" in " ".join(here.said_to("lan"))


async def test_a_press_for_a_call_of_another_ward_takes_nothing(here: Village) -> None:
    """Their role moved to another ward while the press was on its way."""
    await _on_duty(here, "hoa")
    await here.say("lan", "gặp người", "1")
    press = await here.press("hoa", "take")
    async with here.store.transaction() as tx:
        await tx.end_role(here.id_of("hoa"), "volunteer", "06685", "", taken_by="", at=1)
        await tx.give_role(RoleRow(here.id_of("hoa"), "volunteer", "06658", "", "", 1))
    await here.tell("hoa", press)
    call = await _call(here)
    assert call is not None
    assert call.taken_by is None
    assert (await here.audits())[-1].what == "call_refused"
    assert "Lan" not in here.said_to("hoa")[-1]


@pytest.mark.parametrize("option", ["take", "c1", "finish", "release"])
async def test_a_learner_takes_no_call(here: Village, option: str) -> None:
    await here.say("lan", "gặp người", "1")
    await here.given("tu")
    await here.say("tu", "xin chào")
    await here.tell("tu", await here.press("tu", option))
    await here.tell("tu", Pressed(f"1.{option}.AAAAAAAAAAAA"))
    call = await _call(here)
    assert call is not None
    assert call.taken_by is None
    assert [one.what for one in await here.audits()][-2:] == ["press_refused"] * 2


async def test_an_ended_role_gives_its_calls_to_the_others(here: Village) -> None:
    await _on_duty(here, "minh")
    await here.say("lan", "gặp người", "1")
    await here.say("minh", "1")
    await here.say("lan", "máy nóng quá")
    await EndRoles(here.id_of("minh")).carry_out(here.turns)
    await here.gather()
    await here.tell("minh", Text("bác thử tắt máy"))
    assert not any("tắt máy" in text for text in here.said_to("lan"))
    assert "Anh Minh chưa giúp tiếp được. Cháu nhờ người khác rồi ạ." in here.said_to("lan")
    assert _told_of_lan(here, "hoa") == 1


async def test_who_was_told_is_not_told_twice_and_the_coordinator_comes_last(
    here: Village,
) -> None:
    await here.given("mai", role="coordinator", ward="06685", name="Mai", pronouns="chi")
    await _on_duty(here, "minh")
    await here.say("lan", "gặp người", "1")
    told = []
    for _ in range(4):
        told.append([name for name in ("minh", "hoa", "mai") if _told_of_lan(here, name)])
        here.now += timedelta(hours=24, minutes=1)
        await _rise(here)
    assert told == [["minh"], ["minh", "hoa"], ["minh", "hoa", "mai"], ["minh", "hoa", "mai"]]
    assert max(_told_of_lan(here, name) for name in ("minh", "hoa", "mai")) == 1


@pytest.mark.parametrize(
    ("said", "still", "late"),
    [
        ("gặp người", timedelta(hours=23, minutes=59), timedelta(hours=24)),
        ("bị lừa mất tiền rồi", timedelta(minutes=14), timedelta(minutes=15)),
    ],
)
async def test_who_took_a_call_and_said_nothing_gives_it_to_the_next(
    here: Village, said: str, still: timedelta, late: timedelta
) -> None:
    await _on_duty(here, "minh")
    await here.say("lan", said, "1")
    await here.say("minh", "1")
    began = here.now
    here.now = began + still
    await _rise(here)
    assert not any("Lan" in text for text in here.said_to("hoa"))
    here.now = began + late
    await _rise(here)
    assert any("Lan" in text for text in here.said_to("hoa"))
    assert any("nhờ người khác giúp thay" in text for text in here.said_to("minh"))
    assert any("chưa giúp tiếp được" in text for text in here.said_to("lan"))
    call = await _call(here)
    assert call is not None
    assert call.taken_by is None
    await here.say("minh", "Bác ơi")
    assert not any("Bác ơi" in text for text in here.said_to("lan"))


async def test_who_wrote_once_keeps_the_call(here: Village) -> None:
    await _on_duty(here, "minh")
    await here.say("lan", "gặp người", "1")
    await here.say("minh", "1", "Bác bấm nút nguồn nhé")
    here.now += timedelta(days=3)
    await _rise(here)
    call = await _call(here)
    assert call is not None
    assert call.taken_by == here.id_of("minh")


@pytest.mark.parametrize("how", ["stopped", "blocked"])
async def test_nobody_is_named_who_cannot_be_told(here: Village, how: str) -> None:
    """«Cháu đã nhắn anh Minh» is said of who gets it."""
    await _on_duty(here, "minh")
    if how == "stopped":
        await here.say("minh", "dừng")
    else:
        await here.turns.left(here.people["minh"])
    await here.say("lan", "gặp người", "1")
    assert not any("Minh" in text for text in here.said_to("lan"))
    assert any("không có ai trực" in text for text in here.said_to("lan"))
    assert _told_of_lan(here, "hoa") == 1


async def test_nobody_on_duty_says_the_number_of_the_settings_or_none(here: Village) -> None:
    await here.say("lan", "gặp người", "1")
    assert not re.search(r"\d{4}", " ".join(here.said_to("lan")))
    here.turns.shelf = replace(here.turns.shelf, help_phone="0203 111 222")
    await here.given("ba", name="Ba")
    await here.say("ba", "gặp người", "1")
    assert "gọi số của lớp: 0203 111 222" in " ".join(here.said_to("ba"))


async def test_nothing_is_told_before_its_time(here: Village) -> None:
    await _on_duty(here, "minh")
    await here.say("lan", "gặp người", "1")
    here.now += timedelta(hours=23, minutes=59)
    await _rise(here)
    assert not _told_of_lan(here, "hoa")


async def test_at_night_a_call_waits_for_the_morning_unless_somebody_is_on_duty(
    here: Village,
) -> None:
    here.now += NIGHT
    await here.say("lan", "gặp người", "1")
    assert not _told_of_lan(here, "minh")
    assert "có người là cháu nhắn ngay" in " ".join(here.said_to("lan"))
    here.now += timedelta(hours=8, minutes=59)  # 6:59
    await _rise(here)
    assert not _told_of_lan(here, "minh")
    here.now += timedelta(minutes=1)
    await _rise(here)
    assert _told_of_lan(here, "minh") == 1
    assert not _told_of_lan(here, "hoa")


async def test_who_is_on_duty_at_night_is_told_at_night(here: Village) -> None:
    await here.say("minh", "việc tình nguyện", "giờ trực", "thứ ba 21-23 giờ")
    here.now += NIGHT
    await here.say("lan", "gặp người", "1")
    assert _told_of_lan(here, "minh") == 1


async def test_danger_does_not_wait_for_the_morning_and_rises_after_a_quarter(
    here: Village,
) -> None:
    here.now += NIGHT
    await here.say("lan", "bị lừa mất tiền rồi")
    urgent = [name for name in ("minh", "hoa", "xa") if "Việc gấp" in " ".join(here.said_to(name))]
    assert urgent == ["minh"]
    here.now += timedelta(minutes=14)
    await _rise(here)
    assert "Việc gấp" not in " ".join(here.said_to("hoa"))
    here.now += timedelta(minutes=1)
    await _rise(here)
    assert "Việc gấp" in " ".join(here.said_to("hoa"))


async def test_a_call_that_becomes_urgent_is_told_anew(here: Village) -> None:
    await _on_duty(here, "minh")
    await here.say("lan", "gặp người", "1", "nó vừa lừa mất tiền của tôi rồi")
    call = await _call(here)
    assert call is not None
    assert call.urgent
    assert any("Việc gấp" in text for text in here.said_to("minh"))
    assert await here.store.count("help_call") == 1


async def test_no_number_goes_on_by_any_way(here: Village) -> None:
    """Typed, under a picture, or cried out: the words stay, and who wrote them is told."""
    await _on_duty(here, "minh")
    await here.say("lan", "gặp người", "1")
    await here.say("minh", "1")
    for body in (
        Text("số của tôi là 0912345678"),
        Media("photo", "thẻ này 9704 1234 5678 9012", "f"),
        Media("photo", "nó gọi bằng số 0987654321", "f"),
        Text("nó lừa tôi chuyển tiền rồi, số nó là 0987654321"),
    ):
        await here.tell("lan", body)
    said = " ".join(here.said_to("minh"))
    assert not re.search(r"\d{4}", said)
    assert any("đừng gửi mã" in text for text in here.said_to("lan"))


async def test_a_picture_from_whoever_is_in_danger_reaches_the_helper(here: Village) -> None:
    await here.given("ba", "telegram", name="Ba")
    await here.given("tam", "telegram", role="volunteer", ward="06685", name="Tâm")
    await here.say("tam", "việc tình nguyện", "giờ trực", "thứ ba 8-11 giờ")
    await here.say("ba", "bị lừa mất tiền rồi")
    await here.say("tam", "1")
    assert (await here.learner("ba")).screen == "danger"
    await here.say("ba", "(photo)")
    assert ("tam", "photo:photo-of-ba") in [(name, one.passed_on) for name, one in here.told]
    assert (await here.learner("ba")).screen == "danger"


async def test_each_picture_of_several_reaches_the_helper_and_one_is_answered(
    here: Village,
) -> None:
    await here.given("ba", "telegram", name="Ba")
    await here.given("tam", "telegram", role="volunteer", ward="06685", name="Tâm")
    await _on_duty(here, "tam")
    several = [Media("photo", file=f"f{n}", more=n > 0) for n in range(3)]
    told = len(here.told)
    for one in several:
        await here.tell("ba", one)
    assert len(here.told) == told + 1  # a question about the first, outside of any talk
    await here.say("ba", "gặp người", "1")
    await here.say("tam", "1")
    for one in several:
        await here.tell("ba", one)
    passed = [one.passed_on for name, one in here.told if name == "tam" and one.passed_on]
    assert passed == ["photo:f0", "photo:f1", "photo:f2"]


async def test_a_call_for_help_goes_before_everything_else(here: Village) -> None:
    await _on_duty(here, "minh")
    await here.say("lan", "gặp người", "1")
    told = [one.priority for name, one in here.told if name == "minh" and "cần giúp" in one.text]
    assert told == [Priority.PANIC]


async def test_who_is_erased_is_nobodys_call(here: Village) -> None:
    await _on_duty(here, "minh")
    await here.say("lan", "gặp người", "1")
    await here.say("minh", "1")
    await here.turns.erase(here.id_of("lan"))
    await here.say("minh", "bác ơi")
    assert "kết thúc" in here.said_to("minh")[-2]
    assert await here.store.count("help_call") == 0


async def test_an_erased_helper_leaves_the_call_to_others(here: Village) -> None:
    await _on_duty(here, "minh")
    await here.say("lan", "gặp người", "1")
    await here.say("minh", "1")
    await here.turns.erase(here.id_of("minh"))
    await _rise(here)
    assert _told_of_lan(here, "hoa") == 1


async def test_nobody_is_called_for_a_guest_of_whom_nothing_is_kept(here: Village) -> None:
    await here.say("guest", "xin chào", "2")
    await here.say("guest", "gặp người", "1")
    assert await here.store.count("help_call") == 0
    assert "đồng ý" in here.said_to("guest")[-1]


async def test_a_learner_who_stopped_is_written_to_by_nobody(here: Village) -> None:
    await _on_duty(here, "minh")
    await here.say("lan", "gặp người", "1", "dừng")
    before = here.said_to("lan")
    await here.say("minh", "1", "bác ơi")
    assert here.said_to("lan") == before


async def test_the_store_gives_calls_to_whom_the_policy_does(here: Village) -> None:
    """`helper` in the database and TAKE_CALL in the policy are one rule."""
    areas = [Area(), Area("06685"), Area("06685", "thôn 3"), Area("06658"), Area("other")]
    for role, held, area in product(Role, areas, areas):
        name = f"{role}-{held}-{area}"
        async with here.store.transaction() as tx:
            await tx.give_role(RoleRow(name, role, held.ward, held.hamlet, "", 1))
            new = NewCall(f"asks-{name}", area.ward, area.hamlet, "phone", False, "", "", 0)
            call = await tx.calls.add(new, at=1, rise_at=None)
            taken = await tx.calls.take(call.call_id, name, 2, SILENT_FOR) is not None
        somebody = Person(Area("x"), (Grant(role, held),))
        assert taken is may(somebody, Action.TAKE_CALL, area), (role, held, area)


async def test_rising_reads_no_more_than_what_is_due(here: Village) -> None:
    """One indexed query a tick, whatever waits."""
    sql = f"EXPLAIN QUERY PLAN {QUERIES.rising_calls.sql}"
    rows = await here.store._reader.execute_fetchall(sql, {"at": 1, "limit": 100})
    plan = " ".join(row[3] for row in rows)
    assert "help_call_rises" in plan


@pytest.mark.parametrize(
    ("said", "hours"),
    [
        ("thứ hai 8–11 giờ", (480, 660)),
        ("8-11", (480, 660)),
        ("19h30 đến 21h", (1170, 1260)),
        ("14:00 to 17:00", (840, 1020)),
        ("8 giờ tới 10 giờ", (480, 600)),
        ("11-8", None),
        ("23-25", None),
        ("thứ hai", None),
        ("sáng", None),
    ],
)
def test_hours_as_typed(said: str, hours: tuple[int, int] | None) -> None:
    assert read_hours(said) == hours


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("xem https://lua-dao.com/x nhé", "xem https: lua-dao . com/x nhé"),
        ("www.abc.vn", "www . abc . vn"),
        ("Bác bấm Zalo. Rồi bấm ảnh.", "Bác bấm Zalo. Rồi bấm ảnh."),
        ("lúc 8.30 nhé", "lúc 8 . 30 nhé"),
    ],
)
def test_no_address_is_one_press_away(said: str, shown: str) -> None:
    assert without_addresses(said) == shown
