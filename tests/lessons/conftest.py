"""A folder of lessons that a test may spoil."""

import shutil
from pathlib import Path

import pytest

SHIPPED = Path("lessons/courses")


@pytest.fixture
def lessons(tmp_path: Path) -> Path:
    """A courses folder with four lessons as shipped; facts and words come from the package."""
    for name in ("C01-phone/L0101", "C01-phone/L0102", "C01-phone/L0105", "C09-scams/L0902"):
        course = tmp_path / "courses" / name.split("/")[0]
        course.mkdir(parents=True, exist_ok=True)
        for ending in (".yaml", ".en.yaml"):
            shutil.copy(SHIPPED / (name + ending), course)
    return tmp_path / "courses"
