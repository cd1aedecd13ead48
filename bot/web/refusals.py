"""Everything the web room answers with other than yes, and the two shapes it takes.

Leads in: a `WebError` raised by any route. Leads out: kind JSON under `/api/`, a kind
page elsewhere. No learner's words in any of them.
"""

from typing import ClassVar


class WebError(Exception):
    """A request that is not taken.

    code: stable, for logs and scripts; status: HTTP; word: the entry in `wording/`.
    """

    code: ClassVar[str] = "web:refused"
    status: ClassVar[int] = 400
    word: ClassVar[str] = "bad_message"


class BadMessage(WebError):
    """The body is JSON or a form, but not a message."""

    code = "web:bad_message"


class NotJson(WebError):
    """The body is not JSON."""

    code = "web:not_json"
    word = "not_json"


class BadNumber(WebError):
    """A number in the address is not one, or does not fit 64 bits."""

    code = "web:bad_number"
    word = "bad_number"


class TooLarge(WebError):
    """The body is over the limit; the rest of it was not read."""

    code = "input.too_large"
    status = 413
    word = "too_large"


class TooSlow(WebError):
    """The body did not arrive in time."""

    code = "web:slow"
    status = 408
    word = "slow"


class Foreign(WebError):
    """A change asked for by a page of another site."""

    code = "web:foreign"
    status = 403
    word = "foreign"


class TooMany(WebError):
    """The visitor holds as many open streams as one may."""

    code = "web:too_many"
    status = 429
    word = "too_many"


class NotFound(WebError):
    """No such page."""

    code = "web:not_found"
    status = 404
    word = "not_found"


class DataGone(WebError):
    """A link to one's own data that was used, ran out or never was."""

    code = "link.rejected"
    status = 404
    word = "data_gone"


class NotAllowed(WebError):
    """The page is there but does not take this method."""

    code = "web:not_allowed"
    status = 405
    word = "not_allowed"


class Busy(WebError):
    """Not committed in time, or something broke: nothing false is said, try again."""

    code = "web:busy"
    status = 503
    word = "busy"
