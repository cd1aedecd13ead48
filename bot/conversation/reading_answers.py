"""Answers in people's own words: which option, side or outcome they are most like.

Learnt from what people say when they mean an option («cái nút bên hông» for «Nút nguồn ở cạnh
máy»), call a statement true or false, or tell how a task went. The best must be far ahead of
the next; near it, the tutor asks.

Leads in: `understand`. Source: docs/decisions/0018-learnt-from-examples.md.
"""

import re
from collections.abc import Iterable

from bot.conversation.folding import fold, words
from bot.conversation.reading_labels import in_order
from bot.conversation.reading_learnt import DONE, answer_of, like_answer, likeness, message
from bot.conversation.reading_likely import is_wish
from bot.conversation.reading_numbers import Choice, Chosen, Reading, Unread, Unsure
from bot.conversation.reading_patterns import spaced
from bot.conversation.vocabulary import Vocabulary, Words

_ASKING = re.compile(r"(?:đúng hay sai|true or false)", re.IGNORECASE)
_LONGEST = 40  # words
_KNOWN = 0.5
_SHORT = 4  # words; in more, what is denied is weighed with its "not"
_LETTERS = 3  # in one word: a key, not a word
_ASKS = frozenset(("gi", "nao", "sao", "ai"))
# Found on the sayings in tests/conversation/utterances: how like an option a message must be to
# be taken for it or to be asked about, how far ahead of the next, and from where on it may go
# before a wish.
_LIKE, _WORTH_ASKING = -0.3, -0.8
_AHEAD = 0.3
_SHORTEST, _LIKE_IN_SHORT = 3, 0.0  # words; a word or two by chance is like many things
_FIRM = 0.4
_UNLIKE, _WISHED = -0.9, -0.1
# Đúng or Sai, and how a task went; and how much must speak for a side to be marked.
_SIDE, _SIDE_AHEAD = -0.4, 0.35
# Of 6,000 rows of words by chance one was so far on a side, and it was sense.
_SURE_SIDE, _SURELY_AHEAD = 0.0, 0.6


def likely_answer(text: str, choices: tuple[Choice, ...], vocab: Vocabulary) -> Reading:
    """The option that the words are by far most like, those that come near, or none.

    sure: so much speaks for it that it may go before a wish.
    """
    names = {one.id: fold(one.label) for one in choices}
    said = words(text)
    told = len(choices) > 1 and not _is_turned(said, vocab)
    scores = _likes(text, names, vocab) if told else []
    if not scores:
        return Unread()
    (best, meant), second = scores[0], scores[1][0] if len(scores) > 1 else -1.0
    wavers = vocab.wavering.search(spaced(said)) is not None
    enough = _LIKE if len(said) >= _SHORTEST else _LIKE_IN_SHORT
    if best >= enough and best - second >= _AHEAD and not wavers:
        return Chosen(meant, sure=best >= _FIRM)
    if best < _WORTH_ASKING:
        return Unread()
    near = (
        one
        for like, one in scores[:2]
        if best - like < _AHEAD or (wavers and like >= _WORTH_ASKING)
    )
    return Unsure(in_order(near, choices))


def is_rather_a_wish(text: str, label: str, vocab: Vocabulary) -> bool:
    """Whether words that name an option in part are like a wish and not like that option."""
    like = like_answer(text, fold(label), vocab)
    (meaning, wished), *_ = likeness(text, vocab).items()
    return like is not None and like <= _UNLIKE and is_wish(meaning) and wished >= _WISHED


def likely_side(text: str, statement: str, vocab: Vocabulary) -> Reading:
    """Whether the words are far more like those of who takes a statement for "true", or for
    "false"; short of that the side that they are nearer to.

    statement: the question as it stands, with "Đúng hay sai?" at its end.
    """
    stated = _ASKING.split(statement)[0]
    meant, sure = _one(text, {one: answer_of(stated, one) for one in ("true", "false")}, vocab)
    if meant is None:
        return Unread()
    return Chosen(meant) if sure else Unsure((meant,))


def likely_outcome(text: str, vocab: Vocabulary) -> str | None:
    """ "done", "later" or "help", when the words are far more like one of them."""
    return _one(text, {one: answer_of(DONE, one) for one in ("done", "later", "help")}, vocab)[0]


def _is_turned(said: Words, vocab: Vocabulary) -> bool:
    """Whether a message asks, shortly denies, or is a letter or two: then it is not what its
    parts are like."""
    if not said:
        return True
    spells = len(said) == 1 and len(said[0].plain) <= _LETTERS
    denies = len(said) <= _SHORT and any(word.full in vocab.negators for word in said[:-1])
    return spells or denies or said[-1].plain in _ASKS


def _one(text: str, names: dict[str, str], vocab: Vocabulary) -> tuple[str | None, bool]:
    """The named answer that the words are far more like, and whether that is sure."""
    scores = _likes(text, names, vocab)
    if len(scores) < 2 or "?" in text:
        return None, False
    (best, meant), (second, _) = scores[:2]
    ahead = best - second
    sure = best >= _SURE_SIDE and ahead >= _SURELY_AHEAD
    return (meant, sure) if best >= _SIDE and ahead >= _SIDE_AHEAD else (None, False)


def _likes(text: str, names: dict[str, str], vocab: Vocabulary) -> list[tuple[float, str]]:
    """How like each named answer the words are, the most like first; where words were learnt."""
    if not 0 < len(words(text)) <= _LONGEST or message(text, vocab).known < _KNOWN:
        return []
    found: Iterable[tuple[float | None, str]] = (
        (like_answer(text, name, vocab), answer) for answer, name in names.items()
    )
    return sorted(((like, one) for like, one in found if like is not None), reverse=True)
