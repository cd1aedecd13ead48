"""What people type is read as a kind human tutor would: `utterances/`, read by `step`."""

from functools import lru_cache

import pytest

from tests.conversation.evaluation import Judged, Utterance, judge, utterances

HALVES = ("tune", "report")


@lru_cache
def judged(half: str) -> list[tuple[Utterance, Judged]]:
    return [(one, judge(one)) for one in utterances() if one.half == half]


@pytest.mark.parametrize("half", HALVES)
def test_nine_in_ten_are_read_as_they_were_meant(half: str) -> None:
    every = judged(half)
    assert len(every) > 1200
    assert sum(found.right for _, found in every) >= 0.92 * len(every)
