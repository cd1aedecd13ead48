"""Who a browser is: a signed random id in a cookie, nothing else.

Leads in: a request's cookies. Leads out: a visitor id that only we can have made.
"""

import hashlib
import secrets

from itsdangerous import BadSignature, Signer
from starlette.requests import Request
from starlette.responses import Response

COOKIE = "hocvuso"
YEAR_S = 365 * 24 * 3600


class Visitors:
    """Makes and reads the cookie. `secure`: the page is served over https."""

    def __init__(self, secret: bytes, *, secure: bool) -> None:
        self._signer = Signer(
            secret, salt="hocvuso.web.visitor", key_derivation="hmac", digest_method=hashlib.sha256
        )
        self._secure = secure

    def of(self, request: Request) -> str | None:
        """The visitor of this browser; None without a cookie or with a forged one."""
        try:
            return self._signer.unsign(request.cookies.get(COOKIE, "")).decode("ascii")
        except (BadSignature, UnicodeError):
            return None

    def new(self) -> str:
        """A visitor nobody can guess: 128 random bits."""
        return secrets.token_urlsafe(16)

    def remember(self, response: Response, visitor: str) -> None:
        """Hand the browser its cookie for a year."""
        response.set_cookie(
            COOKIE,
            self._signer.sign(visitor).decode("ascii"),
            max_age=YEAR_S,
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )
