"""Cross-site request forgery: a token bound to a cookie, and the browser's own word.

Both are asked for on every form that changes something (OWASP ASVS 5.0 V3.5): the token
proves that the form came from a page we gave to this browser, the headers that the request
was sent from our own origin.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

_CONTEXT: Final = b"look csrf 1\0"


def mint_csrf(secret: bytes, bound_to: str) -> str:
    """The form token for the browser whose cookie holds `bound_to`.

    HMAC-SHA256, so nothing is stored. It lasts as long as the cookie: choose one that is
    renewed at login. Raises ValueError when `bound_to` is empty or the secret is short.
    """
    if not bound_to or len(secret) < 32:
        raise ValueError("a forgery token needs a 256-bit secret and a cookie to be bound to")
    return hmac.new(secret, _CONTEXT + bound_to.encode(), hashlib.sha256).hexdigest()


def check_csrf(secret: bytes, bound_to: str | None, token: str | None) -> bool:
    """Whether `token` is the one for this cookie; False when either is missing."""
    if not bound_to or not token:
        return False
    return hmac.compare_digest(
        mint_csrf(secret, bound_to).encode(), token.encode("utf-8", "replace")
    )


def is_same_origin(headers: Mapping[str, str], own_origin: str) -> bool:
    """Whether the browser says that a request was sent by a page of `own_origin`.

    `Sec-Fetch-Site` decides where it is sent (W3C Fetch Metadata): our no-referrer policy
    makes browsers send `Origin: null` with forms, so Origin is only asked where the former
    is missing. Neither header: False. Header names are looked up in lower case.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return headers.get("origin") == own_origin
