"""Whoever joins and parts keeps more than lessons: rights, family, a volunteer's list, what was
announced and answered. And the chat used last is where they are found."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.broadcasting import Desk
from bot.conversation.days import milliseconds
from bot.conversation.draft import Announcement, Audience, Draft
from bot.conversation.keeping import kept
from bot.conversation.replies import QueueBroadcast
from scheduler.nudges import Nudges
from store.people import KeptLearner, NoticeRow
from store.personal import PERSONAL
from tests.joining import in_a_village, joined, learnt, progress, said
from tests.village import Village, village

WARD = "06685"
# Two chats of each messenger, the web; Hoa helps here, Mai coordinates.
CHATS = {"a": "zalo_bot", "b": "telegram", "c": "web", "d": "zalo_bot", "e": "telegram"}
ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(
            ["learn", "join", "join", "part", "family", "announce", "answer", "notice", "take"]
        ),
        st.sampled_from(sorted(CHATS)),
        st.sampled_from(sorted(CHATS)),
    ),
    min_size=3,
    max_size=14,
)
Rows = list[tuple[str, ...]]


async def announced(here: Village) -> int:
    """Mai announces something to the ward, and whoever can be told is told."""
    draft = Draft(Audience(WARD), Announcement("Sáng mai 8 giờ họp tổ.", ("come", "busy")))
    async with here.store.transaction() as tx:
        size = here.store.audience_size
        desk = Desk(tx, milliseconds(here.now), lambda to, body: None, lambda number: None, size)
        number = (await desk.queue(QueueBroadcast(draft, 50), here.id_of("mai"))).number
    await here.pass_by(timedelta(minutes=20))
    return number


async def rows(here: Village, sql: str) -> Rows:
    return [tuple(row) for row in await here.store._reader.execute_fetchall(sql)]


@given(ACTIONS)
@settings(max_examples=20, deadline=None)
def test_no_history_of_joining_and_parting_loses_what_others_know_of_somebody(
    actions: list[tuple[str, str, str]],
) -> None:
    in_a_village(CHATS, lambda here: _history(here, actions))


async def _history(here: Village, actions: list[tuple[str, str, str]]) -> None:
    await here.given("hoa", "telegram", role="volunteer", ward=WARD)
    await here.given("mai", "zalo_bot", role="coordinator", ward=WARD)
    document = kept("kept-1", "Tư", "ong", WARD, "", here.id_of("hoa"))
    row = KeptLearner("kept-1", msgspec.json.encode(document), WARD, "", here.id_of("hoa"))
    async with here.store.transaction() as tx:
        await tx.people.keep(row, 0)
    ledger = _Ledger(here)
    for number, (action, one, two) in enumerate(actions):
        await ledger.do(action, one, two, number)
        await ledger.check()


class _Ledger:
    """What must be true of everybody, kept beside the store. became: who ended in whom."""

    def __init__(self, here: Village) -> None:
        self.here = here
        self.became: dict[str, str] = {}
        self.family: set[tuple[str, str]] = set()
        self.answers: set[tuple[int, str]] = set()
        self.stuck: set[str] = set()
        self.number = 0

    def now(self, learner_id: str) -> str:
        while learner_id in self.became:
            learner_id = self.became[learner_id]
        return learner_id

    async def do(self, action: str, one: str, two: str, number: int) -> None:
        here = self.here
        mine, theirs = await here.learner(one), await here.learner(two)
        at = milliseconds(here.now)
        match action:
            case "learn":
                await learnt(here, one, number)
            case "join":
                await joined(here, one, two)
                after = (await here.learner(two)).id
                if after != theirs.id:
                    assert after == mine.id
                    self.became[theirs.id] = mine.id
                    assert progress(await here.learner(two)) >= progress(theirs)
            case "part":
                await said(here, one, "tách máy này ra", "1")
                assert progress(await here.learner(one)) >= progress(mine)
            case "take":  # who helps gives a code and takes none
                before = (await here.learner("hoa")).id
                await joined(here, one, "hoa")
                assert (await here.learner("hoa")).id == before
            case "family" if mine.id != theirs.id:
                async with here.store.transaction() as tx:
                    await tx.people.ask_family(mine.id, theirs.id, at)
                    await tx.people.agree_family(mine.id, theirs.id, at)
                self.family.add((mine.id, theirs.id))
            case "announce":
                self.number = await announced(here)
            case "answer" if self.number:
                async with here.store.transaction() as tx:
                    if await tx.broadcasts.answer(self.number, mine.id, "come", at):
                        self.answers.add((self.number, mine.id))
            case "notice":
                async with here.store.transaction() as tx:
                    await tx.people.note([NoticeRow(mine.id, "stuck", "L0101/q1", WARD, "", at)])
                self.stuck.add(mine.id)

    async def check(self) -> None:
        here, now = self.here, self.now
        roles = await rows(here, "SELECT learner_id, role FROM role WHERE taken_at IS NULL")
        assert sorted(roles) == [("learner-hoa", "volunteer"), ("learner-mai", "coordinator")]
        kept = await rows(here, "SELECT learner_id, kept_by FROM kept_learner")
        assert kept == [("kept-1", "learner-hoa")]
        family = await rows(
            here, "SELECT learner_id, helper_id FROM family WHERE agreed_at IS NOT NULL"
        )
        follows = {(now(one), now(two)) for one, two in self.family}
        assert set(family) == {(one, two) for one, two in follows if one != two}
        answers = await rows(here, "SELECT broadcast_id, learner_id FROM broadcast_answer")
        assert set(answers) == {(number, now(one)) for number, one in self.answers}
        stuck = await rows(here, "SELECT learner_id FROM notice WHERE kind = 'stuck'")
        assert {one for (one,) in stuck} == set(map(now, self.stuck))
        # Whatever was said somewhere was said to somebody who uses that chat.
        for table in ("outbox", "history"):
            chats = f"SELECT DISTINCT contact_id, learner_id FROM {table}"
            assert set(await rows(here, chats)) <= set(
                await rows(here, "SELECT contact_id, learner_id FROM contact_learner")
            )
        learners = {one for (one,) in await rows(here, "SELECT learner_id FROM learner")}
        for table in PERSONAL:
            if table not in ("seen", "contact", "broadcast", "ticket", "learner"):
                told = await rows(here, f"SELECT DISTINCT learner_id FROM {table}")
                assert {one for (one,) in told} <= learners, table


@pytest.mark.parametrize("last", ["web", "zalo", "telegram"])
async def test_nudges_and_announcements_come_to_the_chat_used_last(
    tmp_path: Path, last: str
) -> None:
    async with village(tmp_path) as here:
        await here.given("mai", "zalo_bot", role="coordinator", ward=WARD)
        await here.given("web", "web", done="L0101", hour="08:00")
        await here.given("zalo", "zalo_bot")
        await here.given("telegram", "telegram")
        await joined(here, "web", "zalo")
        await joined(here, "zalo", "telegram")
        for chat in ("telegram", "web", "zalo", last):
            await said(here, chat, "danh sách")
        here.now += timedelta(days=1)  # at nine
        before = len(here.told)
        await Nudges(here.store, here.turns.tell, lambda: here.now).tick()
        await here.gather()
        assert {name for name, _ in here.told[before:]} == {last}
        here.now += timedelta(days=1)
        before = len(here.told)
        await announced(here)
        told = {name for name, reply in here.told[before:] if "họp tổ" in reply.text}
        assert told == {last}
