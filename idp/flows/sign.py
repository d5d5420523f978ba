"""The journey of a signature: asked for, begun in a browser, gone on with, collected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, assert_never
from urllib.parse import urlencode

from certs.base.digest import sha256
from idp.approval.decide import is_own_browser, state_at
from idp.approval.draft import ApprovalDraft
from idp.domain.approval import Approval, ApprovalKind, ApprovalState
from idp.domain.client import Client
from idp.domain.errors import ErrorCode, JourneyError, ProtocolError
from idp.domain.events import SigningExcluded, SigningRequested
from idp.domain.signing import SigningRequest, SigningState
from idp.domain.values import Secret, base64url
from idp.flows.approve import open_approval
from idp.flows.at_the_phone import person_topic
from idp.flows.pending import topic
from idp.ports.world import UnitOfWork, World
from idp.signing import eligibility
from idp.signing.eligibility import Eligible, Excluded, UnknownMatter
from idp.signing.request import SigningForm

#: A result may wait this long for a signature that is being made.
PATIENCE: Final = timedelta(seconds=4)


class MatterExcluded(ProtocolError):  # noqa: N818 - a refusal by name
    """The matter may not be signed electronically; `eto_code` and `item` say why."""

    def __init__(self, excluded: Excluded) -> None:
        super().__init__(ErrorCode.EXCLUDED_MATTER, excluded.code.lower())
        self.eto_code = excluded.code
        self.item = excluded.item


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A finished document, with what its receipt says."""

    request: SigningRequest
    document: bytes


async def check_matter(
    client: Client, matter: str, person_id: str | None, world: World, now: datetime
) -> Eligible:
    """Ask first whether this may be signed electronically at all (ETO Schedule 1).

    Raises MatterExcluded, with its ledger entry written, or ProtocolError (unknown_matter).
    """
    verdict = eligibility.judge(eligibility.builtin(), matter, government=client.government)
    match verdict:
        case Eligible():
            return verdict
        case UnknownMatter():
            raise ProtocolError(ErrorCode.INVALID_REQUEST, "unknown_matter")
        case Excluded():
            event = SigningExcluded(
                person_id=person_id, client_id=client.client_id, matter=matter, reason=verdict.code
            )
            async with world.storage.unit_of_work() as work:
                await work.events.record(event, now)
            raise MatterExcluded(verdict)
        case _:
            assert_never(verdict)


async def ask(
    client: Client, form: SigningForm, document: bytes, pages: int, world: World, now: datetime
) -> SigningRequest:
    """Keep a department's request for a signature; the document was examined before.

    Raises ProtocolError (`invalid_request`: subject_unknown).
    """
    async with world.storage.unit_of_work() as work:
        person_id = await work.grants.person_of_subject(client.sector_identifier, form.sub)
        if person_id is None:
            raise ProtocolError(ErrorCode.INVALID_REQUEST, "subject_unknown")
        return await keep_request(work, client, person_id, form, document, pages, world, now)


async def keep_request(  # noqa: PLR0917 - the facts of one request
    work: UnitOfWork,
    client: Client,
    person_id: str,
    form: SigningForm,
    document: bytes,
    pages: int,
    world: World,
    now: datetime,
) -> SigningRequest:
    """Store a signing request with its document and its ledger entry, in this transaction.

    Raises ProtocolError (`invalid_document`: document_too_many_pages): what cannot be shown whole
    is not signed.
    """
    if pages > world.policy.max_document_pages:
        raise ProtocolError(ErrorCode.INVALID_DOCUMENT, "document_too_many_pages")
    request = SigningRequest(
        signing_request_id=base64url(world.entropy(18)),
        client_id=client.client_id,
        person_id=person_id,
        title=form.title,
        purpose=form.purpose,
        matter=form.matter,
        document_digest=sha256(document).hex(),
        pages=pages,
        redirect_uri=form.redirect_uri,
        client_state=form.state,
        state=SigningState.REQUESTED,
        requested_at=now,
        expires_at=now + world.policy.signing_request_lifetime,
    )
    await work.signing.add(request, document)
    event = SigningRequested(
        person_id=person_id,
        client_id=client.client_id,
        signing_request_id=request.signing_request_id,
        document_digest=request.document_digest,
        matter=request.matter,
    )
    await work.events.record(event, now)
    return request


async def begin(
    signing_request_id: str, browser: Secret, asked_from: str, world: World, now: datetime
) -> str:
    """Open the approval for the browser that came; answers its id. The same browser may return.

    Raises JourneyError: `not_found`, `not_this_browser` (another one was first),
    `signing_over`.
    """
    async with world.storage.unit_of_work() as work:
        request = await work.signing.get(signing_request_id)
        if request is None:
            raise JourneyError("not_found")
        if request.approval_id is not None:
            approval = await work.approvals.get(request.approval_id)
            if approval is None or not is_own_browser(approval, browser):
                raise JourneyError("not_this_browser")
            return approval.approval_id
        if request.state is not SigningState.REQUESTED or now >= request.expires_at:
            raise JourneyError("signing_over")
        draft = ApprovalDraft(
            kind=ApprovalKind.SIGN,
            client_id=request.client_id,
            purpose=request.purpose,
            asked_from=asked_from,
            browser_digest=browser.digest,
            signing_request_id=signing_request_id,
            document_digest=request.document_digest,
            person_id=request.person_id,
        )
        approval = await open_approval(work, draft, world, now)
        if not await work.signing.bind_approval(signing_request_id, approval.approval_id):
            raise JourneyError("not_this_browser")
    world.wake.notify(person_topic(request.person_id))
    return approval.approval_id


async def resume(approval_id: str, browser: Secret | None, world: World) -> str:
    """Go on after the approval: answers where the browser goes now, with the outcome.

    Loading it again gives the same answer: nothing in it opens anything.
    Raises JourneyError: `not_found`, `not_this_browser`, `approval_pending`.
    """
    now = world.clock()
    async with world.storage.unit_of_work() as work:
        approval = await work.approvals.get(approval_id)
        if approval is None or approval.signing_request_id is None:
            raise JourneyError("not_found")
        if not is_own_browser(approval, browser):
            raise JourneyError("not_this_browser")
        request = await work.signing.get(approval.signing_request_id)
        if request is None:
            raise JourneyError("not_found")
        error = await _settle(work, approval, now)
    return _back_to(request, world.policy.issuer, error)


async def result(client: Client, signing_request_id: str, world: World, now: datetime) -> Signed:
    """Give the department its signed document, waiting a little for one in the making.

    Raises ProtocolError: `not_found`, `signing_pending`, `signing_refused`, `signing_expired`.
    """
    try:
        request = await _standing(client, signing_request_id, world, now)
    except JourneyError as error:
        raise ProtocolError(ErrorCode.SIGNING_PENDING, error.reason) from error
    if request.state is SigningState.APPROVED:
        await world.wake.wait(topic(signing_request_id), PATIENCE)
        request = await _standing(client, signing_request_id, world, now)
    match request.state:
        case SigningState.SIGNED:
            async with world.storage.unit_of_work() as work:
                document = await work.signing.signed_document(signing_request_id)
            assert document is not None
            return Signed(request=request, document=document)
        case SigningState.REQUESTED | SigningState.APPROVED:
            raise ProtocolError(ErrorCode.SIGNING_PENDING, "signing_pending")
        case SigningState.REFUSED:
            raise ProtocolError(ErrorCode.SIGNING_REFUSED, request.failure or "refused")
        case SigningState.EXPIRED:
            raise ProtocolError(ErrorCode.SIGNING_EXPIRED, request.failure or "expired")
        case _:
            assert_never(request.state)


async def _standing(
    client: Client, signing_request_id: str, world: World, now: datetime
) -> SigningRequest:
    """Load a department's own request, after deciding what its approval has decided."""
    async with world.storage.unit_of_work() as work:
        request = await work.signing.get(signing_request_id)
        if request is None or request.client_id != client.client_id:
            raise ProtocolError(ErrorCode.NOT_FOUND, "signing_request_not_found")
        if request.state is SigningState.REQUESTED:
            await _settle_open(work, request, now)
            request = await work.signing.get(signing_request_id)
            assert request is not None
    return request


async def _settle_open(work: UnitOfWork, request: SigningRequest, now: datetime) -> None:
    if request.approval_id is not None:
        approval = await work.approvals.get(request.approval_id)
        if approval is not None and _failure(state_at(approval, now)) is not None:
            await _settle(work, approval, now)
            return
    await work.signing.refuse(request.signing_request_id, SigningState.EXPIRED, "expired", now)


async def _settle(work: UnitOfWork, approval: Approval, now: datetime) -> str | None:
    """Decide the request as its approval was decided; the error for the department, if any."""
    assert approval.signing_request_id is not None
    state = state_at(approval, now)
    if state in {ApprovalState.WAITING, ApprovalState.CLAIMED}:
        raise JourneyError("approval_pending")
    if state is ApprovalState.APPROVED:
        await work.approvals.decide(
            approval.approval_id, from_=ApprovalState.APPROVED, to=ApprovalState.COMPLETED, now=now
        )
    failure = _failure(state)
    if failure is None:
        return None
    if approval.state is not state:  # it ran out: nobody can approve it any more
        swapped = await work.approvals.decide(
            approval.approval_id, from_=approval.state, to=ApprovalState.EXPIRED, now=now
        )
        if not swapped:
            raise JourneyError("approval_pending")  # decided this very moment: look again
    await work.signing.refuse(approval.signing_request_id, SigningState.REFUSED, failure, now)
    return failure


def _failure(state: ApprovalState) -> str | None:
    """The error that a department sees for a final state; None where the citizen approved."""
    return {
        ApprovalState.REJECTED: "access_denied",
        ApprovalState.WRONG_CODE: "wrong_code",
        ApprovalState.EXPIRED: "expired",
    }.get(state)


def _back_to(request: SigningRequest, issuer: str, error: str | None) -> str:
    parameters = {
        "signing_request_id": request.signing_request_id,
        "state": request.client_state,
        "iss": issuer,
    }
    if error is not None:
        parameters |= {"error": error}
    joint = "&" if "?" in request.redirect_uri else "?"
    return f"{request.redirect_uri}{joint}{urlencode(parameters)}"
