"""Small values with rules of their own: secrets that cannot be printed, and the digests we keep."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Final

REDACTED: Final = "[redacted]"


def base64url(data: bytes) -> str:
    """Encode without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


class Secret:
    """A value that opens something: a code, a token, a cookie. Never printed, never stored.

    What is stored is `digest`; what arrives later is compared with `matches`, in constant time.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    @classmethod
    def from_bytes(cls, drawn: bytes) -> Secret:
        """Make a secret of freshly drawn bytes (at least 16)."""
        if len(drawn) < 16:
            raise ValueError("a secret has at least 128 bits")
        return cls(base64url(drawn))

    def reveal(self) -> str:
        """Return the text, for the one place that hands it to its owner."""
        return self._text

    @property
    def digest(self) -> bytes:
        """SHA-256 of the text: the only form that is stored."""
        return hashlib.sha256(self._text.encode()).digest()

    def matches(self, digest: bytes) -> bool:
        """Tell, in constant time, whether this is the secret that was stored as `digest`."""
        return hmac.compare_digest(self.digest, digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self.digest, other.digest)

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f"Secret({REDACTED})"

    __str__ = __repr__
