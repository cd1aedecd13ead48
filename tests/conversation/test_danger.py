"""Danger is heard in every wording that we know of, and not where it is only talked about."""

from collections.abc import Iterator

import pytest
import yaml

from bot.conversation.understand import danger_kind, is_calm, is_talk, likely_danger
from tests.play import ROOT, shelf

SAYINGS = ROOT / "bot" / "conversation" / "wording" / "examples" / "cries.yaml"


def sayings() -> Iterator[tuple[str, str]]:
    for kind, lines in yaml.load(SAYINGS.read_text("utf-8"), yaml.CBaseLoader).items():
        yield from ((kind, line) for line in lines.splitlines())


TOLD = [line for kind, line in sayings() if kind != "none"]
TALK = [line for kind, line in sayings() if kind == "none"]


def is_heard(line: str) -> bool:
    """Whether it is taken for a cry, or at least asked about."""
    vocab = shelf().words
    if danger_kind(line, vocab):
        return True
    cry = likely_danger(line, vocab)
    return cry is not None and (cry.certain or not is_talk(line, vocab))


def alarms(line: str) -> bool:
    """Whether it is taken for a cry without asking."""
    vocab = shelf().words
    cry = likely_danger(line, vocab)
    by_rule = danger_kind(line, vocab) and not is_calm(line, vocab, told=True)
    return bool(by_rule) or (cry is not None and cry.firm)


def test_cries_are_heard() -> None:
    unheard = [line for line in TOLD if not is_heard(line)]
    assert len(unheard) < 0.01 * len(TOLD), unheard


def test_talk_of_danger_seldom_alarms() -> None:
    # Written to sound like cries: «hết tiền điện thoại rồi», «giết con gà nấu cháo đã».
    alarming = [line for line in TALK if alarms(line)]
    assert len(alarming) < 0.08 * len(TALK), alarming


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("BÁC BỊ LỪA MẤT TIỀN RỒI!!!", "scam"),
        ("bacs bij luwaf maats tieenf roofi", "scam"),
        ("ba1c bi5 lu7a2 ma61t tie62n ro62i", "scam"),
        ("bác bị lừaaaa mất tiềnnnn rồiii", "scam"),
        ("🙏🙏 bác bị lừa mất tiền rồi 😭", "scam"),
        ("nhà cháy rồi", "fire"),
        ("nha chay roi", "fire"),
        ("đau ngực, khó thở", "medical"),
        ("dau nguc kho tho", "medical"),
    ],
)
def test_danger_is_heard_however_it_is_typed(text: str, kind: str) -> None:
    assert danger_kind(text, shelf().words) == kind


@pytest.mark.parametrize("text", ["nhà chày rồi", "đau ngựa", "mất tiến", "nhà cháo rồi", "bị lựu"])
def test_a_slip_makes_no_danger(text: str) -> None:
    assert danger_kind(text, shelf().words) is None


def test_a_not_reaches_no_further_than_a_comma() -> None:
    vocab = shelf().words
    assert danger_kind("bác không bị lừa", vocab) is None
    assert danger_kind("có ai giúp tôi không, bị lừa rồi", vocab) == "scam"


def test_long_ago_is_no_danger_unless_it_goes_on() -> None:
    vocab = shelf().words
    assert danger_kind("năm ngoái bác bị lừa 5 triệu", vocab) is None
    assert danger_kind("năm ngoái bác bị lừa, giờ nó lại gọi đòi tiền", vocab) == "scam"
