"""config.yaml and the environment, read into one frozen `Config`.

Every fault is told at once, with the key, the value and the nearest right key; a
secret in the file is refused. To add a setting: a field in its section below and a
line in config.yaml. Source: promises.md P30, P40; design.md section 8.
"""

import os
import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml

from bot.conversation.quiet import QuietHours, minutes_of


class Secret(str):
    """A token or key: it never shows in a representation, a log or a traceback."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'•••'"


class Web(msgspec.Struct, frozen=True):
    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str | None = None


class Account(msgspec.Struct, frozen=True):
    """One bot that this program speaks through; on when its token is there.

    mode: "auto" is a webhook when web.public_url is set, else polling.
    token: from the environment variable named by token_env, or "". link: where people
    find this bot (Zalo tells no such address), for whom another account has no room.
    """

    channel: Literal["telegram", "zalo_bot"]
    name: str = "main"
    token_env: str = ""
    mode: Literal["auto", "poll", "webhook"] = "auto"
    link: str = ""
    token: Secret = Secret("")


class Lessons(msgspec.Struct, frozen=True):
    folder: Path = Path("lessons/courses")
    wards: Path = Path("lessons/wards.yaml")


class Delivery(msgspec.Struct, frozen=True):
    """in_flight: sends begun whose result is not on disk yet. pacing: a reader's pace."""

    in_flight: int = 32
    pacing: bool = True


class Telegram(msgspec.Struct, frozen=True):
    """Telegram's limits (its Bots FAQ), a rate of 0 for none of our own."""

    api_base: str = "https://api.telegram.org"
    sends_per_s: float = 29.5
    chat_sends_per_s: float = 1
    chat_burst: int = 3
    broadcast_reserve: int = 5


class Broadcasts(msgspec.Struct, frozen=True):
    """second_person_over: an announcement to more people needs a second person's approval."""

    second_person_over: int = 50


class ZaloBot(msgspec.Struct, frozen=True):
    """Zalo's Bot Platform: its free plan, and limits in UTF-16 units and a second.

    Zalo names no rate, and no length for the words under a picture: these are careful
    guesses, and its 429 has the last word. 0: no limit of our own.
    """

    api_base: str = "https://bot-api.zaloplatforms.com"
    text_limit: int = 2000
    caption_limit: int = 1000
    sends_per_s: float = 20
    chat_sends_per_s: float = 2
    messages_a_month: int = 3000
    people_a_bot: int = 50
    poll_timeout_s: int = 30


class Nudges(msgspec.Struct, frozen=True):
    """quiet: nothing unasked from … to …. hours: offered on the first day, at most four."""

    quiet: str = "21:00-07:00"
    hours: tuple[str, ...] = ("08:00", "16:00", "19:30")
    reviews_a_day: int = 5


class Help(msgspec.Struct, frozen=True):
    """phone: a number of the class, said where nobody is on duty; None: there is none."""

    phone: str | None = None


class Config(msgspec.Struct, frozen=True):
    """What one running program was told. secret: None means made once, beside the database."""

    language: Literal["vi", "en"] = "vi"
    timezone: str = "Asia/Ho_Chi_Minh"
    database: Path = Path("var/hocvuso.db")
    web: Web = Web()
    accounts: tuple[Account, ...] = ()
    lessons: Lessons = Lessons()
    delivery: Delivery = Delivery()
    telegram: Telegram = Telegram()
    nudges: Nudges = Nudges()
    broadcasts: Broadcasts = Broadcasts()
    zalo_bot: ZaloBot = ZaloBot()
    help: Help = Help()
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    secret: Secret | None = None


class ConfigError(Exception):
    """The settings cannot be used. faults: one sentence each, for a person."""

    code = "config:refused"
    retry = False

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


DEFAULT_ACCOUNTS = (
    Account("telegram", "main", "TELEGRAM_TOKEN"),
    Account("zalo_bot", "main", "ZALO_TOKEN"),
)
_NOT_IN_FILE = ("log_level", "secret", "token")
_SECRET_WORDS = ("token", "secret", "password", "key")
# The environment variable -> section and key, and how its text is read.
_ENVIRONMENT: dict[str, tuple[str, str]] = {
    "HOCVUSO_DATABASE": ("", "database"),
    "HOCVUSO_HOST": ("web", "host"),
    "HOCVUSO_PORT": ("web", "port"),
    "HOCVUSO_PUBLIC_URL": ("web", "public_url"),
    "HOCVUSO_LOG_LEVEL": ("", "log_level"),
    "HOCVUSO_PACING": ("delivery", "pacing"),
    "TELEGRAM_API_BASE": ("telegram", "api_base"),
    "TELEGRAM_SENDS_PER_S": ("telegram", "sends_per_s"),
    "TELEGRAM_CHAT_SENDS_PER_S": ("telegram", "chat_sends_per_s"),
    "ZALO_API_BASE": ("zalo_bot", "api_base"),
    "ZALO_SENDS_PER_S": ("zalo_bot", "sends_per_s"),
    "ZALO_CHAT_SENDS_PER_S": ("zalo_bot", "chat_sends_per_s"),
}
_SECTIONS: dict[str, type[msgspec.Struct]] = {
    field.name: type(field.default)
    for field in msgspec.structs.fields(Config)
    if isinstance(field.default, msgspec.Struct)
}


def load_config(path: Path | None, environ: Mapping[str, str] = os.environ) -> Config:
    """Read the file (its defaults when `path` is None and no config.yaml is there).

    Relative paths in it count from the file's folder. Raises ConfigError with every
    fault at once.
    """
    faults: list[str] = []
    file = path or Path("config.yaml")
    if path is not None and not path.is_file():
        faults.append(f"{path}: the file is not there; give the right path with --config")
    read = _read(file, faults) if file.is_file() else {}
    given = _given(read, faults)
    _override(given, environ, faults)
    values = _checked(given, faults)
    values["accounts"] = _accounts(read.get("accounts"), environ, faults)
    values["secret"] = _secret("HOCVUSO_SECRET", environ, faults)
    _look_closer(values, faults)
    if faults:
        raise ConfigError(faults)
    # The database and the lessons are found from where the file lies, not from where the
    # program was started.
    base = file.resolve().parent
    config = Config(**values)
    lessons = Lessons(base / config.lessons.folder, base / config.lessons.wards)
    database = base / config.database
    return msgspec.structs.replace(config, database=database, lessons=lessons)


def _read(file: Path, faults: list[str]) -> dict[str, Any]:
    try:
        read = yaml.safe_load(file.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "it cannot be read as UTF-8 text"
        faults.append(f"{file}{line}: {problem}; mend the line, see config.yaml in the project")
        return {}
    if read is not None and not isinstance(read, dict):
        faults.append(f"{file}: expected lines of “key: value”")
        return {}
    return {str(key): value for key, value in (read or {}).items()}


def _given(read: dict[str, Any], faults: list[str]) -> dict[tuple[str, str], Any]:
    """What the file says, by section and key; strange keys are faults."""
    given: dict[tuple[str, str], Any] = {}
    top = [*_keys(Config)]
    for name, value in read.items():
        if name in _SECTIONS:
            if not isinstance(value, dict):
                known = ", ".join(_keys(_SECTIONS[name]))
                faults.append(f"{name}: expected keys under it: {known}")
                continue
            for key, inner in value.items():
                if _is_known(f"{name}.", str(key), _keys(_SECTIONS[name]), faults):
                    given[name, str(key)] = inner
        elif _is_known("", name, top, faults) and name != "accounts":
            given["", name] = value
    return given


def _keys(section: type[msgspec.Struct]) -> list[str]:
    return [name for name in section.__struct_fields__ if name not in _NOT_IN_FILE]


def _is_known(prefix: str, key: str, known: list[str], faults: list[str]) -> bool:
    if key in known:
        return True
    if any(word in key.lower() for word in _SECRET_WORDS):
        faults.append(f"{prefix}{key}: secrets belong in the environment, never in this file")
        return False
    near = get_close_matches(key, known, 1, 0.5)
    mend = f"did you mean “{near[0]}”?" if near else f"known here: {', '.join(known)}"
    faults.append(f"{prefix}{key}: there is no such setting; {mend}")
    return False


def _override(
    given: dict[tuple[str, str], Any], environ: Mapping[str, str], faults: list[str]
) -> None:
    for name, place in _ENVIRONMENT.items():
        value = environ.get(name)
        if not value:
            continue
        number = re.fullmatch(r"-?\d+(\.\d+)?", value)
        if name == "HOCVUSO_PACING":
            given[place] = value.strip().lower() not in ("0", "false", "no", "off")
        elif name == "HOCVUSO_LOG_LEVEL":
            given[place] = value.lower()
        elif number and place[1] not in ("database", "host", "api_base", "public_url"):
            given[place] = float(value) if number[1] else int(value)
        else:
            given[place] = value
    database = str(given.get(("", "database"), ""))
    if database.startswith("postgresql:"):
        faults.append("database: PostgreSQL is not supported yet; give a path to a file")
    elif environ.get("HOCVUSO_DATABASE"):
        given["", "database"] = str(Path(database).resolve())


def _checked(given: dict[tuple[str, str], Any], faults: list[str]) -> dict[str, Any]:
    """Every value as its field's type, sections as their structs; the rest are faults."""
    sections: dict[str, type[msgspec.Struct]] = {"": Config, **_SECTIONS}
    types = {
        (name, field.name): field.type
        for name, section in sections.items()
        for field in msgspec.structs.fields(section)
    }
    inner: dict[str, dict[str, Any]] = {name: {} for name in ("", *_SECTIONS)}
    for (name, key), value in given.items():
        if value is None:
            continue
        try:
            inner[name][key] = msgspec.convert(value, types[name, key], dec_hook=_path)
        except msgspec.ValidationError:
            whole = f"{name}.{key}" if name else key
            faults.append(f"{whole}: {value!r} is not {_said(types[name, key])}")
    values = inner.pop("")
    return {**values, **{name: _SECTIONS[name](**fields) for name, fields in inner.items()}}


def _path(kind: type, value: Any) -> Any:
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise ValueError(f"not a {kind.__name__}")


def _said(kind: Any) -> str:
    """A type in words."""
    words = {bool: "true or false", int: "a number", float: "a number", str: "text"}
    allowed = getattr(kind, "__args__", ())
    if allowed and all(isinstance(one, str) for one in allowed):
        return "known; use " + " or ".join(allowed)
    if getattr(kind, "__origin__", None) is tuple:
        return 'a list of texts, like ["08:00", "16:00"]'
    return words.get(kind, "text")


def _accounts(read: Any, environ: Mapping[str, str], faults: list[str]) -> tuple[Account, ...]:
    """The bots of the file (or the two usual ones), each with its token if it is set."""
    found: list[Account] = list(DEFAULT_ACCOUNTS) if read is None else []
    for number, one in enumerate(read if isinstance(read, list) else [], 1):
        where = f"accounts[{number}]"
        if not isinstance(one, dict):
            faults.append(f"{where}: expected {{channel: …, name: …, token_env: …, mode: …}}")
            continue
        known = {
            str(key): value
            for key, value in one.items()
            if _is_known(f"{where}.", str(key), _keys(Account), faults)
        }
        try:
            found.append(msgspec.convert(known, Account))
        except msgspec.ValidationError as error:
            faults.append(f"{where}: {error}")
    if read is not None and not isinstance(read, list):
        faults.append("accounts: expected a list, one line a bot")
    names = [(one.channel, one.name) for one in found]
    for index, one in enumerate(found):
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,30}", one.name):
            faults.append(f"accounts: the name “{one.name}” should be small letters and digits")
        if names.index((one.channel, one.name)) != index:
            faults.append(f"accounts: {one.channel} “{one.name}” stands twice; give it a name")
        token = _secret(one.token_env, environ, faults) if one.token_env else None
        found[index] = msgspec.structs.replace(one, token=token or Secret(""))
    return tuple(found)


def _look_closer(values: dict[str, Any], faults: list[str]) -> None:
    """What a type cannot say."""
    web: Web = values["web"]
    if not 0 <= web.port <= 65535:
        faults.append(f"web.port: {web.port} is outside 0 to 65535")
    for whole, url in (
        ("web.public_url", web.public_url),
        ("telegram.api_base", values["telegram"].api_base),
        ("zalo_bot.api_base", values["zalo_bot"].api_base),
    ):
        if url is not None and not url.startswith(("http://", "https://")):
            faults.append(f"{whole}: {url!r} should start with https:// (or http://)")
    _look_at_hours(values["nudges"], faults)
    if values["broadcasts"].second_person_over < 1:
        faults.append("broadcasts.second_person_over: at least 1 person")
    zalo: ZaloBot = values["zalo_bot"]
    for name, least, most in (("text_limit", 500, 2000), ("poll_timeout_s", 1, 300)):
        if not least <= getattr(zalo, name) <= most:
            faults.append(f"zalo_bot.{name}: use a number from {least} to {most}")
    if values["delivery"].in_flight < 1:
        faults.append("delivery.in_flight: at least 1 message must be under way at a time")


def _look_at_hours(nudges: Nudges, faults: list[str]) -> None:
    """Times of day that are some, and hours outside the quiet ones."""
    try:
        start, end = (minutes_of(one.strip()) for one in nudges.quiet.split("-"))
    except ValueError:
        faults.append(f"nudges.quiet: {nudges.quiet!r} should be two times, like 21:00-07:00")
        return
    quiet = QuietHours(start, end)
    if not 1 <= len(nudges.hours) <= 4:
        faults.append(f"nudges.hours: {len(nudges.hours)} times; 1 to 4 can be offered")
    for hour in nudges.hours:
        try:
            if quiet.covers(minutes_of(hour) * 60):
                faults.append(f"nudges.hours: {hour} is inside nudges.quiet ({nudges.quiet})")
        except ValueError:
            faults.append(f"nudges.hours: {hour!r} should be a time like 08:00")
    if nudges.reviews_a_day < 1:
        faults.append("nudges.reviews_a_day: at least 1 question a day")


def _secret(name: str, environ: Mapping[str, str], faults: list[str]) -> Secret | None:
    """The variable's value, or the contents of the 0600 file that NAME_FILE names."""
    file = environ.get(f"{name}_FILE")
    if not file:
        value = environ.get(name, "").strip()
        return Secret(value) if value else None
    path = Path(file)
    try:
        if path.stat().st_mode & 0o077:
            faults.append(f"{name}_FILE: others may read that file; chmod 600 it")
        value = path.read_text("utf-8").strip()
    except OSError:
        faults.append(f"{name}_FILE: that file cannot be read")
        return None
    return Secret(value) if value else None
