"""`hocvuso broadcast …`: announce to many, and see what came of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from bot.commands.base import (
    ConfigOption,
    JsonOption,
    carry_out,
    read_settings,
    sentences,
    show_json,
    show_rows,
)
from bot.conversation.announcing import MOST_KEYS
from bot.conversation.days import VIETNAM
from bot.conversation.draft import Announcement, Audience, Key
from bot.conversation.replies import How
from bot.media.attached import NotBorne, checked_voice, made_small
from bot.orders.broadcast import Announce, Steer
from store.looking import look_at

_KEYS: tuple[Key, ...] = get_args(Key)
_COLUMNS = {
    "number": "number",
    "ward": "ward",
    "status": "status",
    "people": "people",
    "reached": "reached",
    "missed": "missed",
    "answers": "answers",
    "send_at": "send at",
}
NumberArgument = Annotated[int, typer.Argument(help="From `broadcast list`.")]


def register(app: typer.Typer) -> None:
    broadcast = typer.Typer(no_args_is_help=True, help="Announcements to many learners.")
    app.add_typer(broadcast, name="broadcast")
    broadcast.command("send")(send)
    broadcast.command("list")(show)
    broadcast.command("pause")(pause)
    broadcast.command("resume")(resume)
    broadcast.command("cancel")(cancel)


def send(
    text: Annotated[str, typer.Option(help="What is said, 600 letters at most.")],
    ward: Annotated[str, typer.Option(help="Unit code or name; everywhere without.")] = "",
    hamlet: Annotated[str, typer.Option(help="One hamlet of that ward.")] = "",
    course: Annotated[str, typer.Option(help="Who follows that course, as C09.")] = "",
    not_started: Annotated[bool, typer.Option(help="Who has done no lesson yet.")] = False,
    quiet_days: Annotated[int, typer.Option(min=0, help="Who did not write so long.")] = 0,
    keys: Annotated[str, typer.Option(help="Up to three of come, busy, seen, lesson.")] = "",
    lesson: Annotated[str, typer.Option(help="What the key lesson opens, as L0901.")] = "",
    picture: Annotated[Path | None, typer.Option(help="A JPEG or PNG file.")] = None,
    voice: Annotated[Path | None, typer.Option(help="An .ogg, .mp3 or .aac file.")] = None,
    urgent: Annotated[bool, typer.Option(help="Storm, flood: also at night.")] = False,
    at: Annotated[str, typer.Option(help="ISO 8601, +07:00 when bare; else at once.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Queue it; without, only a preview.")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """See how an announcement would look and how many would get it; with --yes queue it.

    Example: hocvuso broadcast send --ward 06685 --text "Thứ Bảy 8 giờ …" --keys come,busy --yes
    It is held for 60 seconds (`broadcast cancel`). To more people than
    broadcasts.second_person_over it waits until somebody approves it in the chat.
    """
    chosen = tuple(one for one in _KEYS if one in keys.split(","))
    if len(chosen) > MOST_KEYS or len(chosen) != len([one for one in keys.split(",") if one]):
        typer.echo(f'--keys "{keys}": up to three of {", ".join(_KEYS)}', err=True)
        raise typer.Exit(2)
    audience = Audience(ward, hamlet, course, not_started, quiet_days)
    announcement = Announcement(text, chosen, urgent, lesson=lesson)
    files = {
        "picture": _file("picture", picture, made_small),
        "voice": _file("voice", voice, checked_voice),
    }
    order = Announce(audience, announcement, _moment(at), send=yes, **files)
    told = carry_out(read_settings(config), order)
    if as_json:
        show_json(told)
    elif yes:
        typer.echo(f"announcement {told['number']}: {told['status']}, {told['people']} people")
    else:
        typer.echo(told["letter"])
        by_channel = told["minutes_by_channel"].items()
        each = ", ".join(
            f"{name} {told['channels'][name]}: {takes} min" for name, takes in by_channel
        )
        typer.echo(f"\n{told['people']} people ({each or 'nobody'}); --yes queues it")


def _file(name: str, path: Path | None, checked: Callable[[bytes], bytes]) -> bytes:
    """What goes with it, ready to be sent."""
    if path is None:
        return b""
    try:
        return checked(path.read_bytes())
    except (OSError, NotBorne) as error:
        said = error.strerror if isinstance(error, OSError) else error
        typer.echo(f'--{name} "{path}": {said}', err=True)
        raise typer.Exit(2) from None


def _moment(said: str) -> datetime | None:
    if not said:
        return None
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        typer.echo(f'--at "{said}": write it as 2027-03-02T08:00', err=True)
        raise typer.Exit(2) from None
    return at if at.tzinfo else at.replace(tzinfo=VIETNAM)


def show(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List the newest announcements and their counts. Example: hocvuso broadcast list"""
    settings = read_settings(config)
    with sentences(), look_at(settings.database) as look:
        rows = [_row(row) for row in look.rows("every_broadcast")]
    show_rows(rows, _COLUMNS, nothing="Nothing was announced yet.", as_json=as_json)


def _row(row: tuple[Any, ...]) -> dict[str, object]:
    number, ward, hamlet, status, people, urgent, send_at, reached, missed, answers = row
    at = datetime.fromtimestamp(send_at / 1000, UTC).astimezone(VIETNAM)
    return {
        "number": number,
        "ward": ward,
        "hamlet": hamlet,
        "status": status,
        "people": people,
        "urgent": bool(urgent),
        "reached": reached,
        "missed": missed,
        "answers": answers,
        "send_at": at.isoformat(timespec="minutes"),
    }


def pause(number: NumberArgument, config: ConfigOption = None) -> None:
    """Send nothing more of it for now. Example: hocvuso broadcast pause 7"""
    _steer(number, "pause", config)


def resume(number: NumberArgument, config: ConfigOption = None) -> None:
    """Go on with what was paused. Example: hocvuso broadcast resume 7"""
    _steer(number, "resume", config)


def cancel(number: NumberArgument, config: ConfigOption = None) -> None:
    """Send nothing more of it, ever. Example: hocvuso broadcast cancel 7"""
    _steer(number, "cancel", config)


def _steer(number: int, how: How, config: ConfigOption) -> None:
    told = carry_out(read_settings(config), Steer(number, how))
    typer.echo(f"announcement {number}: {told['status']}")
