"""Likely wishes: what words that no rule surely reads are most like, by examples.

Nothing here marks an answer or alarms anybody. Leads in: `reading_wish`, `understand`.
Source: learner-experience.md F1; docs/decisions/0018-learnt-from-examples.md.
"""

from bot.conversation.folding import words
from bot.conversation.reading_learnt import likeness, message
from bot.conversation.vocabulary import Intent, Vocabulary

OTHER = "other"
_LONGEST, _SHORTEST = 30, 2  # words
_SHORT = 5  # words; in fewer a pattern is sure enough
_KNOWN = 0.5  # the part of the words that must stand in any example
# Found on the sayings in tests/conversation/utterances. How like a wish a message must be where
# no rule reads one, how far ahead of the next; more of both while a question is open, and for
# what ends something or is answered with condolence: a guess would hurt.
_LIKE, _AHEAD = -0.6, 0.2
_SURELY = -0.3
_SERIOUS = frozenset(
    (Intent.STOP, Intent.SICK, Intent.MOURNING, Intent.DELETE, Intent.NO_REMIND, Intent.MY_DATA)
)
# How like another wish it must be to go before the one that a pattern reads, and how far ahead;
# how like none, and how unlike that wish, to be none.
_INSTEAD, _FAR_AHEAD = -0.3, 0.3
_NONE, _UNLIKE = 0.3, -0.3


def likely_wish(text: str, vocab: Vocabulary, answering: bool = False) -> Intent | None:
    """The wish that the words are by far most like, or None.

    answering: a question is open, so that more must speak for a wish.
    """
    if not _is_told(text, vocab):
        return None
    (meaning, like), (_, second) = _best(text, vocab)
    if not is_wish(meaning):
        return None
    enough = _SURELY if answering or meaning in _SERIOUS else _LIKE
    return Intent(meaning) if like >= enough and like - second >= _AHEAD else None


def likelier_wish(text: str, found: Intent | None, vocab: Vocabulary) -> Intent | None:
    """The wish that a pattern found, or the one that the words are by far more like."""
    if found is None or len(words(text)) < _SHORT or not _is_told(text, vocab):
        return found
    read = likeness(text, vocab).get(found)
    (meaning, like), _ = _best(text, vocab)
    if read is None or meaning == found:
        return found
    if meaning == OTHER:
        return None if like > _NONE and read < _UNLIKE else found
    instead = is_wish(meaning) and like > _INSTEAD and like - read > _FAR_AHEAD
    return Intent(meaning) if instead else found


def _is_told(text: str, vocab: Vocabulary) -> bool:
    enough = _SHORTEST <= len(words(text)) <= _LONGEST
    return enough and message(text, vocab).known > _KNOWN


def _best(text: str, vocab: Vocabulary) -> tuple[tuple[str, float], tuple[str, float]]:
    first, second, *_ = likeness(text, vocab).items()
    return first, second


def is_wish(meaning: str) -> bool:
    """Whether a meaning of `likeness` is a wish: no danger, and not none."""
    return meaning != OTHER and not meaning.startswith("!")
