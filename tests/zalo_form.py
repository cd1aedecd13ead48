"""Transcripts as they look on Zalo: each message in full, its options numbered.

    learner  9
    zalo     Ở đây cháu chưa đọc thành tiếng được ạ. …
    zalo     Hình nào để gửi ảnh ạ?
             1 Cái loa
             2 Tấm ảnh
             9 nghe · 0 người giúp

What a stored one holds is in `tests/transcripts/zalo/`; every other transcript is shown so
as well, and held to what Zalo allows (`tests/conversation/test_zalo_form.py`).
"""

from bot.channels.splitting import texts
from bot.conversation.replies import Reply, Turn
from tests.play import TRANSCRIPTS, play

ON_ZALO = TRANSCRIPTS / "zalo"
LIMIT = 2000


def play_on_zalo(script: str) -> str:
    """The script with what the tutor really says, as Zalo shows it."""
    return play(script, _shown)


def messages(replies: tuple[Reply, ...]) -> list[str]:
    """What goes out for these replies, one after another."""
    return [part for reply in replies for part in texts(reply, LIMIT)]


def _shown(turn: Turn) -> list[str]:
    lines: list[str] = []
    for message in messages(turn.replies):
        first, *more = message.split("\n")
        lines.append(f"zalo     {first}".rstrip())
        lines += [f"         {line}".rstrip() for line in more]
    return lines
