"""Counters for Prometheus: how much, how fast, how it ended; never who.

Leads in: `app`, after each commit, and what is asked at the moment of a scrape. Leads out:
`/metrics`. Each program has a registry of its own. Nothing here walks over a table of
learners while it is scraped.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.conversation.replies import Priority
from bot.passing import Committed

_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
_EVENTS = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Moment(NamedTuple):
    """What a scrape asks for anew.

    waiting: account -> rows that wait by priority. sends: (account, outcome) -> how many
    ended so. polled_s: account -> seconds since it last heard from its channel.
    quarantine: rows in it. disk_free: share of the disk, 0 to 1.
    """

    waiting: Mapping[str, Mapping[int, int]]
    sends: Mapping[tuple[str, str], int]
    polled_s: Mapping[str, float]
    quarantine: int
    disk_free: float


class Metrics:
    """The counters of one running program."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self._turns = Counter(
            "hocvuso_turns", "Turns on disk, by kind of event.", ["kind"], registry=self.registry
        )
        self._notes = Counter(
            "hocvuso_notes", "What stood out, by code.", ["code"], registry=self.registry
        )
        self._events = Histogram(
            "hocvuso_batch_events",
            "Turns that one transaction held.",
            registry=self.registry,
            buckets=_EVENTS,
        )
        self._took = Histogram(
            "hocvuso_commit_seconds",
            "From the start of a batch to its commit on disk.",
            registry=self.registry,
            buckets=_SECONDS,
        )
        self._learners = Gauge(
            "hocvuso_learners", "Learners by status.", ["status"], registry=self.registry
        )

    def committed(self, committed: Committed) -> None:
        """Count what a commit put on disk."""
        turns = 0
        for note in committed.notes:
            if note.code == "turn.done":
                turns += 1
                self._turns.labels(note.kind).inc()
            else:
                self._notes.labels(note.code).inc()
        if turns:
            self._events.observe(turns)
            self._took.observe(committed.took_s)
        self.moved(committed.statuses)

    def moved(self, statuses: Mapping[str, int]) -> None:
        """So many more (or fewer) learners of each status."""
        for status, more in statuses.items():
            if status and more:
                self._learners.labels(status).inc(more)

    def text(self, moment: Moment) -> bytes:
        """All of it as Prometheus reads it."""
        return generate_latest(_Both(self.registry, lambda: _families(moment)))


class _Both(Collector):
    """What is counted as it happens, and what is asked at this moment."""

    def __init__(self, counted: CollectorRegistry, asked: Callable[[], Iterable[Metric]]) -> None:
        self._counted = counted
        self._asked = asked

    def collect(self) -> Iterator[Metric]:
        yield from self._counted.collect()
        yield from self._asked()


def _families(moment: Moment) -> Iterator[Metric]:
    waiting = GaugeMetricFamily(
        "hocvuso_outbox_waiting", "Replies that wait.", labels=["account", "priority"]
    )
    for account, held in moment.waiting.items():
        for priority, rows in held.items():
            waiting.add_metric([account, Priority(priority).name.lower()], rows)
    yield waiting
    sends = CounterMetricFamily(
        "hocvuso_sends", "Messages by how their sending ended.", labels=["account", "outcome"]
    )
    for (account, outcome), number in moment.sends.items():
        sends.add_metric([account, outcome], number)
    yield sends
    polled = GaugeMetricFamily(
        "hocvuso_poll_age_seconds", "Since the channel last answered.", labels=["account"]
    )
    for account, seconds in moment.polled_s.items():
        polled.add_metric([account], seconds)
    yield polled
    yield GaugeMetricFamily(
        "hocvuso_quarantine", "Updates that raised and are kept.", value=moment.quarantine
    )
    yield GaugeMetricFamily(
        "hocvuso_disk_free_ratio", "Free share of the database's disk.", value=moment.disk_free
    )
