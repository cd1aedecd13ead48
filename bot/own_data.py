"""All that is kept about one learner, as data, as JSON and as text that one can read.

Leads in: the store's rows (`Store.export`). Leads out: `hocvuso export` and the link that
«dữ liệu của tôi» gives. Nobody else's: what another learner did is not in those rows.
Source: promises.md P33.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

import msgspec

from bot.conversation.learner import spelt_out
from bot.conversation.speech import PAIRS, fill

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def own_data(rows: Rows, at: int) -> dict[str, Any]:
    """The rows with documents opened and moments readable. at: milliseconds UTC, now."""
    return {
        "program": "hocvuso",
        "made_at": _moment(at),
        **{table: [_opened(row) for row in found] for table, found in rows.items()},
    }


def as_json(data: Mapping[str, Any]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(data), indent=2)


def as_text(
    data: Mapping[str, Any], words: Mapping[str, str], wards: Mapping[str, str], zone: tzinfo
) -> str:
    """The same for a person to read. words: the catalog of a language; wards: code -> name."""

    person = data["learner"][0]["document"]
    pronouns, hour, done = (
        person.get("pronouns", ""),
        person.get("hour", ""),
        person.get("done", []),
    )

    def say(key: str, **fields: object) -> str:
        return fill(words[f"data.{key}"], pronouns).format(**fields)

    def local(moment: str | None) -> str:
        if not moment:
            return "–"
        return datetime.fromisoformat(moment).astimezone(zone).strftime("%d/%m/%Y %H:%M")

    lines = [
        say("title", at=local(data["made_at"])),
        f"{say('called')}: {PAIRS.get(pronouns, PAIRS['']).ban} {person.get('name', '')}".rstrip(),
        f"{say('ward')}: {wards.get(person.get('ward', ''), '–')}",
        f"{say('hour')}: {words.get(f'hour.{hour}', '–')}",
        f"{say('lessons')} ({len(done)}): {', '.join(done) or '–'}",
        say("chats"),
        *(f"  {row['channel']}, {local(row['last_used_at'])}" for row in data["contact"]),
        say("facts"),
        *(f"  {local(row['at'])}  {_said(row['body'])}" for row in data["fact"]),
        say("messages"),
    ]
    for row in (*data["history"], *data["outbox"]):
        who = say("learner" if row.get("sender") == "learner" else "bot")
        lines.append(f"  {local(row['at'])}  {who}: {row['body'].get('text', '')}")
    others = sum(len(data[table]) for table in ("inbox", "quarantine", "ticket"))
    return "\n".join([*lines, say("others", count=others)]) + "\n"


def _opened(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(name, value) for name, value in row.items()}


def _value(name: str, value: Any) -> Any:
    if isinstance(value, int) and (name == "at" or name.endswith("_at")):
        return _moment(value)
    if name == "document":
        return spelt_out(value)
    if isinstance(value, bytes):
        try:
            return msgspec.json.decode(value)
        except msgspec.DecodeError:
            return value.decode("utf-8", "replace")
    return value


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="seconds")


def _said(body: Mapping[str, Any]) -> str:
    """A fact in one line: its kind, then what it says."""
    values = (f"{name}={value}" for name, value in body.items() if name != "type")
    return " ".join([str(body.get("type", "")), *values])
