"""A reply as Zalo's Bot Platform can show it: plain text with numbers, in calls. Pure.

There are no buttons: options stand numbered, and the learner types a number or words.
No formatting is ever asked for, so nothing typed or taught can be read as such. What had
to be split bears its options on the last part.
Source: Zalo Bot Platform, sendMessage, sendPhoto, sendVoice; learner-experience.md C2.
"""

import msgspec

from bot.channels.splitting import texts
from bot.conversation.replies import Reply, utf16_units, without


class Call(msgspec.Struct, frozen=True):
    """One call. instead: what is said where Zalo will not take this one; None: nothing
    else would say it."""

    method: str
    params: dict[str, str]
    instead: "tuple[Call, ...] | None" = None


def calls(
    chat_id: str,
    reply: Reply,
    *,
    text_limit: int,
    caption_limit: int,
    picture_url: str = "",
    voice_url: str = "",
) -> tuple[Call, ...]:
    """The calls that say a reply, in order; at least one where there are any words.

    Addresses are public ones, "" where there is none: the words of a picture stand in
    the text already. A voice comes first, so that the question stays last.
    """
    chat = {"chat_id": chat_id}
    made: list[Call] = []
    if voice_url:
        # In a group Zalo may say yes and never show it; nothing is lost, the words follow.
        instead = (_message(chat, reply.voice_words),) if reply.voice_words else ()
        made.append(Call("sendVoice", {**chat, "voice_url": voice_url}, instead))
    words = tuple(_message(chat, part) for part in texts(reply, text_limit))
    if not picture_url:
        return (*made, *words)
    photo = {**chat, "photo": picture_url}
    told = tuple(_message(chat, part) for part in texts(without(reply, ["picture"]), text_limit))
    if len(words) == 1 and utf16_units(words[0].params["text"]) <= caption_limit:
        captioned = {**photo, "caption": words[0].params["text"]}
        return (*made, Call("sendPhoto", captioned, told))
    instead = (_message(chat, reply.picture_words),) if reply.picture_words else ()
    return (*made, Call("sendPhoto", photo, instead), *words)


def _message(chat: dict[str, str], text: str) -> Call:
    return Call("sendMessage", {**chat, "text": text})
