"""The ID token (OIDC Core §2): who logged in, when and how; nothing else about them."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any, Final

from idp.domain.grants import Grant
from idp.domain.values import Secret, base64url

TYP: Final = "JWT"
LIFETIME: Final = timedelta(minutes=5)

#: One way to log in: a passkey with user verification, in our app.
ACR_PASSKEY: Final = "urn:onechop:acr:passkey"


def amr_of(*, backed_up: bool) -> tuple[str, ...]:
    """The methods of a passkey with user verification (RFC 8176 §2).

    A synced passkey is a key in software: `swk`; one that cannot leave its device, `hwk`.
    """
    return ("swk" if backed_up else "hwk", "user", "mfa")


def id_token_claims(
    grant: Grant,
    *,
    issuer: str,
    subject: str,
    nonce: str | None,
    access_token: Secret,
    now: datetime,
) -> dict[str, Any]:
    """The claims of an ID token. `nonce` is None at a refresh (OIDC Core §12.2)."""
    claims: dict[str, Any] = {
        "iss": issuer,
        "sub": subject,
        "aud": grant.client_id,
        "exp": int((now + LIFETIME).timestamp()),
        "iat": int(now.timestamp()),
        "auth_time": int(grant.auth_time.timestamp()),
        "acr": grant.acr,
        "amr": list(grant.amr),
        "at_hash": at_hash(access_token),
    }
    if nonce is not None:
        claims["nonce"] = nonce
    return claims


def at_hash(access_token: Secret) -> str:
    """The left half of the access token's SHA-256 (OIDC Core §3.1.3.6)."""
    return base64url(hashlib.sha256(access_token.reveal().encode("ascii")).digest()[:16])
