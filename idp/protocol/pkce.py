"""Proof key for code exchange (RFC 7636), S256 only: `plain` protects nothing."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Final

from idp.domain.values import base64url

METHOD: Final = "S256"
#: A SHA-256 in base64url without padding; the last character carries two unused zero bits.
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]")
_VERIFIER: Final = re.compile(r"[A-Za-z0-9\-._~]{43,128}")  # RFC 7636 §4.1


def is_challenge(code_challenge: str) -> bool:
    """Tell whether this can be an S256 challenge (RFC 7636 §4.2)."""
    return _CHALLENGE.fullmatch(code_challenge) is not None


def verifier_fits(code_verifier: str | None, code_challenge: str) -> bool:
    """Decide whether the verifier is the one the challenge was made of (RFC 7636 §4.6).

    A code without a challenge (`code_challenge` empty) fits only a request without a verifier:
    otherwise a stripped challenge would go unnoticed (RFC 9700 §4.8.2).
    """
    if not code_challenge:
        return code_verifier is None
    if code_verifier is None or not _VERIFIER.fullmatch(code_verifier):
        return False
    made = base64url(hashlib.sha256(code_verifier.encode("ascii")).digest())
    return hmac.compare_digest(made, code_challenge)
