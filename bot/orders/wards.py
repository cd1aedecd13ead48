"""A ward as the command line names it."""

from difflib import get_close_matches

from bot.orders.base import OrderRefused
from bot.turns import Turns


def ward_code(named: str, turns: Turns) -> str:
    """The unit code of a ward given by code or name; "" stays. Raises OrderRefused."""
    wards = {one.code: one.name for one in turns.shelf.library.wards}
    codes = {name.lower(): code for code, name in wards.items()}
    found = named if named in wards or not named else codes.get(named.lower())
    if found is None:
        near = get_close_matches(named.lower(), [*codes, *wards], n=1)
        hint = f'; did you mean "{near[0]}"?' if near else "; see lessons/wards.yaml"
        raise OrderRefused(f'there is no ward "{named}"{hint}')
    return found
