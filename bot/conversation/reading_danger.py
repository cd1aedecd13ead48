"""Danger: words of panic, of an emergency, of having just been cheated.

Two ways to tell it: *signs* are phrases that say it all ("đau ngực"); *frames* are
several ideas that stand near each other in any order ("chuyển" + "cho nó" + "rồi").
Never fuzzy by letters: only words left without marks, short forms, words of a region and
Telex or VNI keys are read. Harmless phrases ("đánh máy") are taken out before; who only
learns, supposes or tells the news cries for nobody.

Leads in: `understand`. Source: learner-experience.md H3; curriculum.md 3.6 B4.
"""

from bot.conversation.folding import remembered, words
from bot.conversation.reading_parts import STOP, stopped
from bot.conversation.reading_patterns import spaced, word_at
from bot.conversation.reading_words import variants
from bot.conversation.vocabulary import Frame, Rule, Vocabulary, Words

_NEAR = 14  # words between the ideas of one frame
_MOST = 240  # words that are looked at: the first and the last of a longer message


@remembered
def danger_kind(text: str, vocab: Vocabulary) -> str | None:
    """The kind of danger the words tell of ("scam", "medical", "fire", "rescue", "child",
    "violence", "self_harm"), or None."""
    for variant in variants(_ends(stopped(text)), vocab):
        kind = _Story(vocab.harmless.sub(" .", spaced(variant)), vocab).kind()
        if kind:
            return kind
    return None


@remembered
def happened(text: str, vocab: Vocabulary) -> bool:
    """Whether the words tell of something that has happened ("vừa", "lỡ", "mất rồi") or
    cry out, and do not only name it."""
    for variant in variants(_ends(words(text)), vocab):
        line = spaced(variant)
        if vocab.happened.search(line):
            return True
    return False


@remembered
def may_have_met(text: str, vocab: Vocabulary) -> bool:
    """Whether the words may tell of what somebody has met with; wider than `happened`."""
    every = (spaced(one) for one in variants(_ends(words(text)), vocab))
    return any(vocab.happened.search(line) or vocab.met.search(line) for line in every)


@remembered
def is_verdict(text: str, vocab: Vocabulary) -> bool:
    """Whether the words only say what somebody thinks of a case ("lừa đảo đấy")."""
    return any(vocab.verdict.search(spaced(one)) for one in variants(words(text), vocab))


@remembered
def may_be_urgent(text: str, question: str, vocab: Vocabulary) -> bool:
    """Whether words that nothing else could be made of may still tell of a danger.

    question: what is asked; its own words tell of nothing.
    """
    asked = {word.plain for word in words(question)}
    for variant in variants(_ends(stopped(text)), vocab):
        own = tuple(word for word in variant if word.plain not in asked)
        if _hinted(variant, vocab) and (len(own) == len(variant) or _hinted(own, vocab)):
            return True
    return False


@remembered
def is_talk(text: str, vocab: Vocabulary) -> bool:
    """Whether the words are of what was learnt, supposed, heard or long ago, or harmless."""
    for variant in variants(_ends(stopped(text)), vocab):
        line = spaced(variant)
        told = _Story(line, vocab)
        if vocab.harmless.search(line) or any(map(told.fits, vocab.hints.unless)):
            return True
    return False


def _ends(said: Words) -> Words:
    half = _MOST // 2
    return said if len(said) <= _MOST else (*said[:half], STOP, *said[-half:])


def _hinted(said: Words, vocab: Vocabulary) -> bool:
    line = spaced(said)
    whole = _Story(line, vocab)
    if any(whole.fits(frame) for frame in vocab.hints.unless):
        return False
    return _Story(vocab.harmless.sub(" .", line), vocab).applies(vocab.hints)


class _Story:
    """One reading of a message, and where the ideas stand in it: word numbers by idea,
    looked for only when a frame asks for them."""

    def __init__(self, line: str, vocab: Vocabulary) -> None:
        self.line = line
        self.vocab = vocab
        self.found: dict[str, list[int]] = {}

    def kind(self) -> str | None:
        told = next((rule.kind for rule in self.vocab.danger if self.applies(rule)), None)
        return None if told and any(map(self.fits, self.vocab.soft)) else told

    def applies(self, rule: Rule) -> bool:
        without_stops = self.line.replace(f"{STOP.full} ", "")
        told = any(map(self.fits, rule.frames)) or (
            rule.signs is not None and rule.signs.search(without_stops) is not None
        )
        return told and not any(map(self.fits, rule.unless))

    def fits(self, frame: Frame) -> bool:
        if not all(map(self._places, frame.every)) or any(map(self._places, frame.unless)):
            return False
        first, *rest = (self._places(idea) for idea in frame.every)
        return any(
            all(any(abs(there - at) <= _NEAR for there in every) for every in rest) for at in first
        )

    def _places(self, idea: str) -> list[int]:
        if idea not in self.found:
            firm, pattern = self.vocab.ideas[idea]
            self.found[idea] = [
                word_at(self.line, at.start())
                for at in pattern.finditer(self.line)
                if firm or not self._denied(at.start())
            ]
        return self.found[idea]

    def _denied(self, place: int) -> bool:
        """Whether a "not" stands before a place, with at most a word of manner between."""
        before = self.line[max(0, place - 24) : place].split()[-2:]
        if before and before[-1] in self.vocab.denying_over:
            before.pop()
        return bool(before) and before[-1] in self.vocab.denying
