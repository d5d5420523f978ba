"""How a phone finds a request: by the moving code, or by typing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from idp.approval import qr, typed_code
from idp.domain.approval import ApprovalKind
from idp.domain.errors import JourneyError
from idp.flows.at_the_phone import Phone
from idp.ports.world import UnitOfWork, World

#: A phone may mistype; a person does not mistype ten times in ten minutes.
TRIES_OF_A_PHONE: Final = 10
#: Wrong codes of everybody together in ten minutes: at 2^40 codes, hopeless for a guesser.
TRIES_OF_ALL: Final = 1000
WINDOW: Final = timedelta(minutes=10)


async def by_qr(token_text: str, world: World, now: datetime) -> str:
    """Find the request of a scanned token; returns its approval_id.

    Raises JourneyError: `qr_foreign` for anything that is not one of ours, `qr_stale`. An
    unknown handle and an old proof answer alike.
    """
    token = qr.parse(token_text)
    if token is None:
        raise JourneyError("qr_foreign")
    async with world.storage.unit_of_work() as work:
        approval = await work.approvals.by_qr_handle(token.handle)
    secret = approval.qr_secret if approval else bytes(qr.SECRET_BYTES)
    kind = approval.kind if approval else ApprovalKind.LOGIN
    fresh = qr.is_fresh(token, secret, now, world.policy.qr_step_of(kind))
    if approval is None or not fresh:
        raise JourneyError("qr_stale")
    return approval.approval_id


async def by_typed_code(text: str, phone: Phone, world: World, now: datetime) -> str:
    """Find the request of a typed code; returns its approval_id.

    Each try is counted before anything is looked up, for the phone and for all together.
    Raises JourneyError: `typed_code_unknown`, `too_many_tries`.
    """
    code = typed_code.normalise(text)
    async with world.storage.unit_of_work() as work:
        allowed = await _count(work, phone, now)
        approval = None
        if allowed and code is not None:
            digest = typed_code.digest(code, world.keyring.form_key)
            approval = await work.approvals.by_typed_code(digest, now)
    # Raised only here: leaving the block with an exception would forget the try.
    if not allowed:
        raise JourneyError("too_many_tries")
    if approval is None:
        raise JourneyError("typed_code_unknown")
    return approval.approval_id


async def _count(work: UnitOfWork, phone: Phone, now: datetime) -> bool:
    window = int(now.timestamp() // WINDOW.total_seconds())
    own = await work.approvals.count_attempt(f"typed:{phone.session_id}", window)
    if own > TRIES_OF_A_PHONE:
        return False
    return await work.approvals.count_attempt("typed:all", window) <= TRIES_OF_ALL
