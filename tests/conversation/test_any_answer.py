"""Whoever answers without knowing comes to the end of every lesson too; and at each
question a typed number, or an option's words without marks, does what its key does.
"""

from dataclasses import replace
from itertools import count
from random import Random

import pytest

from bot.conversation.events import Body, Text
from bot.conversation.folding import fold
from bot.conversation.learner import Learner, Place
from tests.play import Talk, shelf

MOST_TURNS = 150
LESSONS = [
    (language, lesson.id)
    for language, lessons in shelf().library.lessons.items()
    for lesson in lessons.values()
]


def _begin(language: str, lesson_id: str) -> Talk:
    lesson = shelf().library.lessons[language][lesson_id]
    card = next(card for card in lesson.cards if not card.picture)
    learner = Learner(
        id="learner-1",
        language=language,
        pronouns="bac",
        consent="yes",
        ward="06685",
        hour="08:00",
        screen="lesson",
        lesson=Place(lesson=lesson_id, card=card.id),
    )
    talk = Talk(learner)
    talk.tell(Text("nhắc lại" if language == "vi" else "repeat"))
    return talk


def _pressed(talk: Talk, number: int) -> Body:
    return talk.press(number)


def _number(talk: Talk, number: int) -> Body:
    return Text(str(number))


def _words(talk: Talk, number: int) -> Body:
    return Text(fold(talk.offered()[number - 1].label))


@pytest.mark.parametrize("answer", [_pressed, _number, _words])
@pytest.mark.parametrize(("language", "lesson_id"), LESSONS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_lesson_comes_to_its_end(language: str, lesson_id: str, seed: int, answer) -> None:  # type: ignore[no-untyped-def]
    """Whoever answers without knowing gets through too."""
    talk, chance = _begin(language, lesson_id), Random(seed)
    for turn in count():
        if lesson_id in talk.learner.done:
            return
        assert turn < MOST_TURNS, talk.said[-1].text
        talk.tell(answer(talk, chance.randint(1, len(talk.offered()))))


@pytest.mark.parametrize(("language", "lesson_id"), LESSONS)
def test_a_number_or_the_words_do_what_the_button_does(language: str, lesson_id: str) -> None:
    talk, chance = _begin(language, lesson_id), Random(1)
    for turn in count():
        if lesson_id in talk.learner.done:
            return
        assert turn < MOST_TURNS, talk.said[-1].text
        options = talk.offered()
        for number in range(1, len(options) + 1):
            done = [
                replace(talk, said=[*talk.said]).tell(answer(talk, number))
                for answer in (_pressed, _number, _words)
            ]
            assert done[1:] == [done[0], done[0]], options[number - 1]
        talk.tell(_pressed(talk, chance.randint(1, len(options))))
