"""The approval's journey: opened, claimed by one phone, shown, answered once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from idp.approval import code, qr, statement, typed_code
from idp.approval.assertion import check_assertion, request_options
from idp.approval.decide import (
    check_claim,
    check_code,
    code_mode_for,
    released_claims,
)
from idp.approval.draft import ApprovalDraft
from idp.domain.approval import Approval, ApprovalState
from idp.domain.errors import JourneyError
from idp.domain.events import (
    ApprovalApproved,
    ApprovalClaimed,
    ApprovalOpened,
)
from idp.domain.person import CertificateState
from idp.domain.signing import SigningRequest
from idp.domain.values import base64url
from idp.flows.at_the_phone import (
    Answer,
    Approved,
    Phone,
    Shown,
    found,
    load,
    party,
    topic,
)
from idp.flows.reject import end_wrong_code
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


async def claim_waiting(approval_id: str, phone: Phone, world: World, now: datetime) -> None:
    """Take a request that waits for this resident from the list; an id alone opens nothing else.

    A login that is meant for nobody yet is opened by its moving code, by the typed one, or in the
    browser that began it. Raises JourneyError as `claim`.
    """
    async with world.storage.unit_of_work() as work:
        approval = await found(work, approval_id)
    if approval.person_id is None:
        raise JourneyError("not_found")
    await claim(approval_id, phone, world, now)


async def claim(approval_id: str, phone: Phone, world: World, now: datetime) -> None:
    """Give the request to this phone: first claim wins. Nothing happens when it has it already.

    Raises JourneyError: `not_found`, `not_yours`, `taken`, `expired`, `over`.
    """
    async with world.storage.unit_of_work() as work:
        approval = await found(work, approval_id)
        if not check_claim(approval, phone.person_id, phone.device_id, now):
            return
        won = await work.approvals.claim(
            approval_id, person_id=phone.person_id, device_id=phone.device_id, now=now
        )
        if not won:
            raise JourneyError("taken")
        event = ApprovalClaimed(
            approval_id=approval_id,
            device_id=phone.device_id,
            person_id=phone.person_id,
            client_id=approval.client_id,
        )
        await work.events.record(event, now)
    world.wake.notify(topic(approval_id))


async def show(approval_id: str, phone: Phone, world: World, now: datetime) -> Shown:
    """Load what the phone that holds the request shows.

    Raises JourneyError: `not_found` for every other phone, `expired`, `over`.
    """
    async with world.storage.unit_of_work() as work:
        return await load(work, approval_id, phone, now)


async def challenge(
    approval_id: str, phone: Phone, answer: Answer, world: World, now: datetime
) -> dict[str, Any] | None:
    """Answer the passkey's options for exactly this decision; None when the code was wrong.

    A wrong code ends the request here already. Raises JourneyError as `show`, and
    `code_unanswered`, `not_asked`.
    """
    async with world.storage.unit_of_work() as work:
        shown = await load(work, approval_id, phone, now)
        if not check_code(shown.approval, answer.code, same_device=answer.same_device):
            await end_wrong_code(work, shown.approval, phone, now)
            options = None
        else:
            _, text = _statement(shown, phone, answer)
            options = request_options(
                party(world),
                challenge=statement.challenge(text),
                credential_id=shown.device.credential_id,
            )
    if options is None:
        world.wake.notify(topic(approval_id))
    return options


async def approve(
    approval_id: str,
    phone: Phone,
    answer: Answer,
    credential: Mapping[str, Any],
    world: World,
    now: datetime,
) -> Approved | None:
    """Approve, once: the passkey's answer covers what was shown. None when the code was wrong.

    The challenge is a function of the request and of the decision, and it is spent by the swap
    CLAIMED → APPROVED. Raises JourneyError as `challenge`, and `passkey_refused`,
    `certificate_missing`, `over` when somebody was faster.
    """
    async with world.storage.unit_of_work() as work:
        shown = await load(work, approval_id, phone, now)
        approval = shown.approval
        approved: Approved | None = None
        if not check_code(approval, answer.code, same_device=answer.same_device):
            await end_wrong_code(work, approval, phone, now)
        else:
            released, text = _statement(shown, phone, answer)
            expected = statement.challenge(text)
            counter = check_assertion(credential, party(world), shown.device, challenge=expected)
            swapped = await work.approvals.decide(
                approval_id,
                from_=ApprovalState.CLAIMED,
                to=ApprovalState.APPROVED,
                now=now,
                released=released,
            )
            if not swapped:
                raise JourneyError("over")
            await work.devices.used(phone.device_id, counter, now)
            if shown.signing is not None:
                activation = _activation(text, credential, world)
                await _activate(work, shown.signing, phone, activation, now)
            event = ApprovalApproved(
                approval_id=approval_id,
                kind=approval.kind.value,
                device_id=phone.device_id,
                statement_digest=expected.hex(),
                released=released,
                person_id=phone.person_id,
                client_id=approval.client_id,
            )
            await work.events.record(event, now)
            approved = Approved(signing_request_id=approval.signing_request_id)
    world.wake.notify(topic(approval_id))
    return approved


def _statement(shown: Shown, phone: Phone, answer: Answer) -> tuple[tuple[str, ...], str]:
    values = {a.claim: a.value for a in shown.person.attributes}
    released = released_claims(shown.approval, answer.chosen, tuple(values))
    text = statement.statement(
        shown.approval,
        client_name=shown.client.client_name["en"],
        device_id=phone.device_id,
        released=released,
        values=values,
        title=shown.signing.title if shown.signing else None,
    )
    return released, text


def _activation(text: str, credential: Mapping[str, Any], world: World) -> str:
    """Write what the signing room is given: the statement, and the passkey's answer to it."""
    return json.dumps(
        {
            "statement": text,
            "assertion": dict(credential),
            "origin": world.policy.issuer,
            "rp_id": world.policy.rp_id,
        },
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )


async def _activate(
    work: UnitOfWork, signing: SigningRequest, phone: Phone, activation: str, now: datetime
) -> None:
    certificate = await work.certificates.of_device(phone.device_id)
    if certificate is None or certificate.state is not CertificateState.ACCEPTED:
        raise JourneyError("certificate_missing")
    stored = await work.signing.approve(
        signing.signing_request_id, activation, certificate.serial, now
    )
    if not stored:
        raise JourneyError("over")
