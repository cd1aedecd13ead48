"""What the Bot API takes and what it refuses, parameter by parameter. Pure.

Every refusal is the real server's own text, as far as it is known.
Source: core.telegram.org/bots/api; github.com/tdlib/telegram-bot-api; td's MessageEntity.cpp.
"""

import html
import re
from collections.abc import Mapping
from typing import Any

import msgspec

TEXT_LIMIT, CAPTION_LIMIT = 4096, 1024
_TAGS = re.compile(
    "b|strong|i|em|u|ins|s|strike|del|code|pre|a|span|tg-spoiler|tg-emoji|blockquote"
)
_TAG = re.compile(r"<(/?)([A-Za-z0-9-]*)([^<>]*)>")
_ENTITY = re.compile(r"&(lt|gt|amp|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_ACTIONS = re.compile(
    "typing|choose_sticker|find_location|upload_document|"
    "(upload|record)_(video|voice|video_note)|upload_photo"
)
_KEY = "can't parse inline keyboard button: "


class Refused(Exception):
    """An answer that says no."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad(description: str) -> Refused:
    return Refused(400, f"Bad Request: {description}")


def integer(params: Mapping[str, Any], name: str, default: int | None = None) -> int:
    """A number, also as text: that is how forms bear it."""
    value = params.get(name, default)
    if isinstance(value, bool) or value is None or value == "":
        raise bad(f'parameter "{name}" is required' if value in (None, "") else f"invalid {name}")
    try:
        number = int(value)
    except (TypeError, ValueError):
        raise bad(f"invalid {name} specified") from None
    if not -(2**63) <= number < 2**63:
        raise bad(f"invalid {name} specified")
    return number


def boolean(params: Mapping[str, Any], name: str) -> bool:
    return str(params.get(name, False)).lower() in ("true", "1", "yes")


def structure(params: Mapping[str, Any], name: str) -> Any:
    """A JSON object or list, as itself or as text."""
    value = params.get(name)
    if isinstance(value, str):
        try:
            return msgspec.json.decode(value)
        except msgspec.DecodeError:
            raise bad(f"can't parse {name.replace('_', ' ')} JSON object") from None
    return value


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def shown_text(params: Mapping[str, Any], name: str, limit: int) -> str:
    """The text as a person reads it. Refuses what the real server would."""
    text = params.get(name, "")
    if not isinstance(text, str):
        raise bad(f"invalid {name} specified")
    mode = str(params.get("parse_mode", "")).lower()
    if mode not in ("", "html", "markdown", "markdownv2"):
        raise bad("unsupported parse_mode")
    if mode == "html":
        text = _parse_html(text)
    text = text.replace("\r", "").strip()
    if units(text) > limit:
        raise bad("message is too long" if name == "text" else "message caption is too long")
    return text


def _parse_html(text: str) -> str:
    open_tags: list[str] = []
    shown: list[str] = []
    at = 0
    while (start := text.find("<", at)) >= 0:
        shown.append(text[at:start])
        offset = len(text[:start].encode())
        found = _TAG.match(text, start)
        if found is None:
            raise bad(f"can't parse entities: Unclosed start tag at byte offset {offset}")
        closing, name, rest = found[1], found[2].lower(), found[3]
        if not _TAGS.fullmatch(name) or (closing and rest.strip()):
            kind = "end" if closing else "start"
            raise bad(
                f'can\'t parse entities: Unsupported {kind} tag "{name}" at byte offset {offset}'
            )
        if closing:
            if not open_tags or open_tags.pop() != name:
                raise bad(f"can't parse entities: Unexpected end tag at byte offset {offset}")
        else:
            open_tags.append(name)
        at = found.end()
    if open_tags:
        last = f'Can\'t find end tag corresponding to start tag "{open_tags[-1]}"'
        raise bad(f"can't parse entities: {last}")
    shown.append(text[at:])
    return _ENTITY.sub(lambda one: html.unescape(one[0]), "".join(shown))


def markup(params: Mapping[str, Any]) -> dict[str, Any] | None:
    """The keyboard, checked; None where there is none."""
    keyboard = structure(params, "reply_markup")
    if keyboard in (None, ""):
        return None
    if not isinstance(keyboard, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" in keyboard:
        _check_rows(keyboard["inline_keyboard"], _check_inline)
    elif "keyboard" in keyboard:
        _check_rows(keyboard["keyboard"], _check_plain)
    elif not (keyboard.get("remove_keyboard") or keyboard.get("force_reply")):
        raise bad("can't parse reply keyboard markup JSON object")
    return keyboard


def _check_rows(rows: Any, check: Any) -> None:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad("can't parse keyboard button: Array of Arrays expected")
    if sum(map(len, rows)) > 100 or any(len(row) > 12 for row in rows):
        raise bad("reply markup is too long")
    for row in rows:
        for key in row:
            check(key)


def _check_inline(key: Any) -> None:
    if not isinstance(key, dict) or not isinstance(key.get("text"), str):
        raise bad(_KEY + 'Field "text" must be of type String')
    data = key.get("callback_data")
    if not key["text"].strip() or (data is None and not isinstance(key.get("url"), str)):
        raise bad(_KEY + "Text buttons are unallowed in the inline keyboard")
    if data is not None and not (isinstance(data, str) and 1 <= len(data.encode()) <= 64):
        raise bad("BUTTON_DATA_INVALID")


def _check_plain(key: Any) -> None:
    text = key.get("text") if isinstance(key, dict) else key
    if not isinstance(text, str) or not text.strip():
        raise bad('can\'t parse keyboard button: Field "text" must be of type String')


def check_action(params: Mapping[str, Any]) -> None:
    if not _ACTIONS.fullmatch(str(params.get("action"))):
        raise bad("wrong parameter action in request")


def check_commands(params: Mapping[str, Any]) -> list[dict[str, str]]:
    commands = structure(params, "commands")
    if not isinstance(commands, list) or len(commands) > 100:
        raise bad("can't parse commands")
    for one in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", str(one.get("command"))):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(str(one.get("description", ""))) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    if not re.fullmatch(r"([a-z]{2})?", str(params.get("language_code", ""))):
        raise bad("language code must be a two-letter code")
    return commands


def check_webhook(params: Mapping[str, Any]) -> str:
    url = str(params.get("url", ""))
    if url and not re.match(r"https://|http://(127\.0\.0\.1|localhost)[:/]", url):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", str(params.get("secret_token", ""))):
        raise bad("secret token contains unallowed characters")
    if not 1 <= integer(params, "max_connections", 40) <= 100:
        raise bad("max_connections must be between 1 and 100")
    return url
