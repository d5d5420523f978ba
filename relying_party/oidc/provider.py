"""What the identity provider says of itself: endpoints and keys, cached, and checked once.

OpenID Connect Discovery 1.0 §4; RFC 8414 §3.3. Stricter than both: every endpoint must lie on
the issuer's own origin, so a changed document cannot send a department elsewhere.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import jwt

from relying_party.oidc.errors import Refused, RefusedReason
from relying_party.oidc.http import HttpClient
from relying_party.settings import Clock

MAX_AGE: Final = timedelta(minutes=10)
#: An unknown `kid` makes us look again, but not more often than this.
COOLDOWN: Final = timedelta(seconds=30)
MAX_KEYS: Final = 16
ALGORITHM: Final = "ES256"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """The endpoints a department uses, all on the issuer's origin."""

    authorization_endpoint: str
    pushed_authorization_request_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    end_session_endpoint: str
    jwks_uri: str


class Provider:
    """The identity provider as this department knows it."""

    def __init__(self, issuer: str, http: HttpClient, clock: Clock) -> None:
        self.issuer = issuer
        self._http = http
        self._clock = clock
        self._metadata: tuple[datetime, Metadata] | None = None
        self._keys: tuple[datetime, dict[str, jwt.PyJWK]] | None = None
        self._lock = asyncio.Lock()

    async def metadata(self) -> Metadata:
        """The endpoints. Raises Refused when the document is not this issuer's, Unreachable."""
        async with self._lock:
            return await self._current_metadata()

    async def key(self, kid: str) -> jwt.PyJWK:
        """The ES256 key of that id; looks again, at most every 30 s, when it is not known.

        Raises Refused (`unknown_key`), Unreachable.
        """
        async with self._lock:
            now = self._clock()
            fetched_at, keys = self._keys or (None, {})
            wait = MAX_AGE if kid in keys else COOLDOWN
            if fetched_at is None or now - fetched_at > wait:
                keys = await self._fetch_keys(now)
            found = keys.get(kid)
        if found is None:
            raise Refused(RefusedReason.UNKNOWN_KEY, kid[:40])
        return found

    async def _current_metadata(self) -> Metadata:
        now = self._clock()
        if self._metadata is None or now - self._metadata[0] > MAX_AGE:
            answer = await self._http.get(f"{self.issuer}/.well-known/openid-configuration")
            if answer.status != 200:
                raise Refused(RefusedReason.PROVIDER_REFUSED, f"discovery {answer.status}")
            self._metadata = (now, read_metadata(answer.json(), self.issuer))
        return self._metadata[1]

    async def _fetch_keys(self, now: datetime) -> dict[str, jwt.PyJWK]:
        answer = await self._http.get((await self._current_metadata()).jwks_uri)
        if answer.status != 200:
            raise Refused(RefusedReason.PROVIDER_REFUSED, f"jwks {answer.status}")
        keys = read_keys(answer.json())
        self._keys = (now, keys)
        return keys


def read_metadata(document: dict[str, Any], issuer: str) -> Metadata:
    """Check a discovery document (OIDC Discovery §4.3) and keep what we use.

    Raises Refused: `wrong_issuer` when it speaks for someone else, `wrong_algorithm` when it
    offers no ES256 or no S256, `malformed` when an endpoint is missing or on another origin, or
    when responses would not name their issuer (RFC 9207 §3).
    """
    if document.get("issuer") != issuer:
        raise Refused(RefusedReason.WRONG_ISSUER, "discovery")
    for member, needed in (
        ("id_token_signing_alg_values_supported", ALGORITHM),
        ("code_challenge_methods_supported", "S256"),
        ("token_endpoint_auth_methods_supported", "private_key_jwt"),
    ):
        offered = document.get(member)
        if not isinstance(offered, list) or needed not in offered:
            raise Refused(RefusedReason.WRONG_ALGORITHM, member)
    if document.get("authorization_response_iss_parameter_supported") is not True:
        raise Refused(RefusedReason.MALFORMED, "responses without iss")

    def endpoint(name: str) -> str:
        value = document.get(name)
        if not isinstance(value, str) or not value.startswith(f"{issuer}/"):
            raise Refused(RefusedReason.MALFORMED, name)
        return value

    return Metadata(
        authorization_endpoint=endpoint("authorization_endpoint"),
        pushed_authorization_request_endpoint=endpoint("pushed_authorization_request_endpoint"),
        token_endpoint=endpoint("token_endpoint"),
        userinfo_endpoint=endpoint("userinfo_endpoint"),
        end_session_endpoint=endpoint("end_session_endpoint"),
        jwks_uri=endpoint("jwks_uri"),
    )


def read_keys(document: dict[str, Any]) -> dict[str, jwt.PyJWK]:
    """The P-256 signature keys of a JWK Set by `kid` (RFC 7517 §5); others are passed over."""
    listed = document.get("keys")
    if not isinstance(listed, list) or len(listed) > MAX_KEYS:
        raise Refused(RefusedReason.MALFORMED, "keys")
    keys: dict[str, jwt.PyJWK] = {}
    for entry in listed:
        if not isinstance(entry, dict) or entry.get("crv") != "P-256":
            continue
        kid, use = entry.get("kid"), entry.get("use", "sig")
        if not isinstance(kid, str) or use != "sig" or entry.get("alg", ALGORITHM) != ALGORITHM:
            continue
        if kid in keys:
            raise Refused(RefusedReason.MALFORMED, "two keys of one kid")
        try:
            keys[kid] = jwt.PyJWK(entry, algorithm=ALGORITHM)
        except jwt.PyJWTError as error:
            raise Refused(RefusedReason.MALFORMED, "key") from error
    return keys
