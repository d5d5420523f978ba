"""Pairwise subject identifiers (OIDC Core §8.1): one person is somebody else to each department."""

from __future__ import annotations

import hashlib
import hmac

from idp.domain.values import base64url


def pairwise_subject(key: bytes, sector_identifier: str, person_id: str) -> str:
    """Compute the `sub` of a person for a sector: HMAC-SHA256, base64url, 43 characters.

    The parts are framed by their lengths, so that no two pairs give the same text.
    """
    framed = b"".join(
        len(part).to_bytes(4, "big") + part
        for part in (b"pairwise 1", sector_identifier.encode(), person_id.encode())
    )
    return base64url(hmac.new(key, framed, hashlib.sha256).digest())
