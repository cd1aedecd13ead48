"""Bytes from a browser to values, strictly: bodies, messages, numbers, tickets.

Leads in: a raw request. Leads out: a `Said`, an int, or a `WebError`. Nothing here
knows a learner.
"""

import asyncio
import hashlib
import json
import math
import re
import secrets
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from starlette.requests import Request

from bot.web.refusals import BadMessage, BadNumber, NotJson, TooLarge, TooSlow

# Sixteen times the 4,096 characters that are kept, so that a pasted letter is answered.
MAX_BODY_BYTES = 64 * 1024
BODY_TIMEOUT_S = 20.0
MAX_INT = 2**63 - 1
MAX_WAIT_S = 25.0
MAX_ID = 64

_NUMBER = re.compile(r"[0-9]{1,19}", re.ASCII)
_SECONDS = re.compile(r"[0-9]{1,19}(\.[0-9]{1,9})?", re.ASCII)
_TICKET = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")


class Said(NamedTuple):
    """One message of a browser. Exactly one of text, press, start is not None."""

    text: str | None
    press: str | None
    start: str | None
    id: str


def clean(text: str) -> str:
    """Half a surrogate pair becomes U+FFFD, NUL goes: one database would refuse either."""
    return _SURROGATE.sub("\ufffd", text).replace("\0", "")


async def read_body(request: Request, limit: int = MAX_BODY_BYTES) -> bytes:
    """The whole body, at most `limit` bytes. Raises TooLarge without reading the rest."""
    told = request.headers.get("content-length", "")
    if told.isdigit() and (len(told) > 9 or int(told) > limit):
        raise TooLarge
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_TIMEOUT_S):
            async for part in request.stream():
                body += part
                if len(body) > limit:
                    raise TooLarge
    except TimeoutError as error:
        raise TooSlow from error
    return bytes(body)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object in which no key stands twice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadMessage
    return found


def parse_json(body: bytes) -> Said:
    """`{"text": …}` or `{"press": …}` with an optional "id", and nothing else."""
    try:
        found = json.loads(body.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise NotJson from error
    if not isinstance(found, dict) or not found.keys() <= {"text", "press", "id"}:
        raise BadMessage
    if ("text" in found) == ("press" in found):
        raise BadMessage
    words = found.get("text", found.get("press"))
    if not isinstance(words, str):
        raise BadMessage
    words = clean(words)
    given = _parse_id(found["id"]) if "id" in found else secrets.token_urlsafe(12)
    if "text" in found:
        return Said(words, None, None, given)
    return Said(None, words, None, given)


def _parse_id(value: object) -> str:
    # bool is an int in Python; a client that sends true means no id.
    if isinstance(value, int) and not isinstance(value, bool):
        if not -MAX_INT - 1 <= value <= MAX_INT:
            raise BadNumber
        return str(value)
    if isinstance(value, str) and 0 < len(value) <= MAX_ID and clean(value) == value:
        return value
    raise BadMessage


def parse_form(body: bytes) -> Said:
    """The fields of a page without scripts: one of text, press, start, and `id`.

    The id of a form is joined with a digest of what was said: a page kept by the Back
    key may send new words under its old id, and they must not be taken for a repeat.
    """
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=8, errors="replace"
        )
    except ValueError as error:
        raise BadMessage from error
    fields = {name: clean(value) for name, value in pairs}
    if len(fields) != len(pairs):
        raise BadMessage
    kinds = fields.keys() & {"text", "press", "start"}
    if len(kinds) != 1 or not fields.keys() <= {"text", "press", "start", "id"}:
        raise BadMessage
    kind = kinds.pop()
    words = fields[kind]
    given = fields.get("id") or secrets.token_urlsafe(12)
    digest = hashlib.sha256(f"{kind}:{words}".encode()).hexdigest()[:12]
    return Said(
        words if kind == "text" else None,
        words if kind == "press" else None,
        "" if kind == "start" else None,
        f"{_parse_id(given)}:{digest}",
    )


def parse_after(value: str | None) -> int:
    """A message id, 0 when there is none. Raises BadNumber."""
    if value is None or value == "":
        return 0
    if not _NUMBER.fullmatch(value) or int(value) > MAX_INT:
        raise BadNumber
    return int(value)


def parse_wait(value: str | None) -> float:
    """Seconds, 0 when there are none, never over `MAX_WAIT_S`. Raises BadNumber."""
    if value is None or value == "":
        return 0.0
    if not _SECONDS.fullmatch(value) or math.floor(float(value)) > MAX_INT:
        raise BadNumber
    return min(float(value), MAX_WAIT_S)


def parse_ticket(value: str) -> str:
    """The ticket, or "" for what can be none: that opens an ordinary welcome."""
    return value if _TICKET.fullmatch(value) else ""
