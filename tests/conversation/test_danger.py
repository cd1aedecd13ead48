"""Danger is heard in every wording that we know of, and not where it is only talked about."""

from collections.abc import Iterator

import pytest
import yaml

from bot.conversation.understand import danger_kind, is_talk, likely_danger, may_have_met
from tests.play import ROOT, shelf

SAYINGS = ROOT / "bot" / "conversation" / "wording" / "cries.yaml"


def sayings() -> Iterator[tuple[str, str]]:
    for kind, lines in yaml.load(SAYINGS.read_text("utf-8"), yaml.CBaseLoader).items():
        yield from ((kind, line) for line in lines.splitlines())


TOLD = [line for kind, line in sayings() if kind != "none"]
TALK = [line for kind, line in sayings() if kind == "none"]


def is_like_a_cry(line: str, *, firmly: bool) -> bool:
    """Whether examples tell of a danger that was met with: surely, or so that it is asked."""
    vocab = shelf().words
    cry = likely_danger(line, vocab)
    met = may_have_met(line, vocab) and not is_talk(line, vocab)
    return cry is not None and met and (cry.firm or not firmly)


def test_every_cry_is_heard() -> None:
    vocab = shelf().words
    unheard = [line for line in TOLD if danger_kind(line, vocab) is None]
    assert [line for line in unheard if not is_like_a_cry(line, firmly=False)] == []


def test_talk_of_danger_alarms_nobody() -> None:
    vocab = shelf().words
    assert [line for line in TALK if danger_kind(line, vocab)] == []
    assert [line for line in TALK if is_like_a_cry(line, firmly=True)] == []


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
