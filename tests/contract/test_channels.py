"""What every channel must do, however it looks: the rigs are in `channels.py`."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.base import Letter
from bot.conversation.replies import Option, Reply, utf16_units
from tests.channels.zalo_bot.conftest import until
from tests.contract import chim
from tests.contract.channels import RIGS, Messenger, Rig, rigged
from tests.running import ROOT

LAN = "4101"
MESSENGERS = [name for name, rig in RIGS.items() if issubclass(rig, Messenger)]


@pytest.fixture(params=RIGS)
async def rig(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Rig]:
    async with rigged(RIGS[request.param], tmp_path) as opened:
        yield opened


@pytest.fixture(params=MESSENGERS)
async def messenger(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Messenger]:
    async with rigged(RIGS[request.param], tmp_path) as opened:
        assert isinstance(opened, Messenger)
        yield opened


async def turns_of(rig: Rig, who: str) -> int:
    """Turns of that chat's learner; 0 where there is none."""
    assert isinstance(rig, Messenger)
    person = await rig.program.store.person(rig.address(who))
    return int(person.document.split(b'"turn":')[1].split(b",")[0].rstrip(b"}")) if person else 0


async def test_a_whole_lesson_with_its_pictures(rig: Rig) -> None:
    await rig.says(LAN, "xin chào")
    (welcome,) = await rig.told(LAN, 1)
    assert "đồng ý" in welcome.text
    assert welcome.options == 2
    seen = 1
    for _ in range(60):
        await rig.chooses(LAN, 1)
        told = await rig.told(LAN, seen + 1)
        while told[-1].options == 0:
            told = await rig.told(LAN, len(told) + 1)
        seen = len(told)
        if any("Nhớ nhé:" in one.text for one in told):
            break
    assert any("Nhớ nhé:" in one.text for one in told)
    assert any(one.picture for one in told)
    assert all(one.text for one in told)


async def test_a_number_and_a_choice_are_the_same(rig: Rig) -> None:
    await rig.says(LAN, "xin chào")
    await rig.told(LAN, 1)
    await rig.says(LAN, "số 1")
    assert "gọi thế nào" in (await rig.told(LAN, 2))[-1].text
    await rig.chooses(LAN, 2)
    assert "Cô ở phường, xã nào" in (await rig.told(LAN, 3))[-1].text


async def test_what_is_brought_twice_counts_once(rig: Rig) -> None:
    await rig.says(LAN, "xin chào", times=2)
    await rig.told(LAN, 1)
    await rig.says(LAN, "1", times=3)
    await rig.told(LAN, 2)
    await rig.says(LAN, "1")
    told = await rig.told(LAN, 3)
    assert len(told) == 3
    assert "phường, xã nào" in told[-1].text


async def test_a_long_text_is_cut_at_a_sentence(messenger: Messenger) -> None:
    await messenger.says(LAN, "xin chào")
    await messenger.told(LAN, 1)
    one = messenger.program.messengers.on[messenger.place]
    long = Reply("Câu này ngắn ạ. " * 700, (Option("a", "Cái loa"), Option("b", "Tấm ảnh")))
    sending = await one.send(Letter(messenger.address(LAN), long, ("1.a.x", "1.b.x")))
    assert sending.how == "sent"
    assert one.text_limit == messenger.units
    parts = (await messenger.told(LAN, 4))[1:]
    assert [part.options for part in parts] == [0] * (len(parts) - 1) + [2]
    assert all(utf16_units(part.text) <= messenger.units for part in parts)
    assert all(part.text.endswith("ạ.") for part in parts[:-1])


async def test_who_blocked_us_is_left_in_peace_until_they_write(messenger: Messenger) -> None:
    await messenger.says(LAN, "xin chào")
    await messenger.told(LAN, 1)
    messenger.block(LAN, True)
    await messenger.says(LAN, "1")
    await until(lambda: messenger.program.delivery.outcomes[messenger.place, "gone"] == 1)
    messenger.block(LAN, False)
    await messenger.says(LAN, "alo")
    told = await messenger.told(LAN, 2)
    assert "gọi thế nào" in told[-1].text
    assert messenger.refusals() == 1


async def test_asked_to_wait_we_wait_and_say_it_once(messenger: Messenger) -> None:
    messenger.hold()
    await messenger.says(LAN, "xin chào")
    await messenger.told(LAN, 1)
    await messenger.says(LAN, "1")
    assert len(await messenger.told(LAN, 2)) == 2


@pytest.mark.parametrize("kind", ["photo", "voice", "sticker", "unknown"])
async def test_what_is_no_word_gets_a_kind_one(messenger: Messenger, kind: str) -> None:
    await messenger.says(LAN, "xin chào")
    await messenger.told(LAN, 1)
    for said in ("1", "1", "1", "1"):
        before = len(await messenger.told(LAN, 1))
        await messenger.says(LAN, said)
        await messenger.told(LAN, before + 1)
    before = len(await messenger.told(LAN, 5))
    await messenger.sends(LAN, kind)
    told = (await messenger.told(LAN, before + 1))[before:]
    assert told[-1].options or (await messenger.told(LAN, before + 2))[-1].options
    assert all("lỗi" not in one.text for one in told)


async def test_a_group_is_sent_to_the_private_chat_once(messenger: Messenger) -> None:
    for text in ("học bài", "1", "bà Lan học đến đâu rồi?"):
        await messenger.speaks_in_group(text)
    await messenger.says(LAN, "xin chào")
    await messenger.told(LAN, 1)
    (invitation,) = messenger.in_group()
    assert "riêng" in invitation
    assert await turns_of(messenger, "-100500") == 0
    assert await turns_of(messenger, LAN) == 1


def test_the_example_is_small_and_the_page_shows_what_it_does() -> None:
    example = Path(chim.__file__).read_text("utf-8").splitlines()
    assert len(example) < 200
    page = (ROOT / "docs" / "channels.md").read_text("utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    shown = [line for block in blocks for line in block.splitlines() if line.strip(" …")]
    assert len(shown) > 10
    assert [line for line in shown if line not in example] == []
    assert f"{len(example)} lines" in page
