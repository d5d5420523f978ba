"""Pushed requests, codes, grants, tokens, consents: the single-use ones go by one statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Table, insert, select, update

from idp.domain.grants import (
    AccessToken,
    AuthorizationCode,
    Consent,
    Grant,
    PushedRequest,
    RefreshToken,
)
from idp.storage.database import Connection
from idp.storage.grant_tables import (
    access_tokens,
    authorization_codes,
    columns_of,
    consents,
    grant_of,
    grants,
    pushed_requests,
    refresh_tokens,
    spent_assertions,
    subjects,
    tuples,
)
from idp.storage.schema import insert_absent


class SqlGrantStore:
    """The `GrantStore` of a database, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def push(self, request: PushedRequest) -> None:
        """Keep a pushed authorization request (RFC 9126)."""
        await self._connection.execute(
            insert(pushed_requests).values(
                authorization_id=request.authorization_id,
                request_uri_digest=request.request_uri_digest,
                client_id=request.client_id,
                parameters=dict(request.parameters),
                expires_at=request.expires_at,
            )
        )

    async def pushed(self, request_uri_digest: bytes) -> PushedRequest | None:
        """Find a pushed request by its request_uri; it may be loaded until it completes."""
        wanted = pushed_requests.c.request_uri_digest == request_uri_digest
        return await self._pushed(wanted)

    async def pushed_by_id(self, authorization_id: str) -> PushedRequest | None:
        """Find a pushed request by our own id, to go on with it after an approval."""
        return await self._pushed(pushed_requests.c.authorization_id == authorization_id)

    async def complete_push(self, authorization_id: str, now: datetime) -> bool:
        """Spend the pushed request: one authorization comes of it. False when spent before."""
        result = await self._connection.execute(
            update(pushed_requests)
            .where(
                pushed_requests.c.authorization_id == authorization_id,
                pushed_requests.c.completed_at.is_(None),
            )
            .values(completed_at=now)
        )
        return bool(result.rowcount == 1)

    async def issue_code(self, code: AuthorizationCode, grant: Grant) -> None:
        """Keep a code and the grant it will open."""
        await self._connection.execute(insert(grants).values(**columns_of(grant)))
        await self._connection.execute(insert(authorization_codes).values(**columns_of(code)))

    async def code(self, code_digest: bytes) -> AuthorizationCode | None:
        """Find a code, redeemed ones included."""
        row = await self._one(authorization_codes, authorization_codes.c.code_digest == code_digest)
        return AuthorizationCode(**row._asdict()) if row else None

    async def consume_code(self, code_digest: bytes, now: datetime) -> bool:
        """Redeem the code: True for one caller, ever (RFC 6749 §4.1.2)."""
        result = await self._connection.execute(
            update(authorization_codes)
            .where(
                authorization_codes.c.code_digest == code_digest,
                authorization_codes.c.redeemed_at.is_(None),
            )
            .values(redeemed_at=now)
        )
        return bool(result.rowcount == 1)

    async def grant(self, grant_id: str) -> Grant | None:
        """Find a grant."""
        row = await self._one(grants, grants.c.grant_id == grant_id)
        return grant_of(row) if row else None

    async def revoke_grant(self, grant_id: str, now: datetime) -> bool:
        """Revoke a grant and all its tokens; False when it was revoked already."""
        result = await self._connection.execute(
            update(grants)
            .where(grants.c.grant_id == grant_id, grants.c.revoked_at.is_(None))
            .values(revoked_at=now)
        )
        return bool(result.rowcount == 1)

    async def grants_of(self, person_id: str) -> Sequence[Grant]:
        """The resident's grants that were not revoked, newest first."""
        rows = await self._connection.execute(
            select(grants)
            .where(grants.c.person_id == person_id, grants.c.revoked_at.is_(None))
            .order_by(grants.c.created_at.desc(), grants.c.grant_id)
        )
        return [grant_of(row) for row in rows]

    async def add_access_token(self, token: AccessToken) -> None:
        """Keep an access token."""
        await self._connection.execute(insert(access_tokens).values(**columns_of(token)))

    async def access_token(self, token_digest: bytes) -> AccessToken | None:
        """Find an access token whose grant stands."""
        result = await self._connection.execute(
            select(access_tokens)
            .join(grants, grants.c.grant_id == access_tokens.c.grant_id)
            .where(access_tokens.c.token_digest == token_digest, grants.c.revoked_at.is_(None))
        )
        row = result.one_or_none()
        return AccessToken(**tuples(row, "scope", "claims")) if row else None

    async def add_refresh_token(self, token: RefreshToken) -> None:
        """Keep a refresh token."""
        await self._connection.execute(insert(refresh_tokens).values(**columns_of(token)))

    async def refresh_token(self, token_digest: bytes) -> RefreshToken | None:
        """Find a refresh token, used ones included."""
        row = await self._one(refresh_tokens, refresh_tokens.c.token_digest == token_digest)
        return RefreshToken(**row._asdict()) if row else None

    async def spend_jti(self, client_id: str, jti: str, expires_at: datetime) -> bool:
        """Spend a client assertion's jti; False when it was spent before (RFC 7523 §3)."""
        return await self._insert_absent(
            spent_assertions, {"client_id": client_id, "jti": jti, "expires_at": expires_at}
        )

    async def add_consent(self, consent: Consent) -> None:
        """Keep what the citizen agreed to."""
        await self._connection.execute(insert(consents).values(**columns_of(consent)))

    async def consents(self, person_id: str, client_id: str | None = None) -> Sequence[Consent]:
        """Standing consents of the resident, newest first."""
        query = select(consents).where(
            consents.c.person_id == person_id, consents.c.withdrawn_at.is_(None)
        )
        if client_id is not None:
            query = query.where(consents.c.client_id == client_id)
        rows = await self._connection.execute(
            query.order_by(consents.c.given_at.desc(), consents.c.consent_id)
        )
        return [Consent(**tuples(row, "claims")) for row in rows]

    async def withdraw_consent(self, consent_id: str, now: datetime) -> bool:
        """Withdraw a consent; False when it was withdrawn already."""
        result = await self._connection.execute(
            update(consents)
            .where(consents.c.consent_id == consent_id, consents.c.withdrawn_at.is_(None))
            .values(withdrawn_at=now)
        )
        return bool(result.rowcount == 1)

    async def keep_subject(self, sector_identifier: str, subject: str, person_id: str) -> None:
        """Remember whom a sector knows by a pairwise subject; keeping it again changes nothing."""
        await self._insert_absent(
            subjects,
            {
                "sector_identifier": sector_identifier,
                "subject": subject,
                "person_id": person_id,
            },
        )

    async def person_of_subject(self, sector_identifier: str, subject: str) -> str | None:
        """Find the resident whom this sector knows by this subject; None for anybody else's."""
        result = await self._connection.execute(
            select(subjects.c.person_id).where(
                subjects.c.sector_identifier == sector_identifier, subjects.c.subject == subject
            )
        )
        found: str | None = result.scalar_one_or_none()
        return found

    async def _pushed(self, wanted: Any) -> PushedRequest | None:
        row = await self._one(pushed_requests, wanted)
        return PushedRequest(**row._asdict()) if row else None

    async def _one(self, table: Table, wanted: Any) -> Row[Any] | None:
        return (await self._connection.execute(select(table).where(wanted))).one_or_none()

    async def _insert_absent(self, table: Table, values: dict[str, Any]) -> bool:
        result = await self._connection.execute(insert_absent(table, values))
        return bool(result.rowcount == 1)
