"""Signed tokens: the one module that reads and writes them (RFC 7515, RFC 7519).

Compact serialisation only. The algorithm is on an explicit list and must be the key's own; keys
come from a registration, never from a header; `typ` says what a token is for, so that none is
taken for another.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Any, Final

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from idp.protocol.jose.strict_json import AmbiguousJson, read_object

MAX_BYTES: Final = 8192
MAX_KID: Final = 128
ALGORITHMS: Final = ("ES256",)

_COMPACT: Final = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)")
#: Header members that would change what the signature means or where its key comes from.
#: `jwk`, `jku`, `x5u`, `x5c` are ignored, not refused: no reader here ever looks at them.
_REFUSED_MEMBERS: Final = frozenset({"crit", "b64", "zip"})

Keys = Mapping[str, ECKey]


class TokenRefused(Exception):  # noqa: N818 - a refusal by name
    """A token that does not hold; `reason` is a slug."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def import_keys(jwks: Mapping[str, Any]) -> Keys:
    """Read a JWK Set into public keys by `kid`; the same set is parsed once.

    Raises TokenRefused (`bad_jwks`): not EC P-256, a private member, a missing or double `kid`,
    another `use` or `alg`.
    """
    return _import_keys(json.dumps(jwks, sort_keys=True))


@lru_cache(maxsize=256)
def _import_keys(text: str) -> Keys:
    entries = json.loads(text).get("keys")
    if not isinstance(entries, list) or not 0 < len(entries) <= 16:
        raise TokenRefused("bad_jwks")
    keys: dict[str, ECKey] = {}
    for entry in entries:
        kid = entry.get("kid") if isinstance(entry, dict) else None
        if not isinstance(kid, str) or not 0 < len(kid) <= MAX_KID or kid in keys:
            raise TokenRefused("bad_jwks")
        keys[kid] = _import_key(entry)
    return keys


def _import_key(entry: Mapping[str, Any]) -> ECKey:
    if entry.get("kty") != "EC" or entry.get("crv") != "P-256" or "d" in entry:
        raise TokenRefused("bad_jwks")
    if entry.get("use", "sig") != "sig" or entry.get("alg", "ES256") != "ES256":
        raise TokenRefused("bad_jwks")
    try:
        key = ECKey.import_key({name: entry[name] for name in ("kty", "crv", "x", "y")})
        _ = key.public_key  # a point off the curve is refused here
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise TokenRefused("bad_jwks") from error
    return key


def read_header(token: str) -> Mapping[str, Any]:
    """Read a token's header, checked for shape and size but not for truth.

    Raises TokenRefused: `too_large`, `malformed`, `critical_header`.
    """
    header, _, _ = _parts(token)
    return header


def read_unverified_claims(token: str) -> Mapping[str, Any]:
    """Read claims before any check, to find whose keys to check with. Nothing else may use it.

    Raises TokenRefused: `too_large`, `malformed`, `critical_header`.
    """
    _, claims, _ = _parts(token)
    return claims


def verify(
    token: str,
    keys: Keys,
    *,
    types: AbstractSet[str | None],
    algorithms: tuple[str, ...] = ALGORITHMS,
) -> Mapping[str, Any]:
    """Check a token's signature and type; answers its claims, whose meaning is still unchecked.

    `types` are the values of `typ` that fit the purpose, in lower case and without
    `application/` (RFC 8725 §3.11); None stands for a token without one.

    Raises TokenRefused: `too_large`, `malformed`, `critical_header`, `wrong_algorithm`,
    `wrong_type`, `unknown_key`, `bad_signature`.
    """
    header, claims, _ = _parts(token)
    if header.get("alg") not in algorithms:
        raise TokenRefused("wrong_algorithm")
    if _type_of(header) not in types:
        raise TokenRefused("wrong_type")
    key = _pick(header, keys)
    try:
        jws.deserialize_compact(token, key, algorithms=list(algorithms))
    except (JoseError, ValueError) as error:
        raise TokenRefused("bad_signature") from error
    return claims


def sign(claims: Mapping[str, Any], key: ECKey, *, kid: str, typ: str) -> str:
    """Sign claims as a compact JWS with ES256 (RFC 7518 §3.4)."""
    payload = json.dumps(claims, separators=(",", ":"), ensure_ascii=False).encode()
    header = {"alg": "ES256", "kid": kid, "typ": typ}
    return jws.serialize_compact(header, payload, key, algorithms=["ES256"])


def _pick(header: Mapping[str, Any], keys: Keys) -> ECKey:
    """Look the key up by `kid`; without one, a set of one key leaves no choice."""
    if "kid" in header:
        kid = header["kid"]
        key = keys.get(kid) if isinstance(kid, str) and len(kid) <= MAX_KID else None
    else:
        key = next(iter(keys.values())) if len(keys) == 1 else None
    if key is None:
        raise TokenRefused("unknown_key")
    return key


def _type_of(header: Mapping[str, Any]) -> str | None:
    typ = header.get("typ")
    if typ is None:
        return None
    if not isinstance(typ, str):
        raise TokenRefused("wrong_type")
    return typ.lower().removeprefix("application/")


def _parts(token: str) -> tuple[Mapping[str, Any], Mapping[str, Any], bytes]:
    if len(token) > MAX_BYTES:
        raise TokenRefused("too_large")
    found = _COMPACT.fullmatch(token)
    if found is None:
        raise TokenRefused("malformed")
    try:
        header = read_object(_strict_base64url(found[1]))
        claims = read_object(_strict_base64url(found[2]))
        signature = _strict_base64url(found[3])
    except (AmbiguousJson, ValueError) as error:
        raise TokenRefused("malformed") from error
    if _REFUSED_MEMBERS & header.keys():
        raise TokenRefused("critical_header")
    return header, claims, signature


def _strict_base64url(text: str) -> bytes:
    """Decode the one spelling of the bytes: no padding, no unused bits set (RFC 7515 §2)."""
    decoded = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(decoded).rstrip(b"=") != text.encode("ascii"):
        raise ValueError("another spelling")
    return decoded


def numeric_date(claims: Mapping[str, Any], name: str) -> int | None:
    """Take a NumericDate as whole seconds (RFC 7519 §2); None when the claim is absent.

    Raises TokenRefused(`bad_<name>`) for booleans, fractions, texts and absurd values.
    """
    value = claims.get(name)
    if value is None and name not in claims:
        return None
    if type(value) is not int or not 0 <= value < 1 << 40:
        raise TokenRefused(f"bad_{name}")
    return value
