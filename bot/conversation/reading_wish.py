"""Wishes: the words that are understood at any moment, whatever is open.

Read from sure to less sure: the whole message, the words that count in it, a pattern
inside it, its start, one slip of a finger, its sound; then the same for each sentence of
a longer message, where a wish goes before small talk ("chào cháu, nói lại đi").

Leads in: `understand`. Source: learner-experience.md section 4.
"""

from collections.abc import Callable, Iterator, Sequence

from bot.conversation.folding import remembered, words
from bot.conversation.reading_likely import likelier_wish
from bot.conversation.reading_parts import parts
from bot.conversation.reading_patterns import spaced
from bot.conversation.reading_words import look_up, mended, slipped, spans, variants, whole
from bot.conversation.vocabulary import Intent, Vocabulary, Words, core, fills, sound

_NOT = {"khong", "chua", "chang", "cha"}
_LONGEST_WISH = 18  # words; longer messages are stories, not wishes
_LONGEST_STORY = 60  # words; in these each sentence is looked at
_START_WORDS = 4  # learner-experience.md section 4
# The same everywhere: learner-experience.md C2.
Reader = Callable[[Words, Vocabulary], str | None]
_DIGITS = {"7": "back", "8": "repeat", "9": "read_aloud", "0": "help"}


@remembered
def wish(text: str, vocab: Vocabulary) -> Intent | None:
    """The standing word in a message. A message with an option's number is no wish."""
    said = words(text)
    if not said:
        return Intent.NEXT if vocab.signs.get(text.strip("\ufe0f ")) else None
    if len(said) > _LONGEST_STORY:
        return None
    pieces = parts(text, vocab)
    every = (said, *filter(_says_something, pieces)) if len(pieces) > 1 else (said,)
    found = _first(every, vocab)
    fixed = None if found or len(said) > _LONGEST_WISH else mended(said, vocab)
    if fixed:
        return _first((fixed,), vocab)
    return found if _wish(said, _SURE, vocab) else likelier_wish(text, found, vocab)


def _first(every: Sequence[Words], vocab: Vocabulary) -> Intent | None:
    """The surest wish of the parts; small talk last, and "mệt rồi, dừng nhé" stops."""
    talk = None
    for readers in (_SURE, _LIKELY):
        told = [found for piece in every if (found := _wish(piece, readers, vocab))]
        wishes = [found for found in told if found not in vocab.small_talk]
        if wishes:
            return Intent.STOP if wishes[0] is Intent.LATER and Intent.STOP in wishes else wishes[0]
        talk = talk or next(iter(told), None)
    return talk


def _says_something(piece: Words) -> bool:
    """A lone letter between stops is noise."""
    return len(piece) > 1 or len(piece[0].plain) > 1


@remembered
def whole_wish(text: str, vocab: Vocabulary) -> Intent | None:
    """A standing word that is all of the message but for manner."""
    said = words(text)
    if len(said) > _LONGEST_WISH:
        return None
    for variant in variants(said, vocab):
        found = _digit(variant, vocab) or _whole(variant, vocab)
        if found:
            return Intent(found)
    return None


def read_task(text: str, vocab: Vocabulary) -> str | None:
    """How a task went: "done", "later" or "help"; None when it is none of them."""
    if "?" in text:
        return None
    said = words(text)
    for piece in (said, *parts(text, vocab)):
        found = whole(piece, vocab.tasks, vocab.polite, vocab)
        if found:
            return found
    match wish(text, vocab):
        case Intent.LATER | Intent.SKIP:
            return "later"
        case Intent.HELP:
            return "help"
    return None


def _wish(said: Words, readers: Sequence[Reader], vocab: Vocabulary) -> Intent | None:
    if len(said) > _LONGEST_WISH:
        return None
    every = tuple(variants(said, vocab))
    for read in readers:
        found = [name for name in (read(variant, vocab) for variant in every) if name]
        if found:
            # "thôi k học nữa" stops, whatever the short form looks like by itself.
            return Intent(next((one for one in found if one not in vocab.small_talk), found[0]))
    return None


def _digit(said: Words, vocab: Vocabulary) -> str | None:
    """ "7", "số 8", "bấm 9 ạ": the digits that always mean the same."""
    for span in spans(said, vocab.answer):
        if len(span) == 1 and span[0].plain in _DIGITS:
            return _DIGITS[span[0].plain]
    return None


def _whole(said: Words, vocab: Vocabulary) -> str | None:
    for span in spans(said, vocab.polite):
        found = look_up(span, vocab.wishes)
        if found:
            return found
    return None


def _counting(said: Words, vocab: Vocabulary) -> str | None:
    """The words that count, wherever manner and address stand between them."""
    counting = core(said, vocab.empty)
    if len(counting) > 1:
        return look_up(counting, vocab.cores)
    return look_up(counting, vocab.wishes) if counting and len(said) <= _START_WORDS else None


def _start(said: Words, vocab: Vocabulary) -> str | None:
    """A phrase at the start of a short message, with nothing behind it that turns it."""
    first = next((n for n, word in enumerate(said) if not fills(word, vocab.polite.before)), 0)
    for start in range(first, -1, -1):
        rest = said[start:]
        if len(rest) > _START_WORDS:
            continue
        for end in range(len(rest) - 1, 0, -1):
            turned = any(word.full in vocab.negators for word in rest[end:])
            asked = {word.plain for word in rest[end:]} & {"gi", "sao", "nao", "ai"}
            if turned or asked or _has_digit(rest):
                continue
            found = look_up(rest[:end], vocab.wishes)
            starts = rest[0].plain in vocab.starts and rest[0].full not in vocab.twofold
            if found and (end > 1 or starts):
                return found
    return None


def _pattern_inside(said: Words, vocab: Vocabulary) -> str | None:
    # "được không" at the end asks; a "not" before it denies.
    denied = any(word.plain in _NOT for word in said[:-1])
    for piece in _with_and_without_manner(said, vocab):
        line = spaced(piece)
        for name, pattern in vocab.inside:
            if pattern.search(line) and not (denied and name == Intent.NEXT):
                return name
    return None


def _with_and_without_manner(said: Words, vocab: Vocabulary) -> Iterator[Words]:
    """The words, and without manner and address around them ("là gì vậy em", "dạ đọc đi")."""
    yield said
    count = len(said)
    first = next((n for n in range(count) if not fills(said[n], vocab.empty)), count)
    last = next((n for n in range(count, first, -1) if not fills(said[n - 1], vocab.empty)), count)
    if first < last and (first, last) != (0, count):
        yield said[first:last]


def _slip(said: Words, vocab: Vocabulary) -> str | None:
    """A phrase with one slip in one of its words. Two phrases equally near: none."""
    for span in spans(said, vocab.polite):
        typed = tuple(word.plain for word in span)
        found = {
            name
            for at, word in enumerate(typed)
            if word not in vocab.known
            for meant, name in vocab.slips.get((*typed[:at], "", *typed[at + 1 :]), ())
            if slipped(word, meant) and (len(typed) > 1 or len(meant) > 4)
        }
        if len(found) == 1:
            return found.pop()
    return None


def _sound(said: Words, vocab: Vocabulary) -> str | None:
    """A phrase as it sounds where people mix l with n and x with s."""
    for span in spans(said, vocab.polite):
        if all(word.plain in vocab.known for word in span):
            continue
        found = vocab.by_sound.get(" ".join(sound(word.plain) for word in span), frozenset())
        if len(found) == 1:
            return next(iter(found))
    return None


def _has_digit(said: Words) -> bool:
    return any(word.plain[0].isdigit() for word in said)


_SURE: tuple[Reader, ...] = (_digit, _whole, _counting)
_LIKELY: tuple[Reader, ...] = (_pattern_inside, _start, _slip, _sound)
