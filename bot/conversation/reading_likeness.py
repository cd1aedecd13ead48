"""Which option a message is most like, letter by letter: the last way to read one.

Never for digits. Leads in: `reading_choice`. Source: learner-experience.md F1.
"""

from collections.abc import Sequence

from rapidfuzz import fuzz

from bot.conversation.reading_labels import denied, labels_of
from bot.conversation.reading_numbers import Choice, Chosen, Reading, Unsure
from bot.conversation.reading_words import spans
from bot.conversation.vocabulary import Vocabulary, Words

# Scores of rapidfuzz in percent: under 88 another word of the lesson may look alike.
_SURE, _PERHAPS, _MARGIN = 88.0, 74.0, 15.0


def by_likeness(said: Words, choices: Sequence[Choice], vocab: Vocabulary) -> Reading | None:
    """The last way: nearly the same letters, with a margin to the next. Never for digits."""
    core = next(iter(spans(said, vocab.answer)), said)
    typed = _plain(core, vocab)
    if len(typed.replace(" ", "")) < 5 or any(one.isdigit() for one in typed):
        return None
    scores = sorted(
        ((_likeness(typed, core, choice, vocab), n) for n, choice in enumerate(choices)),
        reverse=True,
    )
    best, at = scores[0]
    margin = best - (scores[1][0] if len(scores) > 1 else 0)
    if best >= _SURE and margin >= _MARGIN:
        return Chosen(choices[at].id, sure=False)
    near = [choices[n].id for score, n in scores[:2] if score >= _PERHAPS]
    return Unsure(tuple(near)) if near else None


def _plain(said: Words, vocab: Vocabulary) -> str:
    """The words as one string; a "not" that both have makes them no more alike."""
    return " ".join(word.plain for word in said if word.full not in vocab.negators)


def _likeness(typed: str, core: Words, choice: Choice, vocab: Vocabulary) -> float:
    joined = typed.replace(" ", "")
    best = 0.0
    for label in labels_of(choice):
        if denied(label, vocab) != denied(core, vocab):
            continue
        plain = _plain(label, vocab)
        best = max(best, fuzz.ratio(typed, plain), fuzz.ratio(joined, plain.replace(" ", "")))
    return best
