"""The volunteers' desk: what somebody with a role can do, each in three presses at most.

Comes from: «việc tình nguyện», home, every screen of volunteers. Leads to: those, home.
Wording: `work.*`. Source: learner-experience.md T1.
"""

import msgspec

from bot.conversation import tickets, who
from bot.conversation.events import RoleEnded
from bot.conversation.folding import fold
from bot.conversation.learner import Learner, Place, change, resume
from bot.conversation.policy import Action, Area, Role, areas
from bot.conversation.replies import Audit, Option, Reply, Turn
from bot.conversation.screens import courses
from bot.conversation.screens.base import Screen
from bot.conversation.speech import option, say, wording
from bot.conversation.understand import Intent
from bot.conversation.world import World

WHERE = "where"  # for which of one's areas is the link?
GUIDED, COURSE = "guided", "course"  # the link was made; with which other course may it begin?
MORE = "more"
ACTIONS = (Action.TAKE_CALL, Action.SEE_TEAM, Action.ANNOUNCE)
# After the calls, in this order; three stand on the first page.
_JOBS = (
    (Action.ANNOUNCE, "announce"),
    (Action.SEE_PEOPLE, "my_people"),
    (Action.BRING_IN, "bring_in"),
    (Action.STAND_DUTY, "duty"),
    (Action.SEE_TEAM, "team"),
)


def at(learner: Learner, stage: str = "") -> Learner:
    return change(learner, screen="work", place=Place(stage=stage), guess="", misses=0)


def open_desk(learner: Learner, world: World) -> Turn:
    """For the standing word: nobody without a role comes in."""
    if who.can_somewhere(learner, *ACTIONS, world=world):
        return Turn(at(learner))
    audit = Audit("work_refused", learner.id)
    return Turn(learner, (say(learner, world, "work.not_yours"),), (audit,))


def show(learner: Learner, world: World) -> tuple[Reply, ...]:
    if learner.place.stage == WHERE:
        return (say(learner, world, "work.where", *_areas(learner, world), "back"),)
    if _stage(learner) == GUIDED:
        return (say(learner, world, "work.guided", "other_course", "done"),)
    if _stage(learner) == COURSE:
        titles = courses.titles(learner, world).items()
        shown = courses.paged(learner, [Option(f"k{one}", title) for one, title in titles])
        return (say(learner, world, "work.which_course", *shown, "back"),)
    first, more = _jobs(learner, world)
    if learner.place.stage == MORE:
        back = ("back",) if len(more) < 4 else ()
        return (say(learner, world, "work.ask", *more, *back),)
    return (say(learner, world, "work.ask", *first),)


def choose(learner: Learner, option_id: str, world: World) -> Turn | None:
    match option_id:
        case "bring_in":
            held = areas(who.person(learner, world), Action.BRING_IN)
            wards = [area for area in held if area.ward]
            if len(held) == len(wards) == 1:
                return _guide_link(learner, wards[0], world)
            return Turn(at(learner, WHERE))
        case "announce":
            return Turn(change(learner, screen="broadcast", place=Place()))
        case "my_people":
            return Turn(change(learner, screen="people", place=Place()))
        case "team" | "calls" | "duty":
            return Turn(change(learner, screen=option_id, place=Place()))
        case "other_course":
            return Turn(at(learner, f"{COURSE}:{learner.place.stage.partition(':')[2]}"))
        case "more" if _stage(learner) == COURSE:
            return Turn(change(learner, place=courses.next_page(learner)))
        case "done":
            return Turn(at(learner))
        case "more_work":
            return Turn(at(learner, MORE))
        case "learn_too":
            return Turn(resume(learner))
        case "back":
            return Turn(at(learner))
        case _ if _stage(learner) == COURSE:
            return _guide_link(learner, _area(learner), world, option_id[1:])
        case _:
            chosen = [one for one in _areas(learner, world) if one.id == option_id]
            held = areas(who.person(learner, world), Action.BRING_IN)
            return _guide_link(learner, held[int(option_id[1:])], world) if chosen else None


def hear(learner: Learner, said: str, world: World) -> Turn | None:
    """A job by its name, also one that stands on the other page; a course by its title."""
    if learner.place.stage == WHERE:
        return None
    if _stage(learner) == COURSE:
        course = courses.read_title(learner, said, world)
        return choose(learner, f"k{course}", world) if course else None
    first, more = _jobs(learner, world)
    jobs = (one if isinstance(one, Option) else option(learner, world, one) for one in first + more)
    named = (job.id for job in jobs if fold(job.label) == fold(said))
    job = next(named, None)
    return choose(learner, job, world) if job else None


def wish(learner: Learner, intent: Intent, world: World) -> Turn | None:
    match intent:
        case Intent.BACK if learner.place.stage:
            return Turn(at(learner))
        case Intent.BACK | Intent.LATER | Intent.NEXT:
            return Turn(resume(learner))
        case _:
            return None


def ended(learner: Learner, event: RoleEnded, world: World) -> Turn:
    """A role of this learner was taken away: say so once, and leave them where they are,
    unless that was the desk."""
    area = Area(event.ward, event.hamlet)
    said = say(
        learner,
        world,
        "work.role_ended",
        role=who.role_name(Role(event.role), learner, world),
        area=who.area_name(area, learner, world),
    )
    return Turn(learner, () if learner.stopped else (said,), ask=not learner.asked)


def kept_out(learner: Learner, actions: tuple[Action, ...], world: World) -> Learner | None:
    """Back to their own learning, whoever may not be on that screen any more; else None.

    The open question is none any more, so that a press that was under way counts for nothing.
    """
    if not actions or who.can_somewhere(learner, *actions, world=world):
        return None
    return change(resume(learner), asked=0)


def _jobs(learner: Learner, world: World) -> tuple[list[str | Option], list[str | Option]]:
    """What this person may do: on the first page, and behind «Việc khác»."""
    jobs: list[str | Option] = []
    if who.can_somewhere(learner, Action.TAKE_CALL, world=world):
        waiting = sum(row["taken_by"] is None for row in world.rows("calls", learner.id))
        label = wording(learner, world, "option.calls")
        jobs.append(Option("calls", f"{label} ({waiting})" if waiting else label))
    for action, job in _JOBS:
        if who.can_somewhere(learner, action, world=world):
            jobs.append(job)
    jobs.append("learn_too")
    if len(jobs) <= 4:
        return jobs, []
    return [*jobs[:3], "more_work"], jobs[3:]


def _areas(learner: Learner, world: World) -> tuple[Option, ...]:
    """The wards for which this volunteer brings people in."""
    held = areas(who.person(learner, world), Action.BRING_IN)
    return tuple(
        Option(f"a{number}", who.area_name(area, learner, world))
        for number, area in enumerate(held)
        if area.ward
    )[:3]


def _guide_link(learner: Learner, area: Area, world: World, course: str = "") -> Turn:
    """The link, and the poster of it; then whether it shall begin with another course."""
    titles = courses.titles(learner, world)
    if not area.ward or not who.can(learner, Action.BRING_IN, area, world):
        refused = Audit("guide_refused", learner.id, where=who.where(area))
        return Turn(at(learner), (say(learner, world, "team.not_there"),), (refused,))
    if course and course not in titles:
        return Turn(at(learner))
    link, made = tickets.make(world, "guide", area, course=course)
    said = say(
        learner,
        world,
        "work.guide_course" if course else "work.guide_link",
        link=link,
        area=who.area_name(area, learner, world),
        title=titles.get(course, ""),
    )
    if world.door:  # the same, for who has the volunteer's own messenger
        at_once = say(learner, world, "work.guide_door", link=tickets.at_door(link, world))
        said = msgspec.structs.replace(said, text=f"{said.text}\n{at_once.text}")
    reader = Learner()  # the poster is Vietnamese, whoever asks for it
    guide = who.called(learner, reader, world) if learner.name else ""
    drawn = tickets.poster_name(link, who.area_name(area, reader, world), guide)
    poster = say(learner, world, "work.poster", link=link)
    poster = msgspec.structs.replace(poster, picture=drawn)
    audit = Audit("guide_link_made", learner.id, where=who.where(area))
    others = len(titles) > 1 and not course
    there = at(learner, f"{GUIDED}:{area.ward}:{area.hamlet}") if others else at(learner)
    return Turn(there, (said, poster), (audit,), (made,))


def _stage(learner: Learner) -> str:
    """ "guided" of "guided:06685:thôn 3"."""
    return learner.place.stage.partition(":")[0]


def _area(learner: Learner) -> Area:
    """The area for which a link was made last."""
    _, ward, hamlet = (*learner.place.stage.split(":", 2), "", "")[:3]
    return Area(ward, hamlet)


SCREEN = Screen(show, choose, hear, wish, actions=ACTIONS)
