"""No table may know a learner without export, erasure and retention knowing the table."""

from pathlib import Path

import pytest

from store.named import QUERIES
from store.personal import PERSONAL
from store.sqlite import open_store

# How a column that leads to a person is named here.
_ENDS = ("learner_id", "contact_id", "external_id", "_by", "key")
# Tables that have such a column and still nothing of a learner, each with its reason.
NAMELESS: dict[str, str] = {}
# Tables with nothing of a learner who never had a role; the list of those without a chat, which
# nobody with one stands on; and the keys, which end with a learner, as the document does.
OF_ROLES = {"help_told", "duty", "role", "broadcast", "seen", "learner", "kept_learner"}


async def _columns(folder: Path) -> dict[str, list[str]]:
    store = await open_store(folder / "a.db", now_ms=lambda: 0)
    rows = await store._reader.execute_fetchall(
        "SELECT m.name, c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c "
        "WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'"
    )
    await store.close()
    found: dict[str, list[str]] = {}
    for table, column in rows:
        found.setdefault(table, []).append(column)
    return found


async def test_every_table_with_a_learner_is_known(tmp_path: Path) -> None:
    tables = await _columns(tmp_path)
    personal = {table for table, names in tables.items() if any(n.endswith(_ENDS) for n in names)}
    assert personal - NAMELESS.keys() == PERSONAL.keys()
    assert set(NAMELESS) <= set(tables)


@pytest.mark.parametrize("table", PERSONAL)
def test_its_queries_are_there(table: str) -> None:
    kept = PERSONAL[table]
    assert kept.erase
    assert bool(kept.join) is (table not in OF_ROLES)
    for name in (*kept.erase, *kept.join, kept.export, kept.ends):
        if name not in ("", "learner", "batch"):
            assert hasattr(QUERIES, name)
