"""The token endpoint's journeys: redeem a code, refresh, and what a token opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, assert_never

from idp.domain.client import Client
from idp.domain.errors import ErrorCode, ProtocolError
from idp.domain.events import (
    CodeRedeemed,
    CodeReplayed,
    DataReleased,
    GrantRevoked,
    TokenRefreshed,
)
from idp.domain.grants import AccessToken, Grant, RefreshToken
from idp.domain.values import Secret
from idp.ports.world import UnitOfWork, World
from idp.protocol.parameters import Parameters, require
from idp.protocol.subject import pairwise_subject
from idp.protocol.token import authorization_code, id_token, refresh_token, userinfo
from idp.protocol.token.authorization_code import Burn, Redeem, Refuse, Replay


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """A successful answer (RFC 6749 §5.1); `expires_in` in seconds."""

    access_token: Secret
    refresh_token: Secret | None
    id_token: str
    expires_in: int
    scope: tuple[str, ...]


async def exchange(parameters: Parameters, client: Client, world: World, now: datetime) -> Tokens:
    """Answer a token request of an authenticated client, by its `grant_type`.

    Raises ProtocolError.
    """
    grant_type = require(parameters, "grant_type")
    if grant_type == "authorization_code":
        return await redeem(parameters, client, world, now)
    if grant_type == "refresh_token":
        return await refresh(parameters, client, world, now)
    raise ProtocolError(ErrorCode.UNSUPPORTED_GRANT_TYPE, "grant_type_unknown")


async def redeem(parameters: Parameters, client: Client, world: World, now: datetime) -> Tokens:
    """Exchange a code for tokens, once, ever.

    A refusal that has consequences commits them with their event before it is raised.
    Raises ProtocolError(invalid_grant).
    """
    code_digest = Secret(require(parameters, "code")).digest
    async with world.storage.unit_of_work() as work:
        code = await work.grants.code(code_digest)
        grant = await work.grants.grant(code.grant_id) if code else None
        session = await work.sessions.get(grant.session_id) if grant else None
        outcome = authorization_code.decide(parameters, client, code, grant, session, now)
        match outcome:
            case Redeem():
                if await work.grants.consume_code(code_digest, now):
                    return await _issue(work, outcome, client, world, now)
                refusal = await _replayed(work, outcome.grant, now)  # the race was lost
            case Replay():
                refusal = await _replayed(work, outcome.grant, now)
            case Burn():
                await work.grants.consume_code(code_digest, now)
                await _revoke(work, outcome.grant, outcome.reason, now)
                refusal = outcome.reason
            case Refuse():
                refusal = outcome.reason
            case _:
                assert_never(outcome)
    raise ProtocolError(ErrorCode.INVALID_GRANT, refusal)


async def refresh(parameters: Parameters, client: Client, world: World, now: datetime) -> Tokens:
    """Answer a new access token and ID token; the refresh token stays as it is.

    Raises ProtocolError: `invalid_grant`, `invalid_scope`.
    """
    digest = Secret(require(parameters, "refresh_token")).digest
    async with world.storage.unit_of_work() as work:
        outcome = refresh_token.decide(parameters, client, await _known(work, digest, client), now)
        grant = outcome.grant
        event = TokenRefreshed(
            person_id=grant.person_id, client_id=grant.client_id, grant_id=grant.grant_id
        )
        await work.events.record(event, now)
        return await _tokens(work, grant, client, outcome.scope, None, world=world, now=now)


async def read_userinfo(token: Secret, world: World, now: datetime) -> dict[str, Any]:
    """Answer what an access token opens, and write down what left.

    Raises ProtocolError(invalid_token).
    """
    async with world.storage.unit_of_work() as work:
        found = userinfo.check_token(await work.grants.access_token(token.digest), now)
        person = await work.people.get(found.person_id)
        client = await work.clients.get(found.client_id)
        if person is None or client is None:
            raise ProtocolError(ErrorCode.INVALID_TOKEN, "access_token_not_valid")
        claims = userinfo.released_claims(found)
        if claims:
            event = DataReleased(
                person_id=person.person_id, client_id=client.client_id, claims=claims
            )
            await work.events.record(event, now)
        key = world.keyring.pairwise_key
        subject = pairwise_subject(key, client.sector_identifier, person.person_id)
        return userinfo.answer(found, person, subject)


async def _issue(
    work: UnitOfWork, outcome: Redeem, client: Client, world: World, now: datetime
) -> Tokens:
    grant = outcome.grant
    event = CodeRedeemed(
        person_id=grant.person_id, client_id=grant.client_id, grant_id=grant.grant_id
    )
    await work.events.record(event, now)
    secret = Secret.from_bytes(world.entropy(32))
    await work.grants.add_refresh_token(
        RefreshToken(
            token_digest=secret.digest,
            grant_id=grant.grant_id,
            client_id=grant.client_id,
            expires_at=grant.expires_at,
        )
    )
    nonce = outcome.code.nonce
    tokens = await _tokens(work, grant, client, grant.scope, nonce, world=world, now=now)
    return Tokens(
        access_token=tokens.access_token,
        refresh_token=secret,
        id_token=tokens.id_token,
        expires_in=tokens.expires_in,
        scope=tokens.scope,
    )


async def _tokens(
    work: UnitOfWork,
    grant: Grant,
    client: Client,
    scope: tuple[str, ...],
    nonce: str | None,
    *,
    world: World,
    now: datetime,
) -> Tokens:
    secret = Secret.from_bytes(world.entropy(32))
    lifetime = world.policy.access_token_lifetime
    await work.grants.add_access_token(
        AccessToken(
            token_digest=secret.digest,
            grant_id=grant.grant_id,
            client_id=grant.client_id,
            person_id=grant.person_id,
            scope=scope,
            claims=grant.claims,
            expires_at=now + lifetime,
        )
    )
    key = world.keyring.pairwise_key
    claims = id_token.id_token_claims(
        grant,
        issuer=world.policy.issuer,
        subject=pairwise_subject(key, client.sector_identifier, grant.person_id),
        nonce=nonce,
        access_token=secret,
        now=now,
    )
    return Tokens(
        access_token=secret,
        refresh_token=None,
        id_token=world.keyring.sign_jwt(id_token.TYP, claims),
        expires_in=int(lifetime.total_seconds()),
        scope=scope,
    )


async def _known(work: UnitOfWork, digest: bytes, client: Client) -> refresh_token.Known:
    token = await work.grants.refresh_token(digest)
    grant = await work.grants.grant(token.grant_id) if token else None
    if grant is None:
        return refresh_token.Known(token=None, grant=None, session=None, consents=())
    return refresh_token.Known(
        token=token,
        grant=grant,
        session=await work.sessions.get(grant.session_id),
        consents=await work.grants.consents(grant.person_id, client.client_id),
    )


async def _replayed(work: UnitOfWork, grant: Grant, now: datetime) -> str:
    """Somebody has this code who should not: nothing that came of it stays good."""
    event = CodeReplayed(
        person_id=grant.person_id, client_id=grant.client_id, grant_id=grant.grant_id
    )
    await work.events.record(event, now)
    await _revoke(work, grant, "code_replayed", now)
    return "code_replayed"


async def _revoke(work: UnitOfWork, grant: Grant, reason: str, now: datetime) -> None:
    if await work.grants.revoke_grant(grant.grant_id, now):
        event = GrantRevoked(
            person_id=grant.person_id,
            client_id=grant.client_id,
            grant_id=grant.grant_id,
            reason=reason,
        )
        await work.events.record(event, now)
