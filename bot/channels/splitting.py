"""A text in parts that a messenger takes, cut where a sentence ends. Pure.

Messengers count in UTF-16 units: a sign outside the first plane counts twice.
Source: promises.md P14.
"""

import re

from bot.conversation.replies import Reply, numbered, utf16_units

_PARAGRAPH, _SENTENCE = re.compile(r"\n\n+"), re.compile(r"(?<=[.!?…])\s+")
_LINE, _WORD = re.compile(r"\n"), re.compile(r"\s+")


def split(text: str, limit: int) -> list[str]:
    """The text in parts of at most `limit` UTF-16 units, cut where a sentence ends.

    Where none ends: at a line's end, between words, or in the middle of one.
    """
    parts = []
    while utf16_units(text) > limit:
        cut = _cut(text, len(_head(text, limit)))
        parts.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [part for part in [*parts, text] if part] or [""]


def texts(reply: Reply, limit: int) -> list[str]:
    """The plain form in parts of at most `limit` UTF-16 units, none of them empty."""
    below = "\n".join(numbered(reply))
    if not below:
        return [part for part in split(reply.text.strip(), limit) if part]
    whole = f"{reply.text}\n{below}".strip()
    if utf16_units(whole) <= limit:
        return [whole]
    room = limit - utf16_units(below) - 1
    if room < limit // 2:  # long options: they are split like words
        return split(whole, limit)
    *before, last = split(reply.text, limit)
    *more, last = split(last, room)
    return [*before, *more, f"{last}\n{below}"]


def _head(text: str, limit: int) -> str:
    """As much of the text as fits."""
    head = text[:limit]
    while (over := utf16_units(head) - limit) > 0:
        head = head[: len(head) - (over + 1) // 2]
    return head


def _cut(text: str, most: int) -> int:
    """Where to cut, at most there: a paragraph in the second half, a sentence, a line…"""
    window = text[: most + 1] if text[most : most + 1].isspace() else text[:most]
    for place, least in ((_PARAGRAPH, most // 2), (_SENTENCE, 0), (_LINE, 0), (_WORD, 0)):
        ends = [found.end() for found in place.finditer(window)]
        if ends and ends[-1] > least:
            return ends[-1]
    return most
