"""The page in a real browser: a whole chat, with scripts and without, and for everyone.

Chromium is wanted, never skipped: set HOCVUSO_CHROMIUM where it is not /usr/bin/chromium.
axe-core is found through HOCVUSO_AXE (a path to axe.min.js) or in .venv/axe.
"""

import asyncio
import itertools
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Route, async_playwright, expect

from tests.web.fakes import FakeChat

ROOT = Path(__file__).parents[2]
ARGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE = {"width": 390, "height": 844}
SMALL = {"width": 320, "height": 568}
Open = Callable[..., Awaitable[Page]]


@pytest.fixture(scope="session")
def chromium() -> str:
    path = Path(os.environ.get("HOCVUSO_CHROMIUM", "/usr/bin/chromium"))
    if not path.exists():
        pytest.fail(
            f"There is no Chromium at {path}: install it (apt install chromium) or set "
            "HOCVUSO_CHROMIUM to where it is."
        )
    return str(path)


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium, args=ARGS)
        yield running
        await running.close()


@pytest.fixture
async def open_page(browser: Browser, url: str) -> AsyncIterator[Open]:
    """Opens `/` in a fresh browser profile; any error in its console fails the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    async def opened(viewport: dict[str, int] = PHONE, **more: Any) -> Page:
        context = await browser.new_context(viewport=viewport, **more)  # type: ignore[arg-type]
        contexts.append(context)
        page = await context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console",
            lambda said: errors.append(said.text) if "Content Security" in said.text else None,
        )
        await page.goto(url)
        return page

    yield opened
    for context in contexts:
        await context.close()
    assert errors == []


@pytest.fixture(scope="session")
def axe() -> str:
    path = Path(os.environ.get("HOCVUSO_AXE", ROOT / ".venv/axe/node_modules/axe-core/axe.min.js"))
    if not path.exists():
        pytest.fail(
            f"There is no axe-core at {path}: run npm install --prefix .venv/axe axe-core@4, "
            "or set HOCVUSO_AXE."
        )
    return path.read_text("utf-8")


async def begin(page: Page) -> None:
    await page.get_by_role("button", name="Bắt đầu").click()
    await expect(page.locator(".key")).to_have_count(3)


async def type_in(page: Page, words: str) -> None:
    await page.fill("#answer", words)
    await page.press("#answer", "Enter")


def texts(page: Page) -> Any:
    return page.locator("#log .text")


# --- pictures -----------------------------------------------------------------------


async def test_a_picture_stands_with_its_words(
    open_page: Open, chat: FakeChat, axe: str, url: str
) -> None:
    """With scripts and without: seen, said once to who hears, its place kept beforehand."""
    page = await open_page()

    async def draw(route: Route) -> None:
        svg = '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="350"/>'
        await route.fulfill(body=svg, content_type="image/svg+xml")

    await page.route("**/media/*", draw)
    await begin(page)
    chat.add(chat.said[0][0], "bot", "(Hình: một cái cây)", picture="a.1.b")
    await chat.wake()
    picture = page.get_by_role("img", name="(Hình: một cái cây)")
    for _ in range(2):
        await expect(picture).to_be_visible()
        assert await picture.get_attribute("src") == "/media/a.1.b"
        assert await picture.get_attribute("loading") == "lazy"
        await expect(texts(page).last).to_have_text("(Hình: một cái cây)")
        assert await texts(page).last.get_attribute("aria-hidden") == "true"
        box = await picture.bounding_box()
        assert box is not None
        assert box["width"] <= PHONE["width"]
        await page.evaluate(axe)
        found = await page.evaluate("axe.run('#log', {runOnly: ['wcag2a', 'wcag2aa']})")
        assert found["violations"] == []
        await page.reload()  # the second time the server has drawn the line


# --- a whole chat --------------------------------------------------------------------


async def test_a_whole_chat(open_page: Open, chat: FakeChat) -> None:
    page = await open_page()
    await begin(page)
    assert await page.locator(".key").all_inner_texts() == ["1\nBác", "2\nCô", "3\nAnh/chị"]
    marked = await page.evaluate("window.sameDocument = true")
    await page.get_by_role("button", name="1 Bác").click()
    await expect(page.get_by_role("button", name="2 Gọi video")).to_be_visible()
    await expect(page.locator(".past li")).to_have_text(["1 Bác", "2 Cô", "3 Anh/chị"])
    await type_in(page, "2")
    await expect(texts(page).last).to_have_text("Hôm nay bác muốn học gì ạ?")
    await expect(page.locator(".line.learner")).to_have_count(2)
    await page.get_by_role("button", name="7 Quay lại").click()
    await expect(page.locator(".line.learner")).to_have_count(3)
    await expect(page.locator("#unsent .bubble")).to_have_count(0)
    await expect(page.locator(".key")).to_have_count(3)
    assert marked
    assert await page.evaluate("window.sameDocument")
    said = [(text, press) for _, text, press, _ in chat.said]
    assert said == [(None, None), (None, "bác"), ("2", None), ("quay lại", None)]
    before = await texts(page).all_inner_texts()
    await page.reload()
    assert await texts(page).all_inner_texts() == before


async def test_a_whole_chat_without_scripts(open_page: Open, chat: FakeChat) -> None:
    page = await open_page(java_script_enabled=False)
    await begin(page)
    await page.get_by_role("button", name="1 Bác").click()
    await expect(page.get_by_role("button", name="2 Gọi video")).to_be_visible()
    assert page.url.endswith("/#end")
    await type_in(page, "tôi bị mất tiền")
    await expect(page.locator(".alert")).to_contain_text("Cần chú ý")
    await page.get_by_role("button", name="8 Nhắc lại").click()
    await expect(page.locator(".line.learner")).to_have_count(3)
    await expect(page.locator(".key")).to_have_count(3)
    said = [(text, press) for _, text, press, _ in chat.said]
    assert said == [(None, None), (None, "bác"), ("tôi bị mất tiền", None), ("nhắc lại", None)]


async def test_news_comes_by_itself_and_danger_is_an_alert(open_page: Open, chat: FakeChat) -> None:
    page = await open_page()
    await begin(page)
    await chat.until_waiting(1)
    chat.add(chat.said[0][0], "bot", "Bác khoan bấm ạ.", alert=True)
    await chat.wake()
    await expect(page.get_by_role("alert")).to_contain_text("Bác khoan bấm ạ.")
    await expect(page.locator(".key")).to_have_count(0)  # the older question is not live


async def test_where_streams_are_blocked_the_page_polls(open_page: Open, chat: FakeChat) -> None:
    page = await open_page()
    await page.route("**/api/chat/stream**", lambda route: route.fulfill(status=429))
    await begin(page)
    await chat.until_waiting(1)
    chat.add(chat.said[0][0], "bot", "Đến giờ học ạ.")
    await chat.wake()
    await expect(texts(page).last).to_have_text("Đến giờ học ạ.")


async def test_without_a_voice_listen_asks_the_tutor(open_page: Open, chat: FakeChat) -> None:
    page = await open_page()
    await page.add_init_script("speechSynthesis.getVoices = () => []")
    await begin(page)
    await page.get_by_role("button", name="9 Nghe").click()
    await expect(page.locator(".line.learner")).to_have_count(1)
    assert chat.said[-1][1] == "nghe"


async def test_with_a_voice_listen_reads_here(open_page: Open, chat: FakeChat) -> None:
    page = await open_page()
    await page.add_init_script(
        "window.spoken = [];"
        "speechSynthesis.getVoices = () => [{lang: 'vi-VN'}];"
        "speechSynthesis.speak = (speech) => spoken.push(speech.text);"
        "window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };"
    )
    await begin(page)
    await page.get_by_role("button", name="9 Nghe").click()
    assert (await page.evaluate("spoken"))[-4:] == [
        "Cháu gọi mình là gì ạ?", "1 Bác", "2 Cô", "3 Anh/chị",
    ]  # fmt: skip
    assert len(chat.said) == 1


# --- a bad network -------------------------------------------------------------------


async def test_offline_the_words_stay_and_a_retry_sends_once(
    open_page: Open, chat: FakeChat
) -> None:
    page = await open_page()
    await begin(page)
    await page.context.set_offline(True)
    await type_in(page, "tin quan trọng")
    await expect(page.locator("#trouble")).to_contain_text("Mất mạng. Tin của bác vẫn còn đây")
    await expect(page.locator("#unsent")).to_contain_text("tin quan trọng")
    assert [said[1] for said in chat.said] == [None]
    await page.context.set_offline(False)  # the page hears of it and sends by itself
    await expect(page.locator(".line.learner .text")).to_have_text(["tin quan trọng"])
    await expect(page.locator("#trouble")).not_to_contain_text("Mất mạng")
    await expect(page.locator("#unsent .bubble")).to_have_count(0)
    assert [said[1] for said in chat.said] == [None, "tin quan trọng"]


async def test_an_answer_lost_on_the_way_is_retried_with_the_same_id(
    open_page: Open, chat: FakeChat
) -> None:
    page = await open_page()
    await begin(page)
    lost = 0

    async def lose_the_answer(route: Route) -> None:
        nonlocal lost
        if route.request.method == "POST" and not lost:
            lost += 1
            await route.fetch()
            await route.abort()
        else:
            await route.continue_()

    await page.route("**/api/chat/messages", lose_the_answer)
    await type_in(page, "một lần thôi")
    await page.get_by_role("button", name="Gửi lại").click()
    await expect(page.locator("#unsent .bubble")).to_have_count(0)
    await expect(page.locator(".line.learner")).to_have_count(1)
    assert [said[1] for said in chat.said] == [None, "một lần thôi"]
    assert len(chat.calls) == 3
    assert chat.calls[1] == chat.calls[2]


async def test_unsent_words_outlive_a_reload(open_page: Open, chat: FakeChat) -> None:
    page = await open_page()
    await begin(page)
    chat.fails = TimeoutError()
    await type_in(page, "đừng mất nhé")
    await expect(page.locator("#trouble")).to_contain_text("bận")
    chat.fails = None
    await page.reload()
    await expect(page.locator(".line.learner .text")).to_have_text(["đừng mất nhé"])
    assert [said[1] for said in chat.said] == [None, "đừng mất nhé"]


async def test_too_long_a_message_comes_back_to_be_shortened(
    open_page: Open, chat: FakeChat
) -> None:
    page = await open_page()
    await begin(page)
    await type_in(page, "dài " * 20_000)
    await expect(page.locator("#trouble")).to_contain_text("Tin dài quá")
    assert len(await page.input_value("#answer")) > 70_000
    assert len(chat.said) == 1


async def test_a_trembling_finger_counts_once(open_page: Open, chat: FakeChat) -> None:
    page = await open_page()
    await begin(page)
    await page.evaluate("const key = document.querySelector('.key'); key.click(); key.click()")
    await expect(page.get_by_role("button", name="2 Gọi video")).to_be_visible()
    assert [said[2] for said in chat.said] == [None, "bác"]


# --- for everyone --------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(
    open_page: Open, axe: str, url: str, scheme: Literal["light", "dark"]
) -> None:
    # The page's own policy forbids foreign scripts, so axe comes in through the debugger.
    page = await open_page(color_scheme=scheme)
    await begin(page)
    await type_in(page, "tôi bị mất tiền")
    await expect(page.locator(".alert + .line .key")).to_have_count(3)
    cookies = await page.context.cookies()
    for path in ("/", "/privacy", "/i/abc", "/nowhere", "new"):
        if path == "new":
            await page.context.clear_cookies()
            await page.goto(url)
        elif path != "/":
            await page.goto(url + path)
        await page.evaluate(axe)
        found = await page.evaluate(
            "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})"
        )
        wrong = [(v["id"], v["nodes"][0]["html"], v["help"]) for v in found["violations"]]
        assert wrong == [], path
    assert cookies


@pytest.mark.parametrize("size", ["20", "24", "28"])
@pytest.mark.parametrize("viewport", [SMALL, PHONE, {"width": 640, "height": 400}])
async def test_nothing_is_cut_off_on_a_small_screen(
    open_page: Open, chat: FakeChat, size: str, viewport: dict[str, int]
) -> None:
    page = await open_page(viewport)
    await page.evaluate("size => localStorage.setItem('hocvuso.size', size)", size)
    await begin(page)
    visitor = chat.said[0][0]
    long = "https://rat-dai.example/" + "a" * 80
    chat.add(visitor, "bot", long, [(long, "x"), ("Nghiêng nghiêng nghiễm nhiên", "y")])
    await chat.wake()
    await expect(page.locator(".key")).to_have_count(2)
    assert await page.evaluate("getComputedStyle(document.documentElement).fontSize") == f"{size}px"
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    cut = await page.evaluate(
        "[...document.querySelectorAll('.key, .plain, .send, .bubble, .size')]"
        ".filter(e => e.scrollWidth > e.clientWidth + 1 || e.getBoundingClientRect().right >"
        " innerWidth).map(e => e.outerHTML)"
    )
    assert cut == []


async def test_keys_are_large_and_apart(open_page: Open) -> None:
    page = await open_page(SMALL)
    await begin(page)
    boxes = [box for key in await page.locator(".key").all() if (box := await key.bounding_box())]
    assert [box["height"] >= 72 and box["width"] == 288 for box in boxes] == [True] * 3
    gaps = [b["y"] - a["y"] - a["height"] for a, b in itertools.pairwise(boxes)]
    assert all(gap >= 12 for gap in gaps)
    small = await page.evaluate(
        "[...document.querySelectorAll('a, button, input:not([type=hidden])')]"
        ".filter(e => e.className != 'skip' && e.getClientRects().length)"
        ".filter(e => Math.min(e.offsetHeight, e.offsetWidth) < 44).map(e => e.outerHTML)"
    )
    assert small == []
    tiny = await page.evaluate(
        "[...document.querySelectorAll('body *')].map(e => parseFloat(getComputedStyle(e)"
        ".fontSize)).filter(px => px < 18)"
    )
    assert tiny == []


async def test_larger_text_is_remembered(open_page: Open) -> None:
    page = await open_page()
    await page.get_by_role("button", name="Chữ to hơn").click()
    await page.get_by_role("button", name="Chữ to hơn").click()
    await page.get_by_role("button", name="Chữ to hơn").click(force=True)  # the end
    await begin(page)
    assert await page.evaluate("getComputedStyle(document.documentElement).fontSize") == "28px"
    await page.get_by_role("button", name="Chữ nhỏ hơn").click()
    assert await page.evaluate("getComputedStyle(document.documentElement).fontSize") == "24px"


async def test_dark_and_light_follow_the_phone(open_page: Open) -> None:
    for scheme, back, front in (
        ("light", "rgb(255, 248, 231)", "rgb(26, 26, 26)"),
        ("dark", "rgb(18, 18, 18)", "rgb(245, 245, 245)"),
    ):
        page = await open_page(color_scheme=scheme)
        style = "(s => [s.backgroundColor, s.color])(getComputedStyle(document.body))"
        assert await page.evaluate(style) == [back, front]


async def test_the_focus_never_moves_and_is_never_under_the_bar(
    open_page: Open, chat: FakeChat
) -> None:
    page = await open_page()
    await begin(page)
    assert await page.evaluate("document.activeElement.tagName") == "BODY"
    await page.get_by_role("button", name="2 Cô").focus()
    for number in range(4):
        chat.add(chat.said[0][0], "bot", f"Tin {number}\n" * 6, [("Một", "1"), ("Hai", "2")])
        await chat.wake()
        await expect(texts(page).last).to_contain_text(f"Tin {number}")
    # The key is gone, but the reader stands where it was.
    assert "Cô" in await page.evaluate("document.activeElement.textContent")
    await page.focus("#answer")
    for _ in range(7):  # up to the first link
        await page.keyboard.press("Shift+Tab")
        hidden = await page.evaluate(
            "(e => !e.closest('#bar') && e.getBoundingClientRect().bottom >"
            " document.getElementById('bar').getBoundingClientRect().top)(document.activeElement)"
        )
        assert hidden is False
        ring = await page.evaluate("getComputedStyle(document.activeElement).outline")
        assert "3px" in ring
        assert "rgb(11, 61, 145)" in ring


async def test_a_reader_of_old_lines_is_not_pulled_down(open_page: Open, chat: FakeChat) -> None:
    page = await open_page()
    await begin(page)
    visitor = chat.said[0][0]
    for number in range(12):
        chat.add(visitor, "bot", f"Dòng {number}\nhai\nba")
    await chat.wake()
    await expect(texts(page).last).to_contain_text("Dòng 11")
    await page.evaluate("scrollTo(0, 0)")
    chat.add(visitor, "bot", "Tin mới đây")
    await chat.wake()
    await expect(page.locator("#newer")).to_be_visible()
    assert await page.evaluate("scrollY") == 0
    await page.locator("#newer").click()
    await expect(texts(page).last).to_be_in_viewport()
    await expect(page.locator("#newer")).to_be_hidden()
    chat.add(visitor, "bot", "Tin cuối")
    await chat.wake()
    await expect(texts(page).last).to_have_text("Tin cuối")
    await expect(texts(page).last).to_be_in_viewport()


async def test_the_log_is_named_and_still_under_reduced_motion(
    open_page: Open, chat: FakeChat
) -> None:
    page = await open_page(reduced_motion="reduce")
    await begin(page)
    assert await page.evaluate("document.documentElement.lang") == "vi"
    await expect(page.get_by_role("log", name="Cuộc trò chuyện")).to_be_visible()
    held = asyncio.Event()

    async def hold(route: Route) -> None:
        await held.wait()
        await route.continue_()

    await page.route("**/api/chat/messages", hold)
    await type_in(page, "chờ")
    moving = "getComputedStyle(document.querySelector('.dots i')).animationName"
    assert await page.evaluate(moving) == "none"
    assert await page.locator("#unsent").get_attribute("aria-hidden") == "true"
    held.set()
    await expect(page.locator(".line.learner")).to_have_count(1)


async def test_the_page_asks_nothing_of_other_sites(open_page: Open, url: str) -> None:
    page = await open_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await begin(page)
    await type_in(page, "xin chào")
    await expect(page.locator(".line.learner")).to_have_count(1)
    assert asked
    assert all(address.startswith(url) for address in asked)
