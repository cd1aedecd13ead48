"""Both courses from the first greeting to the last lesson, in one chat: by keys alone, by
numbers alone, by words without marks alone; in Vietnamese and in English."""

import pytest

from bot.conversation.events import Start, Text
from bot.conversation.open_question import live_options
from bot.conversation.replies import Attempt, Fact, Milestone, RolePlayed
from bot.conversation.step import MOST_MESSAGES
from bot.conversation.world import World
from lessons.model import RolePlay, TypeText
from tests.conversation.test_courses import LESSONS, answer, right
from tests.play import Talk

_TURNS = 600
_LONGEST = 300  # letters of one message (learner-experience.md M1)


def _number(talk: Talk) -> int:
    """Which key a learner presses who knows the answer; the first one elsewhere."""
    learner = talk.learner
    options = live_options(learner, World(talk.shelf, talk.now, b""))
    if learner.screen != "lesson":
        return 0
    lesson = LESSONS[learner.language][learner.lesson.lesson]
    card = lesson.card(learner.lesson.card)
    question = card.question if card else None
    if isinstance(question, RolePlay) and learner.lesson.picked not in question.ends:
        node = question.nodes.get(learner.lesson.picked) or question.nodes[question.start]
        safe = {name for name, end in question.ends.items() if end.result == "safe"}
        ways = [one.go for one in node.choices]
        return next((n for n, go in enumerate(ways) if go in safe), 0)
    return right(question, learner.lesson, options)


@pytest.mark.parametrize("by", ["keys", "numbers", "words without marks"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_both_courses_in_one_chat(language: str, by: str) -> None:
    talk, facts = Talk(), list[Fact]()
    talk.tell(Start())
    if language == "en":
        talk.tell(Text("english"))
    for _ in range(_TURNS):
        if len(talk.learner.done) == len(LESSONS["vi"]):
            break
        options = live_options(talk.learner, World(talk.shelf, talk.now, b""))
        number = _number(talk)
        said = answer(by, talk, options[number], number)
        if talk.learner.screen == "lesson" and by != "keys":
            card = LESSONS["vi"][talk.learner.lesson.lesson].card(talk.learner.lesson.card)
            if card and isinstance(card.question, TypeText):
                said = Text(card.question.target)
        turn = talk.tell(said)
        facts += turn.facts
        assert len(turn.replies) <= MOST_MESSAGES
        assert all(len(reply.text) <= _LONGEST for reply in turn.replies)
        assert not talk.learner.misses, (said, [one.text for one in talk.said[-3:]])
    # One course to its end before the next begins, each lesson once.
    assert list(talk.learner.done) == list(LESSONS["vi"])
    missed = [one.item for one in facts if isinstance(one, Attempt) and not one.correct]
    assert missed == []
    done = [one.name for one in facts if isinstance(one, Milestone)]
    assert done.count("M13") == 1
    assert all(one.end.startswith("end_safe") for one in facts if isinstance(one, RolePlayed))
