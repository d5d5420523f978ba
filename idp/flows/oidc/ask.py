"""Turn `AskApproval` into an approval that a phone can answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from idp.approval.draft import ApprovalDraft
from idp.domain.grants import PushedRequest
from idp.domain.values import Secret
from idp.flows.approve import open_approval
from idp.ports.world import UnitOfWork, World
from idp.protocol.request.authorize import AuthorizationRequest
from idp.protocol.request.interaction import AskApproval


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """The browser that came: its own secret, its session's, and how it describes itself."""

    browser: Secret
    session: Secret | None
    asked_from: str


async def ask(
    work: UnitOfWork,
    request: AuthorizationRequest,
    pushed: PushedRequest,
    outcome: AskApproval,
    visitor: Visitor,
    *,
    world: World,
    now: datetime,
) -> str:
    """Open the approval for a request, bound to the browser that came; answers its id."""
    draft = ApprovalDraft(
        kind=outcome.kind,
        client_id=request.client_id,
        purpose=request.purpose,
        asked_from=visitor.asked_from,
        browser_digest=visitor.browser.digest,
        claims=request.claims,
        authorization_id=pushed.authorization_id,
        signing_request_id=None,
        document_digest=None,
        person_id=outcome.person_id,
    )
    approval = await open_approval(work, draft, world, now)
    return approval.approval_id
