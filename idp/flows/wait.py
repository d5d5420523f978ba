"""The browser that began: it looks how its request stands, and may cancel it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from idp.approval.decide import is_own_browser, state_at
from idp.domain.approval import Approval, ApprovalState
from idp.domain.client import Client
from idp.domain.errors import JourneyError
from idp.domain.events import ApprovalRejected
from idp.domain.signing import SigningRequest, SigningState
from idp.domain.values import Secret
from idp.flows.at_the_phone import RejectReason, topic
from idp.ports.world import UnitOfWork, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What the waiting page is made of."""

    approval: Approval
    state: ApprovalState  # as it counts now
    client: Client
    signing: SigningRequest | None


async def look(approval_id: str, browser: Secret | None, world: World, now: datetime) -> Waiting:
    """See how the request stands. Raises JourneyError: `not_found`, `not_this_browser`."""
    async with world.storage.unit_of_work() as work:
        approval = await _own(work, approval_id, browser)
        client = await work.clients.get(approval.client_id)
        if client is None:
            raise JourneyError("not_found")
        signing = (
            await work.signing.get(approval.signing_request_id)
            if approval.signing_request_id is not None
            else None
        )
    return Waiting(approval=approval, state=state_at(approval, now), client=client, signing=signing)


async def state(
    approval_id: str, browser: Secret | None, world: World, now: datetime
) -> ApprovalState:
    """See only the state. Raises JourneyError as `look`."""
    async with world.storage.unit_of_work() as work:
        return state_at(await _own(work, approval_id, browser), now)


async def cancel(approval_id: str, browser: Secret | None, world: World, now: datetime) -> None:
    """Cancel on the computer; no effect on a request that has been decided.

    Raises JourneyError as `look`.
    """
    async with world.storage.unit_of_work() as work:
        approval = await _own(work, approval_id, browser)
        if approval.state not in {ApprovalState.WAITING, ApprovalState.CLAIMED}:
            return
        swapped = await work.approvals.decide(
            approval_id, from_=approval.state, to=ApprovalState.REJECTED, now=now
        )
        if not swapped:
            return
        if approval.signing_request_id is not None:
            await work.signing.refuse(
                approval.signing_request_id, SigningState.REFUSED, "cancelled", now
            )
        event = ApprovalRejected(
            approval_id=approval_id,
            reason=RejectReason.CANCELLED.value,
            person_id=approval.person_id,
            client_id=approval.client_id,
        )
        await work.events.record(event, now)
    world.wake.notify(topic(approval_id))


async def _own(work: UnitOfWork, approval_id: str, browser: Secret | None) -> Approval:
    approval = await work.approvals.get(approval_id)
    if approval is None:
        raise JourneyError("not_found")
    if not is_own_browser(approval, browser):
        raise JourneyError("not_this_browser")
    return approval
