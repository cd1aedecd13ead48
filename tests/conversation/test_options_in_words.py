"""An option of a shipped lesson, said as people say it, raises no alarm, whatever swindle it
speaks of, and counts as no other option."""

import pytest

from bot.conversation.events import Press, Text
from bot.conversation.learner import Learner, Place, change
from bot.conversation.open_question import live_options
from bot.conversation.replies import Attempt, Option, Turn
from bot.conversation.world import World
from tests.conversation.test_courses import LESSONS, bare
from tests.play import Talk

ASKED = [
    (lesson.id, card.id)
    for lesson in LESSONS["vi"].values()
    for card in lesson.cards
    if card.question is not None and lesson.course == "C09"
]
MANNERS = {
    "vi": ("{} ạ", "bác chọn {}", "thì {} chứ", "theo bác là {}"),
    "en": ("I think {}", "maybe {}"),
}


def asked(language: str, lesson: str, card: str) -> tuple[Talk, tuple[Option, ...]]:
    learner = change(
        Learner(id="learner-1"),
        turn=3, asked=3, screen="lesson", lesson=Place(lesson, card),
        consent="yes", pronouns="bac", ward="06685", hour="08:00", language=language,
    )  # fmt: skip
    talk = Talk(learner)
    return talk, live_options(talk.learner, World(talk.shelf, talk.now, b""))


def outcome(turn: Turn) -> tuple[object, ...]:
    return turn.replies[0].text, *turn.facts


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("lesson", "card"), ASKED)
def test_an_option_in_words(lesson: str, card: str, language: str) -> None:
    _, options = asked(language, lesson, card)
    for option in options:
        pressed = asked(language, lesson, card)[0].tell(Press(3, option.id))
        for manner in MANNERS[language]:
            for label in (option.label.rstrip("."), bare(option.label.rstrip("."))):
                talk, _ = asked(language, lesson, card)
                turn = talk.tell(Text(manner.format(label.lower())))
                assert talk.learner.screen != "danger", label
                marked = any(isinstance(one, Attempt) for one in turn.facts)
                assert not marked or outcome(turn) == outcome(pressed), label
