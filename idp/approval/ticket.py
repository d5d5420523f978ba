"""Tickets: a few facts that a browser carries back to us, sealed, for one purpose, for a while.

A ticket is not a secret and not single-use in itself; what must happen once is spent in the
database by the flow that takes it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

MAX_LENGTH: Final = 1000


def mint(key: bytes, purpose: str, facts: Mapping[str, str], expires_at: datetime) -> str:
    """Seal facts for a purpose, until `expires_at` (exclusive)."""
    body = json.dumps(
        {"facts": dict(facts), "until": int(expires_at.timestamp())},
        sort_keys=True,
        separators=(",", ":"),
    )
    text = _encode(body.encode())
    return f"{text}.{_encode(_seal(key, purpose, text))}"


def read(key: bytes, purpose: str, ticket: str, now: datetime) -> Mapping[str, str] | None:
    """Return the facts; None when the seal, the purpose or the time does not fit."""
    text, _, seal = ticket.partition(".")
    if len(ticket) > MAX_LENGTH or not ticket.isascii():
        return None
    if not hmac.compare_digest(seal, _encode(_seal(key, purpose, text))):
        return None
    content = json.loads(_decode(text))  # ours: the seal was right
    if now >= datetime.fromtimestamp(content["until"], UTC):
        return None
    facts: Mapping[str, str] = content["facts"]
    return facts


def decode_base64url(text: str) -> bytes:
    """Decode without padding. Raises ValueError."""
    try:
        return _decode(text)
    except binascii.Error as error:
        raise ValueError("not base64url") from error


def _seal(key: bytes, purpose: str, text: str) -> bytes:
    return hmac.new(key, f"ticket\0{purpose}\0{text}".encode(), hashlib.sha256).digest()


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
