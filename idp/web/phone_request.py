"""The request on the phone: who asks, what for, the code; approve or reject."""

from __future__ import annotations

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from idp.approval import assertion, code
from idp.approval.decide import code_mode, is_own_browser
from idp.domain.approval import Approval, ApprovalState, CodeMode
from idp.domain.client import Client
from idp.domain.errors import JourneyError
from idp.domain.person import CertificateState
from idp.domain.signing import SigningRequest
from idp.flows import approve, certificate, pending, reject
from idp.flows.at_the_phone import Answer, Phone, RejectReason, Shown
from idp.identity.person_view import fields_view, person_view
from idp.web.context import BROWSER, cookie, now, page, redirect, world
from idp.web.labels import CLAIMS, SOURCES, VALUES, asked_kind
from idp.web.phone_session import Form, form_token, phone_of, read_form
from look.language_cookie import language_of


def routes() -> list[BaseRoute]:
    """List this module's routes."""
    return [
        Route("/phone/requests/{approval_id}", show, methods=["GET"]),
        Route("/phone/requests/{approval_id}/claim", claim, methods=["POST"]),
        Route("/phone/requests/{approval_id}/options", options, methods=["POST"]),
        Route("/phone/requests/{approval_id}/approve", approve_it, methods=["POST"]),
        Route("/phone/requests/{approval_id}/reject", reject_it, methods=["POST"]),
        Route("/phone/requests/{approval_id}/ended", ended, methods=["GET"]),
    ]


async def claim(request: Request) -> Response:
    """Take a request from the list of what waits."""
    await read_form(request)
    approval_id = _id(request)
    await approve.claim_waiting(approval_id, await phone_of(request), world(request), now(request))
    return redirect(f"/phone/requests/{approval_id}")


async def show(request: Request) -> Response:
    """The screen of one request."""
    phone = await phone_of(request)
    there, moment = world(request), now(request)
    try:
        shown = await approve.show(_id(request), phone, there, moment)
    except JourneyError as refusal:
        if refusal.reason in {"over", "expired"}:
            return redirect(f"/phone/requests/{_id(request)}/ended")
        raise
    if shown.signing is not None:
        held = await certificate.ensure(phone, there, moment)
        if held.state is not CertificateState.ACCEPTED:
            return redirect(f"/phone/certificate?next={_id(request)}")
    return _screen(request, shown)


def _screen(request: Request, shown: Shown) -> Response:
    approval = shown.approval
    mode = code_mode(approval, same_device=_same_device(request, shown))
    language = language_of(request)
    return page(
        request,
        "phone/request.html",
        approval=approval,
        kind=asked_kind(approval),
        client=shown.client,
        signing=shown.signing,
        person=person_view(shown.person, language),
        fields=fields_view(shown.person, approval.claims),
        mode=mode.value,
        codes=code.choices(approval.nonce, approval.code) if mode is CodeMode.CHOOSE else (),
        dates={"birthdate": shown.person.birthdate},
        claim_labels=CLAIMS,
        value_labels=VALUES,
        source_labels=SOURCES,
        csrf_token=form_token(request),
    )


async def options(request: Request) -> Response:
    """The passkey's options for exactly this decision, as JSON.

    After a wrong code: `{"location": …}`, where the page says that the request was stopped.
    """
    phone, form = await phone_of(request), await read_form(request)
    there, moment, approval_id = world(request), now(request), _id(request)
    shown = await approve.show(approval_id, phone, there, moment)
    answer = _answer(form, same_device=_same_device(request, shown))
    found = await approve.challenge(approval_id, phone, answer, there, moment)
    if found is None:
        return JSONResponse({"location": f"/phone/requests/{approval_id}/ended"})
    return JSONResponse({"publicKey": found})


async def approve_it(request: Request) -> Response:
    """Approve with the passkey's answer; a signature begins to be made at once."""
    phone, form = await phone_of(request), await read_form(request)
    there, moment, approval_id = world(request), now(request), _id(request)
    credential = assertion.parse_credential(form.one("credential") or "")
    shown = await approve.show(approval_id, phone, there, moment)
    same_device = _same_device(request, shown)
    answer = _answer(form, same_device=same_device)
    approved = await approve.approve(approval_id, phone, answer, credential, there, moment)
    if approved is not None and same_device:
        # Not straight on to the department: a form may not end at another origin (CSP3 §6.4.2).
        response = redirect(f"/approvals/{approval_id}")
    else:
        response = redirect(f"/phone/requests/{approval_id}/ended")
    if approved is not None and approved.signing_request_id is not None:
        response.background = BackgroundTask(pending.sign_now, approved.signing_request_id, there)
    return response


async def reject_it(request: Request) -> Response:
    """Reject; "somebody asked me to" is recorded."""
    phone, form = await phone_of(request), await read_form(request)
    reason = RejectReason.NOT_MINE if form.one("not_mine") else RejectReason.REJECTED
    await reject.reject(_id(request), phone, reason, world(request), now(request))
    return redirect(f"/phone/requests/{_id(request)}/ended")


async def ended(request: Request) -> Response:
    """How a request of this phone ended. Raises JourneyError `not_found` for another's."""
    phone = await phone_of(request)
    approval, client, signing = await _past(request, phone)
    states = {ApprovalState.WAITING, ApprovalState.CLAIMED}
    if approval.state in states and now(request) < approval.expires_at:
        return redirect(f"/phone/requests/{approval.approval_id}")
    return page(
        request,
        "phone/ended.html",
        approval=approval,
        state="expired" if approval.state in states else approval.state.value,
        kind=asked_kind(approval),
        client=client,
        signing=signing,
        claim_labels=CLAIMS,
        same_device=is_own_browser(approval, cookie(request, BROWSER)),
        csrf_token=form_token(request),
    )


async def _past(request: Request, phone: Phone) -> tuple[Approval, Client, SigningRequest | None]:
    async with world(request).storage.unit_of_work() as work:
        approval = await work.approvals.get(_id(request))
        if approval is None or approval.device_id != phone.device_id:
            raise JourneyError("not_found")
        client = await work.clients.get(approval.client_id)
        signing = (
            await work.signing.get(approval.signing_request_id)
            if approval.signing_request_id
            else None
        )
    if client is None:
        raise JourneyError("not_found")
    return approval, client, signing


def _answer(form: Form, *, same_device: bool) -> Answer:
    return Answer(
        code=form.one("code"), chosen=tuple(form.many("release")), same_device=same_device
    )


def _same_device(request: Request, shown: Shown) -> bool:
    return is_own_browser(shown.approval, cookie(request, BROWSER))


def _id(request: Request) -> str:
    approval_id: str = request.path_params["approval_id"]
    return approval_id
