"""Links and roles through the real turns: what is forged, late, used up or foreign gives
nothing but a polite answer and a line of the audit trail."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.conversation.events import Start, Text
from bot.conversation.policy import Role
from bot.orders.base import OrderRefused
from bot.orders.invite import Invite
from bot.orders.roles import EndRoles
from bot.passing import Pressed
from tests.village import Village, village


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Village]:
    async with village(tmp_path) as opened:
        await opened.given("mai", role="coordinator", ward="06685", name="Mai", pronouns="chi")
        await opened.given("hoa", role="volunteer", ward="06685", name="Hoa", pronouns="chi")
        await opened.given("lan")
        yield opened


async def _roles(here: Village, name: str) -> list[str]:
    learner = await here.learner(name)
    async with here.store.transaction() as tx:
        rows = (await tx.find("roles", [learner.id])).get(learner.id, [])
    return [f"{row['role']} {row['ward']}{row['hamlet']}" for row in rows]


async def _offer(here: Village) -> str:
    await here.say("mai", "việc tình nguyện", "người cùng làm", "1", "1")
    return here.link


async def test_a_link_gives_its_role_once(here: Village) -> None:
    ticket = await _offer(here)
    await here.given("tu")
    await here.given("ba")
    await here.say("tu", "(link)")
    await here.say("ba", "(link)")
    # Both were asked; both say yes in the same batch.
    await here.tell_at_once(("tu", Text("1")), ("ba", Text("1")))
    assert await _roles(here, "tu") == ["volunteer 06685"]
    assert await _roles(here, "ba") == []
    assert "không dùng được nữa" in here.said_to("ba")[-2]
    assert [one.what for one in await here.audits()][-2:] == [
        "role_given:volunteer",
        "ticket_refused",
    ]
    await here.tell("ba", Start(ticket))
    assert await _roles(here, "ba") == []


@pytest.mark.parametrize("payload", ["thoughtup", "A" * 22, "x" * 64, "../..", "\x00", "ß", "0"])
async def test_a_link_that_was_thought_up_gives_nothing(here: Village, payload: str) -> None:
    await here.tell("lan", Start(payload))
    assert await _roles(here, "lan") == []
    assert "không dùng được nữa" in here.said_to("lan")[0]
    assert [(one.what, one.actor) for one in await here.audits()] == [
        ("ticket_refused", here.id_of("lan"))
    ]


async def test_a_newcomer_with_a_bad_link_gets_an_ordinary_welcome(here: Village) -> None:
    await here.tell("new", Start("thoughtup"))
    await here.tell("other", Start())
    assert here.said_to("new") == here.said_to("other")
    learner = await here.learner("new")
    assert (learner.ticket, learner.works) == ("", False)


async def test_a_late_link_gives_nothing(here: Village) -> None:
    await _offer(here)
    await here.say("lan", "(link)")
    here.now += timedelta(days=7, seconds=1)
    await here.say("lan", "1")  # the question stands from before
    assert await _roles(here, "lan") == []
    await here.say("hoa", "(link)")
    assert "không dùng được nữa" in here.said_to("hoa")[-2]


async def test_a_link_to_carry_ones_place_gives_no_role_and_is_not_burnt(here: Village) -> None:
    await here.say("lan", "gửi cho mình")
    await here.say("hoa", "(link)")
    assert (await here.audits())[-1].what == "ticket_refused"


async def test_nobody_takes_their_own_offer(here: Village) -> None:
    await _offer(here)
    await here.say("mai", "(link)")
    assert await _roles(here, "mai") == ["coordinator 06685"]
    await here.say("lan", "(link)", "1")
    assert await _roles(here, "lan") == ["volunteer 06685"]


async def test_offers_end_with_the_role_of_whoever_made_them(here: Village) -> None:
    await _offer(here)
    await here.say("lan", "(link)")
    assert await EndRoles(here.id_of("mai")).carry_out(here.turns) == 1
    await here.say("lan", "1")
    assert await _roles(here, "lan") == []
    assert "Cảm ơn chị đã giúp bà con" in " ".join(here.said_to("mai"))


async def test_a_role_taken_away_is_gone_for_a_press_under_way(here: Village) -> None:
    """The volunteer's press and the coordinator's decision arrive in one batch."""
    await here.say("hoa", "việc tình nguyện", "việc khác")
    await here.say("mai", "việc tình nguyện", "người cùng làm", "2", "1")
    press = await here.press("hoa", "bring_in")
    end = await here.press("mai", "end_role")
    told = len(here.told)
    await here.tell_at_once(("mai", end), ("hoa", press))
    assert await _roles(here, "hoa") == []
    assert not [reply.text for name, reply in here.told[told:] if "/i/" in reply.text]
    assert (await here.audits())[-1].what == "press_refused"
    assert (await here.learner("hoa")).screen == "home"


async def test_a_link_made_in_the_batch_that_ends_the_role_is_void(here: Village) -> None:
    await here.say("hoa", "việc tình nguyện", "việc khác")
    await here.say("mai", "việc tình nguyện", "người cùng làm", "2", "1")
    press = await here.press("hoa", "bring_in")
    end = await here.press("mai", "end_role")
    await here.tell_at_once(("hoa", press), ("mai", end))
    await here.tell("lan", Start(here.link))
    assert "không dùng được nữa" in here.said_to("lan")[0]
    assert (await here.learner("lan")).guide == ""


@pytest.mark.parametrize("option", ["team", "end_role", "give_role", "m1", "a0", "volunteer"])
async def test_a_press_that_was_never_offered_changes_nothing(here: Village, option: str) -> None:
    await here.say("hoa", "việc tình nguyện")
    before = await here.learner("hoa")
    await here.tell("hoa", await here.press("hoa", option))
    after = await here.learner("hoa")
    assert (after.screen, after.place) == (before.screen, before.place)
    assert (await here.audits())[-1].what == "press_refused"


async def test_a_borrowed_press_of_a_coordinator_is_refused(here: Village) -> None:
    await here.say("mai", "việc tình nguyện", "người cùng làm", "2", "1")
    borrowed = await here.press("mai", "end_role")
    await here.tell("lan", borrowed)
    await here.tell("hoa", Pressed("1.end_role.AAAAAAAAAAAA"))
    assert await _roles(here, "hoa") == ["volunteer 06685"]
    assert [one.what for one in await here.audits()][-2:] == ["press_refused"] * 2


async def test_a_coordinator_sees_and_gives_nothing_of_another_ward(here: Village) -> None:
    await here.given("far", role="volunteer", ward="06658", name="Xa")
    await here.say("mai", "việc tình nguyện", "người cùng làm", "2")
    assert [option.label for option in here.newest["mai"].options] == [
        "chị Hoa, tình nguyện viên",
        "Quay lại",
    ]
    await here.given("far2", role="coordinator", ward="06658")
    await here.say("far2", "việc tình nguyện", "người cùng làm", "2")
    assert "Hoa" not in " ".join(option.label for option in here.newest["far2"].options)


async def test_a_code_said_aloud_gives_the_role_once_and_within_minutes(here: Village) -> None:
    await _offer(here)
    await here.say("mai", "câu đọc miệng")
    code = here.code
    await here.given("tu", "telegram")
    await here.tell("lan", Text(code))
    await here.tell("tu", Text(code))
    await here.tell_at_once(("lan", Text("1")), ("tu", Text("1")))
    assert await _roles(here, "lan") == ["volunteer 06685"]
    assert await _roles(here, "tu") == []
    assert [one.what for one in await here.audits()][-4:] == [
        "role_offered:volunteer",
        "role_offered:volunteer",
        "role_given:volunteer",
        "ticket_refused",
    ]
    await here.say("mai", "1", "1", "1")
    here.now += timedelta(minutes=11)
    await here.tell("tu", Text(here.code))
    assert await _roles(here, "tu") == []
    assert (await here.audits())[-1].what == "code_refused"


async def test_a_newcomer_with_a_code_agrees_first(here: Village) -> None:
    await _offer(here)
    await here.say("mai", "1")
    await here.tell("new", Text(here.code))
    assert "đồng ý không" in here.said_to("new")[-1]
    assert await here.store.count("role") == 2
    await here.say("new", "1", "chị", "1")
    assert await _roles(here, "new") == ["volunteer 06685"]


async def test_the_picture_of_an_offer_leads_where_its_link_does(here: Village) -> None:
    await _offer(here)
    offers = [reply for name, reply in here.told if reply.picture.startswith("qr:")]
    assert len(offers) == 1
    link = offers[0].picture.removeprefix("qr:")
    assert link.endswith(f"/i/{here.link}")
    assert link in offers[0].text


async def test_a_link_to_another_course_begins_there(here: Village) -> None:
    """Set up together: the ward, the course and the guide come with the link."""
    await here.say("hoa", "việc tình nguyện", "mời bà con")
    first = here.link
    await here.say("hoa", "khóa khác", "2")
    assert here.link != first
    await here.say("new", "(link)", "1", "bác", "1", "Lan", "không nhắc")
    new = await here.learner("new")
    assert (new.ward, new.guide, new.course) == ("06685", here.id_of("hoa"), "C09")
    assert new.lesson.lesson.startswith("L09")
    await here.tell("lan", Start(first))
    await here.say("lan", "1")
    assert (await here.learner("lan")).course == ""


async def test_the_command_line_makes_the_first_administrator(here: Village) -> None:
    made = await Invite(Role.ADMINISTRATOR).carry_out(here.turns)
    await here.tell("lan", Start(made["link"].rsplit("/", 1)[1]))
    await here.say("lan", "1")
    assert await _roles(here, "lan") == ["administrator "]
    trail = [(one.what, one.actor) for one in await here.audits()]
    assert trail == [
        ("role_offered:administrator", "command line"),
        ("role_given:administrator", "command line"),
    ]


@pytest.mark.parametrize("ward", ["06685", "Hồng Gai", "hồng gai"])
async def test_a_ward_by_code_or_name(here: Village, ward: str) -> None:
    assert (await Invite(Role.VOLUNTEER, ward).carry_out(here.turns))["where"] == "06685"


@pytest.mark.parametrize("ward", ["", "06686", "Hồng Gái"])
async def test_an_invitation_to_nowhere_is_refused(here: Village, ward: str) -> None:
    with pytest.raises(OrderRefused):
        await Invite(Role.VOLUNTEER, ward).carry_out(here.turns)


@pytest.mark.parametrize(
    ("hamlet", "where"), [("Thôn 3", "06685/thôn 3"), ("khu Đồng Tâm", "06685/khu Đồng Tâm")]
)
async def test_a_hamlet_has_one_name(here: Village, hamlet: str, where: str) -> None:
    made = await Invite(Role.VOLUNTEER, "06685", hamlet).carry_out(here.turns)
    assert made["where"] == where


async def test_a_sentence_is_no_hamlet(here: Village) -> None:
    with pytest.raises(OrderRefused, match="thôn 3"):
        await Invite(Role.VOLUNTEER, "06685", "Sáng thứ Bảy họp ở nhà ông Ba").carry_out(here.turns)
    await here.say("mai", "việc tình nguyện", "người cùng làm", "1")
    for said in ("việc tình nguyện", "Sáng thứ Bảy 8 giờ họp ở nhà văn hóa."):
        link = here.link
        await here.say("mai", said)
        assert here.link == link


async def test_an_erased_volunteer_leaves_no_role(here: Village) -> None:
    await here.turns.erase(here.id_of("hoa"))
    assert await here.store.count("role") == 1
