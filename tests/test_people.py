"""A volunteer's people and a learner's family through the real turns: what is seen, what
never is, and what may be said unasked."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.conversation.events import Start, Text
from bot.conversation.learner import change
from bot.conversation.replies import Attempt, Milestone
from bot.happenings import notice_row
from bot.orders.roles import EndRoles
from store.base import Address, RoleRow
from store.people import NoticeRow
from tests.village import Village, village

NIGHT = timedelta(hours=13)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Village]:
    async with village(tmp_path) as opened:
        await opened.given("hoa", role="volunteer", ward="06685", name="Hoa", pronouns="chi")
        await opened.given("xa", role="volunteer", ward="06658", name="Xa", pronouns="chi")
        await opened.given("lan", name="Lan")
        yield opened


async def _notice(here: Village, name: str, kind: str = "stuck") -> None:
    learner = await here.learner(name)
    row = NoticeRow(learner.id, kind, "L0101/q1", learner.ward, learner.hamlet, 1)  # type: ignore[arg-type]
    async with here.store.transaction() as tx:
        await tx.people.note([row])


async def _written_to(here: Village, name: str = "hoa") -> None:
    await here.say(name, "việc tình nguyện", "bà con", "1", "1", "1")


def _labels(here: Village, name: str) -> list[str]:
    return [option.label for option in here.newest[name].options]


async def test_nobody_of_another_ward_is_seen(here: Village) -> None:
    await _notice(here, "lan")
    await here.say("xa", "việc tình nguyện", "bà con")
    assert _labels(here, "xa")[:3] == ["Đang vướng (0)", "Vắng lâu (0)", "Vừa làm được (0)"]
    await here.say("hoa", "việc tình nguyện", "bà con")
    assert _labels(here, "hoa")[0] == "Đang vướng (1)"


async def test_a_hamlets_volunteer_sees_the_hamlet_alone(here: Village) -> None:
    await here.given("ba", name="Ba", hamlet="thôn 3")
    await here.given("mo", role="volunteer", ward="06685", hamlet="thôn 3", name="Mơ")
    for name in ("lan", "ba"):
        await _notice(here, name)
    await here.say("mo", "việc tình nguyện", "bà con", "1")
    assert _labels(here, "mo") == ["Bác Ba", "Quay lại"]


async def test_each_look_at_a_person_is_kept(here: Village) -> None:
    await _notice(here, "lan")
    await here.say("hoa", "việc tình nguyện", "bà con", "1")
    assert not [one for one in await here.audits() if one.what == "person_seen"]
    await here.say("hoa", "1")
    seen = (await here.audits())[-1]
    assert (seen.what, seen.actor, seen.whom, seen.where) == (
        "person_seen",
        here.id_of("hoa"),
        here.id_of("lan"),
        "06685",
    )


async def test_whoever_moved_away_or_stopped_is_seen_no_more(here: Village) -> None:
    await _notice(here, "lan")
    await here.say("lan", "đổi phường", "cao xanh")
    await here.say("hoa", "việc tình nguyện", "bà con")
    assert _labels(here, "hoa")[0] == "Đang vướng (0)"


@pytest.mark.parametrize("whom", ["lan", "xa", "nobody"])
async def test_a_press_that_names_somebody_else_writes_to_nobody(here: Village, whom: str) -> None:
    """Rightly sealed, but of a volunteer whose ward is another."""
    await _notice(here, "lan")
    await here.say("xa", "việc tình nguyện", "bà con", "1")
    await here.tell("xa", await here.press("xa", f"p{here.id_of(whom)}"))
    await here.tell("xa", await here.press("xa", "write"))
    assert await here.store.count("help_call") == 0
    assert "Lan" not in " ".join(here.said_to("xa"))
    assert (await here.audits())[-1].what == "press_refused"


async def test_a_role_that_ended_meanwhile_writes_to_nobody(here: Village) -> None:
    await _notice(here, "lan")
    await here.say("hoa", "việc tình nguyện", "bà con", "1", "1")
    press = await here.press("hoa", "write")
    async with here.store.transaction() as tx:
        await tx.end_role(here.id_of("hoa"), "volunteer", "06685", "", taken_by="", at=1)
        await tx.give_role(RoleRow(here.id_of("hoa"), "volunteer", "06658", "", "", 1))
    await here.tell("hoa", press)
    assert await here.store.count("help_call") == 0


async def test_the_first_word_of_a_volunteer_is_the_one_unasked_message_of_the_day(
    here: Village,
) -> None:
    await _notice(here, "lan")
    await _written_to(here)
    await here.say("hoa", "Bác khỏe không ạ?", "Bác ơi?")
    assert sum("Hoa: «" in text for text in here.said_to("lan")) == 1
    await here.say("lan", "khỏe cháu ạ")
    await here.say("hoa", "Vâng ạ", "Mai cháu ghé")
    assert sum("Hoa: «" in text for text in here.said_to("lan")) == 3


async def test_two_words_in_one_batch_are_one_unasked_message(here: Village) -> None:
    await _notice(here, "lan")
    await _written_to(here)
    await here.tell_at_once(("hoa", Text("Bác khỏe không ạ?")), ("hoa", Text("Bác ơi?")))
    assert sum("Hoa: «" in text for text in here.said_to("lan")) == 1


@pytest.mark.parametrize("night", [True, False])
async def test_nothing_unasked_reaches_anyone_at_night_or_after_they_stopped(
    here: Village, night: bool
) -> None:
    await _notice(here, "lan")
    await _written_to(here)
    if night:
        here.now += NIGHT
    else:
        await here.say("lan", "dừng")
    before = here.said_to("lan")
    await here.say("hoa", "Bác khỏe không ạ?")
    assert here.said_to("lan") == before
    assert "chưa nhắn được" in here.said_to("hoa")[-1]


async def test_a_talk_that_nobody_answered_ends_without_a_word_to_anyone(here: Village) -> None:
    await _notice(here, "lan")
    await _written_to(here)
    await here.say("hoa", "Bác khỏe không ạ?")
    before = here.said_to("lan")
    await EndRoles(here.id_of("hoa")).carry_out(here.turns)
    await here.gather()
    assert here.said_to("lan") == before
    await here.say("lan", "gặp người", "1")  # a call of their own begins anew
    assert "không có ai trực" in " ".join(here.said_to("lan"))


async def test_a_call_takes_the_place_of_a_talk_that_nobody_asked_for(here: Village) -> None:
    await _notice(here, "lan")
    await _written_to(here)
    await here.say("lan", "bị lừa mất tiền rồi")
    assert any("Việc gấp" in text for text in here.said_to("hoa"))


@pytest.mark.parametrize(
    ("fact", "kind"),
    [
        (Attempt("L0101/q1", False, 1), None),
        (Attempt("L0101/q1", False, 2), "stuck"),
        (Attempt("L0101/q1", True, 3), None),
        (Milestone("L0101"), "reached"),
    ],
)
async def test_what_is_noticed(here: Village, fact: Attempt | Milestone, kind: str | None) -> None:
    lan = await here.learner("lan")
    row = notice_row(lan, fact, 1)
    assert (row.kind if row else None) == kind
    assert notice_row(change(lan, ward=""), fact, 1) is None


# --- without a phone ----------------------------------------------------------------------


async def _kept(here: Village) -> None:
    await here.say("hoa", "việc tình nguyện", "bà con", "4", "1", "ông Bảy", "1")


async def test_who_is_kept_gets_no_announcement_and_no_nudge(here: Village) -> None:
    await _kept(here)
    rows = await here.store._reader.execute_fetchall(
        "SELECT status, next_nudge_at, contact_id FROM learner WHERE status = 'kept'"
    )
    assert [tuple(row) for row in rows] == [("kept", None, 0)]
    assert await here.store.count("kept_learner") == 1


async def test_without_a_yes_nobody_is_kept(here: Village) -> None:
    await here.say("hoa", "việc tình nguyện", "bà con", "4", "1", "ông Bảy", "2")
    assert await here.store.count("kept_learner") == 0


async def test_who_is_taken_off_the_list_is_gone_from_every_table(here: Village) -> None:
    await _kept(here)
    await here.say("hoa", "2", "1", "1", "1", "3", "1")
    rows = await here.store._reader.execute_fetchall(
        "SELECT count(*) FROM learner WHERE status = 'kept'"
    )
    assert [tuple(row) for row in rows] == [(0,)]
    for table in ("kept_learner", "notice"):
        assert await here.store.count(table) == 0


async def test_the_list_stays_when_its_volunteer_is_erased(here: Village) -> None:
    await here.given("mo", role="volunteer", ward="06685", name="Mơ")
    await _kept(here)
    await here.turns.erase(here.id_of("hoa"))
    await here.say("mo", "việc tình nguyện", "bà con", "4", "2")
    assert _labels(here, "mo")[0] == "Ông Bảy"


@pytest.mark.parametrize("name", ["Lan 0912345678", "http://a.vn", "x" * 41, "1", "=cmd()"])
async def test_what_is_no_name_is_no_name(here: Village, name: str) -> None:
    await here.say("hoa", "việc tình nguyện", "bà con", "4", "1", name)
    hoa = await here.learner("hoa")
    assert hoa.place.stage not in ("address", "agreed")


# --- a phone of their own -----------------------------------------------------------------


async def _handed_over(here: Village) -> None:
    """Ông Bảy has learnt two lessons with Hoa, and gets a phone."""
    await _kept(here)
    await here.say("hoa", "2", "1", "1", "1", "1", "1", "có máy rồi")


async def test_who_gets_a_phone_goes_on_from_where_the_list_had_them(here: Village) -> None:
    await _handed_over(here)
    await here.say("bay", "(link)", "1", "ông", "1")
    bay = await here.learner("bay")
    assert (bay.name, bay.ward, bay.guide) == ("Bảy", "06685", here.id_of("hoa"))
    assert len(bay.done) == 2
    assert await here.store.count("kept_learner") == 0
    await here.say("bay", "sáng")
    assert (await here.learner("bay")).hour == "08:00"
    statuses = await here.store.statuses()
    assert statuses.get("kept", 0) == 0
    own = await here.store.export(bay.id)
    assert "lesson_marked" in str(own)  # what happened before goes along
    trail = [(one.what, one.actor, one.whom) for one in await here.audits()]
    assert ("place_taken", bay.id, here.id_of("hoa")) in trail
    assert "place_offered" in [what for what, _, _ in trail]


@pytest.mark.parametrize("channel", ["web", "telegram", "zalo_bot"])
async def test_the_code_said_across_the_table_does_the_same_once(
    here: Village, channel: str
) -> None:
    await _handed_over(here)
    link, code = here.link, here.code
    here.people["bay"] = Address(channel, "main", "bay")
    await here.say("bay", "xin chào", "1", "ông")
    await here.tell("bay", Text(f"dạ {code}"))
    await here.say("bay", "1")
    assert len((await here.learner("bay")).done) == 2
    await here.given("ai", name="Ai")
    for body in (Start(link), Text(code)):
        await here.tell("ai", body)
        assert (await here.learner("ai")).ticket == ""
    assert (await here.learner("ai")).done == ()


async def test_a_place_is_handed_over_to_no_helper_and_not_against_a_no(here: Village) -> None:
    await _handed_over(here)
    await here.given("mo", role="volunteer", ward="06685", name="Mơ")
    await here.say("mo", "(link)")
    await here.say("hoa", "(link)")
    await here.say("bay", "(link)", "1", "ông", "2")
    for name in ("mo", "hoa", "bay"):
        assert (await here.learner(name)).done == ()
    assert await here.store.count("kept_learner") == 1


async def test_who_learns_on_a_shared_phone_is_told_to_come_as_themselves(here: Village) -> None:
    await _handed_over(here)
    await here.say("lan", "(link)")
    assert "thêm người học" in here.said_to("lan")[-1]
    await here.say("lan", "2", "thêm người học", "(link)", "1", "ông", "1")
    assert len((await here.learner("lan")).done) == 2  # whoever uses the chat now
    await here.say("lan", "đổi người")
    assert set(_labels(here, "lan")) == {"Bác Lan", "Ông Bảy"}


@pytest.mark.parametrize("how", ["role ended", "taken off the list", "late"])
async def test_an_offer_ends_with_what_it_stands_on(here: Village, how: str) -> None:
    await _handed_over(here)
    if how == "role ended":
        await EndRoles(here.id_of("hoa")).carry_out(here.turns)
    elif how == "taken off the list":
        await here.say("hoa", "3", "1")
    else:
        here.now += timedelta(days=8)
    await here.given("bay")
    for body in (Start(here.link), Text(here.code)):
        await here.tell("bay", body)
        assert (await here.audits())[-1].what in ("ticket_refused", "code_refused")
    assert (await here.learner("bay")).done == ()


# --- the family ---------------------------------------------------------------------------


async def _family(here: Village) -> None:
    await here.given("nam", name="Nam", pronouns="anh")
    await here.say("lan", "mời người nhà", "1")
    await here.say("nam", "(link)", "1")
    await here.say("lan", "1")


async def test_before_the_learners_yes_nothing_is_seen(here: Village) -> None:
    await here.given("nam", name="Nam", pronouns="anh")
    await here.say("lan", "mời người nhà", "1")
    await here.say("nam", "(link)", "1", "người nhà")
    assert "Bác Lan" not in _labels(here, "nam")
    await here.tell("nam", await here.press("nam", f"f{here.id_of('lan')}"))
    await here.tell("nam", await here.press("nam", "praise"))
    assert not any("khen bác" in text for text in here.said_to("lan"))


async def test_a_family_link_serves_once(here: Village) -> None:
    await _family(here)
    await here.given("ai")
    await here.say("ai", "(link)")
    assert "không dùng được nữa" in here.said_to("ai")[-2]


async def test_days_and_lessons_are_seen_never_an_answer(here: Village) -> None:
    await _family(here)
    await here.say("lan", "học bài này", "1", "1", "2")
    told = len(here.told)
    await here.say("nam", "người nhà", "2")
    said = " ".join(reply.text for name, reply in here.told[told:] if name == "nam")
    assert re.search(r"Bác Lan: \d+ ngày học, \d+ bài", said)
    assert "nút nguồn" not in said.lower()


async def test_it_ends_at_once_for_a_press_under_way(here: Village) -> None:
    await _family(here)
    await here.say("nam", "người nhà", "2")
    press = await here.press("nam", "praise")
    await here.tell_at_once(("lan", Text("bỏ người nhà")), ("nam", press))
    assert not any("khen bác" in text for text in here.said_to("lan"))
    await here.say("nam", "người nhà")
    assert "Bác Lan" not in _labels(here, "nam")


async def test_praise_is_once_a_week_whatever_is_pressed(here: Village) -> None:
    await _family(here)
    await here.say("nam", "người nhà", "2", "khen", "khen", "khen")
    here.now += timedelta(days=6, hours=23)
    await here.say("nam", "người nhà", "2", "khen")
    assert sum("khen bác" in text for text in here.said_to("lan")) == 1
    here.now += timedelta(hours=2)
    await here.say("nam", "khen")
    assert sum("khen bác" in text for text in here.said_to("lan")) == 2


async def test_praise_at_night_waits_for_the_learners_next_word(here: Village) -> None:
    await _family(here)
    here.now += NIGHT
    await here.say("nam", "người nhà", "2", "khen")
    assert not any("khen bác" in text for text in here.said_to("lan"))
    here.now += timedelta(hours=12)
    await here.say("lan", "nhắc lại", "nhắc lại")
    assert sum("khen bác" in text for text in here.said_to("lan")) == 1


async def test_erasing_either_ends_it(here: Village) -> None:
    await _family(here)
    await here.turns.erase(here.id_of("nam"))
    assert await here.store.count("family") == 0
