"""The conversation: `step(learner, event, world) -> Turn`, a pure function.

    event ──► press ─────► is it the open question's? ──► screen.choose
         ├──► words ─────► `hearing`
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

from unicodedata import category

import msgspec

from bot.conversation import announcing, from_others, nudge_times, reviewing, typed, underfoot, who
from bot.conversation.days import minute_number
from bot.conversation.events import (
    BadPress,
    Event,
    Media,
    Nudge,
    Press,
    Start,
    Text,
    Undelivered,
)
from bot.conversation.folding import clean, fold
from bot.conversation.hearing import hear, hear_moved, not_understood
from bot.conversation.learner import Learner, change, resume
from bot.conversation.open_question import choose, offered, shown
from bot.conversation.replies import Audit, Consent, Fact, Reply, Turn
from bot.conversation.screens import (
    SCREENS,
    broadcast,
    comeback,
    family,
    friends,
    help,
    household,
    stop,
    task,
    ticket,
    unasked,
    work,
)
from bot.conversation.speech import say, sentences
from bot.conversation.task import task_to_ask
from bot.conversation.tickets import ticket_hash
from bot.conversation.understand import Intent, danger_kind, wish
from bot.conversation.world import Need, Shelf, World

_UNASKED = {"photo": unasked.PHOTO, "forwarded": unasked.LINK}
MOST_MESSAGES = 3  # of one turn (learner-experience.md M1)


def step(learner: Learner, event: Event, world: World) -> Turn:
    """One event of one learner: who they are now, what to say, what happened.

    Never raises for anything a learner can send, but Unread when it wants a list that was
    not read; the same arguments give the same turn, byte for byte.
    """
    before = learner
    learner = change(learner, turn=learner.turn + 1)
    if isinstance(event.body, Nudge | Undelivered):
        # What the program itself begins leaves the place alone: it is settled when they write.
        turn = household.addressed(learner, _decide(learner, event, world), event, world)
        return _finished(before, learner, turn, None, world)
    if learner.screen not in SCREENS:
        learner = resume(learner)
    learner, moved, is_open = underfoot.settle(learner, world)
    outside = work.kept_out(learner, SCREENS[learner.screen].actions, world)
    if outside:
        learner = outside
    who_first = household.ask_first(learner, event, world)
    if who_first:  # what they did before was not seen as theirs yet
        return _finished(before, learner, who_first, moved, world)
    # What was meant for a screen that is not theirs any more is no answer to another.
    answer = _moved if is_open or outside else _decide
    turn = help.called_for(learner, answer(learner, event, world), world)
    turn = household.addressed(learner, turn, event, world)
    if outside and _is_theirs(event):
        moved = say(outside, world, "work.ended")
        audit = Audit("press_refused", learner.id)
        turn = msgspec.structs.replace(turn, facts=(*turn.facts, audit))
    return _finished(before, learner, _seen(turn, event, world), moved, world)


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


def _finished(
    before: Learner, settled: Learner, turn: Turn, moved: Reply | None, world: World
) -> Turn:
    """Add what is asked now, and stamp the question with the turn that asked it.

    before: as they came; settled: at a place that still exists.
    """
    after = turn.learner
    if turn.ask and _is_task_due(after, world):
        after = task.at(after)
    after = underfoot.stamped(settled, after, world)
    same = _question(after) == _question(before) and before.asked
    after = change(after, asked=before.asked if same else after.turn)
    asks = shown(after, world) if turn.ask else ()
    said = ((moved,) if moved else ()) + turn.replies
    if after.slow:
        said = _in_pieces(said, MOST_MESSAGES - len(asks))
    pace = _pace(after)
    stamped = tuple(_stamped(one, after, pace, world) for one in said + asks)
    if asks and after.announced and after.announced.newest:
        earlier = msgspec.structs.replace(after.announced, newest=False)
        after = change(after, announced=earlier)
    facts = turn.facts
    after = reviewing.learnt(after, facts, world)
    if after.consent != "yes":
        facts = tuple(fact for fact in facts if _is_kept_of_strangers(fact))
    return msgspec.structs.replace(turn, learner=after, replies=stamped, facts=facts)


def _stamped(reply: Reply, learner: Learner, pace: float, world: World) -> Reply:
    """A question bears the turn that asked it, and how to answer where one types."""
    if reply.options:
        tail = typed.tail(learner, len(reply.options), world)
        return msgspec.structs.replace(reply, turn=learner.asked, pace=pace, tail=tail)
    return reply if pace == 1.0 else msgspec.structs.replace(reply, turn=0, pace=pace)


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
    """When the learner last wrote is kept, to the minute, once they agreed; no nudge is
    unanswered then. Thanks that had to wait are told now."""
    if turn.learner.consent != "yes" or not _is_theirs(event):
        return turn
    learner, minute = nudge_times.answered(turn.learner), minute_number(world.now)
    if learner.seen_min != minute:
        learner = change(nudge_times.mended(learner, world.now), seen_min=minute)
    if learner is not turn.learner:
        turn = msgspec.structs.replace(turn, learner=learner)
    turn = friends.told_late(turn, world) if learner.thanked else turn
    return family.praised_late(turn, world)


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


def _moved(learner: Learner, event: Event, world: World) -> Turn:
    """What was said or pressed for something that is there no more: it is asked anew."""
    match event.body:
        case Press():
            return Turn(learner)
        case Text(text=text):
            return hear_moved(learner, clean(text), world)
        case _:
            return _decide(learner, event, world)


def _greeted(learner: Learner, world: World) -> Turn:
    if learner.turn == 1 or not learner.consent:
        return Turn(learner)
    back = comeback.met(learner, Intent.GREETING, world)
    return back or Turn(learner, (say(learner, world, "word.greeting"),))


def _press(learner: Learner, asked: int, option_id: str, world: World) -> Turn:
    answer = announcing.read_answer(option_id)
    if answer and not asked:
        return broadcast.answered(learner, *answer, world)
    open_ids = {option.id for option in offered(learner, world)}
    if asked != learner.asked:
        # Who never held a role presses old keys of lessons: nothing that touches others.
        late = (Audit("press_late", learner.id),) if learner.works else ()
        return Turn(learner, (say(learner, world, "press.old"),), late)
    if option_id not in open_ids:
        # Rightly sealed, for the open question, and not open to them: a right that ended.
        audit = Audit("press_refused", learner.id)
        return Turn(learner, (say(learner, world, "press.old"),), (audit,))
    turn = choose(learner, option_id, world)
    return turn or Turn(learner, (say(learner, world, "press.old"),))


def _text(learner: Learner, text: str, world: World) -> Turn:
    return hear(learner, text, world) if fold(text) else _signs(learner, text, world)


def _signs(learner: Learner, text: str, world: World) -> Turn:
    """No letters at all: a sign such as 👍 counts as «tiếp» where only that is awaited;
    "???" and "..." say nothing, so we ask again."""
    if not text.strip():
        return Turn(learner)
    if all(category(one)[0] in "PZ" for one in text) and learner.turn > 1:
        return not_understood(learner, world)
    return _media(learner, Media("sticker", text), world)


def _media(learner: Learner, media: Media, world: World) -> Turn:
    """Anything that is not words. Nothing of it is kept."""
    screen = SCREENS[learner.screen]
    # Under a picture meant for others the words are theirs to read, too.
    own_words = media.caption if media.kind != "forwarded" else ""
    if screen.dictates(learner, world) and not learner.stopped:
        own_words = ""
    if own_words and danger_kind(own_words, world.shelf.words):
        return hear(learner, clean(own_words), world)
    if media.kind == "withheld" and not learner.stopped:
        # Whatever they send may never arrive here: the web chat is told of at once.
        met = learner.turn > 1 and bool(learner.consent)
        return Turn(learner, (typed.withheld(learner, world),), ask=met, secret=True)
    if learner.turn == 1 or not learner.consent:
        return Turn(learner)
    if learner.stopped:
        return stop.come_back(learner, world)
    own = screen.media(learner, media, world)
    if own:
        return own
    if media.more:
        return Turn(learner, ask=False, secret=True)
    if media.kind in _UNASKED and learner.screen != "danger":
        return Turn(unasked.at(learner, _UNASKED[media.kind]), secret=True)
    options = offered(learner, world)
    if media.kind == "sticker" and [option.id for option in options] == ["next"]:
        return choose(learner, "next", world) or Turn(learner)
    kind = "other" if media.kind == "forwarded" else media.kind  # in danger it is not asked about
    return Turn(learner, (say(learner, world, f"media.{kind}"),), secret=True)
