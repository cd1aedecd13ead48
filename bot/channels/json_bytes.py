r"""JSON as messengers send it, before it is decoded: what a strict decoder refuses in it.

Half a surrogate pair (`\ud800`) is legal JSON and no text: it becomes U+FFFD, so that
one odd letter does not cost the whole message. Source: promises.md P12.
"""

import re

import msgspec

UNREADABLE = (msgspec.MsgspecError, UnicodeError, RecursionError)
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u([dD][89a-fA-F])..|.)",
    re.DOTALL,
)
# A whole string, or a sign outside of any; a quote alone is a string that was cut off.
TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\]"]', re.DOTALL)


def without_lone_surrogates(raw: bytes) -> bytes:
    """Half a surrogate pair as U+FFFD, everything else untouched."""
    return _ESCAPE.sub(lambda found: rb"\ufffd" if found[1] else found[0], raw)


def is_cut_off(raw: bytes) -> bool:
    """Is this only the front of some JSON? Whole nonsense is not."""
    depth = 0
    for token in TOKEN.finditer(raw):
        if token[0] == b'"':
            return True
        depth += (token[0] in b"{[") - (token[0] in b"}]")
    return depth > 0 or not raw.strip()
