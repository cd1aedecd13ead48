"""Only this installation makes an address of a picture, and it ends with its day."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.media.links import MediaLinks

NOW = datetime(2027, 3, 2, 2, 0, tzinfo=UTC)
LINKS = MediaLinks(b"a secret for tests only")


def test_a_key_names_what_it_was_made_for() -> None:
    key = LINKS.key("asset:kb_delete_mic", NOW)
    assert LINKS.read(key, NOW) == "asset:kb_delete_mic"
    assert set(key) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


def test_a_key_stays_the_same_for_a_day() -> None:
    """So that a browser that has the picture does not ask again."""
    later = NOW.replace(hour=23, minute=59)
    assert LINKS.key("garden:110", NOW) == LINKS.key("garden:110", later)


@pytest.mark.parametrize(("days", "good"), [(0, True), (2, True), (3, False), (400, False)])
def test_a_key_ends_with_its_day(days: int, good: bool) -> None:
    key = LINKS.key("garden:110", NOW)
    assert (LINKS.read(key, NOW + timedelta(days=days)) is not None) == good


@given(st.text(max_size=80))
def test_what_is_no_key_is_nothing(text: str) -> None:
    assert LINKS.read(text, NOW) is None


@given(st.integers(0, 200), st.sampled_from("aZ0_-.é"))
def test_a_changed_key_is_nothing(at: int, letter: str) -> None:
    key = LINKS.key("garden:110", NOW)
    at %= len(key)
    changed = key[:at] + letter + key[at + 1 :]
    assert changed == key or LINKS.read(changed, NOW) is None


def test_a_key_of_another_installation_is_nothing() -> None:
    other = MediaLinks(b"another secret").key("garden:110", NOW)
    assert LINKS.read(other, NOW) is None
