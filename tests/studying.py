"""A learner who studies by pressing keys: what they answer to whatever is open."""

from bot.conversation.curriculum import question_of
from bot.conversation.events import Body, Press, Text
from bot.conversation.learner import Learner
from bot.conversation.open_question import live_options
from bot.conversation.world import World
from lessons.model import (
    Choose,
    FindTheFake,
    Match,
    Order,
    Question,
    RealTask,
    RolePlay,
    TrueFalse,
    TypeText,
)

# What is pressed where nothing is asked, the first that is offered.
_ONWARDS = ("agree", "bac", "08:00", "start", "new", "learn", "go_on", "next", "later", "keep")


def answer(learner: Learner, world: World, *, right: bool = True) -> Body:
    """The press or words of a learner who knows it, or who does not."""
    offered = [option.id for option in live_options(learner, world)]
    question = _open(learner, world)
    if question is not None and len(offered) > 1:
        if isinstance(question, TypeText):
            return Text(question.target if right else "chúc cả nha ngu")
        wanted = _choice(question, learner, offered, right)
        if wanted in offered:
            return Press(learner.asked, wanted)
    if isinstance(question, TypeText) and right:
        return Text(question.target)
    ahead = next((one for one in _ONWARDS if one in offered), offered[0])
    return Press(learner.asked, ahead)


def _open(learner: Learner, world: World) -> Question | None:
    place = learner.lesson if learner.screen == "lesson" else learner.place
    if learner.screen not in ("lesson", "review") or place.stage == "after":
        return None
    return question_of(learner, f"{place.lesson}/{place.card}", world)


def _choice(question: Question, learner: Learner, offered: list[str], right: bool) -> str:
    place = learner.lesson if learner.screen == "lesson" else learner.place
    picked = [part for part in place.picked.split(",") if part.isdigit()]
    match question:
        case Choose(options=options):
            return next(one.id for one in options if one.correct is right and one.id in offered)
        case TrueFalse(answer=truth):
            return "true" if truth is right else "false"
        case Order() | Match():
            return str(len(picked)) if right else max(offered)
        case FindTheFake(message=lines, flags=flags):
            if not right:
                return next(line.id for line in lines if line.id not in flags)
            chosen = {lines[int(part)].id for part in picked}
            return next((one for one in flags if one not in chosen), "done")
        case RolePlay(nodes=nodes, ends=ends, start=start):
            node = nodes.get(place.picked) or nodes[start]
            good = ("safe",) if right else ("lost", "near")
            go = {one.id: one.go for one in node.choices}
            return next(
                (one for one, to in go.items() if to in ends and ends[to].result in good),
                next((one for one, to in go.items() if to in nodes), offered[0]),
            )
        case RealTask():
            return "done" if right else "later"
    return offered[0]
