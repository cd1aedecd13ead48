"""What no rule reads is taken for the wish that it is most like; answers and noise are not."""

import pytest

from bot.conversation.reading_likely import likelier_wish
from bot.conversation.understand import Intent, likely_wish
from tests.conversation.evaluation import judge, utterances
from tests.play import shelf

WORDS = shelf().words


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("chú phải ra bến đón khách", Intent.LATER),
        ("nhac lai giup cho toi cau do", Intent.REPEAT),
        ("asdf ghjk", None),  # nothing known
        ("nước", None),  # one word is too little
        ("tắt máy hỏi công an xã", None),  # an answer
        ("hôm nay trời nóng quá, cả nhà ra hiên ngồi", Intent.CHAT),
    ],
)
def test_what_is_most_like(said: str, meant: Intent | None) -> None:
    assert likely_wish(said, WORDS) is meant


def test_where_a_question_is_open_more_must_speak_for_it() -> None:
    sayings = [one.text for one in utterances() if one.half == "report"]
    loosely = {one for one in sayings if likely_wish(one, WORDS)}
    strictly = {one for one in sayings if likely_wish(one, WORDS, True)}
    assert strictly < loosely


def test_no_unreadable_answer_is_marked_for_it() -> None:
    unread = [one for one in utterances() if one.meant == ("again",)]
    assert len(unread) > 90
    assert not any(judge(one).marked_wrong for one in unread)


@pytest.mark.parametrize(
    ("said", "found", "meant"),
    [
        # the words of one wish, and the meaning of another
        ("mắt kém chữ chạy vèo vèo, thong thả cho bác", Intent.READ_ALOUD, Intent.SLOWER),
        ("lỡ tay qua mất rồi, cho coi lại tấm trước", Intent.REPEAT, Intent.BACK),
        ("đọc to lên cho bà nghe", Intent.READ_ALOUD, Intent.READ_ALOUD),
        ("xyzzy plugh", Intent.NEXT, Intent.NEXT),  # nothing known: the rule stands
    ],
)
def test_a_pattern_gives_way_to_what_is_far_likelier(
    said: str, found: Intent, meant: Intent
) -> None:
    assert likelier_wish(said, found, WORDS) is meant
