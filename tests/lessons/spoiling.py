"""Put one slip into a lesson and see who is blamed for it."""

from pathlib import Path

from lessons.check import check


def spoil(lessons: Path, old: str, new: str, name: str = "L0105.yaml") -> int:
    """Replace a text once; the line on which it stood."""
    (file,) = lessons.rglob(name)
    text = file.read_text("utf-8")
    assert old in text, f"{name} does not hold {old}"
    file.write_text(text.replace(old, new, 1), "utf-8")
    return text.count("\n", 0, text.index(old)) + 1


def found(lessons: Path) -> list[tuple[str, int, str]]:
    """Every finding as (file name, line, rule)."""
    return [(Path(one.path).name, one.line, one.rule) for one in check(lessons).faults]
