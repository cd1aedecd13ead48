"""Seals on presses: which key was pressed, of which turn, by whom it may be pressed.

A press is `TURN.OPTION.SEAL`, at most 64 bytes (Telegram's callback_data). The seal
binds it to the learner, so that a forged or borrowed press changes nothing.
Source: design.md section 4; promises.md P22.
"""

import re
from binascii import b2a_base64
from hashlib import blake2b
from hmac import compare_digest

from bot.conversation.events import BadPress, Press

_SEAL_BYTES = 9  # 12 letters: 2**72 guesses, while a wrong one only shows the menu
_URLSAFE = bytes.maketrans(b"+/", b"-_")
_PRESS = re.compile(r"(\d{1,9})\.([A-Za-z0-9_:-]{1,32})\.([A-Za-z0-9_-]{12})")


def learner_number(learner_id: str) -> str:
    """How logs and the command line name a learner: short, and nameless once they are erased."""
    return blake2b(learner_id.encode(), digest_size=5, person=b"learner number").hexdigest()


class Seals:
    """Makes and reads the presses of one installation's secret."""

    def __init__(self, secret: bytes) -> None:
        self._base = blake2b(digest_size=_SEAL_BYTES, key=blake2b(secret).digest())

    def press(self, learner_id: str, turn: int, option: str) -> str:
        """The text that a key carries."""
        return f"{turn}.{option}.{self._seal(learner_id, turn, option)}"

    def read(self, learner_id: str, text: str) -> Press | BadPress:
        """What was pressed; BadPress for anything this learner was never shown."""
        found = _PRESS.fullmatch(text)
        if found is None:
            return BadPress()
        turn, option, seal = int(found[1]), found[2], found[3]
        if not compare_digest(seal, self._seal(learner_id, turn, option)):
            return BadPress()
        return Press(turn, option)

    def _seal(self, learner_id: str, turn: int, option: str) -> str:
        seal = self._base.copy()
        seal.update(f"press/{learner_id}/{turn}/{option}".encode())
        return b2a_base64(seal.digest(), newline=False).translate(_URLSAFE).decode()
