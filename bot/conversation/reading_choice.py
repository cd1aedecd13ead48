"""Which of the offered options is meant, from a number, a letter or words.

Sure readings come first; a reading that is not sure enough becomes `Unsure`, so that
the tutor asks instead of marking. Order: digit, letter, ordinal; the label as it is
written, then without marks; its first words; label in message or message in label;
words that only one label has; likeness with a margin.

Leads in: `understand`. Source: learner-experience.md C2, F1, F2; curriculum.md 2.2.
"""

from collections.abc import Iterator, Sequence

import msgspec
from rapidfuzz import fuzz

from bot.conversation.folding import Word, agrees, fold, words
from bot.conversation.reading_words import (
    Vocabulary,
    Words,
    fills,
    look_up,
    slipped,
    spans,
    variants,
)

_LONGEST_ANSWER = 25  # words
_LETTERS = ("a", "b", "c", "d")
# With these it may be something that happened ("đọc mã rồi"), no answer.
_HAPPENED = {"roi", "r", "mat", "vua", "lo"}
# Scores are percentages of rapidfuzz. Tried on tests/conversation/test_understand.py:
# under 88 another word of the same lesson may look alike; 15 keeps near labels apart.
_SURE, _PERHAPS, _MARGIN = 88.0, 74.0, 15.0


class Choice(msgspec.Struct, frozen=True):
    """One thing offered. `extra`: other words for the same."""

    id: str
    label: str
    extra: tuple[str, ...] = ()


class Chosen(msgspec.Struct, frozen=True):
    """This one, and no other."""

    id: str


class Unsure(msgspec.Struct, frozen=True):
    """Perhaps this one, or one of these: ask."""

    ids: tuple[str, ...]


class OutOfRange(msgspec.Struct, frozen=True):
    """A number that is not offered."""

    number: int


class Unread(msgspec.Struct, frozen=True):
    """None of them: not understood, never wrong."""


Reading = Chosen | Unsure | OutOfRange | Unread


def read_choice(text: str, choices: Sequence[Choice], vocab: Vocabulary) -> Reading:
    """Which choice the words mean. Never guesses between two, never reads a "not"."""
    said, doubt = _without_doubt(words(text), vocab)
    doubt = doubt or _perhaps_not(said, vocab)
    if not said or len(said) > _LONGEST_ANSWER or not choices:
        return Unread()
    reading = _exact(said, choices, vocab) or _other_words(said, choices, vocab) or Unread()
    if not isinstance(reading, Chosen):
        return reading
    return Unsure((reading.id,)) if doubt or _asks(text, choices, reading.id) else reading


def read_exactly(text: str, choices: Sequence[Choice], vocab: Vocabulary) -> str | None:
    """The id of the choice named by its number, letter, place or whole label; else None.

    So sure that it may go before danger and standing words.
    """
    said = words(text)
    if not said or len(said) > _LONGEST_ANSWER or not choices:
        return None
    reading = _exact(said, choices, vocab)
    if not isinstance(reading, Chosen) or _asks(text, choices, reading.id):
        return None
    return None if tells_of_past(text, choices, reading.id) else reading.id


def _asks(text: str, choices: Sequence[Choice], chosen: str) -> bool:
    """Whether the words ask about the choice; one that is a question itself is not asked."""
    label = next(one.label for one in choices if one.id == chosen)
    return "?" in text and "?" not in label


def tells_of_past(text: str, choices: Sequence[Choice], chosen: str) -> bool:
    """Whether words that the chosen label lacks make it something that has happened."""
    label = next(one.label for one in choices if one.id == chosen)
    said = {word.plain for word in words(text)}
    return bool(said & _HAPPENED - set(fold(label).split()))


def _exact(said: Words, choices: Sequence[Choice], vocab: Vocabulary) -> Reading | None:
    number = _by_number(said, choices, vocab)
    label = _by_label(said, choices, vocab)
    if isinstance(label, Chosen) and len(said) > 3:
        return label  # a whole sentence, in which a word may be a number too ("no one")
    if isinstance(label, Chosen) and len(said) > 1 and _is_label(said, choices):
        return label  # "mo danh ba" is all of «Mở Danh bạ», and no three
    if isinstance(number, Chosen) and said[0].plain.isalpha() and isinstance(label, Chosen):
        # "ba" is three, and "bà" without its mark.
        return number if number == label else Unsure((number.id, label.id))
    if isinstance(number, Chosen) and len(said) > 1 and not _has_digit(said):
        # "muc mot" is item one, and how "Mực một nắng" begins.
        begins = {one.id for one in choices if any(_starts(each, said) for each in _labels(one))}
        if begins - {number.id}:
            return Unsure(_in_order(begins | {number.id}, choices))
    if isinstance(number, OutOfRange | None) and label:
        return label
    return number


def _is_label(said: Words, choices: Sequence[Choice]) -> bool:
    """Whether a label was typed from end to end, with marks or without."""
    plain = [word.plain for word in said]
    return any([word.plain for word in label] == plain for one in choices for label in _labels(one))


def _has_digit(said: Words) -> bool:
    return any(word.plain[0].isdigit() for word in said)


def _without_doubt(said: Words, vocab: Vocabulary) -> tuple[Words, bool]:
    """The words without "phải không" at their end, and whether it stood there."""
    plain = [word.plain for word in said]
    while plain and plain[-1] in ("a", "chau", "em", "con", "nhi"):
        plain.pop()
    for tail in vocab.doubt:
        if len(plain) > len(tail) and tuple(plain[-len(tail) :]) == tail:
            return said[: len(plain) - len(tail)], True
    return said, False


def _perhaps_not(said: Words, vocab: Vocabulary) -> bool:
    """ "dung" without marks before other words: "đừng gọi" as likely as "đúng"."""
    at = next((n for n, word in enumerate(said) if word.full == "dung"), len(said))
    return any(not fills(word, vocab.answer.after) for word in said[at + 1 :])


# --- numbers ----------------------------------------------------------------------------


def _by_number(said: Words, choices: Sequence[Choice], vocab: Vocabulary) -> Reading | None:
    said = _unglued(said, vocab)
    for variant in variants(said, vocab):
        for span, behind, before in _middles(variant, vocab):
            number = _named(span, before, len(choices), vocab)
            if number is None:
                continue
            reading = _offered(number, choices)
            if behind == "oi" or before == "co":
                return None  # "bà ơi", "có 2 con"
            if behind in vocab.counted:
                # "2 con" may be two children.
                return Unsure((reading.id,)) if isinstance(reading, Chosen) else None
            return reading
    spelled = list(variants(said, vocab))[-1]
    return _several(spelled, choices, vocab) or _with_label(spelled, choices, vocab)


def _unglued(said: Words, vocab: Vocabulary) -> Words:
    """ "cau2" -> "cau 2", "2nhe" -> "2 nhe"; VNI words stay whole."""
    found: list[Word] = []
    for word in said:
        plain = word.plain
        letters, digits = plain.strip("0123456789"), "".join(filter(str.isdigit, plain))
        both = letters and digits and letters.isalpha() and len(digits) <= 2
        if both and plain == letters + digits and letters in vocab.answer.before:
            found += [Word(letters, letters), Word(digits, digits)]
        elif both and plain == digits + letters and letters in vocab.answer.after:
            found += [Word(digits, digits), Word(letters, letters)]
        else:
            found.append(word)
    return tuple(found)


def _middles(said: Words, vocab: Vocabulary) -> Iterator[tuple[Words, str, str]]:
    """One to three words with only answer words around; the word behind; the word before."""
    count, before, after = len(said), vocab.answer.before, vocab.answer.after
    for start in range(count):
        if any(not fills(word, before) for word in said[:start]):
            return
        for end in range(min(start + 3, count), start, -1):
            if all(fills(word, after) for word in said[end:]):
                behind = said[end].plain if end < count else ""
                yield said[start:end], behind, said[start - 1].plain if start else ""


def _named(span: Words, before: str, count: int, vocab: Vocabulary) -> int | None:
    """The number that a digit, a number word, a letter or an ordinal names."""
    if len(span) == 1:
        word = span[0].plain
        if word.isdecimal() and len(word) <= 3:
            return int(word)
        if span[0].full in _LETTERS and _LETTERS.index(word) < count:
            # "da a" may be "dạ ạ": the letter a needs to stand alone or behind a cue.
            alone = word != "a" or not before or before in vocab.cues
            return _LETTERS.index(word) + 1 if alone else None
        found = look_up(span, vocab.numbers)
        if found:
            return int(found)
        if before not in vocab.ordinal_cues and len(word) < 6:
            return None
    found = look_up(span, vocab.ordinals)
    if found is None:
        return None
    if found == "0":
        return (count + 1) // 2 if count % 2 else None
    return count if found == "-1" else int(found)


def _offered(number: int, choices: Sequence[Choice]) -> Reading:
    """The choice of that number; or the one whose label alone holds it ("113")."""
    if 1 <= number <= len(choices):
        return Chosen(choices[number - 1].id)
    holds = [one.id for one in choices if str(number) in fold(one.label).split()]
    if len(holds) == 1:
        return Chosen(holds[0]) if number > 9 else Unsure((holds[0],))
    digits = set(str(number))
    if len(digits) == 1 and number > 9 and 1 <= int(digits.pop()) <= len(choices):
        return Unsure((choices[number % 10 - 1].id,))  # a key held too long
    return OutOfRange(number)


def _numbers_in(said: Words, vocab: Vocabulary) -> list[tuple[int, bool]]:
    """The numbers of a message in order, each with whether a cue stands before it."""
    found = []
    for at, word in enumerate(said):
        cued = at > 0 and said[at - 1].plain in vocab.cues
        if word.plain.isdecimal() and len(word.plain) <= 3:
            found.append((int(word.plain), cued))
        else:
            number = look_up((word,), vocab.numbers)
            if number:
                found.append((int(number), cued))
    return found


def _several(said: Words, choices: Sequence[Choice], vocab: Vocabulary) -> Reading | None:
    """ "1 hay 2": both, to be asked. Only where nothing else was said."""
    numbers = list(dict.fromkeys(number for number, _ in _numbers_in(said, vocab)))
    if not all(_small(word, vocab) for word in said):
        return None
    inside = [choices[number - 1].id for number in numbers if 1 <= number <= len(choices)]
    if len(numbers) >= 2:
        return Unsure(tuple(inside)) if inside and len(inside) == len(numbers) else None
    twice = len(numbers) == 1 and len(_numbers_in(said, vocab)) > 1
    return Chosen(inside[0]) if twice and inside else None


def _small(word: Word, vocab: Vocabulary) -> bool:
    """A number, or a word that may stand around or between numbers."""
    around = (vocab.between, vocab.answer.before, vocab.answer.after)
    number = word.plain.isdecimal() or look_up((word,), vocab.numbers)
    return bool(number) or any(fills(word, fillers) for fillers in around)


def _with_label(said: Words, choices: Sequence[Choice], vocab: Vocabulary) -> Reading | None:
    """A number beside other words: "2 tấm ảnh", "cái hình số 2 bên phải"."""
    numbers = _numbers_in(said, vocab)
    if len(numbers) != 1 or not 1 <= numbers[0][0] <= len(choices):
        return None
    number, cued = numbers[0]
    meant = choices[number - 1].id
    at = next(n for n, word in enumerate(said) if _numbers_in((word,), vocab))
    if at in (0, len(said) - 1) or cued:
        rest = said[:at] + said[at + 1 :]
        label = _by_label(rest, choices, vocab) or _by_part(rest, choices, vocab)
        if isinstance(label, Chosen):
            same = label.id == meant
            return label if same else Unsure((meant, label.id))
    if cued and not _denied(said, vocab):
        return Unsure((meant,))
    return None


def read_numbers(text: str, vocab: Vocabulary, count: int) -> tuple[int, ...] | None:
    """The numbers of an order ("2 1 3", "213", "hai một ba nhé"): each of 1…count at
    most once, at least one. None when anything else was said."""
    said = list(variants(_unglued(words(text), vocab), vocab))[-1:]
    if not said or "?" in text or not all(_small(word, vocab) for word in said[0]):
        return None
    numbers: list[int] = []
    for at, word in enumerate(said[0]):
        here = _digits(word, vocab)
        if max(here, default=0) > count and fills(word, vocab.between):
            continue  # "sau" is after, and six without its mark
        behind = said[0][at + 1 : at + 2]
        counted = bool(behind) and behind[0].plain in vocab.counted
        if here and counted and not _digits(behind[0], vocab):
            return None
        numbers += here
    fits = len(set(numbers)) == len(numbers) and all(1 <= n <= count for n in numbers)
    return tuple(numbers) if numbers and fits else None


def _digits(word: Word, vocab: Vocabulary) -> list[int]:
    """The numbers a word says, digit by digit: "213" is 2, 1, 3."""
    if word.plain.isdecimal():
        return [int(digit) for digit in word.plain]
    number = look_up((word,), vocab.numbers)
    return [int(number)] if number else []


# --- labels -----------------------------------------------------------------------------


def _by_label(said: Words, choices: Sequence[Choice], vocab: Vocabulary) -> Reading | None:
    """A whole label. Marks decide where they are typed; two that fit are asked."""
    for variant in variants(said, vocab):
        for span in spans(variant, vocab.answer):
            same, fits, clash = set(), set(), set()
            for choice in choices:
                for label in _labels(choice):
                    if [one.plain for one in label] != [one.plain for one in span]:
                        if _glued(label) == _glued(span) and len(_glued(span)) > 4:
                            fits.add(choice.id)
                        continue
                    same |= {choice.id} if label == span else set()
                    clash.add(choice.id)
                    if all(agrees(a.full, b.full) for a, b in zip(span, label, strict=True)):
                        fits.add(choice.id)
            reading = _one_of(same or fits, choices)
            if reading:
                return reading
            if clash:
                # Marks that contradict: enough words make up for one slip of a mark.
                one = len(clash) == 1 and len(span) > 1
                ids = _in_order(clash, choices)
                return Chosen(ids[0]) if one else Unsure(ids)
    return None


def _glued(said: Words) -> str:
    return "".join(word.plain for word in said)


def _one_of(ids: set[str], choices: Sequence[Choice]) -> Reading | None:
    if not ids:
        return None
    return Chosen(next(iter(ids))) if len(ids) == 1 else Unsure(_in_order(ids, choices))


def _in_order(ids: set[str], choices: Sequence[Choice]) -> tuple[str, ...]:
    return tuple(choice.id for choice in choices if choice.id in ids)


def _labels(choice: Choice) -> list[Words]:
    return [said for said in map(words, (choice.label, *choice.extra)) if said]


def _denied(said: Words, vocab: Vocabulary) -> bool:
    """Whether the message holds a "not"."""
    return any(word.plain in vocab.negators and word.full != "đầu" for word in said)


def _polarity(said: Words, vocab: Vocabulary) -> bool:
    strong = {"khong", "chua", "dung", "chang", "cha", "cho", "khoi", "not", "no", "never"}
    strong |= {"don", "dont", "hong", "bo", "tru", "ngoai"}
    # "đúng", "cho" and "bỏ" without marks are not a "not": only with the right ones.
    marked = {"dung": "đừng", "cho": "chớ", "cha": "chả", "bo": "bỏ", "hong": "hông"}
    return any(
        word.plain in strong
        and (word.plain not in marked or word.full == words(marked[word.plain])[0].full)
        for word in said
    )


def _other_words(said: Words, choices: Sequence[Choice], vocab: Vocabulary) -> Reading | None:
    """An option in part of its words or nearly its words."""
    every = list(variants(said, vocab))
    # Short forms may hide a "not" ("k dong y"): only the spelled words are read.
    every = every[1:] or every
    corrected = _corrected(every[-1], choices, vocab)
    if corrected != every[-1]:
        every.append(corrected)
    for variant in every:
        read = _by_label(variant, choices, vocab) if variant is corrected else None
        reading = read or _by_part(variant, choices, vocab)
        if reading:
            return reading
    return _by_likeness(every[-1], choices, vocab)


def _corrected(said: Words, choices: Sequence[Choice], vocab: Vocabulary) -> Words:
    """Words with one slip put right, where only one word of all labels is that near."""
    ours = {word.plain: word for one in choices for label in _labels(one) for word in label}
    found = []
    for word in said:
        near = (
            []
            if word.plain in ours or word.plain in vocab.known
            else [plain for plain in ours if slipped(word.plain, plain)]
        )
        found.append(Word(near[0], near[0]) if len(near) == 1 else word)
    return tuple(found)


def _by_part(said: Words, choices: Sequence[Choice], vocab: Vocabulary) -> Reading | None:
    core = _core(said, vocab)
    if not core:
        return None
    fitting = [
        (choice.id, label)
        for choice in choices
        for label in _labels(choice)
        if _polarity(label, vocab) == _polarity(said, vocab)
    ]
    first = {one for one, label in fitting if _starts(label, core)}
    if len(first) == 1 and len(core) > 1:
        return Chosen(first.pop())
    holding = [
        (one, label)
        for one, label in fitting
        if (_within(label, said) and len(label) > 1)
        or (len(label) == 1 and len(label[0].plain) > 1 and _within(label, core))
    ]
    if holding:
        return _held(holding, said, choices)
    inside = {one: label for one, label in fitting if _within(core, label)}
    if inside and (len(core) > 1 or len(core[0].plain) > 1):
        ids = _in_order(set(inside), choices)
        sure = len(ids) == 1 and (len(core) > 1 or _says_enough(core[0], said, inside[ids[0]]))
        return Chosen(ids[0]) if sure else Unsure(ids)
    return _by_own_words(core, fitting, choices, vocab)


def _says_enough(word: Word, said: Words, label: Words) -> bool:
    """Whether one word of a label stands for it: the label is short, and the word stands
    alone or has the label's very marks ("o dau" is no "đầu")."""
    if len(label) > 3:
        return False
    first = word.plain == label[0].plain and len(word.plain) > 3
    return len(said) == 1 or first or any(word.full == one.full for one in label)


def _held(holding: list[tuple[str, Words]], said: Words, choices: Sequence[Choice]) -> Reading:
    """Labels that stand in the message: the longest holds the shorter ones within it."""
    longest = max((label for _, label in holding), key=len)
    ids = {one for one, label in holding if label == longest or not _within(label, longest)}
    extra = len(said) - len(longest)
    begins = any(_starts(said[at:], longest) for at in range(3))
    allowed = 6 if len(longest) > 1 and begins else 3
    if extra:
        # "dichvucong.gov.vn.tpo" is nearer to the longer address that begins alike.
        for choice in choices:
            if any(_starts(label, longest) and label != longest for label in _labels(choice)):
                ids.add(choice.id)
    sure = len(ids) == 1 and extra <= allowed
    return Chosen(ids.pop()) if sure else Unsure(_in_order(ids, choices))


def _core(said: Words, vocab: Vocabulary) -> Words:
    """The message without answer words at its ends. "không đúng", "không phải" deny what
    was said, so nothing is left of them."""
    start, end = 0, len(said)
    while start < end and fills(said[start], vocab.answer.before):
        start += 1
    while end > start and fills(said[end - 1], vocab.answer.after):
        end -= 1
    denies = end > start and said[end - 1].plain in ("khong", "chua")
    if denies and said[end : end + 1] and said[end].plain in ("dung", "phai", "duoc"):
        return ()
    return said[start:end]


def _starts(label: Words, core: Words) -> bool:
    return len(core) <= len(label) and _same(core, label[: len(core)])


def _same(typed: Words, meant: Words) -> bool:
    return all(
        a.plain == b.plain and agrees(a.full, b.full) for a, b in zip(typed, meant, strict=True)
    )


def _within(part: Words, of: Words) -> bool:
    """Whether the words stand together in the others. Either side may be the typed one."""
    many = len(part)
    return any(
        _same(part, of[at : at + many]) or _same(of[at : at + many], part)
        for at in range(len(of) - many + 1)
    )


def _by_own_words(
    core: Words,
    fitting: list[tuple[str, Words]],
    choices: Sequence[Choice],
    vocab: Vocabulary,
) -> Reading | None:
    """Words that only one option has ("tắt đi, hỏi công an")."""
    owners: dict[str, set[str]] = {}
    for choice in choices:
        for label in _labels(choice):
            for word in label:
                owners.setdefault(word.plain, set()).add(choice.id)
    generic = (vocab.answer.before, vocab.answer.after, vocab.polite.before, vocab.polite.after)
    content = [
        word.plain
        for word in core
        if word.plain in owners or not any(fills(word, fillers) for fillers in generic)
    ]
    strange = [word for word in content if word not in owners]
    own = [word for word in dict.fromkeys(content) if len(owners.get(word, ())) == 1]
    ids = {one for word in own for one in owners[word]} & {one for one, _ in fitting}
    if len(ids) != 1 or not own or any(word.isdecimal() for word in content):
        return None
    one = next(iter(ids))
    # A word of two letters or fewer, or one among strangers, says too little.
    letters = sum(len(word) for word in own)
    whole = all(one in owners[word] for word in content if word in owners)
    if not whole or letters < 3 or len(strange) > len(own):
        return None
    label = next(label for choice_id, label in fitting if choice_id == one)
    enough = len(own) >= 3 or len(content) * 2 >= len(label)
    sure = len(own) >= 2 and not strange and enough and _in_turn(content, label)
    return Chosen(one) if sure else Unsure((one,))


def _in_turn(content: Sequence[str], label: Words) -> bool:
    """Whether the words stand in the label in the same order."""
    rest = iter(word.plain for word in label)
    return all(word in rest for word in content)


def _by_likeness(said: Words, choices: Sequence[Choice], vocab: Vocabulary) -> Reading | None:
    """The last way: nearly the same letters, with a margin to the next. Never for digits."""
    core = _core(said, vocab)
    typed = " ".join(word.plain for word in core)
    if len(typed.replace(" ", "")) < 5 or any(one.isdigit() for one in typed):
        return None
    scores = sorted(
        ((_likeness(typed, core, choice, vocab), n) for n, choice in enumerate(choices)),
        reverse=True,
    )
    best, at = scores[0]
    margin = best - (scores[1][0] if len(scores) > 1 else 0)
    if best >= _SURE and margin >= _MARGIN:
        return Chosen(choices[at].id)
    near = [choices[n].id for score, n in scores[:2] if score >= _PERHAPS]
    return Unsure(tuple(near)) if near else None


def _likeness(typed: str, core: Words, choice: Choice, vocab: Vocabulary) -> float:
    joined = typed.replace(" ", "")
    best = 0.0
    for label in _labels(choice):
        if _polarity(label, vocab) != _polarity(core, vocab):
            continue
        plain = " ".join(word.plain for word in label)
        best = max(best, fuzz.ratio(typed, plain), fuzz.ratio(joined, plain.replace(" ", "")))
    return best
