"""Send events of the quarantine through the turns once more."""

import msgspec

from bot.turns import Turns


class Replay(msgspec.Struct, frozen=True, tag="replay"):
    """ids: numbers of quarantine rows, in the order in which they are tried."""

    ids: tuple[int, ...]

    async def carry_out(self, turns: Turns) -> list[dict[str, int | str]]:
        """One result a row: "done", "failed" (kept, with its new reason) or "gone"."""
        return [{"id": one, "result": await turns.replay(one)} for one in self.ids]
