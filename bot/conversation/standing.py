"""The words that are understood at any moment, whatever the screen.

A screen may give such a word its own meaning (`Screen.wish`) before this table is
asked. Source: learner-experience.md section 4.
"""

from collections.abc import Callable

from bot.conversation import nudge_times
from bot.conversation.curriculum import course_of
from bot.conversation.learner import Learner, Place, change, resume
from bot.conversation.parting import goodbye
from bot.conversation.replies import Audit, Turn
from bot.conversation.screens import (
    courses,
    erase,
    family,
    friends,
    help,
    household,
    join,
    review,
    settings,
    stop,
    work,
)
from bot.conversation.speech import say
from bot.conversation.understand import Intent
from bot.conversation.world import World

Handler = Callable[[Learner, World], Turn]


def answer(learner: Learner, intent: Intent, world: World) -> Turn:
    """What a standing word does where the screen gave it no meaning of its own."""
    if learner.consent == "" and intent in _AFTER_CONSENT:
        return Turn(learner)
    return _HANDLERS[intent](learner, world)


def _kind_word(key: str) -> Handler:
    """A short kind answer that leads back to what is open."""
    return lambda learner, world: Turn(learner, (say(learner, world, key),))


def _settings(stage: str) -> Handler:
    return lambda learner, world: settings.at(learner, stage)


def _go(screen: str, stage: str = "") -> Handler:
    def go(learner: Learner, world: World) -> Turn:
        return Turn(change(learner, screen=screen, place=Place(stage=stage), guess="", misses=0))

    return go


def _slower(learner: Learner, world: World) -> Turn:
    slow = change(learner, slow=True)
    return Turn(slow, (say(slow, world, "word.slower"),))


def _no_remind(learner: Learner, world: World) -> Turn:
    quiet = change(learner, hour="none")
    return Turn(quiet, (say(quiet, world, "word.no_remind"),), (Audit("hour"),))


def _pause(key: str) -> Handler:
    """A kind word, fourteen days without nudges, and no question behind it."""

    def pause(learner: Learner, world: World) -> Turn:
        rests = nudge_times.paused(learner, world.now) if learner.consent == "yes" else learner
        return Turn(rests, (say(learner, world, key),), ask=learner.consent == "")

    return pause


def _later(learner: Learner, world: World) -> Turn:
    return Turn(learner, (goodbye(learner, world),), ask=False)


def _garden(learner: Learner, world: World) -> Turn:
    return Turn(courses.at(learner, course_of(learner, world)))


def _privacy(learner: Learner, world: World) -> Turn:
    page = f"{world.shelf.public_url}/privacy"
    return Turn(learner, (say(learner, world, "word.privacy", page=page),))


def choose_first(learner: Learner, before: int, world: World) -> Turn:
    """«Tiếp» where an answer is wanted: said in two ways, then a person is offered (F3).

    before: how many times in a row an answer of ours did not help until now.
    """
    if learner.screen == "danger" or not learner.consent:
        return Turn(learner, (say(learner, world, "word.choose_first"),))
    if before >= 2:
        return Turn(help.offered(learner))
    missed = change(learner, misses=before + 1)
    key = "word.choose_again" if before else "word.choose_first"
    return Turn(missed, (say(missed, world, key),))


def _back(learner: Learner, world: World) -> Turn:
    return Turn(resume(learner))


_HANDLERS: dict[Intent, Handler] = {
    Intent.BACK: _back,
    Intent.REPEAT: _kind_word("word.repeat"),
    Intent.SLOWER: _slower,
    Intent.READ_ALOUD: _kind_word("word.read_aloud"),
    Intent.LETTERS: _kind_word("word.letters"),
    Intent.HELP: _go("help"),
    Intent.STOP: stop.stop,
    Intent.REMIND: _settings("hour"),
    Intent.NO_REMIND: _no_remind,
    Intent.MENU: _go("courses"),
    Intent.GARDEN: _garden,
    Intent.REVIEW: review.start,
    Intent.VIETNAMESE: lambda learner, world: settings.speak(learner, "vi", world),
    Intent.ENGLISH: lambda learner, world: settings.speak(learner, "en", world),
    Intent.MY_DATA: settings.my_data,
    Intent.DELETE: lambda learner, world: erase.ask(learner),
    Intent.SETTINGS: _settings(""),
    Intent.ADDRESS: _settings("address"),
    Intent.WARD: _settings("ward"),
    Intent.SKIP: _later,
    Intent.LATER: _later,
    Intent.DONT_KNOW: _kind_word("word.dont_know"),
    Intent.START_AGAIN: _settings("again"),
    Intent.WHO_ARE_YOU: _kind_word("word.who"),
    Intent.THANKS: _kind_word("word.thanks"),
    Intent.THANK_PERSON: friends.thank,
    Intent.GREETING: _kind_word("word.greeting"),
    Intent.INVITE: lambda learner, world: friends.choose(learner, "invite", world) or Turn(learner),
    Intent.SEND_LINK: lambda learner, world: (
        friends.choose(learner, "carry", world) or Turn(learner)
    ),
    Intent.JOIN: lambda learner, world: join.at(learner),
    Intent.PART: join.part,
    Intent.ADD_LEARNER: household.add,
    Intent.CHANGE_LEARNER: household.change_over,
    Intent.WORK: work.open_desk,
    Intent.RELATIVES: _go("family"),
    Intent.END_RELATIVES: family.end_at_once,
    Intent.WORD_MEANING: _kind_word("meaning.which"),
    Intent.FALSE_ALARM: _kind_word("word.not_that"),
    Intent.SICK: _pause("word.sick"),
    Intent.FAMILY: _pause("word.family"),
    Intent.MOURNING: _pause("word.mourning"),
    Intent.PRIVACY: _privacy,
    Intent.QUESTION: _kind_word("word.question"),
    Intent.UPSET: _kind_word("word.upset"),
    Intent.CHAT: _kind_word("word.chat"),
}

# Before the yes these would store something or leave the question: it is asked again.
_AFTER_CONSENT = {
    Intent.REMIND,
    Intent.NO_REMIND,
    Intent.MENU,
    Intent.GARDEN,
    Intent.REVIEW,
    Intent.SETTINGS,
    Intent.ADDRESS,
    Intent.WARD,
    Intent.SLOWER,
    Intent.HELP,
    Intent.START_AGAIN,
    Intent.THANK_PERSON,
    Intent.INVITE,
    Intent.SEND_LINK,
    Intent.JOIN,
    Intent.PART,
    Intent.ADD_LEARNER,
    Intent.WORK,
    Intent.RELATIVES,
    Intent.END_RELATIVES,
    Intent.LATER,
    Intent.SKIP,
    Intent.BACK,
}
