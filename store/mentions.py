"""What others were told of a learner: taken out when the learner is erased.

A volunteer's chat names whom they help and holds what was said to them; so does that of the
family, and of whoever shares a chat. Words that were passed on go as a whole; where only the
name stands, «•••» stands for it from then on. Only the chats of people near the learner are
looked at, so it costs the same however many there are.
Leads in: the transaction that erases. Source: promises.md P32.
"""

import re
from collections.abc import Callable
from typing import Any

import msgspec

from bot.conversation.learner import read_document
from store.named import All, Many

NOBODY = "•••"
_SAID = ("text", "label", "picture_words", "voice_words", "tail")


async def forget_mentions(learner_id: str, all: All, many: Many) -> None:
    """Before the learner's own rows go, by which the others are found."""
    found = await all("whom_to_erase", learner_id=learner_id)
    if not found:
        return
    name = _name(found[0][0])
    spoken = name[:1].upper() + name[1:]
    near = await all(
        "lines_about", learner_id=learner_id, ward=found[0][1], name=name, spoken=spoken
    )
    said = _without(name, spoken)
    for table, passed, number, body in near:
        if passed:
            await many(f"drop_from_{table}", [(number,)])
        else:
            await many(f"rewrite_{table}", [(number, _rewritten(body, said))])


def _name(document: bytes) -> str:
    """What the learner is called; a document that cannot be read hinders no erasure."""
    try:
        return read_document(document).name
    except msgspec.MsgspecError:
        return ""


def _without(name: str, spoken: str) -> Callable[[str], str]:
    """Puts NOBODY for the name where it stands as a word of its own."""
    if not name:
        return lambda text: text
    either = re.compile(rf"(?<!\w)(?:{re.escape(name)}|{re.escape(spoken)})(?!\w)")
    return lambda text: either.sub(NOBODY, text)


def _rewritten(body: str, said: Callable[[str], str]) -> bytes:
    def walked(part: Any, key: str = "") -> Any:
        if isinstance(part, dict):
            return {name: walked(value, name) for name, value in part.items()}
        if isinstance(part, list):
            return [walked(value, key) for value in part]
        return said(part) if isinstance(part, str) and key in _SAID else part

    return msgspec.json.encode(walked(msgspec.json.decode(body)))
