"""Two documents of one person: all that was learnt is kept, no consent is gained."""

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.learner import Learner, Nudges, Place, PutOff, Tally
from bot.conversation.memory import Memory, last_on
from bot.conversation.merging import RULES, merge
from tests.play import shelf

LESSONS = shelf().library.lessons["vi"]
IDS = sorted(LESSONS)[:6]
DAYS = st.integers(-1, 300)
TALLIES = st.builds(Tally, DAYS, st.integers(0, 40))
MEMORIES = st.builds(
    lambda *three: Memory(*three).number,
    *(st.integers(1, 500), st.integers(1, 10), st.integers(0, 300)),
)


@st.composite
def places(draw: st.DrawFn) -> Place:
    lesson = LESSONS[draw(st.sampled_from(IDS))]
    return Place(lesson.id, draw(st.sampled_from([card.id for card in lesson.cards])))


def learners(consent: st.SearchStrategy[str]) -> st.SearchStrategy[Learner]:
    return st.builds(
        Learner,
        id=st.sampled_from(["lan", "tu"]),
        pronouns=st.sampled_from(["", "bac", "ong"]),
        ward=st.sampled_from(["", "06685", "other"]),
        hour=st.sampled_from(["", "08:00", "none"]),
        consent=consent,
        turn=st.integers(1, 99),
        stopped=st.booleans(),
        done=st.lists(st.sampled_from(IDS), unique=True, max_size=6).map(tuple),
        lesson=st.just(Place()) | places(),
        seen_min=st.none() | st.integers(0, 9999),
        safe_plays=st.lists(st.sampled_from(IDS), unique=True, max_size=3).map(tuple),
        put_off=st.none() | st.builds(PutOff, st.sampled_from(IDS), DAYS),
        memory=st.dictionaries(
            st.sampled_from(IDS),
            st.dictionaries(st.sampled_from(["q1", "q2"]), MEMORIES, min_size=1),
            max_size=3,
        ),
        learnt=TALLIES,
        reviews=TALLIES,
        nudges=st.builds(Nudges, DAYS, st.integers(0, 9), st.integers(0, 99), DAYS, DAYS),
    )


YES = learners(st.just("yes"))
ANY = learners(st.sampled_from(["", "no", "yes"]))


def has_lost(before: Learner, after: Learner) -> list[str]:
    """What of the progress before is not in the document after."""
    lost = [lesson for lesson in before.done if lesson not in after.done]
    for lesson, items in before.memory.items():
        for item, memory in items.items():
            kept = after.memory.get(lesson, {}).get(item)
            if kept is None or (last_on(kept), kept) < (last_on(memory), memory):
                lost.append(f"{lesson}/{item}")
    if after.learnt.count < before.learnt.count or after.turn < before.turn:
        lost.append("days or turns")
    if len(after.safe_plays) < len(before.safe_plays):
        lost.append("plays")
    return lost


def test_every_field_has_its_rule() -> None:
    assert set(RULES) | {"lesson"} == set(Learner.__struct_fields__)


@given(ANY, ANY)
def test_no_progress_is_lost(kept: Learner, other: Learner) -> None:
    merged = merge(kept, other, LESSONS)
    assert not has_lost(kept, merged)
    assert not has_lost(other, merged)
    assert merged.lesson in (kept.lesson, other.lesson, Place())
    assert merged.done[: len(kept.done)] == kept.done


@given(ANY, ANY)
def test_nobody_gains_consent_or_what_only_consent_allows(kept: Learner, other: Learner) -> None:
    merged = merge(kept, other, LESSONS)
    assert merged.consent == kept.consent
    assert merged.stopped == kept.stopped
    if kept.consent != "yes" or other.consent != "yes":
        assert (merged.ward, merged.pronouns, merged.hour) == (
            kept.ward,
            kept.pronouns,
            kept.hour,
        )


@given(YES, YES)
def test_the_kept_ones_settings_stay_and_gaps_are_filled(kept: Learner, other: Learner) -> None:
    merged = merge(kept, other, LESSONS)
    assert merged.id == kept.id
    assert merged.ward == (kept.ward or other.ward)
    assert merged.hour == (kept.hour or other.hour)


@given(ANY)
def test_who_was_parted_and_joined_again_is_the_same(learner: Learner) -> None:
    assert merge(learner, learner, LESSONS) == learner


def test_the_furthest_place_in_one_lesson() -> None:
    lesson = LESSONS["L0101"]
    near, far = (Place(lesson.id, lesson.cards[at].id) for at in (1, 3))
    lan = Learner("lan", consent="yes", lesson=near)
    assert merge(lan, Learner("b", lesson=far), LESSONS).lesson == far
    assert merge(Learner("b", lesson=far), lan, LESSONS).lesson == far


def test_a_lesson_that_the_other_phone_finished_is_not_open_any_more() -> None:
    open_ = Learner("lan", lesson=Place("L0101", LESSONS["L0101"].cards[-1].id))
    assert merge(open_, Learner("b", done=("L0101",)), LESSONS).lesson == Place()
