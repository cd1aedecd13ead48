"""fill: what is still to be written in a draft. R21: what is still to be put into English.

In a lesson that is taught, `lessons.shape` refuses what is not written yet, and
`lessons.overlay` what has no English at all.
"""

from collections.abc import Iterator

from lessons.overlay import MARK
from lessons.rules.script import Finding, Script, own_words, reads_as_vietnamese


def still_to_write(script: Script) -> Iterator[Finding]:
    """Every place of a draft that begins with the mark of `hocvuso lessons new`."""
    if script.tree.get("draft"):
        for text in script.texts:
            if MARK in text.value:
                message = "this text of a draft is still to be written"
                yield Finding(text.key, "fill", message, f"write it without {MARK}", "warning")


def is_english(script: Script) -> Iterator[Finding]:
    """R21: a text of the English file is not left in Vietnamese."""
    for text in script.texts:
        if reads_as_vietnamese(own_words(text)):
            message = f"“{text.value[:40]}…” is Vietnamese"
            yield Finding(text.key, "R21", message, "write it in English")
