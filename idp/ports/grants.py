"""What OAuth keeps: pushed requests, codes, grants, tokens, consents, spent identifiers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from idp.domain.grants import (
    AccessToken,
    AuthorizationCode,
    Consent,
    Grant,
    PushedRequest,
    RefreshToken,
)


class GrantStore(Protocol):
    """Codes and tokens are stored as digests; whatever is single-use is spent by one statement."""

    async def push(self, request: PushedRequest) -> None:
        """Keep a pushed authorization request (RFC 9126)."""

    async def pushed(self, request_uri_digest: bytes) -> PushedRequest | None:
        """Find a pushed request by its request_uri; it may be loaded until it completes."""

    async def pushed_by_id(self, authorization_id: str) -> PushedRequest | None:
        """Find a pushed request by our own id, to go on with it after an approval."""

    async def complete_push(self, authorization_id: str, now: datetime) -> bool:
        """Spend the pushed request: one authorization comes of it. False when spent before."""

    async def issue_code(self, code: AuthorizationCode, grant: Grant) -> None:
        """Keep a code and the grant it will open."""

    async def code(self, code_digest: bytes) -> AuthorizationCode | None:
        """Find a code, redeemed ones included."""

    async def consume_code(self, code_digest: bytes, now: datetime) -> bool:
        """Redeem the code: True for one caller, ever (RFC 6749 §4.1.2)."""

    async def grant(self, grant_id: str) -> Grant | None:
        """Find a grant."""

    async def revoke_grant(self, grant_id: str, now: datetime) -> bool:
        """Revoke a grant and all its tokens; False when it was revoked already."""

    async def grants_of(self, person_id: str) -> Sequence[Grant]:
        """The resident's grants that were not revoked, newest first."""

    async def add_access_token(self, token: AccessToken) -> None:
        """Keep an access token."""

    async def access_token(self, token_digest: bytes) -> AccessToken | None:
        """Find an access token whose grant stands."""

    async def add_refresh_token(self, token: RefreshToken) -> None:
        """Keep a refresh token."""

    async def refresh_token(self, token_digest: bytes) -> RefreshToken | None:
        """Find a refresh token, used ones included."""

    async def spend_jti(self, client_id: str, jti: str, expires_at: datetime) -> bool:
        """Spend a client assertion's jti; False when it was spent before (RFC 7523 §3)."""

    async def add_consent(self, consent: Consent) -> None:
        """Keep what the citizen agreed to."""

    async def consents(self, person_id: str, client_id: str | None = None) -> Sequence[Consent]:
        """Standing consents of the resident, newest first."""

    async def withdraw_consent(self, consent_id: str, now: datetime) -> bool:
        """Withdraw a consent; False when it was withdrawn already."""

    async def keep_subject(self, sector_identifier: str, subject: str, person_id: str) -> None:
        """Remember whom a sector knows by a pairwise subject; keeping it again changes nothing."""

    async def person_of_subject(self, sector_identifier: str, subject: str) -> str | None:
        """Find the resident whom this sector knows by this subject; None for anybody else's."""
