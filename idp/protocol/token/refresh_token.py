"""Using a refresh token (RFC 6749 §6).

Clients authenticate with a key, so a token is bound to its client and is not rotated: FAPI 2.0 SP
§5.3.2.1 (9) forbids rotation but for extraordinary circumstances, since a lost answer would lock
the client out. What ends it is absolute: the grant, the session, the consent, the limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from idp.domain.client import Client
from idp.domain.errors import ErrorCode, ProtocolError
from idp.domain.grants import Consent, Grant, RefreshToken
from idp.domain.session import Session
from idp.protocol.parameters import Parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresh:
    """A new access token, for this scope, a part of what was granted."""

    grant: Grant
    scope: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What belongs to the token that was presented; None where it is not found."""

    token: RefreshToken | None
    grant: Grant | None
    session: Session | None
    consents: Sequence[Consent]  # standing ones of the person for the client


def decide(parameters: Parameters, client: Client, known: Known, now: datetime) -> Refresh:
    """Decide whether the token still opens something.

    Raises ProtocolError: `invalid_grant`; `invalid_scope` for more than was granted
    (RFC 6749 §6).
    """
    token, grant = known.token, known.grant
    if token is None or grant is None:
        raise _refused("refresh_token_unknown")
    if token.client_id != client.client_id:
        raise _refused("refresh_token_of_another_client")
    if grant.revoked_at is not None:
        raise _refused("grant_revoked")
    if now >= token.expires_at:
        raise _refused("refresh_token_expired")
    if known.session is None or not known.session.is_live(now):
        raise _refused("session_ended")
    if all(consent.consent_id != grant.consent_id for consent in known.consents):
        raise _refused("consent_withdrawn")
    return Refresh(grant=grant, scope=_narrowed(parameters.get("scope"), grant.scope))


def _narrowed(asked: str | None, granted: tuple[str, ...]) -> tuple[str, ...]:
    if asked is None:
        return granted
    scope = asked.split(" ")
    if not set(scope) <= set(granted):
        raise ProtocolError(ErrorCode.INVALID_SCOPE, "scope_not_granted")
    return tuple(name for name in granted if name in scope)


def _refused(reason: str) -> ProtocolError:
    return ProtocolError(ErrorCode.INVALID_GRANT, reason)
