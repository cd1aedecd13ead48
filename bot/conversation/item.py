"""An item being asked: how it is shown, what an answer makes of it, when it is over.

Shared by every screen that asks items (lesson, review, task). The item's place is handed
in and comes back; what follows once it is over is the screen's own.

A first wrong answer gets its own reason and the same choices; a second gets the right
answer to press once; nothing ever blocks, and nothing unreadable is marked. Every end of
an item goes into the learner's memory (decision 0005).
Source: learner-experience.md H1, F3; curriculum.md section 2.
"""

from typing import NamedTuple

import msgspec

from bot.conversation import milestones, reviewing
from bot.conversation.kinds import KINDS, Kind
from bot.conversation.kinds.base import EASY, Asked, Asking, Marked, Nearly, Outcome, Picked, Told
from bot.conversation.learner import Learner, Place, change
from bot.conversation.memory import Rating
from bot.conversation.replies import Attempt, Fact, Option, Reply
from bot.conversation.speech import fill, option, say, wording
from bot.conversation.understand import Choice, Chosen, Intent, read_choice
from lessons.model import RolePlay

DO = "do"  # the stage after two misses: the answer is shown, to be pressed once
_SECOND_DAY = "second_day"  # in `picked` at that stage: it was missed on another day too


class Heard(NamedTuple):
    """What an answer came to. place: where the item stands now; None once it is over.

    stuck: it was missed on two days now; a person may help better than we do.
    """

    learner: Learner
    place: Place | None
    said: tuple[Reply, ...] = ()
    facts: tuple[Fact, ...] = ()
    stuck: bool = False


def kind_of(asking: Asking) -> Kind:
    return KINDS[type(asking.question)]


def show(asking: Asking) -> tuple[Reply, ...]:
    """The question as it stands; the last message carries the options."""
    asked = _asked(asking)
    before = (Reply(asked.before),) if asked.before else ()
    return (*before, Reply(asked.text, asked.options))


def choose(asking: Asking, option_id: str) -> Heard | None:
    if option_id == "skip":
        return skip(asking)
    if asking.place.stage == DO:
        return _after_second_miss(asking, option_id)
    outcome = kind_of(asking).choose(asking, option_id)
    return _remembered(_heard(outcome, asking), asking) if outcome else None


def hear(asking: Asking, said: str) -> Heard | None:
    if asking.place.stage == DO:
        # The number or words of the full list still point at the answer shown.
        reading = read_choice(said, _options_before(asking), asking.world.shelf.words)
        return _after_second_miss(asking, reading.id) if isinstance(reading, Chosen) else None
    outcome = kind_of(asking).hear(asking, said)
    return _remembered(_heard(outcome, asking), asking) if outcome else None


def wish(asking: Asking, intent: Intent) -> Heard | None:
    """A standing word that means something to an open question."""
    match intent:
        case Intent.NEXT if asking.place.stage == DO:
            return _shown(asking)
        case Intent.NEXT:
            offered = {one.id for one in _asked(asking).options}
            ending = next((name for name in ("next", "done") if name in offered), "")
            return choose(asking, ending) if ending else None
        case Intent.SKIP:
            return skip(asking)
        case Intent.DONT_KNOW:
            hint = fill(asking.question.hint, asking.learner.pronouns)
            hint = hint or wording(asking.learner, asking.world, "lesson.no_hint")
            easier = say(asking.learner, asking.world, "lesson.easier", hint=hint)
            hinted = msgspec.structs.replace(asking.place, hinted=True)
            return Heard(change(asking.learner, misses=2), hinted, (easier,))
        case _:
            return None


def skip(asking: Asking) -> Heard:
    """Over without an answer: that is allowed at any question."""
    if asking.place.stage == DO:
        return _shown(asking)
    said = getattr(asking.question, "feedback_skip", "")
    learner, world = asking.learner, asking.world
    reply = Reply(fill(said, learner.pronouns)) if said else say(learner, world, "lesson.skip")
    if asking.place.tries and not isinstance(asking.question, RolePlay):
        learner = reviewing.remember(learner, asking.item, Rating.Again, world)
    else:
        learner = reviewing.pass_over(learner, asking.item, world)
    return Heard(learner, None, (reply,))


def _asked(asking: Asking) -> Asked:
    kind = kind_of(asking)
    if asking.place.stage != DO:
        return kind.show(asking)
    learner, world = asking.learner, asking.world
    pressed = kind.press(asking)
    key = "lesson.do" if pressed else "lesson.see"
    answer = kind.answer(asking).rstrip(".")
    text = wording(learner, world, key).replace("{answer}", answer)
    text = text.replace("{explain}", fill(asking.question.explain, learner.pronouns))
    return Asked(" ".join(text.split()), (pressed or option(learner, world, "next"),))


def _options_before(asking: Asking) -> tuple[Choice, ...]:
    """The options as they stood before the answer was shown alone."""
    if kind_of(asking).press(asking) is None:
        return ()
    fresh = Asking(
        asking.question, asking.item, Place(), change(asking.learner, misses=0), asking.world
    )
    options: tuple[Option, ...] = kind_of(asking).show(fresh).options
    return tuple(Choice(one.id, one.label) for one in options)


def _heard(outcome: Outcome, asking: Asking) -> Heard:
    learner, place = asking.learner, asking.place
    match outcome:
        case Picked(picked, feedback, tries):
            said = (Reply(feedback),) if feedback else ()
            kept = place.tries if tries is None else tries
            return Heard(learner, _at(place, tries=kept, picked=picked), said)
        case Nearly(feedback, picked) if not place.tries:
            return Heard(learner, _at(place, tries=1, picked=picked), (Reply(feedback),))
        case Nearly(feedback):
            return Heard(learner, None, (Reply(feedback),), (_attempt(asking, False),))
        case Marked(correct=True, feedback=feedback):
            facts: tuple[Fact, ...] = (_attempt(asking, True), *milestones.reached(asking))
            return Heard(learner, None, (Reply(feedback),), facts)
        case Marked(feedback=feedback):
            after = _at(place, stage=DO, tries=2) if place.tries else _at(place, tries=1)
            return Heard(learner, after, (Reply(feedback),), (_attempt(asking, False),))
        case Told(told, facts, changed, stay):
            stays = None if stay is None else _at(place, tries=place.tries, picked=stay)
            return Heard(changed or learner, stays, tuple(map(Reply, told)), facts)


def _after_second_miss(asking: Asking, option_id: str) -> Heard | None:
    pressed = kind_of(asking).press(asking)
    if pressed is None:
        return _shown(asking) if option_id == "next" else None
    if option_id != pressed.id:
        return None
    return _shown(asking, say(asking.learner, asking.world, "lesson.did"))


def _shown(asking: Asking, *said: Reply) -> Heard:
    """The answer was shown; now the item is over."""
    return Heard(asking.learner, None, said, stuck=asking.place.picked == _SECOND_DAY)


def _remembered(heard: Heard, asking: Asking) -> Heard:
    """What the answer says of the learner's memory goes into the document."""
    rating = _rating(heard, asking)
    if rating is None:
        return heard
    world, place = asking.world, heard.place
    if place is not None and place.stage == DO:
        before = reviewing.slipped_before(asking.learner, asking.item, world)
        place = msgspec.structs.replace(place, picked=_SECOND_DAY if before else "")
    known = reviewing.remember(heard.learner, asking.item, rating, world)
    return heard._replace(learner=known, place=place)


def _rating(heard: Heard, asking: Asking) -> Rating | None:
    """How well it was known; None while that is open. «Easy» would need a clock beside the
    learner, so nothing is ever rated easy."""
    attempts = [fact for fact in heard.facts if isinstance(fact, Attempt)]
    if not attempts:
        return None
    if attempts[-1].correct:
        helped = asking.place.hinted or asking.place.why == EASY or asking.place.tries
        return Rating.Hard if helped else Rating.Good
    after = heard.place
    again = after is not None and after.stage != DO and after.tries > asking.place.tries
    return None if again else Rating.Again


def _attempt(asking: Asking, correct: bool) -> Attempt:
    return Attempt(asking.item, correct, asking.place.tries + 1)


def _at(place: Place, *, stage: str = "", tries: int = 0, picked: str = "") -> Place:
    return Place(place.lesson, place.card, stage, tries, picked, place.hinted, place.why)
