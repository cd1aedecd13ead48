"""The document as it is written: small, and readable whatever program wrote it."""

import msgspec

from bot.conversation.learner import (
    Learner,
    Nudges,
    Place,
    PutOff,
    Tally,
    change,
    read_document,
    spelt_out,
)
from bot.conversation.memory import Memory

OF_VERSION_1 = (
    b'{"id":"d8f16adf91b7584a2265b1f5","pronouns":"ba","ward":"06685","hour":"19:30",'
    b'"consent":"yes","screen":"lesson","place":{"lesson":"L0903","card":"c1","stage":"asked"},'
    b'"lesson":{"lesson":"L0903","card":"c1","tries":1,"hinted":true,"mark":7},"turn":146,'
    b'"asked":146,"slow":true,"done":["L0101","L0901"],"course":"C09","seen_min":464463,'
    b'"safe_plays":["L0902"],"put_off":["L0103/p1",300],'
    b'"memory":{"L0101":{"q1":[452,5,318],"p1":[767,10,318]},"L0901":{"q1":[10,1,0]}},'
    b'"learnt":[322,6],"reviews":[321,5],"nudges":[318,1,30,321,0],"name":"Lan",'
    b'"hamlet":"th\xc3\xb4n 3","guide":"0123456789abcdef01234567","announced":[4,["come"],true]}'
)


def test_a_document_of_an_older_program_still_reads() -> None:
    learner = read_document(OF_VERSION_1)
    assert learner.id == "d8f16adf91b7584a2265b1f5"
    assert (learner.pronouns, learner.ward, learner.hour) == ("ba", "06685", "19:30")
    assert (learner.consent, learner.screen, learner.slow) == ("yes", "lesson", True)
    assert learner.place == Place("L0903", "c1", "asked")
    assert learner.lesson == Place("L0903", "c1", tries=1, hinted=True, mark=7)
    assert (learner.turn, learner.asked, learner.seen_min) == (146, 146, 464463)
    assert (learner.done, learner.course) == (("L0101", "L0901"), "C09")
    assert (learner.safe_plays, learner.put_off) == (("L0902",), PutOff("L0103/p1", 300))
    assert learner.memory["L0101"] == {
        "q1": Memory(452, 5, 318).number,
        "p1": Memory(767, 10, 318).number,
    }
    assert Memory.of(learner.memory["L0901"]["q1"]) == Memory(10, 1, 0)
    assert (learner.learnt, learner.reviews) == (Tally(322, 6), Tally(321, 5))
    assert learner.nudges == Nudges(318, 1, 30, 321, 0)
    assert (learner.name, learner.hamlet) == ("Lan", "thôn 3")
    assert learner.guide == "0123456789abcdef01234567"
    assert learner.announced is not None
    assert learner.announced.number == 4


def test_it_is_written_anew_in_short_and_reads_the_same() -> None:
    learner = read_document(OF_VERSION_1)
    document = msgspec.json.encode(learner)
    assert read_document(document) == learner
    assert len(document) < 0.82 * len(OF_VERSION_1)


def test_the_oldest_document_is_an_empty_one() -> None:
    assert read_document(b"{}") == Learner()
    assert read_document(b'{"id":"l","version":1}') == Learner(id="l")


def test_the_store_may_ask_for_these_names() -> None:
    """`broadcast.sql` looks at them inside the document."""
    document = msgspec.json.encode(Learner(course="C09", done=("L0101",)))
    assert msgspec.json.decode(document) == {"v": 2, "course": "C09", "done": ["L0101"]}


def test_for_a_person_every_name_is_whole() -> None:
    told = spelt_out(msgspec.json.encode(read_document(OF_VERSION_1)))
    before = msgspec.json.decode(OF_VERSION_1)
    assert told.keys() == before.keys()
    assert told["place"] == before["place"]
    assert told["memory"]["L0101"]["q1"] == {"stability": 452, "difficulty": 5, "on": 318}


def test_no_two_fields_share_a_name() -> None:
    for kind in (Learner, Place):
        names = [field.encode_name for field in msgspec.structs.fields(kind)]
        assert len(set(names)) == len(names)
    assert change(Learner(), lesson=Place()) == Learner()
