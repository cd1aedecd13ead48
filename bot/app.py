"""The composition root: the one place where rooms are joined.

`Program` opens the store, loads the lessons and wording, starts the turns and gives
the web room its chat; `close()` undoes it all on every exit path.
"""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from time import monotonic
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import structlog

from bot.channels.web import WebChannel
from bot.config import Config
from bot.content import Content, follow, refuse
from bot.conversation.days import milliseconds
from bot.conversation.events import Body
from bot.conversation.quiet import NudgeRules, QuietHours, minutes_of
from bot.conversation.replies import Reply
from bot.conversation.world import Shelf
from bot.delivery import Delivery, held_at_night
from bot.health import Health
from bot.logs import hide, log_notes
from bot.media.attached import Attached
from bot.media.links import MediaLinks
from bot.media.pictures import Pictures
from bot.media.posters import Posters
from bot.media.printing import Printing
from bot.media.shelf import MediaShelf
from bot.messengers import Messengers
from bot.metrics import Metrics
from bot.openers import Given
from bot.orders import answers
from bot.passing import Committed
from bot.secret import load_secret
from bot.socket import listening, socket_of
from bot.turns import Turns
from lessons.fault import Fault
from lessons.model import Library
from scheduler import broadcasts, help, housekeeping, nudges
from scheduler.broadcasts import Broadcasts
from scheduler.help import HelpDesk
from scheduler.housekeeping import Housekeeping
from scheduler.nudges import Nudges
from scheduler.pulse import Pulse
from store.base import Address, Store, StoreError
from store.sqlite import open_store

_LOG = structlog.get_logger("app")


def utc_now() -> datetime:
    return datetime.now(UTC)


def local_zone(zone: str) -> tzinfo:
    """The learners' zone; UTC+7 where the machine has no zone data (promises.md P7)."""
    try:
        return ZoneInfo(zone)
    except ZoneInfoNotFoundError:
        return timezone(timedelta(hours=7))


def local_date(now: datetime, zone: str) -> date:
    """The learners' day."""
    return now.astimezone(local_zone(zone)).date()


class Program:
    """One running tutor: the store, the turns, the web channel and the messengers."""

    def __init__(
        self,
        store: Store,
        shelf: Shelf,
        secret: bytes,
        config: Config,
        clock: Callable[[], datetime],
    ) -> None:
        self.store = store
        posters = Posters(shelf.public_url, shelf.wording["vi"])
        pictures = Pictures(config.lessons.folder.parent / "pictures", posters=posters)
        self.messengers = Messengers()
        attached = Attached(store, self.messengers.fetch, clock)
        self.media = MediaShelf(MediaLinks(secret), pictures, clock, attached)
        self.turns = Turns(
            store,
            shelf,
            secret=secret,
            clock=clock,
            on_commit=self._committed,
            is_waiting=lambda contact_id: self.delivery.is_waiting(contact_id),
            door=lambda address: self.messengers.door(address),
        )
        self.printing = Printing(store, lambda: self.turns.shelf, clock)
        self.delivery = Delivery(
            self.turns,
            in_flight=config.delivery.in_flight,
            pacing=config.delivery.pacing,
            clock=monotonic,
            now_ms=lambda: milliseconds(clock()),
            hold_s=held_at_night(shelf.nudges.quiet, clock),
        )
        self.web = WebChannel(
            store,
            self.submit,
            self.turns.seals,
            language=config.language,
            now_ms=lambda: milliseconds(clock()),
            media_key=self.media.key,
            ready=lambda: self.health.ready(),
        )
        self.metrics = Metrics()
        self.health = Health(
            store,
            config.database.parent,
            self.delivery,
            self._polled,
            clock=monotonic,
            now_ms=lambda: milliseconds(clock()),
        )

    def _polled(self) -> dict[str, float | None]:
        """When each account that asks for its updates was last answered."""
        on = self.messengers.on.items()
        return {place: one.polled_at for place, one in on if one.webhook is None}

    async def metrics_text(self) -> bytes:
        """What Prometheus reads. Raises StoreError."""
        return self.metrics.text(await self.health.moment())

    async def count_learners(self) -> None:
        """Begin the count of learners by status, which every commit then moves on."""
        with suppress(StoreError):
            self.metrics.moved(await self.store.statuses())

    async def open_messengers(self, config: Config) -> None:
        """Open each account whose token is there, and send through it from now on."""
        given = Given(
            config=config,
            secret=self.turns.secret,
            shelf=self.turns.shelf,
            store=self.store,
            media=self.media,
            intake=self.turns,
            uploaded=self.turns.uploaded,
            spent=self.turns.spent,
            room=self.delivery.room,
            clock=monotonic,
        )
        await self.messengers.open(given)
        for place, messenger in self.messengers.on.items():
            self.delivery.add(messenger, self.messengers.limits[place])

    def use(self, shelf: Shelf) -> None:
        """Teach and say this from the next batch of turns on."""
        self.turns.shelf = shelf

    def _committed(self, committed: Committed) -> None:
        log_notes(committed.notes, committed.took_s)
        self.metrics.committed(committed)
        self.web.wake(committed.addresses)
        self.delivery.committed(committed)

    async def submit(
        self, key: str, address: Address, body: Body | str
    ) -> tuple[int, tuple[Reply, ...]]:
        """One update of a web chat; a store or queue that cannot take it is a TimeoutError."""
        outcome = await self.turns.hear(key, address, body)
        return outcome.last_id, outcome.farewell


def settle_memory() -> None:
    """Leave what is loaded once (lessons, words) out of every garbage collection.

    A turn makes many small short-lived objects; with the usual thresholds the lessons
    were walked over again and again. Measured: docs/decisions/0006-memory-settled.md.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@asynccontextmanager
async def open_program(
    config: Config,
    *,
    clock: Callable[[], datetime] = utc_now,
    on_fault: Callable[[Fault], None] = lambda fault: None,
    channels: bool = True,
    preview: bool = False,
) -> AsyncIterator[Program]:
    """Open everything, hand over the program, close everything whatever happens.

    channels: also the messengers; `hocvuso chat` does without. preview: with the lessons
    as their authors may see them.
    Raises StoreError (in use, newer, unavailable) or NothingToTeach.
    """
    async with AsyncExitStack() as stack:
        secret = load_secret(config)
        hide(secret.decode("utf-8", "replace"))
        store = await open_store(
            config.database, now_ms=lambda: milliseconds(clock()), secret=secret
        )
        stack.push_async_callback(store.close)
        content = content_of(config, clock, preview=preview)
        shelf, faults = content.load()
        refuse(faults, on_fault)
        program = Program(store, shelf, secret, config, clock)
        stack.push_async_callback(program.messengers.close)
        if channels:
            await program.open_messengers(config)
        # Ended in the other order: hear nothing more, send what is under way, commit.
        stack.push_async_callback(program.turns.close)
        settle_memory()
        await program.turns.recover()
        for run in (program.turns.run, program.delivery.run, program.messengers.run):
            work = asyncio.create_task(run(), name=run.__qualname__)
            stack.push_async_callback(_end, work)
        following = asyncio.create_task(follow(content, program.use, on_fault), name="content")
        stack.push_async_callback(_end, following)
        orders = listening(socket_of(config.database), answers(program.turns))
        await stack.enter_async_context(orders)
        counting = asyncio.create_task(program.count_learners(), name="count learners")
        stack.push_async_callback(_end, counting)
        pulse = Pulse(clock)
        tidy = Housekeeping(store, lambda: milliseconds(clock())).tidy
        pulse.every(housekeeping.EVERY_S, tidy, "housekeeping")
        pulse.every(nudges.EVERY_S, Nudges(store, program.turns.tell, clock).tick, "nudges")
        pulse.every(broadcasts.EVERY_S, Broadcasts(program.turns).tick, "broadcasts")
        pulse.every(help.EVERY_S, HelpDesk(program.turns).tick, "help")
        pulse.start()
        stack.callback(pulse.stop)
        yield program


@asynccontextmanager
async def open_turns(
    config: Config, *, clock: Callable[[], datetime] = utc_now
) -> AsyncIterator[Turns]:
    """The turns alone, on no channel: for an order to a tutor that does not run.

    Raises StoreError or NothingToTeach.
    """
    secret = load_secret(config)
    store = await open_store(config.database, now_ms=lambda: milliseconds(clock()), secret=secret)
    try:
        shelf, _ = shelf_of(config, clock())
        yield Turns(store, shelf, secret=secret, clock=clock)
    finally:
        await store.close()


def shelf_of(config: Config, now: datetime) -> tuple[Shelf, tuple[Fault, ...]]:
    """All that is taught and said by these settings. Raises NothingToTeach."""
    return content_of(config, lambda: now).load()


def content_of(config: Config, clock: Callable[[], datetime], *, preview: bool = False) -> Content:
    """The lessons of these settings, to be loaded now and again."""
    url = config.web.public_url or f"http://{config.web.host}:{config.web.port}"
    stays = Shelf(
        Library({}),
        {},
        words=None,
        public_url=url.rstrip("/"),
        is_public=bool(config.web.public_url),
        nudges=nudge_rules(config),
        second_person_over=config.broadcasts.second_person_over,
        help_phone=config.help.phone or "",
        sends_per_s={
            "telegram": config.telegram.sends_per_s,
            "zalo_bot": config.zalo_bot.sends_per_s,
        },
    )
    return Content(
        config.lessons.folder,
        config.lessons.wards,
        stays,
        today=lambda: local_date(clock(), config.timezone),
        cache=config.database.parent / "lessons.cache",
        preview=preview,
    )


def nudge_rules(config: Config) -> NudgeRules:
    """The settings of section `nudges` as the conversation takes them."""
    start, end = config.nudges.quiet.split("-")
    quiet = QuietHours(minutes_of(start.strip()), minutes_of(end.strip()))
    hours = tuple(f"{one:0>5}" for one in config.nudges.hours)
    return NudgeRules(quiet, hours, config.nudges.reviews_a_day)


async def _end(work: "asyncio.Task[None]") -> None:
    work.cancel()
    with suppress(asyncio.CancelledError):
        await work
