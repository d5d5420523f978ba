"""The moving QR code: a link that opens one request, and only for a few seconds.

The token is a handle (80 bits, finds the request) and a proof (80 bits of HMAC over the time
step). A photograph sent to somebody else is worthless by the time it arrives. The whole link is
upper case, so that it fits the QR alphanumeric mode (ISO/IEC 18004 §7.4.4): fewer, larger modules.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

HANDLE_BYTES: Final = 10
SECRET_BYTES: Final = 32
_PART: Final = 16  # base32 characters of 10 bytes, without padding
_ALPHABET: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")


@dataclass(frozen=True, slots=True)
class QrToken:
    """A token as it was scanned: not yet proven."""

    handle: str
    proof: str


def new_handle(drawn: bytes) -> str:
    """Spell a handle of freshly drawn bytes."""
    if len(drawn) != HANDLE_BYTES:
        raise ValueError("a handle has 80 bits")
    return base64.b32encode(drawn).decode()


def link(issuer: str, handle: str, secret: bytes, now: datetime, step: timedelta) -> str:
    """Return the link to draw at `now`."""
    return f"{issuer.upper()}/R/{handle}{_proof(handle, secret, _step_at(now, step))}"


def parse(text: str) -> QrToken | None:
    """Read a token; None for anything that cannot be one of ours."""
    token = text.upper()
    if len(token) != 2 * _PART or not _ALPHABET.issuperset(token):
        return None
    return QrToken(token[:_PART], token[_PART:])


def is_fresh(token: QrToken, secret: bytes, now: datetime, step: timedelta) -> bool:
    """Tell whether the proof is of this time step or the one before."""
    current = _step_at(now, step)
    return any(
        hmac.compare_digest(token.proof, _proof(token.handle, secret, current - age))
        for age in (0, 1)
    )


def _step_at(now: datetime, step: timedelta) -> int:
    return int(now.timestamp() // step.total_seconds())


def _proof(handle: str, secret: bytes, step: int) -> str:
    mac = hmac.new(secret, b"qr\0" + handle.encode() + step.to_bytes(8, "big"), hashlib.sha256)
    return base64.b32encode(mac.digest()[:HANDLE_BYTES]).decode()
