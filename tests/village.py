"""Plays a transcript of several people through the real turns and a real database.

    # A volunteer invites; somebody comes.
    given    hoa role=volunteer ward=06685 name=Hoa pronouns=chi
    hoa      việc tình nguyện
    bot→hoa  Chị muốn làm gì ạ?
    keys     [1 Mời bà con] [2 Học bài]
    lan      (link)
    audit    role_given:volunteer hoa→lan 06685
    wait     20m

`given` makes a person who has agreed to everything. A line of a person is typed words;
`[2]` presses the second key of their newest question, `[old]` the first key of their
first; `(link)` opens the link that was said last; `(photo)` and `(voice)` send one, perhaps with
words under it;
`(start)` opens the chat. `(rise)` is the tick at which waiting calls rise. What everybody
is told follows, then what the audit trail got. `rule second_person_over=2` sets a rule of
announcements; what comes due while somebody waits is told too.
`zalo_bot:` and `telegram:` before a name in `given` put that person there (else: the web); who is
on Zalo sees no keys: what they get stands there as Zalo shows it (`zalo→lan`), numbers below;
`chat zalo_bot:lan` does so for somebody new. `(code)` types the words to be said aloud that
were shown last.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from msgspec.structs import replace

from bot.conversation.days import milliseconds
from bot.conversation.events import Body, Media, Start, Text
from bot.conversation.learner import Learner
from bot.conversation.replies import Audit, Reply
from bot.conversation.spoken import read_code
from bot.passing import Incoming, Outgoing, Pressed
from bot.turns import Turns
from scheduler.broadcasts import Broadcasts
from scheduler.help import HelpDesk
from store.base import Address, FactRow, LearnerRow, Person, RoleRow, SentRow
from store.sqlite import SqliteStore, open_store
from tests.play import ROOT, shelf
from tests.zalo_form import messages

VILLAGES = ROOT / "tests" / "transcripts" / "villages"
_NINE = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # a Tuesday, 9:00 in Vietnam
_MEDIA = ("photo", "voice", "sticker", "file", "withheld")
_AUDIT = msgspec.json.Decoder(Audit)


@dataclass
class Village:
    """Several people, one tutor, one database."""

    store: SqliteStore
    now: datetime = _NINE
    people: dict[str, Address] = field(default_factory=dict)
    link: str = ""
    code: str = ""
    told: list[tuple[str, Reply]] = field(default_factory=list)
    newest: dict[str, Reply] = field(default_factory=dict)
    first: dict[str, Reply] = field(default_factory=dict)
    updates: int = 0
    facts: int = 0
    lines: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.reached: list[Outgoing] = []
        self.turns = Turns(
            self.store,
            shelf(),
            secret=b"village",
            clock=lambda: self.now,
            seed=lambda: self.updates.to_bytes(16, "big"),
            on_commit=lambda committed: self._sent(committed.outgoing),
        )
        self.broadcasts = Broadcasts(self.turns)

    def id_of(self, name: str) -> str:
        return f"learner-{name}"

    async def given(self, person: str, channel: str = "web", **values: str) -> None:
        """A person who has agreed, with a role where one is named."""
        role = values.pop("role", "")
        done = tuple(values.pop("done", "").split(",")) if "done" in values else ()
        area = {"ward": values.get("ward", ""), "hamlet": values.get("hamlet", "")}
        fields = {"ward": "06685", "hour": "08:00", "pronouns": "bac", "screen": "home"}
        learner = Learner(
            id=self.id_of(person),
            consent="yes",
            turn=1,
            works=bool(role),
            done=done,
            **{**fields, **values},
        )
        address = Address(channel, "main" if channel != "web" else "web", person)
        self.people[person] = address
        contact = len(self.people)
        now_ms = milliseconds(self.now)
        row = Person(contact, address, learner.id, msgspec.json.encode(learner))
        async with self.store.transaction() as tx:
            await tx.add_people([row], now_ms)
            searched = learner.ward, "active", None, now_ms, contact, learner.hamlet
            await tx.save_learners([LearnerRow(learner.id, row.document, *searched)])
            if role:
                await tx.give_role(RoleRow(learner.id, role, **area, given_by="", given_at=now_ms))

    async def tell(self, name: str, body: Body | Pressed) -> None:
        await self.turns.run_batch([self.incoming(name, body)])
        await self.gather()

    async def say(self, name: str, *said: str) -> None:
        """Lines of a transcript, one after another."""
        for words in said:
            await self.tell(name, await self.body(name, words))

    async def tell_at_once(self, *said: tuple[str, Body | Pressed]) -> None:
        """Several people in one batch."""
        await self.turns.run_batch([self.incoming(name, body) for name, body in said])
        await self.gather()

    def incoming(self, name: str, body: Body | Pressed) -> Incoming:
        address = self.people.setdefault(name, Address("web", "web", name))
        self.updates += 1
        return Incoming(f"update-{self.updates}", address, self.now, body)

    async def learner(self, name: str) -> Learner:
        person = await self.store.person(self.people[name])
        assert person is not None
        return msgspec.json.decode(person.document, type=Learner)

    async def pass_by(self, span: timedelta) -> None:
        """Time passes, and what comes due is said."""
        self.now += span
        await self.tick()

    async def tick(self) -> None:
        """What the scheduler does, until a messenger has taken all of it."""
        for _ in range(3):
            await self.broadcasts.tick()
            arrived, self.reached = self.reached, []
            for row in arrived:
                self.turns.announced(row)
            self.turns.sent([SentRow(row.id, "sent", "", f"m{row.id}") for row in arrived])
            await self.turns.run_batch([])
        await self.gather()

    async def press(self, name: str, option_id: str, turn: int | None = None) -> Pressed:
        """A well sealed press of the open question, whether it was offered or not."""
        learner = await self.learner(name)
        asked = learner.asked if turn is None else turn
        return Pressed(self.turns.seals.press(learner.id, asked, option_id))

    def said_to(self, name: str) -> list[str]:
        return [reply.text for one, reply in self.told if one == name]

    async def audits(self) -> list[Audit]:
        """The whole audit trail of rights, in order."""
        rows = await self._facts(0)
        audits = [_AUDIT.decode(row.body) for row in rows if row.kind == "audit"]
        return [one for one in audits if one.actor]

    async def body(self, name: str, said: str) -> Body | Pressed:
        """What a line of a transcript stands for."""
        if said == "(link)":
            return Start(self.link)
        if said == "(start)":
            return Start()
        if said == "(code)":
            return Text(self.code)
        kind, _, caption = said.removeprefix("(").partition(")")
        if said.startswith("(") and kind in _MEDIA:
            file = f"{kind}-of-{name}"
            return Media(kind, caption.strip(), file)  # type: ignore[arg-type]  # checked above
        if said == "[old]":
            reply = self.first[name]
            return await self.press(name, reply.options[0].id, reply.turn)
        if said.startswith("[") and said.endswith("]"):
            reply = self.newest[name]
            return await self.press(name, reply.options[int(said[1:-1]) - 1].id, reply.turn)
        return Text(said)

    def _sent(self, outgoing: tuple[Outgoing, ...]) -> None:
        names = {address: name for name, address in self.people.items()}
        for one in outgoing:
            self._hears(names[one.address], one.reply)
        self.reached += [one for one in outgoing if one.broadcast]

    async def gather(self) -> None:
        """What the web chats got since the last time."""
        for name, address in self.people.items():
            if address.channel != "web":
                continue
            for line in await self.store.history_after(address, self.lines.get(name, 0), 1000):
                self.lines[name] = line.id
                if line.sender == "bot":
                    self._hears(name, msgspec.json.decode(line.body, type=Reply))

    def _hears(self, name: str, reply: Reply) -> None:
        self.told.append((name, reply))
        if reply.options:
            self.newest[name] = reply
            self.first.setdefault(name, reply)
        if "/i/" in reply.text:
            self.link = reply.text.rsplit("/i/", 1)[1].split()[0].partition("/")[0]
        for quoted in re.findall(r"«([^»]*)»", reply.text):
            self.code = quoted if read_code(quoted, shelf().spoken) else self.code

    async def _facts(self, after: int) -> list[FactRow]:
        sql = "SELECT learner_id, turn, kind, body, at FROM fact ORDER BY fact_id"
        rows = await self.store._reader.execute_fetchall(sql)
        return [FactRow(*row) for row in rows][after:]


@asynccontextmanager
async def village(folder: Path) -> AsyncIterator[Village]:
    store = await open_store(folder / "village.db", now_ms=lambda: 0)
    try:
        yield Village(store)
    finally:
        await store.close()


async def play(script: str, folder: Path, heard: list[Reply] | None = None) -> str:
    """The script with what the tutor really says to each; `heard` gets the replies."""
    lines: list[str] = []
    async with village(folder) as here:
        for line in script.splitlines():
            word, _, rest = line.partition(" ")
            rest = rest.strip()
            if not line.strip() or line.startswith("#"):
                lines.append(line)
            elif word == "given":
                lines.append(line)
                await _given(here, rest)
            elif word == "chat":
                lines.append(line)
                channel, _, bare = rest.partition(":")
                here.people[bare] = Address(channel, "main", bare)
            elif word == "wait":
                lines.append(line)
                before = len(here.told), len(await here.audits())
                await here.pass_by(_span(rest))
                lines += await _written(here, *before)
            elif word == "rule":
                lines.append(line)
                name, _, number = rest.partition("=")
                here.turns.shelf = replace(here.turns.shelf, **{name: int(number)})
            elif word == "(rise)":
                lines.append(line)
                before = len(here.told), len(await here.audits())
                await HelpDesk(here.turns).tick()
                await here.gather()
                lines += await _written(here, *before)
            elif word not in ("keys", "audit") and not line.startswith(("bot→", "zalo→", " ")):
                lines.append(line)
                before = len(here.told), len(await here.audits())
                await here.tell(word, await here.body(word, rest))
                lines += await _written(here, *before)
        if heard is not None:
            heard += [reply for _, reply in here.told]
    return "\n".join(lines) + "\n"


async def _given(here: Village, rest: str) -> None:
    name, *pairs = rest.split()
    channel, _, bare = name.rpartition(":")
    values = {key: value.replace("_", " ") for key, _, value in (p.partition("=") for p in pairs)}
    await here.given(bare, channel or "web", **values)


def _span(words: str) -> timedelta:
    return timedelta(**{{"d": "days", "h": "hours", "m": "minutes"}[words[-1]]: int(words[:-1])})


def _lines(who: str, text: str, after: str = "") -> list[str]:
    """One message: who gets it, and what it says line by line."""
    first, *more = text.split("\n")
    return [f"{who} {first}{after}".rstrip(), *(f"         {line}" for line in more)]


async def _written(here: Village, told: int, audited: int) -> list[str]:
    lines: list[str] = []
    for name, reply in here.told[told:]:
        borne = (
            one for one in (reply.picture, reply.voice) if one.startswith(("sent:", "passed:"))
        )
        shown = ", ".join(filter(None, (reply.passed_on, *borne)))
        sent = f" ({shown})" if shown else ""
        if here.people[name].channel == "zalo_bot":
            lines += _lines(f"zalo→{name}", "\n".join(messages((reply,))) + sent)
            continue
        lines += _lines(f"bot→{name}", reply.text, sent)
        if reply.options:
            keys = " ".join(f"[{n} {one.label}]" for n, one in enumerate(reply.options, 1))
            lines.append(f"keys     {keys}")
    names = {here.id_of(name): name for name in here.people}
    for name in here.people:
        person = await here.store.person(here.people[name])
        if person:
            names[person.learner_id] = name
    for audit in (await here.audits())[audited:]:
        actor = names.get(audit.actor, audit.actor)
        # Who has no chat of their own has an id that nobody could foretell.
        whom = f"→{names.get(audit.whom, 'somebody')}" if audit.whom else ""
        lines.append(f"audit    {audit.what} {actor}{whom} {audit.where}".rstrip())
    return lines
