"""Yes and no, Đúng and Sai, in the words of every region.

Leads in: `understand`. Source: learner-experience.md F2.
"""

from bot.conversation.folding import remembered, words
from bot.conversation.reading_parts import parts
from bot.conversation.reading_words import look_up, variants, whole
from bot.conversation.vocabulary import Around, Table, Vocabulary, Words, core, fills

_LONGEST_LEANING = 9  # words; a longer answer is a story
_LONGEST = 16  # words, with all manner around them


@remembered
def read_yes_no(text: str, vocab: Vocabulary) -> bool | None:
    """A yes or a no to what was just asked; None when it is neither."""
    return _either(text, vocab.yes_no, vocab.polite, vocab)


@remembered
def read_truth(text: str, vocab: Vocabulary) -> bool | None:
    """Đúng or Sai, in words, letters or the numbers 1 and 2; None when unclear.

    "dừng" and "đừng" are not "đúng"; "dung" is, since the question is open. "Đúng không"
    asks.
    """
    told = core(tuple(variants(words(text), vocab))[-1], vocab.empty)
    if len(told) > 1 and told[-1].plain == "khong" and look_up(told[:-1], vocab.truth) == "yes":
        return None
    return _either(text, vocab.truth, vocab.answer, vocab)


@remembered
def leans(text: str, vocab: Vocabulary) -> bool | None:
    """Whether a short message begins with a yes or a no ("ừ xóa đi", "thôi để đó").

    Only a few plain words decide so; any other yes or no has nothing but manner behind it:
    "hong nha" is a no, "hong gai" a place.
    """
    if "?" in text:
        return None
    said = words(text)
    if len(said) > _LONGEST:
        return None
    for variant in variants(said, vocab):
        rest = variant
        while len(rest) > 1 and fills(rest[0], vocab.empty) and not look_up(rest[:1], vocab.yes_no):
            rest = rest[1:]
        # "dừng đã" stops; it is no "đừng".
        if not 0 < len(rest) <= _LONGEST_LEANING or _asks(rest) or rest[0].plain in vocab.twofold:
            continue
        decides = rest[0] in said and fills(rest[0], vocab.leaning)
        for many in (3, 2, 1):
            found = look_up(rest[:many], vocab.yes_no)
            if found and (decides or not core(rest[many:], vocab.empty)):
                return found == "yes"
    return None


def _asks(said: Words) -> bool:
    """ "có mất tiền không" is a question, no yes."""
    return len(said) > 2 and said[0].plain == "co" and said[-1].plain in ("khong", "chua")


def _either(text: str, table: Table, around: Around, vocab: Vocabulary) -> bool | None:
    said = words(text)
    if not said:
        return vocab.signs.get(text.strip("\ufe0f "))
    if "?" in text or len(said) > _LONGEST:
        return None
    found = _one(said, table, around, vocab)
    if found is None:
        every = {one for piece in parts(text, vocab) if (one := _one(piece, table, around, vocab))}
        found = every.pop() if len(every) == 1 else None
    return None if found is None else found == "yes"


def _one(said: Words, table: Table, around: Around, vocab: Vocabulary) -> str | None:
    found = whole(said, table, around, vocab)
    if found:
        return found
    for variant in variants(said, vocab):
        found = look_up(core(variant, vocab.empty), table)
        if found:
            return found
    return None
