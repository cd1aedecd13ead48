"""Hearing: what a learner's typed words come to, wherever they stand.

    a key of the newest announcement ► exact option ► (words for others) ► danger
      ► secret ► the screen's own words ► an option in its words
      ► a standing word ► «ý bác là …?» ► not understood

An option said in part and a standing word at once are asked about, never marked. What
cannot be read changes no place and marks nothing; the third time in a row a person is
offered (learner-experience.md F3).

Leads in: `step`. Leads out: screens, `standing`.
"""

import re

import msgspec

from bot.conversation import announcing, glossary, standing
from bot.conversation.folding import fold
from bot.conversation.folding import words as words_of
from bot.conversation.learner import Learner, Place, change
from bot.conversation.open_question import certain, choose, offered, shown
from bot.conversation.reading_labels import in_order
from bot.conversation.replies import Turn
from bot.conversation.screens import (
    SCREENS,
    broadcast,
    comeback,
    danger,
    help,
    household,
    join,
    settings,
    stop,
    talk,
    unasked,
)
from bot.conversation.speech import say, sentences
from bot.conversation.understand import (
    Choice,
    Chosen,
    Intent,
    OutOfRange,
    Reading,
    Unread,
    Unsure,
    danger_kind,
    happened,
    is_calm,
    is_rather_a_wish,
    is_secret,
    is_talk,
    is_verdict,
    leans,
    likely_answer,
    likely_danger,
    likely_side,
    likely_wish,
    may_be_urgent,
    may_have_met,
    read_choice,
    read_exactly,
    read_numbers,
    read_yes_no,
    says_more,
    tells_of_past,
    whole_wish,
    wish,
)
from bot.conversation.vocabulary import fills
from bot.conversation.world import World

_LINK = re.compile(
    r"://|\bwww\.|\b[\w-]+\.(?:com|net|org|info|vn|cc|top|xyz|me|ly|link|site|club|online|shop|app)"
    r"\b(?:/|\s|$)",
    re.IGNORECASE,
)
_COMMAND = re.compile(r"/(\w+)(?:@\w+)?\W*")
# Where a question is about cases, and its words are no cry.
_QUIZZED = ("lesson", "review", "comeback")
# What a stopped learner gets without being brought back.
_STOPPED_TOO = (Intent.DELETE, Intent.MY_DATA, Intent.PRIVACY, Intent.STOP)
# What is heard as such even while somebody dictates words for others.
_LEADS_AWAY = (Intent.BACK, Intent.HELP, Intent.STOP, Intent.MENU, Intent.REPEAT)
# What a cry may be taken for, unless it is all that was said.
_VAGUE = (
    *(None, Intent.HELP, Intent.CHAT, Intent.UPSET, Intent.QUESTION, Intent.GREETING),
    *(Intent.LATER, Intent.SKIP, Intent.NEXT, Intent.BACK, Intent.FALSE_ALARM, Intent.DONT_KNOW),
)
# What a yes or a no at the start may look like besides; "thôi đừng giữ gì" is all of a no.
_AGREED = (None, Intent.NEXT, Intent.STOP, Intent.FALSE_ALARM)
_REFUSED = (Intent.MY_DATA, Intent.DELETE, Intent.BACK, Intent.NO_REMIND)
_A_FEW_NUMBERS = 40  # letters
# What is asked about lessons in words like those of the keys at home.
_ABOUT_LESSONS = (Intent.GARDEN, Intent.MENU, Intent.REVIEW, Intent.START_AGAIN)
# Small talk says less than what may be an answer.
_TALK = (Intent.CHAT, Intent.UPSET, Intent.QUESTION, Intent.GREETING, Intent.THANKS)


def hear(learner: Learner, text: str, world: World) -> Turn:
    """One message in words: cleaned, with at least one letter or digit in it."""
    words = world.shelf.words
    command = _command(text, world)
    if command and learner.turn > 1 and not learner.stopped:
        here = certain(learner)
        return comeback.met(here, command, world) or wished(here, command, world)
    choices = _choices(learner, world)
    answer = announcing.typed_while_newest(learner, text, world)
    if answer:
        return broadcast.answered(learner, *answer, world)
    # Who stopped and wants to be erased is not brought back by the yes to that; nor by who
    # else says that it is they who learn.
    stopped = learner.stopped and not household.is_asked(learner)
    if not stopped or learner.screen == "erase":
        exact = _exactly(learner, text, choices, world)
        turn = choose(learner, exact, world) if exact else None
        turn = turn or _dictated(learner, text, world)
        if turn:
            return turn
    answer = announcing.typed_later(learner, text, world)
    if answer:
        return broadcast.answered(learner, *answer, world)
    kind = _danger(learner, text, choices, world)
    secret = is_secret(text, len(choices), words)
    # A code that nobody has been told yet is only warned of.
    if kind and not (secret and kind == "scam" and not happened(text, words)):
        alarm = msgspec.structs.replace(danger.alarm(learner, kind, world), secret=secret)
        return talk.also_to_helper(alarm, text, world)
    if secret:
        return Turn(learner, (say(learner, world, "safety.secret"),), secret=True)
    cry = _cry(learner, text, choices, world)
    if cry:
        return talk.also_to_helper(danger.alarm(learner, cry, world), text, world)
    code = None if stopped else join.typed(learner, text, world)
    if code:
        return code
    if learner.turn == 1:
        return _first_word(learner, wish(text, words), world)
    if stopped:
        return _heard_stopped(learner, text, world)
    return _answer(learner, text, choices, world) or _wishes(learner, text, choices, world)


def hear_moved(learner: Learner, text: str, world: World) -> Turn:
    """Words meant for a question that reads otherwise now: no answer to this one.

    Danger, a secret and words that stop, delete or ask for help mean what they always do.
    """
    words = world.shelf.words
    kind, secret = _danger(learner, text, (), world), is_secret(text, 0, words)
    if kind:
        return msgspec.structs.replace(danger.alarm(learner, kind, world), secret=secret)
    if secret:
        return Turn(learner, (say(learner, world, "safety.secret"),), secret=True)
    intent = wish(text, words)
    if intent and intent in (*_STOPPED_TOO, Intent.HELP):
        return standing.answer(learner, intent, world)
    return Turn(learner)


def _dictated(learner: Learner, text: str, world: World) -> Turn | None:
    """Words for others: only short ones that lead away from here are the speaker's own."""
    screen = SCREENS[learner.screen]
    if learner.guess or not screen.dictates(learner, world):
        return None
    if len(text.split()) <= 3 and wish(text, world.shelf.words) in _LEADS_AWAY:
        return None
    return screen.hear(certain(learner), text, world)


def wished(learner: Learner, intent: Intent, world: World, before: int = 0) -> Turn:
    """What a standing word comes to where the learner is.

    before: how many times in a row an answer of ours did not help until now.
    """
    if intent is Intent.READ_ALOUD and learner.consent:
        return _read_out(learner, world)
    turn = SCREENS[learner.screen].wish(learner, intent, world)
    if turn is None and intent is Intent.NEXT:
        return standing.choose_first(learner, before, world)
    return turn or standing.answer(learner, intent, world)


def not_understood(learner: Learner, world: World) -> Turn:
    """Ask again in other words; with fewer choices; the third time offer a person."""
    misses = learner.misses + 1
    if learner.screen == "danger" or not learner.consent:
        return Turn(learner, (say(learner, world, "unknown.1"),))
    if misses >= 3:
        return Turn(help.offered(learner))
    missed = change(learner, misses=misses, guess="")
    fewer = len(offered(missed, world)) < len(offered(learner, world))
    key = "unknown.1" if misses == 1 else "unknown.fewer" if fewer else "unknown.2"
    return Turn(missed, (say(missed, world, key),))


def _choices(learner: Learner, world: World) -> tuple[Choice, ...]:
    if learner.turn == 1:
        return ()  # nothing was asked yet
    return tuple(Choice(one.id, one.label) for one in offered(learner, world))


def _exactly(learner: Learner, text: str, choices: tuple[Choice, ...], world: World) -> str | None:
    """An option by its number, letter or very words.

    "ba" to the question what we should call somebody is a grandmother, not a three.
    """
    short = 1 < len(text) <= _A_FEW_NUMBERS
    if short and len(read_numbers(text, world.shelf.words, len(choices)) or ()) > 1:
        return None  # "hai với ba" picks two
    asks_address = bool(choices) and choices[0].id == "bac"
    if asks_address and fold(text) == "ba":
        return None
    return read_exactly(text, choices, world.shelf.words)


def _danger(learner: Learner, text: str, choices: tuple[Choice, ...], world: World) -> str | None:
    """The danger that the words tell of.

    An option said in its own words is no cry for help («chuyển một nửa thôi», «gọi 114 chữa
    cháy»), unless it tells of something that has happened («chuyển một nửa rồi»).
    """
    words = world.shelf.words
    kind = danger_kind(text, words)
    if kind and learner.screen != "danger" and is_calm(text, words, told=True):
        return None
    if kind is None or len(choices) < 2 or learner.stopped or learner.screen == "danger":
        return kind
    if _is_opinion(learner, text, world):
        return None
    reading = read_choice(text, choices, words)
    quizzed = learner.screen in _QUIZZED
    if quizzed and kind == "scam" and not may_have_met(text, words):
        own = reading if isinstance(reading, Chosen) else likely_answer(text, choices, words)
        if isinstance(own, Chosen):
            return None
    # Words like those of the play itself («rửa tiền gì đâu») are part of it.
    played = kind == "scam" and SCREENS[learner.screen].pretend(learner, world)
    if played and isinstance(reading, Unsure) and not happened(text, words):
        return None
    if not isinstance(reading, Chosen) or tells_of_past(text, choices, reading.id, words):
        return kind
    label = next(one.label for one in choices if one.id == reading.id)
    asked = shown(learner, world)[-1].text
    other = quizzed and kind != "scam"
    return kind if not other and says_more(text, label, asked, words) else None


def _cry(learner: Learner, text: str, choices: tuple[Choice, ...], world: World) -> str | None:
    """The danger that no rule tells and examples do. A question about cases is answered in
    words like those of a cry: there, something must have happened."""
    words = world.shelf.words
    if learner.screen == "danger" or _is_opinion(learner, text, world):
        return None
    cry = likely_danger(text, words)
    if cry is None or not cry.firm:
        return None
    answers = isinstance(read_choice(text, choices, words), Chosen) or not happened(text, words)
    quizzed = learner.screen in _QUIZZED and len(choices) > 1 and answers
    sure = cry.beyond_doubt if quizzed else cry.certain or not is_talk(text, words)
    return cry.kind if sure else None


def _heard_stopped(learner: Learner, text: str, world: World) -> Turn:
    """Whoever stopped is brought back by any word; a few are answered all the same."""
    intent = wish(text, world.shelf.words)
    if intent in _STOPPED_TOO:
        return wished(certain(learner), intent, world, learner.misses)
    reminded = settings.remind(learner, text, world) if intent is Intent.REMIND else None
    return reminded or stop.come_back(learner, world)


def _answer(learner: Learner, text: str, choices: tuple[Choice, ...], world: World) -> Turn | None:
    """An answer to what is open: the screen's own, an option in its words, a yes or no."""
    words = world.shelf.words
    screen = SCREENS[learner.screen]
    if learner.guess:
        return _answer_to_guess(learner, text, world)
    turn = screen.hear(certain(learner), text, world)
    if turn:
        return turn
    meant = wish(text, words)
    if meant is Intent.WORD_MEANING and glossary.names_a_term(text, world):
        return _meaning(certain(learner), text, world)
    back = comeback.met(certain(learner), meant, world) if meant else None
    if back:
        return back
    side = _side(learner, text, choices, world)
    if side:
        return choose(learner, side, world)
    reading = read_choice(text, choices, words) if len(choices) > 1 else Unread()
    if isinstance(reading, Unsure) and reading.denied:
        return Turn(change(learner, guess=",".join(reading.ids)))
    if not isinstance(reading, Chosen):
        told = _in_own_words(text, choices, reading, world)
        return choose(learner, told, world) if told else None
    about_lessons = learner.screen == "home" and meant in _ABOUT_LESSONS
    if about_lessons and (not reading.sure or whole_wish(text, words)):
        return None  # "học được mấy bài rồi" is more than «Học bài này»
    label = next(one.label for one in choices if one.id == reading.id)
    if meant and not reading.sure and is_rather_a_wish(text, label, words):
        return None
    likely = Unread() if reading.sure else likely_answer(text, choices, words)
    if isinstance(likely, Chosen) and likely.id != reading.id:
        near = in_order((reading.id, likely.id), choices)  # its words say one, its sense another
        return Turn(change(learner, guess=",".join(near)))
    turn = choose(learner, reading.id, world)
    in_lesson = learner.screen == "lesson"
    intent = whole_wish(text, words) if in_lesson and not reading.sure else None
    if intent and turn != wished(certain(learner), intent, world):
        return Turn(change(learner, guess=reading.id))  # the two lead to different places
    return turn


def _in_own_words(
    text: str, choices: tuple[Choice, ...], reading: Reading, world: World
) -> str | None:
    """The option that words of none of the labels are most like, unless they are a wish or
    another one was half named."""
    words = world.shelf.words
    likely = likely_answer(text, choices, words)
    if not isinstance(likely, Chosen) or isinstance(reading, OutOfRange) or _LINK.search(text):
        return None
    if isinstance(reading, Unsure) and likely.id not in reading.ids:
        return None
    wished_for = whole_wish(text, words) or (None if likely.sure else wish(text, words))
    return likely.id if wished_for in (None, *_TALK, Intent.DONT_KNOW) else None


def _answer_to_guess(learner: Learner, text: str, world: World) -> Turn | None:
    """A yes or a no to «ý bác là …?», or one of the options themselves."""
    words = world.shelf.words
    said = read_yes_no(text, words)
    if said is False or (said and "," not in learner.guess):
        return choose(learner, "yes" if said else "not_that", world)
    plain = certain(learner)
    reading = read_choice(text, _choices(plain, world), words)
    if isinstance(reading, Chosen):
        return choose(plain, reading.id, world)
    leaning = leans(text, words)
    if leaning is False or (leaning and "," not in learner.guess):
        return choose(learner, "yes" if leaning else "not_that", world)
    return None


def _side(learner: Learner, text: str, choices: tuple[Choice, ...], world: World) -> str | None:
    """The option that a yes or a no stands for, where one says yes and one says no."""
    words = world.shelf.words
    sides = {words.sides[one.id]: one.id for one in choices if one.id in words.sides}
    if len(sides) < 2:
        return None
    said = read_yes_no(text, words)
    if said is None:
        named = read_choice(text, choices, words)
        leaning = leans(text, words) if isinstance(named, Unread | Unsure) else None
        refused = _REFUSED if leaning is False else ()
        said = leaning if wish(text, words) in (*_AGREED, *refused) else None
    return None if said is None else sides[said]


def _wishes(learner: Learner, text: str, choices: tuple[Choice, ...], world: World) -> Turn:
    """A link, a standing word, or an option that we have to ask about."""
    words = world.shelf.words
    understood = certain(learner)
    if _LINK.search(text) and learner.consent:
        return Turn(unasked.at(learner, unasked.LINK), secret=True)
    intent = wish(text, words)
    reading: Reading = read_choice(text, choices, words)
    if isinstance(reading, Unread | Unsure) and not learner.guess:
        likely = _likely(learner, text, choices, world)
        more = isinstance(likely, Unsure) and (
            isinstance(reading, Unread) or set(reading.ids) < set(likely.ids)
        )
        reading = likely if more else reading
    vague = intent in _VAGUE or likely_danger(text, words) is not None
    vague = vague and isinstance(reading, Unread) and not whole_wish(text, words)
    if vague and _may_be_urgent(learner, text, world):
        return danger.perhaps(understood, world)
    back = comeback.met(understood, intent, world)
    if back:
        return back
    named = isinstance(reading, Unsure) and not learner.guess
    torn = isinstance(reading, Unsure) and len(reading.ids) > 1 and intent is Intent.DONT_KNOW
    if named and (intent in _TALK or torn) and whole_wish(text, words) is None:
        intent = None
    if intent is Intent.STOP and _is_twofold(text, world):
        return Turn(change(understood, screen="stop", place=Place(stage=stop.UNSURE)))
    if intent is Intent.WORD_MEANING:
        return _meaning(understood, text, world)
    if intent is Intent.REMIND:
        reminded = settings.remind(understood, text, world)
        if reminded:
            return reminded
    if intent is None and isinstance(reading, Unread) and not learner.guess:
        intent = likely_wish(text, words, learner.screen in _QUIZZED and len(choices) > 1)
    if intent:
        return wished(understood, intent, world, learner.misses)
    return _asked_about(learner, reading, choices, world)


def _likely(learner: Learner, text: str, choices: tuple[Choice, ...], world: World) -> Reading:
    """The option, or the side of a statement, that words are most like."""
    words = world.shelf.words
    if {one.id for one in choices} == {"true", "false"}:
        return likely_side(text, shown(learner, world)[-1].text, words)
    return likely_answer(text, choices, words)


def _is_opinion(learner: Learner, text: str, world: World) -> bool:
    """ "Lừa đảo đấy" about the case in a question."""
    return learner.screen in _QUIZZED and is_verdict(text, world.shelf.words)


def _may_be_urgent(learner: Learner, text: str, world: World) -> bool:
    """Whether words of which nothing was made tell of more than the question does."""
    if learner.screen == "danger" or _is_opinion(learner, text, world):
        return False
    asked = shown(learner, world)[-1]
    about = " ".join([asked.text, *(one.label for one in asked.options)])
    words = world.shelf.words
    if is_calm(text, words):
        return False
    if may_be_urgent(text, about, words):
        return True
    cry = likely_danger(text, words)
    quizzed = learner.screen in _QUIZZED and len(asked.options) > 1
    return cry is not None and (cry.near or not (quizzed or is_talk(text, words)))


def _is_twofold(text: str, world: World) -> bool:
    """ "dung" without its marks is «đúng» as well as «dừng»."""
    words = world.shelf.words
    told = [word for word in words_of(text) if not fills(word, words.empty)]
    return len(told) < 3 and any(word.full in words.twofold for word in told)


def _command(text: str, world: World) -> Intent | None:
    """ "/help", "/stop@hoc_bot": what people know from other programs."""
    command = _COMMAND.fullmatch(text.strip())
    name = world.shelf.words.commands.get(command[1].lower()) if command else None
    return Intent(name) if name else None


def _asked_about(
    learner: Learner, reading: Reading, choices: tuple[Choice, ...], world: World
) -> Turn:
    match reading:
        case Chosen(id=option_id):
            return choose(learner, option_id, world) or not_understood(learner, world)
        case Unsure(ids=ids) if not learner.guess:
            return Turn(change(learner, guess=",".join(ids)))
        case OutOfRange():
            key = "unknown.number" if len(choices) > 1 else "unknown.only_one"
            return Turn(learner, (say(learner, world, key, last=len(choices)),))
        case _:
            return not_understood(learner, world)


def _first_word(learner: Learner, intent: Intent | None, world: World) -> Turn:
    """Whatever a new person writes first, the answer is the welcome, in their language."""
    if intent is Intent.ENGLISH:
        return Turn(change(learner, language="en"))
    return Turn(learner)


def _meaning(learner: Learner, text: str, world: World) -> Turn:
    """What a word means, from the glossary; «từ này» is one that stands on the screen."""
    here = "\n".join(
        "\n".join([one.text, *(option.label for option in one.options)])
        for one in shown(learner, world)
    )
    return Turn(learner, (glossary.meaning(learner, text, here, world),))


def _read_out(learner: Learner, world: World) -> Turn:
    """There is no voice yet: what stands here once more, a sentence a line."""
    said = say(learner, world, "word.read_aloud")
    again = (
        msgspec.structs.replace(one, text="\n".join(sentences(one.text)))
        for one in shown(learner, world)
    )
    return Turn(learner, (said, *again), ask=False)
