"""The conversation: `step(learner, event, world) -> Turn`, a pure function.

    event ──► press ─────► is it the open question's? ──► screen.choose
         └──► words ─────► exact option ► danger ► secret ► the screen's own words
                           ► a link ► welcome back ► standing words
                           ► an option in other words ► not understood
         └──► the rest ──► a kind answer that leads back

A learner's document says where they stand (`screen`, `place`, `lesson`); a screen
shows what is asked there and makes of an answer the next document. After each turn
`step` shows the screen that the document names, so screens never call one another.

Rules that hold here and nowhere else:
- A press counts only for the open question: it carries the turn that asked, and the
  open question's turn is `learner.asked`. Asking the same thing again keeps it.
- What cannot be read changes no place and marks nothing; the third time in a row a
  person is offered (learner-experience.md F3).
- Before consent only the chat, the language and the consent are kept (P31).
"""

import re
from functools import lru_cache

import msgspec

from bot.conversation import from_others, glossary, reviewing, standing, who
from bot.conversation.days import minute_number
from bot.conversation.events import (
    BadPress,
    Event,
    Media,
    Press,
    Start,
    Text,
)
from bot.conversation.folding import clean, fold
from bot.conversation.learner import Learner, Place, change, resume
from bot.conversation.replies import Audit, Consent, Fact, Option, Reply, Turn
from bot.conversation.screens import (
    SCREENS,
    comeback,
    danger,
    friends,
    help,
    lesson,
    review,
    stop,
    task,
    ticket,
    unasked,
    work,
)
from bot.conversation.speech import say, sentences
from bot.conversation.task import task_to_ask
from bot.conversation.tickets import ticket_hash
from bot.conversation.understand import (
    Choice,
    Chosen,
    Intent,
    OutOfRange,
    Unsure,
    Vocabulary,
    danger_kind,
    is_secret,
    read_choice,
    read_exactly,
    read_yes_no,
    tells_of_past,
    wish,
)
from bot.conversation.world import Need, Shelf, World

_UNASKED = {"photo": unasked.PHOTO, "forwarded": unasked.LINK}
MOST_MESSAGES = 3  # of one turn (learner-experience.md M1)
_LINK = re.compile(
    r"://|\bwww\.|\b[\w-]+\.(?:com|net|org|info|vn|cc|top|xyz|me|ly|link|site|club|online|shop|app)"
    r"\b(?:/|\s|$)",
    re.IGNORECASE,
)
_DIGIT_WORDS = {
    "7": Intent.BACK,
    "8": Intent.REPEAT,
    "9": Intent.READ_ALOUD,
    "0": Intent.HELP,
}


def step(learner: Learner, event: Event, world: World) -> Turn:
    """One event of one learner: who they are now, what to say, what happened.

    Never raises for anything a learner can send, but Unread when it wants a list that was
    not read; the same arguments give the same turn, byte for byte.
    """
    before = learner
    learner = change(learner, turn=learner.turn + 1)
    if learner.screen not in SCREENS:
        learner = resume(learner)
    learner, moved = lesson.settle(learner, world)
    if moved is None:
        learner, moved = review.settle(learner, world)
    outside = work.kept_out(learner, SCREENS[learner.screen].actions, world)
    if outside:
        learner = outside
    turn = _decide(learner, event, world)
    if outside and _is_theirs(event):
        moved = say(outside, world, "work.ended")
        audit = Audit("press_refused", learner.id)
        turn = msgspec.structs.replace(turn, facts=(*turn.facts, audit))
    return _finished(before, _seen(turn, event, world), moved, world)


def needs(learner: Learner, event: Event, shelf: Shelf) -> tuple[Need, ...]:
    """The lists that `step` will surely want for this event: read for a whole batch in one
    query each. What else it wants is read when it asks."""
    body = event.body
    wanted = [Need(who.ROLES, learner.id)] if learner.works else []
    if isinstance(body, Text) and wish(body.text, shelf.words) is Intent.THANK_PERSON:
        wanted.append(Need(friends.INVITER, learner.id))
    if isinstance(body, Start) and body.payload:
        wanted.append(Need(ticket.TICKET, ticket_hash(body.payload)))
    return tuple(wanted)


def live_options(learner: Learner, world: World) -> tuple[Option, ...]:
    """What may be answered now, in the order shown."""
    return _shown(learner, world)[-1].options


def _shown(learner: Learner, world: World) -> tuple[Reply, ...]:
    if learner.guess:
        return (_guessed(learner, world),)
    return SCREENS[learner.screen].show(learner, world)


def _finished(before: Learner, turn: Turn, moved: Reply | None, world: World) -> Turn:
    """Add what is asked now, and stamp the question with the turn that asked it."""
    after = turn.learner
    if turn.ask and _is_task_due(after, world):
        after = task.at(after)
    same = _question(after) == _question(before) and before.asked
    after = change(after, asked=before.asked if same else after.turn)
    asks = _shown(after, world) if turn.ask else ()
    said = ((moved,) if moved else ()) + turn.replies
    if after.slow:
        said = _in_pieces(said, MOST_MESSAGES - len(asks))
    pace = _pace(after)
    stamped = tuple(
        msgspec.structs.replace(one, turn=after.asked if one.options else 0, pace=pace)
        if one.options or pace != 1.0
        else one
        for one in said + asks
    )
    facts = turn.facts
    after = reviewing.learnt(after, facts, world)
    if after.consent != "yes":
        facts = tuple(fact for fact in facts if _is_kept_of_strangers(fact))
    return Turn(after, stamped, facts, turn.requests, turn.ask, turn.secret)


def _is_kept_of_strangers(fact: Fact) -> bool:
    """Their consent, and who did what with a right."""
    return isinstance(fact, Consent) or (isinstance(fact, Audit) and bool(fact.actor))


def _pace(learner: Learner) -> float:
    """How long between two messages: longer for who asked for it, shorter with practice.

    Source: learner-experience.md M2, W2; danger waits for nothing.
    """
    if learner.screen == "danger":
        return 0.0
    practised = 0.5 if len(learner.done) >= 30 else 1.0
    return practised * (1.5 if learner.slow else 1.0)


def _is_task_due(learner: Learner, world: World) -> bool:
    """At home on a later day, the task that was put off is asked about first."""
    due = learner.screen == "home" and task_to_ask(learner, world.now) is not None
    return due and task.is_there(learner, world)


def _in_pieces(said: tuple[Reply, ...], most: int) -> tuple[Reply, ...]:
    """A sentence a message for a slow learner, while the turn has room for them."""
    pieces = [
        msgspec.structs.replace(one, text=text)
        for one in said
        for text in ([one.text] if one.options or one.picture else sentences(one.text))
    ]
    whole = any(one.options for one in said)
    return said if whole or len(pieces) > max(most, len(said)) else tuple(pieces)


def _seen(turn: Turn, event: Event, world: World) -> Turn:
    """When the learner last wrote is kept, to the minute, once they agreed."""
    if turn.learner.consent != "yes" or not _is_theirs(event):
        return turn
    seen = change(turn.learner, seen_min=minute_number(world.now))
    return msgspec.structs.replace(turn, learner=seen)


def _is_theirs(event: Event) -> bool:
    """Did the learner do it, and not somebody else's turn?"""
    return isinstance(event.body, Text | Press | BadPress | Media | Start)


def _question(learner: Learner) -> tuple[object, ...]:
    """What makes two open questions the same question."""
    return (
        learner.screen,
        learner.place,
        learner.lesson,
        learner.guess,
        learner.consent,
        learner.pronouns,
        learner.ward,
        learner.hour,
    )


def _decide(learner: Learner, event: Event, world: World) -> Turn:
    match event.body:
        case Press(turn=asked, option=option_id):
            return _press(learner, asked, option_id, world)
        case Text(text=text):
            return _text(learner, clean(text), world)
        case BadPress():
            audit = Audit("press_refused", learner.id)
            return Turn(learner, (say(learner, world, "press.unknown"),), (audit,))
        case Media() as media:
            return _media(learner, media, world)
        case Start(payload=payload) as start:
            if payload:
                return ticket.arrived(learner, start, world)
            return stop.come_back(learner, world) if learner.stopped else _greeted(learner, world)
        case event_of_others:
            return from_others.told(learner, event_of_others, world)


def _greeted(learner: Learner, world: World) -> Turn:
    if learner.turn == 1 or not learner.consent:
        return Turn(learner)
    back = comeback.met(learner, Intent.GREETING, world)
    return back or Turn(learner, (say(learner, world, "word.greeting"),))


def _press(learner: Learner, asked: int, option_id: str, world: World) -> Turn:
    offered = {option.id for option in live_options(learner, world)}
    if asked != learner.asked:
        return Turn(learner, (say(learner, world, "press.old"),))
    if option_id not in offered:
        # Rightly sealed, for the open question, and not open to them: a right that ended.
        audit = Audit("press_refused", learner.id)
        return Turn(learner, (say(learner, world, "press.old"),), (audit,))
    turn = _chosen(learner, option_id, world)
    return turn or Turn(learner, (say(learner, world, "press.old"),))


def _chosen(learner: Learner, option_id: str, world: World) -> Turn | None:
    """An option of the open question, pressed or typed."""
    if learner.guess:
        certain = change(learner, guess="", misses=0)
        if option_id == "not_that":
            return Turn(certain, (say(learner, world, "guess.no"),))
        meant = learner.guess if option_id == "yes" else option_id
        return SCREENS[certain.screen].choose(certain, meant, world)
    understood = change(learner, misses=0)
    return SCREENS[learner.screen].choose(understood, option_id, world)


def _text(learner: Learner, text: str, world: World) -> Turn:
    if not fold(text):
        return _signs(learner, text, world)
    words = world.shelf.words
    options = live_options(learner, world) if learner.turn > 1 else ()
    exact = _exact(text, options, words)
    turn = _chosen(learner, exact, world) if exact and not learner.stopped else None
    turn = turn or _played(learner, text, options, world)
    if turn:
        return turn
    kind = danger_kind(text, words)
    if kind:
        return danger.alarm(learner, kind, world)
    if is_secret(text, len(options)):
        return Turn(learner, (say(learner, world, "safety.secret"),), secret=True)
    if learner.turn == 1:
        return _first_word(learner, wish(text, words), world)
    return _words(learner, text, options, world)


def _played(learner: Learner, text: str, options: tuple[Option, ...], world: World) -> Turn | None:
    """A line of an exercise about swindlers, in its own words, is no cry for help.

    Only what is surely one of the lines; and what tells of something that has happened
    («chuyển tiền rồi») is left to the words of danger.
    """
    if learner.stopped or not SCREENS[learner.screen].pretend(learner, world):
        return None
    words = world.shelf.words
    choices = tuple(Choice(option.id, option.label) for option in options)
    reading = read_choice(text, choices, words)
    if not isinstance(reading, Chosen) or tells_of_past(text, choices, reading.id):
        return None
    return _chosen(learner, reading.id, world)


def _words(learner: Learner, text: str, options: tuple[Option, ...], world: World) -> Turn:
    """Typed words that are no exact option, no danger and no secret."""
    intent = _DIGIT_WORDS.get(text.strip(" .")) or wish(text, world.shelf.words)
    if learner.stopped and intent not in (Intent.DELETE, Intent.MY_DATA, Intent.STOP):
        return stop.come_back(learner, world)
    screen = SCREENS[learner.screen]
    understood = change(learner, guess="", misses=0)
    heard = None if learner.guess or learner.stopped else screen.hear(understood, text, world)
    if heard:
        return heard
    if intent is Intent.WORD_MEANING and glossary.names_a_term(text, world):
        return _meaning(understood, text, world)
    back = comeback.met(understood, intent, world)
    if back and intent:
        return back  # «học» after days away is met before it begins a lesson
    chosen = None if learner.stopped else _surely_chosen(learner, text, options, world)
    if chosen:
        return chosen
    if _LINK.search(text) and learner.consent:
        return Turn(unasked.at(learner, unasked.LINK), secret=True)
    if back:
        return back
    if intent is Intent.STOP and fold(text) == "dung" and "ừ" not in text.lower():
        return Turn(change(understood, screen="stop", place=Place(stage=stop.UNSURE)))
    if intent is Intent.WORD_MEANING:
        return _meaning(understood, text, world)
    if intent is Intent.READ_ALOUD and learner.consent:
        return _read_out(understood, world)
    if intent:
        return screen.wish(understood, intent, world) or standing.answer(understood, intent, world)
    return _other_words(learner, text, options, world)


def _meaning(learner: Learner, text: str, world: World) -> Turn:
    """What a word means, from the glossary; «từ này» is one that stands on the screen."""
    shown = "\n".join(
        "\n".join([one.text, *(option.label for option in one.options)])
        for one in _shown(learner, world)
    )
    return Turn(learner, (glossary.meaning(learner, text, shown, world),))


def _read_out(learner: Learner, world: World) -> Turn:
    """There is no voice yet: what stands here once more, a sentence a line."""
    said = say(learner, world, "word.read_aloud")
    again = (
        msgspec.structs.replace(one, text="\n".join(sentences(one.text)))
        for one in _shown(learner, world)
    )
    return Turn(learner, (said, *again), ask=False)


def _surely_chosen(
    learner: Learner, text: str, options: tuple[Option, ...], world: World
) -> Turn | None:
    """A yes or no to «ý bác là…?», or an option of an open question in its own words.

    A question's option may sound like a standing word («hỏi lại bác sĩ…»), so it is asked
    first; a lone «tiếp» is no such question.
    """
    words = world.shelf.words
    if learner.guess:
        said = read_yes_no(text, words)
        if said is False or (said and "," not in learner.guess):
            return _chosen(learner, "yes" if said else "not_that", world)
    if len(options) < 2:
        return None
    choices = tuple(Choice(option.id, option.label) for option in options)
    reading = read_choice(text, choices, words)
    return _chosen(learner, reading.id, world) if isinstance(reading, Chosen) else None


def _other_words(learner: Learner, text: str, options: tuple[Option, ...], world: World) -> Turn:
    """An option said in other words; in doubt we ask, and never mark."""
    choices = tuple(Choice(option.id, option.label) for option in options)
    match read_choice(text, choices, world.shelf.words):
        case Chosen(id=option_id):
            return _chosen(learner, option_id, world) or _not_understood(learner, world)
        case Unsure(ids=ids) if not learner.guess:
            return Turn(change(learner, guess=",".join(ids)))
        case OutOfRange():
            return Turn(learner, (say(learner, world, "unknown.number", last=len(options)),))
        case _:
            return _not_understood(learner, world)


def _first_word(learner: Learner, intent: Intent | None, world: World) -> Turn:
    """Whatever a new person writes first, the answer is the welcome, in their language."""
    if intent is Intent.ENGLISH:
        return Turn(change(learner, language="en"))
    return Turn(learner)


def _not_understood(learner: Learner, world: World) -> Turn:
    misses = learner.misses + 1
    if learner.screen == "danger" or not learner.consent:
        return Turn(learner, (say(learner, world, "unknown.1"),))
    if misses >= 3:
        return Turn(help.offered(learner))
    missed = change(learner, misses=misses, guess="")
    fewer = len(live_options(missed, world)) < len(live_options(learner, world))
    key = "unknown.1" if misses == 1 else "unknown.fewer" if fewer else "unknown.2"
    return Turn(missed, (say(missed, world, key),))


def _signs(learner: Learner, text: str, world: World) -> Turn:
    """No letters at all: a sign such as 👍 counts as «tiếp» where only that is awaited."""
    if not text.strip():
        return Turn(learner)
    return _media(learner, Media("sticker"), world)


def _media(learner: Learner, media: Media, world: World) -> Turn:
    """Anything that is not words. Nothing of it is kept."""
    own_words = media.caption if media.kind != "forwarded" else ""
    if own_words and danger_kind(own_words, world.shelf.words):
        return _text(learner, clean(own_words), world)
    if learner.turn == 1 or not learner.consent:
        return Turn(learner)
    if learner.stopped:
        return stop.come_back(learner, world)
    if media.kind in _UNASKED and learner.screen != "danger":
        return Turn(unasked.at(learner, _UNASKED[media.kind]), secret=True)
    options = live_options(learner, world)
    if media.kind == "sticker" and [option.id for option in options] == ["next"]:
        return _chosen(learner, "next", world) or Turn(learner)
    return Turn(learner, (say(learner, world, f"media.{media.kind}"),), secret=True)


@lru_cache(maxsize=4096)
def _exact(text: str, options: tuple[Option, ...], words: Vocabulary) -> str | None:
    """An option by its number, letter or very words; the same few are typed all day."""
    return read_exactly(text, tuple(Choice(one.id, one.label) for one in options), words)


def _guessed(learner: Learner, world: World) -> Reply:
    """«Ý bác là … phải không ạ?» over one reading, or the choice between two."""
    ids = learner.guess.split(",")
    certain = change(learner, guess="", misses=0)
    labels = {one.id: one for one in live_options(certain, world)}
    meant = [labels[one] for one in ids if one in labels]
    if len(meant) == 1:
        return say(learner, world, "guess.one", "yes", "not_that", label=meant[0].label)
    return say(learner, world, "guess.some", *meant, "not_that")
