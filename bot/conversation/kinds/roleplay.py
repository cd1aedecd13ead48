"""ROLEPLAY: answer a swindler whom the tutor plays, until an end that is told kindly.

Where the play stands is the node's id and nothing else. «Dừng» at any turn ends it with
the debrief and no mark. An end is told, and playing again, in other words, is offered.
Three different plays that ended safe are milestone M13, given by the tutor.
Source: curriculum.md 1.2 and 2.3.
"""

from bot.conversation.kinds.base import Asked, Asking, Outcome, Picked, Told
from bot.conversation.learner import Learner, change
from bot.conversation.replies import Attempt, Fact, Milestone, Option, RolePlayed
from bot.conversation.understand import Intent, wish
from lessons.model import RoleEnd, RoleNode, RolePlay

AGAIN = "play_again"
GO_ON = "next"
MILESTONE, PLAYS_WANTED = "M13", 3


def show(asking: Asking) -> Asked:
    play: RolePlay = asking.question
    if asking.place.picked in play.ends:
        options = tuple(Option(one, asking.words("option." + one)) for one in (GO_ON, AGAIN))
        return Asked(asking.words("roleplay.ended"), options)
    node = _node(asking)
    again = asking.place.tries > 0 and node.them_again
    options = tuple(Option(one.id, asking.text(one.text)) for one in node.choices)
    first = asking.place.picked not in play.nodes and not asking.place.tries
    intro = asking.text(play.intro) if first and not asking.learner.misses else ""
    return Asked(asking.text(node.them_again if again else node.them), options, intro)


def choose(asking: Asking, option_id: str) -> Outcome | None:
    play: RolePlay = asking.question
    if asking.place.picked in play.ends:
        if option_id == AGAIN:
            return Picked(play.start, tries=asking.place.tries + 1)
        return Told(()) if option_id == GO_ON else None
    go = next((one.go for one in _node(asking).choices if one.id == option_id), None)
    if go in play.ends:
        return _ended(asking, go, play.ends[go])
    return Picked(go) if go else None


def hear(asking: Asking, text: str) -> Outcome | None:
    """«Dừng» leaves the play: what to remember is said, and nothing is marked."""
    if asking.place.picked in asking.question.ends:
        return None
    if wish(text, asking.world.shelf.words) is Intent.STOP:
        return Told((asking.text(asking.question.stop_say),))
    return None


def answer(asking: Asking) -> str:
    return asking.text(asking.question.stop_say)


def _node(asking: Asking) -> RoleNode:
    """The node where the play stands; its start when the lesson has changed since."""
    play: RolePlay = asking.question
    return play.nodes.get(asking.place.picked) or play.nodes[play.start]


def _ended(asking: Asking, name: str, end: RoleEnd) -> Outcome:
    facts: tuple[Fact, ...] = (
        Attempt(asking.item, end.result != "lost", asking.place.tries + 1),
        RolePlayed(asking.item, name),
    )
    said = asking.text(end.say)
    learner = _kept(asking.learner, asking.item.partition("/")[0]) if end.result == "safe" else None
    if learner and len(learner.safe_plays) > len(asking.learner.safe_plays) == PLAYS_WANTED - 1:
        facts += (Milestone(MILESTONE),)
        said += " " + asking.words("roleplay.three")
    return Told((said,), facts, learner, name if asking.question.replay else None)


def _kept(learner: Learner, lesson: str) -> Learner:
    plays = learner.safe_plays
    if lesson in plays or len(plays) >= PLAYS_WANTED:
        return learner
    return change(learner, safe_plays=(*plays, lesson))
