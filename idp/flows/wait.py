"""The browser that began: it looks how its request stands, and may cancel it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from idp.approval.decide import is_own_browser, state_at
from idp.approval.draft import ApprovalDraft
from idp.domain.approval import Approval, ApprovalKind, ApprovalState
from idp.domain.client import Client
from idp.domain.errors import JourneyError
from idp.domain.events import ApprovalRejected
from idp.domain.signing import SigningRequest, SigningState
from idp.domain.values import Secret
from idp.flows.approve import open_approval
from idp.flows.at_the_phone import RejectReason, topic
from idp.ports.world import UnitOfWork, World

#: How long after its beginning a request may be asked again.
RENEWABLE: Final = timedelta(minutes=30)


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


async def renew(approval_id: str, browser: Secret | None, world: World, now: datetime) -> str:
    """Ask again after the time ran out: a new approval about the same, with a new code.

    The old one is settled as expired by one swap, so that it is followed by one new one at most.
    Returns the new approval_id. Raises JourneyError: as `look`; `over` when it did not expire,
    is for a signature (the department asks again), or began too long ago.
    """
    async with world.storage.unit_of_work() as work:
        old = await _own(work, approval_id, browser)
        if (
            state_at(old, now) is not ApprovalState.EXPIRED
            or old.state is ApprovalState.EXPIRED
            or old.kind is ApprovalKind.SIGN
            or now - old.created_at > RENEWABLE
        ):
            raise JourneyError("over")
        swapped = await work.approvals.decide(
            approval_id, from_=old.state, to=ApprovalState.EXPIRED, now=now
        )
        if not swapped:
            raise JourneyError("over")
        draft = ApprovalDraft(
            kind=old.kind,
            client_id=old.client_id,
            purpose=old.purpose,
            asked_from=old.asked_from,
            browser_digest=old.browser_digest,
            claims=old.claims,
            authorization_id=old.authorization_id,
            person_id=old.person_id if old.kind is ApprovalKind.RELEASE else None,
        )
        return (await open_approval(work, draft, world, now)).approval_id


async def _own(work: UnitOfWork, approval_id: str, browser: Secret | None) -> Approval:
    approval = await work.approvals.get(approval_id)
    if approval is None:
        raise JourneyError("not_found")
    if not is_own_browser(approval, browser):
        raise JourneyError("not_this_browser")
    return approval
