"""The installation's secret: seals presses, signs cookies, keys the hashes of who was erased.

HOCVUSO_SECRET, or one made once and kept beside the database. Source: promises.md P30.
"""

import os
from contextlib import suppress
from pathlib import Path

from bot.config import Config
from store.base import StoreError
from store.file import make_folder


class SecretEmpty(StoreError):
    """The file of the secret is there and says nothing."""

    code = "secret:empty"


def secret_file(database: Path) -> Path:
    return database.with_name(database.name + ".secret")


def load_secret(config: Config) -> bytes:
    """The secret's bytes. Raises StoreError where it can be neither read nor made."""
    if config.secret:
        return config.secret.encode()
    file = secret_file(config.database)
    make_folder(file)
    if not file.exists():
        _make(file)
    if not (secret := file.read_bytes()):
        raise SecretEmpty(f"{file} is empty: put the secret back from where it is kept")
    return secret


def _make(file: Path) -> None:
    """Whole or not at all, whatever ends the program meanwhile; the first of two wins."""
    part = file.with_name(f"{file.name}.{os.getpid()}")
    made = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(made, "wb") as out:
        out.write(os.urandom(32).hex().encode())
        out.flush()
        os.fsync(out.fileno())
    with suppress(FileExistsError):
        os.link(part, file)
    part.unlink()
