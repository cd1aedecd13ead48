"""What `hocvuso doctor` looks at: one function a question, each with how to mend it.

Leads in: the settings. Leads out: `Finding`s. Nothing is changed and nobody is asked over
the network; beside a running program the database is only read.
"""

import fcntl
import os
import re
import shutil
import socket
import sqlite3
import struct
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple

import yaml

from bot.channels.zalo_bot.plan import Plan, Use, warnings
from bot.config import Account, Config
from bot.conversation.days import month_of
from bot.health import LOW_DISK
from bot.secret import secret_file
from lessons.loader import load_library
from store.base import StoreError
from store.looking import Look, StoreMissing, look_at

# Telegram's and Zalo's tokens look alike: the bot's number, a colon, a long word.
_TOKEN = re.compile(r"\d{5,20}:[A-Za-z0-9_-]{20,}")
_WRITE_LOCK = 120  # the byte of the -shm file that a writer holds; sqlite.org/walformat.html
_SOON_MS, _DAY_MS = 10 * 60_000, 86_400_000
_OLDEST_YEAR, _NEWEST_YEAR = 2026, 2050


class Finding(NamedTuple):
    """One thing that was looked at. mend: what to do, "" when all is well."""

    state: Literal["ok", "note", "fault"]
    what: str
    found: str
    mend: str = ""


def examine(config: Config, now: datetime) -> Iterator[Finding]:
    """Everything, in the order in which one would set it up."""
    runs = _runs(config.database)
    for look in (_library, _place, _disk, _modes):
        yield from look(config)
    yield from _database(config, now, runs)
    yield from _lessons(config, now)
    yield from _channels(config)
    yield from _address(config)
    yield from _port(config, runs)


def _library(config: Config) -> Iterator[Finding]:
    if not yaml.__with_libyaml__:
        yield Finding(
            "fault",
            "libyaml",
            "PyYAML was built without it, and lessons would load far too slowly",
            "reinstall it: pip install --force-reinstall pyyaml (a wheel has libyaml in it)",
        )


def _place(config: Config) -> Iterator[Finding]:
    folder = config.database.parent
    there = next(one for one in (folder, *folder.parents) if one.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        yield Finding(
            "fault",
            "folder",
            f"{there} cannot be written",
            f"give this user the right: chown $(id -un) {there}, or set HOCVUSO_DATABASE",
        )
    elif config.database.exists() and not os.access(config.database, os.W_OK):
        yield Finding(
            "fault",
            "database",
            f"{config.database} cannot be written",
            f"chown $(id -un) {config.database}; chmod 600 {config.database}",
        )


def _disk(config: Config) -> Iterator[Finding]:
    folder = config.database.parent
    usage = shutil.disk_usage(next(one for one in (folder, *folder.parents) if one.exists()))
    free = usage.free / usage.total
    told = f"{100 * free:.0f} % free ({usage.free / 1e9:.1f} GB)"
    if free < LOW_DISK:
        yield Finding("fault", "disk", told, "make room: turns are refused when it is full")
    else:
        yield Finding("ok", "disk", told)


def _modes(config: Config) -> Iterator[Finding]:
    """Nobody else may read what is learnt, nor the secret."""
    database = config.database
    names = ("", "-wal", ".secret", ".erased")
    files = [database.with_name(database.name + end) for end in names]
    for path, most in [*((file, 0o600) for file in files), (database.parent, 0o700)]:
        if path.exists() and path.stat().st_mode & 0o777 & ~most:
            mend = f"chmod {most:o} {path}"
            yield Finding("fault", "file modes", f"others may open {path}", mend)
    secret = secret_file(database)
    if not config.secret and secret.exists() and not secret.read_bytes().strip():
        yield Finding("fault", "secret", f"{secret} is empty", "put it back from where it is kept")
    if config.secret and len(config.secret) < 16:
        mend = "give it at least 16 letters: openssl rand -hex 32"
        yield Finding("fault", "secret", "HOCVUSO_SECRET is short enough to be guessed", mend)


def _database(config: Config, now: datetime, runs: int | None) -> Iterator[Finding]:
    writer = _write_lock(config.database)
    if writer is not None and writer != runs:
        yield Finding(
            "fault",
            "database",
            f"program {writer} holds its write lock",
            f"end it (ps -p {writer}): turns wait until it lets go",
        )
    try:
        with look_at(config.database) as look:
            chats = look.connection.execute("SELECT count(*) FROM contact").fetchone()[0]
            set_aside = look.connection.execute("SELECT count(*) FROM quarantine").fetchone()[0]
            newest = _newest(look)
            plans = [told for one in config.accounts for told in _plan(one, config, look, now)]
    except StoreMissing as error:
        state: Literal["note", "fault"] = "fault" if config.database.exists() else "note"
        mend = "hocvuso run makes it" if state == "note" else "set HOCVUSO_DATABASE to ours"
        yield Finding(state, "database", str(error), mend)
        return
    except (StoreError, sqlite3.Error) as error:
        yield Finding("fault", "database", str(error), "hocvuso restore FILE, or the mend above")
        return
    beside = f"hocvuso runs on it (pid {runs})" if runs else "no program runs on it"
    yield Finding("ok", "database", f"{config.database}: {chats:,} chats, {beside}")
    if set_aside:
        yield Finding(
            "note", "rejected", f"{set_aside} updates are set aside", "hocvuso rejected list"
        )
    yield from _clock(now, newest)
    yield from plans


def _plan(account: Account, config: Config, look: Look, now: datetime) -> Iterator[Finding]:
    """How near a Zalo account is to what its plan allows."""
    if account.channel != "zalo_bot" or not account.token:
        return
    place = f"{account.channel}:{account.name}"
    month = look.rows("messages_in_month", account=place, month=month_of(now))
    people = look.rows("chats_of_account", channel=account.channel, account=account.name)
    used = Use(place, month[0][0] if month else 0, people[0][0])
    plan = Plan(config.zalo_bot.messages_a_month, config.zalo_bot.people_a_bot)
    for told in warnings(used, plan):
        found, _, mend = told.removeprefix(f"{place}: ").partition("; ")
        yield Finding("note", place, found, mend)


def _newest(look: Look) -> int:
    """When the newest fact was written, milliseconds UTC; 0 without one."""
    row = look.connection.execute("SELECT at FROM fact ORDER BY fact_id DESC LIMIT 1").fetchone()
    return int(row[0]) if row else 0


def _clock(now: datetime, newest: int) -> Iterator[Finding]:
    mend = "set the clock: timedatectl set-ntp true"
    behind_ms = newest - int(now.timestamp() * 1000)
    if behind_ms > _SOON_MS:
        days = (
            f"{behind_ms / _DAY_MS:.1f} days"
            if behind_ms > _DAY_MS
            else f"{behind_ms // 60_000} minutes"
        )
        yield Finding(
            "fault", "clock", f"it is {days} behind the newest answer in the database", mend
        )
    elif not _OLDEST_YEAR <= now.year <= _NEWEST_YEAR:
        yield Finding("fault", "clock", f"it says {now:%Y-%m-%d %H:%M} UTC", mend)


def _lessons(config: Config, now: datetime) -> Iterator[Finding]:
    folder = config.lessons.folder
    if not folder.is_dir():
        yield Finding(
            "fault", "lessons", f"{folder} is not there", "set lessons.folder in config.yaml"
        )
        return
    library, faults = load_library(folder, on=now.date(), wards=config.lessons.wards)
    written = library.lessons.get("vi", {})
    told = f"{len(written)} in {len({one.course for one in written.values()})} courses"
    if faults:
        first = f"{len(faults)} faults, the first at {faults[0].path}:{faults[0].line}"
        yield Finding(
            "fault", "lessons", f"{told}; {first}", "hocvuso lessons check names them all"
        )
    else:
        yield Finding("ok", "lessons", told)


def _channels(config: Config) -> Iterator[Finding]:
    for account in config.accounts:
        place = f"{account.channel}:{account.name}"
        state, told, mend = _channel(account, config)
        yield Finding(state, place, told, mend)
    if not any(account.token for account in config.accounts):
        yield Finding("ok", "web", "the web chat alone is on")


def _channel(account: Account, config: Config) -> tuple[Literal["ok", "note", "fault"], str, str]:
    public = config.web.public_url
    if not account.token:
        name = account.token_env or "token_env"
        return "note", f"off: {name} is not set", f"to switch it on: {name}=… or {name}_FILE=…"
    if not _TOKEN.fullmatch(account.token):
        mend = f"copy {account.token_env} whole from where the bot was made (12345678:AbC…)"
        return "fault", "its token has not the form of one", mend
    if account.mode == "webhook" and not public:
        mend = "set HOCVUSO_PUBLIC_URL to your https address, or mode: poll"
        return "fault", "off: a webhook is wanted and web.public_url is not set", mend
    if account.mode != "poll" and public and not public.startswith("https://"):
        mend = "messengers bring updates to https alone: put https before it, or mode: poll"
        return "fault", f"its webhook would be at {public}", mend
    how = "by webhook" if public and account.mode != "poll" else "asks for its updates"
    return "ok", f"on, {how}", ""


def _address(config: Config) -> Iterator[Finding]:
    public, host = config.web.public_url, config.web.host
    is_local = host in ("127.0.0.1", "::1", "localhost")
    if public and not public.startswith("https://") and "://127." not in public:
        mend = "put https before it (nginx, Caddy) and set HOCVUSO_PUBLIC_URL to that address"
        yield Finding(
            "fault", "address", f"{public}: what learners write would go unencrypted", mend
        )
    elif not public and not is_local:
        mend = "set HOCVUSO_PUBLIC_URL: without it links lead to an address nobody can open"
        yield Finding("fault", "address", f"served on {host} with no public address", mend)
    elif not public:
        told = "only this machine: links work here alone"
        yield Finding("note", "address", told, "for others: HOCVUSO_PUBLIC_URL=https://…")


def _port(config: Config, runs: int | None) -> Iterator[Finding]:
    host, port = config.web.host, config.web.port
    if runs or not port:
        return
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            mend = "end the program that has it, or set another HOCVUSO_PORT"
            yield Finding("fault", "port", f"{host}:{port}: {error.strerror}", mend)
        else:
            yield Finding("ok", "port", f"{host}:{port} is free")


def _runs(database: Path) -> int | None:
    """The number of the program that holds the database, None where none does."""
    try:
        lock = os.open(f"{database}.lock", os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        held = os.read(lock, 20).decode("ascii", "replace").strip()
        return int(held) if held.isdecimal() else 0
    finally:
        os.close(lock)
    return None


def _write_lock(database: Path) -> int | None:
    """The number of the process that is writing right now. Called before any connection of
    ours is open: closing the file would drop its locks."""
    try:
        file = os.open(f"{database}-shm", os.O_RDONLY)
    except OSError:
        return None
    # struct flock of 64-bit Linux: type, whence, start, length, pid.
    asked = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, _WRITE_LOCK, 1, 0)
    try:
        kind, _, _, _, pid = struct.unpack("hhqqi4x", fcntl.fcntl(file, fcntl.F_GETLK, asked))
    except (OSError, struct.error):
        return None
    finally:
        os.close(file)
    return None if kind == fcntl.F_UNLCK else int(pid)
