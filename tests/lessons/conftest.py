"""A folder of lessons that a test may spoil."""

import shutil
from pathlib import Path

import pytest

SHIPPED = Path("lessons")


@pytest.fixture
def lessons(tmp_path: Path) -> Path:
    """A courses folder with L0101, L0102 and L0105 as shipped."""
    course = tmp_path / "courses" / "C01-phone"
    course.mkdir(parents=True)
    for name in ("L0101", "L0102", "L0105"):
        for file in (SHIPPED / "courses" / "C01-phone").glob(f"{name}*.yaml"):
            shutil.copy(file, course)
    return course.parent
