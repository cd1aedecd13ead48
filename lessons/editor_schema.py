"""JSON Schema of the two files of a lesson, for editors that complete and underline.

Out: what `hocvuso lessons schema` prints and `lessons/schema/` keeps. The words come from
the docstrings of `lessons.model` and `lessons.overlay`: what stands there as «name: …»
explains that key.
"""

import inspect
import re
from typing import Any

import msgspec

from lessons.model import Lesson
from lessons.overlay import LessonText
from lessons.roleplay import CHOICES, ENDS, NODES
from lessons.shape import RANGES

KINDS = {"vi": Lesson, "en": LessonText}
FILES = {"vi": "lesson.json", "en": "lesson.en.json"}
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_COUNTS = {**RANGES, "nodes": NODES, "choices": CHOICES, "ends": ENDS}
_KEYS = re.compile(r"(?:^|(?<=\.) )((?:`?[a-z_]+`?, )*`?[a-z_]+`?): ")


def editor_schema(language: str) -> dict[str, Any]:
    """The schema of a lesson's file in that language ("vi" or "en")."""
    schema: dict[str, Any] = {"$schema": _DIALECT, **msgspec.json.schema(KINDS[language])}
    for part in schema["$defs"].values():
        _explain(part)
        _count(part)
    return schema


def schema_json(language: str) -> str:
    """The schema as its file holds it."""
    written = msgspec.json.format(msgspec.json.encode(editor_schema(language)), indent=2)
    return written.decode() + "\n"


def _count(part: dict[str, Any]) -> None:
    """How many options, steps, nodes, … there may be."""
    for name, (least, most) in _COUNTS.items():
        listed = part.get("properties", {}).get(name, {})
        if listed.get("type") == "array":
            listed |= {"minItems": least, "maxItems": most}
        elif listed.get("type") == "object":
            listed |= {"minProperties": least, "maxProperties": most}


def _explain(part: dict[str, Any]) -> None:
    """Turn the docstring of one struct into the words of its keys and of itself."""
    words = " ".join(inspect.cleandoc(part.pop("description", "")).split())
    words = words.split(" Source: ")[0]
    whole, *pairs = _KEYS.split(words)
    if whole:
        part["description"] = whole.removesuffix(".") + "."
    for names, said in zip(pairs[::2], pairs[1::2], strict=True):
        for name in names.replace("`", "").split(", "):
            if name in part.get("properties", {}):
                part["properties"][name]["description"] = said.removesuffix(".") + "."
