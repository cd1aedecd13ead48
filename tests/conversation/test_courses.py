"""Every shipped lesson is taken to its end: by keys, by numbers, by the words of the
options, and by those words without their marks; in both languages; and in every role
play each way is gone to its end."""

import unicodedata
from collections.abc import Iterator

import pytest

from bot.conversation.events import Body, Press, Text
from bot.conversation.learner import Learner, Place, change
from bot.conversation.open_question import live_options
from bot.conversation.replies import Attempt, Fact, Option, RolePlayed
from bot.conversation.world import World
from lessons.model import (
    Choose,
    FindTheFake,
    Lesson,
    Match,
    Order,
    Question,
    RolePlay,
    TrueFalse,
    TypeText,
)
from tests.play import Talk, shelf

LESSONS = shelf().library.lessons
_TURNS = 60  # more than any lesson needs


def bare(words: str) -> str:
    """The words as typed by someone who types no marks."""
    plain = unicodedata.normalize("NFD", words.replace("đ", "d").replace("Đ", "D"))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def ways(play: RolePlay, node: str) -> Iterator[tuple[str, ...]]:
    """Every row of choices that leads from a node to an end, that end last."""
    for choice in play.nodes[node].choices:
        if choice.go in play.ends:
            yield (choice.id, choice.go)
        else:
            for rest in ways(play, choice.go):
                yield (choice.id, *rest)


def role_play(lesson: Lesson) -> RolePlay | None:
    asked = (card.question for card in lesson.cards)
    return next((one for one in asked if isinstance(one, RolePlay)), None)


def right(question: Question | None, place: Place, options: tuple[Option, ...]) -> int:
    """Where the option stands that a learner presses who knows the answer."""
    picked = [int(n) for n in place.picked.split(",") if n.isdigit()]
    match question:
        case Choose():
            return _at(options, next(one.id for one in question.options if one.correct))
        case TrueFalse():
            return _at(options, "true" if question.answer else "false")
        case Order() | Match():
            return _at(options, str(len(picked)))
        case FindTheFake() if len(question.flags) > 1:
            found = {question.message[n].id for n in picked}
            missing = [flag for flag in question.flags if flag not in found]
            return _at(options, missing[0] if missing else "done")
        case FindTheFake():
            return _at(options, question.flags[0])
        case _:
            return 0


def _at(options: tuple[Option, ...], option_id: str) -> int:
    return [one.id for one in options].index(option_id)


def answer(by: str, talk: Talk, option: Option, number: int) -> Body:
    label = option.label
    match by:
        case "keys":
            return Press(talk.learner.asked, option.id)
        case "numbers":
            return Text(str(number + 1))
        case "words":
            return Text(label)
        case _:
            return Text(bare(label))


def taken(lesson: Lesson, language: str, by: str, way: tuple[str, ...]) -> list[Fact]:
    """Take one lesson and answer well, in its role play along the given way."""
    first = next(card.id for card in lesson.cards if not card.picture)
    learner = change(
        Learner(id="learner-1"),
        turn=1,
        screen="lesson",
        lesson=Place(lesson.id, first),
        language=language,
        consent="yes",
        pronouns="bac",
        ward="06685",
        hour="08:00",
    )
    talk, facts, left = Talk(learner), [], list(way)
    talk.tell(Text("nhắc lại" if language == "vi" else "repeat"))
    for _ in range(_TURNS):
        place = talk.learner.lesson
        card = lesson.card(place.card)
        question = card.question if card else None
        options = live_options(talk.learner, World(talk.shelf, talk.now, b""))
        if isinstance(question, TypeText):
            said: Body = Text(question.target)
        else:
            plays = isinstance(question, RolePlay) and place.picked not in question.ends
            number = _at(options, left.pop(0)) if plays else right(question, place, options)
            said = answer(by, talk, options[number], number)
        facts += talk.tell(said).facts
        assert not talk.learner.misses, (said, [one.text for one in talk.said[-3:]])
        if lesson.id in talk.learner.done:
            return facts
    raise AssertionError(f"no end: {place}")


@pytest.mark.parametrize("by", ["keys", "numbers", "words", "words without marks"])
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("lesson_id", LESSONS["vi"])
def test_a_lesson_is_taken_to_its_end(lesson_id: str, language: str, by: str) -> None:
    lesson = LESSONS[language][lesson_id]
    play = role_play(lesson)
    for way in ways(play, play.start) if play else ((),):
        facts = taken(lesson, language, by, way)
        ends = [fact.end for fact in facts if isinstance(fact, RolePlayed)]
        assert ends == list(way[-1:])
        missed = [one.item for one in facts if isinstance(one, Attempt) and not one.correct]
        lost = bool(play and ends and play.ends[ends[0]].result == "lost")
        assert len(missed) == lost, missed
