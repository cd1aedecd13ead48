"""The two files of a lesson not written yet, from its row in the index.

The shape is whole from the first moment; what is to be written begins with ✎ (`overlay.MARK`), and
`draft: true` keeps it from learners. In: a row of index.yaml. Out: texts of files.
"""

import json
from pathlib import Path
from typing import get_args

from lessons.model import LessonName, Question

_TEMPLATES = Path(__file__).parent / "templates"
INSTEAD = "CHOOSE"  # of a kind that the tutor does not have yet


def kinds() -> tuple[str, ...]:
    """Every kind of question that can be written."""
    return tuple(str(kind.__struct_config__.tag) for kind in get_args(Question))


def skeleton(row: LessonName, path: Path) -> dict[Path, str]:
    """File -> its text, for the Vietnamese file at `path` and the English one beside it."""
    kind = row.practice if row.practice in kinds() else INSTEAD
    is_reviewed = kind != "REAL_TASK"  # a task once done is done
    words = {
        "id": row.id,
        "course": row.course,
        "path": str(path),
        "minutes": str(row.minutes),
        "requires": _listed(row.requires),
        "core": "true" if row.core else "false",
        "asset": f"{row.id.lower()}_1",
        "review": _listed(("q1", "p1") if is_reviewed else ("q1",)),
        "facts": _listed(row.facts),
    }
    vietnamese = {"title": _quoted(row.vi), "objective": _quoted(row.objective_vi)}
    english = {"title": _quoted(row.en), "objective": _quoted(row.objective)}
    return {
        path: _filled("lesson.yaml", words | vietnamese, f"{kind}.yaml"),
        path.with_suffix(".en.yaml"): _filled("lesson.en.yaml", words | english, f"{kind}.en.yaml"),
    }


def _filled(name: str, words: dict[str, str], practice: str) -> str:
    block = (_TEMPLATES / practice).read_text("utf-8")
    inside = "".join(f"      {line}\n" for line in block.splitlines()).rstrip("\n")
    return (_TEMPLATES / name).read_text("utf-8").format(**words, practice=inside)


def _listed(names: tuple[str, ...]) -> str:
    return "[" + ", ".join(names) + "]"


def _quoted(text: str) -> str:
    """A text as YAML takes it whatever it holds."""
    return json.dumps(text, ensure_ascii=False)
