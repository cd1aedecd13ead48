"""fill: what is still to be written in a draft.

In a lesson that is taught, `lessons.shape` refuses such a text.
"""

from collections.abc import Iterator

from lessons.overlay import MARK
from lessons.rules.script import Finding, Script


def still_to_write(script: Script) -> Iterator[Finding]:
    """Every place of a draft that begins with the mark of `hocvuso lessons new`."""
    if script.tree.get("draft"):
        for text in script.texts:
            if MARK in text.value:
                message = "this text of a draft is still to be written"
                yield Finding(text.key, "fill", message, f"write it without {MARK}", "warning")
