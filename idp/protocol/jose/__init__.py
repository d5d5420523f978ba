"""Signed tokens: the one room that reads and writes them (RFC 7515, RFC 7519)."""

from idp.protocol.jose.tokens import (
    ALGORITHMS,
    MAX_BYTES,
    Keys,
    TokenRefused,
    import_keys,
    numeric_date,
    read_header,
    read_unverified_claims,
    sign,
    verify,
)

__all__ = [
    "ALGORITHMS",
    "MAX_BYTES",
    "Keys",
    "TokenRefused",
    "import_keys",
    "numeric_date",
    "read_header",
    "read_unverified_claims",
    "sign",
    "verify",
]
