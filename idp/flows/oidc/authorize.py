"""Logging in, seen from the department: push a request, start it, go on after the approval."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from idp.domain.approval import Approval, ApprovalState
from idp.domain.client import Client
from idp.domain.errors import ErrorCode, JourneyError, ProtocolError
from idp.domain.grants import PushedRequest
from idp.domain.session import SessionKind
from idp.domain.values import Secret
from idp.flows.login import complete, settled
from idp.flows.oidc import issue
from idp.flows.oidc.ask import Visitor, ask
from idp.ports.world import UnitOfWork, World
from idp.protocol.parameters import Parameters
from idp.protocol.request import authorize, interaction, par
from idp.protocol.request.authorize import AuthorizationRequest
from idp.protocol.request.interaction import AskApproval, IssueCode, Known, session_stands
from idp.protocol.request.response import AuthorizationRefused, error_response
from idp.protocol.subject import pairwise_subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """The answer to a push (RFC 9126 §2.2); `expires_in` in seconds."""

    request_uri: str
    expires_in: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBack:
    """The browser goes back to the department, with a code."""

    redirect_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowApproval:
    """The browser shows an approval and waits for the phone."""

    approval_id: str
    ui_locales: tuple[str, ...]  # the department's page was in one of these


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """Where the browser goes after an approval; `session_cookie` is set when a session began."""

    redirect_to: str
    session_cookie: Secret | None


async def push(parameters: Parameters, client: Client, world: World, now: datetime) -> Pushed:
    """Check an authenticated client's request and keep it.

    Raises ProtocolError.
    """
    par.check(parameters, client, world.keyring.verification_keys)
    handle = Secret.from_bytes(world.entropy(32))
    async with world.storage.unit_of_work() as work:
        await work.grants.push(_pushed(parameters, client, handle, world, now))
    lifetime = int(world.policy.request_uri_lifetime.total_seconds())
    return Pushed(request_uri=par.request_uri(handle), expires_in=lifetime)


async def start(
    parameters: Parameters, visitor: Visitor, world: World, now: datetime
) -> SendBack | ShowApproval:
    """Start an authorization: send the browser back at once, or open an approval for it.

    Raises ProtocolError (a page) before client and redirect_uri are known to be good,
    AuthorizationRefused (a redirect) after that.
    """
    async with world.storage.unit_of_work() as work:
        client = await work.clients.get(parameters.get("client_id", ""))
        if client is None:
            raise ProtocolError(ErrorCode.INVALID_REQUEST, "unknown_client")
        pushed = await _find_or_keep(work, parameters, client, world, now)
        try:
            request = authorize.check(pushed.parameters, client, world.keyring.verification_keys)
            outcome = await _decide(work, request, client, visitor, world, now)
        except ProtocolError as refusal:
            raise _by_redirect(refusal, pushed.parameters, world) from refusal
        match outcome:
            case IssueCode():
                url = await _issue_silently(
                    work, request, client, pushed, outcome, world=world, now=now
                )
                return SendBack(redirect_to=url)
            case AskApproval():
                approval_id = await ask(
                    work, request, pushed, outcome, visitor, world=world, now=now
                )
                return ShowApproval(approval_id=approval_id, ui_locales=request.ui_locales)
            case _:
                assert_never(outcome)


async def resume(
    approval_id: str, browser: Secret, world: World, session: Secret | None = None
) -> Resumed:
    """Go on after an approval, in the browser that began and in no other.

    A session that the browser still has (`session`) goes on under a new cookie when it is the
    same person's, and ends otherwise. Raises
    JourneyError: `not_found`, `not_this_browser`, `approval_pending`, `approval_completed`.
    """
    now = world.clock()
    async with world.storage.unit_of_work() as work:
        approval = await work.approvals.get(approval_id)
        if approval is None or approval.authorization_id is None:
            raise JourneyError("not_found")
        if not browser.matches(approval.browser_digest):
            raise JourneyError("not_this_browser")
        pushed = await work.grants.pushed_by_id(approval.authorization_id)
        client = await work.clients.get(approval.client_id)
        if pushed is None or client is None:
            raise JourneyError("not_found")
        state = await settled(work, approval, world.policy.approval_pickup, now)
        if state is not ApprovalState.APPROVED:
            url = await _refuse(work, pushed, state, world, now)
            return Resumed(redirect_to=url, session_cookie=None)
        return await _complete(work, approval, pushed, client, session, world=world, now=now)


async def _find_or_keep(
    work: UnitOfWork, parameters: Parameters, client: Client, world: World, now: datetime
) -> PushedRequest:
    """Load the pushed request, or keep one that came by the browser as if it had been pushed.

    Beside `request_uri` nothing but `client_id` is read (RFC 9126 §4).
    """
    if "request_uri" in parameters:
        found = await work.grants.pushed(par.handle_of(parameters).digest)
        return par.check_loaded(found, client, now)
    par.check_unpushed(client)
    try:
        authorize.check(parameters, client, world.keyring.verification_keys)
    except ProtocolError as refusal:
        raise _by_redirect(refusal, parameters, world) from refusal
    kept = _pushed(parameters, client, Secret.from_bytes(world.entropy(32)), world, now)
    await work.grants.push(kept)
    return kept


def _pushed(
    parameters: Parameters, client: Client, handle: Secret, world: World, now: datetime
) -> PushedRequest:
    return PushedRequest(
        authorization_id=Secret.from_bytes(world.entropy(16)).reveal(),
        request_uri_digest=handle.digest,
        client_id=client.client_id,
        parameters=authorize.kept(parameters),
        expires_at=now + world.policy.request_uri_lifetime,
    )


def _by_redirect(refusal: ProtocolError, parameters: Parameters, world: World) -> ProtocolError:
    """Turn a redirectable refusal into one that knows its way; leave the others alone."""
    if not refusal.redirectable:
        return refusal
    url = error_response(
        parameters["redirect_uri"],
        error=refusal.code,
        description=refusal.reason,
        state=parameters.get("state"),
        issuer=world.policy.issuer,
    )
    return AuthorizationRefused(refusal.code, refusal.reason, url)


async def _decide(
    work: UnitOfWork,
    request: AuthorizationRequest,
    client: Client,
    visitor: Visitor,
    world: World,
    now: datetime,
) -> interaction.Outcome:
    digest = visitor.session.digest if visitor.session else None
    session = await work.sessions.by_cookie(digest, SessionKind.BROWSER) if digest else None
    if session is not None and not session_stands(session, world.policy.session_idle, now):
        session = None
    subject = consent = None
    if session is not None:
        key = world.keyring.pairwise_key
        subject = pairwise_subject(key, client.sector_identifier, session.person_id)
        consents = await work.grants.consents(session.person_id, client.client_id)
        consent = interaction.covering_consent(request, consents)
    return interaction.decide(
        Known(request=request, session=session, subject=subject, consent=consent, now=now)
    )


async def _issue_silently(
    work: UnitOfWork,
    request: AuthorizationRequest,
    client: Client,
    pushed: PushedRequest,
    outcome: IssueCode,
    *,
    world: World,
    now: datetime,
) -> str:
    if not await work.grants.complete_push(pushed.authorization_id, now):
        raise ProtocolError(ErrorCode.INVALID_REQUEST, "request_uri_spent")
    await work.sessions.seen(outcome.session.session_id, now)
    return await issue.code(
        work,
        issue.Given(
            request=request,
            client=client,
            session=outcome.session,
            consent_id=outcome.consent.consent_id,
            released=outcome.released,
        ),
        world,
        now,
    )


async def _refuse(
    work: UnitOfWork, pushed: PushedRequest, state: ApprovalState, world: World, now: datetime
) -> str:
    """Answer `access_denied`; the request is spent, so that nothing else can come of it."""
    await work.grants.complete_push(pushed.authorization_id, now)
    return error_response(
        pushed.parameters["redirect_uri"],
        error=ErrorCode.ACCESS_DENIED,
        description=state.value,
        state=pushed.parameters.get("state"),
        issuer=world.policy.issuer,
    )


async def _complete(
    work: UnitOfWork,
    approval: Approval,
    pushed: PushedRequest,
    client: Client,
    old: Secret | None,
    *,
    world: World,
    now: datetime,
) -> Resumed:
    """Spend the approval and the request, begin a session, keep the consent, issue the code."""
    if not await work.grants.complete_push(pushed.authorization_id, now):
        raise JourneyError("approval_completed")
    begun = await complete(work, approval, old, world, now)
    request = authorize.check(pushed.parameters, client, world.keyring.verification_keys)
    consent_id = await issue.keep_consent(work, approval, begun.session.person_id, world, now)
    given = issue.Given(
        request=request,
        client=client,
        session=begun.session,
        consent_id=consent_id,
        released=approval.released,
    )
    url = await issue.code(work, given, world, now)
    return Resumed(redirect_to=url, session_cookie=begun.cookie)
