"""One bot as Telegram keeps it: its updates, chats, messages, files and webhook.

A method takes parameters and returns what stands in `result`, raises Refused, or, for a
long poll, returns a future. The offset confirms; only one may poll; none while a webhook
is set. Source: core.telegram.org/bots/api.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import msgspec

from tests.fakes.telegram_limits import Limits
from tests.fakes.telegram_rules import (
    CAPTION_LIMIT,
    TEXT_LIMIT,
    Refused,
    bad,
    boolean,
    check_action,
    check_commands,
    check_webhook,
    integer,
    markup,
    shown_text,
    structure,
)

_KINDS = ("message", "edited_message", "callback_query", "my_chat_member", "channel_post")
_REFUSALS = {
    "blocked": Refused(403, "Forbidden: bot was blocked by the user"),
    "deactivated": Refused(403, "Forbidden: user is deactivated"),
    "kicked": Refused(403, "Forbidden: bot was kicked from the group chat"),
    "deleted": bad("chat not found"),
}


@dataclass
class Sent:
    """A message of the bot, as its reader sees it now."""

    chat_id: int
    message_id: int
    method: str
    text: str
    markup: dict[str, Any] | None
    at: float
    file_id: str = ""
    edits: int = 0

    @property
    def keys(self) -> list[tuple[str, str]]:
        """(label, callback_data) of the inline keyboard."""
        rows = (self.markup or {}).get("inline_keyboard", [])
        return [(key["text"], key.get("callback_data", "")) for row in rows for key in row]


@dataclass
class FakeBot:
    """status of a chat: "open", a key of _REFUSALS, or the number it migrated to."""

    token: str
    username: str
    clock: Callable[[], float]
    limits: Limits = field(default_factory=Limits)
    chats: dict[int, str] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    messages: dict[tuple[int, int], Sent] = field(default_factory=dict)
    queue: list[tuple[int, bytes]] = field(default_factory=list)
    next_update_id: int = 1000
    confirmed: list[int] = field(default_factory=list)
    queries: dict[str, int] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    commands: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    webhook: dict[str, Any] = field(default_factory=dict)
    webhook_trouble: dict[str, Any] = field(default_factory=dict)
    actions: list[int] = field(default_factory=list)
    on_sent: list[Callable[[Sent], None]] = field(default_factory=list)
    on_pushed: list[Callable[[], None]] = field(default_factory=list)
    disorder: Callable[[list[bytes]], list[bytes]] = lambda raws: raws
    allowed: tuple[str, ...] = _KINDS
    polls: int = 0
    _ids: Any = field(default_factory=lambda: count(1))
    _poll: "asyncio.Future[bytes] | None" = None
    _poll_wants: tuple[int, asyncio.TimerHandle] | None = None

    @property
    def id(self) -> int:
        return int(self.token.partition(":")[0])

    # --- what people do -----------------------------------------------------------------

    def push(self, kind: str, body: Mapping[str, Any], times: int = 1) -> int:
        """An update for the bot; its id."""
        update_id, self.next_update_id = self.next_update_id, self.next_update_id + 1
        raw = msgspec.json.encode({"update_id": update_id, kind: body})
        if kind in self.allowed:
            for _ in range(times):
                self.push_raw(raw, update_id)
        return update_id

    def push_raw(self, raw: bytes, update_id: int | None = None) -> int:
        """Any bytes as an update; `%d` in them becomes the id."""
        if update_id is None:
            update_id, self.next_update_id = self.next_update_id, self.next_update_id + 1
            raw = raw.replace(b"%d", str(update_id).encode())
        self.queue.append((update_id, raw))
        self._answer_poll()
        for wake in self.on_pushed:
            wake()
        return update_id

    def write(self, chat_id: int, text: str, **more: Any) -> int:
        """A person writes to the bot in private; this opens the chat."""
        return self.push("message", {**self.private(chat_id), "text": text, **more})

    def private(self, chat_id: int) -> dict[str, Any]:
        """The fields that every message of a person in private has."""
        self.chats.setdefault(chat_id, "open")
        person = {"id": chat_id, "is_bot": False, "first_name": "Lan"}
        chat = {"id": chat_id, "type": "private", "first_name": "Lan"}
        return {"message_id": next(self._ids), "date": 1, "chat": chat, "from": person}

    def press(self, chat_id: int, data: str, message_id: int = 0, times: int = 1) -> str:
        """A person presses a key; the id of the query."""
        query_id = str(next(self._ids))
        self.queries[query_id] = 0
        message = {**self.private(chat_id), "message_id": message_id}
        message["from"] = {"id": self.id, "is_bot": True, "first_name": "hocvuso"}
        person = {"id": chat_id, "is_bot": False, "first_name": "Lan"}
        body = {"id": query_id, "from": person, "message": message, "data": data}
        self.push("callback_query", {**body, "chat_instance": "1"}, times)
        return query_id

    # --- what the bot does --------------------------------------------------------------

    def call(self, method: str, params: dict[str, Any], files: dict[str, bytes]) -> Any:
        """The result of one call. Raises Refused."""
        do = getattr(self, f"_do_{method.lower()}", None)
        if do is None:
            raise Refused(404, "Not Found: method not found")
        return do(params, files)

    def _do_getme(self, params: dict[str, Any], files: dict[str, bytes]) -> Any:
        return {"id": self.id, "is_bot": True, "first_name": "hocvuso", "username": self.username}

    def _do_sendmessage(self, params: dict[str, Any], files: dict[str, bytes]) -> Any:
        text = shown_text(params, "text", TEXT_LIMIT)
        if not text:
            raise bad("message text is empty")
        return self._send("sendMessage", params, text)

    def _do_sendphoto(self, params: dict[str, Any], files: dict[str, bytes]) -> Any:
        file_id = self._file(params, files, "photo", (b"\x89PNG", b"\xff\xd8\xff"))
        caption = shown_text(params, "caption", CAPTION_LIMIT)
        message = self._send("sendPhoto", params, caption, file_id)
        return {**message, "photo": [{"file_id": "small"}, {"file_id": file_id}]}

    def _do_sendvoice(self, params: dict[str, Any], files: dict[str, bytes]) -> Any:
        file_id = self._file(params, files, "voice", (b"OggS", b"ID3"))
        caption = shown_text(params, "caption", CAPTION_LIMIT)
        message = self._send("sendVoice", params, caption, file_id)
        return {**message, "voice": {"file_id": file_id}}

    def _do_sendchataction(self, params: dict[str, Any], files: dict[str, bytes]) -> Any:
        check_action(params)
        self.actions.append(self._chat(params))
        return True

    def _do_editmessagetext(self, params: dict[str, Any], files: dict[str, bytes]) -> Any:
        text = shown_text(params, "text", TEXT_LIMIT)
        if not text:
            raise bad("message text is empty")
        message = self._edited(params)
        if message.method != "sendMessage":
            raise bad("there is no text in the message to edit")
        return self._edit(message, text, markup(params))

    def _do_editmessagecaption(self, params: dict[str, Any], files: dict[str, bytes]) -> Any:
        caption = shown_text(params, "caption", CAPTION_LIMIT)
        message = self._edited(params)
        if message.method == "sendMessage":
            raise bad("there is no caption in the message to edit")
        return self._edit(message, caption, markup(params))

    def _do_getfile(self, params: dict[str, Any], files: dict[str, bytes]) -> Any:
        file_id = str(params.get("file_id", ""))
        if file_id not in self.files:
            raise bad("invalid file_id")
        return {"file_id": file_id, "file_path": f"files/{file_id}"}

    def _do_editmessagereplymarkup(self, params: dict[str, Any], files: dict[str, bytes]) -> Any:
        message = self._edited(params)
        return self._edit(message, message.text, markup(params))

    def _do_answercallbackquery(self, params: dict[str, Any], files: dict[str, bytes]) -> Any:
        query_id = str(params.get("callback_query_id", ""))
        if query_id not in self.queries:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        self.queries[query_id] += 1
        return True

    def _do_setmycommands(self, params: dict[str, Any], files: dict[str, bytes]) -> Any:
        self.commands[str(params.get("language_code", ""))] = check_commands(params)
        return True

    def _do_setwebhook(self, params: dict[str, Any], files: dict[str, bytes]) -> Any:
        url = check_webhook(params)
        if boolean(params, "drop_pending_updates"):
            self.queue.clear()
        self._allow(params)
        self.webhook = {
            "url": url,
            "secret_token": params.get("secret_token", ""),
            "max_connections": integer(params, "max_connections", 40),
        }
        for wake in self.on_pushed:
            wake()
        return True

    def _do_deletewebhook(self, params: dict[str, Any], files: dict[str, bytes]) -> Any:
        if boolean(params, "drop_pending_updates"):
            self.queue.clear()
        self.webhook = {}
        return True

    def _do_getwebhookinfo(self, params: dict[str, Any], files: dict[str, bytes]) -> Any:
        url, waiting = self.webhook.get("url", ""), len(self.queue)
        return {"url": url, "pending_update_count": waiting, **self.webhook_trouble}

    # --- getUpdates ---------------------------------------------------------------------

    def _do_getupdates(self, params: dict[str, Any], files: dict[str, bytes]) -> Any:
        self.polls += 1
        if self.webhook.get("url"):
            raise Refused(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        self._end_poll()
        self._allow(params)
        offset = integer(params, "offset", 0)
        limit = max(1, min(100, integer(params, "limit", 100)))
        timeout = max(0, min(50, integer(params, "timeout", 0)))
        if offset < 0:
            self._confirm(self.queue[max(0, len(self.queue) + offset)][0] if self.queue else 0)
        elif offset:
            self._confirm(offset)
        if self.queue or not timeout:
            return self._updates(limit)
        loop = asyncio.get_running_loop()
        self._poll = loop.create_future()
        self._poll_wants = limit, loop.call_later(timeout, self._answer_poll)
        return self._poll

    def _confirm(self, offset: int) -> None:
        self.confirmed += [id_ for id_, _ in self.queue if id_ < offset]
        self.queue = [(id_, raw) for id_, raw in self.queue if id_ >= offset]

    def _updates(self, limit: int) -> bytes:
        raws = self.disorder([raw for _, raw in self.queue[:limit]])
        return b'{"ok":true,"result":[' + b",".join(raws) + b"]}"

    def _answer_poll(self) -> None:
        if self._poll is not None and self._poll_wants is not None:
            poll, (limit, timer) = self._poll, self._poll_wants
            self._poll = self._poll_wants = None
            timer.cancel()
            if not poll.done():
                poll.set_result(self._updates(limit))

    def _end_poll(self) -> None:
        """Another poll ends the one before."""
        if self._poll is not None and self._poll_wants is not None:
            self._poll_wants[1].cancel()
            if not self._poll.done():
                self._poll.set_exception(
                    Refused(
                        409,
                        "Conflict: terminated by other getUpdates request; "
                        "make sure that only one bot instance is running",
                    )
                )
            self._poll = self._poll_wants = None

    def _allow(self, params: dict[str, Any]) -> None:
        allowed = structure(params, "allowed_updates")
        if isinstance(allowed, list):
            self.allowed = tuple(map(str, allowed)) or _KINDS

    # --- sending ------------------------------------------------------------------------

    def _chat(self, params: dict[str, Any]) -> int:
        """A chat that may be written to."""
        if isinstance(params.get("chat_id"), str) and params["chat_id"].startswith("@"):
            raise bad("chat not found")
        chat_id = integer(params, "chat_id")
        status = self.chats.get(chat_id, "deleted")
        if status.lstrip("-").isdigit():
            raise Refused(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=int(status),
            )
        if status != "open":
            raise _REFUSALS[status]
        return chat_id

    def _send(self, method: str, params: dict[str, Any], text: str, file_id: str = "") -> Any:
        keyboard = markup(params)
        chat_id = self._chat(params)
        now = self.clock()
        self.limits.take(chat_id, now)
        message = Sent(chat_id, next(self._ids), method, text, keyboard, now, file_id)
        self.sent.append(message)
        self.messages[chat_id, message.message_id] = message
        for hear in self.on_sent:
            hear(message)
        return _as_message(message)

    def _file(
        self, params: dict[str, Any], files: dict[str, bytes], name: str, starts: tuple[bytes, ...]
    ) -> str:
        if name in files:
            if not files[name].startswith(starts):
                raise bad("IMAGE_PROCESS_FAILED" if name == "photo" else "wrong file type")
            file_id = f"{name}-{len(self.files) + 1}"
            self.files[file_id] = files[name]
            return file_id
        given = params.get(name)
        if not given:
            raise bad(f"there is no {name} in the request")
        if given not in self.files:
            raise bad("wrong file identifier/HTTP URL specified")
        return str(given)

    def _edited(self, params: dict[str, Any]) -> Sent:
        chat_id = self._chat(params)
        message = self.messages.get((chat_id, integer(params, "message_id")))
        if message is None:
            raise bad("message to edit not found")
        return message

    def _edit(self, message: Sent, text: str, keyboard: dict[str, Any] | None) -> Any:
        if (text, keyboard) == (message.text, message.markup):
            raise bad(
                "message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message"
            )
        message.text, message.markup, message.edits = text, keyboard, message.edits + 1
        return _as_message(message)


def _as_message(message: Sent) -> dict[str, Any]:
    chat_type = "private" if message.chat_id > 0 else "supergroup"
    return {
        "message_id": message.message_id,
        "date": 1,
        "chat": {"id": message.chat_id, "type": chat_type},
        "text": message.text,
    }
