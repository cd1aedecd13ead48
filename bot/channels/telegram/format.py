"""A reply as Telegram shows it: the calls of the Bot API that say it, in order. Pure.

Everything that is not ours is escaped; the question, where the text has several
paragraphs, is bold. Keys stand on the last part of what had to be split.
Source: core.telegram.org/bots/api#sendmessage; learner-experience.md C1, M4.
"""

from collections.abc import Sequence
from html import escape

import msgspec

from bot.channels.splitting import split
from bot.conversation.replies import Keys, Reply, keys, utf16_units

TEXT_LIMIT = 4096  # UTF-16 units, after the tags are taken out
CAPTION_LIMIT = 1024
_NO_PREVIEW = {"is_disabled": True}
_JSON = msgspec.json.Encoder()


class Call(msgspec.Struct, frozen=True):
    """One call. file: the parameter that takes the picture or voice called `media`."""

    method: str
    params: dict[str, object]
    file: str = ""
    media: str = ""


def calls(
    chat_id: int,
    reply: Reply,
    presses: Sequence[str],
    *,
    html: bool = True,
    text_limit: int = TEXT_LIMIT,
    caption_limit: int = CAPTION_LIMIT,
) -> list[Call]:
    """The calls that say a reply, in order; as many with `html` as without.

    presses: the sealed data of each option, in order. A voice comes before the picture,
    so that what bears the keys is always last.
    """
    shown = keys(reply.options)
    text = _plain(reply, shown)
    units = utf16_units(text)
    said = _formatted(reply, shown) if html and units <= text_limit else ""
    markup = _markup(reply, shown, presses)
    chat: dict[str, object] = {"chat_id": chat_id}
    made = []
    if reply.voice:
        made.append(Call("sendVoice", chat, "voice", reply.voice))
    if reply.picture:
        made.append(Call("sendPhoto", chat, "photo", reply.picture))
    if reply.passed_on:
        # What another person sent, under the name that Telegram gave it: nothing is uploaded.
        kind, _, file_id = reply.passed_on.partition(":")
        method = "sendVoice" if kind == "voice" else "sendPhoto"
        made.append(Call(method, {**chat, kind: file_id}))
    if made and units <= caption_limit:
        bare = made.pop()
        caption = {**bare.params, **_words("caption", said or text, html), **markup}
        return [*made, Call(bare.method, caption, bare.file, bare.media)]
    parts = [said] if said else _parts(text, text_limit, html)
    for part in parts[:-1]:
        made.append(Call("sendMessage", {**chat, **_message(part, html)}))
    return [*made, Call("sendMessage", {**chat, **_message(parts[-1], html), **markup})]


def edit(
    chat_id: int, message_id: int, reply: Reply, presses: Sequence[str], *, html: bool = True
) -> Call | None:
    """The call that puts a reply in the place of a message; None: it is too long for one.

    What the message bears stays as it is: another picture is another slot.
    """
    shown = keys(reply.options)
    text = _plain(reply, shown)
    units = utf16_units(text)
    if units > TEXT_LIMIT:
        return None
    markup = _markup(reply, shown, presses) if reply.options else {}
    said = _formatted(reply, shown) if html else text
    where = {"chat_id": chat_id, "message_id": message_id}
    if (reply.picture or reply.voice) and units <= CAPTION_LIMIT:
        caption = _words("caption", said, html)
        return Call("editMessageCaption", {**where, **caption, **markup})
    return Call("editMessageText", {**where, **_message(said, html), **markup})


def send_body(chat_id: int, reply: Reply, presses: Sequence[str]) -> bytes:
    """The JSON body of a reply's last call, the one that bears the keys."""
    return _JSON.encode(calls(chat_id, reply, presses)[-1].params)


def _plain(reply: Reply, shown: Keys) -> str:
    """The words as a person reads them."""
    return "\n".join((reply.text, *shown.lines)) if shown.lines else reply.text


def _formatted(reply: Reply, shown: Keys) -> str:
    """The words escaped, the question bold where more stands before it."""
    text = escape(reply.text, quote=False)
    before, gap, question = text.rpartition("\n\n")
    if gap and reply.options and question.strip():
        text = f"{before}\n\n<b>{question}</b>"
    if not shown.lines:
        return text
    return "\n".join((text, *(escape(line, quote=False) for line in shown.lines)))


def _parts(text: str, limit: int, html: bool) -> list[str]:
    parts = split(text, limit)
    return [escape(part, quote=False) for part in parts] if html else parts


def _words(field: str, text: str, html: bool) -> dict[str, object]:
    if not text.strip():
        return {}
    return {field: text, "parse_mode": "HTML"} if html else {field: text}


def _message(text: str, html: bool) -> dict[str, object]:
    return {**_words("text", text, html), "link_preview_options": _NO_PREVIEW}


def _markup(reply: Reply, shown: Keys, presses: Sequence[str]) -> dict[str, object]:
    """One key a row; or the standing words, under the line where one types."""
    if reply.options:
        rows = [
            [{"text": label, "callback_data": press}]
            for label, press in zip(shown.labels, presses, strict=True)
        ]
        return {"reply_markup": {"inline_keyboard": rows}}
    if reply.menu:
        words = [[{"text": word}] for word in reply.menu]
        keyboard = {"keyboard": words, "resize_keyboard": True, "is_persistent": True}
        return {"reply_markup": keyboard}
    return {}
