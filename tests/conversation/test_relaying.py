"""Which road a photo or voice message takes from one person to another."""

import pytest

from bot.conversation.relaying import Road, is_heard_elsewhere, passed_name, road

TELEGRAM, SECOND = ("telegram", "main"), ("telegram", "second")
ZALO, WEB = ("zalo_bot", "main"), ("web", "web")


@pytest.mark.parametrize("is_public", [True, False])
@pytest.mark.parametrize(
    ("kind", "origin", "target", "way"),
    [
        ("photo", TELEGRAM, TELEGRAM, "same"),
        ("voice", ZALO, ZALO, "same"),
        ("photo", TELEGRAM, SECOND, "file"),
        ("voice", TELEGRAM, SECOND, "file"),
        ("photo", TELEGRAM, WEB, "file"),
        ("voice", ZALO, WEB, "file"),
        ("photo", ZALO, TELEGRAM, "file"),
        ("photo", TELEGRAM, ZALO, "if public"),
        ("voice", TELEGRAM, ZALO, "address"),
        ("voice", ZALO, TELEGRAM, "address"),
        ("photo", WEB, TELEGRAM, ""),
        ("photo", WEB, WEB, ""),
        ("photo", TELEGRAM, ("terminal", "terminal"), ""),
    ],
)
def test_the_road_of_each_kind(
    kind: str, origin: tuple[str, str], target: tuple[str, str], way: str, is_public: bool
) -> None:
    ways: dict[str, Road] = {"if public": "file", "address": "address"}
    wanted = (ways[way] if is_public else "") if way in ways else way
    assert road(kind, origin, target, is_public=is_public) == wanted


@pytest.mark.parametrize(
    ("place", "channel", "elsewhere"),
    [
        ("telegram:main", "zalo_bot", True),
        ("zalo_bot:main", "telegram", True),
        ("telegram:main", "telegram", False),
        ("telegram:main", "web", False),
    ],
)
def test_what_a_messenger_cannot_play(place: str, channel: str, elsewhere: bool) -> None:
    assert is_heard_elsewhere(passed_name(place, "f"), channel) is elsewhere
    assert not is_heard_elsewhere(f"sent:{place}:f", channel)
