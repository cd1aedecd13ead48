"""config.yaml and the environment, read into one frozen `Config`.

Every fault is told at once, with the key, the value and the nearest right key; a
secret in the file is refused. Source: promises.md P30, P40; design.md section 8.
"""

import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import msgspec
import yaml


class Web(msgspec.Struct, frozen=True):
    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str | None = None


class Lessons(msgspec.Struct, frozen=True):
    folder: Path = Path("lessons/courses")
    wards: Path = Path("lessons/wards.yaml")


class Config(msgspec.Struct, frozen=True):
    """What one running program was told. secret: None means made once, beside the database."""

    language: str = "vi"
    timezone: str = "Asia/Ho_Chi_Minh"
    database: Path = Path("var/hocvuso.db")
    web: Web = Web()
    lessons: Lessons = Lessons()
    log_level: str = "info"
    secret: str | None = None


class ConfigError(Exception):
    """The settings cannot be used. faults: one sentence each, for a person."""

    code = "config:refused"
    retry = False

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


_SECTIONS: dict[str, dict[str, type]] = {
    "": {"language": str, "timezone": str, "database": str},
    "web": {"host": str, "port": int, "public_url": str},
    "lessons": {"folder": str, "wards": str},
}
_SECRET_WORDS = ("token", "secret", "password", "key")
_LEVELS = ("debug", "info", "warning", "error")


def load_config(path: Path | None, environ: Mapping[str, str] = os.environ) -> Config:
    """Read the file (its defaults when `path` is None and no config.yaml is there).

    Relative paths in it count from the file's folder. Raises ConfigError with every
    fault at once.
    """
    faults: list[str] = []
    file = path or Path("config.yaml")
    values: dict[str, dict[str, Any]] = {name: {} for name in _SECTIONS}
    if path is not None and not path.is_file():
        faults.append(f"{path}: the file is not there; give the right path with --config")
    elif file.is_file():
        _read(file, values, faults)
    _override(values, environ, faults)
    _check(values, faults)
    level = environ.get("HOCVUSO_LOG_LEVEL", "info").lower()
    if level not in _LEVELS:
        faults.append(f"HOCVUSO_LOG_LEVEL: “{level}” is no level; use {', '.join(_LEVELS)}")
    secret = _secret(environ, faults)
    if faults:
        raise ConfigError(faults)
    # The database and the lessons are found from where the file lies, not from where the
    # program was started.
    base = file.resolve().parent
    top, web, lessons = values[""], values["web"], values["lessons"]
    return Config(
        language=top.get("language", "vi"),
        timezone=top.get("timezone", "Asia/Ho_Chi_Minh"),
        database=base / top.get("database", "var/hocvuso.db"),
        web=Web(**web),
        lessons=Lessons(
            base / lessons.get("folder", "lessons/courses"),
            base / lessons.get("wards", "lessons/wards.yaml"),
        ),
        log_level=level,
        secret=secret,
    )


def _read(file: Path, values: dict[str, dict[str, Any]], faults: list[str]) -> None:
    try:
        read = yaml.safe_load(file.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "it cannot be read as UTF-8 text"
        faults.append(f"{file}{line}: {problem}; mend the line, see config.yaml in the project")
        return
    if read is None:
        return
    if not isinstance(read, dict):
        faults.append(f"{file}: expected lines of “key: value”")
        return
    for key, value in read.items():
        name = str(key)
        if name in _SECTIONS and name:
            if not isinstance(value, dict):
                faults.append(f"{name}: expected keys under it: {', '.join(_SECTIONS[name])}")
                continue
            for inner, found in value.items():
                _take(name, str(inner), found, values, faults)
        else:
            _take("", name, value, values, faults)


def _take(
    section: str, key: str, value: Any, values: dict[str, dict[str, Any]], faults: list[str]
) -> None:
    whole = f"{section}.{key}" if section else key
    known = _SECTIONS[section]
    if key not in known:
        if any(word in key.lower() for word in _SECRET_WORDS):
            faults.append(f"{whole}: secrets belong in the environment, never in this file")
            return
        every = [*known, *(name for name in _SECTIONS if name and not section)]
        near = get_close_matches(key, every, 1, 0.5)
        mend = f"did you mean “{near[0]}”?" if near else f"known here: {', '.join(every)}"
        faults.append(f"{whole}: there is no such setting; {mend}")
    elif value is not None:
        values[section][key] = value


def _override(
    values: dict[str, dict[str, Any]], environ: Mapping[str, str], faults: list[str]
) -> None:
    for name, (section, key) in {
        "HOCVUSO_DATABASE": ("", "database"),
        "HOCVUSO_HOST": ("web", "host"),
        "HOCVUSO_PORT": ("web", "port"),
        "HOCVUSO_PUBLIC_URL": ("web", "public_url"),
    }.items():
        value = environ.get(name)
        if value:
            number = key == "port" and value.isdigit()
            values[section][key] = int(value) if number else value
    database = str(values[""].get("database", ""))
    if database.startswith("postgresql:"):
        faults.append("database: PostgreSQL is not supported yet; give a path to a file")
    elif environ.get("HOCVUSO_DATABASE"):
        values[""]["database"] = str(Path(database).resolve())


def _check(values: dict[str, dict[str, Any]], faults: list[str]) -> None:
    for section, known in _SECTIONS.items():
        for key, kind in known.items():
            value = values[section].get(key)
            right = isinstance(value, kind) and not isinstance(value, bool)
            if value is not None and not right:
                what = "a number" if kind is int else "text"
                whole = f"{section}.{key}" if section else key
                faults.append(f"{whole}: {value!r} is not {what}")
    port = values["web"].get("port", 8080)
    if isinstance(port, int) and not 0 <= port <= 65535:
        faults.append(f"web.port: {port} is outside 0 to 65535")
    language = values[""].get("language", "vi")
    if language not in ("vi", "en"):
        faults.append(f"language: {language!r} is not known; use vi or en")
    url = values["web"].get("public_url")
    if isinstance(url, str) and not url.startswith(("http://", "https://")):
        faults.append(f"web.public_url: {url!r} should start with https:// (or http://)")


def _secret(environ: Mapping[str, str], faults: list[str]) -> str | None:
    """HOCVUSO_SECRET, or the contents of the 0600 file in HOCVUSO_SECRET_FILE."""
    file = environ.get("HOCVUSO_SECRET_FILE")
    if not file:
        return environ.get("HOCVUSO_SECRET") or None
    path = Path(file)
    try:
        if path.stat().st_mode & 0o077:
            faults.append("HOCVUSO_SECRET_FILE: others may read that file; chmod 600 it")
        return path.read_text("utf-8").strip() or None
    except OSError:
        faults.append("HOCVUSO_SECRET_FILE: that file cannot be read")
        return None
