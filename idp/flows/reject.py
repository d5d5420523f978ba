"""Ending a request without an approval: rejected, or a wrong identification code."""

from __future__ import annotations

from datetime import datetime

from idp.domain.approval import Approval, ApprovalState
from idp.domain.errors import JourneyError
from idp.domain.events import ApprovalRejected, WrongCodePicked
from idp.domain.signing import SigningState
from idp.flows.at_the_phone import Phone, RejectReason, load, topic
from idp.ports.world import UnitOfWork, World


async def reject(
    approval_id: str, phone: Phone, reason: RejectReason, world: World, now: datetime
) -> None:
    """Reject, once; nothing is sent to the department but the fact.

    Raises JourneyError as `show`, and `over` when somebody was faster.
    """
    async with world.storage.unit_of_work() as work:
        shown = await load(work, approval_id, phone, now)
        swapped = await work.approvals.decide(
            approval_id, from_=ApprovalState.CLAIMED, to=ApprovalState.REJECTED, now=now
        )
        if not swapped:
            raise JourneyError("over")
        await _refuse_signing(work, shown.approval, "rejected", now)
        event = ApprovalRejected(
            approval_id=approval_id,
            reason=reason.value,
            person_id=phone.person_id,
            client_id=shown.approval.client_id,
        )
        await work.events.record(event, now)
    world.wake.notify(topic(approval_id))


async def end_wrong_code(work: UnitOfWork, approval: Approval, phone: Phone, now: datetime) -> None:
    """End the request in the caller's transaction. Raises JourneyError `over`."""
    swapped = await work.approvals.decide(
        approval.approval_id, from_=ApprovalState.CLAIMED, to=ApprovalState.WRONG_CODE, now=now
    )
    if not swapped:
        raise JourneyError("over")
    await _refuse_signing(work, approval, "wrong_code", now)
    event = WrongCodePicked(
        approval_id=approval.approval_id,
        device_id=phone.device_id,
        person_id=phone.person_id,
        client_id=approval.client_id,
    )
    await work.events.record(event, now)


async def _refuse_signing(
    work: UnitOfWork, approval: Approval, failure: str, now: datetime
) -> None:
    if approval.signing_request_id is not None:
        await work.signing.refuse(approval.signing_request_id, SigningState.REFUSED, failure, now)
