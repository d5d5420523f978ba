"""Issue a code with its grant, and keep the consent behind it: inside somebody's unit of work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from idp.domain.approval import Approval
from idp.domain.client import Client
from idp.domain.errors import ErrorCode, ProtocolError
from idp.domain.events import CodeIssued, ConsentGiven
from idp.domain.grants import AuthorizationCode, Consent, Grant
from idp.domain.session import Session
from idp.domain.values import Secret
from idp.ports.world import UnitOfWork, World
from idp.protocol.request.authorize import AuthorizationRequest
from idp.protocol.request.response import AuthorizationRefused, code_response, error_response
from idp.protocol.subject import pairwise_subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """All that a code stands for."""

    request: AuthorizationRequest
    client: Client
    session: Session
    consent_id: str
    released: tuple[str, ...]


async def code(work: UnitOfWork, given: Given, world: World, now: datetime) -> str:
    """Issue a code and answer the URL that carries it to the department.

    Raises AuthorizationRefused(login_required) when the department expected somebody else.
    """
    request, session = given.request, given.session
    sector = given.client.sector_identifier
    subject = pairwise_subject(world.keyring.pairwise_key, sector, session.person_id)
    if request.hint_subject is not None and request.hint_subject != subject:
        raise _other_person(request, world)
    await work.grants.keep_subject(sector, subject, session.person_id)
    secret = Secret.from_bytes(world.entropy(32))
    grant = _grant(given, world, now)
    await work.grants.issue_code(
        AuthorizationCode(
            code_digest=secret.digest,
            grant_id=grant.grant_id,
            client_id=grant.client_id,
            redirect_uri=request.redirect_uri,
            code_challenge=request.code_challenge,
            nonce=request.nonce,
            issued_at=now,
            expires_at=now + world.policy.code_lifetime,
        ),
        grant,
    )
    event = CodeIssued(
        person_id=grant.person_id, client_id=grant.client_id, grant_id=grant.grant_id
    )
    await work.events.record(event, now)
    return code_response(
        request.redirect_uri,
        code=secret.reveal(),
        state=request.state,
        issuer=world.policy.issuer,
    )


def _grant(given: Given, world: World, now: datetime) -> Grant:
    return Grant(
        grant_id=Secret.from_bytes(world.entropy(16)).reveal(),
        client_id=given.client.client_id,
        person_id=given.session.person_id,
        session_id=given.session.session_id,
        scope=given.request.scope,
        claims=given.released,
        consent_id=given.consent_id,
        acr=given.session.acr,
        amr=given.session.amr,
        auth_time=given.session.auth_time,
        created_at=now,
        expires_at=now + world.policy.refresh_token_lifetime,
    )


async def keep_consent(
    work: UnitOfWork, approval: Approval, person_id: str, world: World, now: datetime
) -> str:
    """Keep what the citizen agreed to in this approval, word for word; answers its id."""
    consent = Consent(
        consent_id=Secret.from_bytes(world.entropy(16)).reveal(),
        person_id=person_id,
        client_id=approval.client_id,
        purpose=approval.purpose,
        claims=approval.released,
        given_at=now,
    )
    await work.grants.add_consent(consent)
    event = ConsentGiven(
        person_id=person_id,
        client_id=approval.client_id,
        consent_id=consent.consent_id,
        claims=consent.claims,
    )
    await work.events.record(event, now)
    return consent.consent_id


def _other_person(request: AuthorizationRequest, world: World) -> ProtocolError:
    url = error_response(
        request.redirect_uri,
        error=ErrorCode.LOGIN_REQUIRED,
        description="other_person",
        state=request.state,
        issuer=world.policy.issuer,
    )
    return AuthorizationRefused(ErrorCode.LOGIN_REQUIRED, "other_person", url)
