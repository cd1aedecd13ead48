"""Lessons edited while people are in the middle of them (promises.md P19)."""

import random

import msgspec
import pytest

from bot.conversation.events import Body, Press, Text
from bot.conversation.learner import Learner, Place, change
from bot.conversation.replies import Attempt, as_text
from bot.conversation.world import Shelf
from lessons.changes import gone, marks
from lessons.model import Card, Choose, Lesson, Library, Match, Order, Question, RolePlay
from tests.play import Talk, shelf

CASES = 2000
TYPED = ["1", "2", "3", "tiếp", "nút nguồn", "đúng", "bỏ qua", "quay lại", "giúp"]


# --- edits --------------------------------------------------------------------------


def _edited(library: Library, chance: random.Random, lesson_id: str) -> Library:
    """The library after one random edit of that lesson, in both languages alike."""
    seed = chance.random()
    edited = {}
    for language, lessons in library.lessons.items():
        changed = _edit(lessons[lesson_id], random.Random(seed), lessons)
        edited[language] = {
            name: (changed if name == lesson_id else lesson)
            for name, lesson in lessons.items()
            if name != lesson_id or changed is not None
        }
    return renewed(library, edited)


def renewed(library: Library, lessons: dict[str, dict[str, Lesson]]) -> Library:
    """What the loader makes of new lessons after those of this library."""
    moved = gone(library.gone, library.lessons["vi"], lessons["vi"])
    return msgspec.structs.replace(library, lessons=lessons, marks=marks(lessons), gone=moved)


def _edit(lesson: Lesson, chance: random.Random, lessons: dict[str, Lesson]) -> Lesson | None:
    """One edit that an author could make; None takes the lesson out."""
    cards = list(lesson.cards)
    match chance.randrange(8):
        case 0:
            return None
        case 1:
            chance.shuffle(cards)
        case 2:
            del cards[chance.randrange(len(cards))]
        case 3:
            del cards[chance.randrange(len(cards)) :]
        case 4:
            cards.insert(chance.randrange(len(cards) + 1), Card("new", say="Một điều mới."))
        case 5:
            at = chance.randrange(len(cards))
            cards[at] = msgspec.structs.replace(cards[at], id=f"{cards[at].id}x")
        case 6:
            asked = [card.question for one in lessons.values() for card in one.cards]
            other = chance.choice([question for question in asked if question])
            return _with_questions(lesson, lambda question: other)
        case _:
            return _with_questions(lesson, lambda question: _reworked(question, chance))
    if not any(card.say or card.question for card in cards):
        cards.append(Card("new", say="Một điều mới."))
    return msgspec.structs.replace(lesson, cards=tuple(cards))


def _with_questions(lesson: Lesson, rework: "object") -> Lesson:
    cards = [
        msgspec.structs.replace(
            card,
            ask=rework(card.ask) if card.ask else None,  # type: ignore[operator]
            practice=rework(card.practice) if card.practice else None,  # type: ignore[operator]
        )
        for card in lesson.cards
    ]
    return msgspec.structs.replace(lesson, cards=tuple(cards))


def _reworked(question: Question, chance: random.Random) -> Question:
    """The same kind of question with other words behind the same ids."""
    if isinstance(question, Choose):
        right = chance.randrange(len(question.options))
        options = [
            msgspec.structs.replace(option, text=f"{option.text} nhé", correct=at == right)
            for at, option in enumerate(question.options)
        ]
        return msgspec.structs.replace(question, options=tuple(options))
    if isinstance(question, Order):
        return msgspec.structs.replace(question, steps=(question.steps[::-1])[:3])
    if isinstance(question, Match):
        return msgspec.structs.replace(question, pairs=question.pairs[1:])
    if isinstance(question, RolePlay):
        names = {name: f"{name}x" for name in question.nodes}
        return msgspec.structs.replace(
            question,
            start=names[question.start],
            nodes={
                names[name]: msgspec.structs.replace(
                    node,
                    choices=tuple(
                        msgspec.structs.replace(one, go=names.get(one.go, one.go))
                        for one in node.choices
                    ),
                )
                for name, node in question.nodes.items()
            },
        )
    return msgspec.structs.replace(question, explain="Lời giải mới.")


# --- the property -------------------------------------------------------------------


def test_no_edit_raises_loses_a_result_or_gives_wrong_credit() -> None:
    for case in range(CASES):
        _play(random.Random(case), f"case {case}")


def _play(chance: random.Random, case: str) -> None:
    talk = Talk(learner=_someone(chance))
    _use(talk, _around(talk.shelf.library, talk.learner.lesson.lesson))
    lesson_id = talk.learner.lesson.lesson
    talk.tell(Text("tiếp"))
    for _ in range(chance.randrange(4)):
        talk.tell(_answer(talk, chance))
    old_keys = [Press(one.turn, key.id) for one in talk.said for key in one.options]
    before = talk.learner
    asked = (before.lesson if before.screen == "lesson" else before.place).mark
    item = f"{before.lesson.lesson}/{before.lesson.card}"
    library = talk.shelf.library
    for _ in range(chance.randrange(1, 4)):
        if lesson_id in library.lessons["vi"]:
            library = _edited(library, chance, lesson_id)
    talk.shelf = msgspec.structs.replace(talk.shelf, library=library)

    event = chance.choice([*old_keys[-6:], Text(chance.choice(TYPED)), _answer(talk, chance)])
    turn = talk.tell(event)
    if before.screen == "lesson" and library.marks[before.language].get(item, 0) != asked:
        assert not [fact for fact in turn.facts if isinstance(fact, Attempt)], case
    for _ in range(2):
        talk.tell(_answer(talk, chance))
    assert set(before.done) <= set(talk.learner.done), case
    assert before.memory.keys() <= talk.learner.memory.keys(), case
    assert all(as_text(reply) for reply in talk.said), case


def _around(library: Library, lesson_id: str) -> Library:
    """The lesson with its neighbours alone: quicker to edit."""
    names = list(library.lessons["vi"])
    at = names.index(lesson_id)
    near = names[max(0, at - 1) : at + 2]
    lessons = {
        language: {name: written[name] for name in near}
        for language, written in library.lessons.items()
    }
    return renewed(library, lessons)


def _someone(chance: random.Random) -> Learner:
    """A learner at some card of some lesson, some of them done."""
    library, language = shelf().library, chance.choice(["vi", "vi", "en"])
    written = library.lessons[language]
    lesson = chance.choice(list(written.values()))
    card = chance.choice([card for card in lesson.cards if not card.picture])
    done = tuple(chance.sample(list(written), chance.randrange(4)))
    return change(
        Learner(id="learner-1", turn=1, language=language),
        pronouns="bac",
        ward="06685",
        hour="08:00",
        consent="yes",
        screen="lesson",
        lesson=Place(
            lesson.id, card.id, mark=library.marks[language].get(f"{lesson.id}/{card.id}", 0)
        ),
        done=done,
    )


def _answer(talk: Talk, chance: random.Random) -> Body:
    keys = talk.offered()
    if keys and chance.random() < 0.8:
        return Press(talk.learner.asked, chance.choice(keys).id)
    return Text(chance.choice(TYPED))


# --- each case by itself ------------------------------------------------------------


def _at(card: str) -> Talk:
    """Somebody who was just shown that card of L0101."""
    mark = shelf().library.marks["vi"].get(f"L0101/{card}", 0)
    learner = change(
        Learner(id="learner-1", turn=1),
        pronouns="bac",
        ward="06685",
        hour="08:00",
        consent="yes",
        screen="lesson",
        lesson=Place("L0101", card, mark=mark),
    )
    talk = Talk(learner=learner)
    talk.tell(Text("nhắc lại"))
    return talk


def _change_cards(talk: Talk, new: list[Card]) -> None:
    library = talk.shelf.library
    edited = {
        language: lessons | {"L0101": msgspec.structs.replace(lessons["L0101"], cards=tuple(new))}
        for language, lessons in library.lessons.items()
    }
    _use(talk, renewed(library, edited))


def _use(talk: Talk, library: Library) -> None:
    shelf_now: Shelf = msgspec.structs.replace(talk.shelf, library=library)
    talk.shelf = shelf_now


def _cards(talk: Talk) -> list[Card]:
    return list(talk.shelf.library.lessons["vi"]["L0101"].cards)


@pytest.mark.parametrize("kept", [["c1", "c4", "q1"], ["c4", "c1", "q1", "c5"]])
def test_reordered_cards_move_nobody(kept: list[str]) -> None:
    talk = _at("c4")
    cards = {card.id: card for card in _cards(talk)}
    _change_cards(talk, [cards[name] for name in kept])
    turn = talk.tell(Text("nhắc lại"))
    assert turn.learner.lesson.card == "c4"


def test_a_card_that_is_gone_leads_to_the_next_with_one_kind_sentence() -> None:
    talk = _at("c4")
    key = talk.press(1)
    _change_cards(talk, [card for card in _cards(talk) if card.id != "c4"])
    turn = talk.tell(key)
    assert turn.learner.lesson.card == "c5"
    assert turn.replies[0].text == "Bài này vừa được sửa ạ. Mình học tiếp nhé."
    assert len(turn.replies) == 2


def test_two_edits_in_a_row_lead_on() -> None:
    talk = _at("c4")
    _change_cards(talk, [card for card in _cards(talk) if card.id != "c4"])
    _change_cards(talk, [card for card in _cards(talk) if card.id != "c5"])
    assert talk.tell(Text("tiếp")).learner.lesson.card == "p1"


def test_an_answer_to_a_question_that_reads_otherwise_now_is_not_marked() -> None:
    talk = _at("q1")
    old = talk.press(1)
    cards = _cards(talk)
    at = next(index for index, card in enumerate(cards) if card.id == "q1")
    question = cards[at].ask
    assert isinstance(question, Choose)
    turned = tuple(
        msgspec.structs.replace(option, correct=index == 0)
        for index, option in enumerate(question.options)
    )
    cards[at] = msgspec.structs.replace(
        cards[at], ask=msgspec.structs.replace(question, options=turned)
    )
    _change_cards(talk, cards)
    turn = talk.tell(old)
    assert not turn.facts
    assert turn.learner.lesson.card == "q1"
    assert turn.replies[0].text == "Bài này vừa được sửa ạ. Mình học tiếp nhé."
    assert talk.tell(old).replies[0].text != turn.replies[0].text  # the old key explains itself
    assert [fact.correct for fact in talk.tell(talk.press(1)).facts if isinstance(fact, Attempt)]


def test_words_of_danger_are_heard_through_a_change() -> None:
    talk = _at("c4")
    _change_cards(talk, [card for card in _cards(talk) if card.id != "c4"])
    assert talk.tell(Text("cháy nhà")).learner.screen == "danger"


def test_a_code_in_a_cry_through_a_change_is_shown_nowhere() -> None:
    talk = _at("c4")
    _change_cards(talk, [card for card in _cards(talk) if card.id != "c4"])
    turn = talk.tell(Text("bác vừa đọc mã otp 482913 cho nó, mất tiền rồi"))
    assert turn.learner.screen == "danger"
    assert turn.secret


def test_a_lesson_that_is_gone_leads_home_and_what_was_learnt_is_kept() -> None:
    talk = _at("c4")
    talk.learner = change(talk.learner, done=("L0101",))
    library = talk.shelf.library
    rest = {
        language: {name: one for name, one in lessons.items() if name != "L0101"}
        for language, lessons in library.lessons.items()
    }
    _use(talk, renewed(library, rest))
    turn = talk.tell(Text("tiếp"))
    assert turn.learner.screen == "home"
    assert turn.learner.done == ("L0101",)
    assert turn.replies[0].text.startswith("Bài này đã đổi")
