"""Logging in to the provider's own pages: the provider itself is the one who asks."""

from __future__ import annotations

from datetime import datetime

from idp.approval.draft import ApprovalDraft
from idp.domain.approval import Approval, ApprovalKind, ApprovalState
from idp.domain.errors import JourneyError
from idp.domain.values import Secret
from idp.flows.approve import open_approval
from idp.flows.login import complete, settled
from idp.flows.own import CLIENT_ID, ensure_own_client
from idp.ports.world import World


async def begin(browser: Secret, asked_from: str, world: World, now: datetime) -> str:
    """Open an approval to log this browser in; answers its id. Nothing is asked for beside."""
    draft = ApprovalDraft(
        kind=ApprovalKind.LOGIN,
        client_id=CLIENT_ID,
        purpose="",
        asked_from=asked_from,
        browser_digest=browser.digest,
    )
    async with world.storage.unit_of_work() as work:
        await ensure_own_client(work, world)
        return (await open_approval(work, draft, world, now)).approval_id


def is_own_login(approval: Approval) -> bool:
    """Tell whether this is a login to our own pages: no department's request waits behind it."""
    return (
        approval.kind is ApprovalKind.LOGIN
        and approval.client_id == CLIENT_ID
        and approval.authorization_id is None
    )


async def resume(
    approval_id: str, browser: Secret, world: World, session: Secret | None = None
) -> Secret | None:
    """Go on after the approval, in the browser that began: the new session's cookie.

    None when the citizen did not approve. `session` is what the browser has already, treated as
    in `flows.authorize.resume`. Raises JourneyError: `not_found`, `not_this_browser`,
    `approval_pending`, `approval_completed`.
    """
    now = world.clock()
    async with world.storage.unit_of_work() as work:
        approval = await work.approvals.get(approval_id)
        if approval is None or not is_own_login(approval):
            raise JourneyError("not_found")
        if not browser.matches(approval.browser_digest):
            raise JourneyError("not_this_browser")
        if (
            await settled(work, approval, world.policy.approval_pickup, now)
            is not ApprovalState.APPROVED
        ):
            return None
        return (await complete(work, approval, session, world, now)).cookie
