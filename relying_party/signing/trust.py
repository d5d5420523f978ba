"""The trust list as this department takes it: from a file, signed with the key it was told of.

The signature is a detached JWS (RFC 7515 App. F) over canonical JSON (RFC 8785). It is checked
with PyJWT here; the authority that signs it uses none.
"""

import base64
import json
from pathlib import Path
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_public_key

MAX_BYTES: Final = 1024 * 1024
_TYPE: Final = "trust-list+jws"


class TrustListRefused(Exception):  # noqa: N818 - an outcome by name
    """There is no trust list that may be used."""


def read_trust_list(file: Path | None, key_file: Path | None) -> bytes:
    """The list's bytes, its signature checked when a key is pinned. Raises TrustListRefused.

    Without a key the file itself is the pin: whoever can write it decides whom we trust.
    """
    if file is None:
        raise TrustListRefused("none configured")
    try:
        data = file.read_bytes()
        if len(data) > MAX_BYTES:
            raise TrustListRefused("too large")
        if key_file is not None:
            _check_signature(data, key_file.read_bytes())
    except (OSError, ValueError, KeyError, TypeError, AttributeError, jwt.PyJWTError) as error:
        raise TrustListRefused(type(error).__name__) from error
    return data


def _check_signature(data: bytes, pem: bytes) -> None:
    key = load_pem_public_key(pem)
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise TrustListRefused("not an EC key")
    envelope: dict[str, Any] = json.loads(data)
    header, nothing, signature = envelope["signature"].split(".")
    body = json.dumps(
        envelope["list"], sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()
    payload = base64.urlsafe_b64encode(body).rstrip(b"=").decode("ascii")
    whole = f"{header}.{payload}.{signature}"
    if nothing or jwt.get_unverified_header(whole).get("typ") != _TYPE:
        raise TrustListRefused("not a detached trust list signature")
    jwt.PyJWS().decode(whole, key, algorithms=["ES256"])
