"""What OAuth keeps between the steps of a login."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PushedRequest:
    """An authorization request as it was pushed and checked (RFC 9126)."""

    authorization_id: str
    request_uri_digest: bytes
    client_id: str
    parameters: Mapping[str, str]  # as validated; parsed again into the typed request
    expires_at: datetime
    completed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a citizen's approval gave a department: the root of its tokens."""

    grant_id: str
    client_id: str
    person_id: str
    session_id: str
    scope: tuple[str, ...]
    claims: tuple[str, ...]  # released
    consent_id: str | None
    acr: str
    amr: tuple[str, ...]
    auth_time: datetime
    created_at: datetime
    expires_at: datetime  # of the refresh token: an absolute limit
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationCode:
    """A code, by its digest, with what it is bound to."""

    code_digest: bytes
    grant_id: str
    client_id: str
    redirect_uri: str
    code_challenge: str
    nonce: str | None
    issued_at: datetime
    expires_at: datetime  # at most 60 seconds later
    redeemed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """An opaque access token, by its digest."""

    token_digest: bytes
    grant_id: str
    client_id: str
    person_id: str
    scope: tuple[str, ...]
    claims: tuple[str, ...]
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshToken:
    """A refresh token, by its digest."""

    token_digest: bytes
    grant_id: str
    client_id: str
    expires_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What the citizen agreed to release to a department, for what, until when."""

    consent_id: str
    person_id: str
    client_id: str
    purpose: str
    claims: tuple[str, ...]
    given_at: datetime
    withdrawn_at: datetime | None = None
    last_used_at: datetime | None = None
