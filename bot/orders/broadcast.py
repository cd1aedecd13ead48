"""Announce from the command line: look at it first, queue it, steer it.

The rules are those of the chat: over the limit a second person approves it there, and it is
held for a minute. Source: learner-experience.md T2; promises.md P36.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from bot.announcing import AnnouncingBatch
from bot.broadcasting import Desk
from bot.conversation import announcing
from bot.conversation.draft import Announcement, Audience, Draft
from bot.conversation.events import Body, BroadcastNews
from bot.conversation.learner import Learner
from bot.conversation.replies import Audit, How, QueueBroadcast, as_text, without
from bot.conversation.who import COMMAND_LINE, where
from bot.conversation.world import World
from bot.counting import size_needed
from bot.media.attached import kept_name
from bot.orders.base import OrderRefused
from bot.orders.wards import ward_code
from bot.turns import Turns
from store.base import FactRow
from store.broadcasts import Seeking

_SAID = {
    "nobody": "nobody would get it; see who agreed and lives there",
    "too_many": "two urgent announcements a week, and there were two",
    "refused": "there is no such announcement to repeat or correct there",
    "uncounted": "the number of people was not counted in time; try once more",
    "void": "it is not in a state for that; see `hocvuso broadcast list`",
}


def _desk(work: AnnouncingBatch) -> Desk:
    def tell(to: str, body: Body) -> None:
        work.tell(f"order:{to}:{work.now_ms}", to, body)

    return Desk(work.tx, work.now_ms, tell, work.writes.dropped.add, work.size)


async def _audit(work: AnnouncingBatch, what: str, place: str) -> None:
    body = msgspec.json.encode(Audit(what, COMMAND_LINE, where=place))
    await work.tx.add_facts([FactRow("", 0, "audit", body, work.now_ms)])


def _told(news: BroadcastNews) -> dict[str, Any]:
    if news.what in _SAID:
        raise OrderRefused(_SAID[news.what])
    return {"number": news.number, "status": news.what, "people": news.people}


class Announce(msgspec.Struct, frozen=True, tag="announce"):
    """What to whom and when. ward: unit code or name, "" for everywhere; at: None for at
    once; send: False only tells how it would look and how many would get it. picture, voice:
    what goes with it, checked by `attached`, or nothing."""

    audience: Audience
    body: Announcement
    at: datetime | None = None
    send: bool = False
    picture: bytes = b""
    voice: bytes = b""

    async def carry_out(self, turns: Turns) -> dict[str, Any]:
        """The number and its status, or the preview."""
        if not self.body.text.strip():
            raise OrderRefused("--text: an announcement says something")
        if len(self.body.text) > announcing.LONGEST:
            raise OrderRefused(f"--text: {announcing.LONGEST} letters at most")
        code = ward_code(self.audience.ward, turns)
        if self.audience.hamlet and not code:
            raise OrderRefused("--hamlet: it is a hamlet of a ward; give --ward too")
        audience = msgspec.structs.replace(self.audience, ward=code)
        lesson = self.body.lesson
        if lesson and lesson not in turns.shelf.library.lessons["vi"]:
            raise OrderRefused(f"--lesson: there is no lesson {lesson} here")
        if lesson and "lesson" not in self.body.keys:
            raise OrderRefused("--lesson: a key opens it; add lesson to --keys")
        draft = Draft(audience, self._bearing(), self.at)
        # Before the transaction, which then finds it known: it may take a second.
        now = turns.now()
        seeking = Seeking(**announcing.seeking(audience, COMMAND_LINE, now))
        (people,) = await turns.tallies.count(size_needed(seeking))
        if self.send:
            return await turns.beside(lambda work: self._queue(work, draft, turns))
        return self._preview(draft, people, turns)

    def _bearing(self) -> Announcement:
        named = {
            name: kept_name(content)
            for name, content in (("picture", self.picture), ("voice", self.voice))
            if content
        }
        return msgspec.structs.replace(self.body, **named)

    async def _queue(self, work: AnnouncingBatch, draft: Draft, turns: Turns) -> dict[str, Any]:
        over = turns.shelf.second_person_over
        for content in filter(None, (self.picture, self.voice)):
            await work.tx.keep_attachment(kept_name(content), content, work.now_ms)
        told = _told(await _desk(work).queue(QueueBroadcast(draft, over), COMMAND_LINE))
        await _audit(work, "broadcast_queued", where(announcing.area_of(draft.audience)))
        return told

    def _preview(self, draft: Draft, people: Mapping[str, int], turns: Turns) -> dict[str, Any]:
        world = World(turns.shelf, turns.now(), b"")
        minutes = announcing.minutes_needed(people, turns.shelf)
        letter = announcing.letter(0, 0, draft, Learner(pronouns="bac"), world)
        return {
            "letter": as_text(without(letter, ("picture", "voice"))),
            "people": sum(people.values()),
            "channels": dict(people),
            "minutes": max(minutes.values(), default=1),
            "minutes_by_channel": minutes,
        }


class Steer(msgspec.Struct, frozen=True, tag="steer"):
    """Pause, go on with or cancel an announcement."""

    number: int
    how: How

    async def carry_out(self, turns: Turns) -> dict[str, Any]:
        """The number and what it came to."""
        return await turns.beside(self._steer)

    async def _steer(self, work: AnnouncingBatch) -> dict[str, Any]:
        row = await work.tx.broadcasts.get(self.number)
        if row is None:
            raise OrderRefused(f"there is no announcement {self.number}")
        told = _told(await _desk(work).steer(self.number, self.how, COMMAND_LINE))
        await _audit(work, f"broadcast_{self.how}:{self.number}", row.ward)
        return told
