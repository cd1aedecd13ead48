"""What no right allows: forged, borrowed, late and used presses, links, codes and typed words.

A village with something of everything at stake is walked through by those who may; then
somebody without a right, or of another ward, or on another app, tries each of it. Nothing of the
village may be otherwise afterwards, nobody else may hear of it, there is one polite answer
and, where a right was reached for, a line of the audit trail.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

import msgspec
import pytest

from bot.conversation.events import Start, Text
from bot.conversation.learner import Learner, change
from bot.conversation.screens import SCREENS
from bot.conversation.screens.talk import HELPER
from bot.passing import Pressed
from store.base import Address, LearnerRow
from tests.village import Village, village

# Everything that a right can change.
_AT_STAKE = (
    "SELECT learner_id, role, ward, hamlet, given_by, taken_at FROM role",
    "SELECT call_id, about, taken_by, done_at, closed_at, helped FROM help_call",
    "SELECT learner_id, kept_by FROM kept_learner",
    "SELECT learner_id, document FROM learner WHERE status = 'kept'",
    "SELECT learner_id, helper_id, agreed_at, praised_at FROM family",
    "SELECT hash, purpose, made_by, used_by, expires_at FROM ticket",
    "SELECT learner_id, weekday, from_minute, to_minute FROM duty",
    "SELECT broadcast_id, status FROM broadcast",
    "SELECT kind FROM quarantine",
)
# Those who may, and what they do, each line a turn; wherever they come by is tried.
_WALKS = {
    "mai": (
        *("việc tình nguyện", "người cùng làm", "1", "1", "2", "1", "việc tình nguyện"),
        *("việc tình nguyện", "gửi tin", "1", "Sáng thứ Bảy 8 giờ họp thôn."),
    ),
    "hoa": (
        *("việc tình nguyện", "giờ trực", "1", "1", "1"),
        *("việc tình nguyện", "bà con", "1", "1", "1", "Bác khỏe không ạ?", "để sau"),
        *("việc tình nguyện", "bà con", "4", "1", "ông Bảy", "1", "2", "1", "1", "quay lại", "2"),
        *("việc tình nguyện", "việc khác", "việc tình nguyện", "cần giúp", "1", "1"),
    ),
    "lan": ("người nhà", "1", "người nhà"),
}


@dataclass
class Stake:
    """A village, and each place at which somebody with a right stood in it."""

    here: Village
    stood: list[tuple[Learner, tuple[str, ...]]] = field(default_factory=list)
    tickets: list[str] = field(default_factory=list)

    async def rows(self) -> list[list[tuple[object, ...]]]:
        reader = self.here.store._reader
        return [[tuple(r) for r in await reader.execute_fetchall(sql)] for sql in _AT_STAKE]

    async def walk(self, name: str) -> None:
        """Do all of it, and remember the way."""
        for said in _WALKS[name]:
            link = self.here.link
            await self.here.say(name, said)
            options = tuple(one.id for one in self.here.newest[name].options)
            self.stood.append((await self.here.learner(name), options))
            if self.here.link != link:
                self.tickets.append(self.here.link)

    async def put(self, name: str, there: Learner) -> Learner:
        """That person at a place where another stood, with its question open to them."""
        mine = await self.here.learner(name)
        put = change(mine, screen=there.screen, place=there.place, turn=there.turn)
        put = change(put, asked=there.asked, draft=there.draft)
        contact = (await self.here.store.person(self.here.people[name])).contact_id  # type: ignore[union-attr]
        row = LearnerRow(
            put.id, msgspec.json.encode(put), put.ward, "active", None, None, contact, put.hamlet
        )
        async with self.here.store.transaction() as tx:
            await tx.save_learners([row])
        return put


@pytest.fixture
async def at_stake(tmp_path: Path) -> AsyncIterator[Stake]:
    async with village(tmp_path) as here:
        await here.given("mai", role="coordinator", ward="06685", name="Mai", pronouns="chi")
        await here.given("hoa", role="volunteer", ward="06685", name="Hoa", pronouns="chi")
        await here.given("xa", role="volunteer", ward="06658", name="Xa", pronouns="chi")
        await here.given("thoi", "telegram", role="volunteer", ward="06685", name="Thôi")
        await here.given("lan", name="Lan")
        await here.given("ba", name="Ba")
        await here.given("tu", name="Tư")
        await here.given("nam", "telegram", name="Nam", pronouns="anh")
        stake = Stake(here)
        await here.say("ba", "học bài này", "1", "1", "2", "2", "2")
        for _ in range(2):
            await here.say("ba", "nhắc lại")
        await here.say("lan", "gặp người", "1")
        for name in _WALKS:
            await stake.walk(name)
        async with here.store.transaction() as tx:
            ended = here.id_of("thoi"), "volunteer", "06685", ""
            await tx.end_role(*ended, taken_by="", at=1)
        yield stake


async def _tried(stake: Stake, name: str, *tries: object) -> None:
    """Each of it comes to one turn that changes nothing, says something and tells nobody."""
    here = stake.here
    for body in tries:
        before, told = await stake.rows(), len(here.told)
        await here.tell(name, body)  # type: ignore[arg-type]  # bodies and presses
        heard = here.told[told:]
        assert await stake.rows() == before, body
        assert {one for one, _ in heard} == {name}, body
        assert 1 <= len(heard) <= 3, (body, [reply.text for _, reply in heard])


async def _audits_of(here: Village, name: str) -> int:
    learner = await here.learner(name)
    return sum(one.actor == learner.id for one in await here.audits())


async def test_the_walk_comes_by_every_screen_of_rights(at_stake: Stake) -> None:
    screens = {learner.screen for learner, _ in at_stake.stood}
    guarded = {name for name, screen in SCREENS.items() if screen.actions}
    assert guarded | {"talk", "family"} <= screens | {"announced", "which_lesson"}


@pytest.mark.parametrize("name", ["tu", "nam", "thoi"])
async def test_nobody_without_a_right_does_anything_from_anywhere(
    at_stake: Stake, name: str
) -> None:
    """Put where somebody with a right stood, with every key that was open there; typed, too."""
    here = at_stake.here
    for there, options in at_stake.stood:
        if not (SCREENS[there.screen].actions or there.place.stage == HELPER):
            continue
        for option in options:
            for body in (None, Text(option), Text("1")):
                put = await at_stake.put(name, there)
                press = Pressed(here.turns.seals.press(put.id, put.asked, option))
                before = await _audits_of(here, name)
                await _tried(at_stake, name, body or press)
                leaves = there.screen == "talk" and body == Text("1")  # it is over: «quay lại»
                assert await _audits_of(here, name) == before + 1 - leaves, (there, option, body)


async def test_a_volunteer_of_another_ward_changes_nothing_of_this_one(at_stake: Stake) -> None:
    here = at_stake.here
    words = {"Lan", "Ba", "Bảy", "Hoa"}
    for there, options in at_stake.stood:
        if there.screen in ("home", "duty", "family"):
            continue  # there they have rights of their own
        for option in options:
            if option in ("bring_in", "team", "announce", "has_agreed", "yes"):
                continue
            put = await at_stake.put("xa", there)
            press = Pressed(here.turns.seals.press(put.id, put.asked, option))
            told = len(here.told)
            await _tried(at_stake, "xa", press)
            said = " ".join(reply.text for _, reply in here.told[told:])
            assert not words & set(said.replace(",", " ").split()), (there.screen, option, said)


@pytest.mark.parametrize("name", ["tu", "nam", "xa", "thoi", "new"])
async def test_presses_that_were_thought_up_or_borrowed(at_stake: Stake, name: str) -> None:
    here, chance = at_stake.here, Random(8)
    here.people.setdefault(name, Address("telegram", "main", name))
    await here.say(name, "xin chào")
    presses = []
    for there, options in at_stake.stood:
        for option in options:
            presses.append(Pressed(here.turns.seals.press(there.id, there.asked, option)))
            seal = "".join(chance.choices("ABCabc012-_", k=12))
            presses.append(Pressed(f"{there.asked}.{option}.{seal}"))
    presses += [Pressed(""), Pressed("1.2"), Pressed("\x00" * 64), Pressed("9" * 64)]
    before = await _audits_of(here, name)
    await _tried(at_stake, name, *presses)
    assert await _audits_of(here, name) == before + len(presses)


async def test_a_key_that_was_pressed_before_does_nothing_again(at_stake: Stake) -> None:
    """Each key of a way that a volunteer went, once more from where they are now."""
    here = at_stake.here
    await here.say("hoa", "để sau")
    now = (await here.learner("hoa")).asked
    mine = [one for one in at_stake.stood if one[0].id == here.id_of("hoa")]
    late = [
        Pressed(here.turns.seals.press(there.id, there.asked, option))
        for there, options in mine
        for option in options
        if there.asked != now
    ]
    before = await _audits_of(here, "hoa")
    await _tried(at_stake, "hoa", *late)
    assert await _audits_of(here, "hoa") == before + len(late)


@pytest.mark.parametrize("channel", ["web", "telegram", "zalo_bot"])
async def test_links_that_were_thought_up_used_or_late(at_stake: Stake, channel: str) -> None:
    here, chance = at_stake.here, Random(8)
    await here.given("ai", channel, name="Ai")
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
    thought_up = ["".join(chance.choices(letters, k=k)) for k in (1, 21, 22, 22, 22, 64)]
    await here.given("dung", name="Dùng")
    for ticket in at_stake.tickets:
        await here.tell("dung", Start(ticket))
        for _ in range(3):
            await here.say("dung", "1")
    await here.turns.run_batch([])
    here.now += timedelta(days=181)
    tries = [Start(one) for one in (*thought_up, *at_stake.tickets)]
    before = await _audits_of(here, "ai")
    await _tried(at_stake, "ai", *tries)
    assert await _audits_of(here, "ai") == before + len(tries)
    learner = await here.learner("ai")
    assert (learner.works, learner.guide, learner.ticket) == (False, "", "")


async def test_codes_that_were_thought_up(at_stake: Stake) -> None:
    """Five wrong ones a day; after that not even a good one (promises.md P23)."""
    here = at_stake.here
    codes = [f"hoa sen {number} tre" for number in range(21, 29)]
    before = await _audits_of(here, "nam")
    await _tried(at_stake, "nam", *(Text(code) for code in codes))
    assert await _audits_of(here, "nam") == before + len(codes)
    await here.say("lan", "nối máy", "1")
    await _tried(at_stake, "nam", Text(here.code))


@pytest.mark.parametrize("name", ["tu", "nam", "thoi", "new"])
@pytest.mark.parametrize(
    "said",
    ["việc tình nguyện", "viec tinh nguyen", "volunteer desk", "bàn trực", "việc trực"],
)
async def test_words_of_volunteers_open_nothing(at_stake: Stake, name: str, said: str) -> None:
    here = at_stake.here
    here.people.setdefault(name, Address("telegram", "main", name))
    await here.say(name, "xin chào", *(["1", "1"] if name == "new" else []))
    before = await _audits_of(here, name)
    await _tried(at_stake, name, Text(said))
    assert await _audits_of(here, name) == before + 1
    assert (await here.learner(name)).screen in ("home", "welcome")
