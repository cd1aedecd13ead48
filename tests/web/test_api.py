"""The web room over real HTTP: what it takes, what it refuses, and whose is what."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator

import httpx
import pytest

from bot.web.app import MAX_WAITING
from bot.web.reading import MAX_BODY_BYTES
from tests.web.conftest import serve
from tests.web.fakes import FakeChat

API = "/api/chat/messages"
JSON = {"content-type": "application/json"}


async def say(client: httpx.AsyncClient, text: str, **more: object) -> httpx.Response:
    return await client.post(API, json={"text": text, **more})


async def heard(client: httpx.AsyncClient, query: str = "") -> list[dict[str, object]]:
    response = await client.get(f"{API}?{query}")
    assert response.status_code == 200
    found: list[dict[str, object]] = response.json()["messages"]
    return found


def browser(url: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, timeout=20)


# --- saying and hearing --------------------------------------------------------------


async def test_the_first_message_makes_the_cookie_and_the_answer_is_there(
    client: httpx.AsyncClient, chat: FakeChat
) -> None:
    response = await say(client, "xin chào")
    assert (response.status_code, response.json()) == (202, {"id": 1})
    cookie = response.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie
    lines = await heard(client)
    assert [line["from"] for line in lines] == ["learner", "bot", "bot"]
    assert lines[2]["options"] == [
        {"label": "Gửi ảnh cho con", "press": "photo"},
        {"label": "Gọi video", "press": "video"},
        {"label": "Để mai", "press": "later"},
    ]
    assert lines[0]["at"] == "2027-03-02T02:00:00Z"
    assert await heard(client, "after=2") == lines[2:]


async def test_the_cookie_is_secure_where_the_page_is_served_over_https(chat: FakeChat) -> None:
    async with serve(chat, "https://hoc.example.vn") as url, browser(url) as client:
        response = await say(client, "xin chào")
    assert "secure" in response.headers["set-cookie"].lower()


async def test_looking_makes_nothing(client: httpx.AsyncClient, chat: FakeChat) -> None:
    for path in ("/", API, "/api/chat/stream", "/i/abc", "/privacy"):
        response = await client.get(path)
        assert response.status_code in (200, 204)
        assert "set-cookie" not in response.headers
    assert (chat.said, chat.lines) == ([], {})


async def test_a_press_and_a_typed_start_go_through(
    client: httpx.AsyncClient, chat: FakeChat
) -> None:
    await client.post("/", data={"start": "1", "id": "a"})
    assert (await client.post(API, json={"press": "7:bác:seal"})).status_code == 202
    assert [said[1:] for said in chat.said] == [(None, None, ""), (None, "7:bác:seal", None)]


@pytest.mark.parametrize("given", ["a-1", 17, "x" * 64])
async def test_a_retry_with_the_same_id_sends_once(
    client: httpx.AsyncClient, chat: FakeChat, given: object
) -> None:
    await say(client, "trước")
    first = await say(client, "một lần", id=given)
    again = await say(client, "một lần", id=given)
    assert first.json() == again.json()
    assert [said[1] for said in chat.said] == ["trước", "một lần"]
    assert chat.calls[1] == chat.calls[2]
    assert chat.said[0][0] not in chat.calls[1]


async def test_without_an_id_the_same_words_are_two_messages(
    client: httpx.AsyncClient, chat: FakeChat
) -> None:
    await say(client, "ừ")
    await say(client, "ừ")
    assert len(chat.said) == 2


@pytest.mark.parametrize(
    ("sent", "taken"),
    [
        (rb'{"text": "a\ud800b"}', "a\ufffdb"),  # half a pair
        (rb'{"text": "\ud83d\ude00"}', "\U0001f600"),  # a whole pair
        (rb'{"text": "a\u0000b"}', "ab"),
        (rb'{"text": "\u200b"}', "\u200b"),  # empty to the eye: the tutor asks again
        (b'{"text": ""}', ""),
        ('{"text": "đứng dậy"}'.encode(), "đứng dậy"),
    ],
)
async def test_odd_characters_are_cleaned_and_answered(
    client: httpx.AsyncClient, chat: FakeChat, sent: bytes, taken: str
) -> None:
    response = await client.post(API, content=sent, headers=JSON)
    assert response.status_code == 202
    assert chat.said[0][1] == taken


BAD_BODIES = [
    b"",
    b"text=hi",
    b"[]",
    b"null",
    b'"text"',
    b"{}",
    b'{"text": 1}',
    b'{"text": null}',
    b'{"text": ["a"]}',
    b'{"text": "a", "press": "b"}',
    b'{"text": "a", "text": "b"}',
    b'{"text": "a", "start": "b"}',
    b'{"start": ""}',
    b'{"text": "a", "id": true}',
    b'{"text": "a", "id": 1.5}',
    b'{"text": "a", "id": ""}',
    b'{"text": "a", "id": null}',
    b'{"text": "a", "id": {}}',
    b'{"text": "a", "id": 9223372036854775808}',
    rb'{"text": "a", "id": "\ud800"}',
    b'{"text": "a", "id": "' + b"x" * 65 + b'"}',
    b'{"text": "a", "id": ' + b"9" * 5000 + b"}",
    b'{"text": "a"',
    b'{"text": "\xff"}',
    b"[" * 50_000,
    b'{"text": ' * 5_000,
    '{"text": "a"}'.encode("utf-16"),
]


@pytest.mark.parametrize("body", BAD_BODIES, ids=lambda body: body[:24].decode("latin-1"))
async def test_what_is_no_message_is_refused_kindly(
    client: httpx.AsyncClient, chat: FakeChat, body: bytes
) -> None:
    response = await client.post(API, content=body, headers=JSON)
    assert response.status_code == 400
    assert "bác" in response.json()["message"] or "Con số" in response.json()["message"]
    assert "set-cookie" not in response.headers
    assert chat.said == []


@pytest.mark.parametrize(
    "query",
    [
        "after=-1", "after=x", "after=1.5", "after=9223372036854775808", "after=٣",
        "after=" + "9" * 400, "wait=-1", "wait=nan", "wait=inf", "wait=1e3",
        "wait=18446744073709551616", "wait=" + "9" * 400,
    ],
)  # fmt: skip
async def test_bad_numbers_are_refused(client: httpx.AsyncClient, query: str) -> None:
    response = await client.get(f"{API}?{query}")
    assert response.status_code == 400
    assert response.json()["error"] == "web:bad_number"


@pytest.mark.parametrize("path", [API, "/", "/i/abc"])
@pytest.mark.parametrize("told", [True, False], ids=["with a length", "in chunks"])
async def test_ten_megabytes_are_refused_before_they_are_read(
    client: httpx.AsyncClient, chat: FakeChat, path: str, told: bool
) -> None:
    taken = 0

    async def parts() -> AsyncIterator[bytes]:
        nonlocal taken
        for _ in range(160):
            taken += 1
            yield b"a" * MAX_BODY_BYTES

    headers = {"content-length": str(160 * MAX_BODY_BYTES)} if told else {}
    response = await client.post(path, content=parts(), headers=headers)
    assert response.status_code == 413
    assert response.json()["message"] == "Tin dài quá, bác viết ngắn lại giúp nhé."
    assert chat.said == []


async def test_the_longest_body_is_taken(client: httpx.AsyncClient, chat: FakeChat) -> None:
    body = b'{"text": "' + b"a" * (MAX_BODY_BYTES - 12) + b'"}'
    assert len(body) == MAX_BODY_BYTES
    assert (await client.post(API, content=body)).status_code == 202
    assert (await client.post(API, content=body + b" ")).status_code == 413


# --- whose is what -------------------------------------------------------------------


async def test_two_visitors_never_see_each_other(url: str, chat: FakeChat) -> None:
    async with browser(url) as one, browser(url) as two:
        await say(one, "bí mật của một")
        await say(two, "bí mật của hai")
        for client, other in ((one, "của hai"), (two, "của một")):
            seen = (await client.get("/")).text
            for number in range(8):
                seen += json.dumps(await heard(client, f"after={number}"), ensure_ascii=False)
            async with client.stream("GET", "/api/chat/stream?after=0") as stream:
                for line in [event async for event in events(stream, 3)]:
                    seen += str(line)
            assert other not in seen
        assert len({said[0] for said in chat.said}) == 2


@pytest.mark.parametrize("forged", ["abc", "abc.def", "", "é", "a" * 3000, "x.y.z"])
async def test_a_forged_cookie_is_a_newcomer(url: str, chat: FakeChat, forged: str) -> None:
    async with browser(url) as one:
        await say(one, "bí mật")
        visitor = chat.said[0][0]
        for value in (forged, f"{visitor}.{forged}", visitor, one.cookies["hocvuso"][:-1]):
            cookie = {b"cookie": f"hocvuso={value}".encode()}
            async with browser(url) as two:
                assert (await two.get(API, headers=cookie)).json() == {"messages": []}
                assert "Bắt đầu" in (await two.get("/", headers=cookie)).text
                response = await two.post(API, json={"text": "a"}, headers=cookie)
                assert response.status_code == 202
                assert "set-cookie" in response.headers
    assert all(said[0] != visitor for said in chat.said[1:])


async def test_after_an_erasure_the_browser_is_somebody_new(
    client: httpx.AsyncClient, chat: FakeChat
) -> None:
    await say(client, "một")
    chat.lines.clear()
    await say(client, "hai")
    assert chat.said[0][0] != chat.said[1][0]
    assert next(line["text"] for line in await heard(client)) == "hai"


FOREIGN = [
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": "http://127.0.0.1:1"},
    {"origin": "http://[broken"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "same-origin", "origin": "https://evil.example"},
    {"sec-fetch-site": "cross-site", "origin": "{own}"},
]
OWN = [
    {},
    {"origin": "{own}"},
    {"sec-fetch-site": "same-origin", "origin": "{own}"},
    {"sec-fetch-site": "same-origin", "origin": "null"},
    {"sec-fetch-site": "none"},
    {"origin": "https://hoc.example.vn"},
]


@pytest.mark.parametrize(
    ("headers", "status"), [(h, 403) for h in FOREIGN] + [(h, 202) for h in OWN]
)
async def test_another_site_cannot_speak_for_a_visitor(
    chat: FakeChat, headers: dict[str, str], status: int
) -> None:
    async with serve(chat, "https://hoc.example.vn/") as url, browser(url) as client:
        sent = {name: value.format(own=url) for name, value in headers.items()}
        assert (await client.post(API, json={"text": "a"}, headers=sent)).status_code == status
        if status == 403:
            for path in ("/", "/i/abc"):
                refused = await client.post(path, data={"text": "a"}, headers=sent)
                assert refused.status_code == 403
    assert len(chat.said) == (status == 202)


# --- waiting -------------------------------------------------------------------------


async def test_a_long_poll_wakes_on_news(client: httpx.AsyncClient, chat: FakeChat) -> None:
    last = (await say(client, "một")).json()["id"] + 2
    visitor = chat.said[0][0]
    poll = asyncio.create_task(heard(client, f"after={last}&wait=25"))
    await chat.until_waiting(1)
    chat.add(visitor, "bot", "Đến giờ học ạ.")
    await chat.wake()
    assert [line["text"] for line in await poll] == ["Đến giờ học ạ."]


async def test_a_long_poll_ends_with_its_time(client: httpx.AsyncClient) -> None:
    await say(client, "một")
    assert await heard(client, "after=3&wait=0.05") == []


async def events(
    response: httpx.Response, number: int
) -> AsyncIterator[tuple[str, dict[str, object]]]:
    """The first events of a stream: (id, data)."""
    id_, data = "", ""
    async for line in response.aiter_lines():
        if line.startswith("id:"):
            id_ = line[3:].strip()
        elif line.startswith("data:"):
            data = line[5:].strip()
        elif not line and data:
            yield id_, json.loads(data)
            data, number = "", number - 1
            if number == 0:
                return


async def test_a_stream_goes_on_where_it_stopped(client: httpx.AsyncClient, chat: FakeChat) -> None:
    await say(client, "một")
    async with client.stream("GET", "/api/chat/stream") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        seen = [event async for event in events(stream, 3)]
    assert [id_ for id_, _ in seen] == ["1", "2", "3"]
    assert seen[0][1]["text"] == "một"
    for path, headers in (
        ("/api/chat/stream", {"last-event-id": "2"}),
        ("/api/chat/stream?after=0", {"last-event-id": "2"}),
        ("/api/chat/stream?after=2", {}),
    ):
        async with client.stream("GET", path, headers=headers) as stream:
            assert [id_ async for id_, _ in events(stream, 1)] == ["3"]


async def test_a_stream_brings_news(client: httpx.AsyncClient, chat: FakeChat) -> None:
    await say(client, "một")
    async with client.stream("GET", "/api/chat/stream?after=3") as stream:
        await chat.until_waiting(1)
        chat.add(chat.said[0][0], "bot", "Đến giờ học ạ.")
        await chat.wake()
        assert [data["text"] async for _, data in events(stream, 1)] == ["Đến giờ học ạ."]


async def test_a_visitor_holds_a_bounded_number_of_streams(
    url: str, client: httpx.AsyncClient, chat: FakeChat
) -> None:
    await say(client, "một")
    polls = []
    for number in range(MAX_WAITING):
        polls.append(asyncio.create_task(heard(client, "after=3&wait=25")))
        await chat.until_waiting(number + 1)
    for path in ("/api/chat/stream?after=3", f"{API}?after=3&wait=1"):
        refused = await client.get(path)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "3")
    async with browser(url) as other:  # another visitor is not in the way
        await say(other, "hai")
        assert await heard(other, "after=0&wait=1")
    chat.add(chat.said[0][0], "bot", "mới")
    await chat.wake()
    assert all(await asyncio.gather(*polls))
    assert await heard(client, "after=99&wait=0.01") == []


# --- links ---------------------------------------------------------------------------


async def test_looking_at_a_ticket_burns_nothing(client: httpx.AsyncClient, chat: FakeChat) -> None:
    chat.tickets = {"back": ("return", "visitor-1"), "come": ("invite", "")}
    pages = {(await client.get(f"/i/{ticket}")).text for ticket in ("back", "come", "no")}
    assert len(pages) == 1
    assert "<form" in pages.pop()
    assert set(chat.tickets) == {"back", "come"}
    assert chat.said == []


async def test_a_return_ticket_opens_its_chat_once(url: str, chat: FakeChat) -> None:
    chat.tickets = {"back": ("return", "visitor-1")}
    chat.add("visitor-1", "bot", "Bài hôm qua")
    async with browser(url) as phone, browser(url) as stranger:
        response = await phone.post("/i/back")
        assert (response.status_code, response.headers["location"]) == (303, "/#end")
        assert "Bài hôm qua" in (await phone.get("/")).text
        await stranger.post("/i/back")
        assert "Bài hôm qua" not in (await stranger.get("/")).text
    assert chat.said == [(chat.said[0][0], None, None, "back")]


@pytest.mark.parametrize("ticket", ["come", "unknown", "a" * 64])
async def test_any_other_ticket_is_a_start(
    client: httpx.AsyncClient, chat: FakeChat, ticket: str
) -> None:
    chat.tickets = {"come": ("invite", "")}
    for _ in range(2):  # a double tap
        assert (await client.post(f"/i/{ticket}")).status_code == 303
    assert [said[1:] for said in chat.said] == [(None, None, ticket)]
    assert ticket not in chat.calls[0]
    assert "Cháu gọi mình là gì ạ?" in (await client.get("/")).text


@pytest.mark.parametrize("ticket", ["a" * 65, "%00", "%D1%8B", "a%20b", "<b>"])
async def test_what_can_be_no_ticket_is_an_ordinary_welcome(
    client: httpx.AsyncClient, chat: FakeChat, ticket: str
) -> None:
    assert (await client.post(f"/i/{ticket}")).status_code == 303
    assert [said[1:] for said in chat.said] == [(None, None, "")]


# --- the page as a form --------------------------------------------------------------


async def test_the_form_speaks_and_comes_back(client: httpx.AsyncClient, chat: FakeChat) -> None:
    response = await client.post("/", data={"text": "xin chào", "id": "f1"})
    assert (response.status_code, response.headers["location"]) == (303, "/#end")
    await client.post("/", data={"text": "xin chào", "id": "f1"})  # the same form again
    await client.post("/", data={"text": "khác", "id": "f1"})  # new words in an old form
    await client.post("/", data={"text": "  ", "id": "f2"})
    await client.post("/", data={"press": "photo", "id": "f3"})
    assert [said[1:3] for said in chat.said] == [
        ("xin chào", None),
        ("khác", None),
        (None, "photo"),
    ]


@pytest.mark.parametrize(
    "body",
    [b"", b"x=1", b"text=a&press=b", b"text=a&text=b", b"\xff", b"text=a&id=" + b"x" * 65,
     b"&".join([b"a=1"] * 50)],
)  # fmt: skip
async def test_a_bad_form_is_refused_kindly(
    client: httpx.AsyncClient, chat: FakeChat, body: bytes
) -> None:
    response = await client.post("/", content=body, headers={"accept": "text/html"})
    assert response.status_code == 400
    assert "<h1>Chưa được ạ</h1>" in response.text
    assert chat.said == []


HOSTILE = [
    '<script>alert("x")</script>',
    '"><img src=x onerror=alert(1)>',
    "{{ 7777*7777 }}",
    "'-->",
]


@pytest.mark.parametrize("payload", HOSTILE)
async def test_nothing_is_code(client: httpx.AsyncClient, chat: FakeChat, payload: str) -> None:
    await say(client, payload)
    visitor = chat.said[0][0]
    chat.add(visitor, "bot", payload, [(payload, payload)])
    page = (await client.get("/")).text
    if "<" in payload:
        assert payload not in page
    assert "60481729" not in page
    assert [line["text"] for line in await heard(client)].count(payload) == 2


# --- headers, health, trouble --------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/", API, "/i/abc", "/privacy", "/healthz", "/nowhere", f"{API}?after=x"]
)
async def test_every_answer_is_guarded(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"


async def test_pages_hold_nothing_inline_and_ask_no_other_site(
    client: httpx.AsyncClient, chat: FakeChat
) -> None:
    pages = [(await client.get(path)).text for path in ("/", "/i/a", "/privacy")]
    await client.post("/", data={"start": "1"})
    pages.append((await client.get("/")).text)
    for page in pages:
        assert "style=" not in page
        assert "<style" not in page
        assert " on" + "click" not in page
        assert "http://" not in page
        assert "https://" not in page
        assert 'src="//' not in page


async def test_a_first_load_is_small(client: httpx.AsyncClient) -> None:
    await client.post("/", data={"start": "1"})
    page = await client.get("/")
    size = len(page.content)
    for name in ("chat.css", "chat.js", "icon.svg"):
        response = await client.get(f"/static/{name}")
        assert "max-age" in response.headers["cache-control"]
        size += len(response.content)
    assert size <= 100 * 1024


async def test_health_says_what_the_tutor_says(client: httpx.AsyncClient, chat: FakeChat) -> None:
    assert (await client.get("/healthz")).json() == {"alive": True}
    assert (await client.get("/readyz")).status_code == 200
    chat.fails = TimeoutError()
    response = await client.get("/readyz")
    assert (response.status_code, response.json()["reason"]) == (503, "disk full")


@pytest.mark.parametrize("error", [TimeoutError(), RuntimeError("mật khẩu của tôi"), KeyError("x")])
async def test_trouble_is_a_kind_503_without_words_in_the_log(
    client: httpx.AsyncClient,
    chat: FakeChat,
    error: Exception,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    chat.fails = error
    response = await say(client, "lời riêng tư", id="a")
    assert response.status_code == 503
    assert response.json()["error"] == "web:busy"
    assert "bận" in response.json()["message"]
    page = await client.post("/", data={"start": "1"}, headers={"accept": "text/html"})
    assert page.status_code == 503
    assert "bận" in page.text
    out = "".join(capfd.readouterr()) + caplog.text
    assert "web." in out
    assert "riêng tư" not in out
    assert "mật khẩu" not in out


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("PUT", API, 405),
        ("DELETE", "/", 405),
        ("HEAD", "/", 200),
        ("HEAD", API, 200),
        ("GET", "/static/../app.py", 404),
        ("GET", "/static/%2e%2e/app.py", 404),
        ("GET", "/static/%00", 404),
        ("GET", "/i/", 404),
    ],
)
async def test_other_requests_get_an_ordinary_answer(
    client: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    assert (await client.request(method, path)).status_code == status


async def test_an_english_chat_has_an_english_page(
    client: httpx.AsyncClient, chat: FakeChat
) -> None:
    chat.spoken = "en"
    await client.post("/", data={"start": "1"})
    page = (await client.get("/")).text
    assert '<html lang="en">' in page
    assert "Repeat" in page
    assert 'value="back"' in page
