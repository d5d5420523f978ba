"""A browser's login: begun by an approval, renewed by the next one, ended with what it opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from idp.domain.approval import Approval, ApprovalKind, ApprovalState
from idp.domain.errors import JourneyError
from idp.domain.events import GrantRevoked, LoginCompleted, SessionEnded
from idp.domain.person import Device
from idp.domain.session import Session, SessionKind
from idp.domain.values import Secret
from idp.ports.world import UnitOfWork, World
from idp.protocol.token.id_token import ACR_PASSKEY, amr_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A browser session that stands; `cookie` goes to its owner and is stored as a digest only."""

    session: Session
    cookie: Secret


async def settled(
    work: UnitOfWork, approval: Approval, pickup: timedelta, now: datetime
) -> ApprovalState:
    """Say how the approval ended; one whose time is up ends here.

    A yes is for now: the browser that began has `pickup` to go on with it.
    Raises JourneyError: `approval_pending`, `approval_completed`.
    """
    state = approval.state
    if state is ApprovalState.APPROVED and now >= (approval.decided_at or now) + pickup:
        to = ApprovalState.EXPIRED
        if not await work.approvals.decide(approval.approval_id, from_=state, to=to, now=now):
            raise JourneyError("approval_completed")
        return to
    if state is ApprovalState.COMPLETED:
        raise JourneyError("approval_completed")
    if state in {ApprovalState.WAITING, ApprovalState.CLAIMED}:
        if now < approval.expires_at:
            raise JourneyError("approval_pending")
        to = ApprovalState.EXPIRED
        if not await work.approvals.decide(approval.approval_id, from_=state, to=to, now=now):
            raise JourneyError("approval_pending")  # somebody decided this instant: look again
        return to
    return state


async def complete(
    work: UnitOfWork, approval: Approval, old: Secret | None, world: World, now: datetime
) -> Begun:
    """Spend an approval, once: APPROVED → COMPLETED, and the browser that began is logged in.

    Raises JourneyError(`approval_completed`) when it was spent before, or as `begin_login`.
    """
    swapped = await work.approvals.decide(
        approval.approval_id,
        from_=ApprovalState.APPROVED,
        to=ApprovalState.COMPLETED,
        now=now,
        released=approval.released,
    )
    if not swapped:
        raise JourneyError("approval_completed")
    cookie = Secret.from_bytes(world.entropy(32))
    session = await begin_login(work, approval, cookie, old, world, now)
    # A release of nothing is a login too: to one more department, in a session that stands.
    if approval.kind is ApprovalKind.LOGIN or not approval.claims:
        event = LoginCompleted(
            person_id=session.person_id,
            client_id=approval.client_id,
            approval_id=approval.approval_id,
            session_id=session.session_id,
        )
        await work.events.record(event, now)
    return Begun(session=session, cookie=cookie)


async def begin_login(
    work: UnitOfWork,
    approval: Approval,
    cookie: Secret,
    old: Secret | None,
    world: World,
    now: datetime,
) -> Session:
    """Log the browser in under a new cookie: the approval was an authentication (attack 22).

    The same person's session goes on, so that what other departments hold of it stays good;
    another person's ends. Raises JourneyError(`approval_completed`) when the phone that approved
    was removed since.
    """
    device = await work.devices.get(approval.device_id) if approval.device_id else None
    if device is None or device.removed_at is not None:
        raise JourneyError("approval_completed")
    before = (
        await work.sessions.by_cookie(old.digest, SessionKind.BROWSER) if old is not None else None
    )
    if before is not None and before.person_id == device.person_id and before.is_live(now):
        renewed = _session(before.session_id, approval, device, cookie, world, now)
        if await work.sessions.renew(renewed):
            return renewed
    elif before is not None:
        await end_login(work, before, "new_login", now)
    session_id = Secret.from_bytes(world.entropy(16)).reveal()
    session = _session(session_id, approval, device, cookie, world, now)
    await work.sessions.add(session)
    return session


async def end_login(work: UnitOfWork, session: Session, reason: str, now: datetime) -> bool:
    """End a session with every grant that was made in it; False when it had ended before."""
    if not await work.sessions.end(session.session_id, now):
        return False
    person_id = session.person_id
    event = SessionEnded(person_id=person_id, session_id=session.session_id, reason=reason)
    await work.events.record(event, now)
    for grant in await work.grants.grants_of(person_id):
        in_it = grant.session_id == session.session_id
        if in_it and await work.grants.revoke_grant(grant.grant_id, now):
            await work.events.record(
                GrantRevoked(
                    person_id=person_id,
                    client_id=grant.client_id,
                    grant_id=grant.grant_id,
                    reason=reason,
                ),
                now,
            )
    return True


def _session(
    session_id: str,
    approval: Approval,
    device: Device,
    cookie: Secret,
    world: World,
    now: datetime,
) -> Session:
    return Session(
        session_id=session_id,
        kind=SessionKind.BROWSER,
        cookie_digest=cookie.digest,
        person_id=device.person_id,
        device_id=device.device_id,
        acr=ACR_PASSKEY,
        amr=amr_of(backed_up=device.backed_up),
        auth_time=approval.decided_at or now,
        last_seen_at=now,
        expires_at=now + world.policy.session_lifetime,
        described_as=approval.asked_from,
    )
