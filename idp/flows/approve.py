"""The approval's journey: opened, claimed by one phone, shown, answered once."""

from __future__ import annotations

from datetime import datetime

from idp.approval import code, qr, typed_code
from idp.approval.decide import code_mode_for
from idp.approval.draft import ApprovalDraft
from idp.domain.approval import Approval, ApprovalState
from idp.domain.events import ApprovalOpened
from idp.domain.values import base64url
from idp.ports.world import UnitOfWork, World


async def open_approval(
    work: UnitOfWork, draft: ApprovalDraft, world: World, now: datetime
) -> Approval:
    """Open an approval in the caller's transaction.

    The nonce is drawn here, when all facts are fixed: nobody can choose them to fit a code.
    """
    approval_id = base64url(world.entropy(18))
    secret = world.entropy(qr.SECRET_BYTES)
    nonce = world.entropy(code.NONCE_BYTES)
    approval = Approval(
        approval_id=approval_id,
        kind=draft.kind,
        state=ApprovalState.WAITING,
        client_id=draft.client_id,
        purpose=draft.purpose,
        asked_from=draft.asked_from,
        browser_digest=draft.browser_digest,
        claims=draft.claims,
        authorization_id=draft.authorization_id,
        signing_request_id=draft.signing_request_id,
        document_digest=draft.document_digest,
        nonce=nonce,
        code=code.identification_code(nonce, draft.facts(approval_id)),
        code_mode=code_mode_for(draft.kind),
        qr_handle=qr.new_handle(world.entropy(qr.HANDLE_BYTES)),
        qr_secret=secret,
        typed_code_digest=typed_code.digest(typed_code.typed_code(secret), world.keyring.form_key),
        person_id=draft.person_id,
        created_at=now,
        expires_at=now + world.policy.approval_lifetime,
    )
    await work.approvals.add(approval)
    await work.events.record(
        ApprovalOpened(
            approval_id=approval_id,
            kind=draft.kind.value,
            person_id=draft.person_id,
            client_id=draft.client_id,
        ),
        now,
    )
    return approval
