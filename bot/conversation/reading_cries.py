"""Likely cries: dangers that no rule of `reading_danger` tells, by examples.

Leads in: `understand`. Source: learner-experience.md H3;
docs/decisions/0018-learnt-from-examples.md.
"""

import msgspec

from bot.conversation.folding import words
from bot.conversation.reading_learnt import likeness, message
from bot.conversation.reading_likely import OTHER
from bot.conversation.vocabulary import Intent, Vocabulary

_SIGN = "!"  # before the name of a danger among the meanings
_LONGEST, _SHORTEST = 60, 3  # words
_KNOWN = 0.5
# Found on the sayings in tests/conversation/utterances: how like a danger a message must be, and
# how far ahead of all else, to ask whether it is one, and to be sure.
_LIKE, _AHEAD = -0.5, 0.1
_NEAR = -0.35
_FIRM, _FAR_AHEAD = -0.15, 0.4
_CERTAIN, _BEYOND_DOUBT = 0.0, 0.5
# How unlike any danger it must be, and how like a wish or talk, where a rule hints at danger;
# and to be taken for a wish where a rule tells of one.
_UNLIKE, _CALM = -0.65, -0.45
_QUITE_UNLIKE, _WISHED, _NONE = -0.75, -0.5, -0.1
_SAID_IN_DANGER = (Intent.HELP, Intent.DONT_KNOW, Intent.UPSET)


class Cry(msgspec.Struct, frozen=True):
    """The kind of danger, how like it the words are, and how far ahead of all else."""

    kind: str
    like: float
    ahead: float

    @property
    def near(self) -> bool:
        """It is asked about also where words look like talk or a question is about such cases."""
        return self.like >= _NEAR

    @property
    def firm(self) -> bool:
        """So much speaks for it that it need not be asked."""
        return self.like >= _FIRM and self.ahead >= _FAR_AHEAD

    @property
    def certain(self) -> bool:
        """Also where the words look like talk."""
        return self.firm and self.like >= _CERTAIN

    @property
    def beyond_doubt(self) -> bool:
        """Also where a question is about such cases."""
        return self.firm and self.like >= _BEYOND_DOUBT


def likely_danger(text: str, vocab: Vocabulary) -> Cry | None:
    """The danger that the words are more like than anything else, or None."""
    if not _is_told(text, vocab):
        return None
    (meaning, like), (_, second), *_ = likeness(text, vocab).items()
    if not meaning.startswith(_SIGN) or like < _LIKE or like - second < _AHEAD:
        return None
    return Cry(meaning.removeprefix(_SIGN), like, like - second)


def is_calm(text: str, vocab: Vocabulary, told: bool = False) -> bool:
    """Whether the words are like a wish or talk and unlike any danger.

    told: a rule tells of a danger; then only what nobody in danger says.
    """
    if not _is_told(text, vocab):
        return False
    every = likeness(text, vocab)
    meaning, like = next(iter(every.items()))
    danger = next(one for name, one in every.items() if name.startswith(_SIGN))
    if told:
        enough = _NONE if meaning == OTHER else _WISHED
        safe = meaning not in _SAID_IN_DANGER and danger <= _QUITE_UNLIKE
        return safe and like >= enough
    return danger <= _UNLIKE and like >= _CALM


def _is_told(text: str, vocab: Vocabulary) -> bool:
    enough = _SHORTEST <= len(words(text)) <= _LONGEST
    return enough and message(text, vocab).known >= _KNOWN
