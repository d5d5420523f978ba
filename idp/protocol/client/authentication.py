"""Client authentication by signed assertion (RFC 7523 §3, OIDC Core §9 `private_key_jwt`)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from idp.domain.client import Client
from idp.domain.errors import ErrorCode, ProtocolError
from idp.protocol import jose
from idp.protocol.client.profile import SKEW, Audience, ProfileRules, rules_for
from idp.protocol.parameters import Parameters, require

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"  # RFC 7523 §2.2
#: A client signs other things with the same key; those carry types of their own.
TYPES: Final = frozenset({None, "jwt", "client-authentication+jwt"})

_CLIENT: Final = re.compile(r"[\x21-\x7e]{1,128}")
_JTI: Final = re.compile(r"[\x21-\x7e]{1,128}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """A checked assertion. The caller still owes: spend `jti`, once, until `expires_at`."""

    client_id: str
    jti: str
    expires_at: datetime


def claimed_client(parameters: Parameters) -> str:
    """Say whose keys to check with: the client that the request claims to come from.

    Raises ProtocolError: `invalid_request` when two ways to authenticate were used
    (RFC 6749 §2.3); `invalid_client` when none, or not this one, or `client_id` differs.
    """
    if "client_secret" in parameters:
        reason = "two_authentications" if "client_assertion" in parameters else "wrong_method"
        code = ErrorCode.INVALID_REQUEST if "client_assertion" in parameters else None
        raise ProtocolError(code or ErrorCode.INVALID_CLIENT, reason)
    if "client_assertion" not in parameters:
        raise _refused("client_assertion_missing")
    if parameters.get("client_assertion_type") != ASSERTION_TYPE:
        raise _refused("wrong_assertion_type")
    try:
        claims = jose.read_unverified_claims(require(parameters, "client_assertion"))
    except jose.TokenRefused as refusal:
        raise _refused(f"assertion_{refusal.reason}") from refusal
    subject = claims.get("sub")
    # The pattern keeps NUL out, which PostgreSQL will not look up.
    if not isinstance(subject, str) or not _CLIENT.fullmatch(subject):
        raise _refused("client_id_differs")
    if parameters.get("client_id", subject) != subject:
        raise _refused("client_id_differs")
    return subject


def check_assertion(
    parameters: Parameters,
    client: Client | None,
    *,
    issuer: str,
    token_endpoint: str,
    now: datetime,
) -> Assertion:
    """Decide whether the assertion proves the client (RFC 7523 §3, FAPI 2.0 SP §5.3.2.1).

    Raises ProtocolError(invalid_client): one code and one kind of answer for whatever is wrong,
    an unknown client included.
    """
    if client is None:
        raise _refused("unknown_client")
    rules = rules_for(client)
    try:
        claims = jose.verify(
            require(parameters, "client_assertion"),
            jose.import_keys(client.jwks),
            types=TYPES,
            algorithms=rules.assertion_algorithms,
        )
        _check_parties(claims, client)
        _check_audience(claims, rules, issuer, token_endpoint)
        expires_at = _check_times(claims, rules, now)
        jti = _check_jti(claims)
    except jose.TokenRefused as refusal:
        raise _refused(f"assertion_{refusal.reason}") from refusal
    return Assertion(client_id=client.client_id, jti=jti, expires_at=expires_at)


def _check_parties(claims: Mapping[str, Any], client: Client) -> None:
    """`iss` and `sub` are both the client (RFC 7523 §3 (1), (2B))."""
    if claims.get("iss") != client.client_id or claims.get("sub") != client.client_id:
        raise jose.TokenRefused("wrong_party")


def _check_audience(
    claims: Mapping[str, Any], rules: ProfileRules, issuer: str, token_endpoint: str
) -> None:
    """`aud` is one string that only we go by: an array may name others too (CVE-2025-27370)."""
    known = {Audience.ISSUER: issuer, Audience.TOKEN_ENDPOINT: token_endpoint}
    audience = claims.get("aud")
    if not isinstance(audience, str):
        raise jose.TokenRefused("wrong_audience")
    if audience not in {known[name] for name in rules.assertion_audiences}:
        raise jose.TokenRefused("wrong_audience")


def _check_times(claims: Mapping[str, Any], rules: ProfileRules, now: datetime) -> datetime:
    """`exp` is ahead but not far; `nbf` and `iat` are not ahead by more than the skew."""
    present = now.timestamp()
    expires = jose.numeric_date(claims, "exp")
    if expires is None or expires <= present:
        raise jose.TokenRefused("expired")
    if expires > present + (rules.assertion_lifetime + SKEW).total_seconds():
        raise jose.TokenRefused("lives_too_long")
    for name in ("nbf", "iat"):
        moment = jose.numeric_date(claims, name)
        if moment is not None and moment > present + SKEW.total_seconds():
            raise jose.TokenRefused("from_the_future")
    return datetime.fromtimestamp(expires, UTC)


def _check_jti(claims: Mapping[str, Any]) -> str:
    """`jti` is there and short: it is kept until the assertion expires (FAPI 2.0 SP §5.3.2.1)."""
    jti = claims.get("jti")
    if not isinstance(jti, str) or not _JTI.fullmatch(jti):
        raise jose.TokenRefused("bad_jti")
    return jti


def _refused(reason: str) -> ProtocolError:
    return ProtocolError(ErrorCode.INVALID_CLIENT, reason)
