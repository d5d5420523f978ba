"""Work that could not share its transaction: signatures to make, notices to relay.

The same functions run at once, as tasks, and after a crash, from the rows that are left.

A signature passes four marks, so that a crash at any point leaves a decided state:

 1. *approved*: the citizen's activation is stored in the transaction that approves. A crash after
    it loses nothing: `carry_out` finds the row again.
 2. *intent*: the activation is taken by a compare-and-swap, with its ledger entry, in one
    transaction. Only after it is committed does the room get the order.
 3. the room opens the key, signs and forgets; stamp and evidence are added.
 4. *signed*: the finished file and its ledger entry, in one transaction. Nothing leaves before.

A crash between 2 and 4 leaves an intent without a signature. The activation is used up and is
never given to the room again: whether a signature value was made in memory is not known, and
one act of the citizen makes one signature. So the request ends as refused, `interrupted`, once
no process can still be at work on it, and the citizen is asked anew. (Invariants I3 and I4.)
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from certs.authority import Authority
from certs.base.der import certificate_from_der
from certs.base.digest import sha256
from certs.base.errors import CertsError
from certs.register.model import CertificateStatus
from certs.signing import finish
from idp.domain.errors import IdpError
from idp.domain.events import ActivationConsumed, DocumentSigned, SigningFailed
from idp.domain.person import CertificateState, SigningCertificate
from idp.domain.signing import SigningRequest, SigningState
from idp.flows.evidence import evidence_from
from idp.flows.notify import relay_due
from idp.ports.signing_room import KeySignature, SigningOrder
from idp.ports.world import UnitOfWork, World

_log = structlog.get_logger("idp.pending")

#: Longer than the room and the evidence may take: what is older has no process any more.
INTERRUPTED_AFTER: Final = timedelta(seconds=60)
TICK: Final = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Intent:
    """An order whose activation is taken: it goes to the room now, or never."""

    request: SigningRequest
    certificate: SigningCertificate
    order: SigningOrder


def topic(signing_request_id: str) -> str:
    """The wake topic of a signing request."""
    return f"signing:{signing_request_id}"


async def sign_now(signing_request_id: str, world: World) -> None:
    """Carry out an approved signing request: once, by whoever comes first. Never raises.

    Without effect when the request is not approved, or its activation was taken before.
    """
    try:
        intent = await _declare_intent(signing_request_id, world)
    except (IdpError, CertsError) as error:
        await _fail(signing_request_id, _reason(error), world)
        return
    if intent is None:
        return
    try:
        made = await world.signing_room.sign(intent.order)
        signed = await asyncio.to_thread(_complete, made, intent.certificate, world.authority)
    except (IdpError, CertsError, ValueError) as error:
        await _fail(signing_request_id, _reason(error), world)
        return
    await _keep(intent.request, signed, world)


async def run(world: World) -> None:
    """Do what is pending, now and then again, until cancelled. Started with the process."""
    while True:
        try:
            await carry_out(world)
            await relay_due(world)
        except Exception:  # noqa: BLE001 - one bad row must not end the loop
            _log.exception("pending_failed")
        await asyncio.sleep(TICK.total_seconds())


async def carry_out(world: World) -> None:
    """Sign what was approved and not begun; end what was begun and not finished."""
    async with world.storage.unit_of_work() as work:
        waiting = await work.signing.pending()
        lost = await work.signing.interrupted(world.clock() - INTERRUPTED_AFTER)
    for request in lost:
        await _fail(request.signing_request_id, "interrupted", world)
    for request, _, _ in waiting:
        await sign_now(request.signing_request_id, world)


async def _declare_intent(signing_request_id: str, world: World) -> _Intent | None:
    now = world.clock()
    async with world.storage.unit_of_work() as work:
        request = await work.signing.get(signing_request_id)
        stored = await work.signing.activation(signing_request_id)
        if request is None or stored is None or request.state is not SigningState.APPROVED:
            return None
        activation, serial = stored
        certificate = await _certificate(work, request, serial, world.authority)
        document = await work.signing.document(signing_request_id)
        if document is None or not await work.signing.consume_activation(signing_request_id, now):
            return None
        event = ActivationConsumed(
            person_id=request.person_id,
            client_id=request.client_id,
            signing_request_id=signing_request_id,
            document_digest=request.document_digest,
            serial=f"{serial:x}",
        )
        await work.events.record(event, now)
    order = SigningOrder(
        document=document,
        activation=activation,
        certificate_der=certificate.der,
        wrapped_key=certificate.wrapped_key,
        reason=request.purpose,
    )
    return _Intent(request=request, certificate=certificate, order=order)


async def _certificate(
    work: UnitOfWork, request: SigningRequest, serial: int, authority: Authority
) -> SigningCertificate:
    """Find the certificate; it must be the person's, accepted, and active with the authority."""
    held = await work.certificates.of_person(request.person_id)
    found = next((c for c in held if c.serial == serial), None)
    if found is None or found.state is not CertificateState.ACCEPTED:
        raise IdpError("certificate_not_accepted")
    status = authority.status(serial)
    if status is not CertificateStatus.ACTIVE:
        raise IdpError(f"certificate_{status.value}")  # _suspended, _revoked, _expired
    return found


def _complete(made: KeySignature, certificate: SigningCertificate, authority: Authority) -> bytes:
    return finish(
        made.prepared,
        made.signature,
        certificate=certificate_from_der(certificate.der),
        chain=authority.ca_chain,
        evidence=evidence_from(authority),
    )


async def _keep(request: SigningRequest, signed: bytes, world: World) -> None:
    now = world.clock()
    async with world.storage.unit_of_work() as work:
        if await work.signing.finish(request.signing_request_id, signed, now):
            event = DocumentSigned(
                person_id=request.person_id,
                client_id=request.client_id,
                signing_request_id=request.signing_request_id,
                signed_digest=sha256(signed).hex(),
            )
            await work.events.record(event, now)
    world.wake.notify(topic(request.signing_request_id))


async def _fail(signing_request_id: str, reason: str, world: World) -> None:
    now = world.clock()
    async with world.storage.unit_of_work() as work:
        await end_refused(work, signing_request_id, reason, now)
    _log.warning("signing_failed", signing_request_id=signing_request_id, reason=reason)
    world.wake.notify(topic(signing_request_id))


async def end_refused(
    work: UnitOfWork, signing_request_id: str, reason: str, now: datetime
) -> bool:
    """End a request as refused, with its ledger entry; False when it was decided before."""
    request = await work.signing.get(signing_request_id)
    refused = await work.signing.refuse(signing_request_id, SigningState.REFUSED, reason, now)
    if request is None or not refused:
        return False
    event = SigningFailed(
        person_id=request.person_id,
        client_id=request.client_id,
        signing_request_id=signing_request_id,
        reason=reason,
    )
    await work.events.record(event, now)
    return True


def _reason(error: Exception) -> str:
    if isinstance(error, IdpError):
        return error.reason
    return error.code if isinstance(error, CertsError) else "signing_failed"
