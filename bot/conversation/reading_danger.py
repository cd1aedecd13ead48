"""Danger: words of panic, of an emergency, of having just been cheated.

Two ways to tell it: *signs* are phrases that say it all ("đau ngực"); *frames* are
several ideas that stand near each other in any order ("chuyển" + "cho nó" + "rồi").
Never fuzzy by letters: only words left without marks, short forms, words of a region and
Telex or VNI keys are read. Harmless phrases ("đánh máy") are taken out before; who only
learns, supposes or tells the news cries for nobody.

Leads in: `understand`. Source: learner-experience.md H3; curriculum.md 3.6 B4.
"""

from bot.conversation.folding import remembered, words
from bot.conversation.reading_patterns import spaced
from bot.conversation.reading_words import Frame, Rule, Vocabulary, variants

_NEAR = 14  # words between the ideas of one frame
_MOST = 400  # words that are looked at; a longer message has said it by then
# Who learns about it, supposes it or heard of it is in no danger, unless they cry out.
_SOFT = ("learning", "supposing", "news")
_CRY = "cry"

# Where the ideas of a message stand: idea -> word numbers.
Found = dict[str, list[int]]


@remembered
def danger_kind(text: str, vocab: Vocabulary) -> str | None:
    """The kind of danger the words tell of ("scam", "medical", "fire", "rescue", "child",
    "violence", "self_harm"), or None."""
    said = words(text)[:_MOST]
    for variant in variants(said, vocab):
        line = vocab.harmless.sub(". ", spaced(variant))
        kind = _told(line, vocab)
        if kind:
            return kind
    return None


@remembered
def happened(text: str, vocab: Vocabulary) -> bool:
    """Whether the words tell of something that has happened ("vừa", "lỡ", "mất rồi") or
    cry out, and do not only name it."""
    for variant in variants(words(text)[:_MOST], vocab):
        line = spaced(variant)
        if vocab.happened.search(line):
            return True
    return False


def _told(line: str, vocab: Vocabulary) -> str | None:
    found = _ideas(line, vocab)
    soft = _CRY not in found and any(idea in found for idea in _SOFT)
    if soft:
        return None
    return next((rule.kind for rule in vocab.danger if _applies(rule, line, found)), None)


def _applies(rule: Rule, line: str, found: Found) -> bool:
    if any(_fits(frame, found) for frame in rule.frames):
        return True
    return rule.signs is not None and rule.signs.search(line) is not None


def _ideas(line: str, vocab: Vocabulary) -> Found:
    found: Found = {}
    for name, firm, idea in vocab.ideas:
        places = [
            line.count(" ", 0, at.start()) - 1
            for at in idea.finditer(line)
            if firm or not _denied(line, at.start(), vocab)
        ]
        if places:
            found[name] = places
    return found


def _denied(line: str, place: int, vocab: Vocabulary) -> bool:
    """Whether one of the two words before a place is a "not"."""
    before = line[max(0, place - 24) : place].split()[-2:]
    return any(word in vocab.denying for word in before)


def _fits(frame: Frame, found: Found) -> bool:
    if any(idea in found for idea in frame.unless):
        return False
    first, *rest = frame.every
    return any(
        all(any(abs(there - at) <= _NEAR for there in found.get(idea, ())) for idea in rest)
        for at in found.get(first, ())
    )
