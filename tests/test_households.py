"""Joining and parting keep all progress; a shared phone keeps everybody apart."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.days import day_number
from bot.conversation.events import Nudge, Text
from bot.conversation.learner import Learner, read_document
from bot.conversation.spoken import code_hash
from bot.passing import Pressed
from store.base import InboxRow
from tests.joining import LESSONS, code_of, in_a_village, joined, learnt, progress, said
from tests.village import Village, village

CHATS = {"a": "zalo_bot", "b": "telegram", "c": "web", "d": "zalo_bot"}


async def everybody(here: Village) -> dict[str, Learner]:
    rows = await here.store._reader.execute_fetchall("SELECT document FROM learner")
    learners = [read_document(row[0]) for row in rows]
    return {one.id: one for one in learners}


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["learn", "learn", "join", "part", "add", "other"]),
        st.sampled_from(sorted(CHATS)),
        st.sampled_from(sorted(CHATS)),
    ),
    max_size=14,
)


@given(ACTIONS)
@settings(max_examples=25, deadline=None)
def test_no_history_of_joining_and_parting_loses_progress(
    actions: list[tuple[str, str, str]],
) -> None:
    in_a_village(CHATS, lambda here: _history(here, actions))


async def _history(here: Village, actions: list[tuple[str, str, str]]) -> None:
    for number, (action, one, two) in enumerate(actions):
        before, facts = await everybody(here), await _facts(here)
        mine, theirs = await here.learner(one), await here.learner(two)
        match action:
            case "learn":
                await learnt(here, one, number)
            case "join":
                await joined(here, one, two)
            case "part":
                await said(here, one, "tách máy này ra", "1")
            case "add":
                await said(here, one, "thêm người học", "1")
            case "other":
                await said(here, one, "đổi người", "2")
        after = await everybody(here)
        for learner_id, learner in before.items():
            if learner_id in after:
                assert progress(after[learner_id]) >= progress(learner)
                assert after[learner_id].consent in (learner.consent, "yes")
            else:  # ended in another: in the one whose code was typed
                assert action == "join"
                assert learner_id == theirs.id
                now = await here.learner(two)
                assert progress(now) >= progress(learner)
        if action == "part":
            assert progress(await here.learner(one)) >= progress(mine)
        assert await _facts(here) >= facts
        await _whole(here, set(after))


async def _facts(here: Village) -> int:
    rows = await here.store._reader.execute_fetchall(
        "SELECT count(*) FROM fact WHERE kind = 'attempt'"
    )
    return int(next(iter(rows))[0])


async def _whole(here: Village, learners: set[str]) -> None:
    """Every row names somebody who is there; every chat is its learner's."""
    read = here.store._reader.execute_fetchall
    for table in ("fact", "outbox", "history", "contact_learner"):
        rows = await read(f"SELECT DISTINCT learner_id FROM {table}")
        assert {row[0] for row in rows} <= learners
    for table in ("outbox", "history"):  # else nobody's erasure would find the row
        rows = await read(
            f"SELECT count(*) FROM {table} t WHERE NOT EXISTS (SELECT 1 FROM contact_learner s "
            "WHERE s.contact_id = t.contact_id AND s.learner_id = t.learner_id)"
        )
        assert next(iter(rows))[0] == 0
    rows = await read(
        "SELECT count(*) FROM contact c WHERE NOT EXISTS (SELECT 1 FROM contact_learner s "
        "WHERE s.contact_id = c.contact_id AND s.learner_id = c.active_learner_id)"
    )
    assert next(iter(rows))[0] == 0
    rows = await read(
        "SELECT count(*) FROM learner l WHERE NOT EXISTS (SELECT 1 FROM contact_learner s "
        "WHERE s.contact_id = l.contact_id AND s.learner_id = l.learner_id)"
    )
    assert next(iter(rows))[0] == 0
    assert [row[0] for row in await read("PRAGMA foreign_key_check")] == []


async def test_the_chat_used_last_gets_what_nobody_asked_for(tmp_path: Path) -> None:
    async with village(tmp_path) as here:
        await here.given("web", "web")
        await here.given("zalo", "zalo_bot")
        await joined(here, "web", "zalo")
        assert (await _contact(here, "web")) == "zalo"
        await said(here, "web", "danh sách")
        assert (await _contact(here, "web")) == "web"


async def _contact(here: Village, chat: str) -> str:
    learner = await here.learner(chat)
    async with here.store.transaction() as tx:
        (first, *_) = await tx.households.chats(learner.id)
    return first.external_id


async def test_a_code_ends_after_ten_minutes_and_after_one_use(tmp_path: Path) -> None:
    async with village(tmp_path) as here:
        for name, channel in CHATS.items():
            await here.given(name, channel)
        code = await code_of(here, "a")
        here.now += timedelta(minutes=10, seconds=1)
        await here.tell("b", code)
        assert "quá 10 phút" in here.said_to("b")[-2]
        await joined(here, "a", "b")
        assert (await here.learner("a")).id == (await here.learner("b")).id
        await said(here, "c", here.code)
        assert "chưa khớp" in here.said_to("c")[-1] or "chưa khớp" in here.said_to("c")[-2]
        assert (await here.learner("c")).id != (await here.learner("a")).id


async def test_five_wrong_codes_and_even_the_right_one_is_refused_until_the_next_day(
    tmp_path: Path,
) -> None:
    async with village(tmp_path) as here:
        await here.given("a", "zalo_bot")
        await here.given("b", "telegram")
        for number in range(11, 16):
            await said(here, "b", f"hoa sen {number} tre")
        code = await code_of(here, "a")
        await here.tell("b", code)
        assert (await here.learner("b")).screen != "join"
        here.now += timedelta(hours=25)
        await joined(here, "a", "b")
        assert (await here.learner("a")).id == (await here.learner("b")).id


async def test_two_who_type_the_same_code_at_once(tmp_path: Path) -> None:
    async with village(tmp_path) as here:
        await here.given("a", "zalo_bot")
        code = await code_of(here, "a")
        await here.tell_at_once(("x", code), ("y", code))
        ids = [(await here.learner(name)).id for name in ("a", "x", "y")]
        assert ids[0] in ids[1:]
        assert ids[1] != ids[2]


async def test_joined_and_answered_in_one_batch(tmp_path: Path) -> None:
    async with village(tmp_path) as here:
        await here.given("a", "zalo_bot")
        code = await code_of(here, "a")
        await here.tell_at_once(("x", code), ("x", Text("danh sách")), ("a", Text("1")))
        assert (await here.learner("x")).id == (await here.learner("a")).id
        assert (await here.learner("x")).screen in ("courses", "lesson")
        await _whole(here, set(await everybody(here)))


async def test_joined_and_parted_in_one_batch(tmp_path: Path) -> None:
    async with village(tmp_path) as here:
        await here.given("a", "zalo_bot")
        await here.given("b", "telegram", done=LESSONS[0])
        code = await code_of(here, "a")
        said = (code, "1", "tách máy này ra", "1", "danh sách")
        texts = [one if isinstance(one, Text) else Text(one) for one in said]
        await here.tell_at_once(*(("b", one) for one in texts))
        one, two = await here.learner("a"), await here.learner("b")
        assert one.id != two.id
        assert LESSONS[0] in one.done
        assert LESSONS[0] in two.done
        assert two.screen == "courses"
        async with here.store.transaction() as tx:
            assert [chat.external_id for chat in await tx.households.chats(one.id)] == ["a"]
        await _whole(here, set(await everybody(here)))


async def test_a_code_is_kept_as_a_hash_alone(tmp_path: Path) -> None:
    async with village(tmp_path) as here:
        await here.given("a", "zalo_bot")
        code = await code_of(here, "a")
        rows = await here.store._reader.execute_fetchall("SELECT hash, purpose FROM ticket")
        assert [tuple(row) for row in rows] == [(code_hash(code.text), "join")]


async def test_whose_key_is_pressed_is_who_learns(tmp_path: Path) -> None:
    async with village(tmp_path) as here:
        await here.given("nha", "telegram", name="Lan")
        lan = await here.learner("nha")
        offered = await here.press("nha", "learn")
        await said(here, "nha", "thêm người học")
        assert (await here.learner("nha")).id != lan.id
        forged = Pressed(here.turns.seals.press("somebody", 1, "learn"))
        await here.tell("nha", forged)
        assert (await here.learner("nha")).id != lan.id
        await here.tell("nha", offered)
        assert (await here.learner("nha")).id == lan.id


@pytest.mark.parametrize(("minutes", "rings"), [(10, False), (45, True)])
async def test_a_nudge_waits_while_another_one_learns(
    tmp_path: Path, minutes: int, rings: bool
) -> None:
    async with village(tmp_path) as here:
        await here.given("nha", "zalo_bot", name="Lan", done="L0101", hour="08:00")
        await said(here, "nha", "danh sách")  # Lan is seen, so she is asked tomorrow
        lan = await here.learner("nha")
        await said(here, "nha", "thêm người học", "1", "1", "Tư", "1", "1")
        here.now += timedelta(days=1) - timedelta(hours=1, minutes=minutes)
        await said(here, "nha", "đổi người", "2")
        here.now += timedelta(minutes=minutes)
        before = len(here.told)
        body = msgspec.json.encode(Nudge())
        day = day_number(here.now)
        row = InboxRow(f"nudge:{lan.id}:{day}", lan.id, body, 0)
        await here.turns.beside(lambda work: work.hear_once([row]))
        told = [reply.text for _, reply in here.told[before:]]
        assert bool(told) is rings
        if rings:
            assert told[0].startswith("Gửi bác Lan:")
            assert (await here.learner("nha")).id == lan.id
