"""The typed code: for whom the camera does not work. Eight characters that nobody confuses.

It is a function of the request's secret, so a page can show it again without it being stored;
what is stored is a keyed digest. Guessing is limited by the flow (40 bits, few tries).
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0 O, 1 I L
LENGTH: Final = 8
_LIMIT: Final = 256 - 256 % len(ALPHABET)


def typed_code(secret: bytes) -> str:
    """Derive the code of a request from its secret; each code is equally likely."""
    drawn: list[str] = []
    counter = 0
    while len(drawn) < LENGTH:
        mac = hmac.new(secret, b"typed\0" + counter.to_bytes(4, "big"), hashlib.sha256)
        drawn += [ALPHABET[b % len(ALPHABET)] for b in mac.digest() if b < _LIMIT]
        counter += 1
    return "".join(drawn[:LENGTH])


def shown(code: str) -> str:
    """Group the code as it is shown: K7QF-93MD."""
    return f"{code[:4]}-{code[4:]}"


def normalise(text: str) -> str | None:
    """Read what was typed, forgiving case, spaces and hyphens; None when it cannot be a code."""
    code = "".join(text.split()).replace("-", "").upper()
    if len(code) != LENGTH or not set(ALPHABET).issuperset(code):
        return None
    return code


def digest(code: str, key: bytes) -> bytes:
    """Return what is stored: HMAC-SHA-256, since 40 bits could be searched in a plain hash."""
    return hmac.new(key, b"typed code\0" + code.encode(), hashlib.sha256).digest()
