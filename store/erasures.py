"""Who was erased, as keyed hashes: in the `erased` table and in FILE.erased beside it.

A backup from before an erasure still has the learner. Whatever way it comes back (the
command `restore`, or a file copied by hand), a program that opens it finds hashes in
FILE.erased that the table lacks, and erases those learners again before it serves.
The key comes from the installation's secret: without it a hash tells nothing.
Source: promises.md P32.
"""

import os
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from pathlib import Path


class Erasures:
    """The hashes of one database file. secret: of the installation."""

    def __init__(self, database: Path, secret: bytes) -> None:
        self.path = database.with_name(database.name + ".erased")
        self._base = blake2b(digest_size=16, key=blake2b(secret + b"/erased").digest())

    def hash_of(self, learner_id: str) -> str:
        hashed = self._base.copy()
        hashed.update(learner_id.encode())
        return hashed.hexdigest()

    def load(self) -> dict[str, int]:
        """Hash -> when, in milliseconds UTC. A line torn by a crash is passed over."""
        try:
            lines = self.path.read_text("ascii", "replace").splitlines()
        except FileNotFoundError:
            return {}
        pairs = (line.split() for line in lines)
        return {
            pair[0]: int(pair[1])
            for pair in pairs
            if len(pair) == 2 and len(pair[0]) == 32 and pair[1].isdecimal()
        }

    def add(self, hashes: Mapping[str, int]) -> None:
        """Write them down, on disk on return."""
        if not hashes:
            return
        file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(file, "w", encoding="ascii") as out:
            # A line of its own first: what a crash tore must not eat the next one.
            out.write("\n" + "".join(f"{hashed} {at}\n" for hashed, at in hashes.items()))
            out.flush()
            os.fsync(out.fileno())

    def wiped(self) -> None:
        """Note that nothing is left in the file of those above."""
        with self.path.open("a", encoding="ascii") as out:
            out.write("wiped\n")

    def is_wiped(self) -> bool:
        """False after a program that ended before it had overwritten everything."""
        try:
            lines = self.path.read_text("ascii", "replace").split("\n")
        except FileNotFoundError:
            return True
        return next((line == "wiped" for line in reversed(lines) if line), True)

    def among(self, learner_ids: Iterable[str], hashes: Mapping[str, int]) -> list[str]:
        """Those of the learners whose hash is there."""
        return [one for one in learner_ids if self.hash_of(one) in hashes]
