"""The identification code: four digits on both screens, so that the citizen sees one request.

It is HMAC-SHA-256 of everything that was fixed, under a nonce drawn afterwards. So whoever can
change a document cannot search for another one with the same code: at the time they choose it,
the nonce does not exist. Digits are drawn by rejection: each code is equally likely.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from typing import Final

NONCE_BYTES: Final = 32
CHOICES: Final = 3
_CODES: Final = 10_000
_LIMIT: Final = 65_536 - 65_536 % _CODES  # 60 000: above it, a remainder would be biased


def identification_code(nonce: bytes, facts: bytes) -> str:
    """Derive the code of a request: four digits, uniform over 0000–9999."""
    return next(_codes(nonce, b"code\0" + facts))


def choices(nonce: bytes, code: str) -> tuple[str, ...]:
    """Return the code among distinct decoys, in an order that tells nothing; always the same.

    The same every time the page is shown: a reload must not give away which one stays.
    """
    found = [code]
    decoys = _codes(nonce, b"decoy\0" + code.encode())
    while len(found) < CHOICES:
        decoy = next(decoys)
        if decoy not in found:
            found.append(decoy)
    return tuple(sorted(found, key=lambda c: _mac(nonce, b"order\0" + c.encode())))


def is_picked(code: str, pick: str) -> bool:
    """Tell whether the citizen picked the right code."""
    return hmac.compare_digest(code.encode(), pick.encode())


def _codes(nonce: bytes, label: bytes) -> Iterator[str]:
    counter = 0
    while True:
        block = _mac(nonce, label + b"\0" + counter.to_bytes(4, "big"))
        for at in range(0, len(block), 2):
            drawn = int.from_bytes(block[at : at + 2], "big")
            if drawn < _LIMIT:
                yield f"{drawn % _CODES:04d}"
        counter += 1


def _mac(nonce: bytes, data: bytes) -> bytes:
    return hmac.new(nonce, data, hashlib.sha256).digest()
