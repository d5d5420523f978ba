"""The userinfo answer (OIDC Core §5.3): what was released, and where each value comes from."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

from idp.domain.errors import ErrorCode, ProtocolError
from idp.domain.grants import AccessToken
from idp.domain.person import Person
from idp.domain.values import Secret
from idp.protocol.claims import SCOPES, released

_BEARER: Final = re.compile(r"[Bb][Ee][Aa][Rr][Ee][Rr] +([A-Za-z0-9\-._~+/]{1,512}=*)")


def bearer_token(authorization: str | None) -> Secret:
    """Take the token out of the Authorization header, the one place for it (RFC 6750 §2.1).

    Raises ProtocolError(invalid_token).
    """
    found = _BEARER.fullmatch(authorization or "")
    if found is None:
        raise ProtocolError(ErrorCode.INVALID_TOKEN, "bearer_token_missing")
    return Secret(found[1])


def check_token(token: AccessToken | None, now: datetime) -> AccessToken:
    """Decide whether an access token opens anything now.

    Raises ProtocolError(invalid_token): unknown, revoked, or `now` is its end or later.
    """
    if token is None or now >= token.expires_at:
        raise ProtocolError(ErrorCode.INVALID_TOKEN, "access_token_not_valid")
    return token


def released_claims(token: AccessToken) -> tuple[str, ...]:
    """The claims that this token opens: released by the citizen *and* within its scope."""
    within = {claim for name in token.scope for claim in SCOPES.get(name, ())}
    return tuple(claim for claim in token.claims if claim in within)


def answer(token: AccessToken, person: Person, subject: str) -> dict[str, Any]:
    """The body: `sub` always, then the released claims with their sources."""
    return {"sub": subject, **released(person.attributes, released_claims(token))}
