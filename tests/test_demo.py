"""Made-up learners are real to the program: it goes on with each of them."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from bot.commands.demo import _keep_all
from bot.conversation.events import Text
from bot.conversation.learner import Learner
from bot.demo import Made, make_learners
from bot.passing import Incoming
from bot.turns import Turns
from store.sqlite import open_store
from tests.play import shelf
from tests.running import command, running

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)
BOTS = (("telegram", "main"), ("zalo_bot", "main"))


def _made(count: int, seed: int = 1) -> list[Made]:
    return list(make_learners(shelf(), count, seed, NOW, BOTS))


def test_the_same_seed_makes_the_same_people() -> None:
    assert _made(50) == _made(50)
    assert _made(50) != _made(50, seed=2)


def test_they_are_of_every_kind_and_nothing_is_ahead_of_now() -> None:
    made = _made(400)
    assert len({one.person.learner_id for one in made}) == 400
    assert len({one.person.address for one in made}) == 400
    assert {one.person.address.channel for one in made} == {"telegram", "zalo_bot", "web"}
    assert {one.row.status for one in made} == {"active", "stopped", "guest", "new"}
    learners = [msgspec.json.decode(one.row.document, type=Learner) for one in made]
    assert {learner.screen for learner in learners} >= {"welcome", "lesson", "home"}
    assert len({learner.ward for learner in learners}) > 5
    assert any(learner.nudges.unanswered for learner in learners)
    for one, learner in zip(made, learners, strict=True):
        moments = [fact.at for fact in one.facts]
        assert moments == sorted(moments)
        assert one.row.last_seen_at == max([one.row.last_seen_at, *moments]) < NOW_MS
        assert all(fact.turn <= learner.turn for fact in one.facts)
        if len(learner.done) <= 10:
            assert len(one.row.document) <= 1024
    answered = [fact for one in made for fact in one.facts if fact.kind == "attempt"]
    assert len(answered) > 2000


async def test_the_program_goes_on_with_each(tmp_path: Path) -> None:
    store = await open_store(tmp_path / "a.db", now_ms=lambda: NOW_MS)
    made = _made(300)
    await _keep_all(store, iter(made), NOW_MS, lambda kept: None)
    turns = Turns(store, shelf(), secret=b"s", clock=lambda: NOW)
    for words in ("xin chào", "1", "tiếp", "menu"):
        for at in range(0, len(made), 100):
            batch = [
                Incoming(f"{words}:{one.person.contact_id}", one.person.address, NOW, Text(words))
                for one in made[at : at + 100]
            ]
            assert not any(outcome.repeated for outcome in await turns.run_batch(batch))
    assert await store.count("quarantine") == 0
    assert await store.count("learner") == 300
    await store.close()


@pytest.mark.parametrize("learners", ["0", "many"])
async def test_a_number_that_is_none_is_refused(tmp_path: Path, learners: str) -> None:
    status, _, _ = await command(tmp_path / "a.db", "demo", "--learners", learners)
    assert status == 2


async def test_only_into_an_empty_database_that_nobody_uses(tmp_path: Path) -> None:
    database = tmp_path / "a.db"
    status, told, _ = await command(database, "demo", "--learners", "30")
    assert (status, told.split(": ")[1].split(",")[0]) == (0, "30 learners")
    status, _, told = await command(database, "demo", "--learners", "30")
    assert status == 2
    assert "never go among them" in told
    async with running(tmp_path / "b.db") as program:
        status, _, told = await command(tmp_path / "b.db", "demo")
        assert status == 2
        assert str(program.process.pid) in told
