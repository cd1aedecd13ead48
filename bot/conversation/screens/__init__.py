"""The screens by name: the name is the file's and what the learner's document stores.

To add one: copy a file, add a line here, its words to `wording/`, a transcript to
`tests/transcripts/`.
"""

from bot.conversation.screens import (
    announced,
    broadcast,
    calls,
    comeback,
    courses,
    danger,
    duty,
    erase,
    friends,
    help,
    home,
    household,
    join,
    lesson,
    review,
    settings,
    stop,
    talk,
    task,
    team,
    ticket,
    unasked,
    welcome,
    work,
)
from bot.conversation.screens.base import Screen

SCREENS: dict[str, Screen] = {
    "welcome": welcome.SCREEN,
    "home": home.SCREEN,
    "household": household.SCREEN,
    "join": join.SCREEN,
    "lesson": lesson.SCREEN,
    "courses": courses.SCREEN,
    "review": review.SCREEN,
    "task": task.SCREEN,
    "comeback": comeback.SCREEN,
    "unasked": unasked.SCREEN,
    "settings": settings.SCREEN,
    "help": help.SCREEN,
    "stop": stop.SCREEN,
    "erase": erase.SCREEN,
    "danger": danger.SCREEN,
    "friends": friends.SCREEN,
    "ticket": ticket.SCREEN,
    "work": work.SCREEN,
    "team": team.SCREEN,
    "broadcast": broadcast.SCREEN,
    "announced": announced.SCREEN,
    "calls": calls.SCREEN,
    "talk": talk.SCREEN,
    "duty": duty.SCREEN,
}
